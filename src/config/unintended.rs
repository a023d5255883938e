//! Patterns that are valid, but cannot mean what their author intended.

use std::ops::Range;

use crate::{pattern::PatternError, text::quoted};

/// Returns what is wrong with a pattern that uses the syntax of a selector of these kinds, or of another program. Paths with
/// such names can still be matched, with `\` before the special character.
pub(super) fn unintended(text: &str, kinds: &[&str]) -> Option<PatternError> {
    let error = |range: Range<usize>, message: &str, help: String| {
        Some(PatternError {
            range,
            message: message.to_owned(),
            help: Some(help),
        })
    };
    let write = |new: &str| format!("write {}", quoted(new));
    if let Some((kind, _)) = text.split_once(':')
        && kinds.contains(&kind)
    {
        let message = "it is a component selector";
        return error(
            0..text.len(),
            message,
            "list it under `components`".to_owned(),
        );
    }
    let trimmed = text.trim();
    if trimmed != text && !trimmed.is_empty() && !trimmed.ends_with('\\') {
        let start = text.len() - text.trim_start().len();
        let range = match start {
            0 => trimmed.len()..text.len(),
            start => 0..start,
        };
        let message = "blanks around a pattern belong to the name";
        return error(range, message, write(trimmed));
    }
    let straight = trimmed.trim_matches(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}']);
    if straight != trimmed {
        let message = "typographic quotes belong to the name";
        return error(0..text.len(), message, write(straight));
    }
    if text.starts_with('!') {
        let message = "a pattern cannot exclude paths with `!`";
        let help = "list the paths under `exemptions`, or write a more precise rule for them";
        return error(0..1, message, help.to_owned());
    }
    if let Some(path) = text.strip_prefix("~/") {
        let message = "patterns start at the root of the repository, not at a home directory";
        return error(0..2, message, write(path));
    }
    let mut escapes = text.char_indices().filter(|(_, char)| *char == '\\');
    while let Some((at, _)) = escapes.next() {
        let escaped = text[at + 1..].chars().next();
        if escaped.is_some_and(char::is_alphanumeric) {
            let message = "`\\` does not separate directories, but only escapes special characters";
            return error(
                at..at + 1,
                message,
                write(&text.replace('\\', "/").replace("//", "/")),
            );
        }
        if escaped == Some('\\') {
            escapes.next();
        }
    }
    None
}
