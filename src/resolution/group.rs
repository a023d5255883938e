//! Groups of files that the same patterns match. There are far fewer groups than files, and each group
//! is resolved once.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Resolution;
use crate::{
    inventory::Files,
    pattern::{PatternId, PatternTree},
};

/// The number of files that one task matches.
const FILES_OF_A_WALK: usize = 4_096;

/// The position of a group in [`Resolved`](super::Resolved).
pub type GroupId = u32;

/// Files that the same patterns match, and so have the same resolution.
#[derive(Debug)]
pub struct Group {
    /// The ids of the patterns, sorted.
    pub patterns: Box<[PatternId]>,
    /// The resolution of their claims.
    pub resolution: Resolution,
    /// The number of files.
    pub files: u64,
}

/// The patterns of a group and its number of files.
pub(super) type Matched = (Box<[PatternId]>, u64);

/// Files, grouped by the patterns that match them.
#[derive(Debug, Default)]
pub(super) struct Grouping {
    /// All groups, in the order of the first file of each.
    pub groups: Vec<Matched>,
    /// The group of each file.
    pub by_file: Vec<GroupId>,
}

impl Grouping {
    /// Groups `files` by the patterns of `tree` that match them, and by those in `filed`, which has at most one for each
    /// file in each list.
    pub fn new(files: &Files, tree: &PatternTree, filed: &[Vec<Option<PatternId>>]) -> Self {
        let starts: Vec<usize> = (0..files.len()).step_by(FILES_OF_A_WALK).collect();
        let mut parts: Vec<Self> = starts
            .into_par_iter()
            .map(|start| {
                let end = files.len().min(start + FILES_OF_A_WALK);
                Self::of_part(files, start..end, tree, filed)
            })
            .collect();
        if parts.len() == 1 {
            return parts.remove(0);
        }
        let mut all = Self::default();
        all.by_file.reserve_exact(files.len());
        let mut known: FxHashMap<Box<[PatternId]>, GroupId> = FxHashMap::default();
        for part in parts {
            let ids = part.groups.into_iter().map(|(patterns, files)| {
                let id = known.get(&patterns).copied().unwrap_or_else(|| {
                    let id = position(all.groups.len());
                    known.insert(patterns.clone(), id);
                    all.groups.push((patterns, 0));
                    id
                });
                all.groups[id as usize].1 += files;
                id
            });
            let ids: Vec<GroupId> = ids.collect();
            let by_file = part.by_file.iter().map(|id| ids[*id as usize]);
            all.by_file.extend(by_file);
        }
        all
    }

    fn of_part(
        files: &Files,
        part: std::ops::Range<usize>,
        tree: &PatternTree,
        filed: &[Vec<Option<PatternId>>],
    ) -> Self {
        let mut walker = tree.walk();
        let mut grouping = Self::default();
        let mut known: FxHashMap<Box<[PatternId]>, GroupId> = FxHashMap::default();
        grouping.by_file.reserve_exact(part.len());
        // A file is mostly in the same group as the file before it.
        let mut last: GroupId = 0;
        let mut all: Vec<PatternId> = Vec::new();
        for at in part {
            let file = files.get(at);
            last = walker.matches(file.path, file.is_directory(), |patterns| {
                let mut patterns = patterns;
                if !filed.is_empty() {
                    all.clear();
                    all.extend_from_slice(patterns);
                    all.extend(filed.iter().filter_map(|of_dialect| of_dialect[at]));
                    all[patterns.len()..].sort_unstable();
                    patterns = &all;
                }
                let neighbour = grouping.groups.get(last as usize);
                if neighbour.is_some_and(|(of, _)| **of == *patterns) {
                    return last;
                }
                if let Some(id) = known.get(patterns) {
                    return *id;
                }
                let id = position(grouping.groups.len());
                grouping.groups.push((patterns.into(), 0));
                known.insert(patterns.into(), id);
                id
            });
            grouping.groups[last as usize].1 += 1;
            grouping.by_file.push(last);
        }
        grouping
    }
}

fn position(at: usize) -> GroupId {
    GroupId::try_from(at).expect("fewer groups than files")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        inventory::{FileKind, FilesBuilder},
        pattern::Pattern,
    };

    #[test]
    fn groups_in_parallel_as_in_one_pass() {
        let mut builder = FilesBuilder::default();
        for at in 0..2 * FILES_OF_A_WALK + 5 {
            let path = format!("{:05}/{}", at / 7, at % 7);
            builder.push(path.as_bytes(), FileKind::Regular);
        }
        let files = builder.build();
        let patterns = ["*/3", "000*/", "*/[5-6]", "**"];
        let patterns = patterns.map(|text| Pattern::parse(text).unwrap());
        let tree = PatternTree::new(&patterns);
        let in_parts = Grouping::new(&files, &tree, &[]);
        let in_one = Grouping::of_part(&files, 0..files.len(), &tree, &[]);
        assert_eq!(in_parts.groups, in_one.groups);
        assert_eq!(in_parts.by_file, in_one.by_file);
        assert_eq!(in_one.groups.len(), 6);
    }
}
