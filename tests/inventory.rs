//! What counts as a file, and that no name or content of it does harm.

mod harness;

use std::{fs, os::unix::ffi::OsStrExt as _, process::Stdio};

use harness::{Repo, Run, findings};

const MAP: &str = "version: 1\nteams: {sre: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n";

fn unowned(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let run = repo.run(&[&["check", "--format", "json"], arguments].concat());
    let report = serde_json::from_str(&run.out).unwrap();
    findings(&report)
        .into_iter()
        .map(|line| line.split(' ').nth(1).unwrap().to_owned())
        .collect()
}

#[test]
fn in_git_the_index_counts_and_untracked_files_on_request() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("a", ""),
        (".gitignore", "ignored\n"),
    ]);
    repo.track();
    repo.write("new", "");
    repo.write("ignored", "");
    assert_eq!(unowned(&repo, &[]), [".gitignore", "a"]);
    assert_eq!(unowned(&repo, &["--untracked"]), [".gitignore", "a", "new"]);
    repo.git(&["update-index", "--split-index"]);
    assert_eq!(unowned(&repo, &[]), [".gitignore", "a"]);
}

#[test]
fn a_repository_may_be_a_directory_of_a_work_tree_and_a_work_tree_a_further_one() {
    let repo = Repo::new(&[("sub/ownership.yaml", MAP), ("sub/a", ""), ("b", "")]);
    repo.track();
    repo.git(&["commit", "-qm", "all"]);
    assert_eq!(unowned(&repo, &["--config", "sub/ownership.yaml"]), ["a"]);
    repo.git(&["worktree", "add", "-q", "tree"]);
    assert_eq!(
        unowned(&repo, &["--config", "tree/sub/ownership.yaml"]),
        ["a"]
    );
}

#[test]
fn outside_git_the_tree_counts_but_for_what_is_ignored() {
    let files = [
        ("ownership.yaml", MAP),
        (".gitignore", "*.log\n"),
        (".dot/x", ""),
        ("y.log", ""),
    ];
    let repo = Repo::new(&files);
    std::os::unix::fs::symlink("/nowhere", repo.path().join("dangling")).unwrap();
    assert_eq!(unowned(&repo, &[]), [".dot/", ".gitignore", "dangling"]);
}

#[test]
fn a_submodule_is_named_and_owned_like_a_directory() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    repo.track();
    let entry = "160000,e69de29bb2d1d6434b8b29ae775ad8c2e48c5391,vendor/lib";
    repo.git(&["update-index", "--add", "--cacheinfo", entry]);
    assert_eq!(unowned(&repo, &[]), ["vendor/"]);
    repo.write(
        "ownership.yaml",
        MAP.replace("ownership.yaml]", "ownership.yaml, vendor/lib/]"),
    );
    assert!(unowned(&repo, &[]).is_empty());
}

#[test]
fn an_unborn_branch_and_an_empty_index_are_told() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    repo.git(&["init", "-q"]);
    let run = repo.run(&["check"]);
    assert!(run.err.contains("git tracks no files there"), "{}", run.err);
}

#[test]
fn hostile_names_are_reported_and_harmless() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for name in [
        &b"bell\x07\x1b[31m"[..],
        b"line\nbreak",
        b"caf\xe9",
        b"q\"uote",
        "bidi\u{202e}x".as_bytes(),
    ] {
        repo.write(std::ffi::OsStr::from_bytes(name), "");
    }
    repo.track();
    for format in ["human", "compact"] {
        let out = repo.run(&["check", "--format", format]).out;
        assert!(!out.contains(['\x1b', '\x07', '\u{202e}']), "{out}");
        for shown in [
            "bell\\u{7}\\u{1b}[31m",
            "line\\nbreak",
            "caf\\xe9",
            "q\"uote",
            "bidi\\u{202e}x",
        ] {
            assert!(out.contains(shown), "{shown} in {out}");
        }
    }
    assert_eq!(repo.check()["summary"]["error"], 5);
}

#[test]
fn contents_cannot_steer_a_terminal() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/x/Chart.yaml", "team: \"Evil\" # \x1b[2J\u{9b}31m\n"),
    ]);
    let run = repo.run(&["check", "--color", "never"]);
    assert!(run.out.contains("# ?[2J??31m"), "{}", run.out);
    assert!(!run.out.contains(['\x1b', '\u{9b}']), "{}", run.out);
}

#[test]
fn declarations_are_read_from_what_real_files_look_like() {
    let key = "profile::contacts::role_contacts";
    for (text, expected) in [
        (format!("{key}: ['SRE']\n"), "sre"),
        (format!("{key}: [\"SRE\"]\n"), "sre"),
        (format!("{key}: ['sre','dba']\n"), "sre dba"),
        (format!("{key}:\n  - sre\n  - dba\n"), "sre dba"),
        (format!("a: &a\n  {key}: [sre]\n<<: *a\n"), "sre"),
        (format!("x: !ruby/regexp /a/\n{key}: [sre]\n"), "sre"),
        (format!("{key}: [dba]\n{key}: [sre]\n"), "sre"),
        (format!("{key}: []\n"), "unowned"),
        (String::new(), "unowned"),
        (format!("{key}: [nobody]\n"), "unowned"),
        (
            format!("bird:\n  *domain:\n    x: 1\n{key}: [sre]\n"),
            "sre",
        ),
    ] {
        let repo = Repo::new(&[
            ("ownership.yaml", "version: 1\nteams: {sre: {}, dba: {}}\n"),
            ("modules/role/manifests/a/b.pp", ""),
            ("hieradata/role/env/dev/a/b.yaml", &text),
        ]);
        assert_eq!(
            repo.verdict("modules/role/manifests/a/b.pp"),
            expected,
            "{text}"
        );
    }
    for (chart, expected) in [
        ("team: SRE\n", "sre"),
        ("team: https://w.org/wiki/Ops/SRE\n", "sre"),
        ("team: DBA Group (https://w.org/dba)\n", "dba"),
        (
            "maintainers: [{name: The DBAs, url: https://w.org/DBA}]\n",
            "dba",
        ),
        (
            "maintainers: [{name: Jo Doe, email: jo@example.org}]\n",
            "unowned",
        ),
        ("annotations: {skip-checks: 'team,home'}\n", "unowned"),
        ("team: '{{ .Values.team }}'\n", "unowned"),
    ] {
        let repo = Repo::new(&[
            ("ownership.yaml", "version: 1\nteams: {sre: {}, dba: {}}\n"),
            ("charts/x/Chart.yaml", chart),
        ]);
        assert_eq!(repo.verdict("charts/x/values.yaml"), expected, "{chart}");
    }
}

#[test]
fn what_cannot_be_read_is_a_finding_and_the_rest_is_checked() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/a/Chart.yaml", "team: [\n"),
        ("charts/c/Chart.yaml", "team: sre\n"),
        ("charts/d/Chart.yaml", ""),
    ]);
    repo.write("charts/b/Chart.yaml", b"team: caf\xe9\n");
    let big = fs::File::create(repo.path().join("charts/d/Chart.yaml")).unwrap();
    big.set_len(17 << 20).unwrap();
    let found = findings(&repo.check());
    for chart in ["a", "b", "d"] {
        let expected =
            format!("unreadable-declaration charts/{chart}/Chart.yaml helm-chart:{chart}");
        assert!(found.contains(&expected), "{expected} in {found:?}");
    }
    assert_eq!(repo.verdict("charts/c/x"), "sre");
}

#[test]
fn nothing_is_ever_written() {
    let repo = Repo::copy_of(&harness::project().join("fixtures"));
    fs::copy(
        harness::project().join("ownership.yaml"),
        repo.path().join("ownership.yaml"),
    )
    .unwrap();
    let map = fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
    repo.write("ownership.yaml", map.replace("path: fixtures/", "path: "));
    repo.track();
    repo.git(&["commit", "-qm", "all"]);
    let state = |repo: &Repo| {
        let index = fs::metadata(repo.path().join(".git/index"))
            .unwrap()
            .modified()
            .unwrap();
        (
            repo.git(&["--no-optional-locks", "status", "--porcelain", "--ignored"]),
            index,
        )
    };
    let before = state(&repo);
    let first = repo.run(&["check", "--format", "json"]);
    assert_eq!(first.code, 1, "{}", first.err);
    assert_eq!(
        repo.run(&["check", "--format", "json"]).out,
        first.out,
        "output is deterministic"
    );
    repo.run(&["who", "puppet/modules"]);
    assert_eq!(state(&repo), before);
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("a", "")]);
    let mut command = repo.command();
    let mut child = command
        .arg("check")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = Run::of(child.wait_with_output().unwrap());
    assert!(run.code == 0 || run.code == 1, "{}", run.err);
    assert_eq!(run.err, "");
}
