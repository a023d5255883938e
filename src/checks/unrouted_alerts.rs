use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    alerting::{Configuration, Evaluator, LabelSet, Reached, SEVERITY, TEAM, TeamAlert},
    finding::{Finding, Related, Severity},
    text::{count, joined, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unrouted-alerts",
    severity: Severity::Warning,
    summary: "A team's alerts reach only general receivers, or receivers without any integration.",
    what: "The alerts set a `team` label, but the only receivers they can reach are the default \
one, receivers that all alerts reach, and receivers without any integration. Either no notification \
route matches the alerts, or the matching route has no other receiver. The check considers \
only configurations in which a route matches on the `team` label. A label that an alert's rule \
does not set could have any value, so if at least one value would lead to another receiver, the \
check reports nothing. There is one finding for each team and repository.",
    why: "\
The alerts fire, but the team that they name is not notified: they reach only a catch-all \
receiver.",
    impact: "Nobody on this team is notified when these alerts fire.",
    fix: "Add a notification route for the team, set another receiver in the team's route, or correct the `team` label \
of the alerts.",
    example: "\
# alerts/search.yaml
groups:
  - name: search
    rules:
      - alert: SearchLatency
        labels: {team: search}              # no route takes `team=\"search\"`

# alertmanager.yml
route:
  receiver: default
  routes:
    - matchers: ['team=\"sre\"']
      receiver: sre-page",
    properties: Properties::USUAL,
    run,
};

/// The alerts of a team in a repository that no route takes.
#[derive(Default)]
struct Unrouted<'c> {
    alerts: Vec<&'c TeamAlert<'c>>,
    severities: BTreeSet<&'c str>,
    /// The positions of the configurations, and where the alerts end in them.
    ends: BTreeSet<(usize, End)>,
    /// Those of which `ends` consists. Most alerts end at the same routes as others.
    added: FxHashSet<(usize, *const BTreeSet<End>)>,
    /// Where the first alert ends.
    first: BTreeSet<End>,
}

/// A route at which alerts end, and why its receiver is not one of their team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct End {
    kind: ReceiverKind,
    route: usize,
    is_certain: bool,
    /// Whether it is the root route, or all alerts end there.
    is_general: bool,
}

/// Why a receiver is not one of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ReceiverKind {
    /// It is that of the root route.
    Default,
    /// All alerts reach it.
    General,
    /// It has no integration.
    Silent,
}

impl ReceiverKind {
    /// Returns what alerts reach.
    fn noun(self) -> &'static str {
        match self {
            Self::Default => "the default receiver",
            Self::General => "receivers that all alerts reach",
            Self::Silent => "receivers without an integration",
        }
    }

    /// Returns what is wrong with a route.
    fn note(self) -> &'static str {
        match self {
            Self::Default => "this route keeps the default receiver",
            Self::General => "all alerts reach the receiver of this route",
            Self::Silent => "the receiver of this route has no integration",
        }
    }

    /// Returns what is wrong with the route that takes an alert, and how to fix it.
    fn label_and_advice(self) -> (&'static str, &'static str) {
        match self {
            Self::Default => (
                "its route keeps the default receiver",
                "set another receiver in the route, or correct the label",
            ),
            Self::General => (
                "all alerts reach its receiver",
                "set another receiver in the route, or correct the label",
            ),
            Self::Silent => (
                "its receiver has no integration",
                "add an integration to the receiver, or correct the label",
            ),
        }
    }
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    let configurations = context.routing().configurations.iter().enumerate();
    let by_team = configurations.filter(|(_, known)| known.configuration.tests(TEAM));
    let mut by_team: Vec<_> = by_team
        .map(|(at, known)| (at, known, Ends::new(&known.configuration)))
        .collect();
    if by_team.is_empty() {
        return Vec::new();
    }
    let alerts = TeamAlert::all(&context.map.teams, context.repositories);
    let mut found: BTreeMap<(&str, &str), Unrouted<'_>> = BTreeMap::new();
    for alert in &alerts {
        let Some(value) = alert.labels.get(TEAM).filter(|value| !value.is_empty()) else {
            continue;
        };
        let repository = &*alert.repository.name;
        let applying = by_team
            .iter_mut()
            .filter(|(_, known, _)| known.applies_to(repository));
        let ends = applying.map(|(at, _, ends)| {
            let ends = ends.of(&alert.labels).as_ref()?;
            Some((*at, Rc::clone(ends)))
        });
        // `None` if they reach another receiver in one of the configurations.
        let ends: Option<Vec<(usize, Rc<BTreeSet<End>>)>> = ends.collect();
        if let Some(applying) = ends.filter(|applying| !applying.is_empty()) {
            let unrouted = found.entry((repository, value)).or_default();
            unrouted.severities.extend(alert.labels.get(SEVERITY));
            for (at, ends) in applying {
                if unrouted.alerts.is_empty() {
                    unrouted.first.extend(ends.iter());
                }
                if unrouted.added.insert((at, Rc::as_ptr(&ends))) {
                    unrouted.ends.extend(ends.iter().map(|end| (at, *end)));
                }
            }
            unrouted.alerts.push(alert);
        }
    }
    let findings = found.into_iter();
    findings
        .filter_map(|((_, value), unrouted)| finding(context, value, &unrouted))
        .collect()
}

/// Where alerts end in one configuration.
struct Ends<'c> {
    configuration: &'c Configuration,
    evaluator: Evaluator<'c>,
    general: General,
    /// By result, which is the same for many alerts.
    known: FxHashMap<*const Reached, Option<Rc<BTreeSet<End>>>>,
}

impl<'c> Ends<'c> {
    fn new(configuration: &'c Configuration) -> Self {
        let mut evaluator = Evaluator::new(configuration);
        Self {
            configuration,
            general: General::of(configuration, &evaluator.evaluate(&LabelSet::default())),
            evaluator,
            known: FxHashMap::default(),
        }
    }

    /// Returns where alerts with some labels end; `None` if they may reach another receiver with an integration.
    fn of(&mut self, labels: &LabelSet) -> &Option<Rc<BTreeSet<End>>> {
        let reached = self.evaluator.evaluate(labels);
        let known = self.known.entry(Arc::as_ptr(&reached));
        known.or_insert_with(|| Some(Rc::new(self.general.ends(self.configuration, &reached)?)))
    }
}

/// The receivers that say nothing about a team.
struct General {
    default: BTreeSet<usize>,
    always: BTreeSet<usize>,
    /// The root route, and the routes at which all alerts end.
    routes: BTreeSet<usize>,
}

impl General {
    fn of(configuration: &Configuration, of_all: &Reached) -> Self {
        let routes = of_all.routes.iter().filter(|it| it.is_certain);
        Self {
            default: configuration.routes[ROOT]
                .receivers
                .iter()
                .copied()
                .collect(),
            always: of_all.certain.iter().map(|it| it.at).collect(),
            routes: routes.map(|it| it.route).chain([ROOT]).collect(),
        }
    }

    /// Returns where alerts end; `None` if they may reach another receiver with an integration.
    fn ends(&self, configuration: &Configuration, reached: &Reached) -> Option<BTreeSet<End>> {
        if configuration.unknown_routes.is_some() {
            return None;
        }
        let mut ends = BTreeSet::new();
        for it in &reached.routes {
            for receiver in &configuration.routes[it.route].receivers {
                let integrations = configuration.integrations(*receiver);
                let kind = if self.default.contains(receiver) {
                    ReceiverKind::Default
                } else if self.always.contains(receiver) {
                    ReceiverKind::General
                } else if integrations.is_some_and(<[_]>::is_empty) {
                    ReceiverKind::Silent
                } else {
                    return None;
                };
                ends.insert(End {
                    kind,
                    route: it.route,
                    is_certain: it.is_certain,
                    is_general: self.routes.contains(&it.route),
                });
            }
        }
        Some(ends)
    }
}

/// The position of the root route.
const ROOT: usize = 0;

/// The number of routes that a finding names.
const MAX_ROUTES: usize = 5;

fn finding(context: &Context<'_>, value: &str, unrouted: &Unrouted<'_>) -> Option<Finding> {
    let first = unrouted.alerts.first()?;
    let alerts = count(unrouted.alerts.len() as u64, "alert");
    let severities = joined(unrouted.severities.iter().map(quoted), ", ");
    let with = match unrouted.severities.len() {
        0 => String::new(),
        1 => format!(" with severity {severities}"),
        _ => format!(" with severities {severities}"),
    };
    let kinds: BTreeSet<ReceiverKind> = unrouted.ends.iter().map(|(_, end)| end.kind).collect();
    let receivers = match kinds.is_empty() {
        true => "no receiver".to_owned(),
        false => format!("only {}", joined(kinds.iter().map(|it| it.noun()), " and ")),
    };
    let taken = || unrouted.ends.iter().filter(|(_, end)| !end.is_general);
    let configurations: BTreeSet<usize> = unrouted.ends.iter().map(|(at, _)| *at).collect();
    let untaken = configurations
        .into_iter()
        .filter(|at| !taken().any(|(of, _)| of == at));
    let configuration = |at: usize| &context.routing().configurations[at].configuration;
    let untaken = untaken.map(|at| {
        let place = configuration(at).routes[ROOT].first_line();
        let mut ends = unrouted.ends.iter();
        let note = match ends.any(|(of, end)| *of == at && end.route != ROOT) {
            true => "only routes for all alerts match them",
            false => "none of these routes matches them",
        };
        Related::new(place, note)
    });
    let routes = taken().map(|(at, end)| {
        let place = configuration(*at).routes[end.route].first_line();
        Related::new(place, end.kind.note())
    });
    let team = first.team.or_else(|| context.map.teams.resolve(value));
    let verb = if unrouted.alerts.len() == 1 {
        "reaches"
    } else {
        "reach"
    };
    let (label, advice) = label_and_advice(&unrouted.first);
    Some(Finding {
        subject: value.to_owned(),
        is_about_path: false,
        teams: context.teams(team.as_slice()),
        label: label.to_owned(),
        advice: vec![Advice::in_words(advice)],
        related: untaken.chain(routes.take(MAX_ROUTES)).collect(),
        ..CHECK.at(
            first.alert.place.clone(),
            format!(
                "{alerts} of team {}{with} {verb} {receivers}",
                quoted(value)
            ),
        )
    })
}

/// Returns what is wrong with the way of an alert, and how to fix it.
fn label_and_advice(ends: &BTreeSet<End>) -> (&'static str, &'static str) {
    let mut taken = ends.iter().filter(|end| !end.is_general);
    let is_general = ends.iter().any(|end| end.route != ROOT);
    match (taken.next(), taken.next()) {
        (None, _) => (
            match is_general {
                true => "only routes for all alerts match it",
                false => "no route matches it",
            },
            "add a notification route for the team, or correct the label",
        ),
        (Some(end), None) if end.is_certain => end.kind.label_and_advice(),
        _ => (
            "reaches no other receiver",
            "add a notification route for the team, or correct the label",
        ),
    }
}
