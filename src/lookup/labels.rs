//! The labels of alerts in a text: `{namespace="web", severity="page"}`.

use std::ops::Range;

/// A label in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The range of the key.
    pub key: Range<usize>,
    /// The range of the value, without quotes.
    pub value: Range<usize>,
    /// Whether the text says that the label has the value, instead of comparing it in another way.
    pub is_set: bool,
}

/// Returns the labels in a text, in order. What looks like a label in the value of another one is none.
pub fn labels(text: &str) -> Vec<Label> {
    let mut labels = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('=').map(|at| from + at) {
        let before = text[from..at].trim_end_matches('!');
        let key = before.trim_end();
        let end = from + key.len();
        let is_part = |char: char| char.is_alphanumeric() || "_.".contains(char);
        let start = from + key.trim_end_matches(is_part).len();
        let rest = text[at + 1..].trim_start_matches(['~', '=']);
        let is_plain = from + before.len() == at && rest.len() == text.len() - at - 1;
        let written = rest.trim_start();
        let quote = written.chars().next().filter(|char| "\"'".contains(*char));
        let value = &written[usize::from(quote.is_some())..];
        let value_start = text.len() - value.len();
        let value_end = value_start + length_of_value(value, quote);
        let key = &text[start..end];
        if key.starts_with(|char: char| char.is_alphabetic() || char == '_') {
            labels.push(Label {
                key: start..end,
                value: value_start..value_end,
                is_set: is_plain,
            });
        }
        from = (at + 1).max(value_end);
    }
    labels
}

/// Returns the length of the value at the start of a text, up to the quote that ends it.
fn length_of_value(text: &str, quote: Option<char>) -> usize {
    let mut is_escaped = false;
    let end = text.find(|char: char| match quote {
        None => char.is_whitespace() || ",;}&".contains(char),
        Some(_) if is_escaped => {
            is_escaped = false;
            false
        }
        Some(quote) => {
            is_escaped = char == '\\';
            char == quote
        }
    });
    end.unwrap_or(text.len())
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
                &["a b true", "pod c false", "d e f false"],
            ),
            ("disk is full", &[]),
            ("=a", &[]),
            ("a==b", &["a b false"]),
            ("a=", &["a  true"]),
            ("a=\"\u{e9}", &["a \u{e9} true"]),
            ("team=x;severity=y}", &["team x true", "severity y true"]),
            ("token=YQ==, a=b", &["token YQ== true", "a b true"]),
            ("my.host=a host=b", &["my.host a true", "host b true"]),
            ("my_host=a", &["my_host a true"]),
            (
                "text=\"host=a, pod=b\" node='c=d'",
                &["text host=a, pod=b true", "node c=d true"],
            ),
            ("a=\"b\\\"c\" d=e", &["a b\\\"c true", "d e true"]),
            ("https://a/b?host=c&pod=d", &["host c true", "pod d true"]),
        ] {
            let found = labels(text).into_iter();
            let found: Vec<String> = found
                .map(|it| format!("{} {} {}", &text[it.key], &text[it.value], it.is_set))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
