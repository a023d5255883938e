//! The candidates that shells show. `.ci/extended completion` presses Tab in real shells.

use crate::harness::{Repo, Run};

/// Returns the candidates for the last of the words, as fish gets them: with a description after a tab.
fn described(repo: &Repo, words: &[&str]) -> Vec<String> {
    let mut command = repo.command();
    command.env("OWNLINT_COMPLETE", "fish");
    command.args(["--", "ownlint"]).args(words);
    let run = Run::of(command.output().unwrap());
    assert_eq!((run.code, &*run.err), (0, ""), "{words:?}");
    run.out.lines().map(str::to_owned).collect()
}

fn candidates(repo: &Repo, words: &[&str]) -> Vec<String> {
    let described = described(repo, words);
    let names = described
        .iter()
        .map(|line| line.split('\t').next().unwrap());
    names.map(str::to_owned).collect()
}

#[test]
fn completes_commands_options_and_values() {
    let repo = Repo::shipped();
    for (words, expected) in [
        (&["expl"][..], &["explain"][..]),
        (&["explain", "unmatched-r"], &["unmatched-rule"]),
        (&["check", "--only", "unmatched-r"], &["unmatched-rule"]),
        (
            &["check", "--skip", "unowned-path,unmatched-r"],
            &["unowned-path,unmatched-rule"],
        ),
        (&["check", "--fail-on", "warn"], &["warning"]),
        (&["check", "--unt"], &["--untracked"]),
        (&["check", "--repository", "pup"], &["puppet"]),
        (&["generate", "--repository", "al"], &["alerts"]),
        (&["components", "--kind", "puppet-ro"], &["puppet-role"]),
        (&["components", "--team", "data-pe"], &["data-persistence"]),
        (&["components", "--state", "un"], &["unknown", "unreadable"]),
        (&["receivers", "data-pe"], &["data-persistence"]),
        (&["who", "data-pe"], &["data-persistence"]),
        (&["who", "helm-ch"], &["helm-chart:"]),
        (&["who", "helm-chart:kas"], &["helm-chart:kask"]),
        (&["who", "puppet/modules/mar"], &["puppet/modules/mariadb/"]),
        (&["who", "no-such-kind:"], &[]),
        (&["schema", "--draft", "2"], &["2020-12"]),
        (&["completions", "ba"], &["bash"]),
    ] {
        assert_eq!(candidates(&repo, words), expected, "{words:?}");
    }
    let checks = described(&repo, &["explain", "unowned-p"]);
    let [line] = &checks[..] else {
        panic!("{checks:?}")
    };
    let (name, summary) = line.split_once('\t').unwrap();
    assert_eq!(name, "unowned-path");
    assert!(
        repo.run(&["explain", name]).out.contains(summary),
        "{summary}"
    );
}

#[test]
fn never_shows_hidden_options() {
    let repo = Repo::new(&[]);
    for words in [
        &["check", "--"][..],
        &["check", "--to"],
        &["--to"],
        &["hook", "install", "--to"],
    ] {
        let found = candidates(&repo, words);
        assert!(
            !found.iter().any(|name| name.contains("today")),
            "{words:?}: {found:?}"
        );
    }
    assert!(candidates(&repo, &["check", "--"]).contains(&"--since".to_owned()));
}

#[test]
fn reads_the_map_that_the_command_line_selects() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {near: {name: Near by}}\n",
        ),
        ("other/map.yaml", "version: 1\nteams: {distant: {}}\n"),
    ]);
    assert_eq!(described(&repo, &["who", "ne"]), ["near\tNear by"]);
    assert_eq!(
        candidates(&repo, &["who", "--config", "other/map.yaml", "di"]),
        ["distant"]
    );
    assert_eq!(
        candidates(&repo, &["--config", "other/map.yaml", "who", "di"]),
        ["distant"]
    );
    assert_eq!(
        candidates(&repo, &["who", "--config", "missing.yaml", "ne"]),
        [""; 0]
    );
}

#[test]
fn stays_silent_if_the_map_is_broken() {
    let repo = Repo::new(&[("ownership.yaml", "{{{ broken")]);
    assert_eq!(candidates(&repo, &["who", "ownership"]), ["ownership.yaml"]);
    assert_eq!(
        candidates(&repo, &["components", "--kind", "puppet-ro"]),
        ["puppet-role"]
    );
}

#[test]
fn prints_a_script_for_each_shell() {
    let repo = Repo::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = repo.run(&["completions", shell]);
        assert_eq!((run.code, &*run.err), (0, ""), "{shell}");
        assert!(run.out.contains("OWNLINT_COMPLETE"), "{shell}: {}", run.out);
    }
    assert_eq!(repo.run(&["completions", "tcsh"]).code, 2);
    let mut command = repo.command();
    command
        .env("OWNLINT_COMPLETE", "tcsh")
        .args(["--", "ownlint", ""]);
    assert_eq!(Run::of(command.output().unwrap()).code, 2);
}
