//! Suppressions of the map.

use crate::harness::{Repo, findings, of_check, text};

const MAP: &str = "version: 1
teams: {sre: {}}
rules:
  - {paths: [ownership.yaml, gone/], owner: sre}
";

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("lost/a", ""),
        ("lost/deep/b", ""),
        ("found/c", ""),
        ("found/d", ""),
        ("charts/echo/Chart.yaml", "name: echo\n"),
        ("charts/kask/Chart.yaml", "name: kask\nteam: srre\n"),
    ])
}

/// The reported findings, and the number of suppressed ones, with these entries under `suppressions`.
fn check(repo: &Repo, entries: &str, arguments: &[&str]) -> (Vec<String>, u64) {
    repo.write(
        "ownership.yaml",
        format!("{MAP}suppressions: [{entries}]\n"),
    );
    let report = repo.check_with(arguments);
    let suppressed = report["summary"]["suppressed"].as_u64().unwrap();
    (findings(&report), suppressed)
}

#[test]
fn counts_suppressed_findings_and_does_not_report_them() {
    let repo = repo();
    let (all, none) = check(&repo, "", &[]);
    assert_eq!(none, 0);
    for (entry, hidden) in [
        (
            "check: unowned-path, paths: [lost/]",
            vec!["unowned-path lost/ -"],
        ),
        // A pattern for all of the directory.
        (
            "check: unowned-path, paths: ['lost/**']",
            vec!["unowned-path lost/ -"],
        ),
        (
            "check: unowned-path, paths: ['**']",
            vec!["unowned-path found/ -", "unowned-path lost/ -"],
        ),
        (
            "check: [unowned-component], components: ['helm-chart:*']",
            vec!["unowned-component charts/echo/ helm-chart:echo"],
        ),
        (
            "check: [unowned-component, unknown-declared-team], components: ['helm-chart:*']",
            vec![
                "unowned-component charts/echo/ helm-chart:echo",
                "unknown-declared-team charts/kask/Chart.yaml helm-chart:kask",
            ],
        ),
        // An entry in the map is selected by its text.
        (
            "check: unmatched-rule, paths: [gone/]",
            vec!["unmatched-rule - -"],
        ),
    ] {
        let (rest, suppressed) = check(&repo, &format!("{{{entry}, reason: r}}"), &[]);
        assert_eq!(suppressed, hidden.len() as u64, "{entry}");
        let mut expected = all.clone();
        expected.retain(|finding| !hidden.contains(&finding.as_str()));
        assert_eq!(rest, expected, "{entry}");
        assert_eq!(all.len() - rest.len(), hidden.len(), "{entry}");
    }
    let run = repo.run(&["check"]);
    assert!(run.out.contains(" (1 suppressed)\n"), "{}", run.out);
}

#[test]
fn reports_unused_and_expired_suppressions_at_their_place() {
    let repo = repo();
    let unused = |entry: &str, arguments: &[&str]| {
        repo.write(
            "ownership.yaml",
            format!("{MAP}suppressions:\n- {{{entry}}}\n"),
        );
        let report = repo.check_with(arguments);
        let found = of_check(&report, "unused-suppression").into_iter();
        let shown = found.map(|finding| {
            let (message, column) = (text(&finding["message"]), &finding["location"]["column"]);
            format!("{column} {message}")
        });
        shown.collect::<Vec<_>>()
    };
    for (entry, expected) in [
        (
            "check: unowned-path, paths: [lost/deep/], reason: r",
            "11 the suppression of `unowned-path` does not hide any findings",
        ),
        (
            "check: unowned-path, paths: [lost/, nowhere], reason: r",
            "40 `nowhere` in the suppression of `unowned-path` does not hide any findings",
        ),
        (
            "check: unused-suppression, paths: ['**'], reason: r",
            "11 the suppression of `unused-suppression` does not hide any findings",
        ),
        (
            "check: unowned-path, paths: [lost/], reason: why, until: 2026-11-21",
            "61 the suppression of `unowned-path` expired on 2026-11-21 (\"why\")",
        ),
    ] {
        assert_eq!(unused(entry, &[]), [expected], "{entry}");
    }
    repo.write(
        "ownership.yaml",
        format!("{MAP}checks: {{unowned-path: off}}\nsuppressions: [{{check: unowned-path, paths: [lost/], reason: r}}]\n"),
    );
    let report = repo.check();
    let help = text(&of_check(&report, "unused-suppression")[0]["help"]);
    assert_eq!(
        help,
        "remove the suppression: it applies only to checks that are off"
    );
    let used = "check: unowned-path, paths: [lost/], reason: r, until: 2026-11-22";
    assert!(unused(used, &[]).is_empty());
    // A suppression counts as used even if the requested part has no such finding.
    assert!(unused(used, &["ownership.yaml"]).is_empty());
    assert!(unused(used, &["found"]).is_empty());
    let unmatched = "check: unowned-path, paths: [nowhere], reason: r";
    assert_eq!(unused(unmatched, &["ownership.yaml"]).len(), 1);
    assert!(unused(unmatched, &["found"]).is_empty());
}

#[test]
fn a_repository_has_its_own_suppressions() {
    let repo = Repo::new(&[("a/lost/x", ""), ("b/lost/x", "")]);
    let map = |of_map: &str, of_a: &str| {
        repo.write(
            "ownership.yaml",
            format!(
                "version: 1\nteams: {{}}\nsuppressions: [{of_map}]\nrepositories:\n- {{name: a, path: a, \
                 suppressions: [{of_a}]}}\n- {{name: b, path: b}}\n"
            ),
        );
        let report = repo.check();
        (
            findings(&report).len(),
            report["summary"]["suppressed"].as_u64(),
        )
    };
    let entry = "{check: unowned-path, paths: ['**'], reason: r}";
    assert_eq!(map("", ""), (2, Some(0)));
    assert_eq!(map("", entry), (1, Some(1)));
    assert_eq!(map(entry, ""), (0, Some(2)));
}
