//! The change that a CI system is building: from what the system says about it to its base. `docs/changes.md`
//! contains the same table.

use std::{cell::OnceCell, env, fs, slice};

use serde_json::Value;

use super::base::ComparisonBase;
use crate::{
    git::{Commit, Git},
    text::{printable, quoted},
    workspace::Error,
};

/// A kind of job of a CI system.
struct Kind {
    /// Whether a job is of this kind.
    applies: fn(&Job<'_>) -> bool,
    /// The base of the change that the job builds.
    base: fn(&Job<'_>) -> Result<ComparisonBase, Error>,
}

/// All kinds of jobs. The first one that applies is used.
const ALL: [Kind; 10] = [
    Kind {
        applies: |job| job.has("CI_MERGE_REQUEST_TARGET_BRANCH_SHA"),
        base: gitlab_merged_result,
    },
    Kind {
        applies: |job| job.has("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
        base: gitlab_merge_request,
    },
    Kind {
        applies: |job| job.has("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA"),
        base: gitlab_external_pull_request,
    },
    Kind {
        applies: |job| job.has("CI_COMMIT_BEFORE_SHA") && job.has("CI_COMMIT_BRANCH"),
        base: gitlab_branch,
    },
    Kind {
        applies: |job| job.has("GITHUB_BASE_REF"),
        base: github_pull_request,
    },
    Kind {
        applies: |job| job.is("GITHUB_EVENT_NAME", "merge_group"),
        base: github_merge_group,
    },
    Kind {
        applies: |job| job.is("GITHUB_EVENT_NAME", "push"),
        base: github_push,
    },
    Kind {
        applies: |job| job.has("GERRIT_PATCHSET_REVISION"),
        base: gerrit_trigger,
    },
    Kind {
        // Zuul replaces the URL, and sets no variable.
        applies: |job| matches!(job.git.origin_url(), Ok(Some(url)) if url == "file:///dev/null"),
        base: zuul,
    },
    Kind {
        applies: |job| job.has("ZUUL_COMMIT") && job.has("ZUUL_URL"),
        base: zuul_2,
    },
];

/// Returns the base of the change that a CI system is building and that ends at `head`.
///
/// # Errors
/// If no system is known to be building a change, or HEAD is not the change.
pub(super) fn base(git: &Git, head: Commit) -> Result<ComparisonBase, Error> {
    let job = Job {
        git,
        head,
        event: OnceCell::new(),
    };
    match ALL.iter().find(|kind| (kind.applies)(&job)) {
        Some(kind) => (kind.base)(&job),
        None => Err(unknown(
            "`auto` cannot detect the base of the change, because ownlint does not recognize this \
                CI environment",
        )),
    }
}

/// Returns whether this process runs in a CI system.
pub(super) fn is_ci() -> bool {
    variable("CI").is_some_and(|value| value != "false" && value != "0")
}

/// Returns whether this process runs in a CI system, or in a hook of pre-commit or prek.
pub(in crate::workspace) fn is_job() -> bool {
    is_ci() || variable("PRE_COMMIT").is_some()
}

/// Returns the value of a variable that is set and not empty.
pub(super) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn unknown(message: impl Into<String>) -> Error {
    Error::new(message).help(
        "set the base, for example with `--since origin/main` or `--since COMMIT --no-merge-base`, \
         or omit `--since` to check everything",
    )
}

/// A merge request that GitLab has merged into its target branch.
fn gitlab_merged_result(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    job.require_head(&["CI_COMMIT_SHA"])?;
    let target = job.id("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")?;
    let name = job.name_of("target branch", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
    job.onto(&target, name)
}

/// The branch of a merge request.
fn gitlab_merge_request(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    job.require_head(&["CI_COMMIT_SHA"])?;
    let commit = job.git.commit(&job.id("CI_MERGE_REQUEST_DIFF_BASE_SHA")?)?;
    let name = job.name_of("merge base with", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
    Ok(ComparisonBase::new(commit, name))
}

/// The branch of a pull request on GitHub, of which GitLab has a mirror.
fn gitlab_external_pull_request(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    job.require_head(&["CI_COMMIT_SHA"])?;
    let target = job.id("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA")?;
    let name = "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME";
    Ok(ComparisonBase {
        name: job.name_of("merge base with", name),
        ..ComparisonBase::merge_base(job.git, &target, slice::from_ref(&job.head))?
    })
}

/// A pipeline for a branch.
fn gitlab_branch(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    job.require_head(&["CI_COMMIT_SHA"])?;
    let branch = job.id("CI_COMMIT_BRANCH")?;
    let default = job.id("CI_DEFAULT_BRANCH")?;
    let before = variable("CI_COMMIT_BEFORE_SHA").filter(|id| is_commit(id));
    if before.is_none() && branch == default && !job.is("CI_PIPELINE_SOURCE", "push") {
        let source = variable("CI_PIPELINE_SOURCE").unwrap_or_default();
        return Err(unknown(format!(
            "this pipeline ({}) runs for the default branch, so there is no change to check",
            quoted(source)
        )));
    }
    let is_forced = match &before {
        None => false,
        Some(id) => {
            let before = job.git.commit_with_history(id)?;
            !job.git.is_ancestor(&before, &job.head)?
        }
    };
    job.pushed(before.as_deref(), is_forced, &branch, &default)
}

/// The merge commit that GitHub makes of a pull request, or its branch.
fn github_pull_request(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    let source = job.event_id("/pull_request/head/sha")?;
    let target = job.id("GITHUB_BASE_REF")?;
    if let Some(of_merge) = job.merge_of(&source, format!("target branch {target}"))? {
        return Ok(of_merge);
    }
    job.require_one_of(&[&source])?;
    let remote = format!("refs/remotes/origin/{target}");
    let revision = match job.git.has_reference(&remote)? {
        true => format!("origin/{target}"),
        false => job.event_id("/pull_request/base/sha")?,
    };
    Ok(ComparisonBase {
        name: format!("merge base with origin/{target}"),
        ..ComparisonBase::merge_base(job.git, &revision, slice::from_ref(&job.head))?
    })
}

/// A group of a merge queue.
fn github_merge_group(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    let head = job.event_id("/merge_group/head_sha")?;
    job.require_one_of(&[&head])?;
    let base = job.event_id("/merge_group/base_sha")?;
    job.onto(&base, "base of the merge group".to_owned())
}

/// A push to a branch.
fn github_push(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    let event = job.event()?;
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let Some(branch) = text("/ref").and_then(|name| name.strip_prefix("refs/heads/")) else {
        return Err(unknown(
            "the push was not to a branch, so there is no change to check",
        ));
    };
    let after = job.event_id("/after")?;
    job.require_one_of(&[&after])?;
    let before = text("/before").filter(|id| is_commit(id));
    let is_forced = event.pointer("/forced").and_then(Value::as_bool);
    let default = text("/repository/default_branch").unwrap_or(branch);
    job.pushed(before, is_forced.unwrap_or_default(), branch, default)
}

/// A patch set, which Jenkins may have merged into its target branch, or what became of it in that branch.
fn gerrit_trigger(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    let patch_set = job.id("GERRIT_PATCHSET_REVISION")?;
    let name = || job.name_of("state of", "GERRIT_BRANCH");
    if let Some(of_merge) = job.merge_of(&patch_set, name())? {
        return Ok(of_merge);
    }
    job.require_head(&["GERRIT_PATCHSET_REVISION", "GERRIT_NEWREV"])?;
    let base = job.parent("parent of the patch set")?;
    // The other parents of a merge commit are reviewed as changes of their own.
    let others = job.git.parents(&job.head)?;
    let others = others.iter().skip(1).map(|id| job.git.commit(id));
    Ok(ComparisonBase {
        others: others.collect::<Result<_, _>>()?,
        last: None,
        ..base
    })
}

/// What Zuul 2 has prepared of a change to Gerrit: its commit, or a merge of it.
fn zuul_2(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    job.require_head(&["ZUUL_COMMIT"])?;
    job.parent("parent of the change")
}

/// What Zuul has prepared of a change in any of its merge modes: it sets the branch of the remote to the state
/// before, including the changes ahead in the queue.
fn zuul(job: &Job<'_>) -> Result<ComparisonBase, Error> {
    if let (Some(_), Some(before)) = (variable("ZUUL_NEWREV"), variable("ZUUL_OLDREV")) {
        job.require_head(&["ZUUL_NEWREV"])?;
        return match is_commit(&before) {
            true => job.onto(&before, "before the push".to_owned()),
            false => Err(unknown(
                "Zuul is building a new branch, so the base is unknown",
            )),
        };
    }
    let branch = match variable("ZUUL_BRANCH") {
        Some(branch) => branch,
        None => job.git.branch()?.ok_or_else(|| {
            Error::new("Zuul did not check out a branch, so the base of the change is unknown")
                .help("set `ZUUL_BRANCH: \"{{ zuul.branch }}\"` in the task's environment")
        })?,
    };
    let name = format!("origin/{branch}");
    let base = job.git.commit(&format!("refs/remotes/{name}"))?;
    if base == job.head || !job.git.is_ancestor(&base, &job.head)? {
        return Err(unknown(format!(
            "HEAD is not a descendant of {}: this Zuul workspace was not prepared for a change",
            quoted(&name)
        )));
    }
    job.onto(&base.id, format!("{name} as prepared by Zuul"))
}

/// The job that this process runs in.
struct Job<'g> {
    git: &'g Git,
    head: Commit,
    event: OnceCell<Value>,
}

impl Job<'_> {
    fn has(&self, name: &str) -> bool {
        variable(name).is_some()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        variable(name).is_some_and(|it| it == value)
    }

    /// Returns the value of a variable that has to be set.
    fn id(&self, name: &str) -> Result<String, Error> {
        variable(name)
            .ok_or_else(|| unknown(format!("the environment variable `{name}` is not set")))
    }

    /// Returns `what` followed by the value of a variable, if it is set.
    fn name_of(&self, what: &str, name: &str) -> String {
        let value = variable(name).unwrap_or_else(|| "the target branch".to_owned());
        format!("{what} {value}")
    }

    /// Returns the description of the event that started the job on GitHub.
    fn event(&self) -> Result<&Value, Error> {
        if let Some(event) = self.event.get() {
            return Ok(event);
        }
        let path = self.id("GITHUB_EVENT_PATH")?;
        let failed = |why: String| {
            let shown = quoted(&path);
            unknown(format!(
                "failed to read the job's event file {shown}: {why}"
            ))
        };
        let text = fs::read(&path).map_err(|error| failed(error.to_string()))?;
        let event =
            serde_json::from_slice(&text).map_err(|error| failed(printable(&error.to_string())))?;
        Ok(self.event.get_or_init(|| event))
    }

    /// Returns a commit id in the event.
    fn event_id(&self, pointer: &str) -> Result<String, Error> {
        let id = self.event()?.pointer(pointer).and_then(Value::as_str);
        let id = id.filter(|id| is_commit(id)).map(str::to_owned);
        id.ok_or_else(|| {
            let key = pointer[1..].replace('/', ".");
            unknown(format!("the job's event file has no `{key}`"))
        })
    }

    /// Fails unless HEAD is what one of these variables names. A job can check out anything.
    fn require_head(&self, names: &[&str]) -> Result<(), Error> {
        let ids: Vec<String> = names.iter().filter_map(|name| variable(name)).collect();
        self.require_one_of(&ids.iter().collect::<Vec<_>>())
    }

    /// Fails unless HEAD is one of these commits, if there are any.
    fn require_one_of(&self, ids: &[&String]) -> Result<(), Error> {
        match ids.first() {
            Some(id) if !ids.contains(&&self.head.id) => Err(unknown(format!(
                "HEAD is {}, but the last commit of this job's change is {}",
                self.head.short(),
                printable(id)
            ))),
            _ => Ok(()),
        }
    }

    /// Returns the base of the change that ends at `source`, if HEAD is a merge of it that a CI system made.
    fn merge_of(&self, source: &str, name: String) -> Result<Option<ComparisonBase>, Error> {
        let parents = self.git.parents(&self.head)?;
        match &parents[..] {
            [target, second] if second == source => Ok(Some(self.onto(target, name)?)),
            _ => Ok(None),
        }
    }

    /// Returns the base of a change that starts at the commit `base`. If HEAD is a merge into it, the change ends
    /// at the other parent.
    fn onto(&self, base: &str, name: String) -> Result<ComparisonBase, Error> {
        let commit = self.git.commit(base)?;
        let parents = self.git.parents(&self.head)?;
        let last = match &parents[..] {
            // A shallow clone may contain only the merge.
            [first, second] if *first == commit.id && self.git.has_commit(second)? => {
                Some(second.clone())
            }
            _ => None,
        };
        Ok(ComparisonBase {
            last: last.map(|id| Commit { id }),
            ..ComparisonBase::new(commit, name)
        })
    }

    /// Returns the first parent of HEAD.
    fn parent(&self, name: &str) -> Result<ComparisonBase, Error> {
        match self.git.parents(&self.head)?.first() {
            Some(id) => self.onto(id, name.to_owned()),
            None => Ok(ComparisonBase::none()),
        }
    }

    /// Returns the base of a push to a branch that was `before`, unless it is new.
    fn pushed(
        &self,
        before: Option<&str>,
        is_forced: bool,
        branch: &str,
        default: &str,
    ) -> Result<ComparisonBase, Error> {
        let git = self.git;
        let head = slice::from_ref(&self.head);
        let default = format!("origin/{default}");
        match before {
            Some(before) if !is_forced => {
                let commit = git.commit(before)?;
                let mut base = ComparisonBase::new(commit, "before the push");
                // What a push merges from the default branch into another one is not introduced by it.
                if format!("origin/{branch}") != default && base.range(git, &self.head)?.has_merge {
                    let target = git.commit_with_history(&default)?;
                    base.others = git.merge_bases(&default, &target, head)?;
                }
                Ok(base)
            }
            Some(before) if format!("origin/{branch}") == default => Ok(ComparisonBase {
                name: "merge base with the branch before the force push".to_owned(),
                ..ComparisonBase::merge_base(git, before, head)?
            }),
            None if format!("origin/{branch}") == default => Ok(ComparisonBase::none()),
            _ => Ok(ComparisonBase::merge_base(git, &default, head)?),
        }
    }
}

/// Returns whether an id names a commit: CI systems write zeros if there is none.
fn is_commit(id: &str) -> bool {
    !id.is_empty() && !id.bytes().all(|byte| byte == b'0')
}
