//! People whom the map lists for a team, but who are not in the group of the team in an ownership file.

use std::collections::{BTreeMap, BTreeSet};

use super::ResolvedRepository;
use crate::{
    claims::OwnerName,
    config::{TeamId, Teams, is_team_handle},
    text::{Place, and_more, joined, quoted},
};

/// Handles of a team in the map that are not members of the groups of the team in an ownership file.
#[derive(Debug)]
pub struct FormerMembers<'r> {
    /// The team.
    pub team: TeamId,
    /// The key under `handles`.
    pub handle_key: &'static str,
    /// The names of the groups, sorted.
    pub groups: BTreeSet<&'r str>,
    /// Where one of the groups is defined.
    pub definition: &'r Place,
    /// The handles; not empty.
    pub handles: Vec<&'r str>,
}

impl FormerMembers<'_> {
    /// Describes them in a sentence.
    pub fn message(&self, teams: &Teams) -> String {
        const EXAMPLES: usize = 3;
        let shown = self.handles.iter().take(EXAMPLES).map(quoted);
        let groups = joined(self.groups.iter().map(quoted), " and ");
        format!(
            "{} {} not in {} {groups} of team {}",
            and_more(shown, self.handles.len()),
            if self.handles.len() == 1 { "is" } else { "are" },
            if self.groups.len() == 1 {
                "group"
            } else {
                "groups"
            },
            quoted(teams.name(self.team)),
        )
    }
}

/// The groups of a team.
struct TeamGroups<'r> {
    names: BTreeMap<&'r str, &'r OwnerName>,
    members: BTreeSet<&'r str>,
}

impl ResolvedRepository {
    /// Returns the people whom the map lists for a team of which an ownership file defines the groups, and who are in none
    /// of these groups.
    pub fn former_members<'r>(&'r self, teams: &'r Teams) -> Vec<FormerMembers<'r>> {
        let found = self.groups_of_teams(teams).into_iter();
        let former = found.filter_map(|((team, handle_key), groups)| {
            let (_, group) = groups.names.first_key_value()?;
            let definition = group.definition.as_ref()?;
            let handles = teams.get(team).handles.iter();
            let handles = handles.filter(|(key, _)| key == handle_key);
            let handles = handles.flat_map(|(_, handles)| handles).filter(|handle| {
                let plain = handle.strip_prefix('@').unwrap_or(handle).to_lowercase();
                let is_group = is_team_handle(handle) || definition.siblings.contains(&plain);
                !is_group && !groups.members.contains(&*plain)
            });
            let handles: Vec<&str> = handles.map(String::as_str).collect();
            (!handles.is_empty()).then(|| FormerMembers {
                team,
                handle_key,
                groups: groups.names.into_keys().collect(),
                definition: &definition.place,
                handles,
            })
        });
        former.collect()
    }

    /// Returns the groups with known members that are teams in the map, by team and key under `handles`.
    fn groups_of_teams<'r>(
        &'r self,
        teams: &Teams,
    ) -> BTreeMap<(TeamId, &'static str), TeamGroups<'r>> {
        let mut all: BTreeMap<(TeamId, &'static str), TeamGroups<'r>> = BTreeMap::new();
        let claims = self.claims.iter();
        for filed in claims.filter_map(|(_, claim)| claim.filed.as_deref()) {
            for name in filed.names().chain(&filed.other_names) {
                if name.definition.is_none() {
                    continue;
                }
                let Some(team) = filed.team_of(name, teams) else {
                    continue;
                };
                let of = all.entry((team, filed.handle_key));
                let of = of.or_insert_with(|| TeamGroups {
                    names: BTreeMap::new(),
                    members: BTreeSet::new(),
                });
                if of.names.insert(&name.text, name).is_none() {
                    of.members.extend(name.members().iter().map(String::as_str));
                }
            }
        }
        all
    }
}
