use crate::config::{TeamId, Teams};

/// A way to reach a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact<'t> {
    /// The team whose contact it is: that which is asked for, or the nearest above it.
    pub team: TeamId,
    /// What it is: `irc`, `email`, `page`.
    pub kind: &'t str,
    /// Where.
    pub address: &'t str,
}

/// What the map calls the contact that wakes somebody.
const PAGE: &str = "page";

/// How to reach a team: through its contacts, else those of the nearest team above it that has any.
/// With `emergency` its page is the first of them, or that of the nearest team above that has one.
pub fn reach(teams: &Teams, team: TeamId, emergency: bool) -> Vec<Contact<'_>> {
    let line: Vec<TeamId> = std::iter::once(team).chain(teams.ancestors(team)).collect();
    let of = |id: TeamId| {
        let contacts = teams.get(id).contacts.iter();
        contacts.map(move |(kind, address)| Contact {
            team: id,
            kind,
            address,
        })
    };
    let mut contacts: Vec<Contact<'_>> = line
        .iter()
        .map(|id| of(*id).collect::<Vec<_>>())
        .find(|contacts| !contacts.is_empty())
        .unwrap_or_default();
    let page = line
        .iter()
        .flat_map(|id| of(*id))
        .find(|it| it.kind == PAGE);
    if emergency && let Some(page) = page {
        contacts.retain(|contact| *contact != page);
        contacts.insert(0, page);
    }
    contacts
}
