//! A team as JSON tells of it, whichever command does.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    config::{TeamId, Teams},
    report::{Holding, Holdings},
};

/// All that the map says of a team, and what it owns.
#[derive(Debug, Serialize)]
pub(crate) struct TeamEntry<'a> {
    id: &'a str,
    name: &'a str,
    parent: Option<&'a str>,
    aliases: Vec<&'a str>,
    description: Option<&'a str>,
    areas: Vec<&'a str>,
    contacts: BTreeMap<&'a str, &'a str>,
    handles: BTreeMap<&'a str, &'a [String]>,
    people: Vec<PersonEntry<'a>>,
    retired: Option<RetiredEntry<'a>>,
    owns: Vec<HoldingEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct PersonEntry<'a> {
    name: Option<&'a str>,
    emails: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct RetiredEntry<'a> {
    since: Option<String>,
    successor: Option<&'a str>,
}

/// How much a team owns of a repository.
#[derive(Debug, Serialize)]
struct HoldingEntry<'a> {
    repository: &'a str,
    files: u64,
    components: BTreeMap<&'static str, usize>,
}

impl<'a> HoldingEntry<'a> {
    fn new(holding: &Holding<'a>) -> Self {
        let kinds = holding.components.iter();
        Self {
            repository: &holding.repository.name,
            files: holding.files,
            components: kinds.map(|(kind, list)| (*kind, list.len())).collect(),
        }
    }
}

impl<'a> TeamEntry<'a> {
    pub(crate) fn new(teams: &'a Teams, id: TeamId, holdings: &Holdings<'a>) -> Self {
        let team = teams.get(id);
        let people = teams.people().iter().filter(|person| person.team == id);
        Self {
            id: teams.name(id),
            name: team.display_name(),
            parent: team.parent.map(|parent| teams.name(parent)),
            aliases: team.aliases.iter().map(|it| it.value.as_str()).collect(),
            description: team.description.as_deref(),
            areas: team.areas.iter().map(|it| it.value.as_str()).collect(),
            contacts: contacts(teams, id),
            handles: team
                .handles
                .iter()
                .map(|(forge, handles)| (forge.as_str(), handles.as_slice()))
                .collect(),
            people: people
                .map(|person| PersonEntry {
                    name: person.name.as_ref().map(|name| name.value.as_str()),
                    emails: person.emails.iter().map(|it| it.value.as_str()).collect(),
                })
                .collect(),
            retired: team.retired.as_ref().map(|retired| RetiredEntry {
                since: retired.since.as_ref().map(|it| it.value.to_string()),
                successor: retired.successor.map(|id| teams.name(id)),
            }),
            owns: holdings.of(id).into_iter().map(HoldingEntry::new).collect(),
        }
    }
}

fn contacts(teams: &Teams, id: TeamId) -> BTreeMap<&str, &str> {
    let contacts = teams.get(id).contacts.iter();
    contacts
        .map(|(kind, address)| (kind.as_str(), address.as_str()))
        .collect()
}
