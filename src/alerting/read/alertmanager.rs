//! Configurations of Alertmanager, as a file, in the values of a chart, or in a string of a resource.

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
    text::{Place, Span, quoted},
    yaml::{Entry, Node},
};

const SYNTAX: Syntax = Syntax {
    kind: ConfigurationKind::Alertmanager,
    keys: &[
        "receiver",
        "group_by",
        "match",
        "match_re",
        "matchers",
        "mute_time_intervals",
        "active_time_intervals",
        "continue",
        "routes",
        "group_wait",
        "group_interval",
        "repeat_interval",
        "labels",
    ],
    matchers,
};

/// Returns whether a mapping under two keys is a configuration.
pub(super) fn is_configuration(node: &Node, keys: [&str; 2]) -> bool {
    let Some(route) = node.get("route") else {
        return false;
    };
    let is_route = |route: &Node| route.get("receiver").is_some() || route.get("routes").is_some();
    // Receivers of another kind are a mistake, which is reported.
    let has_receivers = node.get("receivers").is_some_and(|receivers| {
        let items = receivers.items().unwrap_or_default();
        let is_receiver = |item: &Node| item.entries().is_none() || item.get("name").is_some();
        receivers.entries().is_none() && items.iter().all(|item| is_receiver(item))
    });
    let is_values = keys == ["alertmanager", "config"];
    is_route(route) && (has_receivers || is_values)
}

/// Returns the parts that contain nothing secret: the routes and the names of receivers.
pub(super) fn shown(node: &Node) -> Vec<Span> {
    let mut spans = Vec::new();
    for entry in node.all("route") {
        spans.push(entry.key.span);
        shown::routes(&entry.value, &mut spans);
    }
    let receivers = node.all("receivers");
    let receivers = receivers.flat_map(|entry| entry.value.items().unwrap_or_default());
    spans.extend(receivers.filter_map(|receiver| shown::scalar(receiver.get("name")?)));
    spans
}

pub(super) fn read(node: &Node, document: &Document<'_>, found: &mut FileConfigurations) {
    let (receivers, has_unknown) = receivers(node, document, found);
    let has_unknown = has_unknown || node.get("receivers").is_none();
    let unknown_routes = unknown_in(node, "route", document);
    let repeated = repeated(node, "route", document, found);
    for entry in node.all("route") {
        let builder = Builder::new(document, &mut found.problems, &SYNTAX);
        let receivers = receivers.clone();
        let built = builder.finish(&entry.value, None, Vec::new(), receivers, has_unknown);
        let Some(mut configuration) = built else {
            continue;
        };
        let root = &configuration.routes[0];
        // An invalid matcher was reported.
        let are_invalid = root.matchers.iter().all(|it| it.label.is_empty());
        let conflict = match root.continues {
            _ if !are_invalid => Some("the root route must not have matchers"),
            Some(true) => Some("the root route must not set `continue`"),
            _ => None,
        };
        let problem = conflict.map(|message| document.invalid(entry.key.span, message));
        found.problems.extend(problem);
        let unknown = repeated.clone().or(unknown_routes.clone());
        configuration.unknown_routes = configuration.unknown_routes.or(unknown);
        found.configurations.push(configuration);
    }
}

/// Returns the first place in the value of a key at which a template adds something unknown.
pub(super) fn unknown_in(node: &Node, key: &str, document: &Document<'_>) -> Option<Place> {
    let entries = node.entries().unwrap_or_default();
    entries.iter().enumerate().find_map(|(at, entry)| {
        let start = entry.key.span.start;
        // The last value of a mapping may end with what the template adds.
        let end = entries
            .get(at + 1)
            .map_or(u32::MAX, |next| next.key.span.start);
        let is_key = entry.key.as_str() == Some(key);
        is_key.then(|| document.unknown_between(start, end))?
    })
}

/// Reports a key that is set more than once, and returns the last place. The parts of a template may exclude each
/// other.
fn repeated(
    node: &Node,
    key: &str,
    document: &Document<'_>,
    found: &mut FileConfigurations,
) -> Option<Place> {
    let again = node.all(key).skip(1).last();
    let again = again.filter(|_| document.template.is_none())?;
    let message = format!("key {} is set twice", quoted(key));
    found
        .problems
        .push(document.invalid(again.key.span, message));
    Some(document.place(again.key.span))
}

/// Returns the receivers in a mapping, and whether there may be others.
pub(super) fn receivers(
    node: &Node,
    document: &Document<'_>,
    found: &mut FileConfigurations,
) -> (Vec<Receiver>, bool) {
    let mut receivers: Vec<Receiver> = Vec::new();
    let mut has_unknown = unknown_in(node, "receivers", document).is_some();
    let is_repeated = repeated(node, "receivers", document, found).is_some();
    has_unknown |= is_repeated;
    for entry in node.all("receivers") {
        let value = &entry.value;
        if value.items().is_none() && !value.is_null() && !document.is_template(value) {
            has_unknown = true;
            let message = format!("expected a list in `receivers`, found {}", value.what());
            found.problems.push(document.invalid(value.span, message));
        }
    }
    let items = node.all("receivers").flat_map(|entry| entry.value.items());
    for item in items.flatten() {
        if item.entries().is_none() && !item.is_null() {
            has_unknown = true;
            if !document.is_template(item) {
                let message = format!("expected a receiver, found {}", item.what());
                found.problems.push(document.invalid(item.span, message));
            }
            continue;
        }
        // In the values of a chart, the template may add a name to `- null`.
        let Some(value) = item.get("name") else {
            has_unknown |= item.is_null();
            continue;
        };
        let Some(name) = document.text(value) else {
            if !value.is_null() {
                has_unknown = true;
                let message = format!("expected a string in `name`, found {}", value.what());
                found.problems.push(document.invalid(value.span, message));
            }
            continue;
        };
        let is_template = document.is_template(value);
        has_unknown |= is_template;
        let is_known = receivers.iter().any(|it| it.name == name);
        if is_known && document.template.is_none() && !is_template && !is_repeated {
            let message = format!("receiver {} is defined twice", quoted(&name));
            found.problems.push(document.invalid(value.span, message));
        }
        receivers.push(Receiver {
            name,
            is_template,
            integrations: integrations_of(item, document),
            place: document.place(value.span),
        });
    }
    (receivers, has_unknown)
}

fn integrations_of(receiver: &Node, document: &Document<'_>) -> Vec<&'static str> {
    let entries = receiver.entries().unwrap_or_default().iter();
    integrations::kinds(entries.filter_map(|entry| {
        let key = entry.key.as_str()?;
        let name = key
            .strip_suffix("_configs")
            .or_else(|| key.strip_suffix("Configs"));
        let is_empty = entry.value.is_null()
            || entry.value.items().is_some_and(<[_]>::is_empty)
            || entry.value.entries().is_some_and(<[_]>::is_empty);
        name.filter(|_| !is_empty || document.is_template(&entry.value))
    }))
}

fn matchers(builder: &mut Builder<'_, '_>, route: &Node, matchers: &mut Vec<Matcher>) {
    for (key, operator) in [("match", Operator::Equal), ("match_re", Operator::Matches)] {
        for entry in route.all_or_merged(key) {
            labels(builder, route, entry, operator, matchers);
        }
    }
    for entry in route.all_or_merged("matchers") {
        for item in builder.listed(entry, matchers) {
            builder.parsed(route, item, matchers);
        }
    }
}

/// Adds the matchers in a mapping from labels to values.
fn labels(
    builder: &mut Builder<'_, '_>,
    route: &Node,
    entry: &Entry,
    operator: Operator,
    matchers: &mut Vec<Matcher>,
) {
    let repeated = builder.repeated(&entry.value);
    for label in builder.mapped(entry, matchers) {
        let name = builder.document.text(&label.key).unwrap_or_default();
        if let Some(unknown) = builder.not_a_string(&name, &label.value) {
            matchers.push(unknown);
            continue;
        }
        if operator == Operator::Matches && label.value.is_null() {
            let message = format!("the regular expression of {} is missing", quoted(&name));
            matchers.push(builder.invalid_matcher(label.key.span, message));
            continue;
        }
        if !is_label(&name) && !builder.document.is_template(&label.key) {
            let message = format!("{} is not a valid label name", quoted(&name));
            builder.invalid(label.key.span, message);
        }
        let mut matcher = builder.matcher(
            route,
            &name,
            operator,
            &label.value,
            Expressions::anchored_again,
        );
        // Only one of the values counts.
        matcher.is_optional |= repeated.contains(&&*name);
        matchers.push(matcher);
    }
    for key in repeated {
        let message = format!("label {} is set twice", quoted(key));
        builder.invalid(entry.value.span, message);
    }
}

/// Returns whether a name is valid in `match` and `match_re`.
fn is_label(name: &str) -> bool {
    let is_of_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    !name.is_empty()
        && !name.starts_with(|char: char| char.is_ascii_digit())
        && name.chars().all(is_of_name)
}
