//! Labels of alerts in a question: `{namespace="web", severity="page"}`. Only their values describe a subject.

use std::ops::Range;

use crate::lookup::is_naming_label;

/// Labels that name something that teams own, besides those that lookups know.
const OTHER_NAMING_LABELS: [&str; 6] = [
    "app",
    "application",
    "component",
    "container",
    "job",
    "team",
];

/// A label in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// The range of the key.
    pub key: Range<usize>,
    /// The range of the value, without quotes.
    pub value: Range<usize>,
    /// Whether the label names something, unlike a severity.
    pub is_naming: bool,
}

/// Returns the labels in a text, in order.
pub(super) fn labels(text: &str) -> Vec<Label> {
    let mut labels = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('=').map(|at| from + at) {
        let key = text[from..at].trim_end_matches('!').trim_end();
        let end = from + key.len();
        let is_part = |char: char| char.is_alphanumeric() || "_.".contains(char);
        let start = from + key.trim_end_matches(is_part).len();
        let rest = text[at + 1..].trim_start_matches('~').trim_start();
        let quote = rest.chars().next().filter(|char| "\"'".contains(*char));
        let value = &rest[usize::from(quote.is_some())..];
        let length = value.find(|char: char| match quote {
            Some(quote) => char == quote,
            None => char.is_whitespace() || ",;}=".contains(char),
        });
        let value_start = text.len() - value.len();
        let value_end = value_start + length.unwrap_or(value.len());
        let key = &text[start..end];
        if key.starts_with(|char: char| char.is_alphabetic() || char == '_') {
            labels.push(Label {
                is_naming: is_naming_label(key) || OTHER_NAMING_LABELS.contains(&key),
                key: start..end,
                value: value_start..value_end,
            });
        }
        from = (at + 1).max(value_end);
    }
    labels
}

/// Returns whether a number at a range of a text is a port: `9100` in `cp1075:9100`.
pub(super) fn is_port(text: &str, number: &Range<usize>) -> bool {
    let before = text[..number.start].strip_suffix(':');
    let is_behind_name = before.is_some_and(|before| before.ends_with(char::is_alphanumeric));
    let is_end = |char: char| !char.is_alphanumeric() && !"-_.:".contains(char);
    let digits = &text[number.clone()];
    is_behind_name
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && text[number.end..].chars().next().is_none_or(is_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_labels() {
        for (text, expected) in [
            ("{namespace=\"web\"}", &["namespace web true"][..]),
            (
                "a = b,pod!='c', d=~\"e f\"",
                &["a b false", "pod c true", "d e f false"],
            ),
            ("disk is full", &[]),
            ("=a", &[]),
            ("a==b", &["a  false"]),
            ("a=", &["a  false"]),
            ("a=\"\u{e9}", &["a \u{e9} false"]),
            ("team=x;severity=y}", &["team x true", "severity y false"]),
        ] {
            let found = labels(text).into_iter();
            let found: Vec<String> = found
                .map(|it| format!("{} {} {}", &text[it.key], &text[it.value], it.is_naming))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn recognizes_ports() {
        for (text, number, expected) in [
            ("cp1:9100", "9100", true),
            ("x=\"cp1:9100\"", "9100", true),
            ("cp1:9100/a", "9100", true),
            ("kask:10.1", "10", false),
            ("kask:2x", "2", false),
            (":9100", "9100", false),
            ("cp9100", "9100", false),
            ("a::9100", "9100", false),
        ] {
            let start = text.find(number).unwrap();
            assert_eq!(
                is_port(text, &(start..start + number.len())),
                expected,
                "{text}"
            );
        }
    }
}
