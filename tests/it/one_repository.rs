//! Tests runs on one of several repositories in a map, without the others.

use std::{fs, process::Command};

use crate::harness::{Repo, Run, of_check, strings, text};
use serde_json::{Value, json};

/// A map in a repository of its own. Beside it is a checkout of `puppet`, but none of `charts`.
const MAP: &str = "\
version: 1
teams:
  a: {}
  b: {aliases: [Team B]}
  c: {}
checks: {missing-contact: off}
min_coverage: {overall: 100, repositories: {puppet: 0, charts: 100}}
rules:
  - {paths: [shared/, LICENSE], owner: a}
  - {components: ['helm-chart:*'], owner: c}
suppressions:
  - {check: unowned-path, paths: [generated/], reason: x}
repositories:
  - name: charts
    path: ../charts
    rules:
      - {paths: [charts/, lib/], owner: b}
    exemptions:
      - {paths: [README.md], reason: x}
  - name: puppet
    path: ../puppet
    rules:
      - {paths: [modules/, typo/], owner: a}
";

/// The directory with the checkouts `ownership` and `puppet`.
fn checkouts() -> Repo {
    let all = Repo::new(&[
        ("ownership/ownership.yaml", MAP),
        ("puppet/modules/x", ""),
        ("puppet/old", ""),
    ]);
    for name in ["ownership", "puppet"] {
        all.git(&["init", "-q", "-b", "main", name]);
        all.commit_in(name);
    }
    all
}

/// Runs the program in one of the directories.
fn run_in(all: &Repo, directory: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command: Command = all.command();
    command.current_dir(all.path().join(directory));
    command.envs(variables.iter().copied());
    Run::of(command.args(arguments).output().unwrap())
}

const CONFIG: [&str; 2] = ["--config", "../ownership/ownership.yaml"];

fn in_puppet(all: &Repo, arguments: &[&str]) -> Run {
    run_in(all, "puppet", &[], &[&CONFIG, arguments].concat())
}

/// The checks and subjects of the findings of a run.
fn findings(run: &Run) -> Vec<String> {
    let report = run.json();
    let findings = report["findings"].as_array().unwrap().iter();
    let about = findings.map(|finding| {
        let about = match text(&finding["path"]) {
            "-" => text(&finding["message"]),
            path => path,
        };
        format!("{} {about}", text(&finding["check"]))
    });
    about.collect()
}

#[test]
fn checks_one_repository_without_the_others() {
    let all = checkouts();
    let run = in_puppet(
        &all,
        &["check", "--repository", "puppet", "--format", "json"],
    );
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(
        findings(&run),
        [
            "unowned-path old",
            "unmatched-rule pattern `typo/` matches no files"
        ]
    );
    let report = run.json();
    assert_eq!(
        report["not_checked"],
        json!({"repositories": [{"name": "charts", "entries": 3}], "shared_entries": 3})
    );
    let names: Vec<&str> = report["repositories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| text(&it["name"]))
        .collect();
    assert_eq!(names, ["puppet"]);
    let line = "not checked: repository `charts` (3 entries in the map); 3 entries that apply to all repositories did not match any checked file\n";
    for format in ["human", "markdown"] {
        let run = in_puppet(
            &all,
            &["check", "--repository", "puppet", "--format", format],
        );
        // The human format wraps long lines.
        let out = run.out.replace("\n  ", " ");
        assert!(out.contains(line), "{}", run.out);
        assert_eq!(run.err, "");
    }
}

#[test]
fn the_other_repositories_do_not_change_the_result() {
    let all = checkouts();
    let arguments = ["check", "--repository", "puppet", "--format", "json"];
    let without = in_puppet(&all, &arguments);
    all.write("charts/unowned", "");
    all.write("charts/shared/x", "");
    let with = in_puppet(&all, &arguments);
    assert_eq!((with.out, with.err), (without.out, without.err));
    let everything = in_puppet(&all, &["check", "--format", "json"]).json();
    assert_eq!(everything.get("not_checked"), None);
    assert_eq!(of_check(&everything, "unmatched-rule").len(), 5);
}

#[test]
fn rejects_unknown_and_missing_repositories() {
    let all = checkouts();
    for (arguments, message, help) in [
        (
            &["--repository", "pupet"][..],
            "no repository in the map is named `pupet`",
            "did you mean `puppet`?",
        ),
        (
            &["--repository", "charts"],
            "repository `charts` is not at",
            "`--root charts=DIR`",
        ),
        (
            &[],
            "repository `charts` is not at",
            "or use `--repository NAME` to read only one repository",
        ),
        (
            &["--repository", "puppet", "../ownership"],
            "`../ownership` is not in the selected repository",
            "the selected repository is at",
        ),
    ] {
        let run = in_puppet(&all, &[&["check"], arguments].concat());
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments:?}");
        assert!(run.err.contains(message), "{}", run.err);
        assert!(run.err.contains(help), "{}", run.err);
    }
    fs::remove_file(all.path().join("ownership/ownership.yaml")).unwrap();
    let run = run_in(&all, "puppet", &[], &["check", "--repository", "puppet"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no `ownership.yaml`"), "{}", run.err);
}

/// The paths that a change introduces, and what is said of it.
#[track_caller]
fn introduces(run: &Run, paths: &[&str], checked: &str) {
    assert!(run.code < 2, "{}", run.err);
    let report = run.json();
    let found = report["findings"].as_array().unwrap().iter();
    let found: Vec<&str> = found.map(|finding| text(&finding["path"])).collect();
    assert_eq!(found, paths);
    assert_eq!(text(&report["change"]["checked"]), checked);
    let unchecked = report["not_checked"]["repositories"].as_array().unwrap();
    let unchecked: Vec<&str> = unchecked.iter().map(|it| text(&it["name"])).collect();
    assert_eq!(unchecked, ["charts"]);
}

#[test]
fn a_change_needs_only_its_own_repository() {
    let all = checkouts();
    let base = all.git(&["-C", "puppet", "rev-parse", "HEAD"]);
    let base = base.trim();
    all.write("puppet/new", "");
    all.git(&["-C", "puppet", "add", "-A"]);
    let staged = format!("the staged change since {} (HEAD), 1 file", &base[..12]);
    let run = in_puppet(&all, &["check", "--staged", "--format", "json"]);
    introduces(&run, &["new"], &staged);
    assert!(
        run.err
            .contains("reading only `puppet`, because repository `charts` is not at"),
        "{}",
        run.err
    );
    let head = all.commit_in("puppet");
    // The map is the same on both sides, although it changed in the meantime.
    all.write("ownership/ownership.yaml", MAP.replace("typo/", "other/"));
    for arguments in [
        &["--since", base][..],
        &["--since", base, "--repository", "puppet"],
    ] {
        let run = in_puppet(&all, &[&["check", "--format", "json"], arguments].concat());
        let since = format!(
            "1 commit since {} (merge base with {base}), 1 file",
            &base[..12]
        );
        introduces(&run, &["new"], &since);
    }
    let job = [
        ("CI", "true"),
        ("CI_COMMIT_BRANCH", "main"),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_COMMIT_SHA", &head),
        ("CI_COMMIT_BEFORE_SHA", base),
        ("CI_PIPELINE_SOURCE", "push"),
    ];
    let arguments = ["check", "--since", "auto", "--format", "json"];
    let run = run_in(&all, "puppet", &job, &[&CONFIG, &arguments[..]].concat());
    let since = format!("1 commit since {} (before the push), 1 file", &base[..12]);
    introduces(&run, &["new"], &since);
    // The change of the map's repository is not the change of `puppet`.
    let run = run_in(
        &all,
        "ownership",
        &[],
        &["check", "--since", "HEAD", "--format", "json"],
    );
    assert_eq!(run.code, 2, "{}", run.out);
    let with = [
        "check",
        "--since",
        base,
        "--format",
        "json",
        "--repository",
        "puppet",
    ];
    let run = run_in(&all, "ownership", &[], &with);
    let since = format!(
        "1 commit since {} (merge base with {base}), 1 file",
        &base[..12]
    );
    introduces(&run, &["new"], &since);
    let human = run_in(
        &all,
        "ownership",
        &[],
        &["check", "--since", base, "--repository", "puppet"],
    );
    assert!(
        human.out.contains("\n  × ../puppet/new has no owner"),
        "{}",
        human.out
    );
    // Nothing in `puppet` is staged, whatever is staged where the map is.
    all.git(&["-C", "ownership", "add", "-A"]);
    let run = run_in(
        &all,
        "ownership",
        &[],
        &[
            "check",
            "--staged",
            "--format",
            "json",
            "--repository",
            "puppet",
        ],
    );
    introduces(
        &run,
        &[],
        &format!("no staged change since {} (HEAD), 0 files", &head[..12]),
    );
}

#[test]
fn a_job_checks_the_repository_that_it_is_in() {
    let all = checkouts();
    for variable in ["CI", "PRE_COMMIT"] {
        let arguments = [&CONFIG, &["check", "--format", "json"][..]].concat();
        let run = run_in(&all, "puppet", &[(variable, "1")], &arguments);
        assert_eq!(run.code, 1, "{}", run.err);
        assert_eq!(
            text(&run.json()["not_checked"]["repositories"][0]["name"]),
            "charts"
        );
        let note = "note: reading only `puppet`, because repository `charts` is not at";
        assert!(run.err.contains(note), "{}", run.err);
        // No repository of the map is there.
        let run = run_in(&all, "ownership", &[(variable, "1")], &["check"]);
        assert_eq!(run.code, 2, "{}", run.out);
    }
}

#[test]
fn a_map_below_the_checkout_needs_its_root() {
    let all = checkouts();
    all.write("puppet/.ownership/ownership.yaml", MAP);
    all.git(&["-C", "puppet/.ownership", "init", "-q"]);
    all.write("puppet/.git/info/exclude", ".ownership\n");
    let config = ["--config", ".ownership/ownership.yaml"];
    let base = ["check", "--since", "HEAD", "--format", "json"];
    let run = run_in(&all, "puppet", &[], &[&config[..], &base].concat());
    assert_eq!(run.code, 2);
    let root = ["--root", "puppet=."];
    for only in [&[][..], &["--repository", "puppet"]] {
        all.write("puppet/new", "");
        all.git(&["-C", "puppet", "add", "new"]);
        let run = run_in(
            &all,
            "puppet",
            &[],
            &[&config[..], &base, &root, only].concat(),
        );
        assert_eq!(findings(&run), ["unowned-path new"], "{}", run.err);
    }
}

#[test]
fn a_missing_directory_of_the_checkout_is_an_error() {
    let map = "\
version: 1
teams: {a: {}}
repositories:
  - {name: one, path: one}
  - {name: two, path: two}
";
    let repo = Repo::new(&[("ownership.yaml", map), ("one/x", "")]);
    repo.track();
    for arguments in [&["check"][..], &["check", "--staged"]] {
        let mut command = repo.command();
        let run = Run::of(command.env("CI", "true").args(arguments).output().unwrap());
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(
            run.err.contains("repository `two` is not at"),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_base_that_lists_other_repositories_is_narrowed_alike() {
    let map = |names: &[&str]| {
        let all = names.iter().map(|name| {
            format!("  - {{name: {name}, path: {name}, rules: [{{paths: [owned/], owner: a}}]}}\n")
        });
        format!(
            "version: 1\nteams: {{a: {{}}}}\nchecks: {{missing-contact: off}}\nrepositories:\n{}",
            all.collect::<String>()
        )
    };
    let repo = Repo::new(&[
        ("ownership.yaml", &map(&["one", "two", "three"])),
        ("one/owned/x", ""),
        ("two/owned/x", ""),
        ("two/old", ""),
        ("three/owned/x", ""),
    ]);
    repo.track();
    repo.git(&["commit", "-q", "-m", "x"]);
    repo.write("ownership.yaml", map(&["three", "two"]));
    repo.write("two/new", "");
    repo.write("three/new", "");
    repo.git(&["add", "-A"]);
    let report = repo.check_with(&["--staged", "--repository", "two"]);
    let paths: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| text(&it["path"]))
        .collect();
    assert_eq!(paths, ["new"]);
    assert_eq!(report["change"]["pre_existing"], 1);
    assert_eq!(report["change"]["fixed"], json!([]));
}

#[test]
fn the_baseline_keeps_what_other_repositories_have() {
    let all = checkouts();
    all.write("charts/unowned", "");
    let baseline = ["check", "--baseline", "../baseline.json"];
    let update = |arguments: &[&str]| {
        let run = in_puppet(
            &all,
            &[&baseline[..], &["--update-baseline"], arguments].concat(),
        );
        assert_eq!(run.code, 0, "{}", run.err);
        fs::read_to_string(all.path().join("baseline.json")).unwrap()
    };
    let everything = update(&[]);
    assert!(everything.contains("\"charts\""), "{everything}");
    fs::remove_dir_all(all.path().join("charts")).unwrap();
    assert_eq!(update(&["--repository", "puppet"]), everything);
    let run = in_puppet(&all, &[&baseline[..], &["--repository", "puppet"]].concat());
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(!run.err.contains("resolved"), "{}", run.err);
    fs::remove_file(all.path().join("puppet/old")).unwrap();
    all.git(&["-C", "puppet", "add", "-A"]);
    let run = in_puppet(&all, &[&baseline[..], &["--repository", "puppet"]].concat());
    assert!(run.err.contains("1 finding in baseline"), "{}", run.err);
}

#[test]
fn suppressions_and_rules_for_all_repositories_are_undecided() {
    let all = checkouts();
    // In `puppet`, the rule for all repositories never wins.
    all.write(
        "ownership/ownership.yaml",
        MAP.replace("[shared/, LICENSE]", "['**/x']"),
    );
    let run = in_puppet(
        &all,
        &["check", "--repository", "puppet", "--format", "json"],
    );
    assert_eq!(
        findings(&run),
        [
            "unowned-path old",
            "unmatched-rule pattern `typo/` matches no files"
        ]
    );
}

#[test]
fn every_command_that_reads_repositories_can_read_one() {
    let all = checkouts();
    let only = ["--repository", "puppet"];
    let answer = |arguments: &[&str]| {
        let run = in_puppet(&all, &[arguments, &only].concat());
        assert_eq!((run.code, &*run.err), (0, ""), "{arguments:?} {}", run.out);
        let without = in_puppet(&all, arguments);
        (run, without.code)
    };
    let (run, without) = answer(&["who", "modules/x", "--format", "json"]);
    assert_eq!(strings(&run.json()["answers"][0]["owners"]), ["a"]);
    // A path is in one repository anyway.
    assert_eq!(without, 0);
    let (run, without) = answer(&["components", "--format", "json"]);
    assert_eq!(run.json()["components"], Value::Array(Vec::new()));
    assert_eq!(without, 2);
    let (run, without) = answer(&["report", "--format", "json"]);
    assert!(!run.out.contains("charts"), "{}", run.out);
    assert_eq!(without, 2);
    let (run, without) = answer(&["generate", "markdown"]);
    assert!(run.out.contains("modules/"), "{}", run.out);
    assert_eq!(without, 2);
    let (run, without) = answer(&["reviewers", "modules"]);
    assert_eq!(run.out, "a\n");
    assert_eq!(without, 2);
    all.write("puppet/modules/y", "");
    all.git(&["-C", "puppet", "add", "-A"]);
    let (run, without) = answer(&["reviewers", "--staged"]);
    assert_eq!(run.out, "a\n");
    assert_eq!(without, 0);
    let (run, without) = answer(&["diff", "--staged"]);
    assert!(run.out.contains("modules/y"), "{}", run.out);
    assert_eq!(without, 0);
    let note = in_puppet(&all, &["diff", "--staged"]).err;
    assert!(note.contains("reading only `puppet`"), "{note}");
    for command in [
        "check",
        "who x",
        "components",
        "report",
        "generate markdown",
        "reviewers x",
        "diff HEAD",
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let run = in_puppet(&all, &[&words[..], &["--repository", "pupet"]].concat());
        assert_eq!(run.code, 2, "{command}");
        assert!(
            run.err.contains("did you mean `puppet`?"),
            "{command}: {}",
            run.err
        );
    }
}
