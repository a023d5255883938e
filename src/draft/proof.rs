use std::collections::BTreeSet;

use bstr::BString;

use super::{
    DraftTeams,
    rule::{lower, set},
};
use crate::{
    config::{Map, TeamId},
    dialects::Answers,
    resolution::ResolvedRepository,
};

/// A file with different owners in the draft and in the ownership file.
#[derive(Debug)]
pub struct DraftDifference {
    /// The file.
    pub path: BString,
    /// Its owners by the ownership file, sorted.
    pub expected: Vec<String>,
    /// Its owners by the draft.
    pub drafted: Vec<String>,
}

/// Returns every file of `resolved`, the repository resolved with the drafted `map`, with other owners than in
/// `answers`, which cover the same files.
pub fn prove(
    map: &Map,
    teams: &DraftTeams,
    resolved: &ResolvedRepository,
    answers: &Answers,
) -> Vec<DraftDifference> {
    let files = resolved.listing.files.iter().enumerate();
    let differs = |(at, file): (usize, crate::inventory::File<'_>)| {
        let expected = set(&answers.of(at).owners);
        let ids: BTreeSet<&str> = expected
            .iter()
            .filter_map(|handle| teams.of_handle(handle))
            .collect();
        let owners: &[TeamId] = &resolved.resolved.group_of(at).resolution.owners;
        let drafted: BTreeSet<&str> = owners.iter().map(|id| map.teams.name(*id)).collect();
        (ids != drafted).then(|| DraftDifference {
            path: file.path.to_owned(),
            expected: expected.iter().map(|handle| lower(handle)).collect(),
            drafted: drafted.iter().map(|&id| id.to_owned()).collect(),
        })
    };
    files.filter_map(differs).collect()
}
