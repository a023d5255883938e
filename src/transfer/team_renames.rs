//! Teams that get another id in a change.

use std::collections::{BTreeMap, BTreeSet};

use super::{OwnerState, Side};
use crate::config::Teams;

/// The new ids of renamed teams, by their old ids.
#[derive(Debug, Default)]
pub struct TeamRenames(BTreeMap<String, String>);

impl TeamRenames {
    /// Compares the maps of both sides. A team is renamed if one map lists the other id as a name of its team, and
    /// neither map has both ids. Otherwise, ownership moves from one existing team to another.
    pub fn between(before: Option<Side<'_>>, after: Side<'_>) -> Self {
        let Some(before) = before else {
            return Self::default();
        };
        let (before, after) = (&before.map.teams, &after.map.teams);
        let backwards = known_as(after, before).map(|(is, was)| (was, is));
        let pairs: BTreeSet<(&str, &str)> = known_as(before, after).chain(backwards).collect();
        let is_only = |(was, is): &(&str, &str)| {
            let mut same = pairs.iter();
            same.all(|pair| (pair.0 == *was) == (pair.1 == *is))
        };
        let all = pairs.iter().filter(|pair| is_only(pair));
        Self(
            all.map(|(was, is)| ((*was).to_owned(), (*is).to_owned()))
                .collect(),
        )
    }

    /// Returns the old and the new ids, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(was, is)| (was.as_str(), is.as_str()))
    }

    /// Replaces old ids with new ones.
    pub(super) fn apply(&self, state: &OwnerState) -> OwnerState {
        state.map_teams(|team| self.current(team).to_owned())
    }

    /// Returns the new id of a team.
    pub(super) fn current<'n>(&'n self, team: &'n str) -> &'n str {
        self.0.get(team).map_or(team, String::as_str)
    }
}

/// Returns pairs of ids of the same team: one is only an id in `theirs`, the other only in `ours`, where the first is
/// another name of the team.
fn known_as<'t>(theirs: &'t Teams, ours: &'t Teams) -> impl Iterator<Item = (&'t str, &'t str)> {
    let ids = theirs.iter().map(|(id, _)| theirs.name(id));
    let gone = ids.filter(|id| ours.by_id(id).is_none());
    let known = gone.filter_map(|id| Some((id, ours.name(ours.resolve(id)?))));
    known.filter(|(_, name)| theirs.by_id(name).is_none())
}
