//! Section headers: `^[Name][2] @default`.

use crate::dialects::lines::Line;

/// A parsed header.
#[derive(Debug)]
pub(super) struct Header<'s> {
    /// Whether approval is optional, marked by `^`.
    pub is_optional: bool,
    /// The name of the section.
    pub name: &'s str,
    /// The text in the second brackets, if it consists of digits and blanks.
    pub approvals: Option<Line<'s>>,
    /// The text with the default owners.
    pub owners: Line<'s>,
    /// The ignored rest of the line.
    pub ignored: Line<'s>,
}

impl Header<'_> {
    /// Returns whether the line cannot be meant as a pattern, such as `[Dd]ockerfile`: only owners follow the brackets.
    pub fn is_certain(&self) -> bool {
        let mut rest = self.owners.text.chars().chain(self.ignored.text.chars());
        let first = rest.next();
        first.is_none_or(|char| is_space(char) || char == '@')
    }

    /// Returns the required number of approvals: the number at the start of the text, else 0.
    pub fn required(&self) -> Option<u64> {
        let text = self.approvals?.text.trim_start();
        let digits = text.find(|char: char| !char.is_ascii_digit());
        let digits = &text[..digits.unwrap_or(text.len())];
        Some(
            digits
                .parse()
                .unwrap_or(if digits.is_empty() { 0 } else { u64::MAX }),
        )
    }
}

/// A line that starts like a header.
pub(super) enum Start<'s> {
    /// A header.
    Header(Header<'s>),
    /// A line without a closing bracket: neither a header nor a pattern that matches any path.
    Unclosed,
}

/// Parses a line that starts like a header; returns `None` for any other line. A line that starts with
/// `[x]` is always a header, never a pattern, whatever follows the brackets.
pub(super) fn parse(line: Line<'_>) -> Option<Start<'_>> {
    let text = line.text;
    let is_optional = text.starts_with('^');
    let open = usize::from(is_optional);
    if !text[open..].starts_with('[') {
        return None;
    }
    let Some(close) = text[open..].find(']').map(|at| open + at) else {
        return Some(Start::Unclosed);
    };
    let mut at = close + 1;
    let mut approvals = None;
    if let Some(rest) = text[at..].strip_prefix('[')
        && let Some(end) = rest.find(']')
        && rest[..end]
            .chars()
            .all(|char| char.is_ascii_digit() || is_space(char))
    {
        approvals = Some(line.part(at + 1, at + 1 + end));
        at += end + 2;
    }
    let belongs = |char: char| {
        char.is_ascii_alphanumeric()
            || is_space(char)
            || matches!(char, '_' | '@' | '.' | '-' | '/')
    };
    let end = text[at..]
        .find(|char| !belongs(char))
        .map_or(text.len(), |length| at + length);
    Some(Start::Header(Header {
        is_optional,
        name: &text[open + 1..close],
        approvals,
        owners: line.part(at, end),
        ignored: line.part(end, text.len()),
    }))
}

/// Returns whether Ruby's `\s` matches a character.
pub(super) fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}
