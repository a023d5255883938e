//! The labels that a Dockerfile sets: `LABEL key=value …`.

use std::sync::Arc;

use crate::text::{Source, Span};

/// A label, with the place of its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub key: String,
    pub value: String,
    pub span: Span,
}

/// Returns the labels in the instructions of a Dockerfile, in order. The old form `LABEL key value` is read too.
pub(super) fn labels(source: &Arc<Source>) -> Vec<Label> {
    let text = source.text();
    let mut labels = Vec::new();
    let mut start = 0;
    let mut is_continued = false;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let content = line.trim();
        // Comments and empty lines do not end an instruction.
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let word = content
            .get(..6)
            .filter(|word| word.eq_ignore_ascii_case("label "));
        let mut from = at + (line.len() - line.trim_start().len());
        match (is_continued, word) {
            (false, Some(word)) => from += word.len(),
            (true, _) => {}
            (false, None) => continue,
        }
        let end = at + line.trim_end().len();
        let (body, continues) = match text[from..end].strip_suffix(['\\', '`']) {
            Some(body) => (body, true),
            None => (&text[from..end], false),
        };
        let before = labels.len();
        pairs(body, from, &mut labels);
        if labels.len() == before && !is_continued {
            labels.extend(old_form(body, from));
        }
        is_continued = continues;
    }
    labels
}

/// Adds the pairs `key=value` of a line that starts at `from`.
fn pairs(line: &str, from: usize, labels: &mut Vec<Label>) {
    let mut at = 0;
    while at < line.len() {
        at += line[at..].len() - line[at..].trim_start().len();
        let Some((key, end)) = word(&line[at..], true) else {
            break;
        };
        let after = at + end;
        let Some(rest) = line[after..].strip_prefix('=') else {
            break;
        };
        let (value, end) = word(rest, false).unwrap_or_default();
        let start = from + after + 1;
        labels.push(Label {
            key,
            value,
            span: Span::new(start, start + end),
        });
        at = after + 1 + end;
    }
}

/// Returns a word without its quotes, and its length with them. A key ends at `=`.
fn word(text: &str, is_key: bool) -> Option<(String, usize)> {
    let mut word = String::new();
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match (char, quote) {
            ('\\', _) => word.extend(chars.next().map(|(_, char)| char)),
            (char, Some(open)) if char == open => quote = None,
            ('"' | '\'', None) => quote = Some(char),
            (char, None) if char.is_whitespace() || (is_key && char == '=') => {
                return Some((word, at));
            }
            (char, _) => word.push(char),
        }
    }
    (!text.is_empty()).then_some((word, text.len()))
}

/// Returns the label in the old form, which has a single label on a line.
fn old_form(line: &str, from: usize) -> Option<Label> {
    let (key, rest) = line.trim_end().split_once(char::is_whitespace)?;
    let value = rest.trim_start();
    let start = from + line.find(value)?;
    Some(Label {
        key: key.to_owned(),
        value: value.trim_matches('"').to_owned(),
        span: Span::new(start, start + value.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceOrigin;

    #[test]
    fn reads_labels_in_all_notations() {
        let text = "FROM scratch\n# LABEL a=no\nlabel a=1 \"b c\"='x y' \\\n  # comment\n  d=\"e \\\"f\\\"\"\n\
                    LABEL old some words\nRUN echo LABEL g=no\n  LABEL h=2\n";
        let (source, _) = Source::new(SourceOrigin::Map, "Dockerfile".into(), text.into());
        let source = Arc::new(source);
        let found: Vec<(String, String, &str)> = labels(&source)
            .into_iter()
            .map(|label| (label.key, label.value, &text[label.span.range()]))
            .collect();
        let expected = [
            ("a", "1", "1"),
            ("b c", "x y", "'x y'"),
            ("d", "e \"f\"", "\"e \\\"f\\\"\""),
            ("old", "some words", "some words"),
            ("h", "2", "2"),
        ];
        let expected: Vec<(String, String, &str)> = expected
            .iter()
            .map(|(key, value, raw)| ((*key).to_owned(), (*value).to_owned(), *raw))
            .collect();
        assert_eq!(found, expected);
    }
}
