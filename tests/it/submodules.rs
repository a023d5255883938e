//! Tests changes of a submodule that the map lists as a repository.

use std::fs;

use crate::harness::{Repo, Run, of_check, text};
use serde_json::Value;

const MAP: &str = "\
version: 1
teams: {a: {}, b: {}}
checks: {missing-contact: off}
repositories:
  - {name: outer, path: ., rules: [{paths: ['**'], owner: a}]}
  - {name: inner, path: deep/sub, rules: [{paths: [owned/], owner: b}]}
";

/// A repository `outer` with a submodule `deep/sub`, which is a clone of `inner`.
struct Submodule {
    all: Repo,
    base: String,
}

impl Submodule {
    fn new() -> Self {
        let all = Repo::new(&[
            ("inner/owned/x", ""),
            ("inner/old", ""),
            ("outer/ownership.yaml", MAP),
        ]);
        for name in ["inner", "outer"] {
            all.git(&["init", "-q", "-b", "main", name]);
            all.git(&["-C", name, "config", "user.name", "test"]);
            all.git(&["-C", name, "config", "user.email", "test@example.org"]);
        }
        all.commit_in("inner");
        let url = all.path().join("inner");
        let add = [
            "submodule",
            "--quiet",
            "add",
            url.to_str().unwrap(),
            "deep/sub",
        ];
        let allow = ["-C", "outer", "-c", "protocol.file.allow=always"];
        all.git(&[&allow[..], &add].concat());
        let base = all.commit_in("outer");
        Self { all, base }
    }

    /// Adds files in the submodule, commits them there, and stages the new commit.
    fn move_to(&self, files: &[&str]) -> String {
        for file in files {
            self.all.write(format!("outer/deep/sub/{file}"), "");
        }
        let id = self.all.commit_in("outer/deep/sub");
        self.all.git(&["-C", "outer", "add", "deep/sub"]);
        id
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.all.command();
        command.current_dir(self.all.path().join("outer"));
        Run::of(command.args(arguments).output().unwrap())
    }

    fn check(&self, arguments: &[&str]) -> Value {
        self.run(&[&["check", "--format", "json"], arguments].concat())
            .json()
    }
}

fn paths(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| text(&finding["path"])).collect()
}

#[test]
fn a_moved_submodule_is_a_change_of_its_repository() {
    let it = Submodule::new();
    assert!(paths(&it.check(&["--staged"])).is_empty());
    it.move_to(&["new", "owned/y"]);
    let everything = it.check(&[]);
    assert_eq!(paths(&everything), ["new", "old"]);
    let staged = it.check(&["--staged"]);
    assert_eq!(paths(&staged), ["new"]);
    assert_eq!(staged["change"]["pre_existing"], 1);
    it.all.commit_in("outer");
    for arguments in [
        &["--since", &it.base][..],
        &["--since", &it.base, "--no-merge-base"],
    ] {
        assert_eq!(paths(&it.check(arguments)), ["new"], "{arguments:?}");
    }
    // The change of the submodule alone is the one in its own history.
    let alone = [
        "check",
        "--repository",
        "inner",
        "--format",
        "json",
        "--since",
    ];
    let run = it.run(&[&alone[..], &[&it.base]].concat());
    assert_eq!(run.code, 2);
    assert!(run.err.contains("does not exist"), "{}", run.err);
    assert_eq!(
        paths(&it.run(&[&alone[..], &["HEAD^"]].concat()).json()),
        ["new"]
    );
}

#[test]
fn fixes_in_a_submodule_are_fixed() {
    let it = Submodule::new();
    fs::remove_file(it.all.path().join("outer/deep/sub/old")).unwrap();
    it.move_to(&[]);
    for arguments in [&["--staged"][..], &["--since", "HEAD"]] {
        let report = it.check(arguments);
        assert!(paths(&report).is_empty());
        assert_eq!(report["change"]["fixed"][0]["path"], "old");
        assert_eq!(report["change"]["fixed"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn reports_owners_that_change_in_a_submodule() {
    let it = Submodule::new();
    let give_to = |owner: &str| {
        let chart = format!("name: x\nteam: {owner}\n");
        it.all.write("outer/deep/sub/owned/chart/Chart.yaml", chart);
        it.move_to(&[]);
    };
    give_to("b");
    it.all.commit_in("outer");
    give_to("a");
    let report = it.check(&["--staged"]);
    let [finding] = of_check(&report, "owner-changed")[..] else {
        panic!("one finding expected: {report:#}");
    };
    let message = "`owned/chart/Chart.yaml` changes owner from `b` to `a`";
    assert_eq!(text(&finding["message"]), message);
    assert_eq!(finding["repository"], "inner");
}

#[test]
fn reads_the_staged_commit_and_not_the_checkout() {
    let it = Submodule::new();
    let first = it.move_to(&["new"]);
    it.move_to(&["newer"]);
    it.all.git(&[
        "-C",
        "outer",
        "update-index",
        "--cacheinfo",
        &format!("160000,{first},deep/sub"),
    ]);
    assert_eq!(paths(&it.check(&["--staged"])), ["new"]);
    // The work tree is what a full check reads.
    assert_eq!(paths(&it.check(&["--since", "HEAD"])), ["new", "newer"]);
}

#[test]
fn a_submodule_that_is_added_or_removed() {
    let it = Submodule::new();
    it.move_to(&["new"]);
    it.all.commit_in("outer");
    let before = it
        .all
        .git(&["-C", "outer", "rev-list", "--max-parents=0", "HEAD"]);
    it.all
        .git(&["-C", "outer", "checkout", "-q", "--orphan", "empty"]);
    it.all
        .git(&["-C", "outer", "rm", "-q", "--cached", "deep/sub"]);
    it.all
        .git(&["-C", "outer", "commit", "-q", "-m", "without"]);
    it.all.git(&["-C", "outer", "checkout", "-q", "-f", "main"]);
    let added = it.check(&["--since", "empty", "--no-merge-base"]);
    assert_eq!(paths(&added), ["new", "old"]);
    let between = it.run(&["diff", before.trim(), "main", "--format", "json"]);
    assert_eq!(between.code, 0, "{}", between.err);
}

#[test]
fn a_submodule_without_the_commits_is_an_error() {
    let it = Submodule::new();
    let base = it.all.git(&["-C", "inner", "rev-parse", "main"]);
    let base = base.trim();
    let id = it.move_to(&["new"]);
    it.all.commit_in("outer");
    it.all.git(&[
        "-C",
        "outer/deep/sub",
        "push",
        "-q",
        "origin",
        "HEAD:refs/heads/new",
    ]);
    it.all.git(&["-C", "inner", "reset", "-q", "--hard", "new"]);
    let clone = it.all.path().join("clone");
    let clone = clone.to_str().unwrap();
    it.all.git(&["clone", "-q", "outer", clone]);
    let run = |arguments: &[&str]| {
        let mut command = it.all.command();
        command.current_dir(clone);
        Run::of(command.args(arguments).output().unwrap())
    };
    let since = ["check", "--since", &it.base, "--format", "json"];
    let missing = run(&since);
    assert_eq!(missing.code, 2, "{}", missing.out);
    assert!(
        missing
            .err
            .contains("submodule `deep/sub` is not checked out"),
        "{}",
        missing.err
    );
    assert!(
        missing
            .err
            .contains("`git submodule update --init deep/sub`"),
        "{}",
        missing.err
    );
    // Another repository does not need it.
    let other = run(&[&since[..], &["--repository", "outer"]].concat());
    assert_eq!(paths(&other.json()), Vec::<&str>::new());
    let allow = ["-C", clone, "-c", "protocol.file.allow=always"];
    // git fetches only the new commit, as in CI.
    let url = format!("file://{}/inner", it.all.path().display());
    it.all
        .git(&["-C", clone, "config", "submodule.deep/sub.url", &url]);
    it.all.git(&[
        "-C",
        "inner",
        "config",
        "uploadpack.allowAnySHA1InWant",
        "true",
    ]);
    it.all.git(
        &[
            &allow[..],
            &["submodule", "--quiet", "update", "--init", "--depth=1"],
        ]
        .concat(),
    );
    let shallow = run(&since);
    assert_eq!(shallow.code, 2, "{}", shallow.out);
    assert!(
        shallow.err.contains(&format!(
            "submodule `deep/sub` does not contain commit {base}"
        )),
        "{}",
        shallow.err
    );
    let fetch = format!("-C deep/sub fetch --depth=1 origin {base}");
    assert!(
        shallow.err.contains(&format!("`git {fetch}`")),
        "{}",
        shallow.err
    );
    it.all.git(
        &[
            &["-c", "protocol.file.allow=always", "-C", clone],
            &fetch.split(' ').collect::<Vec<_>>()[..],
        ]
        .concat(),
    );
    assert_eq!(paths(&run(&since).json()), ["new"]);
    // A checkout that was not updated.
    it.all
        .git(&["-C", clone, "-C", "deep/sub", "checkout", "-q", base]);
    let stale = run(&since);
    assert_eq!(stale.code, 2, "{}", stale.out);
    let message = format!(
        "submodule `deep/sub` is still at {}, but the change moves it to {}",
        &base[..12],
        &id[..12]
    );
    assert!(stale.err.contains(&message), "{}", stale.err);
}

#[test]
fn a_hook_rejects_the_commit_that_moves_it() {
    let it = Submodule::new();
    it.move_to(&["new"]);
    let hook = it
        .all
        .shell("cd outer && ownlint hook install && git commit -q -m x");
    assert_ne!(hook.code, 0);
    assert!((hook.out + &hook.err).contains("`new` has no owner"));
}

#[test]
fn diff_and_reviewers_include_its_files() {
    let it = Submodule::new();
    it.move_to(&["new", "owned/y"]);
    let reviewers = it.run(&["reviewers", "--staged"]);
    assert_eq!(reviewers.out, "a\nb\n", "{}", reviewers.err);
    let diff = it.run(&["diff", "--staged", "--format", "json"]).json();
    let transfers = diff["diff"]["transfers"].as_array().unwrap();
    let paths = transfers
        .iter()
        .flat_map(|it| it["paths"].as_array().unwrap());
    let paths: Vec<&str> = paths.map(|path| text(&path["path"])).collect();
    assert!(paths.contains(&"owned/y"), "{diff}");
}
