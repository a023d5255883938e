//! The parts of routes that contain nothing secret.

use crate::{text::Span, yaml::Node};

/// The keys of a matcher in an `AlertmanagerConfig`.
const OF_MATCHER: [&str; 4] = ["matchType", "name", "regex", "value"];

/// The keys of a route whose values are mistakes if they are anything else than these.
const BOOLEANS: [&str; 2] = ["false", "true"];

/// Adds the spans of a tree of routes, or of a list of trees. Other keys may have been added by mistake, and their values
/// may be secret, as may comments.
pub(super) fn routes(node: &Node, spans: &mut Vec<Span>) {
    for item in node.items().unwrap_or_default() {
        routes(item, spans);
    }
    for entry in node.entries().unwrap_or_default() {
        let key = entry.key.as_str().unwrap_or_default();
        let is_boolean = || {
            let value = entry.value.as_str();
            value.is_some_and(|value| BOOLEANS.contains(&value))
        };
        match key {
            "routes" => routes(&entry.value, spans),
            "continue" if is_boolean() => spans.push(entry.value.span),
            "receiver" => spans.extend(scalar(&entry.value)),
            "match" | "match_re" => mapping(&entry.value, |_| true, spans),
            "activeTimeIntervals"
            | "active_time_intervals"
            | "groupBy"
            | "group_by"
            | "muteTimeIntervals"
            | "mute_time_intervals" => list(&entry.value, spans),
            "matchers" => {
                list(&entry.value, spans);
                for item in entry.value.items().unwrap_or_default() {
                    mapping(item, |key| OF_MATCHER.contains(&key), spans);
                }
            }
            "object_matchers" => {
                for item in entry.value.items().unwrap_or_default() {
                    // A list with another number of values is a mistake.
                    if item.items().is_some_and(|items| items.len() == 3) {
                        list(item, spans);
                    }
                }
            }
            _ => continue,
        }
        spans.push(entry.key.span);
    }
}

/// Returns the span of a value if it is a scalar. Anything else is a mistake where a name belongs, and may be secret.
pub(super) fn scalar(node: &Node) -> Option<Span> {
    let is_scalar = node.items().is_none() && node.entries().is_none();
    is_scalar.then_some(node.span)
}

/// Adds the spans of the scalars in a list.
fn list(node: &Node, spans: &mut Vec<Span>) {
    let items = node.items().unwrap_or_default();
    spans.extend(items.iter().filter_map(|item| scalar(item)));
}

/// Adds the spans of the entries of a mapping that have scalars as values, and keys that may be shown.
fn mapping(node: &Node, may_show: fn(&str) -> bool, spans: &mut Vec<Span>) {
    for entry in node.entries().unwrap_or_default() {
        if may_show(entry.key.as_str().unwrap_or_default())
            && let Some(value) = scalar(&entry.value)
        {
            spans.extend([entry.key.span, value]);
        }
    }
}
