//! `requires`: an upgrade of ownlint does not fail runs that passed, and an unsuitable version says so.

use crate::harness::{self, Repo};

fn repo(head: &str) -> Repo {
    let map =
        format!("version: 1\n{head}\nteams: {{a: {{}}}}\nrules: [{{paths: [x], owner: a}}]\n");
    Repo::new(&[("ownership.yaml", &map), ("x", ""), ("y", "")])
}

#[test]
fn checks_of_the_first_version_keep_their_severities() {
    for (head, code, severity) in [
        ("", 1, "error"),
        ("requires: '>=0.1'", 1, "error"),
        ("requires: 0.1.0", 1, "error"),
        ("requires: '<9'", 1, "error"),
        ("requires: '*'", 1, "error"),
        (
            "requires: '>=0.0.9'\nchecks: {unowned-path: info}",
            0,
            "info",
        ),
    ] {
        let repo = repo(head);
        let run = repo.run(&["check", "--format", "json"]);
        let report = run.json();
        let found = harness::of_check(&report, "unowned-path");
        let severities: Vec<&str> = found
            .iter()
            .map(|it| harness::text(&it["severity"]))
            .collect();
        assert_eq!(
            (run.code, &severities[..]),
            (code, &[severity, severity][..]),
            "{head}"
        );
    }
}

#[test]
fn an_unsuitable_version_reports_only_that() {
    for (range, help) in [
        (">=0.2", "upgrade ownlint"),
        ("0.2", "upgrade ownlint"),
        (">=0.0.1, <0.1", "use an older version"),
    ] {
        let repo = repo(&format!("requires: '{range}'\nkeys-of-later-versions: 1"));
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("the map requires ownlint"), "{}", run.err);
        assert!(
            run.err.contains("ownership.yaml:2:11") && run.err.contains(help),
            "{}",
            run.err
        );
        assert!(!run.err.contains("unknown key"), "{}", run.err);
    }
}

#[test]
fn a_range_that_cannot_be_read_is_an_error() {
    for range in ["soon", "'>= '", "1.2.3.4", "v1", "[1]"] {
        let repo = repo(&format!("requires: {range}"));
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 2, "{range}");
        assert!(
            run.err.contains("ownership.yaml:2:"),
            "{range}: {}",
            run.err
        );
    }
}
