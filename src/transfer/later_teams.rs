use rustc_hash::{FxHashMap, FxHashSet};

use super::Side;
use crate::{
    claims::{Filed, OwnerName},
    config::{TeamId, Teams},
};

/// The teams of names in ownership files that are in no team before a change, by the map after it: the files name the same
/// owners.
#[derive(Debug, Default)]
pub(super) struct LaterTeams<'r> {
    /// The teams in the map after the change.
    pub teams: Vec<TeamId>,
    /// The names of people who belong to these teams.
    people: FxHashSet<&'r str>,
    /// The teams in the map before the change to which only members of groups belonged that are teams now.
    of_members: FxHashSet<TeamId>,
}

impl<'r> LaterTeams<'r> {
    /// Returns the teams after a change if the map then lists more handles or people.
    pub fn of_sides<'m>(before: Side<'_>, after: Side<'m>) -> Option<&'m Teams> {
        let later = &after.map.teams;
        later.knows_more_than(&before.map.teams).then_some(later)
    }

    /// Looks up names before a change in the map after it.
    pub fn new(
        names: impl Iterator<Item = (&'r Filed, &'r OwnerName)>,
        teams: &Teams,
        later: &Teams,
    ) -> Self {
        let mut found = Self::default();
        let mut kept = FxHashSet::default();
        let mut known: FxHashMap<&str, Option<TeamId>> = FxHashMap::default();
        for (filed, name) in names {
            if let Some(team) = filed.team_of(name, teams) {
                kept.insert(team);
                continue;
            }
            let own = filed.team_of(name, later);
            found.teams.extend(own);
            found.people.extend(own.map(|_| &*name.text));
            let members = match name.members() {
                [] => std::slice::from_ref(&name.text),
                members => members,
            };
            for member in members {
                let key = filed.handle_key;
                match (teams.with_member(key, member), own) {
                    (Some(team), None) => {
                        kept.insert(team);
                    }
                    (Some(team), Some(_)) => {
                        found.of_members.insert(team);
                    }
                    (None, Some(_)) => {
                        found.people.insert(member);
                    }
                    (None, None) => {
                        let of = known.entry(member);
                        let of = *of.or_insert_with(|| later.with_member(key, member));
                        found.teams.extend(of);
                        found.people.extend(of.map(|_| member.as_str()));
                    }
                }
            }
        }
        found.of_members.retain(|team| !kept.contains(team));
        found
    }

    /// Returns whether a person belongs to a team now.
    pub fn has_person(&self, name: &str) -> bool {
        self.people.contains(name)
    }

    /// Returns whether only members of groups that are teams now belonged to a team.
    pub fn is_only_of_members(&self, team: TeamId) -> bool {
        self.of_members.contains(&team)
    }
}
