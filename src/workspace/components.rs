//! `components`: the components, their declarations and their owners.

use super::{
    Error, Places, Workspace,
    names::{all_known, team},
};
use crate::{
    config::TeamId,
    coverage::{ComponentGroup, ComponentReport},
    inventory::{Kinds, State, detectors},
    resolution::ResolvedRepository,
};

/// The requested components; an empty list of teams or states means any.
#[derive(Debug, Default)]
pub(crate) struct ComponentFilter {
    /// The kinds of components. An empty list means the kinds that are listed by default.
    pub kinds: Vec<String>,
    /// Whether an empty list of kinds means all kinds.
    pub all_kinds: bool,
    /// The teams that own them, by any of their names.
    pub teams: Vec<String>,
    /// The states of their declarations.
    pub states: Vec<String>,
}

/// The resolved repositories in which to look for the requested components.
#[derive(Debug)]
pub(crate) struct ResolvedComponents<'w> {
    workspace: &'w Workspace,
    filter: &'w ComponentFilter,
    /// The teams of the filter.
    teams: Vec<TeamId>,
    repositories: Vec<ResolvedRepository>,
}

impl Workspace {
    /// Resolves the repositories to find the components that the filter selects.
    ///
    /// # Errors
    /// If a value of the filter is unknown, or a repository cannot be resolved.
    pub(crate) fn components<'w>(
        &'w self,
        filter: &'w ComponentFilter,
    ) -> Result<ResolvedComponents<'w>, Error> {
        let kinds = self.map.kinds(&detectors::kinds());
        all_known("component kind", &filter.kinds, &kinds)?;
        let teams = filter.teams.iter().map(|name| team(&self.map.teams, name));
        let teams = teams.collect::<Result<_, _>>()?;
        all_known("state", &filter.states, &State::ALL.map(State::name))?;
        self.require(|_| true)?;
        let repositories = self.resolve(Kinds::All, |_| true)?;
        self.warn_of_unreadable(&repositories);
        Ok(ResolvedComponents {
            workspace: self,
            filter,
            teams,
            repositories,
        })
    }
}

impl ResolvedComponents<'_> {
    /// Returns the requested components, sorted by kind, name and repository.
    pub fn reports(&self) -> Vec<ComponentReport<'_>> {
        let mut components = ComponentReport::all(&self.workspace.map.teams, &self.repositories);
        components.retain(|component| self.is_wanted(component));
        components
    }

    /// Returns the requested components, grouped by what deploys them.
    pub fn groups(&self) -> Vec<ComponentGroup<'_>> {
        ComponentGroup::all(self.reports())
    }

    /// How to write places.
    pub fn places(&self) -> Places {
        self.workspace.places(&self.repositories)
    }

    fn is_wanted(&self, report: &ComponentReport<'_>) -> bool {
        let has =
            |names: &[String], name: &str| names.is_empty() || names.iter().any(|it| it == name);
        let owners = &report.resolution.owners;
        let is_selected = match &self.filter.kinds[..] {
            [] => self.filter.all_kinds || report.component.is_listed,
            kinds => kinds.iter().any(|kind| kind == report.component.kind),
        };
        is_selected
            && (self.filter.teams.is_empty() || self.teams.iter().any(|team| owners.contains(team)))
            && has(&self.filter.states, report.state.name())
    }
}
