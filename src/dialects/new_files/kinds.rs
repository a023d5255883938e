use std::sync::Arc;

use bstr::BStr;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{shape::Shape, walk::Walk};
use crate::{
    dialects::{OwnerSet, Ownership, glob::Glob},
    pattern::PatternId,
    resolution::{Resolution, Resolver, Verdict, owner_set},
};

/// What the map says of every kind of path, whether there are such files or not.
pub(in crate::dialects) struct Kinds<'o> {
    ownership: &'o Ownership<'o>,
    /// By the patterns that match: what they come to.
    all: FxHashMap<Box<[PatternId]>, (Resolution, OwnerSet)>,
}

impl<'o> Kinds<'o> {
    /// Nothing, if that takes too much.
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

    /// The patterns that match, and what they come to.
    pub fn all(&self) -> impl Iterator<Item = (&Box<[PatternId]>, &Resolution)> {
        let all = self.all.iter();
        all.map(|(patterns, (resolution, _))| (patterns, resolution))
    }

    /// Which of `globs` meet on paths of which owners; nothing, if that takes too much.
    pub fn meeting(&self, globs: &[Glob]) -> FxHashSet<(Vec<u32>, OwnerSet)> {
        let mut meeting = FxHashSet::default();
        // All of them are wanted, not only the last: each is a section of its own.
        walk(self.ownership, globs.iter().zip(0..), |_, of_map, lines| {
            if let Some((resolution, owners)) = self.all.get(of_map)
                && resolution.verdict != Verdict::Conflicting
            {
                meeting.insert((lines.to_vec(), Arc::clone(owners)));
            }
        });
        meeting
    }
}

/// Calls `found` with a path of each kind that the map or these lines, each with its section, tell
/// apart: the patterns of the map that match it, and the positions of the lines that do. Returns
/// whether those were all kinds; nothing where wildcards of a line cross segments.
pub(super) fn walk<'g>(
    ownership: &Ownership<'_>,
    lines: impl Iterator<Item = (&'g Glob, u32)>,
    mut found: impl FnMut(&BStr, &[PatternId], &[u32]),
) -> Option<bool> {
    let patterns = ownership.repository.claims.patterns();
    let first = u32::try_from(patterns.len()).ok()?;
    let of_map = patterns.iter().zip(0..);
    let mut shapes: Vec<Shape> = of_map
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
            let (of_map, others) = matching.split_at(matching.partition_point(|id| *id < first));
            lines.clear();
            lines.extend(others.iter().map(|id| id - first));
            found(path, of_map, &lines);
        },
    );
    Some(is_complete)
}
