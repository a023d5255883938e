//! Which parts of the labels in a question describe a subject: only values, and no ports.

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

/// Returns whether a label names something, unlike a severity.
pub(super) fn names_something(label: &str) -> bool {
    is_naming_label(label) || OTHER_NAMING_LABELS.contains(&label)
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
