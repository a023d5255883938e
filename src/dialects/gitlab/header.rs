//! Section headers: `^[Name][2] @default`.

use crate::dialects::lines::Line;

/// A header as written.
#[derive(Debug)]
pub(super) struct Header<'s> {
    /// Marked by `^`: its owners need not approve.
    pub is_optional: bool,
    /// The name of the section.
    pub name: &'s str,
    /// The text between the second brackets, if they hold digits and blanks only.
    pub approvals: Option<Line<'s>>,
    /// The text that default owners are taken from.
    pub owners: Line<'s>,
    /// What is left behind it.
    pub ignored: Line<'s>,
}

impl Header<'_> {
    /// How many have to approve: the number that the text begins with, else 0.
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

/// What a line is where it starts like a header.
pub(super) enum Start<'s> {
    /// It is one.
    Header(Header<'s>),
    /// Its bracket never closes: no header, and no pattern that matches anything.
    Unclosed,
}

/// Reads a line that starts like a header; nothing for any other line. Whatever the brackets are
/// followed by, a line that begins with `[x]` is a header, never a pattern.
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

/// What Ruby's `\s` stands for.
pub(super) fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}
