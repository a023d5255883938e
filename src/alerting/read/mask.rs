//! Hides everything in a file that may be secret.

use std::ops::Range;

use crate::text::{Span, is_template_tag, template_parts};

/// The longest key of a mapping that is shown.
const MAX_KEY: usize = 40;

/// Returns `text` with all characters hidden that are neither in one of the `shown` spans nor keys of mappings, blanks,
/// or punctuation next to a span. The tags of templates are hidden everywhere, because their code may contain anything.
/// The result has the same length and the same lines and columns.
pub(super) fn masked(text: &str, mut shown: Vec<Span>) -> String {
    for span in &mut shown {
        *span = with_punctuation(text, *span);
    }
    shown.sort_unstable();
    let mut shown = shown.into_iter().peekable();
    let mut out = String::with_capacity(text.len());
    let mut tags = tags(text).peekable();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let key = end_of_key(line);
        for (at, char) in line.char_indices() {
            while shown
                .next_if(|span| span.end as usize <= start + at)
                .is_some()
            {}
            let is_shown = shown
                .peek()
                .is_some_and(|span| span.start as usize <= start + at);
            while tags.next_if(|tag| tag.end <= start + at).is_some() {}
            let is_tag = tags.peek().is_some_and(|tag| tag.start <= start + at);
            match (is_shown || at < key) && !is_tag || char.is_ascii_whitespace() {
                true => out.push(char),
                false => out.push(hidden(char)),
            }
        }
        start += line.len();
    }
    out
}

/// Returns where the tags of templates are.
fn tags(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    template_parts(text).filter_map(move |part| {
        let range = start..start + part.len();
        start = range.end;
        is_template_tag(part).then_some(range)
    })
}

/// Returns a span with the punctuation of YAML and JSON around it.
fn with_punctuation(text: &str, span: Span) -> Span {
    let is_punctuation =
        |char: char| matches!(char, '{' | '}' | '[' | ']' | ',' | ':' | '-' | '"' | ' ');
    let range = span.range();
    let before = text[..range.start].trim_end_matches(is_punctuation).len();
    let after = text[range.end..].trim_start_matches(is_punctuation);
    Span::new(before, text.len() - after.len())
}

/// Returns a character of the same length.
fn hidden(char: char) -> char {
    match char.len_utf8() {
        1 => '*',
        2 => '\u{B7}',
        3 => '\u{2022}',
        _ => '\u{1F784}',
    }
}

/// Returns the end of the key at the start of a line, including list markers before it.
fn end_of_key(line: &str) -> usize {
    let content = line.trim_start_matches([' ', '-']);
    let before = line.len() - content.len();
    let is_of_key = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.');
    let end = content.find(|char| !is_of_key(char)).unwrap_or(0);
    let rest = content[end..].strip_prefix(':');
    let is_key = end <= MAX_KEY
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r', '\n']));
    before + if end > 0 && is_key { end + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_all_values() {
        let text = "- url: https://x/é # y\n  key:\n    - 'ab'\n{\"a\": 1}\nname: sre\n";
        let shown = vec![Span::new(text.find("sre").unwrap(), text.len() - 1)];
        let masked = masked(text, shown);
        let expected = "- url: **********\u{B7} * *\n  key:\n    - ****\n***** **\nname: sre\n";
        assert_eq!(masked, expected);
        assert_eq!(masked.len(), text.len());
    }

    #[test]
    fn hides_the_code_of_templates() {
        for (text, expected) in [
            ("a: <%= @b %>-c", "a: *** ** **-c"),
            ("a: \"{{ .Values.b }}\"", "a: \"** ********* **\""),
            ("<%\n a: b\n%>a: c", "**\n ** *\n**a: c"),
        ] {
            let shown = vec![Span::new(text.find(": ").unwrap(), text.len())];
            assert_eq!(masked(text, shown), expected, "{text}");
        }
    }
}
