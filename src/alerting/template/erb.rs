use super::Control;

/// Returns what a tag does to the structure.
pub(super) fn control(tag: &str) -> Control {
    let code = tag.trim_start_matches("<%").trim_end_matches("%>");
    if code.starts_with('#') {
        return Control::None;
    }
    let code = code.trim_matches(['-', '=']).trim();
    let word = code.split(|char: char| !char.is_ascii_alphanumeric() && char != '_');
    match word.into_iter().next() {
        Some("if" | "unless" | "case" | "begin") => Control::If,
        Some("while" | "until" | "for") => Control::Loop,
        Some("elsif" | "when" | "in" | "rescue" | "ensure") => Control::Next,
        Some("else") => Control::Else,
        Some("end") => Control::End,
        _ if code.starts_with('}') => Control::End,
        _ if opens_block(code) => Control::Loop,
        _ => Control::None,
    }
}

/// Returns whether code ends with the start of a block: `do |a, b|`, `{ |a|` or without arguments.
fn opens_block(code: &str) -> bool {
    let code = match code.strip_suffix('|') {
        Some(rest) => match rest.rsplit_once('|') {
            Some((before, _)) => before.trim_end(),
            None => return false,
        },
        None => code,
    };
    let is_do = code.strip_suffix("do").is_some_and(|before| {
        before.is_empty() || before.ends_with(char::is_whitespace) || before.ends_with(')')
    });
    is_do || code.ends_with('{')
}
