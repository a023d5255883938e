//! Which files are listed: those of the git index, or else of the directory tree.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::harness::{Repo, of_check, outcome, text};

const MAP: &str = "version: 1\nteams: {sre: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n";

/// Returns the paths that findings report as unowned.
fn unowned(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let report = repo.check_with(arguments);
    let findings = of_check(&report, "unowned-path").into_iter();
    findings.map(|f| text(&f["path"]).to_owned()).collect()
}

fn files(repo: &Repo, arguments: &[&str]) -> u64 {
    let report = repo.check_with(arguments);
    report["repositories"][0]["files"].as_u64().unwrap()
}

#[test]
fn lists_only_tracked_files_unless_requested() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        (".gitignore", "*.log\n/build/\n"),
        ("sub/.gitignore", "local\n!keep.log\n"),
        ("tracked.txt", ""),
    ]);
    repo.track();
    for path in [
        "new",
        "x.log",
        "build/out",
        "sub/local",
        "sub/keep.log",
        "excluded",
    ] {
        repo.write(path, "");
    }
    repo.write(".git/info/exclude", "excluded\n");
    repo.write("forced.log", "");
    repo.git(&["add", "-f", "forced.log"]);
    fs::remove_file(repo.path().join("tracked.txt")).unwrap();
    let tracked = [".gitignore", "forced.log", "sub/", "tracked.txt"];
    assert_eq!(unowned(&repo, &[]), tracked, "the index, not the work tree");
    assert_eq!(files(&repo, &[]), 5);
    let all = [".gitignore", "forced.log", "new", "sub/", "tracked.txt"];
    assert_eq!(unowned(&repo, &["--untracked"]), all);
    assert_eq!(files(&repo, &["--untracked"]), 7);
    let listed = repo.git(&["ls-files", "-c", "-o", "--exclude-standard"]);
    assert_eq!(listed.lines().count(), 7, "as in git: {listed}");
}

#[test]
fn reads_the_index_of_a_branch_without_commits() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("a", "")]);
    repo.git(&["init", "-q"]);
    assert_eq!(files(&repo, &[]), 0, "no file is tracked yet");
    let run = repo.run(&["check"]);
    assert!(
        run.err.contains("git tracks no files in this directory"),
        "{}",
        run.err
    );
    repo.git(&["add", "ownership.yaml"]);
    assert_eq!(unowned(&repo, &[]), [""; 0]);
    assert_eq!(unowned(&repo, &["--untracked"]), ["a"]);
}

#[test]
fn a_repository_can_be_part_of_a_work_tree() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nrepositories: [{name: part, path: sub/part}]\n",
        ),
        ("sub/part/x/a", ""),
        ("sub/part/.gitignore", "local\n"),
        ("sub/partner/b", ""),
        (".gitignore", "*.log\n"),
    ]);
    repo.track();
    repo.write("sub/part/new", "");
    repo.write("sub/part/local", "");
    repo.write("sub/part/x.log", "");
    assert_eq!(unowned(&repo, &[]), ["."], "only files inside it");
    assert_eq!(files(&repo, &[]), 2);
    assert_eq!(
        files(&repo, &["--untracked"]),
        3,
        "patterns of directories above apply"
    );
    let answer = repo.who("sub/part/x/a");
    assert_eq!(
        (text(&answer["repository"]), text(&answer["path"])),
        ("part", "x/a")
    );
}

#[test]
fn a_linked_work_tree_has_its_own_index() {
    let repo = Repo::new(&[("main/ownership.yaml", MAP), ("main/a", "")]);
    let git = |arguments: &[&str]| repo.git(&[&["-C", "main"], arguments].concat());
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "all"]);
    git(&["worktree", "add", "-q", "../second"]);
    repo.write("second/b", "");
    repo.git(&["-C", "second", "add", "b"]);
    assert_eq!(
        unowned(&repo, &["--config", "second/ownership.yaml"]),
        ["a", "b"]
    );
    assert_eq!(unowned(&repo, &["--config", "main/ownership.yaml"]), ["a"]);
}

#[test]
fn submodules_are_listed_but_not_entered() {
    let library = Repo::new(&[("inner/file", ""), ("Chart.yaml", "team: nobody\n")]);
    library.track();
    library.git(&["commit", "-qm", "all"]);
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    repo.track();
    let url = library.path().to_str().unwrap();
    repo.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        url,
        "vendor/lib",
    ]);
    let expected = [".gitmodules", "vendor/"];
    assert_eq!(unowned(&repo, &[]), expected);
    assert_eq!(unowned(&repo, &["--untracked"]), expected);
    assert_eq!(files(&repo, &["--untracked"]), 3);
    for pattern in [
        "vendor/",
        "vendor/lib",
        "vendor/lib/",
        "vendor/*/",
        "**/lib/",
    ] {
        let map = MAP.replace(
            "[ownership.yaml]",
            &format!("[ownership.yaml, .gitmodules, '{pattern}']"),
        );
        repo.write("ownership.yaml", map);
        assert_eq!(unowned(&repo, &[]), [""; 0], "{pattern}");
    }
    fs::remove_dir_all(repo.path().join(".git")).unwrap();
    assert_eq!(
        files(&repo, &[]),
        3,
        "the same without git: the submodule has a .git file"
    );
    repo.write("vendor/lib/deep/.git", "gitdir: ../.git/modules/deep\n");
    repo.write("vendor/lib/deep/x", "");
    repo.write("vendor/other/.git", "not for git\n");
    assert_eq!(files(&repo, &[]), 3, "a nested submodule is not listed");
    repo.write("vendor/other/x", "");
    assert_eq!(files(&repo, &[]), 4, "other directories are entered");
}

#[test]
fn files_of_the_index_exist_even_if_not_checked_out() {
    let library = Repo::new(&[("inner/file", "")]);
    library.track();
    library.git(&["commit", "-qm", "all"]);
    let repo = Repo::new(&[("ownership.yaml", MAP), ("gone", ""), ("all/of/it", "")]);
    repo.track();
    let url = library.path().to_str().unwrap();
    let add = ["submodule", "--quiet", "add", url, "vendor/lib"];
    repo.git(&[&["-c", "protocol.file.allow=always"], &add[..]].concat());
    for path in ["gone", "all", "vendor"] {
        let path = repo.path().join(path);
        match path.is_dir() {
            true => fs::remove_dir_all(path).unwrap(),
            false => fs::remove_file(path).unwrap(),
        }
    }
    for path in [
        "gone",
        "all",
        "all/of",
        "all/of/it",
        "vendor",
        "vendor/lib",
        "vendor/lib/",
    ] {
        let answer = repo.who(path);
        assert_eq!(
            (&answer["exists"], &answer["untracked"]),
            (&true.into(), &false.into())
        );
        let run = repo.run(&["check", "--format", "compact", path]);
        assert_eq!(run.code, 1, "{path} is unowned: {}", run.err);
    }
    let run = repo.run(&["check", "gone", "vendor/other"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("`vendor/other` does not exist"),
        "{}",
        run.err
    );
    let map = MAP.replace("[ownership.yaml]", "[vendor/lib/]");
    repo.write("ownership.yaml", map);
    assert_eq!(repo.verdict("vendor/lib"), "sre", "owned like a directory");
}

#[test]
fn nested_repositories_are_listed_like_in_git() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    repo.track();
    let inner = repo.path().join("inner");
    fs::create_dir(&inner).unwrap();
    repo.write("inner/x", "");
    repo.git(&["-C", "inner", "init", "-q"]);
    assert_eq!(files(&repo, &[]), 1);
    assert_eq!(files(&repo, &["--untracked"]), 2, "inner/ itself");
}

#[test]
fn symbolic_links_are_listed_but_not_followed() {
    for tracked in [false, true] {
        let repo = Repo::new(&[("ownership.yaml", MAP), ("real/x", "")]);
        repo.link("to-directory", "real");
        repo.link("to-file", "real/x");
        repo.link("to-itself", "to-itself");
        repo.link("dangling", "/nonexistent/x");
        repo.link("upwards", "..");
        if tracked {
            repo.track();
        }
        let links = [
            "dangling",
            "real/",
            "to-directory",
            "to-file",
            "to-itself",
            "upwards",
        ];
        assert_eq!(unowned(&repo, &[]), links);
        let linked = MAP.replace("ownership.yaml]", "ownership.yaml, to-directory, real/]");
        repo.write("ownership.yaml", linked);
        assert_eq!(
            unowned(&repo, &[]),
            ["dangling", "to-file", "to-itself", "upwards"]
        );
        let slash = MAP.replace("ownership.yaml]", "ownership.yaml, to-directory/, real/]");
        repo.write("ownership.yaml", slash);
        assert!(
            unowned(&repo, &[]).contains(&"to-directory".to_owned()),
            "a link is not a directory"
        );
    }
}

#[test]
fn hooks_use_the_index_of_the_commit_in_progress() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    repo.track();
    repo.git(&["commit", "-qm", "map"]);
    let hook = format!(
        "#!/bin/sh\n'{}' check --format compact > seen.txt\ntrue\n",
        env!("CARGO_BIN_EXE_ownlint")
    );
    repo.write(".git/hooks/pre-commit", hook);
    let path = repo.path().join(".git/hooks/pre-commit");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let seen = || fs::read_to_string(repo.path().join("seen.txt")).unwrap();
    repo.write("one", "");
    repo.write("two", "");
    repo.git(&["add", "one", "two"]);
    repo.git(&["commit", "-qm", "only one of them", "one"]);
    assert!(
        seen().contains("one:") && !seen().contains("two:"),
        "{}",
        seen()
    );
    repo.git(&["commit", "-qm", "the other"]);
    assert!(
        seen().contains("one:") && seen().contains("two:"),
        "{}",
        seen()
    );
}

#[test]
fn ignores_the_index_of_another_repository() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("a", "")]);
    repo.track();
    let other = Repo::new(&[("x", ""), ("y", "")]);
    other.track();
    let output = repo
        .command()
        .args(["check", "--format", "compact"])
        .env("GIT_INDEX_FILE", other.path().join(".git/index"))
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        out.starts_with("a:1:1: error") && out.lines().count() == 1,
        "{out}"
    );
}

#[test]
fn reads_indexes_in_all_formats() {
    let fresh = |arguments: &[&str]| {
        let repo = Repo::new(&[
            ("ownership.yaml", MAP),
            ("in/a", ""),
            ("out/b", ""),
            ("out/deep/c", ""),
        ]);
        let init = [&["init", "-q"], arguments].concat();
        repo.try_git(&init).ok()?;
        repo.git(&["add", "-A"]);
        repo.git(&["commit", "-qm", "all"]);
        Some(repo)
    };
    let plain = fresh(&[]).unwrap();
    for arguments in [
        &["--split-index"][..],
        &["--no-split-index"],
        &["--index-version", "4"],
        &["--index-version", "2"],
        &["--untracked-cache"],
        &["--skip-worktree", "in/a"],
        &["--assume-unchanged", "out/b"],
    ] {
        if plain
            .try_git(&[&["update-index"], arguments].concat())
            .is_ok()
        {
            assert_eq!(unowned(&plain, &[]), ["in/", "out/"], "{arguments:?}");
            assert_eq!(files(&plain, &[]), 4, "{arguments:?}");
        }
    }
    plain.write("in/new", "");
    plain.git(&["add", "--intent-to-add", "in/new"]);
    assert_eq!(files(&plain, &[]), 5, "intent to add");
    if let Some(sha256) = fresh(&["--object-format=sha256"]) {
        assert_eq!(unowned(&sha256, &[]), ["in/", "out/"]);
    }
    let sparse = fresh(&[]).unwrap();
    if sparse
        .try_git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"])
        .is_ok()
    {
        assert!(!sparse.path().join("out").exists());
        assert_eq!(
            unowned(&sparse, &[]),
            ["in/", "out/"],
            "skip-worktree files are included"
        );
        assert_eq!(files(&sparse, &[]), 4);
    }
}

#[test]
fn a_file_with_a_merge_conflict_is_listed_once() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("f", "base\n")]);
    repo.track();
    repo.git(&["commit", "-qm", "base"]);
    repo.git(&["checkout", "-qb", "other"]);
    repo.write("f", "other\n");
    repo.git(&["commit", "-qam", "other"]);
    repo.git(&["checkout", "-q", "-"]);
    repo.write("f", "ours\n");
    repo.git(&["commit", "-qam", "ours"]);
    assert!(repo.try_git(&["merge", "other"]).is_err());
    assert_eq!(repo.git(&["ls-files", "--stage", "f"]).lines().count(), 3);
    assert_eq!(
        (files(&repo, &[]), unowned(&repo, &[])),
        (2, vec!["f".to_owned()])
    );
}

#[test]
fn an_unreadable_index_is_an_error_that_names_the_repository() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    repo.track();
    repo.write(".git/index", "no index");
    let run = repo.run(&["check"]);
    assert_eq!((run.code, &*run.out), (2, ""));
    let name = repo.path().file_name().unwrap().to_str().unwrap();
    assert!(
        run.err.contains(name) && run.err.contains("index"),
        "{}",
        run.err
    );
}

#[test]
fn lists_the_directory_tree_outside_git() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        (".gitignore", "*.log\n/build/\n"),
        (".ignore", "visible\n"),
        (".hidden/.x", ""),
        ("visible", ""),
        ("a.log", ""),
        ("build/out", ""),
        ("sub/build/in", ""),
        ("sub/.gitignore", "local\n"),
        ("sub/local", ""),
    ]);
    fs::create_dir_all(repo.path().join("empty")).unwrap();
    let expected = [".gitignore", ".hidden/", ".ignore", "sub/", "visible"];
    assert_eq!(unowned(&repo, &[]), expected);
    assert_eq!(files(&repo, &[]), 7);
    assert_eq!(unowned(&repo, &["--untracked"]), expected);
}

#[test]
fn reports_directories_that_cannot_be_listed() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("locked/x", ""),
        ("charts/a/Chart.yaml", "team: sre\n"),
    ]);
    let locked = repo.path().join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let binds = fs::read_dir(&locked).is_err();
    let report = repo.check();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    // Permissions do not apply to root.
    if binds {
        assert_eq!(
            text(&of_check(&report, "unreadable-path")[0]["path"]),
            "locked"
        );
    }
    assert_eq!(outcome(&repo.who("charts/a/x")), "sre");
}

#[test]
fn pipes_and_directories_in_place_of_files_are_harmless() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    fs::create_dir_all(repo.path().join("charts/pipe")).unwrap();
    repo.pipe("charts/pipe/Chart.yaml");
    let report = repo.check();
    assert_eq!(
        text(&of_check(&report, "unreadable-path")[0]["path"]),
        "charts/pipe/Chart.yaml"
    );
    fs::create_dir_all(repo.path().join("charts/dir/Chart.yaml")).unwrap();
    assert!(repo.run(&["check"]).code < 2);
}
