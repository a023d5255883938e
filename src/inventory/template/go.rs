use std::ops::Range;

use super::{
    Action,
    blocks::{Block, Control, Reach},
};

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

/// Returns the bodies of the templates that a text defines. Their output is only where they are included.
pub(super) fn definitions(text: &str, actions: &[Action]) -> Vec<Range<usize>> {
    let mut bodies = Vec::new();
    let (mut depth, mut outermost) = (0_usize, None);
    for action in actions {
        let written = &text[action.start..action.end];
        for control in controls(written).unwrap_or_default() {
            match control {
                Control::Open(_) => {
                    let content = written.trim_start_matches(['{', '-', ' ', '\t']);
                    if depth == 0 && content.starts_with("define") {
                        outermost = Some(action.end);
                    }
                    depth += 1;
                }
                Control::End => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        let body = outermost.take().map(|start| start..action.start);
                        bodies.extend(body);
                    }
                }
                _ => {}
            }
        }
    }
    bodies
}
