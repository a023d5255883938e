//! Which receivers the alerts of teams reach.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Evaluator, KnownConfiguration, LabelSet, Matcher, NotificationRouting, Reached,
    ReachedReceiver, reached_receiver::ReceiverSet,
};
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

    /// Returns who owns it: the teams that the rule names, or else the owners of the file.
    fn owners(&self, teams: &Teams) -> Vec<TeamId> {
        let repository = self.repository;
        let of_file = repository.resolution_of_file(self.alert.place.path());
        let of_alert = repository.resolution_of_alert(of_file, teams, self.alert, false);
        of_alert.resolution.owners
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
#[derive(Debug, Clone)]
pub struct Pages {
    /// The position of the configuration.
    pub configuration: usize,
    /// The receivers that all alerts reach.
    pub certain: Vec<ReachedReceiver>,
    /// The other receivers, the likely ones first.
    pub possible: Vec<ReachedReceiver>,
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
        let configurations = &all.routing.configurations;
        if configurations.is_empty() {
            return all;
        }
        let alerts = TeamAlert::all(&map.teams, repositories);
        let labels = TeamLabels::all(&map.teams, &alerts, &all.routing);
        for (at, known) in configurations.iter().enumerate() {
            let mut evaluator = Evaluator::new(&known.configuration);
            let routed = labels.iter().filter(|(_, it)| it.are_routed_by(known));
            for (team, labels) in routed {
                // Several names of the team can have the same severity. An unknown severity comes last.
                let mut by_severity: BTreeMap<(bool, Option<&str>), Vec<Arc<Reached>>> =
                    BTreeMap::new();
                for labels in &labels.sets {
                    let severity = labels.get(SEVERITY);
                    let same = by_severity.entry((severity.is_none(), severity));
                    same.or_default().push(evaluator.evaluate(labels));
                }
                for ((_, severity), same) in &by_severity {
                    let pages = Pages::joined(at, same);
                    if !pages.is_empty() {
                        all.by_severity.push(SeverityPages {
                            team: *team,
                            severity: severity.map(str::to_owned),
                            pages,
                        });
                    }
                }
                let pages = Pages::joined(at, by_severity.values().flatten());
                if !pages.is_empty() {
                    all.by_team.entry(*team).or_default().push(pages);
                }
            }
        }
        let order = map.teams.sorted().into_iter();
        let order: FxHashMap<TeamId, usize> = order.map(|(team, _)| team).zip(0..).collect();
        all.by_severity.sort_by_key(|it| order[&it.team]);
        all.sort_by_reach();
        all
    }

    /// Puts the receivers that wake people first. Then, those that few teams reach come before those that many reach, which
    /// say little about a team. Of the latter, those without an integration come last.
    fn sort_by_reach(&mut self) {
        let mut teams: FxHashMap<(usize, ReachedReceiver), usize> = FxHashMap::default();
        let all = || self.by_team.values().flatten();
        for pages in all() {
            for receiver in pages.certain.iter().chain(&pages.possible) {
                *teams
                    .entry((pages.configuration, receiver.clone()))
                    .or_default() += 1;
            }
        }
        for pages in self.by_team.values_mut().flatten() {
            for receivers in [&mut pages.certain, &mut pages.possible] {
                let known = &self.routing.configurations[pages.configuration];
                receivers.sort_by_cached_key(|it| {
                    let teams = teams.get(&(pages.configuration, it.clone())).copied();
                    let kinds = known.configuration.integrations_of(it);
                    let is_silent = kinds.is_some_and(<[_]>::is_empty);
                    (!known.configuration.is_paging(it), teams, is_silent)
                });
            }
        }
    }

    /// Returns the receivers of the alerts of a team, in each configuration.
    pub fn of(&self, team: TeamId) -> &[Pages] {
        self.by_team.get(&team).map_or(&[], Vec::as_slice)
    }

    /// Returns the receivers of some alerts, in each configuration.
    pub fn of_alerts<'r>(
        &self,
        alerts: impl IntoIterator<Item = (&'r ResolvedRepository, &'r Alert)> + Clone,
    ) -> Vec<Pages> {
        let configurations = self.routing.configurations.iter().enumerate();
        let pages = configurations.map(|(at, known)| {
            let mut evaluator = Evaluator::new(&known.configuration);
            let alerts = alerts.clone().into_iter();
            let routed = alerts.filter(|(repository, _)| known.applies_to(&repository.name));
            let reached = routed.map(|(_, alert)| evaluator.evaluate(&labels(alert)));
            let mut pages = Pages::joined(at, &reached.collect::<Vec<_>>());
            for receivers in [&mut pages.certain, &mut pages.possible] {
                receivers.sort_by_key(|it| !known.configuration.is_paging(it));
            }
            pages
        });
        pages.filter(|pages| !pages.is_empty()).collect()
    }
}

impl Pages {
    /// Returns whether alerts reach no receiver.
    fn is_empty(&self) -> bool {
        self.certain.is_empty() && self.possible.is_empty()
    }

    fn joined<'o>(
        configuration: usize,
        reached: impl IntoIterator<Item = &'o Arc<Reached>>,
    ) -> Self {
        let mut known: FxHashSet<*const Reached> = FxHashSet::default();
        let reached = reached.into_iter();
        let all = reached.filter(|it| known.insert(Arc::as_ptr(it)));
        let all: Vec<&Reached> = all.map(|it| &**it).collect();
        if let [only] = all[..] {
            return Self {
                configuration,
                certain: only.certain.clone(),
                possible: only.possible.clone(),
            };
        }
        let mut numbers: FxHashMap<&ReachedReceiver, usize> = FxHashMap::default();
        for receiver in all.iter().flat_map(|it| &it.certain) {
            *numbers.entry(receiver).or_default() += 1;
        }
        let mut known = ReceiverSet::default();
        let in_some = all.iter().flat_map(|it| &it.certain);
        let in_some = in_some.filter(|it| known.insert(it)).cloned();
        let (certain, mut possible): (Vec<_>, Vec<_>) =
            in_some.partition(|it| numbers[it] == all.len());
        // The first ones of each set are the likely ones.
        let longest = all.iter().map(|it| it.possible.len()).max();
        for at in 0..longest.unwrap_or_default() {
            let likely = all.iter().filter_map(|it| it.possible.get(at));
            possible.extend(likely.filter(|it| known.insert(it)).cloned());
        }
        Self {
            configuration,
            certain,
            possible,
        }
    }
}

/// What shows the labels of a team's alerts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LabelSource {
    /// The rules that name the team.
    #[default]
    Rules,
    /// The values of the `team` label that routes test, because no rule names the team.
    Routes,
    /// The rules that the team owns, because neither rules nor routes name it.
    OwnedRules,
    /// Only the names of the team: no alert is known to have these labels.
    Names,
}

/// What is known about the labels of a team's alerts.
#[derive(Debug, Default)]
pub struct TeamLabels<'r> {
    /// The labels, each combination once.
    pub sets: BTreeSet<LabelSet>,
    /// What shows them.
    pub source: LabelSource,
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
                all.entry(team).or_default().add(alert);
            }
        }
        for value in routing.tested_teams().into_keys() {
            if let Some(team) = teams.resolve(value) {
                let of_team = all.entry(team).or_default();
                if of_team.repositories.is_empty() {
                    of_team.source = LabelSource::Routes;
                    of_team.sets.insert([(TEAM, value)].into_iter().collect());
                }
            }
        }
        let mut owned: BTreeMap<TeamId, Self> = BTreeMap::new();
        for alert in alerts.iter().filter(|_| all.len() < teams.iter().count()) {
            for team in alert.owners(teams) {
                if !all.contains_key(&team) {
                    let of_team = owned.entry(team).or_default();
                    of_team.source = LabelSource::OwnedRules;
                    of_team.add(alert);
                }
            }
        }
        all.extend(owned);
        all
    }

    /// Returns the labels of alerts that name a team, with each of its names.
    pub fn by_name(teams: &Teams, team: TeamId) -> Self {
        let names = teams.get(team).spellings();
        let sets = names.map(|name| [(TEAM, name.value.as_str())].into_iter().collect());
        Self {
            sets: sets.collect(),
            source: LabelSource::Names,
            repositories: BTreeSet::new(),
        }
    }

    fn add(&mut self, alert: &TeamAlert<'r>) {
        self.sets.insert(alert.group());
        self.repositories.insert(&alert.repository.name);
    }

    /// Returns whether a configuration routes alerts of the team.
    pub fn are_routed_by(&self, known: &KnownConfiguration) -> bool {
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
