//! `components`: what they declare, and who owns them.

use super::{
    Error, Places, Workspace,
    names::{unknown, unknown_team},
};
use crate::{
    config::TeamId,
    coverage::ComponentReport,
    inventory::{State, detectors},
    resolution::ResolvedRepository,
};

/// Which components are asked for; an empty list means any.
#[derive(Debug, Default)]
pub(crate) struct ComponentFilter {
    /// Kinds of components.
    pub kinds: Vec<String>,
    /// Teams that own them, by any name.
    pub teams: Vec<String>,
    /// States of their declarations.
    pub states: Vec<String>,
    /// A repository of the map.
    pub repository: Option<String>,
}

/// The repositories that have components which are asked for.
#[derive(Debug)]
pub(crate) struct ResolvedComponents<'w> {
    workspace: &'w Workspace,
    wanted: Wanted,
    repositories: Vec<ResolvedRepository>,
}

/// A filter in terms of the map.
#[derive(Debug)]
struct Wanted {
    kinds: Vec<&'static str>,
    teams: Vec<TeamId>,
    states: Vec<State>,
    repository: Option<usize>,
}

impl Workspace {
    /// Resolves the repositories that the filter is about.
    ///
    /// # Errors
    /// Where the filter names what is not there, or a repository can't be resolved.
    pub(crate) fn components(
        &self,
        filter: &ComponentFilter,
    ) -> Result<ResolvedComponents<'_>, Error> {
        let wanted = Wanted::new(filter, self)?;
        let is_wanted = |at: usize| wanted.repository.is_none_or(|wanted| wanted == at);
        self.require(is_wanted)?;
        let repositories = self.resolve(is_wanted)?;
        self.warn_of_unreadable(&repositories);
        Ok(ResolvedComponents {
            workspace: self,
            wanted,
            repositories,
        })
    }
}

impl ResolvedComponents<'_> {
    /// The components that are asked for, by kind, name and repository.
    pub fn reports(&self) -> Vec<ComponentReport<'_>> {
        let mut components = ComponentReport::all(&self.workspace.map.teams, &self.repositories);
        components.retain(|component| self.wanted.holds(component));
        components
    }

    /// How to write places.
    pub fn places(&self) -> Places {
        self.workspace.places(&self.repositories)
    }
}

impl Wanted {
    fn new(filter: &ComponentFilter, workspace: &Workspace) -> Result<Self, Error> {
        let map = &workspace.map;
        let kinds = map.kinds(&detectors::kinds());
        let kind = |text: &String| match kinds.iter().find(|kind| *kind == text) {
            Some(kind) => Ok(*kind),
            None => Err(unknown("kind of component", text, &kinds)),
        };
        let team = |text: &String| {
            let team = map.teams.resolve(text);
            team.ok_or_else(|| unknown_team(&map.teams, text))
        };
        let state = |text: &String| {
            let all = State::ALL.iter().copied();
            let mut named = all.filter(|state| state.name() == text);
            let known = State::ALL.map(State::name);
            named.next().ok_or_else(|| unknown("state", text, &known))
        };
        let repository = filter.repository.as_ref();
        Ok(Self {
            kinds: filter.kinds.iter().map(kind).collect::<Result<_, _>>()?,
            teams: filter.teams.iter().map(team).collect::<Result<_, _>>()?,
            states: filter.states.iter().map(state).collect::<Result<_, _>>()?,
            repository: repository
                .map(|name| workspace.repository(name))
                .transpose()?,
        })
    }

    fn holds(&self, report: &ComponentReport<'_>) -> bool {
        let owners = &report.resolution.owners;
        (self.kinds.is_empty() || self.kinds.contains(&report.component.kind))
            && (self.teams.is_empty() || self.teams.iter().any(|team| owners.contains(team)))
            && (self.states.is_empty() || self.states.contains(&report.state))
    }
}
