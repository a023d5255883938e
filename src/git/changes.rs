use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashSet;

use super::{Commit, Git, GitError, TreeEntry};
use crate::text::{and_more, quoted};

/// What became of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// What was there; nothing for a file that was added.
    pub before: Option<TreeEntry>,
    /// What is there; nothing for a file that was removed. Its path is another if it was renamed.
    pub after: Option<TreeEntry>,
}

/// Everything that is between two states of a repository, by renames where they are recognised.
pub type Changes = Vec<FileChange>;

impl FileChange {
    /// The path it had, and the path it has, of a file that was renamed.
    pub fn renamed(&self) -> Option<(&BString, &BString)> {
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        (before.path != after.path).then_some((&before.path, &after.path))
    }
}

/// Similar files are renames, as far as the user's own `git diff` says so.
const OPTIONS: [&str; 5] = [
    "--raw",
    "-z",
    "--no-abbrev",
    "-M",
    "--ignore-submodules=none",
];

impl Git {
    /// What the index holds that `base` does not; every file, without a base. What is only meant to be
    /// added later (`add -N`) is no part of it.
    ///
    /// # Errors
    /// Where it can't be read, or a merge left it with paths that are not merged.
    pub fn staged(&self, base: Option<&Commit>) -> Result<Changes, GitError> {
        self.staged_with(base, "--ita-invisible-in-index")
    }

    /// The paths of the index that are only meant to be added later.
    pub(super) fn added_later(&self) -> Result<FxHashSet<BString>, GitError> {
        let base = self.checked_out.as_ref();
        let all = self.staged_with(base, "--ita-visible-in-index")?;
        let staged = self.staged(base)?;
        let staged: FxHashSet<&BStr> = after(&staged).collect();
        let later = after(&all).filter(|path| !staged.contains(path));
        Ok(later.map(BStr::to_owned).collect())
    }

    fn staged_with(&self, base: Option<&Commit>, later: &str) -> Result<Changes, GitError> {
        if self.is_bare {
            return Err(GitError::new("a bare repository has no index")
                .help("compare revisions of it: --since REV, or two for diff"));
        }
        let base = self.id_or_empty(base)?;
        let ends = [later, &base, "--"];
        let arguments = [&["diff-index", "--cached"], &OPTIONS[..], &ends].concat();
        self.changes(&arguments, "compare the index")
    }

    /// What is between two commits.
    ///
    /// # Errors
    /// Where they can't be read.
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

    /// The id of a commit; without one, of a tree with nothing in it, which git always has.
    fn id_or_empty(&self, commit: Option<&Commit>) -> Result<String, GitError> {
        if let Some(commit) = commit {
            return Ok(commit.id.clone());
        }
        let arguments = ["hash-object", "-t", "tree", "/dev/null"];
        let id = self.read(&arguments, "name the empty tree")?;
        Ok(id.trim().to_str_lossy().into_owned())
    }
}

fn after(changes: &[FileChange]) -> impl Iterator<Item = &BStr> {
    let entries = changes.iter().filter_map(|change| change.after.as_ref());
    entries.map(TreeEntry::path)
}

/// A merge that is not finished; each path may be named several times.
fn conflicts(mut unmerged: Vec<&[u8]>) -> GitError {
    unmerged.dedup();
    let shown = and_more(unmerged.iter().take(3).map(quoted), unmerged.len());
    let message = format!("a merge is not finished: the index holds conflicts in {shown}");
    GitError::new(message).help("settle them and `git add` the result")
}
