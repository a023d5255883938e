use serde::Serialize;

use crate::{
    coverage::Holdings,
    outputs::{TeamEntry, document},
    workspace::Workspace,
};

#[derive(Serialize)]
struct TeamsDocument<'a> {
    repositories: Vec<CheckoutEntry<'a>>,
    teams: Vec<TeamEntry<'a>>,
}

/// A repository of the map, and whether what teams own there is known.
#[derive(Serialize)]
pub(in crate::outputs) struct CheckoutEntry<'a> {
    name: &'a str,
    checked_out: bool,
}

impl<'a> CheckoutEntry<'a> {
    /// All of the map, in its order.
    pub(in crate::outputs) fn all(workspace: &'a Workspace) -> Vec<Self> {
        let repositories = workspace.map.repositories.iter().enumerate();
        repositories
            .map(|(at, repository)| Self {
                name: &repository.name,
                checked_out: workspace.has_checkout(at),
            })
            .collect()
    }
}

/// For programs.
pub(crate) fn write(workspace: &Workspace, holdings: &Holdings<'_>) -> serde_json::Result<String> {
    let teams = &workspace.map.teams;
    document(&TeamsDocument {
        repositories: CheckoutEntry::all(workspace),
        teams: teams
            .sorted()
            .into_iter()
            .map(|(id, _)| TeamEntry::new(teams, id, holdings))
            .collect(),
    })
}
