//! `receivers`: the way of alerts through the notification routes.

use std::collections::BTreeMap;

use super::{Error, Workspace};
use crate::{
    alerting::{
        KnownConfiguration, LabelSet, NotificationRouting, Reached, TeamAlert, TeamLabels,
        TeamPages,
    },
    config::TeamId,
    text::{did_you_mean, likely, quoted},
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
    /// The result in each configuration that routes the alert.
    pub reached: Vec<(&'w KnownConfiguration, Reached)>,
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
        if routing.configurations.is_empty() {
            let help = "check out the repository that contains the Alertmanager or Grafana \
                configuration, and list it under `repositories` in the map";
            let message = format!("no notification routes found\nhelp: {help}");
            self.notices.warn(message);
        }
        let alerts = TeamAlert::all(&self.map.teams, repositories);
        let is_label = |subject: &&String| subject.contains('=');
        let (labels, names): (Vec<&String>, Vec<&String>) =
            request.subjects.iter().partition(is_label);
        let labels = labels.into_iter().chain(&request.labels);
        let labels: Vec<(&str, &str)> = labels.map(|text| label(text)).collect::<Result<_, _>>()?;
        let question = Question {
            workspace: self,
            routing,
            alerts,
            labels,
        };
        let mut answers = Vec::new();
        for name in &names {
            answers.extend(question.named(name)?);
        }
        if names.is_empty() {
            answers = match question.labels.is_empty() {
                true => question.all(),
                false => vec![question.answer(None, None, LabelSet::default())],
            };
        }
        Ok(answers)
    }

    /// Returns the receivers of the alerts of each team in the repositories with a checkout.
    ///
    /// # Errors
    /// If a repository cannot be resolved.
    pub(crate) fn team_pages(&self) -> Result<TeamPages, Error> {
        Ok(TeamPages::new(&self.map, self.repositories()?))
    }
}

/// Splits a label into name and value.
fn label(text: &str) -> Result<(&str, &str), Error> {
    let parts = text.split_once('=').filter(|(name, _)| !name.is_empty());
    parts.ok_or_else(|| {
        Error::new(format!("label {} has no value", quoted(text))).help("write `NAME=VALUE`")
    })
}

struct Question<'w, 'q> {
    workspace: &'w Workspace,
    routing: &'w NotificationRouting,
    alerts: Vec<TeamAlert<'w>>,
    labels: Vec<(&'q str, &'q str)>,
}

impl<'w> Question<'w, '_> {
    /// Returns the answers about the alerts with a name, or else about a team.
    fn named(&self, name: &str) -> Result<Vec<ReceiversAnswer<'w>>, Error> {
        let same = self.alerts.iter().filter(|it| it.alert.name == name);
        let answers = same.map(|it| self.answer(Some(it.clone()), it.team, it.labels.clone()));
        let answers: Vec<ReceiversAnswer<'w>> = answers.collect();
        if !answers.is_empty() {
            return Ok(answers);
        }
        let teams = &self.workspace.map.teams;
        let Some(team) = teams.resolve(name) else {
            let alerts = self.alerts.iter().map(|it| it.alert.name.as_str());
            let teams = teams.iter().map(|(_, team)| team.id.value.as_str());
            let known: Vec<&str> = alerts.chain(teams).collect();
            let error = Error::new(format!("no alert or team is named {}", quoted(name)));
            return Err(match did_you_mean(likely(name, &known)) {
                Some(help) => error.help(help),
                None => error,
            });
        };
        let Some(labels) = self.labels_by_team().remove(&team) else {
            let name = teams.name(team);
            let message = format!("team {} has no alerts, and no route names it", quoted(name));
            return Err(Error::new(message));
        };
        let sets = labels.sets.into_iter();
        Ok(sets.map(|set| self.answer(None, Some(team), set)).collect())
    }

    /// Returns the answers about the alerts of all teams.
    fn all(&self) -> Vec<ReceiversAnswer<'w>> {
        let teams = &self.workspace.map.teams;
        let mut by_team = self.labels_by_team();
        let each = teams.sorted().into_iter();
        let each = each.filter_map(|(team, _)| Some((team, by_team.remove(&team)?)));
        let each = each.flat_map(|(team, labels)| {
            let sets = labels.sets.into_iter();
            sets.map(move |set| self.answer(None, Some(team), set))
        });
        each.collect()
    }

    fn labels_by_team(&self) -> BTreeMap<TeamId, TeamLabels<'w>> {
        TeamLabels::all(&self.workspace.map.teams, &self.alerts, self.routing)
    }

    fn answer(
        &self,
        alert: Option<TeamAlert<'w>>,
        team: Option<TeamId>,
        mut labels: LabelSet,
    ) -> ReceiversAnswer<'w> {
        for (name, value) in &self.labels {
            labels.set(*name, *value);
        }
        let applies = |known: &&KnownConfiguration| {
            let repository = alert.as_ref().map(|it| &*it.repository.name);
            repository.is_none_or(|name| known.applies_to(name))
        };
        let configurations = self.routing.configurations.iter().filter(applies);
        let reached = configurations
            .map(|known| (known, known.configuration.evaluate(&labels)))
            .filter(|(_, reached)| !reached.routes.is_empty());
        ReceiversAnswer {
            team,
            reached: reached.collect(),
            labels,
            alert,
        }
    }
}
