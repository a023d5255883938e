//! The parts of routes that contain nothing secret.

use crate::{text::Span, yaml::Node};

/// The keys of a route whose values are shown completely: names, matchers and labels.
const SHOWN: [&str; 11] = [
    "activeTimeIntervals",
    "active_time_intervals",
    "groupBy",
    "group_by",
    "match",
    "match_re",
    "matchers",
    "muteTimeIntervals",
    "mute_time_intervals",
    "object_matchers",
    "receiver",
];

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
            key if SHOWN.contains(&key) => all(&entry.value, spans),
            _ => continue,
        }
        spans.push(entry.key.span);
    }
}

/// Adds the spans of all scalars in a value.
fn all(node: &Node, spans: &mut Vec<Span>) {
    let (items, entries) = (node.items(), node.entries());
    for item in items.unwrap_or_default() {
        all(item, spans);
    }
    for entry in entries.unwrap_or_default() {
        spans.push(entry.key.span);
        all(&entry.value, spans);
    }
    if items.is_none() && entries.is_none() {
        spans.push(node.span);
    }
}
