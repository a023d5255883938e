//! `check --staged` and `check --since`: only findings that a change introduces fail.

use std::{fs, path::Path, process::Command};

use crate::harness::{Repo, Run, findings, strings, text};
use serde_json::Value;

const MAP: &str = "\
version: 1
teams: {a: {}, b: {}}
checks: {\"missing-contact\": off, unused-team: off, unmatched-rule: off}
rules:
  - {paths: [a/], owner: a}
  - {paths: [b/], owner: b}
exemptions:
  - {paths: [ownership.yaml], reason: x}
";

/// Returns a repository with a commit that has a finding.
fn repo() -> Repo {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("a/1", "first\n"),
        ("b/1", "second\n"),
        ("old", "nobody\n"),
    ]);
    repo.git(&["init", "-q", "-b", "main"]);
    commit(&repo, "first");
    repo
}

fn commit(repo: &Repo, message: &str) -> String {
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", message]);
    repo.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

#[test]
fn hides_baselined_findings_of_a_change() {
    let repo = repo();
    let update = ["check", "--baseline", "known.json", "--update-baseline"];
    assert_eq!(repo.run(&update).code, 0);
    let known = || fs::read_to_string(repo.path().join("known.json")).unwrap();
    let before = known();
    assert!(before.contains("unowned-path"), "{before}");
    let note = "note: no files are staged, so no files were checked\n";
    for (change, notes) in [(&["--staged"][..], note), (&["--since", "HEAD"], "")] {
        let run = repo.run(&[&update[..3], change].concat());
        assert_eq!((run.code, &*run.err), (0, notes), "{change:?}");
        let run = repo.run(&[&update[..], change].concat());
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains("requires a full run"), "{}", run.err);
    }
    assert_eq!(known(), before);
}

#[test]
fn shows_a_short_coverage_summary_for_a_change() {
    let repo = repo();
    let lines = |arguments: &[&str]| {
        let shown = repo.run(arguments).out;
        let start = shown.find("files covered").unwrap();
        shown[start..]
            .lines()
            .skip(2)
            .take_while(|line| !line.is_empty())
            .count()
    };
    // There is a bar for each team.
    assert!(lines(&["check"]) > 0);
    assert_eq!(lines(&["check", "--staged"]), 0);
    assert_eq!(lines(&["check", "--since", "HEAD"]), 0);
}

fn staged(repo: &Repo) -> Value {
    repo.check_with(&["--staged"])
}

fn introduced(report: &Value) -> Vec<String> {
    let is_new = |f: &&Value| f["introduced"] == true;
    let all = report["findings"].as_array().unwrap().iter();
    all.filter(is_new)
        .map(|f| format!("{} {}", text(&f["check"]), text(&f["path"])))
        .collect()
}

fn fixed(report: &Value) -> Vec<&str> {
    let fixed = report["change"]["fixed"].as_array().unwrap().iter();
    fixed.map(|f| text(&f["path"])).collect()
}

/// Returns the path, the time and the content of every file below `.git`.
fn state_of(git_dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut open = vec![git_dir.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let time = fs::metadata(&path).unwrap().modified().unwrap();
                all.push((format!("{path:?} {time:?}"), fs::read(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}

fn fails(run: &Run, message: &str, help: &str) {
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains(message), "{}", run.err);
    assert!(run.err.contains(help), "{}", run.err);
    assert_eq!(run.out, "");
}

#[test]
fn the_parent_of_the_first_commit_is_the_empty_tree() {
    let repo = repo();
    let first = commit_id(&repo);
    let introduced = ["unowned-path old"];
    let parents = ["HEAD^", "HEAD^1", "HEAD~", "HEAD~1", "@^", "main~"];
    for parent in parents
        .map(str::to_owned)
        .into_iter()
        .chain([first.clone() + "^"])
    {
        for more in [&[][..], &["--no-merge-base"]] {
            let report = repo.check_with(&[&["--since", &*parent], more].concat());
            assert_eq!(self::introduced(&report), introduced, "{parent}");
            let change = &report["change"];
            assert_eq!(change["base"]["commit"], Value::Null, "{change:#}");
            assert_eq!(change["commits"], 1, "{change:#}");
        }
    }
    assert_eq!(repo.run(&["reviewers", "--since", "HEAD^"]).out, "a\nb\n");
    for arguments in [&["diff", "HEAD^"][..], &["diff", "HEAD^", "HEAD"]] {
        let diff = repo.run(arguments);
        assert_eq!(diff.code, 0, "{}", diff.err);
        assert!(diff.out.contains("since the empty tree"), "{}", diff.out);
    }
    // Later commits have the same ancestor, and no commit is further away.
    repo.write("a/2", "");
    commit(&repo, "second");
    for parent in ["HEAD~2", "HEAD^^", &(first + "^")] {
        let report = repo.check_with(&["--since", parent]);
        assert_eq!(self::introduced(&report), introduced, "{parent}");
    }
    for missing in ["HEAD~3", "HEAD^^^", "HEAD^2", "HEAD~x"] {
        let run = repo.run(&["check", "--since", missing]);
        fails(&run, "does not exist", "fetch");
    }
    // A shallow clone lacks the parent.
    let clone = Repo::new(&[]);
    let url = format!("file://{}", repo.path().display());
    clone.git(&["clone", "-q", "--depth=1", &url, "."]);
    let run = clone.run(&["check", "--since", "HEAD^"]);
    fails(
        &run,
        "is not in this shallow clone",
        "git fetch --unshallow origin",
    );
}

fn commit_id(repo: &Repo) -> String {
    repo.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

#[test]
fn only_staged_changes_fail() {
    let repo = repo();
    repo.write("staged", "");
    repo.git(&["add", "staged"]);
    repo.write("unstaged", "");
    let report = staged(&repo);
    assert_eq!(findings(&report), ["unowned-path staged -"]);
    assert_eq!(report["change"]["pre_existing"], 1);
    assert_eq!(repo.run(&["check", "--staged"]).code, 1);
    repo.git(&["mv", "staged", "a/staged"]);
    let run = repo.run(&["check", "--staged"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(
        run.out.contains("0 introduced, 1 pre-existing, 0 fixed"),
        "{}",
        run.out
    );
}

#[test]
fn shows_pre_existing_findings_on_request_without_failing() {
    let repo = repo();
    let report = repo.check_with(&["--staged", "--show-pre-existing"]);
    assert_eq!(findings(&report), ["unowned-path old -"]);
    assert_eq!(report["findings"][0]["introduced"], false);
    assert_eq!(report["summary"]["error"], 0);
    let run = repo.run(&["check", "--staged", "--show-pre-existing"]);
    assert_eq!(run.code, 0);
    for shown in [
        "× 1 pre-existing",
        "  · old has no owner",
        "no new findings",
    ] {
        assert!(run.out.contains(shown), "{shown}: {}", run.out);
    }
    assert_eq!(repo.run(&["check"]).code, 1);
    assert_eq!(repo.run(&["check", "--show-pre-existing"]).code, 2);
}

#[test]
fn uses_the_staged_map_and_declarations() {
    let chart = |team| format!("apiVersion: v2\nname: x\nversion: 1.0.0\nteam: {team}\n");
    let repo = repo();
    repo.write("charts/x/Chart.yaml", chart("a"));
    commit(&repo, "chart");
    repo.write("charts/x/Chart.yaml", chart("nobody-we-know"));
    repo.git(&["add", "-A"]);
    // Unstaged changes neither fix nor break anything.
    repo.write("charts/x/Chart.yaml", chart("b"));
    repo.write("ownership.yaml", "{{{ broken");
    let report = staged(&repo);
    assert!(
        findings(&report)
            .contains(&"unknown-declared-team charts/x/Chart.yaml helm-chart:x".to_owned()),
        "{:?}",
        findings(&report)
    );
    // The staged map gives it an owner.
    repo.write(
        "ownership.yaml",
        MAP.replace("rules:\n", "rules:\n  - {paths: [old], owner: b}\n"),
    );
    repo.write("charts/x/Chart.yaml", chart("a"));
    repo.git(&["add", "-A"]);
    repo.write("ownership.yaml", MAP);
    let report = staged(&repo);
    assert!(findings(&report).is_empty(), "{:?}", findings(&report));
    assert_eq!(fixed(&report), ["old"]);
    let human = repo.run(&["check", "--staged"]).out;
    assert!(
        human.contains("✓ unowned-path: `old` has no owner"),
        "{human}"
    );
}

#[test]
fn uses_staged_includes() {
    let repo = repo();
    repo.write(
        "ownership.yaml",
        MAP.replace("teams:", "include: [more.yaml]\nteams:"),
    );
    repo.write(
        "more.yaml",
        "rules:\n  - {paths: [c/, more.yaml], owner: a}\n",
    );
    repo.write("c/1", "");
    commit(&repo, "include");
    repo.write("more.yaml", "rules:\n  - {paths: [more.yaml], owner: a}\n");
    repo.git(&["add", "-A"]);
    repo.write("more.yaml", "nonsense: true\n");
    assert_eq!(findings(&staged(&repo)), ["unowned-path c/ -"]);
    fs::remove_file(repo.path().join("more.yaml")).unwrap();
    assert_eq!(findings(&staged(&repo)), ["unowned-path c/ -"]);
    repo.git(&["rm", "-q", "--cached", "more.yaml"]);
    fails(
        &repo.run(&["check", "--staged"]),
        "could not be read",
        "include",
    );
}

#[test]
fn reports_only_the_new_file_of_an_unowned_directory() {
    let repo = repo();
    repo.write("c/1", "1");
    repo.write("c/2", "2");
    commit(&repo, "directory without an owner");
    repo.write("c/3", "3");
    repo.git(&["add", "-A"]);
    assert_eq!(findings(&staged(&repo)), ["unowned-path c/3 -"]);
    // The finding is reported for other paths, but the files without an owner are the same.
    repo.write(
        "ownership.yaml",
        MAP.replace("rules:\n", "rules:\n  - {paths: [c/3], owner: b}\n"),
    );
    repo.git(&["add", "-A"]);
    let report = staged(&repo);
    assert!(findings(&report).is_empty(), "{:?}", findings(&report));
    assert!(fixed(&report).is_empty());
    repo.git(&["rm", "-q", "--cached", "c/1"]);
    assert_eq!(fixed(&staged(&repo)), ["c/1"]);
}

#[test]
fn an_existing_conflict_is_pre_existing() {
    let repo = repo();
    repo.write(
        "ownership.yaml",
        MAP.replace("rules:\n", "rules:\n  - {paths: [\"*/x\"], owner: b}\n"),
    );
    repo.write("a/x", "");
    commit(&repo, "conflict");
    let report = repo.check_with(&["--staged", "--show-pre-existing"]);
    assert_eq!(introduced(&report), Vec::<String>::new());
    assert_eq!(report["change"]["pre_existing"], 2);
    repo.write("a/x", "more");
    repo.git(&["add", "-A"]);
    assert!(findings(&staged(&repo)).is_empty());
    repo.write("ownership.yaml", MAP);
    repo.git(&["add", "-A"]);
    let report = staged(&repo);
    assert_eq!(fixed(&report), ["a/x"]);
}

#[test]
fn problems_with_unchanged_notification_routes_are_pre_existing() {
    let routes = |receiver: &str| {
        format!(
            "route:\n  receiver: other\n  routes: [{{match: {{a: b}}, receiver: {receiver}}}]\n\
             receivers: [{{name: other}}]\n"
        )
    };
    let changes = [&["--staged"][..], &["--since", "HEAD"]];
    // Without declarations, only the search for notification routes opens the files.
    for declarations in ["", "declarations: {\"*\": ignore}\n"] {
        let repo = repo();
        repo.write("ownership.yaml", format!("{MAP}{declarations}"));
        repo.write("a/unchanged.yml", routes("missing"));
        repo.write("a/changed.yml", routes("other"));
        repo.write("a/removed.yml", routes("missing"));
        commit(&repo, "routes");
        repo.write("a/1", "more");
        repo.git(&["add", "-A"]);
        for change in changes {
            let report = repo.check_with(change);
            assert_eq!(introduced(&report), Vec::<String>::new(), "{change:?}");
        }
        repo.write("a/changed.yml", routes("missing"));
        repo.git(&["rm", "-q", "a/removed.yml"]);
        repo.git(&["add", "-A"]);
        for change in changes {
            let report = repo.check_with(change);
            let expected = "invalid-notification-route a/changed.yml";
            assert_eq!(introduced(&report), [expected], "{change:?}");
            assert_eq!(fixed(&report), ["a/removed.yml"], "{change:?}");
        }
        // The unchanged file is not read from git.
        let id = repo.git(&["rev-parse", "HEAD:a/unchanged.yml"]);
        let (directory, name) = id.trim().split_at(2);
        let object = format!(".git/objects/{directory}/{name}");
        fs::remove_file(repo.path().join(object)).unwrap();
        let report = repo.check_with(&["--since", "HEAD"]);
        let expected = "invalid-notification-route a/changed.yml";
        assert_eq!(introduced(&report), [expected]);
    }
}

#[test]
fn since_compares_with_the_merge_base() {
    let repo = repo();
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write("mine", "");
    commit(&repo, "topic");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["rm", "-q", "old"]);
    repo.write("theirs", "");
    commit(&repo, "main goes on");
    repo.git(&["checkout", "-q", "topic"]);
    let report = repo.check_with(&["--since", "main"]);
    assert_eq!(findings(&report), ["unowned-path mine -"]);
    assert!(fixed(&report).is_empty());
    assert!(text(&report["change"]["base"]).contains("(merge base with main)"));
    let report = repo.check_with(&["--since", "main", "--no-merge-base"]);
    assert_eq!(
        findings(&report),
        ["unowned-path mine -", "unowned-path old -"]
    );
    assert_eq!(fixed(&report), ["theirs"]);
    // The current state is that of `check`: the files of the index with the content of the work tree.
    repo.git(&["rm", "-q", "--cached", "mine"]);
    assert!(findings(&repo.check_with(&["--since", "main"])).is_empty());
    let report = repo.check_with(&["--since", "main", "--untracked"]);
    assert_eq!(findings(&report), ["unowned-path mine -"]);
}

#[test]
fn each_side_has_its_own_map() {
    let repo = repo();
    // Without the rule, an unchanged file no longer has an owner.
    repo.write(
        "ownership.yaml",
        MAP.replace("  - {paths: [b/], owner: b}\n", ""),
    );
    commit(&repo, "remove rule");
    assert_eq!(
        findings(&repo.check_with(&["--since", "HEAD^"])),
        ["unowned-path b/ -"]
    );
    repo.git(&["checkout", "-q", "HEAD^"]);
    let report = repo.check_with(&["--since", "main", "--no-merge-base"]);
    assert!(findings(&report).is_empty());
    assert_eq!(fixed(&report), ["b/"]);
}

#[test]
fn paths_limit_the_report() {
    let repo = repo();
    repo.write("c/1", "");
    repo.write("d/1", "");
    repo.git(&["add", "-A"]);
    repo.git(&["rm", "-q", "--cached", "old"]);
    let report = repo.check_with(&["--staged", "c"]);
    assert_eq!(findings(&report), ["unowned-path c/ -"]);
    assert!(fixed(&report).is_empty());
}

#[test]
fn a_base_with_a_broken_or_missing_map_is_not_an_error() {
    let repo = Repo::new(&[("a/1", ""), ("old", "")]);
    repo.git(&["init", "-q"]);
    commit(&repo, "no map");
    repo.write("ownership.yaml", MAP);
    repo.git(&["add", "-A"]);
    let run = repo.run(&["check", "--staged", "--format", "json"]);
    let report = run.json();
    // `old` had no owner before.
    assert_eq!(run.code, 0);
    assert!(findings(&report).is_empty());
    assert_eq!(report["change"]["without_base"], Value::Null);
    assert_eq!(report["change"]["pre_existing"], 1);
    let note = "has no map, so its findings are those with the new map; all findings about the map itself are treated \
                as new";
    assert!(run.err.contains(note), "{}", run.err);
    repo.write("ownership.yaml", "rules: 1\n");
    commit(&repo, "broken map");
    repo.write("ownership.yaml", MAP);
    repo.git(&["add", "-A"]);
    let run = repo.run(&["check", "--staged"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains(
            "because the map at the base commit has 2 errors; all findings are treated as new"
        ),
        "{}",
        run.err
    );
    // A map that is broken after the change is an error.
    repo.write("ownership.yaml", "rules: 1\n");
    repo.git(&["add", "-A"]);
    fails(
        &repo.run(&["check", "--staged"]),
        "the map has 2 errors",
        "",
    );
}

#[test]
fn follows_a_renamed_map() {
    let repo = repo();
    let text = format!("{MAP}repositories: [{{name: x, path: PATH}}]\n");
    repo.write("ownership.yaml", text.replace("PATH", "."));
    commit(&repo, "repositories");
    fs::create_dir(repo.path().join("a/map")).unwrap();
    repo.git(&["mv", "ownership.yaml", "a/map/"]);
    repo.write("a/map/ownership.yaml", text.replace("PATH", "../.."));
    repo.write("wrong", "");
    repo.git(&["add", "-A"]);
    let report = repo.check_with(&["--staged", "--config", "a/map/ownership.yaml"]);
    assert_eq!(
        introduced(&report),
        [
            "unowned-path wrong",
            "owner-changed a/map/ownership.yaml",
            "unmatched-exemption -"
        ]
    );
    // The same holds if the map was outside the searched directories.
    commit(&repo, "moved");
    repo.git(&["mv", "a/map/ownership.yaml", "."]);
    repo.write("ownership.yaml", text.replace("PATH", "."));
    repo.git(&["add", "-A"]);
    assert_eq!(staged(&repo)["change"]["pre_existing"], 2);
}

#[test]
fn before_the_first_commit_all_findings_are_introduced() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("x", "")]);
    repo.git(&["init", "-q"]);
    repo.git(&["add", "ownership.yaml"]);
    let run = repo.run(&["check", "--staged"]);
    let note = "because no earlier commit exists; all findings are treated as new";
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.err.contains(note), "{}", run.err);
    repo.git(&["add", "x"]);
    assert_eq!(findings(&staged(&repo)), ["unowned-path x -"]);
    fails(
        &repo.run(&["check", "--since", "main"]),
        "revision `main` does not exist",
        "",
    );
    fails(
        &repo.run(&["check", "--since", "HEAD"]),
        "revision `HEAD` does not exist",
        "no commits yet: use `--staged`",
    );
    let run = repo.run(&["check", "--since", "auto"]);
    assert!(run.err.contains(note), "{}", run.err);
}

#[test]
fn reports_revisions_that_can_not_be_compared() {
    let outside = Repo::new(&[("ownership.yaml", MAP)]);
    let mut command = outside.command();
    command.env("GIT_CEILING_DIRECTORIES", outside.path().parent().unwrap());
    let run = Run::of(command.args(["check", "--staged"]).output().unwrap());
    fails(&run, "is not in a git repository", "");

    let repo = repo();
    let since = |revision: &str| repo.run(&["check", "--since", revision]);
    fails(&since("nope"), "revision `nope` does not exist", "fetch it");
    fails(
        &repo.run(&["check", "--since=-x"]),
        "revision `-x` does not exist",
        "",
    );
    fails(
        &since("a..b"),
        "revision `a..b` does not exist",
        "the two revisions",
    );
    fails(&since(""), "does not exist", "the revision is empty");
    fails(&since("x\u{1b}[2J"), "`x\\u{1b}[2J`", "");
    repo.git(&["branch", "same"]);
    repo.git(&["tag", "same"]);
    fails(
        &since("same"),
        "revision `same` is ambiguous",
        "refs/heads/same",
    );
    repo.git(&["update-ref", "refs/remotes/origin/far", "HEAD"]);
    fails(
        &since("far"),
        "revision `far` does not exist",
        "did you mean `origin/far`?",
    );
    repo.git(&["checkout", "-q", "--orphan", "alone"]);
    commit(&repo, "alone");
    fails(&since("main"), "no common ancestor", "--no-merge-base");
    assert_eq!(
        repo.run(&["check", "--since", "main", "--no-merge-base"])
            .code,
        0
    );
    assert_eq!(repo.run(&["check", "--since", "main", "--staged"]).code, 2);
    assert_eq!(repo.run(&["check", "--no-merge-base"]).code, 2);
}

#[test]
fn rejects_an_unstaged_map_and_a_merge_with_conflicts() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("a/1", "")]);
    repo.git(&["init", "-q", "-b", "main"]);
    repo.git(&["add", "a"]);
    fails(
        &repo.run(&["check", "--staged"]),
        "is not in the index",
        "git add",
    );
    commit(&repo, "first");
    repo.git(&["checkout", "-q", "-b", "other"]);
    repo.write("a/1", "one\n");
    commit(&repo, "one");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a/1", "two\n");
    commit(&repo, "two");
    assert!(repo.try_git(&["merge", "other"]).is_err());
    fails(
        &repo.run(&["check", "--staged"]),
        "conflicts in `a/1`",
        "git add",
    );
    let message = "the index has unresolved merge conflicts in `a/1`";
    fails(&repo.run(&["check", "--since", "HEAD"]), message, "git add");
    fails(&repo.run(&["diff", "HEAD"]), message, "git add");
}

#[test]
fn does_not_write_to_the_repository() {
    let repo = repo();
    repo.write("a/1", "changed\n");
    repo.write("new", "");
    repo.git(&["add", "new"]);
    repo.git(&["config", "core.fsmonitor", "touch fsmonitor-ran; false"]);
    repo.git(&["config", "diff.external", "touch diff-ran"]);
    repo.write(
        ".git/hooks/post-index-change",
        "#!/bin/sh\ntouch hook-ran\n",
    );
    let before = state_of(&repo.path().join(".git"));
    for arguments in [
        &["check", "--staged"][..],
        &["check", "--since", "HEAD"],
        &["check", "--since", "auto"],
        &["diff", "HEAD"],
        &["diff", "HEAD", "HEAD"],
        &["diff", "--staged"],
        &["reviewers", "--staged"],
    ] {
        repo.run(arguments);
        assert!(
            state_of(&repo.path().join(".git")) == before,
            "{arguments:?}"
        );
    }
    assert!(!repo.path().join("fsmonitor-ran").exists());
    assert!(!repo.path().join("diff-ran").exists());
}

#[test]
fn handles_unusual_names_and_kinds_of_files() {
    let repo = repo();
    let odd = std::ffi::OsString::from(std::str::from_utf8(b"a\tb\nc \"d\" \xc3\xa9").unwrap());
    repo.write(odd, "");
    repo.link("link", "a/1");
    repo.git(&["add", "-A"]);
    let report = staged(&repo);
    assert_eq!(
        findings(&report),
        ["unowned-path a\tb\nc \"d\" é -", "unowned-path link -"]
    );
    commit(&repo, "odd");
    // A file becomes a link, and another one executable: their owners stay the same.
    fs::remove_file(repo.path().join("a/1")).unwrap();
    repo.link("a/1", "../b/1");
    repo.git(&["add", "-A"]);
    repo.git(&["update-index", "--chmod=+x", "b/1", "old"]);
    let report = staged(&repo);
    assert!(findings(&report).is_empty(), "{:?}", findings(&report));
    // A file that is only intended to be added is not part of the commit.
    repo.write("later", "");
    repo.git(&["add", "-N", "later"]);
    assert!(findings(&staged(&repo)).is_empty());
}

#[test]
fn a_submodule_is_one_path_outside_and_a_repository_inside() {
    let inner = Repo::new(&[("x", "")]);
    inner.git(&["init", "-q"]);
    commit(&inner, "inner");
    let repo = repo();
    let url = inner.path().to_str().unwrap();
    repo.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        url,
        "sub",
    ]);
    let report = staged(&repo);
    assert_eq!(
        findings(&report),
        ["unowned-path .gitmodules -", "unowned-path sub -"]
    );
    commit(&repo, "submodule");
    // The outer index does not contain the files of a repository of the map that is a submodule.
    repo.write(
        "ownership.yaml",
        "version: 1\nteams: {a: {}}\nchecks: {missing-contact: off}\nrepositories:\n  - {name: outer, path: ., rules: [{paths: [\"**\"], owner: a}]}\n  - {name: inner, path: sub}\n",
    );
    repo.git(&["add", "-A"]);
    let report = repo.check_with(&["--staged"]);
    assert_eq!(findings(&report), ["unowned-path . -"]);
    assert_eq!(report["repositories"][1]["files"], 1);
    // Inside the submodule, the change is that of the submodule.
    repo.write("sub/y", "");
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(repo.path().join("sub"))
        .args(["add", "y"]);
    assert!(git.status().unwrap().success());
    let mut command = repo.command();
    command.current_dir(repo.path().join("sub"));
    let run = Run::of(
        command
            .args(["check", "--staged", "--format", "json"])
            .output()
            .unwrap(),
    );
    assert_eq!(findings(&run.json()), ["unowned-path y -"]);
}

#[test]
fn linked_work_trees_have_their_own_index() {
    let repo = repo();
    let other = Repo::new(&[]);
    let path = other.path().join("tree");
    repo.git(&["worktree", "add", "-q", path.to_str().unwrap()]);
    fs::write(path.join("new"), "").unwrap();
    let mut git = Command::new("git");
    git.arg("-C").arg(&path).args(["add", "new"]);
    assert!(git.status().unwrap().success());
    let mut command = other.command();
    command.current_dir(&path);
    let run = Run::of(
        command
            .args(["check", "--staged", "--format", "json"])
            .output()
            .unwrap(),
    );
    assert_eq!(findings(&run.json()), ["unowned-path new -"]);
    assert!(findings(&staged(&repo)).is_empty());
}

#[test]
fn supports_sha256_repositories() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("old", "")]);
    for name in ["x", "y"] {
        let chart = format!("name: {name}\nteam: a\n");
        repo.write(format!("charts/{name}/Chart.yaml"), chart);
    }
    repo.git(&["init", "-q", "--object-format=sha256"]);
    commit(&repo, "first");
    repo.write("charts/x/Chart.yaml", "name: x\n");
    repo.git(&["add", "-A"]);
    let expected = ["unowned-component charts/x/ helm-chart:x"];
    assert_eq!(findings(&staged(&repo)), expected);
    assert_eq!(findings(&repo.check_with(&["--since", "HEAD"])), expected);
}

#[test]
fn reports_a_submodule_that_git_ignores() {
    let inner = Repo::new(&[("x", "")]);
    inner.git(&["init", "-q"]);
    commit(&inner, "inner");
    let repo = repo();
    let url = inner.path().to_str().unwrap();
    let allow = ["-c", "protocol.file.allow=always", "submodule", "--quiet"];
    repo.git(&[&allow[..], &["add", url, "sub"]].concat());
    repo.git(&["config", "-f", ".gitmodules", "submodule.sub.ignore", "all"]);
    repo.git(&["add", "-A"]);
    assert_eq!(introduced(&staged(&repo)).len(), 2);
}

#[test]
fn checks_all_files_of_a_sparse_checkout() {
    let repo = repo();
    repo.write("charts/x/Chart.yaml", "name: x\nteam: a\n");
    repo.write("charts/y/Chart.yaml", "name: y\nteam: b\n");
    commit(&repo, "charts");
    repo.git(&["sparse-checkout", "set", "a"]);
    assert!(!repo.path().join("charts/x").exists());
    repo.write("a/new", "");
    repo.git(&["add", "a/new"]);
    let report = staged(&repo);
    assert!(findings(&report).is_empty(), "{:?}", findings(&report));
    assert_eq!(report["repositories"][0]["teams"]["b"], 2);
}

#[test]
fn a_bare_repository_has_revisions_but_no_index() {
    let repo = repo();
    repo.write("new", "");
    commit(&repo, "second");
    let bare = Repo::new(&[]);
    let url = repo.path().to_str().unwrap();
    bare.git(&["clone", "-q", "--bare", url, "."]);
    let report = bare.check_with(&["--since", "HEAD^"]);
    assert_eq!(findings(&report), ["unowned-path new -"]);
    assert_eq!(report["change"]["pre_existing"], 1);
    fails(
        &bare.run(&["check", "--staged"]),
        "a bare repository has no index",
        "--since",
    );
}

#[test]
fn suggests_what_to_fetch_in_a_shallow_clone() {
    let repo = repo();
    let first = repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
    repo.git(&["branch", "stays"]);
    repo.write("new", "");
    let second = commit(&repo, "second");
    let shallow = Repo::new(&[]);
    let url = format!("file://{}", repo.path().display());
    shallow.git(&["clone", "-q", "--depth=1", &url, "."]);
    let since = |revision: &str, more: &[&str]| {
        let mut command = shallow.command();
        command.env("GERRIT_PATCHSET_REVISION", &second);
        let arguments = [&["check", "--format", "json", "--since", revision], more].concat();
        Run::of(command.args(arguments).output().unwrap())
    };
    let run = since("origin/stays", &[]);
    let fetch = "git fetch --unshallow origin +refs/heads/stays:refs/remotes/origin/stays";
    fails(&run, "is not in this shallow clone", fetch);
    fails(
        &since(&first, &[]),
        "shallow",
        &format!("git fetch --unshallow origin {first}\n"),
    );
    let fetch = format!("git fetch --depth=1 origin {first}");
    fails(&since("auto", &[]), "shallow", &fetch);
    fails(&since(&first, &["--no-merge-base"]), "shallow", &fetch);
    // The suggested command fixes the problem.
    let arguments: Vec<&str> = fetch.split(' ').skip(1).collect();
    shallow.git(&arguments);
    assert_eq!(findings(&since("auto", &[]).json()), ["unowned-path new -"]);
    assert_eq!(
        findings(&since(&first, &["--no-merge-base"]).json()),
        ["unowned-path new -"]
    );
    fails(
        &since(&first, &[]),
        "does not contain the merge base of",
        "git fetch --unshallow origin\n",
    );
    shallow.git(&["fetch", "-q", "--unshallow", "origin"]);
    assert_eq!(findings(&since(&first, &[]).json()), ["unowned-path new -"]);
}

#[test]
fn rejects_a_partial_clone_without_the_content() {
    let repo = repo();
    repo.write("charts/x/Chart.yaml", "name: x\nteam: a\n");
    commit(&repo, "chart");
    repo.write("charts/x/Chart.yaml", "name: x\nteam: b\n");
    commit(&repo, "other team");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = Repo::new(&[]);
    let url = format!("file://{}", repo.path().display());
    partial.git(&["clone", "-q", "--filter=blob:none", &url, "."]);
    let run = partial.run(&["check", "--since", "HEAD^"]);
    fails(
        &run,
        "this partial clone does not contain `charts/x/Chart.yaml` at ",
        "git diff --stat ",
    );
    let id = partial.git(&["rev-parse", "HEAD^"]);
    partial.git(&["diff", "--stat", id.trim()]);
    assert_eq!(partial.run(&["check", "--since", "HEAD^"]).code, 0);
    // Content that is missing on both sides is the same on both.
    let sparse = Repo::new(&[]);
    let arguments = ["clone", "-q", "--filter=blob:none", "--sparse", &url, "."];
    sparse.git(&arguments);
    sparse.write("new", "");
    sparse.git(&["add", "--sparse", "new"]);
    let report = staged(&sparse);
    assert_eq!(findings(&report), ["unowned-path new -"]);
}

#[test]
fn a_hook_uses_the_index_of_the_commit() {
    let repo = repo();
    let program = env!("CARGO_BIN_EXE_ownlint");
    let hook = format!(
        "#!/bin/sh\nOWNLINT_TODAY=2026-11-22 exec '{program}' check --staged --format compact\n"
    );
    repo.write(".git/hooks/pre-commit", hook);
    let hook = repo.path().join(".git/hooks/pre-commit");
    let mut rights = fs::metadata(&hook).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o755);
    fs::set_permissions(&hook, rights).unwrap();
    repo.write("a/1", "changed\n");
    repo.write("wrong", "");
    repo.git(&["add", "wrong"]);
    // `commit FILE` commits only that file, from a temporary index.
    repo.git(&["commit", "-q", "-m", "one file", "a/1"]);
    let refused = repo.try_git(&["commit", "-q", "-m", "the rest"]);
    assert!(refused.is_err());
    repo.git(&["rm", "-q", "-f", "wrong"]);
    repo.write("b/1", "changed\n");
    repo.git(&["commit", "-q", "-a", "-m", "all that changed"]);
    // The git variables of a hook do not apply to another repository.
    let other = Repo::new(&[("ownership.yaml", MAP), ("a/1", "")]);
    other.track();
    let mut command = other.command();
    command.env("GIT_DIR", repo.path().join(".git"));
    command.env("GIT_INDEX_FILE", repo.path().join(".git/index"));
    let run = Run::of(
        command
            .args(["check", "--staged", "--format", "json"])
            .output()
            .unwrap(),
    );
    assert_eq!(run.json()["repositories"][0]["files"], 2, "{}", run.err);
}

#[test]
fn a_separate_index_belongs_to_the_current_repository() {
    let all = Repo::new(&[(
        "one/ownership.yaml",
        "version: 1
teams: {a: {}}
repositories: [{name: one, path: .}, {name: two, path: ../two}]
rules: [{paths: ['**'], owner: a}]
",
    )]);
    all.write("two/x", "");
    for name in ["one", "two"] {
        all.git(&["-C", name, "init", "-q"]);
        all.git(&["-C", name, "add", "-A"]);
    }
    all.git(&["-C", "one", "commit", "-qm", "all"]);
    fs::copy(
        all.path().join("one/.git/index"),
        all.path().join("elsewhere"),
    )
    .unwrap();
    all.write("one/new", "");
    all.git(&["-C", "one", "add", "-A"]);
    let files = |directory: &str, arguments: &[&str]| {
        let mut command = all.command();
        command
            .current_dir(all.path().join(directory))
            .env("GIT_INDEX_FILE", all.path().join("elsewhere"))
            .args([
                "check",
                "--format",
                "json",
                "--config",
                "../one/ownership.yaml",
            ])
            .args(arguments);
        let report = Run::of(command.output().unwrap()).json();
        let repositories = report["repositories"].as_array().unwrap().iter();
        let files: Vec<u64> = repositories.map(|r| r["files"].as_u64().unwrap()).collect();
        files
    };
    for arguments in [&[][..], &["--staged"], &["--since", "HEAD"]] {
        assert_eq!(files("one", arguments), [1, 1], "{arguments:?}");
    }
    fs::create_dir(all.path().join("apart")).unwrap();
    assert_eq!(files("apart", &[]), [2, 1]);
    all.pipe("elsewhere");
    let mut command = all.command();
    command
        .current_dir(all.path().join("one"))
        .env("GIT_INDEX_FILE", all.path().join("elsewhere"))
        .args(["check", "--staged"]);
    fails(
        &Run::of(command.output().unwrap()),
        "elsewhere`, which is not a regular file",
        "git would hang on",
    );
}

#[test]
fn a_change_in_one_of_several_repositories() {
    let all = Repo::new(&[]);
    let make = |name: &str, files: &[(&str, &str)]| {
        for (path, text) in files {
            all.write(format!("{name}/{path}"), text);
        }
        for arguments in [&["init", "-q"][..], &["add", "-A"], &["commit", "-qm", "x"]] {
            all.git(&[&["-C", name], arguments].concat());
        }
    };
    let map = "version: 1\nteams: {a: {}}\nchecks: {missing-contact: off}\nrepositories:\n  - {name: one, path: ../one, rules: [{paths: [x], owner: a}]}\n  - {name: two, path: ../two, rules: [{paths: [x], owner: a}]}\n";
    make("map", &[("ownership.yaml", map)]);
    make("one", &[("x", ""), ("old", "")]);
    make("two", &[("x", ""), ("old", "")]);
    all.write("one/new", "");
    all.write("two/new", "");
    all.git(&["-C", "one", "add", "-A"]);
    all.git(&["-C", "two", "add", "-A"]);
    let run = |directory: &str| {
        let mut command = all.command();
        command.current_dir(all.path().join(directory));
        command.args(["check", "--staged", "--format", "json"]);
        command.args(["--config", "../map/ownership.yaml"]);
        Run::of(command.output().unwrap()).json()
    };
    let report = run("one");
    assert_eq!(findings(&report), ["unowned-path new -"]);
    assert_eq!(report["findings"][0]["repository"], "one");
    assert_eq!(report["change"]["pre_existing"], 3);
    // A change of the map is checked with the files that exist.
    all.write(
        "map/ownership.yaml",
        map.replace(
            "[{paths: [x], owner: a}]}\n  - {name: two",
            "[{paths: [old], owner: a}]}\n  - {name: two",
        ),
    );
    all.git(&["-C", "map", "add", "-A"]);
    let report = run("map");
    assert_eq!(findings(&report), ["unowned-path x -"]);
    assert_eq!(fixed(&report), ["old"]);
    let teams: Vec<&str> = strings(&report["findings"][0]["teams"]);
    assert!(teams.is_empty());
    all.write("other/x", "");
    all.git(&["-C", "other", "init", "-q"]);
    let mut command = all.command();
    command.current_dir(all.path().join("other"));
    command.args(["check", "--staged", "--config", "../map/ownership.yaml"]);
    let run = Run::of(command.output().unwrap());
    fails(
        &run,
        "contains neither the map nor a repository listed in the map",
        "in the repository that contains the change",
    );
}

#[test]
fn findings_that_the_map_no_longer_hides_are_introduced() {
    let hiding = "suppressions: [{check: unowned-path, paths: [old, c/], reason: r}]\n";
    let off = MAP.replace("checks: {", "checks: {unowned-path: off, ");
    for before in [format!("{MAP}{hiding}"), off] {
        let repo = repo();
        repo.write("c/x", "");
        repo.write("ownership.yaml", &before);
        commit(&repo, "hidden");
        repo.write("a/2", "");
        repo.git(&["add", "-A"]);
        assert!(findings(&staged(&repo)).is_empty(), "{before}");
        repo.write("ownership.yaml", MAP);
        repo.git(&["add", "-A"]);
        let report = staged(&repo);
        assert_eq!(
            findings(&report),
            ["unowned-path c/ -", "unowned-path old -"]
        );
        assert_eq!(report["change"]["pre_existing"], 0);
        commit(&repo, "reported");
        repo.write("ownership.yaml", &before);
        repo.git(&["add", "-A"]);
        let report = staged(&repo);
        assert_eq!(fixed(&report), ["c/", "old"], "{before}");
        assert!(findings(&report).is_empty());
    }
}

#[test]
fn an_unused_suppression_of_the_base_is_a_pre_existing_finding() {
    let repo = repo();
    let unused = "suppressions: [{check: unowned-path, paths: [a/], reason: r}]\n";
    repo.write("ownership.yaml", format!("{MAP}{unused}"));
    commit(&repo, "unused");
    repo.write("a/2", "");
    repo.git(&["add", "-A"]);
    let report = staged(&repo);
    assert!(findings(&report).is_empty(), "{report:#}");
    assert_eq!(report["change"]["pre_existing"], 2);
    repo.write("ownership.yaml", MAP);
    repo.git(&["add", "-A"]);
    let report = staged(&repo);
    assert_eq!(report["change"]["fixed"][0]["check"], "unused-suppression");
}
