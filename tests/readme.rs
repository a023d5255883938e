//! The README is true.

mod harness;

use std::{fs, process::Command};

use harness::{Repo, project};
use ownlint::checks;

fn readme() -> String {
    fs::read_to_string(project().join("README.md")).unwrap()
}

#[test]
fn its_table_of_checks_is_that_of_the_program() {
    for check in checks::ALL {
        let row = format!(
            "| `{}` | {} | {} |",
            check.name,
            check.severity.name(),
            check.summary
        );
        assert!(readme().contains(&row), "{row}");
    }
}

#[test]
fn its_commands_are_those_of_the_program_and_of_the_gate() {
    let text = readme();
    for block in [
        "```sh\ncargo run --release -- check\n```",
        "```sh\ncargo test --locked\n```",
    ] {
        assert!(text.contains(block), "{block}");
    }
    let gate = fs::read_to_string(project().join(".ci/run")).unwrap();
    assert!(gate.contains("\ncargo test --locked\n"));
    let help = Repo::new(&[]).run(&["--help"]).out;
    for command in [
        "check",
        "who",
        "diff",
        "reviewers",
        "explain",
        "completions",
    ] {
        assert!(
            text.contains(&format!("`ownlint {command}")) && help.contains(command),
            "{command}"
        );
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            Repo::new(&[])
                .run(&["completions", shell])
                .out
                .contains("ownlint"),
            "{shell}"
        );
    }
}

#[test]
fn its_examples_print_what_it_shows() {
    let text = readme();
    for block in text.split("```console\n$ ownlint ").skip(1) {
        let (command, rest) = block.split_once('\n').unwrap();
        let (shown, _) = rest.split_once("```").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_ownlint"))
            .args(command.split(' '))
            .current_dir(project())
            .env_remove("GIT_INDEX_FILE")
            .env("OWNLINT_TODAY", "2026-11-22")
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), shown, "{command}");
    }
}

#[test]
fn its_hooks_are_those_of_the_manifest() {
    let manifest = fs::read_to_string(project().join(".pre-commit-hooks.yaml")).unwrap();
    for id in ["ownlint", "ownlint-system"] {
        assert!(manifest.contains(&format!("- id: {id}\n")), "{id}");
        assert!(readme().contains(&format!("`{id}`")), "{id}");
    }
}

#[test]
fn its_map_is_a_valid_one() {
    let text = readme();
    let (_, rest) = text.split_once("## The map\n\n```yaml\n").unwrap();
    let (map, _) = rest.split_once("```").unwrap();
    let repo = Repo::new(&[
        ("puppet/x", ""),
        ("map/ownership.yaml", map),
        ("map/teams.yaml", "teams: {}\n"),
    ]);
    let run = repo.run(&["check", "--config", "map/ownership.yaml"]);
    assert_eq!(run.code, 1, "{}", run.err);
}
