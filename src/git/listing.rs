//! Listing the entries of commits and indexes.

use std::{array, fs};

use bstr::{BStr, ByteSlice};

use super::{
    BlobId, Commit, FileKind, Git, GitError, IndexEntry, TreeEntry, WorkTree,
    error::could_not_be_read, index_file::read_index, work_tree::exists,
};
use crate::text::quoted;

/// The command that lists an index that cannot be read without git.
const LIST_INDEX: [&str; 5] = ["ls-files", "--stage", "-t", "--full-name", "-z"];

impl Git {
    /// Returns all entries of a commit, sorted by path.
    ///
    /// # Errors
    /// If its trees cannot be read.
    pub fn tree(&self, commit: &Commit) -> Result<Vec<TreeEntry>, GitError> {
        let arguments = ["ls-tree", "-r", "-z", "--full-tree", &commit.id];
        let listed = self.read(&arguments, &format!("list {}", commit.short()))?;
        let entries = lines(&listed)
            .filter_map(|([mode, _type, id], path)| TreeEntry::listed(mode, id, path));
        let mut entries: Vec<TreeEntry> = entries.collect();
        // Git sorts submodules as directories.
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    /// Returns all entries of the index, sorted by path, including conflicts but not intent-to-add entries (`add -N`).
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn index(&self) -> Result<Vec<TreeEntry>, GitError> {
        if let Some(entries) = self.index_file() {
            return Ok(entries);
        }
        let listed = self.read(&LIST_INDEX, "list the index")?;
        let mut entries: Vec<TreeEntry> = listed_entries(&listed).map(TreeEntry::from).collect();
        // Git does not list which entries are intent-to-add, but all of them are empty.
        let mut ids = entries.iter().map(|entry| entry.id);
        if ids.any(|id| id == id.of_content(b"")) {
            let added = self.intent_to_add()?;
            entries.retain(|entry| !added.contains(&entry.path));
        }
        Ok(entries)
    }

    /// Reads the same from the index file, if it has a common format: that is faster than starting git.
    fn index_file(&self) -> Option<Vec<TreeEntry>> {
        let is_usual = |commit: &Commit| commit.id.len() == 40;
        self.checked_out.as_ref().filter(|it| is_usual(it))?;
        let path = self.index_path();
        path.metadata().ok().filter(fs::Metadata::is_file)?;
        let mut entries = Vec::new();
        read_index(&path, |entry| {
            if !entry.is_intent_to_add {
                entries.push(entry.into());
            }
        })?;
        Some(entries)
    }
}

impl WorkTree {
    /// Collects the entries of the index, including intent-to-add entries. `new` creates an empty collection for an
    /// index of this number of bytes, and may be called twice.
    ///
    /// # Errors
    /// A message for users, if git cannot read it either.
    pub fn collect_index<C>(
        &self,
        new: impl Fn(usize) -> C,
        add: impl Fn(&mut C, IndexEntry<'_>),
    ) -> Result<C, String> {
        let index = self.index();
        if !exists(&index) {
            return match self.must_have_index()? {
                true => Err("the index is missing, but the repository has commits".to_owned()),
                false => Ok(new(0)),
            };
        }
        let metadata = fs::metadata(&index).map_err(could_not_be_read("the index"))?;
        if !metadata.is_file() {
            return Err("the index is not a regular file".to_owned());
        }
        if self.uses_sha1()? {
            let mut collected = new(usize::try_from(metadata.len()).unwrap_or_default());
            if read_index(&index, |entry| add(&mut collected, entry)).is_some() {
                return Ok(collected);
            }
        }
        let mut collected = new(0);
        let listed = list_index(&Git::of(self)?)?;
        listed_entries(&listed).for_each(|entry| add(&mut collected, entry));
        Ok(collected)
    }

    /// Returns whether the repository has commits, so that there must be an index.
    fn must_have_index(&self) -> Result<bool, String> {
        if let Some(has_commits) = self.has_commits()? {
            return Ok(has_commits);
        }
        let head = Git::at(&self.top).and_then(|git| git.head());
        head.map(|commit| commit.is_some()).map_err(|it| it.message)
    }
}

/// Lists an index with git that is not read here: sparse indexes, other hashes and future formats.
fn list_index(git: &Git) -> Result<Vec<u8>, String> {
    let output = git.run(&LIST_INDEX).map_err(|error| {
        format!("the index can be read only with `git`, which could not be run: {error}")
    })?;
    // Git skips what it cannot read, prints an error and succeeds.
    let is_error = |line: &&[u8]| line.starts_with(b"error:") || line.starts_with(b"fatal:");
    let error = output.stderr.lines().find(is_error);
    if error.is_some() || !output.status.success() {
        let message = error.or(output.stderr.lines().next()).unwrap_or_default();
        let message = quoted(message.trim());
        return Err(format!("git could not list the index: {message}"));
    }
    Ok(output.stdout)
}

/// Parses the entries that [`LIST_INDEX`] lists.
fn listed_entries(listed: &[u8]) -> impl Iterator<Item = IndexEntry<'_>> {
    lines(listed).filter_map(|([letter, mode, id], path)| {
        Some(IndexEntry {
            path,
            kind: FileKind::of_mode(mode)?,
            id: BlobId::new(id)?,
            is_skip_worktree: letter == b"S",
            // Git does not list it.
            is_intent_to_add: false,
        })
    })
}

/// Splits a listing into lines of words, a tab and a path, and returns the first `N` words and the path of each.
fn lines<const N: usize>(listed: &[u8]) -> impl Iterator<Item = ([&[u8]; N], &BStr)> {
    listed.split_str("\0").filter_map(|line| {
        let (info, path) = line.split_once_str("\t")?;
        let mut words = info.split_str(" ");
        let words = array::from_fn(|_| words.next().unwrap_or_default());
        Some((words, path.as_bstr()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

    #[test]
    fn parses_an_index_that_git_lists() {
        let listed = format!(
            "H 100644 {ID} 0\ta b\tc\nd\0S 120000 {ID} 0\tlink\0M 100755 {ID} 2\tx\0\
             H 160000 {ID} 0\tsub\0? no entry\0H 100644 no-id 0\ty\0"
        );
        let id = BlobId::new(ID.as_bytes()).unwrap();
        let entry = |path: &'static str, kind, is_skip_worktree| IndexEntry {
            path: path.into(),
            kind,
            id,
            is_skip_worktree,
            is_intent_to_add: false,
        };
        let entries: Vec<IndexEntry<'_>> = listed_entries(listed.as_bytes()).collect();
        assert_eq!(
            entries,
            [
                entry("a b\tc\nd", FileKind::Regular, false),
                entry("link", FileKind::Symlink, true),
                entry("x", FileKind::Regular, false),
                entry("sub", FileKind::Submodule, false),
            ]
        );
        assert_eq!(listed_entries(b"").count(), 0);
    }
}
