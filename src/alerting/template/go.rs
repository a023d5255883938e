use super::Control;

/// Returns what an action does to the structure.
pub(super) fn control(action: &str) -> Control {
    let content = action.trim_matches(['{', '}']).trim_matches('-').trim();
    let mut words = content.split(|char: char| !char.is_ascii_alphabetic());
    match words.next() {
        Some("if" | "with") => Control::If,
        Some("range" | "define" | "block") => Control::Loop,
        Some("else") if matches!(words.next(), Some("if" | "with")) => Control::Next,
        Some("else") => Control::Else,
        Some("end") => Control::End,
        _ => Control::None,
    }
}
