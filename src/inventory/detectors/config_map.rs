//! What the strings in a ConfigMap name: dashboards of Grafana, and the alerts of rules for Prometheus.

use std::sync::Arc;

use super::{declared::YamlFile, grafana_dashboard};
use crate::{
    inventory::{FoundName, NameKind},
    text::{Place, Span},
    yaml::{self, Node},
};

/// Returns what the strings in a ConfigMap name. The place of a name is that of the string if it is written with escapes.
pub(super) fn names(file: &YamlFile, resource: &Node) -> Vec<FoundName> {
    let data = resource.get("data").and_then(|data| data.entries());
    let strings = data.into_iter().flatten();
    let names = strings.flat_map(|entry| {
        let text = entry.value.as_str().unwrap_or_default();
        let span = file.span(&entry.value);
        let dashboards = grafana_dashboard::names_in(text).into_iter();
        let dashboards = dashboards.map(move |name| {
            let quoted = format!("\"{name}\"");
            let place = place(file, span, span.range().start, &quoted, 1, name.len());
            named(NameKind::Dashboard, name, None, place)
        });
        dashboards
            .chain(alerts(file, span, text))
            .collect::<Vec<_>>()
    });
    names.collect()
}

/// Returns the alerts in a string, each with the team in its labels.
fn alerts(file: &YamlFile, span: Span, text: &str) -> Vec<FoundName> {
    if !text.contains("alert:") {
        return Vec::new();
    }
    let documents = yaml::parse(text).documents;
    let groups = documents
        .iter()
        .filter_map(|document| document.get("groups")?.items());
    let rules = groups
        .flatten()
        .filter_map(|group| group.get("rules")?.items());
    let mut from = span.range().start;
    let alerts = rules.flatten().filter_map(|rule| {
        let name = rule.get("alert")?.as_str()?;
        let team = rule.get("labels").and_then(|labels| labels.get("team"));
        let team = team.and_then(|team| team.as_str()).map(str::to_owned);
        let written = file.source.text().get(from..span.range().end)?;
        let start = written.find("alert:").map_or(from, |at| from + at);
        let place = place(file, span, start, name, 0, name.len());
        if let Place::Text(_, found) = &place
            && *found != span
        {
            from = found.range().end;
        }
        Some(named(NameKind::Alert, name.to_owned(), team, place))
    });
    alerts.collect()
}

/// Returns the place of `length` bytes after the first `skipped` ones of a text, which is searched for from `start` to the
/// end of a string.
fn place(
    file: &YamlFile,
    string: Span,
    start: usize,
    text: &str,
    skipped: usize,
    length: usize,
) -> Place {
    let written = file.source.text().get(start..string.range().end);
    let at = written.and_then(|written| written.find(text));
    let found = at.map(|at| {
        let start = start + at + skipped;
        Span::new(start, start + length)
    });
    Place::Text(Arc::clone(&file.source), found.unwrap_or(string))
}

fn named(kind: NameKind, name: String, team: Option<String>, place: Place) -> FoundName {
    FoundName {
        kind,
        name,
        namespace: None,
        is_unique: true,
        resource: None,
        team,
        place,
    }
}
