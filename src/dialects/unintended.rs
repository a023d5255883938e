//! Syntax in lines of CODEOWNERS that has another meaning than its author probably intended.

use super::{FileProblem, lines::Line};
use crate::text::quoted;

/// Reads a line with `read`. If a part of the line does not mean what it looks like, this is the only problem, because it
/// causes the others. `pattern` is the pattern of the line.
pub(super) fn instead_of_others<T>(
    line: Line<'_>,
    pattern: Line<'_>,
    problems: &mut Vec<FileProblem>,
    read: impl FnOnce(&mut Vec<FileProblem>) -> T,
) -> T {
    let known = problems.len();
    let read = read(problems);
    if let Some((part, message)) = blank(line).or_else(|| in_pattern(pattern)) {
        problems.truncate(known);
        problems.push(part.problem(message));
    }
    read
}

/// Returns a character that looks like a blank, but separates nothing.
fn blank(line: Line<'_>) -> Option<(Line<'_>, String)> {
    let comment = line.text.find(" #").unwrap_or(line.text.len());
    let is_blank = |char: char| !char.is_ascii() && (char.is_whitespace() || is_invisible(char));
    let at = line.text[..comment].find(is_blank)?;
    let char = line.text[at..].chars().next()?;
    let name = match char {
        '\u{a0}' => "a no-break space".to_owned(),
        char => format!("the invisible character U+{:04X}", u32::from(char)),
    };
    let message = format!("{name} does not separate patterns and owners: write a space");
    Some((line.part(at, at + char.len_utf8()), message))
}

/// Returns whether a character has no width.
fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

fn in_pattern(pattern: Line<'_>) -> Option<(Line<'_>, String)> {
    let text = pattern.text;
    if let Some((start, end)) = braces(text) {
        let part = pattern.part(start, end);
        let message = format!(
            "braces have no special meaning here, so {} is part of the name: write a line for each \
             alternative",
            quoted(part.text)
        );
        return Some((part, message));
    }
    let mut start = 0;
    for segment in text.split('/') {
        let end = start + segment.len();
        let part = pattern.part(start, end);
        start = end + 1;
        // `**.x` means `**/*.x` if it is the whole pattern.
        let inner = match text.contains('/') {
            true => segment,
            false => segment.trim_start_matches('*'),
        };
        if inner.contains("**") && !segment.trim_matches('*').is_empty() {
            let message = format!(
                "`**` beside other characters matches within a name only, like `*`, in {}",
                quoted(segment)
            );
            return Some((part, message));
        }
    }
    let mut escapes = text.match_indices('\\').map(|(at, _)| at);
    let escaped = |at: usize| text[at + 1..].chars().next();
    let at = escapes.find(|at| escaped(*at).is_some_and(char::is_alphanumeric))?;
    let message =
        "`\\` does not separate directories, but only escapes the next character: write `/`";
    Some((pattern.part(at, at + 1), message.to_owned()))
}

/// Returns the byte range of the first alternatives in braces.
fn braces(text: &str) -> Option<(usize, usize)> {
    let start = text.find('{')?;
    let end = start + text[start..].find('}')? + 1;
    let is_escaped = text[..start].ends_with('\\');
    (!is_escaped && text[start..end].contains(',')).then_some((start, end))
}
