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

/// The names of roles in lower case, without a final `s`.
const ROLES: [&str; 3] = ["@@developer", "@@maintainer", "@@owner"];

/// Finds the owners in `text`.
pub(super) fn references(text: &str) -> References<'_> {
    let mut references = References::default();
    let mut at = 0;
    for word in text.split(is_space) {
        let range = at..at + word.len();
        at = range.end + 1;
        let found = of_word(word);
        if found.is_empty() && !word.is_empty() {
            references.malformed.push(range);
        }
        references.owners.extend(found);
    }
    references
}

/// Returns the owners in a word.
fn of_word(word: &str) -> Vec<&str> {
    if is_role(word) {
        return vec![word];
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in word.match_indices('@') {
        let before = word[..at].chars().next_back();
        let follows = before.is_some_and(|char| is_word(char) || char == '@');
        if !follows && let Some(length) = name(&word[at + 1..]) {
            found.push(at..at + 1 + length);
        }
        if let Some(range) = address(word, at)
            && found.last().is_none_or(|known| known.end <= range.start)
        {
            found.push(range);
        }
    }
    found.into_iter().map(|range| &word[range]).collect()
}

/// Returns whether a word is a role, which can be written in any letter case.
pub(super) fn is_role(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    ROLES.contains(&singular)
}

fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// The maximum number of segments in a name.
const MAX_SEGMENTS: usize = 21;

/// Returns the length of the name of a user or group at the start of `text`: segments separated by `/`.
fn name(text: &str) -> Option<usize> {
    let mut length = segment(text)?;
    for _ in 1..MAX_SEGMENTS {
        let next = text[length..].strip_prefix('/').and_then(segment);
        let Some(next) = next else {
            break;
        };
        length += 1 + next;
    }
    Some(length)
}

/// Returns the length of the longest segment at the start of `text`. A segment cannot start with `-`, or end in `.`,
/// `.git` or `.atom`. The text before such an end can be a segment: `y.git` contains the segment `y.gi`.
fn segment(text: &str) -> Option<usize> {
    /// The maximum number of characters, all of which are ASCII.
    const MAX_LENGTH: usize = 256;
    let allowed = |char: char| is_word(char) || matches!(char, '.' | '-');
    let end = text.find(|char| !allowed(char)).unwrap_or(text.len());
    let longest = &text[..end.min(MAX_LENGTH)];
    let is_possible = |length: &usize| {
        let segment = &longest[..*length];
        let ends = [".", ".git", ".atom"];
        !ends.iter().any(|end| segment.ends_with(end))
    };
    let lengths = (1..=longest.len()).rev();
    lengths
        .filter(|_| !longest.starts_with('-'))
        .find(is_possible)
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
