//! `AlertmanagerConfig` resources. The Prometheus operator adds their routes to those of Alertmanager, for the alerts of
//! the resource's namespace.

use super::{
    FileConfigurations, alertmanager,
    builder::{Builder, Syntax},
    document::Document,
    shown,
};
use crate::{
    alerting::{
        configuration::ConfigurationKind,
        expressions::Expressions,
        matcher::{Matcher, Operator, Test},
    },
    text::{Span, quoted, without_template_code},
    yaml::Node,
};

const SYNTAX: Syntax = Syntax {
    kind: ConfigurationKind::Operator,
    keys: &[
        "receiver",
        "groupBy",
        "groupWait",
        "groupInterval",
        "repeatInterval",
        "matchers",
        "continue",
        "routes",
        "muteTimeIntervals",
        "activeTimeIntervals",
        "group_by",
        "group_wait",
        "group_interval",
        "repeat_interval",
        "mute_time_intervals",
        "active_time_intervals",
    ],
    matchers,
};

pub(super) fn is_resource(node: &Node) -> bool {
    let kind = node.get("kind").and_then(|kind| kind.as_str());
    let spec = node.get("spec");
    matches!(kind, Some("AlertmanagerConfig" | "VMAlertmanagerConfig"))
        && spec.is_some_and(|spec| spec.get("route").is_some())
}

pub(super) fn shown(node: &Node) -> Vec<Span> {
    let spec = node.get("spec");
    let spec = spec.map_or_else(Vec::new, |spec| alertmanager::shown(spec));
    let metadata = node.get("metadata");
    let names = ["name", "namespace"].iter();
    let names = names.filter_map(|key| shown::scalar(metadata?.get(key)?));
    spec.into_iter().chain(names).collect()
}

pub(super) fn read(node: &Node, document: &Document<'_>, found: &mut FileConfigurations) {
    let Some(spec) = node.get("spec") else {
        return;
    };
    let of_metadata = |key: &str| node.get("metadata").and_then(|it| it.get(key));
    let namespace = of_metadata("namespace");
    let namespace_text = namespace.and_then(|it| document.text(it));
    let name = of_metadata("name").and_then(|it| document.text(it));
    let name = match (&namespace_text, name) {
        (Some(namespace), Some(name)) => Some(format!("{namespace}/{name}")),
        (_, name) => name,
    };
    let name = name.map(|name| without_template_code(&name).into_owned());
    let (receivers, has_unknown) = alertmanager::receivers(spec, document, found);
    let unknown_routes = alertmanager::unknown_in(spec, "route", document);
    for entry in spec.all("route") {
        // The namespace may also be set when the resource is deployed.
        let is_known = namespace.is_some_and(|it| !document.is_template(it));
        let value = namespace_text.clone().unwrap_or_default();
        let place = document.place(namespace.map_or(entry.key.span, |it| it.span));
        let matcher = Matcher {
            label: "namespace".into(),
            operator: Operator::Equal,
            test: match is_known {
                true => Test::Equal(value.clone()),
                false => Test::Unknown,
            },
            value,
            place,
            is_optional: false,
        };
        let builder = Builder::new(document, &mut found.problems, &SYNTAX);
        let receivers = receivers.clone();
        let built = builder.finish(
            &entry.value,
            name.clone(),
            vec![matcher],
            receivers,
            has_unknown,
        );
        found.configurations.extend(built.map(|mut configuration| {
            let unknown = configuration.unknown_routes.take();
            configuration.unknown_routes = unknown.or(unknown_routes.clone());
            configuration
        }));
    }
}

fn matchers(builder: &mut Builder<'_, '_>, route: &Node, matchers: &mut Vec<Matcher>) {
    for entry in route.all_or_merged("matchers") {
        for item in builder.listed(entry, matchers) {
            match item.entries() {
                Some(_) => matchers.push(matcher(builder, route, item)),
                None => builder.parsed(route, item, matchers),
            }
        }
    }
}

/// Reads a matcher as a mapping with a name, a value and a type.
fn matcher(builder: &mut Builder<'_, '_>, route: &Node, item: &Node) -> Matcher {
    let name = item.get("name").and_then(|it| builder.document.text(it));
    let Some(name) = name else {
        return builder.invalid_matcher(item.span, "the matcher has no `name`");
    };
    let symbol = item.get("matchType").and_then(|it| it.as_str());
    let is_expression = item.get("regex").and_then(|it| it.as_str()) == Some("true");
    let operator = match symbol {
        Some(symbol) => Operator::from_symbol(symbol),
        None if is_expression => Some(Operator::Matches),
        None => Some(Operator::Equal),
    };
    let Some(operator) = operator else {
        let symbol = quoted(symbol.unwrap_or_default());
        let message = format!("{symbol} is not the type of a matcher");
        return builder.invalid_matcher(item.span, message);
    };
    // The value is optional, and empty by default.
    let Some(value) = item.get("value") else {
        return builder.matcher(route, &name, operator, item, Expressions::test);
    };
    let unknown = builder.not_a_string("value", value);
    unknown.unwrap_or_else(|| builder.matcher(route, &name, operator, value, Expressions::test))
}
