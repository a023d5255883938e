//! Notification policies and contact points of Grafana, in provisioning files and in the values of its chart.

use super::{
    FileConfigurations,
    builder::{Builder, Syntax},
    document::Document,
    integrations, shown,
};
use crate::{
    alerting::{
        Receiver,
        configuration::ConfigurationKind,
        expressions::Expressions,
        matcher::{Matcher, Operator},
    },
    text::{Span, quoted},
    yaml::Node,
};

const SYNTAX: Syntax = Syntax {
    kind: ConfigurationKind::Grafana,
    keys: &[
        "orgId",
        "receiver",
        "group_by",
        "match",
        "match_re",
        "matchers",
        "object_matchers",
        "mute_time_intervals",
        "active_time_intervals",
        "continue",
        "routes",
        "group_wait",
        "group_interval",
        "repeat_interval",
        "provenance",
        "name",
    ],
    matchers,
};

pub(super) fn is_configuration(node: &Node) -> bool {
    let items = |key: &str| node.get(key).and_then(|it| it.items()).unwrap_or_default();
    let is_policy = |item: &Node| item.get("receiver").is_some();
    let is_contact_point =
        |item: &Node| item.get("name").is_some() && item.get("receivers").is_some();
    items("policies").iter().any(|item| is_policy(item))
        || items("contactPoints")
            .iter()
            .any(|item| is_contact_point(item))
}

pub(super) fn shown(node: &Node) -> Vec<Span> {
    let mut spans = Vec::new();
    for entry in node.all("policies") {
        spans.push(entry.key.span);
        shown::routes(&entry.value, &mut spans);
    }
    let points = node.all("contactPoints");
    let points = points.flat_map(|entry| entry.value.items().unwrap_or_default());
    spans.extend(points.filter_map(|point| shown::scalar(point.get("name")?)));
    spans
}

pub(super) fn read(node: &Node, document: &Document<'_>, found: &mut FileConfigurations) {
    let items = |key: &str| {
        let entries: Vec<_> = node.all(key).collect();
        let items = entries.into_iter().filter_map(|entry| entry.value.items());
        items.flatten()
    };
    for point in items("contactPoints") {
        let Some(value) = point.get("name") else {
            continue;
        };
        let Some(name) = document.text(value) else {
            continue;
        };
        let receivers = point.get("receivers").and_then(|it| it.items());
        let types = receivers.unwrap_or_default().iter().map(|receiver| {
            let kind = receiver.get("type").and_then(|it| it.as_str());
            kind.unwrap_or_default()
        });
        found.contact_points.push(Receiver {
            name,
            is_template: document.is_template(value),
            integrations: integrations::kinds(types),
            place: document.place(value.span),
        });
    }
    for policy in items("policies") {
        let builder = Builder::new(document, &mut found.problems, &SYNTAX);
        // The contact points of all files are added later.
        let built = builder.finish(policy, None, Vec::new(), Vec::new(), true);
        found.configurations.extend(built);
    }
}

fn matchers(builder: &mut Builder<'_, '_>, route: &Node, matchers: &mut Vec<Matcher>) {
    for (key, operator) in [("match", Operator::Equal), ("match_re", Operator::Matches)] {
        for entry in route.all_or_merged(key) {
            for label in builder.mapped(entry, matchers) {
                let name = builder.document.text(&label.key).unwrap_or_default();
                let unknown = builder.not_a_string(&name, &label.value);
                matchers.push(unknown.unwrap_or_else(|| {
                    builder.matcher(
                        route,
                        &name,
                        operator,
                        &label.value,
                        Expressions::anchored_again,
                    )
                }));
            }
        }
    }
    for entry in route.all_or_merged("matchers") {
        for item in builder.listed(entry, matchers) {
            builder.parsed(route, item, matchers);
        }
    }
    for entry in route.all_or_merged("object_matchers") {
        for item in builder.listed(entry, matchers) {
            matchers.push(object_matcher(builder, route, item));
        }
    }
}

/// Reads a matcher as a list of a name, an operator and a value.
fn object_matcher(builder: &mut Builder<'_, '_>, route: &Node, item: &Node) -> Matcher {
    let Some([name, symbol, value]) = item.items() else {
        return builder.invalid_matcher(
            item.span,
            "expected a list with a name, an operator and a value",
        );
    };
    let Some(name) = builder.document.text(name) else {
        return builder.invalid_matcher(item.span, "the matcher has no name");
    };
    let operator = symbol.as_str().and_then(Operator::from_symbol);
    let Some(operator) = operator else {
        let symbol = quoted(symbol.as_str().unwrap_or_default());
        let message = format!("{symbol} is not an operator of a matcher");
        return builder.invalid_matcher(item.span, message);
    };
    let unknown = builder.not_a_string(&name, value);
    unknown.unwrap_or_else(|| builder.matcher(route, &name, operator, value, Expressions::test))
}
