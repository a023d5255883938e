//! Reads the rules in a text some of whose rules are not valid YAML, so that these do not hide the others.

use std::{ops::Range, sync::Arc};

use super::rules::has_key;
use crate::{
    text::Span,
    yaml::{self, Node, SyntaxError},
};

/// Returns the documents in a text without the rules that are not valid YAML, and the syntax errors.
pub(super) fn parse(text: &str) -> (Vec<Arc<Node>>, Vec<SyntaxError>) {
    let parsed = yaml::parse(text);
    if parsed.errors.is_empty() {
        return (parsed.documents, parsed.errors);
    }
    let mut blank = text.as_bytes().to_vec();
    let mut errors: Vec<SyntaxError> = Vec::new();
    for rule in rules(text) {
        let of_rule = yaml::parse(&text[rule.clone()]).errors;
        if of_rule.is_empty() {
            continue;
        }
        for byte in &mut blank[rule.clone()] {
            if !matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
        errors.extend(of_rule.into_iter().map(|error| SyntaxError {
            span: Span::new(
                rule.start + error.span.range().start,
                rule.start + error.span.range().end,
            ),
            ..error
        }));
    }
    let without = (!errors.is_empty()).then(|| String::from_utf8(blank).ok());
    let without = without.flatten().map(|text| yaml::parse(&text));
    match without {
        Some(without) if without.errors.is_empty() => (without.documents, errors),
        _ => (parsed.documents, parsed.errors),
    }
}

/// Returns the lines of each rule in a block style list. Only the indents are read.
fn rules(text: &str) -> Vec<Range<usize>> {
    let mut rules: Vec<Range<usize>> = Vec::new();
    // The innermost item that may be a rule: its start, its indent, and whether it is a group of rules instead.
    let mut open: Option<(usize, usize, bool)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let is_empty = content.trim_end().is_empty() || content.starts_with('#');
        if !is_empty && open.is_some_and(|(_, of_item, _)| indent <= of_item) {
            rules.extend(open.take().map(|(from, ..)| from..start));
        }
        if content.starts_with("- ") && open.is_none_or(|(.., is_group)| is_group) {
            open = Some((start, indent, false));
        }
        if let Some((.., is_group)) = &mut open {
            *is_group |= has_key(content, "rules");
        }
        start += line.len();
    }
    rules.extend(open.map(|(from, ..)| from..start));
    rules.retain(|rule| is_rule(&text[rule.clone()]));
    rules
}

/// Returns whether an item is a rule: its text has the key of its name.
fn is_rule(item: &str) -> bool {
    ["alert", "record"].iter().any(|key| has_key(item, key)) && !has_key(item, "rules")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::within;

    #[test]
    fn broken_rules_do_not_hide_others() {
        for (text, expected, errors) in [
            (
                "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: up\n  - alert: B\n    expr: \"x\n  \
                 - record: C\n    expr: y\n  - expr: z\n    alert: D\n",
                "A C D",
                &[7][..],
            ),
            (
                "groups:\n- rules:\n  - alert: A\n    a: [\n- rules:\n  - alert: B\n    b: {\n  - alert: C\n",
                "C",
                &[4, 7],
            ),
            ("groups:\n- rules:\n  - alert: A\n    a: b: c\n", "", &[4]),
            ("groups: [\n- rules:\n  - alert: A\n", "", &[2]),
            ("groups:\n- rules:\n  - alert: A\n", "A", &[]),
        ] {
            let (documents, found) = parse(text);
            let groups = documents.iter().filter_map(|it| it.get("groups")?.items());
            let rules = groups.flatten().filter_map(|it| it.get("rules")?.items());
            let names = rules.flatten().filter_map(|rule| {
                let name = rule.get("alert").or_else(|| rule.get("record"));
                name?.as_str()
            });
            assert_eq!(names.collect::<Vec<_>>().join(" "), expected, "{text}");
            let lines = found.iter().map(|error| {
                let before = &text[..error.span.range().start];
                before.matches('\n').count() + 1
            });
            let lines: Vec<usize> = lines.collect();
            assert_eq!(lines.len(), errors.len(), "{text}: {lines:?}");
            assert!(
                lines
                    .iter()
                    .zip(errors)
                    .all(|(one, other)| one.abs_diff(*other) <= 1),
                "{text}: {lines:?}"
            );
        }
    }

    #[test]
    fn many_broken_rules_are_fast() {
        within(5, || {
            for rule in [
                "  - alert: A\n    a: [\n",
                "- a\n",
                " - a: b\n",
                "  - alert: \"A\n",
            ] {
                parse(&format!("groups:\n- rules:\n{}", rule.repeat(10_000)));
            }
        });
    }
}
