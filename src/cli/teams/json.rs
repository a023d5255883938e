use serde::Serialize;

use crate::{
    cli::{
        failure::Failure,
        session::{Session, json},
    },
    coverage::Holdings,
    outputs::{TeamEntry, Tool, VERSION},
};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    repositories: Vec<RepositoryEntry<'a>>,
    teams: Vec<TeamEntry<'a>>,
}

/// A repository of the map, and whether what teams own there is known.
#[derive(Serialize)]
pub(in crate::cli) struct RepositoryEntry<'a> {
    name: &'a str,
    checked_out: bool,
}

impl<'a> RepositoryEntry<'a> {
    /// All of the map, in its order.
    pub(in crate::cli) fn all(session: &'a Session) -> Vec<Self> {
        let repositories = session.map.repositories.iter().enumerate();
        repositories
            .map(|(at, repository)| Self {
                name: &repository.name,
                checked_out: session.has_checkout(at),
            })
            .collect()
    }
}

pub(super) fn write(session: &Session, holdings: &Holdings<'_>) -> Result<String, Failure> {
    let teams = &session.map.teams;
    let mut entries: Vec<_> = teams.iter().collect();
    entries.sort_by(|(_, a), (_, b)| a.id.value.cmp(&b.id.value));
    let document = Document {
        version: VERSION,
        tool: Tool::THIS,
        repositories: RepositoryEntry::all(session),
        teams: entries
            .iter()
            .map(|(id, _)| TeamEntry::new(teams, *id, holdings))
            .collect(),
    };
    json(&document)
}
