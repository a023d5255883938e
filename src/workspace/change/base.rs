//! The commit that a change is compared with.

use super::ci;
use crate::{
    git::{Commit, CommitRange, Git, GitError},
    workspace::Error,
};

/// The commit that a change is compared with, and how it was found.
#[derive(Debug, Default)]
pub(super) struct ComparisonBase {
    /// `None` if no earlier commit exists.
    pub commit: Option<Commit>,
    /// Its name in messages.
    pub name: String,
    /// Other commits that the end of the change builds on. A finding that one of them has is not introduced.
    pub others: Vec<Commit>,
    /// The last commit of the change; `None` if it is HEAD, without a merge that a CI system made.
    pub last: Option<Commit>,
}

/// The revision that stands for the base of the change that a CI system is building.
pub(super) const AUTO: &str = "auto";

impl ComparisonBase {
    pub fn new(commit: Commit, name: impl Into<String>) -> Self {
        Self {
            commit: Some(commit),
            name: name.into(),
            ..Self::default()
        }
    }

    /// The base of a change that begins with the first commit.
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns HEAD, and the commits that are being merged into it.
    pub fn of_staged(git: &Git) -> Result<Self, GitError> {
        let Some(head) = git.head()? else {
            return Ok(Self::none());
        };
        let others = git.merge_heads()?;
        let merged: Vec<&str> = others.iter().map(Commit::short).collect();
        let name = match merged.is_empty() {
            true => "HEAD".to_owned(),
            false => format!("HEAD, which is being merged with {}", merged.join(" and ")),
        };
        Ok(Self {
            others,
            ..Self::new(head, name)
        })
    }

    /// Returns the commit that a revision names, or no commit if it names the parent of one without parents.
    pub fn of_revision(git: &Git, revision: &str) -> Result<Self, GitError> {
        let commit = match git.commit(revision) {
            Ok(commit) => commit,
            Err(_) if git.is_before_root(revision)? => return Ok(Self::none()),
            Err(error) => return Err(error),
        };
        let name = match commit.id == revision {
            true => String::new(),
            false => revision.to_owned(),
        };
        Ok(Self::new(commit, name))
    }

    /// Returns the merge base of a revision and `HEAD`, with the commits that are being merged into it.
    pub fn since(git: &Git, revision: &str) -> Result<Self, Error> {
        let Some(head) = git.head()? else {
            // A branch without commits has no history in common with any revision.
            if revision != AUTO {
                git.commit(revision)?;
            }
            return Ok(Self::none());
        };
        if revision == AUTO {
            return ci::base(git, head);
        }
        let ours = [vec![head], git.merge_heads()?].concat();
        Ok(Self::merge_base(git, revision, &ours)?)
    }

    /// Returns the merge base of a revision and the merge of `ours`. The revision itself is another commit that
    /// the change builds on, because it is where the change is going to be merged.
    pub fn merge_base(git: &Git, revision: &str, ours: &[Commit]) -> Result<Self, GitError> {
        let target = match git.commit_with_history(revision) {
            Ok(target) => target,
            Err(_) if git.is_before_root(revision)? => return Ok(Self::none()),
            Err(error) => return Err(error),
        };
        let mut others = git.merge_bases(revision, &target, ours)?;
        let commit = others.remove(0);
        if target != commit {
            others.push(target);
        }
        Ok(Self {
            others,
            ..Self::new(commit, format!("merge base with {revision}"))
        })
    }

    /// Returns the base for messages: its id and name.
    pub fn description(&self) -> String {
        match &self.commit {
            None => "the empty tree".to_owned(),
            Some(commit) if self.name.is_empty() => commit.short().to_owned(),
            Some(commit) => format!("{} ({})", commit.short(), self.name),
        }
    }

    /// Returns the commits of a change that ends at `head`.
    pub fn range(&self, git: &Git, head: &Commit) -> Result<CommitRange, GitError> {
        let last = self.last.as_ref().unwrap_or(head);
        let bases: Vec<Commit> = self.commit.iter().chain(&self.others).cloned().collect();
        git.range(&bases, &[&last.id])
    }
}
