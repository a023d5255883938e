//! Files that the same patterns match. There are far fewer such groups than files, and each is
//! resolved once.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Resolution;
use crate::{
    inventory::Files,
    pattern::{PatternId, PatternTree},
};

/// So many files are worth a walk of their own.
const FILES_OF_A_WALK: usize = 4_096;

/// Files that the same patterns match, by its position in [`Resolved`](super::Resolved).
pub type GroupId = u32;

/// Files that the same patterns match: they share one resolution.
#[derive(Debug)]
pub struct Group {
    /// The patterns, sorted.
    pub patterns: Box<[PatternId]>,
    /// What the claims about them come to.
    pub resolution: Resolution,
    /// How many files there are.
    pub files: u64,
}

/// The patterns of a group, and its number of files.
pub(super) type Matched = (Box<[PatternId]>, u64);

/// Files by what matches them.
#[derive(Debug, Default)]
pub(super) struct Grouping {
    /// All groups, in the order of the first file of each.
    pub groups: Vec<Matched>,
    /// By file: its group.
    pub by_file: Vec<GroupId>,
}

impl Grouping {
    /// All `files`, by the patterns of `tree` that match them.
    pub fn new(files: &Files, tree: &PatternTree) -> Self {
        let starts: Vec<usize> = (0..files.len()).step_by(FILES_OF_A_WALK).collect();
        let mut parts: Vec<Self> = starts
            .into_par_iter()
            .map(|start| {
                let end = files.len().min(start + FILES_OF_A_WALK);
                Self::of_part(files, start..end, tree)
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

    fn of_part(files: &Files, part: std::ops::Range<usize>, tree: &PatternTree) -> Self {
        let mut walker = tree.walk();
        let mut grouping = Self::default();
        let mut known: FxHashMap<Box<[PatternId]>, GroupId> = FxHashMap::default();
        grouping.by_file.reserve_exact(part.len());
        // Neighbours mostly belong to the group of the file before.
        let mut last: GroupId = 0;
        for file in part.map(|at| files.get(at)) {
            last = walker.matches(file.path, file.is_directory(), |patterns| {
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
    fn files_in_parts_are_grouped_as_those_in_one() {
        let mut builder = FilesBuilder::default();
        for at in 0..2 * FILES_OF_A_WALK + 5 {
            let path = format!("{:05}/{}", at / 7, at % 7);
            builder.push(path.as_bytes(), FileKind::Regular);
        }
        let files = builder.build();
        let patterns = ["*/3", "000*/", "*/[5-6]", "**"];
        let patterns = patterns.map(|text| Pattern::parse(text).unwrap());
        let tree = PatternTree::new(&patterns);
        let in_parts = Grouping::new(&files, &tree);
        let in_one = Grouping::of_part(&files, 0..files.len(), &tree);
        assert_eq!(in_parts.groups, in_one.groups);
        assert_eq!(in_parts.by_file, in_one.by_file);
        assert_eq!(in_one.groups.len(), 6);
    }
}
