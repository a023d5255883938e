use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{shape::Shape, walk::Walk};
use crate::{
    dialects::{Owners, Ownership, glob::Glob},
    pattern::PatternId,
    resolution::{Resolution, Resolver, Verdict, owner_set},
};

/// What the map says of every kind of path, whether there are such files or not.
pub(in crate::dialects) struct Kinds<'o> {
    ownership: &'o Ownership<'o>,
    all: Vec<(Box<[PatternId]>, Resolution)>,
    owners: FxHashMap<Box<[PatternId]>, Owners>,
}

impl<'o> Kinds<'o> {
    /// Nothing, if that takes too much.
    pub fn new(ownership: &'o Ownership<'o>) -> Option<Self> {
        let claims = &ownership.repository.claims;
        let mut resolver = Resolver::new(claims, ownership.teams());
        let shapes = of_map(ownership);
        let mut seen: FxHashSet<Box<[PatternId]>> = FxHashSet::default();
        let mut all = Vec::new();
        let mut is_resolved = true;
        let listing = &ownership.repository.listing.files;
        let is_complete = Walk::new(&shapes).all(
            |path| listing.find(path).is_some(),
            |_, patterns| {
                if seen.contains(patterns) {
                    return;
                }
                seen.insert(patterns.into());
                match resolver.resolve(patterns) {
                    Ok(resolution) => all.push((patterns.into(), resolution)),
                    Err(_) => is_resolved = false,
                }
            },
        );
        let decided = all
            .iter()
            .filter(|(_, resolution)| resolution.verdict != Verdict::Conflicting);
        let owners = decided
            .map(|(patterns, resolution): &(Box<[PatternId]>, Resolution)| {
                (patterns.clone(), Arc::from(owner_set(&resolution.owners)))
            })
            .collect();
        (is_complete && is_resolved).then_some(Self {
            ownership,
            all,
            owners,
        })
    }

    /// The patterns that match, and what they come to.
    pub fn all(&self) -> &[(Box<[PatternId]>, Resolution)] {
        &self.all
    }

    /// Which of `globs` meet on paths of which owners; nothing, if that takes too much.
    pub fn meeting(&self, globs: &[Glob]) -> FxHashSet<(Vec<u32>, Owners)> {
        let patterns = self.ownership.repository.claims.patterns().len();
        let first = u32::try_from(patterns).unwrap_or(u32::MAX);
        let mut shapes = of_map(self.ownership);
        let mut meeting = FxHashSet::default();
        for (glob, id) in globs.iter().zip(first..) {
            // All of them are wanted, not only the last: each is a section of its own.
            match Shape::of_glob(glob, id, id) {
                Some(shape) => shapes.push(shape),
                None => return meeting,
            }
        }
        let listing = &self.ownership.repository.listing.files;
        Walk::new(&shapes).all(
            |path| listing.find(path).is_some(),
            |_, matching| {
                let (of_map, lines) = matching.split_at(matching.partition_point(|id| *id < first));
                if let Some(owners) = self.owners.get(of_map) {
                    let lines = lines.iter().map(|line| line - first).collect();
                    meeting.insert((lines, Arc::clone(owners)));
                }
            },
        );
        meeting
    }
}

/// The shapes of the map's patterns.
pub(super) fn of_map(ownership: &Ownership<'_>) -> Vec<Shape> {
    let patterns = ownership.repository.claims.patterns().iter().zip(0..);
    let shapes = patterns.flat_map(|(pattern, id)| Shape::of_pattern(pattern, id));
    shapes.collect()
}
