//! `receivers`: the way of alerts through the notification routes.

use std::{collections::BTreeMap, sync::Arc};

use super::{Error, Workspace};
use crate::{
    alerting::{
        self, Evaluator, KnownConfiguration, LabelError, LabelSet, LabelSource,
        NotificationRouting, Reached, TEAM, TeamAlert, TeamLabels, TeamPages,
    },
    config::TeamId,
    resolution::ResolvedRepository,
    text::{did_you_mean, likely, quoted, shell_word},
};

/// The alerts to route: by name, by team or by labels.
#[derive(Debug, Default)]
pub(crate) struct ReceiversRequest {
    /// Names of alerts or teams, and labels as `NAME=VALUE`.
    pub subjects: Vec<String>,
    /// Further labels as `NAME=VALUE`.
    pub labels: Vec<String>,
}

/// The receivers of alerts with the same labels.
#[derive(Debug)]
pub(crate) struct ReceiversAnswer<'w> {
    /// The alert, if the question is about one.
    pub alert: Option<TeamAlert<'w>>,
    /// The team, if the question is about one or the alert belongs to one.
    pub team: Option<TeamId>,
    /// What is known about the labels.
    pub labels: LabelSet,
    /// What shows the labels of the team's alerts, if the question is about a team.
    pub source: Option<LabelSource>,
    /// The result in each configuration that routes the alert.
    pub reached: Vec<(&'w KnownConfiguration, Arc<Reached>)>,
    /// Why there is no result.
    pub unrouted: Option<Unrouted>,
}

/// Why no notification route takes alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unrouted {
    /// Files with notification routes could not be read, so it is unknown what the alerts reach.
    NotRead,
    /// There is no configuration, so it is unknown what the alerts reach.
    NoConfiguration,
    /// All configurations route the alerts of other repositories.
    OtherRepositories,
    /// The root route of each configuration takes other alerts.
    NoRoute,
}

impl Workspace {
    /// Returns the notification routes in the repositories with a checkout.
    ///
    /// # Errors
    /// If a repository cannot be resolved.
    pub(crate) fn notification_routing(&self) -> Result<&NotificationRouting, Error> {
        if let Some(routing) = self.routing.get() {
            return Ok(routing);
        }
        let routing = NotificationRouting::new(&self.map, self.repositories()?);
        Ok(self.routing.get_or_init(|| routing))
    }

    /// Returns the receivers of the requested alerts.
    ///
    /// # Errors
    /// If a repository cannot be resolved, or a name or label is invalid.
    pub(crate) fn receivers(
        &self,
        request: &ReceiversRequest,
    ) -> Result<Vec<ReceiversAnswer<'_>>, Error> {
        let repositories = self.repositories()?;
        self.warn_of_unreadable(repositories);
        self.warn_of_missing("notification routes in this repository are not taken into account");
        let routing = self.notification_routing()?;
        self.warn_of_unread(routing, repositories);
        if routing.configurations.is_empty() {
            let help = "check out the repository that contains the Alertmanager or Grafana \
                configuration, and list it under `repositories` in the map";
            let found = match routing.is_incomplete() {
                true => "no notification routes found in the files that could be read",
                false => "no notification routes found",
            };
            let message = format!("{found}\nhelp: {help}");
            self.notices.warn(message);
        }
        let is_label = |subject: &&String| subject.contains('=') || subject.contains("!~");
        let (typed, names): (Vec<&String>, Vec<&String>) =
            request.subjects.iter().partition(is_label);
        let labels = labels(typed.into_iter().chain(&request.labels))?;
        let configurations = routing.configurations.iter();
        let mut question = Question {
            workspace: self,
            routing,
            alerts: TeamAlert::all(&self.map.teams, repositories),
            evaluators: configurations
                .map(|known| (known, Evaluator::new(&known.configuration)))
                .collect(),
            labels,
        };
        let mut answers = Vec::new();
        for name in &names {
            answers.extend(question.named(name)?);
        }
        if names.is_empty() {
            answers = match question.labels.is_empty() {
                true => question.all(),
                false => vec![question.about_labels()],
            };
        }
        Ok(answers)
    }

    /// Returns the receivers of the alerts of each team in the repositories with a checkout.
    ///
    /// # Errors
    /// If a repository cannot be resolved.
    pub(crate) fn team_pages(&self) -> Result<TeamPages, Error> {
        Ok(self.pages_in(self.repositories()?))
    }

    /// Returns the receivers of the alerts of each team in some repositories.
    pub(super) fn pages_in<'r>(
        &self,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository> + Clone,
    ) -> TeamPages {
        let pages = TeamPages::new(&self.map, repositories.clone());
        self.warn_of_unread(&pages.routing, repositories);
        pages
    }

    /// Warns about files that could not be read, and that may contain what the answer lacks.
    fn warn_of_unread<'r>(
        &self,
        routing: &NotificationRouting,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository> + Clone,
    ) {
        let places = self.places(repositories.clone());
        self.notices.warn_of_unread(routing, repositories, &places);
    }
}

/// Returns the names and values of labels.
fn labels<'t>(texts: impl Iterator<Item = &'t String>) -> Result<BTreeMap<String, String>, Error> {
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    for text in texts {
        let (name, value) = alerting::label(text).map_err(|error| invalid_label(text, &error))?;
        if let Some(known) = labels.get(&name).filter(|known| **known != value) {
            let (name, known, value) = (quoted(&name), quoted(known), quoted(&value));
            let message = format!("label {name} is set to both {known} and {value}");
            return Err(Error::new(message).help("set each label once"));
        }
        labels.insert(name, value);
    }
    Ok(labels)
}

fn invalid_label(text: &str, error: &LabelError) -> Error {
    let shown = quoted(text);
    match error {
        LabelError::Operator => {
            let message = format!("{shown} compares a label instead of setting it");
            Error::new(message).help("write `NAME=VALUE` with the value that the alert has")
        }
        LabelError::Several => Error::new(format!("{shown} sets several labels")).help(
            "write each label as an argument of its own, and put a value that contains a comma in double quotes",
        ),
        LabelError::Name(name) => {
            let message = format!("{} is not a valid label name", quoted(name));
            Error::new(message).help("correct the name, or put it in double quotes if it is UTF-8")
        }
        LabelError::Syntax if text.contains('=') => {
            let message = format!("{shown} is not a label with a value");
            let help =
                "write `NAME=VALUE`, and put a value with special characters in double quotes";
            Error::new(message).help(help)
        }
        LabelError::Syntax => {
            Error::new(format!("label {shown} has no value")).help("write `NAME=VALUE`")
        }
    }
}

struct Question<'w> {
    workspace: &'w Workspace,
    routing: &'w NotificationRouting,
    alerts: Vec<TeamAlert<'w>>,
    evaluators: Vec<(&'w KnownConfiguration, Evaluator<'w>)>,
    labels: BTreeMap<String, String>,
}

impl<'w> Question<'w> {
    /// Returns the answers about the alerts with a name, or else about a team. Names in the same letter case come first.
    fn named(&mut self, name: &str) -> Result<Vec<ReceiversAnswer<'w>>, Error> {
        let teams = &self.workspace.map.teams;
        let exact = self.about_alerts(|alert| alert == name);
        if !exact.is_empty() {
            return Ok(exact);
        }
        if let Some(team) = teams.with_spelling(name) {
            return Ok(self.about_team(team));
        }
        let lower = name.to_lowercase();
        let similar = self.about_alerts(|alert| alert.to_lowercase() == lower);
        if !similar.is_empty() {
            return Ok(similar);
        }
        if let Some(team) = teams.resolve(name) {
            return Ok(self.about_team(team));
        }
        let alerts = self.alerts.iter().map(|it| it.alert.name.as_str());
        let teams = teams.iter().map(|(_, team)| team.id.value.as_str());
        let known: Vec<&str> = alerts.chain(teams).collect();
        let error = Error::new(format!("no alert or team is named {}", quoted(name)));
        let help = match self.routing.tested_teams().contains_key(name) {
            true => {
                let command = format!("ownlint receivers {TEAM}={}", shell_word(name));
                Some(format!(
                    "notification routes match on this team, which is not in the map: run {}",
                    quoted(command)
                ))
            }
            false => did_you_mean(likely(name, &known)),
        };
        Err(match help {
            Some(help) => error.help(help),
            None => error,
        })
    }

    fn about_alerts(&mut self, is_named: impl Fn(&str) -> bool) -> Vec<ReceiversAnswer<'w>> {
        let alerts = self.alerts.iter().filter(|it| is_named(&it.alert.name));
        let alerts: Vec<TeamAlert<'w>> = alerts.cloned().collect();
        let answers = alerts.into_iter().map(|alert| {
            let repository = &alert.repository.name;
            let applies = |known: &KnownConfiguration| known.applies_to(repository);
            let (labels, reached) = self.reached(alert.labels.clone(), applies);
            ReceiversAnswer {
                team: alert.team,
                unrouted: self.why_unrouted(&reached, applies),
                source: None,
                alert: Some(alert),
                labels,
                reached,
            }
        });
        answers.collect()
    }

    fn about_team(&mut self, team: TeamId) -> Vec<ReceiversAnswer<'w>> {
        let labels = self.labels_by_team().remove(&team);
        let labels = labels.unwrap_or_else(|| TeamLabels::by_name(&self.workspace.map.teams, team));
        self.with_labels(team, labels)
    }

    /// Returns the answers about the alerts of all teams.
    fn all(&mut self) -> Vec<ReceiversAnswer<'w>> {
        let mut by_team = self.labels_by_team();
        let teams = self.workspace.map.teams.sorted().into_iter();
        let each = teams.filter_map(|(team, _)| Some((team, by_team.remove(&team)?)));
        let each: Vec<(TeamId, TeamLabels<'w>)> = each.collect();
        each.into_iter()
            .flat_map(|(team, labels)| self.with_labels(team, labels))
            .collect()
    }

    fn labels_by_team(&self) -> BTreeMap<TeamId, TeamLabels<'w>> {
        TeamLabels::all(&self.workspace.map.teams, &self.alerts, self.routing)
    }

    /// Returns the answers about the alerts of a team with some labels. Of the labels that no alert is known to have,
    /// only the first with the same result.
    fn with_labels(&mut self, team: TeamId, of_team: TeamLabels<'w>) -> Vec<ReceiversAnswer<'w>> {
        let mut answers: Vec<ReceiversAnswer<'w>> = Vec::with_capacity(of_team.sets.len());
        let id = self.workspace.map.teams.name(team);
        let mut sets: Vec<&LabelSet> = of_team.sets.iter().collect();
        if of_team.source == LabelSource::Names {
            sets.sort_by_key(|set| set.get(TEAM) != Some(id));
        }
        for set in sets {
            let applies = |known: &KnownConfiguration| of_team.are_routed_by(known);
            let (labels, reached) = self.reached(set.clone(), applies);
            let is_known = of_team.source == LabelSource::Names
                && answers
                    .iter()
                    .any(|answer| has_same_result(answer, &reached));
            if !is_known {
                answers.push(ReceiversAnswer {
                    alert: None,
                    team: Some(team),
                    labels,
                    source: Some(of_team.source),
                    unrouted: self.why_unrouted(&reached, applies),
                    reached,
                });
            }
        }
        answers
    }

    fn about_labels(&mut self) -> ReceiversAnswer<'w> {
        let (labels, reached) = self.reached(LabelSet::default(), |_| true);
        ReceiversAnswer {
            alert: None,
            team: None,
            labels,
            source: None,
            unrouted: self.why_unrouted(&reached, |_| true),
            reached,
        }
    }

    /// Returns the labels together with those of the question, and what alerts with them reach.
    fn reached(
        &mut self,
        mut labels: LabelSet,
        applies: impl Fn(&KnownConfiguration) -> bool,
    ) -> (LabelSet, Vec<(&'w KnownConfiguration, Arc<Reached>)>) {
        for (name, value) in &self.labels {
            labels.set(name, value);
        }
        let evaluators = self.evaluators.iter_mut();
        let reached = evaluators
            .filter(|(known, _)| applies(known))
            .map(|(known, evaluator)| (*known, evaluator.evaluate(&labels)))
            .filter(|(_, reached)| !reached.routes.is_empty())
            .collect();
        (labels, reached)
    }

    fn why_unrouted(
        &self,
        reached: &[(&KnownConfiguration, Arc<Reached>)],
        applies: impl Fn(&KnownConfiguration) -> bool,
    ) -> Option<Unrouted> {
        let configurations = &self.routing.configurations;
        match configurations.iter().any(applies) {
            _ if !reached.is_empty() => None,
            _ if self.routing.is_incomplete() => Some(Unrouted::NotRead),
            true => Some(Unrouted::NoRoute),
            false if configurations.is_empty() => Some(Unrouted::NoConfiguration),
            false => Some(Unrouted::OtherRepositories),
        }
    }
}

fn has_same_result(
    answer: &ReceiversAnswer<'_>,
    reached: &[(&KnownConfiguration, Arc<Reached>)],
) -> bool {
    let one = answer.reached.iter().map(|(_, reached)| reached);
    one.eq(reached.iter().map(|(_, reached)| reached))
}
