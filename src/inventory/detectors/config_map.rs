//! The dashboards of Grafana in the strings of a ConfigMap.

use std::sync::Arc;

use super::{declared::YamlFile, grafana_dashboard};
use crate::{
    inventory::{FoundName, NameKind},
    text::{Place, Span},
    yaml::Node,
};

/// Returns what the strings in a ConfigMap name. The place of a name is that of the string if it is written with escapes.
pub(super) fn names(file: &YamlFile, resource: &Node) -> Vec<FoundName> {
    let data = resource.get("data").and_then(|data| data.entries());
    let strings = data.into_iter().flatten();
    let names = strings.flat_map(|entry| {
        let text = entry.value.as_str().unwrap_or_default();
        let span = file.span(&entry.value);
        let dashboards = grafana_dashboard::names_in(text).into_iter();
        dashboards.map(move |name| FoundName {
            kind: NameKind::Dashboard,
            namespace: None,
            is_unique: true,
            resource: None,
            place: place(file, span, &name),
            name,
        })
    });
    names.collect()
}

/// Returns the place of a quoted value in a string.
fn place(file: &YamlFile, string: Span, value: &str) -> Place {
    let start = string.range().start;
    let written = file.source.text().get(string.range());
    let at = written.and_then(|written| written.find(&format!("\"{value}\"")));
    let found = at.map(|at| Span::new(start + at + 1, start + at + 1 + value.len()));
    Place::Text(Arc::clone(&file.source), found.unwrap_or(string))
}
