use std::env;

use bstr::ByteSlice as _;
use rustc_hash::FxHashSet;

use super::{Commit, Git, GitError, error::could_not_be_read};
use crate::text::read_regular;

/// The largest size of the file with the commits where a shallow clone ends.
const MAX_SHALLOW: u64 = 1 << 26;

/// The largest size of the file with the commits that a merge in progress merges.
const MAX_MERGE_HEAD: u64 = 1 << 16;

/// The commits between two states of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitRange {
    /// The number of commits.
    pub commits: usize,
    /// Whether one of them is a merge.
    pub has_merge: bool,
    /// Whether no commit is missing because the clone is shallow.
    pub is_complete: bool,
}

impl Git {
    /// Returns the commits that one of `ends` contains and none of `bases` does.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn range(&self, bases: &[Commit], ends: &[&str]) -> Result<CommitRange, GitError> {
        let bases: Vec<&str> = bases.iter().map(|commit| &*commit.id).collect();
        let options = ["rev-list", "--parents"];
        let arguments = [&options, ends, &["--not"], &bases[..], &["--"]].concat();
        let listed = self.read(&arguments, "list commits")?;
        let cut_off = self.shallow_commits()?;
        let mut range = CommitRange {
            commits: 0,
            has_merge: false,
            is_complete: true,
        };
        for line in listed.lines() {
            range.commits += 1;
            let mut ids = line.split_str(" ");
            let is_cut_off = ids.next().is_some_and(|id| cut_off.contains(id));
            range.is_complete &= !is_cut_off;
            range.has_merge |= ids.nth(1).is_some();
        }
        Ok(range)
    }

    /// Returns the ids of the commits of a shallow clone that lack their parents.
    fn shallow_commits(&self) -> Result<FxHashSet<Vec<u8>>, GitError> {
        if !self.is_shallow() {
            return Ok(FxHashSet::default());
        }
        let path = self.read_path(&["rev-parse", "--git-path", "shallow"], "find a file")?;
        let text = read_regular(&path, MAX_SHALLOW);
        let text = text.map_err(|error| GitError::new(could_not_be_read("`shallow`")(error)))?;
        Ok(text.lines().map(<[u8]>::to_vec).collect())
    }

    /// Returns the commits that a merge in progress merges into HEAD; empty if there is none.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn merge_heads(&self) -> Result<Vec<Commit>, GitError> {
        let path = self.git_dir.join("MERGE_HEAD");
        if path.exists() {
            let text = read_regular(&path, MAX_MERGE_HEAD);
            let text =
                text.map_err(|error| GitError::new(could_not_be_read("`MERGE_HEAD`")(error)))?;
            return Ok(text.lines().filter_map(Commit::of_line).collect());
        }
        // `git merge` writes that file only after its hook `pre-merge-commit`, which gets these variables.
        let ids = env::vars_os().filter_map(|(name, _)| {
            let name = name.into_string().ok()?;
            Commit::of_line(name.strip_prefix("GITHEAD_")?.as_bytes())
        });
        let known = |commit: &Commit| self.has_commit(&commit.id).unwrap_or_default();
        Ok(ids.filter(known).collect())
    }

    /// Returns the name of the branch that is checked out; `None` if HEAD is detached.
    ///
    /// # Errors
    /// If git cannot be run.
    pub fn branch(&self) -> Result<Option<String>, GitError> {
        self.line(&["symbolic-ref", "--quiet", "--short", "HEAD"])
    }

    /// Returns the URL of the remote `origin`; `None` if there is no such remote.
    ///
    /// # Errors
    /// If git cannot be run.
    pub fn origin_url(&self) -> Result<Option<String>, GitError> {
        self.line(&["config", "--get", "remote.origin.url"])
    }

    /// Returns the line that git prints; `None` if it prints nothing.
    pub(super) fn line(&self, arguments: &[&str]) -> Result<Option<String>, GitError> {
        let output = self.output(arguments)?;
        let line = output.stdout.trim().to_str_lossy().into_owned();
        Ok(Some(line).filter(|line| !line.is_empty()))
    }

    /// Returns whether the repository contains the commit.
    ///
    /// # Errors
    /// If git cannot be run.
    pub fn has_commit(&self, id: &str) -> Result<bool, GitError> {
        let object = format!("{id}^{{commit}}");
        Ok(self.output(&["cat-file", "-e", &object])?.status.success())
    }

    /// Returns whether the reference exists.
    ///
    /// # Errors
    /// If git cannot be run.
    pub fn has_reference(&self, name: &str) -> Result<bool, GitError> {
        let output = self.output(&["show-ref", "--verify", "--quiet", "--", name])?;
        Ok(output.status.success())
    }
}
