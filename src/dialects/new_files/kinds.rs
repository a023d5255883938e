use std::sync::Arc;

use bstr::BStr;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{shape::Shape, walk::Walk};
use crate::{
    dialects::{OwnerSet, Ownership, glob::Glob},
    pattern::PatternId,
    resolution::{Resolution, Resolver, Verdict, owner_set},
};

/// The owners of every kind of path by the map, whether such files exist or not.
pub(in crate::dialects) struct Kinds<'o> {
    ownership: &'o Ownership<'o>,
    /// The resolution and owners by matching patterns.
    all: FxHashMap<Box<[PatternId]>, (Resolution, OwnerSet)>,
}

impl<'o> Kinds<'o> {
    /// Returns `None` if there are too many kinds.
    pub fn new(ownership: &'o Ownership<'o>) -> Option<Self> {
        let mut resolver = Resolver::new(&ownership.repository.claims, ownership.teams());
        let mut all = FxHashMap::default();
        let mut is_resolved = true;
        let is_complete = walk(ownership, std::iter::empty(), |_, patterns, _| {
            if !is_resolved || all.contains_key(patterns) {
                return;
            }
            match resolver.resolve(patterns) {
                Ok(resolution) => {
                    let owners = owner_set(&resolution.owners).into();
                    all.insert(patterns.into(), (resolution, owners));
                }
                Err(_) => is_resolved = false,
            }
        })?;
        (is_complete && is_resolved).then_some(Self { ownership, all })
    }

    /// Returns the matching patterns and the resolution of each kind.
    pub fn all(&self) -> impl Iterator<Item = (&Box<[PatternId]>, &Resolution)> {
        let all = self.all.iter();
        all.map(|(patterns, (resolution, _))| (patterns, resolution))
    }

    /// Returns which of `globs` match the same paths, and with which owners; incomplete if there are too
    /// many kinds.
    pub fn matches(&self, globs: &[Glob]) -> FxHashSet<(Vec<u32>, OwnerSet)> {
        let mut matching = FxHashSet::default();
        // Each glob is a section of its own, so that all matches are returned, not only the last.
        walk(self.ownership, globs.iter().zip(0..), |_, in_map, lines| {
            if let Some((resolution, owners)) = self.all.get(in_map)
                && resolution.verdict != Verdict::Conflicting
            {
                matching.insert((lines.to_vec(), Arc::clone(owners)));
            }
        });
        matching
    }
}

/// Calls `found` for one path of each kind that the map or these lines, each with its section, distinguish: the
/// patterns in the map that match it, and the positions of the lines that match it. Returns whether these were
/// all kinds; `None` if wildcards of a line cross segments.
pub(super) fn walk<'g>(
    ownership: &Ownership<'_>,
    lines: impl Iterator<Item = (&'g Glob, u32)>,
    mut found: impl FnMut(&BStr, &[PatternId], &[u32]),
) -> Option<bool> {
    let patterns = ownership.repository.claims.patterns();
    let first = u32::try_from(patterns.len()).ok()?;
    let in_map = patterns.iter().zip(0..);
    let mut shapes: Vec<Shape> = in_map
        .flat_map(|(pattern, id)| Shape::of_pattern(pattern, id))
        .collect();
    for ((glob, section), id) in lines.zip(first..) {
        shapes.push(Shape::of_glob(glob, id, section)?);
    }
    let listing = &ownership.repository.listing.files;
    let mut lines = Vec::new();
    let is_complete = Walk::new(&shapes).all(
        |path| listing.find(path).is_some(),
        |path, matching| {
            let (in_map, others) = matching.split_at(matching.partition_point(|id| *id < first));
            lines.clear();
            lines.extend(others.iter().map(|id| id - first));
            found(path, in_map, &lines);
        },
    );
    Some(is_complete)
}
