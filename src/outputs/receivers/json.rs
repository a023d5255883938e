use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    alerting::{Configuration, KnownConfiguration, LabelSet, LabelSource, Reached, ReachedRoute},
    outputs::{Location, document, pages::ReceiverEntry},
    workspace::{ReceiversAnswer, Unrouted, Workspace},
};

#[derive(Serialize)]
struct AnswerEntry<'a> {
    /// The name of the alert; `None` if the question is about a team or labels.
    alert: Option<&'a str>,
    location: Option<Location>,
    team: Option<&'a str>,
    /// The known labels. All others are unknown.
    labels: BTreeMap<&'a str, &'a str>,
    /// What shows the labels, if the question is about a team.
    labels_from: Option<&'static str>,
    configurations: Vec<ConfigurationEntry<'a>>,
    /// Why there are no configurations.
    unrouted: Option<&'static str>,
}

#[derive(Serialize)]
struct ConfigurationEntry<'a> {
    name: Option<&'a str>,
    location: Location,
    /// Whether a template adds routes that cannot be read.
    has_unknown_routes: bool,
    certain: Vec<ReceiverEntry<'a>>,
    possible: Vec<ReceiverEntry<'a>>,
    /// The routes at which alerts can end.
    routes: Vec<ReachedEntry<'a>>,
}

#[derive(Serialize)]
struct ReachedEntry<'a> {
    certain: bool,
    receivers: Vec<ReceiverEntry<'a>>,
    /// The routes from the root.
    path: Vec<RouteEntry>,
}

#[derive(Serialize)]
struct RouteEntry {
    matchers: Vec<String>,
    /// `None` if a template decides.
    r#continue: Option<bool>,
    location: Location,
}

/// Returns the answers as JSON.
pub(crate) fn write(
    workspace: &Workspace,
    answers: &[ReceiversAnswer<'_>],
) -> serde_json::Result<String> {
    let entries = answers.iter().map(|answer| AnswerEntry {
        alert: answer.alert.as_ref().map(|it| it.alert.name.as_str()),
        location: answer
            .alert
            .as_ref()
            .map(|it| Location::new(&it.alert.place)),
        team: answer.team.map(|id| workspace.map.teams.name(id)),
        labels: answer.labels.known().collect(),
        configurations: answer
            .reached
            .iter()
            .map(|(known, reached)| configuration(known, reached, &answer.labels))
            .collect(),
        labels_from: answer.source.map(|source| match source {
            LabelSource::Rules => "rules",
            LabelSource::Routes => "routes",
            LabelSource::OwnedRules => "owned-rules",
            LabelSource::Names => "names",
        }),
        unrouted: answer.unrouted.map(|why| match why {
            Unrouted::NotRead => "not-read",
            Unrouted::NoConfiguration => "no-configuration",
            Unrouted::OtherRepositories => "other-repositories",
            Unrouted::NoRoute => "no-route",
        }),
    });
    document("answers", entries.collect::<Vec<_>>())
}

fn configuration<'a>(
    known: &'a KnownConfiguration,
    reached: &'a Reached,
    labels: &LabelSet,
) -> ConfigurationEntry<'a> {
    let configuration = &known.configuration;
    let routes = reached.routes.iter();
    ConfigurationEntry {
        name: configuration.name.as_deref(),
        location: Location::new(&configuration.place),
        has_unknown_routes: configuration.unknown_routes.is_some(),
        certain: ReceiverEntry::all(configuration, &reached.certain),
        possible: ReceiverEntry::all(configuration, &reached.possible),
        routes: routes.map(|it| route(configuration, *it, labels)).collect(),
    }
}

fn route<'a>(
    configuration: &'a Configuration,
    reached: ReachedRoute,
    labels: &LabelSet,
) -> ReachedEntry<'a> {
    let path = configuration.path(reached.route).into_iter().map(|at| {
        let route = &configuration.routes[at];
        RouteEntry {
            matchers: route.matchers.iter().map(ToString::to_string).collect(),
            r#continue: route.continues,
            location: Location::new(&route.place),
        }
    });
    let receivers = configuration.receivers_of(reached.route, labels);
    ReachedEntry {
        certain: reached.is_certain,
        receivers: ReceiverEntry::all(configuration, &receivers),
        path: path.collect(),
    }
}
