use std::process::Output;

use bstr::ByteSlice;

use super::{Commit, Git, GitError, error::said};
use crate::text::{printable, quoted};

impl Git {
    /// The commit that `revision` names.
    ///
    /// # Errors
    /// Where it names none, or several.
    pub fn commit(&self, revision: &str) -> Result<Commit, GitError> {
        self.find(revision, "--depth=1")
    }

    /// The commit that `revision` names. Where a shallow clone lacks it, as much is to be fetched as
    /// `depth` says.
    fn find(&self, revision: &str, depth: &str) -> Result<Commit, GitError> {
        let output = self.parse(revision)?;
        let shown = quoted(revision);
        if output.stderr.contains_str("is ambiguous") {
            let error = GitError::new(format!("revision {shown} is ambiguous"));
            return Err(error.help(match output.stderr.contains_str("refname") {
                true => format!(
                    "say which: `refs/heads/{0}` or `refs/tags/{0}`",
                    printable(revision)
                ),
                false => "write more of the commit's id".to_owned(),
            }));
        }
        if let Some(commit) = commit_of(&output) {
            return Ok(commit);
        }
        if self.is_shallow() {
            return Err(self.beyond_shallow(
                format!("this clone is shallow, and {shown} is not in it"),
                revision,
                depth,
            ));
        }
        let error = GitError::new(format!("there is no revision {shown}"));
        let remote = format!("{}/{revision}", self.remote());
        if commit_of(&self.parse(&remote)?).is_some() {
            return Err(error.help(format!("did you mean {}?", quoted(&remote))));
        }
        if revision.is_empty() {
            return Err(error.help("is a variable empty that should have it?"));
        }
        if revision.contains("..") {
            return Err(
                error.help("a range is two revisions: `ownlint diff` takes them as two arguments")
            );
        }
        if revision == "HEAD" {
            return Err(error
                .help("there is no commit yet: --staged judges what the first one would bring"));
        }
        Err(error.help("a branch of the server is `origin/BRANCH`, once it was fetched"))
    }

    /// The commit that is checked out; nothing where there is none yet.
    ///
    /// # Errors
    /// Where git can't tell.
    pub fn head(&self) -> Result<Option<Commit>, GitError> {
        if self.checked_out.is_some() {
            return Ok(self.checked_out.clone());
        }
        let output = self.parse("HEAD")?;
        if let Some(commit) = commit_of(&output) {
            return Ok(Some(commit));
        }
        let branch = self.output(&["symbolic-ref", "--quiet", "HEAD"])?;
        let branch = branch.stdout.trim().to_str_lossy().into_owned();
        let known = ["show-ref", "--verify", "--quiet", "--", &branch];
        if !branch.is_empty() && !self.output(&known)?.status.success() {
            return Ok(None);
        }
        Err(GitError::new(format!(
            "git could not read the commit that is checked out: {}",
            said(&output)
        )))
    }

    /// The best commit that both descend from.
    ///
    /// # Errors
    /// Where there is none, or none in this clone.
    pub fn merge_base(&self, revision: &str, ours: &Commit) -> Result<Commit, GitError> {
        let theirs = format!("{revision}^{{commit}}");
        let output = self.output(&["merge-base", "--end-of-options", &theirs, &ours.id])?;
        if output.stderr.is_empty()
            && let Some(commit) = commit_of(&output)
        {
            return Ok(commit);
        }
        // Why not is a matter of its own.
        let theirs = self.find(revision, "--unshallow")?;
        let output = self.output(&["merge-base", &theirs.id, &ours.id])?;
        if let Some(commit) = commit_of(&output) {
            return Ok(commit);
        }
        let shown = quoted(revision);
        if self.is_shallow() {
            let message =
                format!("this clone is shallow, and nothing that {shown} and HEAD share is in it");
            return Err(self.beyond_shallow(message, "", "--unshallow"));
        }
        Err(
            GitError::new(format!("{shown} and HEAD have no commit in common"))
                .help("compare with the revision itself: --no-merge-base"),
        )
    }

    /// The ids of the commits that `commit` was made from, the first one first: in a shallow clone
    /// those too that are not in it.
    ///
    /// # Errors
    /// Where the commit can't be read.
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

    fn is_shallow(&self) -> bool {
        let asked = self.output(&["rev-parse", "--is-shallow-repository"]);
        asked.is_ok_and(|output| output.stdout.trim() == b"true")
    }

    /// Where fetches come from.
    fn remote(&self) -> String {
        let listed = self.output(&["remote"]).map(|output| output.stdout);
        let listed = listed.unwrap_or_default();
        let mut names = listed.lines();
        let first = names.clone().next();
        let name = names.find(|name| *name == b"origin").or(first);
        name.map_or("origin".to_owned(), |name| name.to_str_lossy().into_owned())
    }

    /// What a shallow clone lacks, with the command that gets it.
    fn beyond_shallow(&self, message: String, revision: &str, depth: &str) -> GitError {
        let remote = printable(&self.remote());
        let branch = revision.strip_prefix(&format!("{remote}/"));
        let is_id = revision.len() >= 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
        let fetch = match branch {
            // A shallow clone has but one branch.
            Some(branch) => {
                let branch = printable(branch);
                format!(
                    "git fetch {depth} {remote} +refs/heads/{branch}:refs/remotes/{remote}/{branch}"
                )
            }
            None if is_id => format!("git fetch {depth} {remote} {revision}"),
            None => format!("git fetch --unshallow {remote}"),
        };
        GitError::new(message).help(format!("get it first: {fetch}"))
    }
}

fn commit_of(output: &Output) -> Option<Commit> {
    Commit::of_line(&output.stdout).filter(|_| output.status.success())
}
