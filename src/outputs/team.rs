//! The JSON of a team, shared by all commands.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pages::PagesEntry;
use crate::{
    alerting::TeamPages,
    config::{Person, TeamId, Teams},
    coverage::{Holding, Holdings},
    routing::{Contact, reach},
    workspace::Workspace,
};

/// A team as the map describes it, and what it owns.
#[derive(Debug, Serialize)]
pub(crate) struct TeamEntry<'a> {
    id: &'a str,
    name: &'a str,
    parent: Option<&'a str>,
    aliases: Vec<&'a str>,
    description: Option<&'a str>,
    areas: Vec<&'a str>,
    contacts: BTreeMap<&'a str, &'a str>,
    contact_order: Vec<ContactEntry<'a>>,
    handles: BTreeMap<&'a str, &'a [String]>,
    people: Vec<PersonEntry<'a>>,
    retired: Option<RetiredEntry<'a>>,
    owns: Vec<HoldingEntry<'a>>,
    /// The receivers of its alerts, by configuration.
    pages: Vec<PagesEntry<'a>>,
    /// Repositories that are not checked out, so what the team owns in them is unknown.
    not_counted: Vec<&'a str>,
}

/// A contact of a team, or of its nearest ancestor with contacts if it has none.
#[derive(Debug, Serialize)]
pub(crate) struct ContactEntry<'a> {
    kind: &'a str,
    address: &'a str,
    team: &'a str,
}

#[derive(Debug, Serialize)]
struct PersonEntry<'a> {
    name: Option<&'a str>,
    emails: Vec<&'a str>,
    /// Their logins by forge.
    handles: BTreeMap<&'a str, Vec<&'a str>>,
}

/// The retirement of a team.
#[derive(Debug, Serialize)]
pub(crate) struct RetiredEntry<'a> {
    since: Option<String>,
    successor: Option<&'a str>,
}

/// What a team owns in a repository.
#[derive(Debug, Serialize)]
struct HoldingEntry<'a> {
    repository: &'a str,
    files: u64,
    components: BTreeMap<&'static str, usize>,
    /// The number of alerts whose rules name the team.
    alerts: u64,
}

impl<'a> HoldingEntry<'a> {
    fn new(holding: &Holding<'a>) -> Self {
        let kinds = holding.components.iter();
        Self {
            repository: &holding.repository.name,
            files: holding.files,
            components: kinds.map(|(kind, list)| (*kind, list.len())).collect(),
            alerts: holding.alerts,
        }
    }
}

impl<'a> ContactEntry<'a> {
    /// Returns all contacts of a team, in the order to try them.
    pub(crate) fn all(teams: &'a Teams, id: TeamId, emergency: bool) -> Vec<Self> {
        let contacts = reach(teams, id, emergency).into_iter();
        let entry = |contact: Contact<'a>| Self {
            kind: contact.kind,
            address: contact.address,
            team: teams.name(contact.team),
        };
        contacts.map(entry).collect()
    }

    /// Returns the contacts of a team by kind.
    pub(crate) fn by_kind(teams: &'a Teams, id: TeamId) -> BTreeMap<&'a str, &'a str> {
        let contacts = reach(teams, id, false).into_iter();
        contacts
            .map(|contact| (contact.kind, contact.address))
            .collect()
    }
}

impl<'a> RetiredEntry<'a> {
    /// Returns the retirement of a team. `None` if it is not retired.
    pub(crate) fn of(teams: &'a Teams, id: TeamId) -> Option<Self> {
        let retired = teams.get(id).retired.as_ref()?;
        Some(Self {
            since: retired.since.as_ref().map(|it| it.value.to_string()),
            successor: retired.successor.map(|id| teams.name(id)),
        })
    }
}

impl<'a> TeamEntry<'a> {
    pub(crate) fn new(
        workspace: &'a Workspace,
        id: TeamId,
        holdings: &Holdings<'a>,
        pages: &'a TeamPages,
    ) -> Self {
        let (teams, repositories) = (&workspace.map.teams, &workspace.map.repositories);
        let missing = workspace.missing.iter();
        let team = teams.get(id);
        Self {
            id: teams.name(id),
            name: team.display_name(),
            parent: team.parent.map(|parent| teams.name(parent)),
            aliases: team.aliases.iter().map(|it| it.value.as_str()).collect(),
            description: team.description.as_deref(),
            areas: team.areas.iter().map(|it| it.value.as_str()).collect(),
            contacts: ContactEntry::by_kind(teams, id),
            contact_order: ContactEntry::all(teams, id, false),
            handles: team
                .handles
                .iter()
                .map(|(forge, handles)| (forge.as_str(), handles.as_slice()))
                .collect(),
            people: teams
                .people_of(id)
                .map(|person| PersonEntry {
                    name: person.name.as_ref().map(|name| name.value.as_str()),
                    emails: person.emails.iter().map(|it| it.value.as_str()).collect(),
                    handles: logins(person),
                })
                .collect(),
            retired: RetiredEntry::of(teams, id),
            owns: holdings.of(id).into_iter().map(HoldingEntry::new).collect(),
            pages: PagesEntry::all(pages, pages.of(id)),
            not_counted: missing
                .map(|it| &*repositories[it.repository].name)
                .collect(),
        }
    }
}

/// Returns the logins of a person by forge.
fn logins(person: &Person) -> BTreeMap<&str, Vec<&str>> {
    let mut logins: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (forge, login) in &person.handles {
        logins.entry(forge).or_default().push(&login.value);
    }
    logins
}
