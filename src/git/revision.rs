use std::process::Output;

use bstr::ByteSlice;

use super::{Commit, Git, GitError, error::error_message};
use crate::text::{printable, quoted};

impl Git {
    /// Returns the commit that `revision` names.
    ///
    /// # Errors
    /// If it names no commit, or is ambiguous.
    pub fn commit(&self, revision: &str) -> Result<Commit, GitError> {
        self.find(revision, "--depth=1")
    }

    /// Returns the commit that `revision` names. If a shallow clone does not contain it, the error suggests a fetch of
    /// this `depth`.
    fn find(&self, revision: &str, depth: &str) -> Result<Commit, GitError> {
        let output = self.parse(revision)?;
        let shown = quoted(revision);
        if output.stderr.contains_str("is ambiguous") {
            let error = GitError::new(format!("revision {shown} is ambiguous"));
            return Err(error.help(match output.stderr.contains_str("refname") {
                true => format!(
                    "write `refs/heads/{0}` or `refs/tags/{0}`",
                    printable(revision)
                ),
                false => "use a longer commit id".to_owned(),
            }));
        }
        if let Some(commit) = commit_of(&output) {
            return Ok(commit);
        }
        if self.is_shallow() {
            return Err(self.beyond_shallow(
                format!("revision {shown} is not in this shallow clone"),
                revision,
                depth,
            ));
        }
        let error = GitError::new(format!("revision {shown} does not exist"));
        if let Some(fetch) = self.fetch_of(revision, "") {
            return Err(error.help(format!("fetch the missing commits first: {fetch}")));
        }
        let remote = format!("{}/{revision}", self.remote());
        if commit_of(&self.parse(&remote)?).is_some() {
            return Err(error.help(format!("did you mean {}?", quoted(&remote))));
        }
        if revision.is_empty() {
            return Err(error.help(
                "the revision is empty: check the variable that should contain \
                                   it",
            ));
        }
        if revision.contains("..") {
            return Err(
                error.help("pass the two revisions to `ownlint diff` as separate arguments")
            );
        }
        if revision == "HEAD" {
            return Err(error.help(
                "the repository has no commits yet: use `--staged` to check the \
                                   index",
            ));
        }
        Err(error.help("if this is a remote branch, fetch it and use `origin/BRANCH`"))
    }

    /// Returns the commit that is checked out; `None` if there is no commit yet.
    ///
    /// # Errors
    /// If git cannot read it.
    pub fn head(&self) -> Result<Option<Commit>, GitError> {
        if self.checked_out.is_some() {
            return Ok(self.checked_out.clone());
        }
        let output = self.parse("HEAD")?;
        if let Some(commit) = commit_of(&output) {
            return Ok(Some(commit));
        }
        if let Some(branch) = self.line(&["symbolic-ref", "--quiet", "HEAD"])?
            && !self.has_reference(&branch)?
        {
            return Ok(None);
        }
        Err(GitError::new(format!(
            "git could not read the checked-out commit: {}",
            error_message(&output)
        )))
    }

    /// Returns the best common ancestors of `theirs`, which `name` names, and the merge of `ours`: one, unless
    /// the histories were merged crosswise.
    ///
    /// # Errors
    /// If there is no common ancestor, or this clone is too shallow to find it.
    pub fn merge_bases(
        &self,
        name: &str,
        theirs: &Commit,
        ours: &[Commit],
    ) -> Result<Vec<Commit>, GitError> {
        let ours: Vec<&str> = ours.iter().map(|commit| &*commit.id).collect();
        let arguments = [&["merge-base", "--all", &theirs.id], &ours[..]].concat();
        let output = self.output(&arguments)?;
        let bases: Vec<Commit> = output.stdout.lines().filter_map(Commit::of_line).collect();
        let shown = quoted(name);
        let ends = [&[&*theirs.id], &ours[..]].concat();
        // Where history is cut off, a commit that is older than the merge base may look like it, unless it is
        // one of the ends.
        let is_certain = bases.contains(theirs);
        if !is_certain && self.is_shallow() && !self.range(&bases, &ends)?.is_complete {
            let message =
                format!("this shallow clone does not contain the merge base of {shown} and HEAD");
            return Err(self.beyond_shallow(message, "", "--unshallow"));
        }
        if !bases.is_empty() {
            return Ok(bases);
        }
        Err(
            GitError::new(format!("{shown} and HEAD have no common ancestor"))
                .help("pass `--no-merge-base` to compare with the revision itself"),
        )
    }

    /// Returns whether `revision` names the parent of a commit that has none, as `HEAD^` does in a repository with one
    /// commit. A commit at the boundary of a shallow clone has parents.
    ///
    /// # Errors
    /// If git cannot read the commit.
    pub fn is_before_root(&self, revision: &str) -> Result<bool, GitError> {
        let Some(child) = child(revision) else {
            return Ok(false);
        };
        match commit_of(&self.parse(&child)?) {
            Some(commit) => Ok(self.parents(&commit)?.is_empty()),
            None => Ok(false),
        }
    }

    /// Returns the commit that `revision` names, for a use that also needs its history.
    ///
    /// # Errors
    /// If it names no commit, or is ambiguous.
    pub fn commit_with_history(&self, revision: &str) -> Result<Commit, GitError> {
        self.find(revision, "--unshallow")
    }

    /// Returns whether `commit` is `other` or an ancestor of it.
    ///
    /// # Errors
    /// If this clone is too shallow to know.
    pub fn is_ancestor(&self, commit: &Commit, other: &Commit) -> Result<bool, GitError> {
        let arguments = ["merge-base", "--is-ancestor", &commit.id, &other.id];
        let is_ancestor = self.output(&arguments)?.status.success();
        let bases = std::slice::from_ref(commit);
        if !is_ancestor && self.is_shallow() && !self.range(bases, &[&other.id])?.is_complete {
            let message = format!(
                "this shallow clone does not contain the history between {} and {}",
                commit.short(),
                other.short()
            );
            return Err(self.beyond_shallow(message, "", "--unshallow"));
        }
        Ok(is_ancestor)
    }

    /// Returns the ids of the parents of `commit` in order, including those that are not in a shallow clone.
    ///
    /// # Errors
    /// If the commit cannot be read.
    pub fn parents(&self, commit: &Commit) -> Result<Vec<String>, GitError> {
        let text = self.read(&["cat-file", "commit", &commit.id], "read a commit")?;
        let header = text.split_once_str("\n\n").map_or(&text[..], |(it, _)| it);
        let parents = header.lines().filter_map(|l| l.strip_prefix(b"parent "));
        Ok(parents.map(|id| id.to_str_lossy().into_owned()).collect())
    }

    fn parse(&self, revision: &str) -> Result<Output, GitError> {
        let commit = format!("{revision}^{{commit}}");
        self.output(&["rev-parse", "--verify", "--end-of-options", &commit])
    }

    pub(super) fn is_shallow(&self) -> bool {
        let output = self.output(&["rev-parse", "--is-shallow-repository"]);
        output.is_ok_and(|output| output.stdout.trim() == b"true")
    }

    /// Returns the name of the remote to fetch from.
    fn remote(&self) -> String {
        let listed = self.output(&["remote"]).map(|output| output.stdout);
        let listed = listed.unwrap_or_default();
        let mut names = listed.lines();
        let first = names.clone().next();
        let name = names.find(|name| *name == b"origin").or(first);
        name.map_or("origin".to_owned(), |name| name.to_str_lossy().into_owned())
    }

    /// Returns the error for a commit that a shallow clone does not contain, with the command that fetches it.
    fn beyond_shallow(&self, message: String, revision: &str, depth: &str) -> GitError {
        let fetch = self.fetch_of(revision, &format!("{depth} "));
        let fetch =
            fetch.unwrap_or_else(|| format!("git fetch --unshallow {}", printable(&self.remote())));
        GitError::new(message).help(format!("fetch the missing commits first: {fetch}"))
    }

    /// Returns the command that fetches a commit by its id, or a branch of the remote, with a `depth` option.
    fn fetch_of(&self, revision: &str, depth: &str) -> Option<String> {
        let remote = printable(&self.remote());
        let is_id = revision.len() >= 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
        // A clone of CI systems has only one branch.
        let what = match revision.strip_prefix(&format!("{remote}/")) {
            Some(branch) => {
                let branch = printable(branch);
                format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}")
            }
            None if is_id => revision.to_owned(),
            None => return None,
        };
        Some(format!("git fetch {depth}{remote} {what}"))
    }
}

/// Returns the revision whose first parent `revision` names; `None` if it does not end in `^` or `~`.
fn child(revision: &str) -> Option<String> {
    let (child, generations) = match revision.strip_suffix('^').or(revision.strip_suffix("^1")) {
        Some(child) => (child, 1),
        None => match revision.rsplit_once('~')? {
            (child, "") => (child, 1),
            (child, generations) => (child, generations.parse::<u32>().ok()?),
        },
    };
    match generations.checked_sub(1)? {
        0 => Some(child.to_owned()),
        rest => Some(format!("{child}~{rest}")),
    }
}

fn commit_of(output: &Output) -> Option<Commit> {
    Commit::of_line(&output.stdout).filter(|_| output.status.success())
}
