use std::collections::BTreeSet;

use bstr::BString;

use super::{
    DraftTeams,
    rule::{same, set},
};
use crate::{
    config::{Map, TeamId},
    dialects::Answers,
    resolution::ResolvedRepository,
};

/// A file that the draft gives other owners than the ownership file.
#[derive(Debug)]
pub struct DraftDifference {
    /// The file.
    pub path: BString,
    /// Its owners by the ownership file, sorted.
    pub wanted: Vec<String>,
    /// Its owners by the draft.
    pub drafted: Vec<String>,
}

/// Every file of `resolved`, a repository under the drafted `map`, that has other owners there than
/// by `answers`, which are about the same files.
pub fn prove(
    map: &Map,
    teams: &DraftTeams,
    resolved: &ResolvedRepository,
    answers: &Answers,
) -> Vec<DraftDifference> {
    let files = resolved.listing.files.iter().enumerate();
    let differs = |(at, file): (usize, crate::inventory::File<'_>)| {
        let wanted = set(&answers.of(at).owners);
        let ids: BTreeSet<&str> = wanted
            .iter()
            .filter_map(|handle| teams.of_handle(handle))
            .collect();
        let owners: &[TeamId] = &resolved.resolved.group_of(at).resolution.owners;
        let drafted: BTreeSet<&str> = owners.iter().map(|id| map.teams.name(*id)).collect();
        (ids != drafted).then(|| DraftDifference {
            path: file.path.to_owned(),
            wanted: wanted.iter().map(|handle| same(handle)).collect(),
            drafted: drafted.iter().map(|&id| id.to_owned()).collect(),
        })
    };
    files.filter_map(differs).collect()
}
