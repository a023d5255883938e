//! Which receivers the alerts of teams reach.

use std::collections::{BTreeMap, BTreeSet};

use super::{KnownConfiguration, LabelSet, Matcher, NotificationRouting, Reached};
use crate::{
    claims::team,
    config::{Map, TeamId, Teams},
    inventory::Alert,
    resolution::ResolvedRepository,
};

/// The label with the name of the alert.
const NAME: &str = "alertname";

/// The label by which most configurations route.
pub const TEAM: &str = "team";

/// The label that says how urgent an alert is.
pub const SEVERITY: &str = "severity";

/// An alert, and whose it is.
#[derive(Debug, Clone)]
pub struct TeamAlert<'r> {
    /// The repository of its rule.
    pub repository: &'r ResolvedRepository,
    /// The alert.
    pub alert: &'r Alert,
    /// The team that the rule names; `None` if it names none, or a team that is not in the map.
    pub team: Option<TeamId>,
    /// Its labels.
    pub labels: LabelSet,
}

impl<'r> TeamAlert<'r> {
    /// Returns the alerts of all rules in some repositories, except vendored ones.
    pub fn all(
        teams: &Teams,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
    ) -> Vec<Self> {
        let repositories = repositories.into_iter();
        let alerts = repositories.flat_map(|repository| {
            let declarations = repository.declarations.iter();
            let own = declarations.filter(|declarations| !declarations.is_vendored);
            let alerts = own.flat_map(|declarations| &declarations.alerts);
            alerts.map(move |alert| Self {
                repository,
                alert,
                team: alert
                    .owner
                    .iter()
                    .find_map(|name| Some(team(name, teams)?.team)),
                labels: labels(alert),
            })
        });
        alerts.collect()
    }

    /// Returns the labels by which alerts are grouped: the team and the severity.
    pub fn group(&self) -> LabelSet {
        let known = [TEAM, SEVERITY].into_iter();
        known
            .filter_map(|label| Some((label, self.labels.get(label)?)))
            .collect()
    }
}

fn labels(alert: &Alert) -> LabelSet {
    let known = alert.labels.iter();
    let known = known.filter_map(|label| Some((&label.name, label.value.as_ref()?)));
    let mut labels: LabelSet = known.collect();
    if !alert.is_template() {
        labels.set(NAME, &alert.name);
    }
    labels
}

/// The receivers that all alerts of a group certainly reach in one configuration, and those that some may reach.
#[derive(Debug)]
pub struct Pages {
    /// The position of the configuration.
    pub configuration: usize,
    /// The positions of the receivers that all alerts reach.
    pub certain: Vec<usize>,
    /// The positions of the other receivers, the likely ones first.
    pub possible: Vec<usize>,
}

/// The receivers of the alerts of a team with the same severity in one configuration.
#[derive(Debug)]
pub struct SeverityPages {
    /// The team.
    pub team: TeamId,
    /// The severity; `None` if it is unknown.
    pub severity: Option<String>,
    /// The receivers.
    pub pages: Pages,
}

/// The receivers of the alerts of each team.
#[derive(Debug, Default)]
pub struct TeamPages {
    /// The notification routes.
    pub routing: NotificationRouting,
    /// The receivers by team, severity and configuration.
    pub by_severity: Vec<SeverityPages>,
    by_team: BTreeMap<TeamId, Vec<Pages>>,
}

impl TeamPages {
    /// Evaluates the notification routes in some repositories for the alerts in them.
    pub fn new<'r>(
        map: &Map,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository> + Clone,
    ) -> Self {
        let mut all = Self {
            routing: NotificationRouting::new(map, repositories.clone()),
            ..Self::default()
        };
        if all.routing.configurations.is_empty() {
            return all;
        }
        let alerts = TeamAlert::all(&map.teams, repositories);
        let labels = TeamLabels::all(&map.teams, &alerts, &all.routing);
        for (team, _) in map.teams.sorted() {
            if let Some(labels) = labels.get(&team) {
                all.add(team, labels);
            }
        }
        all
    }

    fn add(&mut self, team: TeamId, labels: &TeamLabels<'_>) {
        let configurations = self.routing.configurations.iter().enumerate();
        for (at, known) in configurations.filter(|(_, known)| labels.are_routed_by(known)) {
            let mut all: Vec<Reached> = Vec::with_capacity(labels.sets.len());
            for labels in &labels.sets {
                let reached = known.configuration.evaluate(labels);
                if !reached.routes.is_empty() {
                    self.by_severity.push(SeverityPages {
                        team,
                        severity: labels.get(SEVERITY).map(str::to_owned),
                        pages: Pages {
                            configuration: at,
                            certain: reached.certain.clone(),
                            possible: reached.possible.clone(),
                        },
                    });
                }
                all.push(reached);
            }
            let pages = Pages::joined(at, &all);
            if !pages.certain.is_empty() || !pages.possible.is_empty() {
                self.by_team.entry(team).or_default().push(pages);
            }
        }
    }

    /// Returns the receivers of the alerts of a team, in each configuration.
    pub fn of(&self, team: TeamId) -> &[Pages] {
        self.by_team.get(&team).map_or(&[], Vec::as_slice)
    }
}

impl Pages {
    fn joined(configuration: usize, reached: &[Reached]) -> Self {
        let is_everywhere =
            |receiver: &usize| reached.iter().all(|it| it.certain.contains(receiver));
        let mut certain: Vec<usize> = Vec::new();
        let mut possible: Vec<usize> = Vec::new();
        for receiver in reached.iter().flat_map(|it| &it.certain) {
            let list = match is_everywhere(receiver) {
                true => &mut certain,
                false => &mut possible,
            };
            if !list.contains(receiver) {
                list.push(*receiver);
            }
        }
        // The first ones of each set are the likely ones.
        let longest = reached.iter().map(|it| it.possible.len()).max();
        for at in 0..longest.unwrap_or_default() {
            for receiver in reached.iter().filter_map(|it| it.possible.get(at)) {
                if !certain.contains(receiver) && !possible.contains(receiver) {
                    possible.push(*receiver);
                }
            }
        }
        Self {
            configuration,
            certain,
            possible,
        }
    }
}

/// What is known about the labels of a team's alerts.
#[derive(Debug, Default)]
pub struct TeamLabels<'r> {
    /// The labels in the rules of the team, each combination once, or else the values of the `team` label that routes
    /// test and that are names of the team.
    pub sets: BTreeSet<LabelSet>,
    /// The names of the repositories with rules of the team.
    repositories: BTreeSet<&'r str>,
}

impl<'r> TeamLabels<'r> {
    /// Returns the labels of the alerts of each team that has alerts, or that a route names.
    pub fn all(
        teams: &Teams,
        alerts: &[TeamAlert<'r>],
        routing: &NotificationRouting,
    ) -> BTreeMap<TeamId, Self> {
        let mut all: BTreeMap<TeamId, Self> = BTreeMap::new();
        for alert in alerts {
            if let Some(team) = alert.team {
                let of_team = all.entry(team).or_default();
                of_team.sets.insert(alert.group());
                of_team.repositories.insert(&alert.repository.name);
            }
        }
        for value in routing.tested_teams().into_keys() {
            if let Some(team) = teams.resolve(value) {
                let of_team = all.entry(team).or_default();
                if of_team.repositories.is_empty() {
                    of_team.sets.insert([(TEAM, value)].into_iter().collect());
                }
            }
        }
        all
    }

    /// Returns whether a configuration routes alerts of the team.
    fn are_routed_by(&self, known: &KnownConfiguration) -> bool {
        let mut repositories = self.repositories.iter();
        self.repositories.is_empty() || repositories.any(|it| known.applies_to(it))
    }
}

impl NotificationRouting {
    /// Returns the values of the `team` label that routes test, each once with the matchers.
    pub fn tested_teams(&self) -> BTreeMap<&str, Vec<&Matcher>> {
        let mut values: BTreeMap<&str, Vec<&Matcher>> = BTreeMap::new();
        for known in &self.configurations {
            let matchers = known
                .configuration
                .routes
                .iter()
                .flat_map(|it| &it.matchers);
            for matcher in matchers.filter(|matcher| *matcher.label == *TEAM) {
                for value in matcher.values().unwrap_or_default() {
                    values.entry(value).or_default().push(matcher);
                }
            }
        }
        values
    }
}
