//! Which file became which in a change.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::Hash,
};

use bstr::{BStr, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    git::{BlobId, FileChange, FileKind, TreeEntry},
    text::directory,
};

/// Paths are compared by at most this many directories at each end.
const MAX_SHARED: usize = 16;

/// The files that a change renames: the path before, by the path after.
///
/// git chooses renames by content. Among files with the same content its choice is arbitrary, so that two copies of a
/// directory seem to exchange their files. Such files are paired again by their paths. Every pair has the same contents
/// as one that git chose.
pub(super) fn renames<'c, O: Copy + Eq + Hash>(
    changes: &'c [FileChange],
    owners: [OwnersOf<'_, O>; 2],
) -> FxHashMap<&'c BStr, &'c BStr> {
    let mut renames = Renames::new(changes, owners);
    renames.pair_by_path();
    let pairs = renames.after.iter().zip(&renames.origins);
    pairs
        .filter_map(|(after, origin)| Some((after.path, renames.before[(*origin)?].path)))
        .collect()
}

/// Returns the owners of a path on one side of a change.
type OwnersOf<'o, O> = &'o dyn Fn(&BStr) -> Option<O>;

/// The kind and the content of a file.
type Content = (FileKind, BlobId);

/// A file that a change renames, adds or removes.
struct File<'c, O> {
    path: &'c BStr,
    content: Content,
    owners: Option<O>,
}

struct Renames<'c, O> {
    /// The files before the change that no longer exist.
    before: Vec<File<'c, O>>,
    /// The files after the change that did not exist.
    after: Vec<File<'c, O>>,
    /// The origins of the files after the change.
    origins: Vec<Option<usize>>,
}

impl<'c, O: Copy + Eq + Hash> Renames<'c, O> {
    fn new(changes: &'c [FileChange], owners: [OwnersOf<'_, O>; 2]) -> Self {
        let mut renames = Self {
            before: Vec::new(),
            after: Vec::new(),
            origins: Vec::new(),
        };
        let file = |entry: &'c TreeEntry, owners: OwnersOf<'_, O>| File {
            path: entry.path(),
            content: (entry.kind, entry.id),
            owners: owners(entry.path()),
        };
        for change in changes {
            let (before, after) = (&change.before, &change.after);
            if before.is_some() && after.is_some() && change.renamed().is_none() {
                continue;
            }
            let origin = before.as_ref().map(|entry| {
                renames.before.push(file(entry, owners[0]));
                renames.before.len() - 1
            });
            if let Some(entry) = after {
                renames.after.push(file(entry, owners[1]));
                renames.origins.push(origin);
            }
        }
        renames
    }

    /// Pairs files again that have the same content before, then those that have the same content after.
    fn pair_by_path(&mut self) {
        let moves = self.moved_directories();
        let mut by_content: BTreeMap<Content, [Vec<usize>; 2]> = BTreeMap::new();
        for (at, file) in self.before.iter().enumerate() {
            by_content.entry(file.content).or_default()[0].push(at);
        }
        for (at, origin) in self.origins.iter().enumerate() {
            if let Some(origin) = origin {
                let content = self.before[*origin].content;
                by_content.entry(content).or_default()[1].push(at);
            }
        }
        for [before, after] in by_content.into_values() {
            self.pair(before, after, &moves);
        }
        let mut by_content: BTreeMap<Content, [Vec<usize>; 2]> = BTreeMap::new();
        for (at, file) in self.after.iter().enumerate() {
            let [before, after] = by_content.entry(file.content).or_default();
            before.extend(self.origins[at]);
            after.push(at);
        }
        for [before, after] in by_content.into_values() {
            self.pair(before, after, &moves);
        }
        for [before, after] in self.unpaired() {
            self.pair(before, after, &moves);
        }
    }

    /// Returns the files that git has not paired although it has paired others with the same contents: it compares each
    /// file with a few others only.
    fn unpaired(&self) -> Vec<[Vec<usize>; 2]> {
        let paired: FxHashSet<usize> = self.origins.iter().flatten().copied().collect();
        let mut before: FxHashMap<Content, Vec<usize>> = FxHashMap::default();
        for (at, file) in self.before.iter().enumerate() {
            if !paired.contains(&at) {
                before.entry(file.content).or_default().push(at);
            }
        }
        let mut after: FxHashMap<Content, Vec<usize>> = FxHashMap::default();
        let mut contents = BTreeSet::new();
        for (at, file) in self.after.iter().enumerate() {
            match self.origins[at] {
                Some(origin) => {
                    contents.insert((self.before[origin].content, file.content));
                }
                None => after.entry(file.content).or_default().push(at),
            }
        }
        let mut unpaired = Vec::new();
        for (was, is) in contents {
            // Contents that could be paired with several others remain with the first.
            if before.contains_key(&was)
                && let Some(after) = after.remove(&is)
                && let Some(before) = before.remove(&was)
            {
                unpaired.push([before, after]);
            }
        }
        unpaired
    }

    /// Returns the directories that the change moves, according to the renames without an alternative.
    fn moved_directories(&self) -> BTreeSet<(&'c BStr, &'c BStr)> {
        let number = |files: &[File<'c, O>]| {
            let mut number: FxHashMap<Content, usize> = FxHashMap::default();
            for file in files {
                *number.entry(file.content).or_default() += 1;
            }
            number
        };
        let (before, after) = (number(&self.before), number(&self.after));
        let pairs = self.after.iter().zip(&self.origins);
        let certain = pairs.filter_map(|(file, origin)| {
            let origin = &self.before[(*origin)?];
            let is_certain = before[&origin.content] == 1 && after[&file.content] == 1;
            is_certain.then(|| moved_directory(origin.path, file.path))
        });
        certain.collect()
    }

    /// Pairs files of which each could be paired with each other, those with the most similar paths first.
    fn pair(
        &mut self,
        mut before: Vec<usize>,
        mut after: Vec<usize>,
        moves: &BTreeSet<(&'c BStr, &'c BStr)>,
    ) {
        if let ([before], [after]) = (&before[..], &after[..]) {
            self.origins[*after] = Some(*before);
            return;
        }
        before.sort_unstable_by_key(|at| self.before[*at].path);
        after.sort_unstable_by_key(|at| self.after[*at].path);
        for at in &after {
            self.origins[*at] = None;
        }
        self.pair_moved(&mut before, &mut after, moves);
        for shared in (0..=2 * MAX_SHARED).rev() {
            for with_owners in [true, false] {
                let starts = shared.saturating_sub(MAX_SHARED)..=shared.min(MAX_SHARED);
                for start in starts.rev() {
                    if before.is_empty() || after.is_empty() {
                        return;
                    }
                    let ends = (start, shared - start);
                    self.pair_alike(&mut before, &mut after, |file| {
                        let owners = with_owners.then_some(file.owners);
                        Some((ends_of(file.path, ends)?, owners))
                    });
                }
            }
        }
    }

    /// Pairs the files in the directories that the change moves.
    fn pair_moved(
        &mut self,
        before: &mut Vec<usize>,
        after: &mut Vec<usize>,
        moves: &BTreeSet<(&'c BStr, &'c BStr)>,
    ) {
        let mut by_path: FxHashMap<&BStr, usize> = FxHashMap::default();
        by_path.extend(after.iter().map(|at| (self.after[*at].path, *at)));
        let mut targets: FxHashMap<&[u8], Vec<&[u8]>> = FxHashMap::default();
        for (from, to) in moves {
            targets.entry(from).or_default().push(to);
        }
        before.retain(|origin| {
            let path = self.before[*origin].path;
            let ends = path.rfind_iter("/").map(|at| at + 1).chain([0]);
            let mut directories = ends.map(|end| path.split_at(end));
            let target = directories.find_map(|(from, rest)| {
                let mut targets = targets.get(from)?.iter();
                targets.find_map(|to| by_path.remove([to, rest].concat().as_bstr()))
            });
            if let Some(target) = target {
                self.origins[target] = Some(*origin);
            }
            target.is_none()
        });
        after.retain(|at| self.origins[*at].is_none());
    }

    /// Pairs the files with the same key, in order.
    fn pair_alike<K: Hash + Eq>(
        &mut self,
        before: &mut Vec<usize>,
        after: &mut Vec<usize>,
        key: impl Fn(&File<'c, O>) -> Option<K>,
    ) {
        let mut by_key: FxHashMap<K, Vec<usize>> = FxHashMap::default();
        for origin in before.iter().rev() {
            if let Some(key) = key(&self.before[*origin]) {
                by_key.entry(key).or_default().push(*origin);
            }
        }
        let mut paired = FxHashSet::default();
        after.retain(|at| {
            let same = key(&self.after[*at]).and_then(|key| by_key.get_mut(&key)?.pop());
            self.origins[*at] = same;
            paired.extend(same);
            same.is_none()
        });
        before.retain(|origin| !paired.contains(origin));
    }
}

/// Returns the directories that differ between two paths, without their common end.
pub(crate) fn moved_directory<'p>(before: &'p BStr, after: &'p BStr) -> (&'p BStr, &'p BStr) {
    let mut directories = (directory(before), directory(after));
    while let (Some((from, name)), Some((to, same))) = (
        without_last_name(directories.0),
        without_last_name(directories.1),
    ) && name == same
    {
        directories = (from, to);
    }
    directories
}

/// Splits a directory into the one that contains it and its name; `None` for the root.
fn without_last_name(path: &BStr) -> Option<(&BStr, &BStr)> {
    let above = directory(path.strip_suffix(b"/")?.as_bstr());
    Some((above, path[above.len()..].as_bstr()))
}

/// Returns the first and the last names of a path; `None` if it does not have so many.
fn ends_of(path: &BStr, (first, last): (usize, usize)) -> Option<(&[u8], &[u8])> {
    if path.find_iter("/").count() + 1 < first + last {
        return None;
    }
    let start = match first {
        0 => 0,
        _ => path.find_iter("/").nth(first - 1).unwrap_or(path.len()),
    };
    let end = match last {
        0 => path.len(),
        _ => path.rfind_iter("/").nth(last - 1).map_or(0, |at| at + 1),
    };
    Some((&path[..start], &path[end..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::git::Commit;

    /// Returns the changes for `before=after` pairs; a missing side is a deleted or new file. The content of a file is
    /// the letter after `:`.
    fn changes(pairs: &[(&str, &str)]) -> Vec<FileChange> {
        let entry = |text: &str| {
            let (path, content) = text.split_once(':')?;
            let commit = Commit { id: "0".repeat(40) };
            Some(TreeEntry {
                path: path.into(),
                kind: FileKind::Regular,
                id: BlobId::like(&commit).of_content(content.as_bytes()),
            })
        };
        let change = |(before, after): &(&str, &str)| FileChange {
            before: entry(before),
            after: entry(after),
        };
        pairs.iter().map(change).collect()
    }

    /// Returns the renames as `before=after`. The owner of a file is its first letter.
    fn renamed(changes: &[FileChange]) -> Vec<String> {
        let owner = |path: &BStr| path.first().copied();
        let renames = renames(changes, [&owner, &owner]);
        let mut all: Vec<String> = renames
            .into_iter()
            .map(|(after, before)| format!("{before}={after}"))
            .collect();
        all.sort();
        all
    }

    #[test]
    fn pairs_files_with_the_same_content_by_their_paths() {
        for (chosen, expected) in [
            // Two copies exchange their files.
            (
                &[("a/1/f:x", "b/2/f:x"), ("b/1/f:x", "a/2/f:x")][..],
                &["a/1/f=a/2/f", "b/1/f=b/2/f"][..],
            ),
            // Their content changes too.
            (
                &[("a/f1:x", "b/f2:y"), ("b/f1:x", "a/f2:y")],
                &["a/f1=a/f2", "b/f1=b/f2"],
            ),
            // git leaves the closest file as deleted, or as new, or both.
            (&[("a/f1:x", "b/f2:y"), ("b/f1:x", "")], &["b/f1=b/f2"]),
            (&[("a/f1:x", "b/f2:x"), ("", "a/f2:x")], &["a/f1=a/f2"]),
            (
                &[("a/f1:x", "b/f2:y"), ("b/f1:x", ""), ("", "a/f2:y")],
                &["a/f1=a/f2", "b/f1=b/f2"],
            ),
            // One copy is a version behind.
            (
                &[("a/1/f:x", "b/2/f:y"), ("b/1/f:w", "a/2/f:y")],
                &["a/1/f=a/2/f", "b/1/f=b/2/f"],
            ),
            // Base names, if the directories say nothing.
            (
                &[("p/1:x", "q/2:x"), ("p/2:x", "q/1:x")],
                &["p/1=q/1", "p/2=q/2"],
            ),
            // Owners, if the paths say nothing else.
            (
                &[("a1/f:x", "b2/f:x"), ("b1/f:x", "a2/f:x")],
                &["a1/f=a2/f", "b1/f=b2/f"],
            ),
            // Paths before owners: what really moves is not hidden.
            (
                &[("a/x/y/f:x", "b/f:x"), ("c/f:x", "d/x/y/f:x")],
                &["a/x/y/f=d/x/y/f", "c/f=b/f"],
            ),
            // A file without an alternative shows which directory moves where.
            (
                &[("p/f:x", "r/f:x"), ("q/f:x", "s/f:x"), ("p/u:u", "s/u:u")],
                &["p/f=s/f", "p/u=s/u", "q/f=r/f"],
            ),
            // Other content, and files that are not renamed, keep git's choice.
            (
                &[("a/f:x", "b/f:x"), ("a/g:y", "a/g:z"), ("b/h:y", "a/h:z")],
                &["a/f=b/f", "b/h=a/h"],
            ),
            (&[("a/f:x", ""), ("", "a/g:x")], &[]),
        ] {
            assert_eq!(renamed(&changes(chosen)), expected, "{chosen:?}");
            let reversed: Vec<_> = chosen.iter().rev().copied().collect();
            assert_eq!(renamed(&changes(&reversed)), expected, "{reversed:?}");
        }
    }

    proptest! {
        #[test]
        fn never_pairs_two_copies_crosswise(
            files in prop::collection::btree_map("[xy]{1,2}(/[xy]{1,2}){0,2}", "[a-d]", 1..12),
            parents in prop::sample::select(vec![["a", "b"], ["a/c", "a/d"], ["a", "a/b"]]),
            dirs in prop::sample::select(vec![["1", "2"], ["lib", "vendor/lib"], ["v/1", "v"]]),
            choice in any::<prop::sample::Index>(),
        ) {
            let moved = |at: usize, name: &str, content: &str| {
                dirs.map(|dir| format!("{}/{dir}/{name}:{content}", parents[at]))
            };
            let mut before = Vec::new();
            let mut after = Vec::new();
            let mut expected = Vec::new();
            for (name, content) in &files {
                // A name that is also a directory cannot be a file.
                let inside = format!("{name}/");
                if files.keys().any(|other| other.starts_with(&inside)) {
                    continue;
                }
                for at in 0..2 {
                    let [was, is] = moved(at, name, content);
                    let path = |text: &str| text[..text.len() - 2].to_owned();
                    expected.push(format!("{}={}", path(&was), path(&is)));
                    before.push(was);
                    after.push(is);
                }
            }
            // git may pair any files with the same content.
            let letter = |text: &String| text.as_bytes()[text.len() - 1];
            before.sort_by_key(letter);
            after.sort_by_key(letter);
            for content in b'a'..=b'd' {
                let same = after.iter().filter(|text| letter(text) == content).count();
                let start = after.partition_point(|text| letter(text) < content);
                if same > 0 {
                    after[start..start + same].rotate_left(choice.index(same));
                }
            }
            let pairs: Vec<(&str, &str)> =
                before.iter().map(String::as_str).zip(after.iter().map(String::as_str)).collect();
            expected.sort();
            prop_assert_eq!(renamed(&changes(&pairs)), expected);
        }
    }
}
