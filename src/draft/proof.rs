use std::collections::BTreeSet;

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::{DraftTeams, expected_owners::ExpectedOwners};
use crate::{
    config::{Map, TeamId},
    pattern::PatternId,
    resolution::{ResolvedRepository, Resolver},
};

/// A path with different owners in the draft and in the ownership file.
#[derive(Debug)]
pub struct DraftDifference {
    /// The path.
    pub path: BString,
    /// Its owners by the ownership file.
    pub expected: Vec<String>,
    /// Its owners by the draft.
    pub drafted: Vec<String>,
}

/// The paths that have other owners in a draft than in the ownership file.
#[derive(Debug, Default)]
pub struct DraftProof {
    /// Existing files.
    pub files: Vec<DraftDifference>,
    /// New files.
    pub new_files: Vec<DraftDifference>,
}

impl DraftProof {
    /// Returns the number of these paths.
    pub fn len(&self) -> usize {
        self.files.len() + self.new_files.len()
    }

    /// Returns whether all paths have the same owners.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Compares a repository that is resolved with the drafted `map`.
    pub fn new(
        map: &Map,
        teams: &DraftTeams,
        resolved: &ResolvedRepository,
        expected: &ExpectedOwners<'_>,
    ) -> Self {
        let difference = |at: usize, path: &BStr, owners: &[TeamId]| {
            let names = expected.owners(expected.id(at));
            let ids: BTreeSet<&str> = names
                .iter()
                .filter_map(|handle| teams.of_handle(handle))
                .collect();
            let drafted: BTreeSet<&str> = owners.iter().map(|id| map.teams.name(*id)).collect();
            (ids != drafted).then(|| DraftDifference {
                path: path.to_owned(),
                expected: names.to_vec(),
                drafted: drafted.iter().map(|&id| id.to_owned()).collect(),
            })
        };
        let files = expected.files.iter().enumerate();
        let files = files.filter_map(|(at, path)| {
            let owners = &resolved.resolved.group_of(at).resolution.owners;
            difference(at, path, owners)
        });
        let mut walker = resolved.tree().walk();
        let mut resolver = Resolver::new(&resolved.claims, &map.teams);
        let mut known: FxHashMap<Box<[PatternId]>, Vec<TeamId>> = FxHashMap::default();
        let new = expected.new_files.iter().zip(expected.files.len()..);
        let new = new.filter_map(|(path, at)| {
            let path = path.as_bstr();
            walker.matches(path, false, |patterns| {
                let owners = known.entry(patterns.into()).or_insert_with(|| {
                    let resolution = resolver.resolve(patterns);
                    resolution.map_or(Vec::new(), |resolution| resolution.owners)
                });
                difference(at, path, owners)
            })
        });
        Self {
            files: files.collect(),
            new_files: new.collect(),
        }
    }
}
