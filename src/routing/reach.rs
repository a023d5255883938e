use crate::config::{TeamId, Teams};

/// A way to reach a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact<'t> {
    /// The team that has the contact: the requested team or one of its ancestors.
    pub team: TeamId,
    /// The kind of contact: `irc`, `email`, `page`.
    pub kind: &'t str,
    /// The address.
    pub address: &'t str,
}

/// The contact kind that pages the person on call.
const PAGE: &str = "page";

/// Returns the contacts of a team, or else those of its nearest ancestor that has any. With `emergency`,
/// the page comes first: that of the team, or of its nearest ancestor that has one.
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
