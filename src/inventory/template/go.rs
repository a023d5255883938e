use super::blocks::{Block, Control, Reach};

/// Returns what an action does to the blocks of a template.
pub(super) fn controls(action: &str) -> Option<Vec<Control>> {
    let content = action.trim_matches(['{', '}']).trim_matches('-').trim();
    let mut words = content.split(|char: char| !char.is_alphanumeric() && char != '_');
    let control = match words.next() {
        Some("if" | "with") => Control::Open(Block::If),
        Some("range") => Control::Open(Block::Range),
        Some("define" | "block") => Control::Open(Block::Body),
        Some("else") if matches!(words.next(), Some("if" | "with")) => Control::ElseIf,
        Some("else") => Control::Else,
        Some("end") => Control::End,
        Some("break" | "continue") => Control::Jump(Reach::Loop),
        _ => return Some(Vec::new()),
    };
    Some(vec![control])
}
