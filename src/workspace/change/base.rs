//! The commit that a change is compared with.

use std::{env, fs};

use serde_json::Value;

use crate::{
    git::{Commit, Git, GitError},
    text::quoted,
};

/// The commit that a change is compared with, and how it was found.
#[derive(Debug)]
pub(super) struct ComparisonBase {
    /// `None` if no earlier commit exists.
    pub commit: Option<Commit>,
    /// Its name in messages.
    pub description: String,
}

impl ComparisonBase {
    fn new(commit: Commit, origin: &str) -> Self {
        Self {
            description: format!("{} ({origin})", commit.short()),
            commit: Some(commit),
        }
    }

    fn none() -> Self {
        Self {
            commit: None,
            description: "the empty tree".to_owned(),
        }
    }
}

/// Returns HEAD.
pub(super) fn head(git: &Git) -> Result<ComparisonBase, GitError> {
    Ok(match git.head()? {
        Some(commit) => ComparisonBase::new(commit, "HEAD"),
        None => ComparisonBase::none(),
    })
}

/// Returns the commit that a revision names.
pub(super) fn revision(git: &Git, revision: &str) -> Result<ComparisonBase, GitError> {
    let commit = git.commit(revision)?;
    if commit.id == revision {
        return Ok(ComparisonBase {
            description: commit.short().to_owned(),
            commit: Some(commit),
        });
    }
    Ok(ComparisonBase::new(commit, &quoted(revision)))
}

/// Returns the merge base of HEAD and a revision.
pub(super) fn merge_base(git: &Git, revision: &str) -> Result<ComparisonBase, GitError> {
    let Some(head) = git.head()? else {
        // A branch without commits has no history in common with any revision.
        if revision != AUTO {
            git.commit(revision)?;
        }
        return Ok(ComparisonBase::none());
    };
    if revision == AUTO {
        return automatic(git, &head);
    }
    let commit = git.merge_base(revision, &head)?;
    let origin = format!("merge base of HEAD and {}", quoted(revision));
    Ok(ComparisonBase::new(commit, &origin))
}

/// Stands for the base of the change that a CI system builds.
pub(super) const AUTO: &str = "auto";

fn automatic(git: &Git, head: &Commit) -> Result<ComparisonBase, GitError> {
    // GitLab. In a pipeline for the merged result, HEAD is a merge with the target branch.
    for name in [
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    ] {
        if let Some(id) = variable(name) {
            return Ok(ComparisonBase::new(git.commit(&id)?, name));
        }
    }
    let parents = git.parents(head)?;
    // GitHub builds a merge of its own, unless the job checks out the branch.
    if let Some(target) = variable("GITHUB_BASE_REF") {
        let is_own_merge = parents.len() > 1 && variable("GITHUB_SHA").as_ref() == Some(&head.id);
        if !is_own_merge {
            let commit = git.merge_base(&format!("origin/{target}"), head)?;
            return Ok(ComparisonBase::new(commit, "GITHUB_BASE_REF"));
        }
    }
    if let Some(id) = pushed_onto() {
        return Ok(ComparisonBase::new(
            git.commit(&id)?,
            "the tip before the push",
        ));
    }
    // Jenkins with Gerrit Trigger and Zuul check out the change itself, or a merge of it; so do most.
    match parents.first() {
        Some(id) => Ok(ComparisonBase::new(git.commit(id)?, "first parent of HEAD")),
        None => Ok(ComparisonBase::none()),
    }
}

/// Returns the tip of the branch before the push that GitHub reports.
fn pushed_onto() -> Option<String> {
    if variable("GITHUB_EVENT_NAME")? != "push" {
        return None;
    }
    let event = fs::read(variable("GITHUB_EVENT_PATH")?).ok()?;
    let event: Value = serde_json::from_slice(&event).ok()?;
    let is_forced = event["forced"].as_bool().unwrap_or(true);
    let id = event["before"].as_str().filter(|_| !is_forced)?;
    is_some_commit(id).then(|| id.to_owned())
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| is_some_commit(value))
}

/// CI systems write zeros if there is no commit.
fn is_some_commit(id: &str) -> bool {
    !id.bytes().all(|byte| byte == b'0')
}
