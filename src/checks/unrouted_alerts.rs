use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    alerting::{Configuration, LabelSet, Reached, SEVERITY, TEAM, TeamAlert},
    finding::{Finding, Related, Severity},
    text::{count, joined, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unrouted-alerts",
    severity: Severity::Warning,
    summary: "A team's alerts do not match any notification route.",
    what: "The alerts set a `team` label, but the only receivers they can reach are the default \
one, receivers that all alerts reach, and receivers without any integration. The check considers \
only configurations in which a route matches on the `team` label. A label that an alert's rule \
does not set could have any value, so if at least one value would lead to another receiver, the \
check reports nothing. There is one finding for each team and repository.",
    why: "\
The alerts fire, but the team that they name is not notified: they reach only a catch-all \
receiver.",
    impact: "Nobody on this team is notified when these alerts fire.",
    fix: "Add a notification route for the team, or correct the `team` label of the alerts.",
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
    /// The positions of the configurations.
    configurations: BTreeSet<usize>,
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    let configurations = context.routing().configurations.iter().enumerate();
    let by_team = configurations.filter(|(_, known)| known.configuration.tests(TEAM));
    let by_team: Vec<_> = by_team
        .map(|(at, known)| (at, known, General::of(&known.configuration)))
        .collect();
    if by_team.is_empty() {
        return Vec::new();
    }
    let alerts = TeamAlert::all(&context.map.teams, context.repositories);
    // Most alerts differ only in labels that no route tests, such as their names.
    let mut outcomes: BTreeMap<(usize, Vec<Option<&str>>), bool> = BTreeMap::new();
    let mut found: BTreeMap<(&str, &str), Unrouted<'_>> = BTreeMap::new();
    for alert in &alerts {
        let Some(value) = alert.labels.get(TEAM).filter(|value| !value.is_empty()) else {
            continue;
        };
        let repository = &*alert.repository.name;
        let applying = by_team
            .iter()
            .filter(|(_, known, _)| known.applies_to(repository));
        let applying: Vec<_> = applying.collect();
        let is_unrouted = !applying.is_empty()
            && applying.iter().all(|(at, known, general)| {
                let tested = known.configuration.tested_values(&alert.labels);
                *outcomes.entry((*at, tested)).or_insert_with(|| {
                    let reached = known.configuration.evaluate(&alert.labels);
                    general.includes(&known.configuration, &reached)
                })
            });
        if is_unrouted {
            let unrouted = found.entry((repository, value)).or_default();
            unrouted.severities.extend(alert.labels.get(SEVERITY));
            unrouted
                .configurations
                .extend(applying.iter().map(|(at, ..)| *at));
            unrouted.alerts.push(alert);
        }
    }
    let findings = found.into_iter();
    findings
        .filter_map(|((_, value), unrouted)| finding(context, value, &unrouted))
        .collect()
}

/// The receivers that say nothing about a team.
struct General(BTreeSet<usize>);

impl General {
    fn of(configuration: &Configuration) -> Self {
        let root = configuration.routes[0].receivers.iter();
        let always = configuration.evaluate(&LabelSet::default()).certain;
        Self(root.copied().chain(always).collect())
    }

    /// Returns whether alerts reach no other receivers with an integration.
    fn includes(&self, configuration: &Configuration, reached: &Reached) -> bool {
        let mut receivers = reached.certain.iter().chain(&reached.possible);
        configuration.unknown_routes.is_none()
            && receivers.all(|at| {
                let integrations = configuration.integrations(*at);
                self.0.contains(at) || integrations.is_some_and(<[_]>::is_empty)
            })
    }
}

fn finding(context: &Context<'_>, value: &str, unrouted: &Unrouted<'_>) -> Option<Finding> {
    let first = unrouted.alerts.first()?;
    let alerts = count(unrouted.alerts.len() as u64, "alert");
    let severities = joined(unrouted.severities.iter().map(quoted), ", ");
    let with = match unrouted.severities.len() {
        0 => String::new(),
        1 => format!(" with severity {severities}"),
        _ => format!(" with severities {severities}"),
    };
    let related = unrouted.configurations.iter().map(|at| {
        let known = &context.routing().configurations[*at];
        let place = known.configuration.routes[0].first_line();
        Related::new(place, "none of these routes takes them")
    });
    let team = first.team.or_else(|| context.map.teams.resolve(value));
    let verb = if unrouted.alerts.len() == 1 {
        "reaches"
    } else {
        "reach"
    };
    Some(Finding {
        subject: value.to_owned(),
        is_about_path: false,
        teams: context.teams(team.as_slice()),
        label: "no route matches it".to_owned(),
        advice: vec![Advice::in_words(
            "add a notification route for the team, or correct the label",
        )],
        related: related.collect(),
        ..CHECK.at(
            first.alert.place.clone(),
            format!(
                "{alerts} of team {}{with} {verb} only the default receiver",
                quoted(value)
            ),
        )
    })
}
