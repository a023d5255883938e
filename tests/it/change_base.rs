//! Tests the base of a change in each kind of job of the table in `docs/changes.md`. Each test builds the clone
//! that the CI system makes.

use std::process::Command;

use crate::harness::{Repo, Run, strings, text};
use serde_json::{Value, json};

const MAP: &str = "\
version: 1
teams: {a: {}}
checks: {missing-contact: off, unused-team: off}
rules:
  - {paths: [owned/], owner: a}
exemptions:
  - {paths: [ownership.yaml], reason: x}
";

const ZEROS: &str = "0000000000000000000000000000000000000000";

/// A server with the branch `main`, which moves on while a topic branch has three commits. Each commit adds a
/// file without an owner.
struct Server {
    repo: Repo,
    first: String,
    topic: String,
    main: String,
}

impl Server {
    fn new() -> Self {
        let repo = Repo::new(&[("ownership.yaml", MAP), ("owned/x", ""), ("old", "")]);
        repo.git(&["init", "-q", "-b", "main"]);
        repo.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let first = commit(&repo, "old");
        repo.git(&["checkout", "-q", "-b", "topic"]);
        let topic = ["topic-1", "topic-2", "topic-3"].map(|name| commit(&repo, name));
        repo.git(&["checkout", "-q", "main"]);
        let main = commit(&repo, "of-main");
        Self {
            repo,
            first,
            topic: topic[2].clone(),
            main,
        }
    }

    /// Checks out `onto` and merges `branch` into it, in a reference that only the CI system fetches.
    fn merge(&self, onto: &str, branch: &str, reference: &str) -> String {
        self.repo.git(&["checkout", "-q", "--detach", onto]);
        let options = ["merge", "-q", "--no-ff", "-m", "merge", branch];
        self.repo.git(&options);
        let id = self.repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
        self.repo.git(&["update-ref", reference, &id]);
        self.repo.git(&["checkout", "-q", "main"]);
        id
    }

    /// The clone of a job: a reference at a depth, with HEAD detached.
    fn clone(&self, reference: &str, depth: &str) -> Repo {
        let clone = Repo::new(&[]);
        clone.git(&["init", "-q"]);
        let url = format!("file://{}", self.repo.path().display());
        clone.git(&["remote", "add", "origin", &url]);
        let name = reference.strip_prefix("refs/heads/");
        let to = name.map_or("refs/job".to_owned(), |name| {
            format!("refs/remotes/origin/{name}")
        });
        let fetched = format!("+{reference}:{to}");
        clone.git(&["fetch", "-q", depth, "origin", &fetched]);
        clone.git(&["checkout", "-q", "--detach", &to]);
        clone
    }

    /// A clone with all branches and their history.
    fn full_clone(&self, revision: &str) -> Repo {
        let clone = Repo::new(&[]);
        let url = self.repo.path().to_str().unwrap();
        clone.git(&["clone", "-q", url, "."]);
        clone.git(&["checkout", "-q", "--detach", revision]);
        clone
    }
}

const SHALLOW: &str = "--depth=20";

/// Adds a file without an owner in a commit of its own.
fn commit(repo: &Repo, name: &str) -> String {
    repo.write(name, "");
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", name]);
    repo.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

fn command(repo: &Repo, variables: &[(&str, &str)]) -> Command {
    let mut command = repo.command();
    command.envs(variables.iter().copied());
    command.args(["check", "--since", "auto"]);
    command
}

fn run(repo: &Repo, variables: &[(&str, &str)]) -> Run {
    Run::of(command(repo, variables).output().unwrap())
}

/// Requires that the job checks exactly a change: the paths of its findings, and what is said of it.
#[track_caller]
fn checks(repo: &Repo, variables: &[(&str, &str)], introduced: &[&str], checked: &str) {
    let mut json = command(repo, variables);
    let run_json = Run::of(json.args(["--format", "json"]).output().unwrap());
    assert!(run_json.code < 2, "{}", run_json.err);
    let report = run_json.json();
    let findings = report["findings"].as_array().unwrap().iter();
    let paths: Vec<&str> = findings.map(|finding| text(&finding["path"])).collect();
    assert_eq!(paths, introduced);
    assert_eq!(text(&report["change"]["checked"]), checked);
    let human = run(repo, variables);
    let line = format!("checked: {checked}\n");
    assert!(human.out.contains(&line), "{checked}: {}", human.out);
    assert_eq!(human.code, i32::from(!introduced.is_empty()));
}

/// Asserts that the base is missing in a shallow clone, and does what the error says.
#[track_caller]
fn fetches_the_base(clone: &Repo, variables: &[(&str, &str)], base: &str) {
    let fetch = format!("git fetch --depth=1 origin {base}");
    refuses(clone, variables, "is not in this shallow clone", &fetch);
    let arguments: Vec<&str> = fetch.split(' ').skip(1).collect();
    clone.git(&arguments);
}

/// Requires that the job exits with 2, with this message and advice.
#[track_caller]
fn refuses(repo: &Repo, variables: &[(&str, &str)], message: &str, help: &str) {
    let run = run(repo, variables);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains(message), "{}", run.err);
    assert!(run.err.contains(help), "{}", run.err);
    assert_eq!(run.out, "");
}

const ADVICE: &str = "set the base, for example with `--since origin/main`";

fn short(id: &str) -> &str {
    &id[..12]
}

/// Writes the event of a job on GitHub, next to the repository.
fn event(event: &Value) -> (Repo, String) {
    let repo = Repo::new(&[]);
    repo.write("event.json", event.to_string());
    let path = repo.path().join("event.json").to_str().unwrap().to_owned();
    (repo, path)
}

const TOPIC: [&str; 3] = ["topic-1", "topic-2", "topic-3"];

#[test]
fn github_pull_request() {
    let server = Server::new();
    server.merge("main", "topic", "refs/pull/1/merge");
    let (_event, path) = event(&json!({"pull_request": {
        "head": {"sha": server.topic},
        "base": {"sha": server.main},
    }}));
    let variables = [
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", &*path),
        ("GITHUB_BASE_REF", "main"),
    ];
    let merge = server.clone("refs/pull/1/merge", SHALLOW);
    let since = format!(
        "since {} (target branch main), 3 files",
        short(&server.main)
    );
    checks(&merge, &variables, &TOPIC, &format!("3 commits {since}"));
    // The merge commit and its parents are enough for the verdict, but not to count the commits.
    let shallow = server.clone("refs/pull/1/merge", "--depth=2");
    let commits = format!("at least 1 commit {since}");
    checks(&shallow, &variables, &TOPIC, &commits);
    let shallow = server.clone("refs/pull/1/merge", "--depth=1");
    fetches_the_base(&shallow, &variables, &server.main);
    assert_eq!(run(&shallow, &variables).code, 1);
    // A job can check out the branch instead, with or without the target branch.
    let branch = server.full_clone(&server.topic);
    let since = format!(
        "3 commits since {} (merge base with origin/main), 3 files",
        short(&server.first)
    );
    checks(&branch, &variables, &TOPIC, &since);
    branch.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    checks(&branch, &variables, &TOPIC, &since);
    let shallow = server.clone("refs/heads/topic", "--depth=2");
    let fetch = "git fetch --unshallow origin";
    refuses(&shallow, &variables, "is not in this shallow clone", fetch);
    // `pull_request_target` checks out the target branch unless the job names something else.
    let target = server.clone("refs/heads/main", SHALLOW);
    refuses(
        &target,
        &variables,
        "but the last commit of this job's change is",
        ADVICE,
    );
    let variables = [("GITHUB_BASE_REF", "main")];
    refuses(&merge, &variables, "`GITHUB_EVENT_PATH` is not set", ADVICE);
}

#[test]
fn github_pull_request_from_a_fork_that_merged_main() {
    let server = Server::new();
    let fork = server.full_clone("origin/topic");
    fork.git(&["merge", "-q", "-m", "merge", "origin/main"]);
    let source = commit(&fork, "topic-4");
    let url = server.repo.path().to_str().unwrap();
    fork.git(&["push", "-q", url, "HEAD:refs/pull/1/head"]);
    server.merge("main", "refs/pull/1/head", "refs/pull/1/merge");
    let (_event, path) = event(&json!({"pull_request": {"head": {"sha": source}}}));
    let variables = [("GITHUB_BASE_REF", "main"), ("GITHUB_EVENT_PATH", &*path)];
    let clone = server.clone("refs/pull/1/merge", SHALLOW);
    let checked = format!(
        "5 commits since {} (target branch main), 4 files",
        short(&server.main)
    );
    let paths = [&TOPIC[..], &["topic-4"]].concat();
    checks(&clone, &variables, &paths, &checked);
}

#[test]
fn github_merge_queue() {
    let server = Server::new();
    server
        .repo
        .git(&["checkout", "-q", "-b", "other", &server.first]);
    commit(&server.repo, "ahead");
    let ahead = server.merge("main", "other", "refs/heads/gh-readonly-queue/main/pr-1");
    let group = "refs/heads/gh-readonly-queue/main/pr-2";
    let merge = server.merge(&ahead, "topic", group);
    let check = |head: &str, commits: &str| {
        let (_event, path) = event(&json!({"merge_group": {"base_sha": ahead, "head_sha": head}}));
        let variables = [
            ("GITHUB_EVENT_NAME", "merge_group"),
            ("GITHUB_EVENT_PATH", &*path),
        ];
        let clone = server.clone(group, SHALLOW);
        let since = format!("since {} (base of the merge group), 3 files", short(&ahead));
        checks(&clone, &variables, &TOPIC, &format!("{commits} {since}"));
        let other = server.clone("refs/heads/main", SHALLOW);
        refuses(
            &other,
            &variables,
            "but the last commit of this job's change is",
            ADVICE,
        );
    };
    check(&merge, "3 commits");
    // A queue that rebases makes no merge commit.
    server.repo.git(&["checkout", "-q", "--detach", &ahead]);
    server.repo.git(&["cherry-pick", "main..topic"]);
    server.repo.git(&["update-ref", group, "HEAD"]);
    let rebased = server.repo.git(&["rev-parse", "HEAD"]);
    check(rebased.trim(), "3 commits");
}

/// Checks a push as GitHub describes it.
struct Push<'s> {
    server: &'s Server,
    name: &'s str,
    before: &'s str,
    forced: bool,
}

impl Push<'_> {
    fn variables<T>(&self, after: &str, job: impl FnOnce(&[(&str, &str)]) -> T) -> T {
        let (_event, path) = event(&json!({
            "ref": self.name, "before": self.before, "after": after, "forced": self.forced,
            "repository": {"default_branch": "main"},
        }));
        job(&[("GITHUB_EVENT_NAME", "push"), ("GITHUB_EVENT_PATH", &path)])
    }

    #[track_caller]
    fn checks(&self, after: &str, introduced: &[&str], checked: &str) {
        let clone = self.server.full_clone(after);
        self.variables(after, |variables| {
            checks(&clone, variables, introduced, checked);
        });
    }
}

#[test]
fn github_push() {
    let server = Server::new();
    let after = commit(&server.repo, "of-main-2");
    let push = Push {
        server: &server,
        name: "refs/heads/main",
        before: &server.first,
        forced: false,
    };
    let since = format!("since {} (before the push), 2 files", short(&server.first));
    let commits = format!("2 commits {since}");
    push.checks(&after, &["of-main", "of-main-2"], &commits);
    let clone = server.clone("refs/heads/main", "--depth=1");
    let fetch = format!("git fetch --depth=1 origin {}", server.first);
    push.variables(&after, |it| {
        refuses(&clone, it, "is not in this shallow clone", &fetch)
    });
    // A pull request that is merged is introduced by the push.
    let merge = server.merge("main", "topic", "refs/heads/main");
    server.repo.git(&["reset", "-q", "--hard"]);
    let push = Push {
        before: &after,
        ..push
    };
    let checked = format!(
        "4 commits since {} (before the push), 3 files",
        short(&after)
    );
    push.checks(&merge, &TOPIC, &checked);
    let tag = Push {
        name: "refs/tags/v1",
        ..push
    };
    let clone = server.full_clone("main");
    tag.variables(&merge, |it| {
        refuses(&clone, it, "was not to a branch", ADVICE)
    });
    push.variables(&after, |it| {
        refuses(&clone, it, "this job's change is", ADVICE)
    });
}

#[test]
fn github_push_of_a_topic_branch() {
    let server = Server::new();
    let base = format!("{} (merge base with origin/main)", short(&server.first));
    let push = Push {
        server: &server,
        name: "refs/heads/topic",
        before: ZEROS,
        forced: false,
    };
    push.checks(
        &server.topic,
        &TOPIC,
        &format!("3 commits since {base}, 3 files"),
    );
    // What it merges from the default branch is there already.
    server.repo.git(&["checkout", "-q", "topic"]);
    server.repo.git(&["merge", "-q", "-m", "merge", "main"]);
    let merged = commit(&server.repo, "topic-4");
    let push = Push {
        before: &server.topic,
        ..push
    };
    let checked = format!(
        "2 commits since {} (before the push), 2 files",
        short(&server.topic)
    );
    push.checks(&merged, &["topic-4"], &checked);
    let clone = server.clone("refs/heads/topic", SHALLOW);
    let fetch = "git fetch origin +refs/heads/main:refs/remotes/origin/main";
    push.variables(&merged, |it| {
        refuses(&clone, it, "revision `origin/main`", fetch)
    });
    // A branch that was rebased is compared with the default branch.
    server.repo.git(&["reset", "-q", "--hard", "main"]);
    let rebased = commit(&server.repo, "topic-5");
    let push = Push {
        before: &merged,
        forced: true,
        ..push
    };
    let base = format!("{} (merge base with origin/main)", short(&server.main));
    push.checks(
        &rebased,
        &["topic-5"],
        &format!("1 commit since {base}, 1 file"),
    );
}

#[test]
fn github_forced_push_and_first_push_of_the_default_branch() {
    let server = Server::new();
    server.repo.git(&["branch", "before", &server.main]);
    server.repo.git(&["reset", "-q", "--hard", &server.first]);
    let after = commit(&server.repo, "forced");
    let push = Push {
        server: &server,
        name: "refs/heads/main",
        before: &server.main,
        forced: true,
    };
    let base = "merge base with the branch before the force push";
    let checked = format!("1 commit since {} ({base}), 1 file", short(&server.first));
    push.checks(&after, &["forced"], &checked);
    let push = Push {
        before: ZEROS,
        forced: false,
        ..push
    };
    push.checks(
        &after,
        &["forced", "old"],
        "2 commits since the empty tree, 4 files",
    );
}

#[test]
fn gitlab_merge_request() {
    let server = Server::new();
    let variables = [
        ("CI", "true"),
        ("CI_COMMIT_SHA", &*server.topic),
        ("CI_COMMIT_BEFORE_SHA", ZEROS),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &*server.first),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""),
    ];
    let clone = server.clone("refs/heads/topic", SHALLOW);
    let since = format!(
        "since {} (merge base with main), 3 files",
        short(&server.first)
    );
    checks(&clone, &variables, &TOPIC, &format!("3 commits {since}"));
    let shallow = server.clone("refs/heads/topic", "--depth=2");
    fetches_the_base(&shallow, &variables, &server.first);
    checks(
        &shallow,
        &variables,
        &TOPIC,
        &format!("at least 2 commits {since}"),
    );
    let other = server.clone("refs/heads/main", SHALLOW);
    refuses(
        &other,
        &variables,
        "but the last commit of this job's change is",
        ADVICE,
    );
}

#[test]
fn gitlab_merged_result() {
    let server = Server::new();
    let merge = server.merge("main", "topic", "refs/merge-requests/1/merge");
    let variables = [
        ("CI_COMMIT_SHA", &*merge),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &*server.first),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", &*server.main),
    ];
    let clone = server.clone("refs/merge-requests/1/merge", SHALLOW);
    let since = format!(
        "since {} (target branch main), 3 files",
        short(&server.main)
    );
    checks(&clone, &variables, &TOPIC, &format!("3 commits {since}"));
}

#[test]
fn gitlab_external_pull_request() {
    let server = Server::new();
    let variables = [
        ("CI_COMMIT_SHA", &*server.topic),
        ("CI_COMMIT_BRANCH", "topic"),
        ("CI_COMMIT_BEFORE_SHA", ZEROS),
        ("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA", &*server.main),
    ];
    let clone = server.full_clone("origin/topic");
    let since = format!(
        "since {} (merge base with main), 3 files",
        short(&server.first)
    );
    checks(&clone, &variables, &TOPIC, &format!("3 commits {since}"));
    let shallow = server.clone("refs/heads/topic", "--depth=2");
    let fetch = format!("git fetch --unshallow origin {}", server.main);
    refuses(&shallow, &variables, "is not in this shallow clone", &fetch);
}

#[test]
fn gitlab_branch_pipeline() {
    let server = Server::new();
    let branch = |name: &str, head: &str, before: &str, source: &str| {
        [
            ("CI_PIPELINE_SOURCE", source.to_owned()),
            ("CI_COMMIT_BRANCH", name.to_owned()),
            ("CI_COMMIT_SHA", head.to_owned()),
            ("CI_COMMIT_BEFORE_SHA", before.to_owned()),
            ("CI_DEFAULT_BRANCH", "main".to_owned()),
        ]
    };
    fn borrowed<'v>(variables: &'v [(&'static str, String); 5]) -> [(&'static str, &'v str); 5] {
        variables.each_ref().map(|(name, value)| (*name, &**value))
    }
    let topic = branch("topic", &server.topic, &server.first, "push");
    let clone = server.clone("refs/heads/topic", SHALLOW);
    let since = format!("3 commits since {}", short(&server.first));
    let checked = format!("{since} (before the push), 3 files");
    checks(&clone, &borrowed(&topic), &TOPIC, &checked);
    // A new branch, and all pipelines that are not for a push: the default branch.
    let new = branch("topic", &server.topic, ZEROS, "push");
    let fetch = "git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main";
    refuses(
        &clone,
        &borrowed(&new),
        "revision `origin/main`",
        &fetch.replace("--unshallow ", ""),
    );
    let arguments: Vec<&str> = fetch.split(' ').skip(1).collect();
    let shallow = server.clone("refs/heads/topic", "--depth=2");
    refuses(&shallow, &borrowed(&new), "revision `origin/main`", fetch);
    refuses(
        &shallow,
        &borrowed(&topic),
        "is not in this shallow clone",
        "--unshallow",
    );
    shallow.git(&arguments);
    let checked = format!("{since} (merge base with origin/main), 3 files");
    checks(&shallow, &borrowed(&new), &TOPIC, &checked);
    // A push that was forced.
    let forced = branch("topic", &server.topic, &server.main, "push");
    checks(&shallow, &borrowed(&forced), &TOPIC, &checked);
    // The default branch.
    let main = server.full_clone("origin/main");
    let pushed = branch("main", &server.main, &server.first, "push");
    let checked = format!(
        "1 commit since {} (before the push), 1 file",
        short(&server.first)
    );
    checks(&main, &borrowed(&pushed), &["of-main"], &checked);
    let first = branch("main", &server.main, ZEROS, "push");
    let all = "2 commits since the empty tree, 4 files";
    checks(&main, &borrowed(&first), &["of-main", "old"], all);
    let scheduled = branch("main", &server.main, ZEROS, "schedule");
    refuses(
        &main,
        &borrowed(&scheduled),
        "there is no change to check",
        ADVICE,
    );
    let tag = [
        ("CI", "true"),
        ("CI_COMMIT_TAG", "v1"),
        ("CI_COMMIT_SHA", &*server.main),
    ];
    refuses(
        &main,
        &tag,
        "`auto` cannot detect the base of the change",
        ADVICE,
    );
}

#[test]
fn jenkins_gerrit_trigger() {
    let server = Server::new();
    let parent = server.repo.git(&["rev-parse", "topic^"]);
    let patch_set = [
        ("GERRIT_PATCHSET_REVISION", &*server.topic),
        ("GERRIT_BRANCH", "main"),
    ];
    // A patch set is one commit; its parent may be another change under review.
    let clone = server.clone("refs/heads/topic", "--depth=2");
    let since = format!("since {} (parent of the patch set), 1 file", short(&parent));
    checks(
        &clone,
        &patch_set,
        &["topic-3"],
        &format!("1 commit {since}"),
    );
    let shallow = server.clone("refs/heads/topic", "--depth=1");
    refuses(
        &shallow,
        &patch_set,
        "is not in this shallow clone",
        "git fetch --depth=1 origin",
    );
    // Jenkins can merge it into the branch.
    server.merge("main", "topic", "refs/merged");
    let merged = server.clone("refs/merged", SHALLOW);
    let since = format!("since {} (state of main), 3 files", short(&server.main));
    checks(&merged, &patch_set, &TOPIC, &format!("3 commits {since}"));
    // What a merge commit merges are changes of their own.
    server.repo.git(&["checkout", "-q", "main"]);
    server.repo.git(&["merge", "-q", "--no-commit", "topic"]);
    let merge = commit(&server.repo, "by-hand");
    let clone = server.clone("refs/heads/main", SHALLOW);
    let since = format!(
        "since {} (parent of the patch set), 4 files",
        short(&server.main)
    );
    let variables = [("GERRIT_PATCHSET_REVISION", &*merge)];
    checks(
        &clone,
        &variables,
        &["by-hand"],
        &format!("1 commit {since}"),
    );
    let patch_set = [("GERRIT_PATCHSET_REVISION", &*server.main)];
    refuses(
        &clone,
        &patch_set,
        "but the last commit of this job's change is",
        ADVICE,
    );
}

/// The workspace that Zuul's executor prepares: `ahead` is the state before the change.
fn zuul_workspace(server: &Server, ahead: &str) -> Repo {
    let workspace = server.full_clone("origin/main");
    workspace.git(&["checkout", "-q", "-B", "main", ahead]);
    workspace.git(&["update-ref", "refs/remotes/origin/main", ahead]);
    workspace.git(&["remote", "set-url", "origin", "file:///dev/null"]);
    workspace
}

#[test]
fn zuul() {
    let server = Server::new();
    let base = |ahead: &str| format!("{} (origin/main as prepared by Zuul)", short(ahead));
    // A pull request on a branch that has not moved is merged by a fast-forward.
    let workspace = zuul_workspace(&server, &server.first);
    workspace.git(&["merge", "-q", "--ff", "origin/topic"]);
    let checked = format!("3 commits since {}, 3 files", base(&server.first));
    checks(&workspace, &[], &TOPIC, &checked);
    // On one that has moved, it is merged, rebased or squashed.
    let checked = format!("since {}, 3 files", base(&server.main));
    for (merge, commits) in [
        (
            &["merge", "-q", "-m", "Merge", "origin/topic"][..],
            "3 commits",
        ),
        (&["cherry-pick", "origin/main..origin/topic"], "3 commits"),
        (&["merge", "-q", "--squash", "origin/topic"], "1 commit"),
    ] {
        let workspace = zuul_workspace(&server, &server.main);
        workspace.git(merge);
        if merge.contains(&"--squash") {
            workspace.git(&["commit", "-q", "-m", "Merge"]);
        }
        checks(&workspace, &[], &TOPIC, &format!("{commits} {checked}"));
        // A node may have the commit without its branch.
        workspace.git(&["checkout", "-q", "--detach"]);
        refuses(
            &workspace,
            &[],
            "Zuul did not check out a branch",
            "`ZUUL_BRANCH:",
        );
        let variables = [("ZUUL_BRANCH", "main")];
        checks(
            &workspace,
            &variables,
            &TOPIC,
            &format!("{commits} {checked}"),
        );
    }
    // A pipeline after the merge has no change, unless the job says what was pushed.
    let workspace = zuul_workspace(&server, &server.main);
    refuses(
        &workspace,
        &[],
        "HEAD is not a descendant of `origin/main`",
        ADVICE,
    );
    let variables = [
        ("ZUUL_OLDREV", &*server.first),
        ("ZUUL_NEWREV", &*server.main),
    ];
    let checked = format!(
        "1 commit since {} (before the push), 1 file",
        short(&server.first)
    );
    checks(&workspace, &variables, &["of-main"], &checked);
}

#[test]
fn zuul_2() {
    let server = Server::new();
    let merge = server.merge("main", "topic", "refs/zuul/main/Z1");
    let variables = [
        ("ZUUL_URL", "git://zuul.example.org"),
        ("ZUUL_COMMIT", &*merge),
    ];
    let clone = server.clone("refs/zuul/main/Z1", SHALLOW);
    let since = format!(
        "since {} (parent of the change), 3 files",
        short(&server.main)
    );
    checks(&clone, &variables, &TOPIC, &format!("3 commits {since}"));
    let other = server.clone("refs/heads/main", SHALLOW);
    refuses(
        &other,
        &variables,
        "but the last commit of this job's change is",
        ADVICE,
    );
}

#[test]
fn an_unknown_job_is_no_guess() {
    let server = Server::new();
    let clone = server.full_clone("origin/topic");
    for variables in [
        &[][..],
        &[("CI", "true")],
        &[("CI", "true"), ("BUILD_NUMBER", "7")],
        &[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "schedule"),
        ],
    ] {
        refuses(
            &clone,
            variables,
            "`auto` cannot detect the base of the change",
            ADVICE,
        );
    }
    let run = clone.run(&["diff", "auto"]);
    assert_eq!(run.code, 2, "{}", run.out);
    let run = clone.check_with(&["--since", "origin/main"]);
    assert_eq!(strings(&run["change"]["fixed"]), Vec::<&str>::new());
}

/// Runs the hook as pre-commit and prek do.
fn hook(repo: &Repo, variables: &[(&str, &str)]) -> Run {
    Run::of(hook_command(repo, variables).output().unwrap())
}

fn hook_command(repo: &Repo, variables: &[(&str, &str)]) -> Command {
    let mut command = repo.command();
    command
        .env("PRE_COMMIT", "1")
        .envs(variables.iter().copied());
    command.args(["check", "--staged"]);
    command
}

#[test]
fn a_hook_checks_the_range_that_pre_commit_names() {
    let server = Server::new();
    let clone = server.full_clone("origin/main");
    let range = [
        ("PRE_COMMIT_FROM_REF", "origin/main"),
        ("PRE_COMMIT_TO_REF", "origin/topic"),
    ];
    for variables in [&range[..], &[range[0], range[1], ("CI", "true")]] {
        let run = hook(&clone, variables);
        let base = format!("{} (merge base with origin/main)", short(&server.first));
        let checked = format!("checked: 3 commits since {base}, 3 files\n");
        assert!(run.out.contains(&checked), "{}", run.out);
        assert_eq!(run.code, 1);
        let lines = run.out.lines().filter(|line| line.contains("has no owner"));
        assert_eq!(lines.count(), 3, "{}", run.out);
    }
    // The files and the map are those of the second revision, whatever is checked out or staged.
    clone.write("ownership.yaml", "not a map");
    clone.git(&["rm", "-q", "-r", "owned"]);
    clone.git(&["add", "-A"]);
    assert_eq!(hook(&clone, &range).code, 1);
    let run = hook(&clone, &[range[0], ("PRE_COMMIT_TO_REF", "missing")]);
    assert_eq!(run.code, 2, "{}", run.out);
    let mut diff = clone.command();
    diff.envs(range).args(["diff", "--staged"]);
    let run = Run::of(diff.output().unwrap());
    assert!(
        run.out.contains("(merge base with origin/main)"),
        "{}",
        run.out
    );
}

#[test]
fn a_hook_without_a_change_checks_everything_in_ci_and_nothing_elsewhere() {
    let server = Server::new();
    let clone = server.full_clone("origin/main");
    let nothing = format!(
        "checked: no staged change since {} (HEAD), 0 files\n",
        short(&server.main)
    );
    for variables in [&[][..], &[("CI", "")], &[("CI", "false")]] {
        let run = hook(&clone, variables);
        assert!(run.out.contains(&nothing), "{}", run.out);
        assert_eq!(run.code, 0);
    }
    for (variable, reason) in [
        (
            ("CI", "true"),
            "no changes are staged, and `CI` is set: checking all files",
        ),
        (
            ("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main"),
            "no changes are staged, and every commit on the branch is being pushed: checking all files",
        ),
    ] {
        let run = hook(&clone, &[variable]);
        assert!(run.err.contains(reason), "{}", run.err);
        assert!(run.out.contains("`ownlint explain CHECK`"), "{}", run.out);
        assert_eq!(run.code, 1);
        // Without a change there are no added lines to miss.
        let mut command = hook_command(&clone, &[variable]);
        command.args(["--format", "human", "--format", "github"]);
        let run = Run::of(command.output().unwrap());
        assert!(run.out.contains("::error file="), "{}", run.out);
        assert!(!run.out.contains("on an added line"), "{}", run.out);
    }
    clone.write("owned/y", "");
    clone.git(&["add", "-A"]);
    let staged = format!(
        "checked: the staged change since {} (HEAD), 1 file\n",
        short(&server.main)
    );
    let run = hook(&clone, &[("CI", "true")]);
    assert!(run.out.contains(&staged), "{}", run.out);
    assert_eq!(run.code, 0, "{}", run.out);
}

/// The introduced findings of the staged change, and the fixed ones.
fn staged(repo: &Repo) -> (Vec<String>, Vec<String>) {
    let report = repo.check_with(&["--staged"]);
    let paths = |findings: &Value| {
        let findings = findings.as_array().unwrap().iter();
        findings
            .map(|finding| text(&finding["path"]).to_owned())
            .collect()
    };
    (
        paths(&report["findings"]),
        paths(&report["change"]["fixed"]),
    )
}

#[test]
fn a_merge_introduces_only_what_no_parent_has() {
    let map = |rules: &str| MAP.replace("rules:\n", &format!("rules:\n{rules}"));
    for is_conflict in [false, true] {
        let repo = Repo::new(&[("ownership.yaml", MAP), ("owned/x", "1\n"), ("fixed", "")]);
        repo.git(&["init", "-q", "-b", "main"]);
        commit(&repo, "old");
        repo.git(&["checkout", "-q", "-b", "topic"]);
        repo.write("owned/x", "topic\n");
        commit(&repo, "of-topic");
        repo.git(&["checkout", "-q", "main"]);
        repo.write("owned/x", if is_conflict { "main\n" } else { "1\n" });
        repo.write("ownership.yaml", map("  - {paths: [fixed], owner: a}\n"));
        commit(&repo, "of-main");
        repo.git(&["checkout", "-q", "topic"]);
        let merged = repo.try_git(&["merge", "--no-commit", "main"]);
        assert_eq!(merged.is_err(), is_conflict);
        repo.write("owned/x", "both\n");
        repo.git(&["add", "-A"]);
        // What main has introduced or fixed is not of the merge.
        assert_eq!(staged(&repo), (vec![], vec![]));
        let human = repo.run(&["check", "--staged"]);
        assert!(
            human.out.contains("which is being merged with"),
            "{}",
            human.out
        );
        // What is done in the merge itself is.
        repo.write("by-hand", "");
        repo.git(&["rm", "-q", "--cached", "old"]);
        repo.git(&["add", "by-hand"]);
        assert_eq!(
            staged(&repo),
            (vec!["by-hand".to_owned()], vec!["old".to_owned()])
        );
        // The same holds for the whole branch, before and after the merge is committed.
        let of_branch = || {
            let report = repo.check_with(&["--since", "main"]);
            let findings = report["findings"].as_array().unwrap().iter();
            findings
                .map(|it| text(&it["path"]).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(of_branch(), ["by-hand", "of-topic"]);
        repo.git(&["commit", "-q", "-m", "merge"]);
        assert_eq!(of_branch(), ["by-hand", "of-topic"]);
    }
}

#[test]
fn a_clean_merge_is_known_to_its_hook() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("owned/x", "")]);
    repo.git(&["init", "-q", "-b", "main"]);
    commit(&repo, "old");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    commit(&repo, "of-topic");
    repo.git(&["checkout", "-q", "main"]);
    commit(&repo, "of-main");
    // git writes MERGE_HEAD only after this hook.
    let program = env!("CARGO_BIN_EXE_ownlint");
    repo.write(
        ".git/hooks/pre-merge-commit",
        format!("#!/bin/sh\nOWNLINT_TODAY=2026-11-22 exec '{program}' check --staged >&2\n"),
    );
    let hook = repo.path().join(".git/hooks/pre-merge-commit");
    std::fs::set_permissions(hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    repo.git(&["checkout", "-q", "topic"]);
    repo.git(&["merge", "-q", "-m", "merge", "main"]);
}

#[test]
fn what_the_target_has_is_not_introduced() {
    let server = Server::new();
    let clone = server.full_clone("origin/topic");
    commit(&clone, "of-main");
    let report = clone.check_with(&["--since", "origin/main"]);
    let findings = report["findings"].as_array().unwrap().iter();
    let paths: Vec<&str> = findings.map(|finding| text(&finding["path"])).collect();
    assert_eq!(paths, TOPIC);
    assert_eq!(report["change"]["introduced"], 3);
}
