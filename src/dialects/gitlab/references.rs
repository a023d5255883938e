//! Finds owners in a text: `@name/sub.group`, `@@role`, `x@y`.

use std::ops::Range;

use super::header::is_space;

/// The owners in a text.
#[derive(Debug, Default)]
pub(super) struct References<'s> {
    /// The owners, in order.
    pub owners: Vec<&'s str>,
    /// The byte ranges of words without an owner.
    pub malformed: Vec<Range<usize>>,
}

const ROLES: [&str; 6] = [
    "@@developers",
    "@@developer",
    "@@maintainers",
    "@@maintainer",
    "@@owners",
    "@@owner",
];

/// Finds the owners in `text`.
pub(super) fn references(text: &str) -> References<'_> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut before: Option<char> = None;
    for (at, char) in text.char_indices() {
        if char == '@' {
            let rest = &text[at..];
            if let Some(role) = ROLES.iter().find(|role| rest.starts_with(**role)) {
                found.push(at..at + role.len());
            }
            let follows = before.is_some_and(|char| is_word(char) || char == '@');
            if !follows && let Some(length) = name(&rest[1..]) {
                found.push(at..at + 1 + length);
            }
            // A role can be longer than a name at the same position.
            let last = found.iter().rev().take(2).map(|known| known.end).max();
            if let Some(range) = address(text, at)
                && last.is_none_or(|end| end <= range.start)
            {
                found.push(range);
            }
        }
        before = Some(char);
    }
    let mut references = References {
        owners: found.iter().map(|range| &text[range.clone()]).collect(),
        malformed: Vec::new(),
    };
    let mut at = 0;
    for word in text.split(is_space) {
        let range = at..at + word.len();
        at = range.end + 1;
        let first = found.partition_point(|found| found.start < range.start);
        let inside = found[first..].iter();
        let mut inside = inside.take_while(|found| found.start < range.end);
        if !word.is_empty() && !inside.any(|found| found.end <= range.end) {
            references.malformed.push(range);
        }
    }
    references
}

fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// Returns the length of the name of a user or group at the start of `text`: segments separated by `/`. A
/// segment cannot end in `.`, `.git` or `.atom`; such a suffix is not part of the name.
fn name(text: &str) -> Option<usize> {
    let mut length = 0;
    loop {
        let start = if length == 0 { 0 } else { length + 1 };
        let rest = &text[start..];
        let allowed = |char: char| is_word(char) || matches!(char, '.' | '-');
        let end = rest.find(|char| !allowed(char)).unwrap_or(rest.len());
        let mut segment = &rest[..end];
        if segment.starts_with('-') {
            segment = "";
        }
        while let Some(shorter) = [".git", ".atom", "."]
            .iter()
            .find_map(|suffix| segment.strip_suffix(suffix))
        {
            segment = shorter;
        }
        if segment.is_empty() {
            break;
        }
        length = start + segment.len();
        if segment.len() < end || !text[length..].starts_with('/') {
            break;
        }
    }
    (length > 0).then_some(length)
}

/// Returns the range of the email address with its `@` at byte `at`.
fn address(text: &str, at: usize) -> Option<Range<usize>> {
    let belongs = |char: char| char != '@' && !is_space(char);
    let start = text[..at]
        .rfind(|char| !belongs(char))
        .map_or(0, |before| before + 1);
    let domain = &text[at + 1..];
    let end = domain.find(|char| !belongs(char)).unwrap_or(domain.len());
    let domain =
        domain[..end].trim_end_matches(|char: char| !char.is_alphanumeric() && char != '_');
    (start < at && !domain.is_empty()).then(|| start..at + 1 + domain.len())
}
