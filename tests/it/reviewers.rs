//! Tests `ownlint reviewers`.

use crate::harness::{Repo, Run, strings, text};
use serde_json::{Value, json};

const MAP: &str = "\
version: 1
teams:
  a: {name: Team A, handles: {github: \"@org/a\", gerrit: [a@example.org, aa@example.org]}}
  b: {handles: {gerrit: [b@example.org]}}
  c: {}
rules:
  - {paths: [a/], owner: a}
  - {paths: [b/], owner: b}
  - {paths: [c/], owner: c}
  - {paths: [bc/], owners: [b, c]}
exemptions:
  - {paths: [free], reason: x}
";

fn repo() -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for path in ["a/1", "a/2", "b/1", "c/1", "bc/1", "bc/2", "free", "none"] {
        repo.write(path, format!("{path} with a line of its own\n"));
    }
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    repo
}

fn run(repo: &Repo, arguments: &[&str]) -> Run {
    let run = repo.run(&[&["reviewers"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run
}

fn lines(repo: &Repo, arguments: &[&str]) -> String {
    run(repo, arguments).out.trim().replace('\n', " ")
}

#[test]
fn lists_the_smallest_set_first() {
    let repo = repo();
    assert_eq!(lines(&repo, &["bc"]), "b c");
    // `c` is needed, and also covers what it owns together with `b`.
    assert_eq!(lines(&repo, &["bc", "c"]), "c b");
    let report: Value = run(&repo, &["bc", "c", "a", "--format", "json"]).json()["review"].clone();
    let teams: Vec<(&str, bool)> = report["reviewers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (text(&it["team"]), it["needed"] == true))
        .collect();
    assert_eq!(teams, [("c", true), ("a", true), ("b", false)]);
    assert_eq!(report["files"], 5);
    assert_eq!(report["reviewers"][1]["name"], "Team A");
    assert_eq!(report["reviewers"][1]["example"], "a/1");
    assert_eq!(
        strings(&report["reviewers"][1]["handles"]["github"]),
        ["@org/a"]
    );
}

#[test]
fn lists_the_successor_of_a_retired_team() {
    let repo = repo();
    let map = MAP.replace("c: {}", "c: {retired: {since: 2024-01-01, successor: b}}");
    repo.write("ownership.yaml", &map);
    let found = run(&repo, &["bc", "c"]);
    assert_eq!(found.out, "b\n");
    assert_eq!(
        found.err,
        "warning: team `c` is retired since 2024-01-01: ask b\n"
    );
    let input: Value = run(&repo, &["c", "--format", "gerrit"]).json();
    assert_eq!(input["reviewers"][0]["reviewer"], "b@example.org");
    repo.write("ownership.yaml", map.replace(", successor: b", ""));
    let found = run(&repo, &["c"]);
    assert_eq!(found.out, "c\n");
    assert_eq!(
        found.err,
        "warning: team `c` is retired since 2024-01-01: it has no successor\n"
    );
}

#[test]
fn warns_about_a_missing_path() {
    let repo = repo();
    repo.write("modules/varnish/x", "");
    repo.write(
        "ownership.yaml",
        MAP.replace("paths: [a/]", "paths: [modules/]"),
    );
    repo.git(&["add", "-A"]);
    let found = run(&repo, &["modules/varnsh"]);
    assert_eq!(found.out, "a\n");
    assert_eq!(
        found.err,
        "modules/varnsh: warning: does not exist: showing the owner that a new file would have; \
         did you mean `modules/varnish`?\n"
    );
    repo.write("modules/new", "");
    let warning = run(&repo, &["modules/new"]).err;
    assert!(warning.contains("not tracked by git"), "{warning}");
    assert_eq!(run(&repo, &["modules", "b/1"]).err, "");
}

#[test]
fn lists_the_owners_before_and_after_a_change() {
    let repo = repo();
    repo.git(&["mv", "a/1", "b/moved"]);
    assert_eq!(lines(&repo, &["--staged"]), "a b");
    repo.git(&["commit", "-q", "-m", "x"]);
    assert_eq!(lines(&repo, &["--since", "HEAD^"]), "a b");
    repo.git(&["rm", "-q", "c/1"]);
    assert_eq!(lines(&repo, &["--staged"]), "c");
    // A team that loses files by a change of the map is listed too.
    repo.git(&["reset", "-q", "--hard"]);
    repo.write(
        "ownership.yaml",
        MAP.replace("{paths: [c/], owner: c}", "{paths: [c/], owner: a}"),
    );
    repo.git(&["add", "-A"]);
    let run = run(&repo, &["--staged"]);
    assert_eq!(run.out, "a\nc\n");
    assert_eq!(run.err, "warning: no owner for `ownership.yaml`\n");
}

#[test]
fn lists_the_files_that_have_no_owner_after_a_change() {
    let without = |repo: &Repo| {
        repo.git(&["add", "-A"]);
        let report = run(repo, &["--staged", "--format", "json", "-q"]).json();
        let paths = &report["review"]["without_owner"];
        strings(paths).join(" ")
    };
    let moves = [
        ("a/1", "new/1", "new/1"),
        ("a/1", "b/moved", ""),
        ("free", "new/free", "new/free"),
        ("none", "free2", "free2"),
        ("none", "a/new", ""),
    ];
    for (from, to, expected) in moves {
        let repo = repo();
        repo.write(to, "");
        repo.git(&["mv", "-f", from, to]);
        assert_eq!(without(&repo), expected, "{from} to {to}");
    }
    // A file that is deleted has no owner if it had none before.
    let repo = repo();
    repo.git(&["rm", "-q", "a/1", "none", "free"]);
    assert_eq!(without(&repo), "none");
    // Owners also change if the map does.
    repo.git(&["reset", "-q", "--hard"]);
    let map = MAP.replace("  - {paths: [a/], owner: a}\n", "");
    repo.write("ownership.yaml", map.replace("[free]", "[none]"));
    assert_eq!(without(&repo), "a/1 a/2 free ownership.yaml");
}

#[test]
fn prints_the_handles_of_a_forge() {
    let repo = repo();
    assert_eq!(lines(&repo, &["a", "--forge", "github"]), "@org/a");
    assert_eq!(
        lines(&repo, &["a", "bc", "--forge", "gerrit"]),
        "a@example.org aa@example.org b@example.org"
    );
    let without = run(&repo, &["c", "--forge", "gitlab"]);
    assert_eq!(without.out, "");
    assert_eq!(
        without.err,
        "warning: team `c` has no handle for gitlab in the map\n"
    );
    let input = run(&repo, &["a", "bc", "c", "--format", "gerrit", "-q"]).json();
    let expected = json!({"reviewers": [
        {"reviewer": "a@example.org", "state": "REVIEWER"},
        {"reviewer": "aa@example.org", "state": "REVIEWER"},
        {"reviewer": "b@example.org", "state": "CC"},
    ]});
    assert_eq!(input, expected);
    let wrong = repo.run(&["reviewers", "a", "--format", "gerrit", "--forge", "github"]);
    assert_eq!(wrong.code, 2);
}

#[test]
fn warns_about_unowned_files_but_not_about_exempt_ones() {
    let repo = repo();
    let report = run(&repo, &["free", "none", "--format", "json"]);
    assert_eq!(strings(&report.json()["review"]["without_owner"]), ["none"]);
    assert_eq!(report.err, "warning: no owner for `none`\n");
    repo.write("no`ne", "");
    repo.git(&["add", "-A"]);
    let odd = run(&repo, &["no`ne"]);
    assert_eq!(odd.err, "warning: no owner for `` no`ne ``\n");
    // A file that does not exist yet.
    assert_eq!(lines(&repo, &["b/yet-to-come"]), "b");
    assert_eq!(repo.run(&["reviewers"]).code, 2);
    assert_eq!(repo.run(&["reviewers", "a", "--staged"]).code, 2);
}
