use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashSet;

use super::{Commit, Git, GitError, TreeEntry};
use crate::text::{and_more, quoted};

/// A change of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The entry before; `None` if the file was added.
    pub before: Option<TreeEntry>,
    /// The entry after; `None` if the file was removed. Its path differs if the file was renamed.
    pub after: Option<TreeEntry>,
}

/// All changes between two states of a repository. Similar files are renames.
pub type Changes = Vec<FileChange>;

impl FileChange {
    /// Returns the paths before and after of a file that was renamed.
    pub fn renamed(&self) -> Option<(&BString, &BString)> {
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        (before.path != after.path).then_some((&before.path, &after.path))
    }
}

/// Renames are detected with the limits of the user's own `git diff`.
const OPTIONS: [&str; 5] = [
    "--raw",
    "-z",
    "--no-abbrev",
    "-M",
    "--ignore-submodules=none",
];

impl Git {
    /// Returns the changes from `base` to the index; without a base, every file. Intent-to-add entries (`add -N`) are
    /// not included.
    ///
    /// # Errors
    /// If the index cannot be read or has unmerged paths.
    pub fn staged(&self, base: Option<&Commit>) -> Result<Changes, GitError> {
        self.staged_with(base, "--ita-invisible-in-index")
    }

    /// Returns how many files in the work tree differ from a commit.
    ///
    /// # Errors
    /// If the index cannot be read or has unmerged paths.
    pub fn changed_in_work_tree(&self, base: Option<&Commit>) -> Result<usize, GitError> {
        let base = self.id_or_empty(base)?;
        let arguments = [&["diff-index"], &OPTIONS[..], &[&base, "--"]].concat();
        Ok(self.changes(&arguments, "compare the work tree")?.len())
    }

    /// Returns the paths of the intent-to-add entries of the index.
    pub(super) fn intent_to_add(&self) -> Result<FxHashSet<BString>, GitError> {
        let base = self.checked_out.as_ref();
        let all = self.staged_with(base, "--ita-visible-in-index")?;
        let staged = self.staged(base)?;
        let staged: FxHashSet<&BStr> = after(&staged).collect();
        let added = after(&all).filter(|path| !staged.contains(path));
        Ok(added.map(BStr::to_owned).collect())
    }

    fn staged_with(&self, base: Option<&Commit>, option: &str) -> Result<Changes, GitError> {
        if self.is_bare {
            return Err(GitError::new("a bare repository has no index").help(
                "compare revisions instead: use `--since REV`, or pass two revisions to \
                       `ownlint diff`",
            ));
        }
        let base = self.id_or_empty(base)?;
        let ends = [option, &base, "--"];
        let arguments = [&["diff-index", "--cached"], &OPTIONS[..], &ends].concat();
        self.changes(&arguments, "compare the index")
    }

    /// Returns the changes between two commits.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn between(&self, base: Option<&Commit>, head: &Commit) -> Result<Changes, GitError> {
        let base = self.id_or_empty(base)?;
        let ends = [&base, &head.id, "--"];
        let arguments = [&["diff-tree", "-r"], &OPTIONS[..], &ends].concat();
        self.changes(&arguments, "compare two revisions")
    }

    fn changes(&self, arguments: &[&str], task: &str) -> Result<Changes, GitError> {
        let listed = self.read(arguments, task)?;
        let mut parts = listed.split_str("\0");
        let mut changes = Vec::new();
        let mut unmerged: Vec<&[u8]> = Vec::new();
        // `:<mode> <mode> <id> <id> <status>`, then one path, or two for a rename.
        while let Some(info) = parts.next().and_then(|part| part.strip_prefix(b":")) {
            let mut info = info.split_str(" ");
            let mut word = || info.next().unwrap_or_default();
            let (mode_before, mode_after) = (word(), word());
            let (id_before, id_after) = (word(), word());
            let status = word();
            let path_before = parts.next().unwrap_or_default();
            let path_after = match status.first() {
                Some(b'R' | b'C') => parts.next().unwrap_or_default(),
                _ => path_before,
            };
            if status.first() == Some(&b'U') {
                unmerged.push(path_before);
                continue;
            }
            changes.push(FileChange {
                before: TreeEntry::listed(mode_before, id_before, path_before),
                after: TreeEntry::listed(mode_after, id_after, path_after),
            });
        }
        if unmerged.is_empty() {
            return Ok(changes);
        }
        Err(conflicts(unmerged))
    }

    /// Returns the id of a commit; without one, the id of the empty tree, which every repository has.
    pub(super) fn id_or_empty(&self, commit: Option<&Commit>) -> Result<String, GitError> {
        if let Some(commit) = commit {
            return Ok(commit.id.clone());
        }
        let arguments = ["hash-object", "-t", "tree", "/dev/null"];
        let id = self.read(&arguments, "hash the empty tree")?;
        Ok(id.trim().to_str_lossy().into_owned())
    }
}

fn after(changes: &[FileChange]) -> impl Iterator<Item = &BStr> {
    let entries = changes.iter().filter_map(|change| change.after.as_ref());
    entries.map(TreeEntry::path)
}

/// Returns the error for an unfinished merge. A path may occur several times in `unmerged`.
fn conflicts(mut unmerged: Vec<&[u8]>) -> GitError {
    unmerged.dedup();
    let shown = and_more(unmerged.iter().take(3).map(quoted), unmerged.len());
    let message = format!("the index has unresolved merge conflicts in {shown}");
    GitError::new(message).help("resolve the conflicts and `git add` the files")
}
