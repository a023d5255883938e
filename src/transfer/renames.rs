//! Teams that a change gives another id.

use std::collections::{BTreeMap, BTreeSet};

use super::{Moment, OwnerState};
use crate::config::Teams;

/// The ids that teams have after a change, by those that they had before it, where these differ.
#[derive(Debug, Default)]
pub struct Renames(BTreeMap<String, String>);

impl Renames {
    /// Of two maps. Teams are the same where one map knows the other's id as a name of its own team, and
    /// neither has both ids: what goes from one team to another that was there is handed over.
    pub fn between(before: Option<Moment<'_>>, after: Moment<'_>) -> Self {
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

    /// The id before and that after, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(was, is)| (was.as_str(), is.as_str()))
    }

    /// A holding of the side before, in the ids of the side after.
    pub(super) fn follow(&self, holding: &OwnerState) -> OwnerState {
        holding.given(|team| self.0.get(team).unwrap_or(team).clone())
    }
}

/// The ids of `theirs` that `ours` has no team of, but knows as names of teams that they don't have;
/// with the ids of these.
fn known_as<'t>(theirs: &'t Teams, ours: &'t Teams) -> impl Iterator<Item = (&'t str, &'t str)> {
    let ids = theirs.iter().map(|(id, _)| theirs.name(id));
    let gone = ids.filter(|id| ours.by_id(id).is_none());
    let known = gone.filter_map(|id| Some((id, ours.name(ours.resolve(id)?))));
    known.filter(|(_, name)| theirs.by_id(name).is_none())
}
