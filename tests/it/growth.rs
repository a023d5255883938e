//! A finding that becomes more severe is a new one, and a change introduces no finding that merely begins to matter.

use crate::harness::{Repo, Run, of_check, text};
use proptest::prelude::*;

const MAP: &str = "\
version: 1
teams: {sre: {}}
checks: {unused-team: off, unmatched-rule: off}
rules: [{paths: [ownership.yaml, baseline.json, helmfile.d/], owner: sre}]
";

const CHART: &str = "charts/kask/Chart.yaml";

const OTHER_RELEASE: &str = "releases: [{name: main, chart: local/other}]\n";

/// Returns a committed repository whose releases use other charts only.
fn repo(map: &str, files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", map)]);
    for (path, content) in files {
        repo.write(path, content);
    }
    repo.write("helmfile.d/services/other/helmfile.yaml", OTHER_RELEASE);
    repo.git(&["init", "-q", "-b", "main"]);
    commit(&repo);
    repo
}

fn commit(repo: &Repo) {
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
}

fn since(repo: &Repo) -> Run {
    repo.run(&["check", "--since", "HEAD^"])
}

/// Releases the chart in the next commit.
fn release(repo: &Repo) {
    let release = "releases: [{name: main, chart: local/kask}]\n";
    repo.write("helmfile.d/services/kask/helmfile.yaml", release);
    commit(repo);
}

#[test]
fn an_unused_component_that_gets_used_is_a_new_finding() {
    let repo = repo(MAP, &[(CHART, "name: kask\n")]);
    assert_eq!(repo.run(&["check"]).code, 0);
    let update = ["check", "--baseline", "baseline.json", "--update-baseline"];
    repo.run(&update);
    release(&repo);
    let report = repo.check_with(&["--since", "HEAD^"]);
    let found = of_check(&report, "unowned-component");
    assert_eq!(text(&found[0]["severity"]), "error");
    assert_eq!(text(&found[0]["message"]), "`helm-chart:kask` has no owner");
    // The less severe finding no longer exists.
    let fixed = report["change"]["fixed"].as_array().unwrap();
    assert_eq!((fixed.len(), text(&fixed[0]["severity"])), (1, "info"));
    assert_eq!(since(&repo).code, 1);
    assert_eq!(repo.run(&update[..3]).code, 1);
    // The check of the next change does not report it again.
    repo.write("helmfile.d/x", "");
    commit(&repo);
    assert_eq!(since(&repo).code, 0);
}

#[test]
fn the_severity_in_the_map_does_not_change_what_is_new() {
    let count = |map: &str| {
        let repo = repo(map, &[(CHART, "name: kask\n")]);
        release(&repo);
        let report = repo.check_with(&["--since", "HEAD^"]);
        of_check(&report, "unowned-component").len()
    };
    let with = |severity: &str| {
        MAP.replace(
            "{unused",
            &format!("{{unowned-component: {severity}, unused"),
        )
    };
    assert_eq!(count(MAP), 1);
    assert_eq!(count(&with("warning")), 1);
    // Only the severity changes.
    let repo = repo(&with("info"), &[(CHART, "name: kask\n")]);
    repo.write("ownership.yaml", with("error"));
    commit(&repo);
    assert_eq!(since(&repo).code, 0);
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn a_pattern_or_ownership_file_that_gets_more_severe_is_a_new_finding() {
    let map = MAP.replace(
        "rules: [",
        "rules: [{paths: ['*.tf', 'sub/'], owner: sre}, ",
    );
    let repo = repo(&map, &[("a.tf", ""), ("sub/b.tf", ""), ("OWNERS", "a b\n")]);
    let severities = || {
        let report = repo.check_with(&["--since", "HEAD^"]);
        let all = ["missing-globstar", "rejected-ownership-file"];
        all.map(|check| {
            let found = of_check(&report, check).into_iter();
            found.map(|it| text(&it["severity"]).to_owned()).next()
        })
    };
    repo.write(".gitreview", "[gerrit]\n");
    commit(&repo);
    assert_eq!(severities(), [None, Some("error".to_owned())]);
    repo.git(&["rm", "-q", "a.tf"]);
    commit(&repo);
    assert_eq!(severities(), [Some("error".to_owned()), None]);
}

#[test]
fn a_new_component_requires_an_owner_even_if_it_is_unused() {
    let repo = repo(MAP, &[("helmfile.d/x", "")]);
    let severity = |arguments: &[&str]| {
        let report = repo.check_with(arguments);
        let found = of_check(&report, "unowned-component");
        found.first().map(|it| {
            let message = text(&it["message"]).to_owned();
            (text(&it["severity"]).to_owned(), message)
        })
    };
    let finding = |severity: &str, more: &str| {
        let message = format!("`helm-chart:kask` has no owner (unused){more}");
        Some((severity.to_owned(), message))
    };
    repo.write(CHART, "name: kask\n");
    repo.git(&["add", "-A"]);
    let error = finding("error", "; new components must have an owner");
    assert_eq!(severity(&["--staged"]), error);
    assert_eq!(repo.run(&["check", "--staged"]).code, 1);
    commit(&repo);
    assert_eq!(severity(&["--since", "HEAD^"]), error);
    assert_eq!(severity(&[]), finding("info", ""));
    assert_eq!(repo.run(&["check"]).code, 0);
    // A later change to it introduces nothing.
    repo.write("charts/kask/values.yaml", "");
    commit(&repo);
    assert_eq!(severity(&["--since", "HEAD^"]), None);
    // Everything is new in the first commit.
    assert_eq!(severity(&["--since", "HEAD~2"]), error);
    assert_eq!(severity(&["--since", "HEAD~3"]), error);
}

#[test]
fn a_new_component_may_be_vendored_exempt_or_less_severe() {
    let cases = [
        ("vendored: [charts/]\n", "info"),
        ("exemptions: [{paths: [charts/], reason: x}]\n", ""),
        ("checks: {unowned-component: warning}\n", "warning"),
        ("checks: {unowned-component: off, unowned-path: off}\n", ""),
    ];
    for (keys, expected) in cases {
        let map = MAP.replace("checks: {unused-team: off, unmatched-rule: off}\n", keys);
        let repo = repo(&map, &[]);
        repo.write(CHART, "name: kask\n");
        commit(&repo);
        let report = repo.check_with(&["--since", "HEAD^"]);
        let found = of_check(&report, "unowned-component");
        let severity = found.first().map_or("", |it| text(&it["severity"]));
        assert_eq!(severity, expected, "{keys}");
        assert_eq!(since(&repo).code, 0, "{keys}");
    }
}

#[test]
fn files_that_a_component_no_longer_reports_are_new_findings() {
    let files = [(CHART, "name: kask\n"), ("charts/kask/values.yaml", "")];
    let repo = repo(MAP, &files);
    repo.git(&["rm", "-q", CHART]);
    commit(&repo);
    let report = repo.check_with(&["--since", "HEAD^"]);
    assert_eq!(of_check(&report, "unowned-path").len(), 1);
    assert_eq!(since(&repo).code, 1);
    // And back: the finding of the component is new.
    repo.write(CHART, "name: kask\n");
    commit(&repo);
    assert_eq!(since(&repo).code, 1);
}

#[test]
fn a_finding_that_begins_to_matter_is_not_new() {
    const TEAMS: &str =
        "teams: {sre: {}, dba: {aliases: [Databases, DBA team]}, web: {aliases: [Frontend, www]}}";
    let map = MAP.replace("teams: {sre: {}}", TEAMS);
    let map = map.replace("rules: [", "rules: [{paths: [charts/], owner: dba}, ");
    let new = |old: &str, new: &str, chart: &str| {
        let repo = repo(&map, &[(CHART, "name: kask\n")]);
        assert_eq!(repo.check()["findings"], serde_json::json!([]));
        let changed = map.replace(old, new);
        repo.write("ownership.yaml", &changed);
        repo.write(CHART, chart);
        commit(&repo);
        // The change itself reports nothing, not even as pre-existing. The next full check does.
        let all = ["--since", "HEAD^", "--show-pre-existing"];
        let of_change = repo.check_with(&all);
        let of_change = of_change["findings"].as_array().unwrap().iter();
        let of_change = of_change.filter(|it| it["check"] != "owner-changed");
        let of_change = of_change.map(|it| format!("{} {}", text(&it["check"]), it["teams"]));
        let full = repo.check();
        (
            of_change.collect::<Vec<_>>().join(", "),
            full["findings"].as_array().unwrap().len(),
        )
    };
    // The first declaration of a team, by one of its aliases.
    let found = new("", "", "name: kask\nteam: Databases\n");
    assert_eq!(found, (String::new(), 1));
    // The first team with contacts.
    let found = new("sre: {}", "sre: {contacts: {irc: x}}", "name: kask\n");
    assert_eq!(found, (String::new(), 1));
    // An alias that the change adds, and a team that the change gives files.
    let chart = "name: kask\nteam: Databases\n";
    let found = new("DBA team]", "DBA team, D]", chart);
    assert_eq!(found, ("unused-alias [\"dba\"]".to_owned(), 2));
    let moved = map.replace("owner: dba", "owner: web");
    let moved = moved.replace("sre: {}", "sre: {contacts: {irc: x}}");
    let found = new(&map, &moved, "name: kask\n");
    assert_eq!(found, ("missing-contact [\"web\"]".to_owned(), 1));
}

/// Parts of a map and a repository that a change does not touch. Each may exist or not.
const PARTS: [(&str, &str); 14] = [
    ("dba: {aliases: [", "Databases, DBA team, "),
    ("web: {aliases: [", "Frontend, "),
    ("dba: {", "contacts: {irc: x}, "),
    ("sre: {", "contacts: {irc: x}, "),
    ("rules:\n", "- {paths: ['**/*.sql'], owner: dba}\n"),
    ("rules:\n", "- {paths: ['web/?'], owner: sre}\n"),
    ("rules:\n", "- {paths: [web/x], owner: web}\n"),
    (
        "rules:\n",
        "- {paths: [nothing/, web/nothing], owner: web}\n",
    ),
    ("charts/one/Chart.yaml", "team: Databases\n"),
    ("charts/two/Chart.yaml", "team: web\n"),
    ("charts/two/Chart.yaml", "maintainers: [{name: Frontend}]\n"),
    ("web/x", "\n"),
    ("web/a.sql", "\n"),
    ("unowned/x", "\n"),
];

/// Parts that a change adds: new teams, rules, files, and declarations in one chart.
const CHANGES: [(&str, &str); 9] = [
    ("teams:\n", "  fresh: {}\n"),
    ("teams:\n", "  fresh: {contacts: {irc: x}}\n"),
    ("teams:\n", "  fresh: {aliases: [Fresh]}\n"),
    ("rules:\n", "- {paths: [fresh/], owner: sre}\n"),
    ("rules:\n", "- {paths: [fresh/], owner: web}\n"),
    ("fresh/x", "\n"),
    ("charts/edited/Chart.yaml", "team: Databases\n"),
    ("charts/edited/Chart.yaml", "team: dba\n"),
    ("charts/edited/Chart.yaml", "maintainers: [{name: web}]\n"),
];

/// Adds parts to the map, after the text that they follow there, or to files.
fn add(repo: &Repo, map: &mut String, parts: &[(&str, &str)], chosen: &[bool]) {
    let chosen = parts.iter().zip(chosen).filter(|(_, is)| **is);
    for ((to, part), _) in chosen {
        match map.split_once(to) {
            Some((before, after)) => *map = [before, *to, *part, after].concat(),
            None => {
                let path = repo.path().join(to);
                let before = std::fs::read_to_string(path).unwrap_or_default();
                repo.write(to, before + part);
            }
        }
    }
    repo.write("ownership.yaml", map);
    commit(repo);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_change_introduces_no_findings_about_what_it_does_not_touch(
        parts in prop::collection::vec(prop::bool::ANY, PARTS.len()),
        team in 0..4_usize,
        changes in prop::collection::vec(prop::bool::ANY, CHANGES.len() - 3),
    ) {
        let repo = Repo::new(&[]);
        for path in ["sre/x", "dba/x", "web/y", "web/other", "charts/edited/values.yaml"] {
            repo.write(path, "");
        }
        for chart in ["one", "two", "edited"] {
            repo.write(format!("charts/{chart}/Chart.yaml"), format!("name: {chart}\n"));
        }
        repo.git(&["init", "-q", "-b", "main"]);
        let mut map = "\
version: 1
teams:
  sre: {aliases: []}
  dba: {aliases: []}
  web: {aliases: []}
exemptions: [{paths: [ownership.yaml], reason: x}]
rules:
- {paths: [sre/, charts/], owner: sre}
- {paths: [dba/], owner: dba}
- {paths: [web/], owner: web}
".to_owned();
        add(&repo, &mut map, &PARTS, &parts);
        // At most one definition of the new team.
        let teams = (0..3).map(|at| at == team);
        let changes: Vec<bool> = teams.chain(changes).collect();
        add(&repo, &mut map, &CHANGES, &changes);
        let report = repo.check_with(&["--since", "HEAD^", "--show-pre-existing"]);
        for finding in report["findings"].as_array().unwrap() {
            let is_related = ["fresh", "edited"].iter().any(|name| finding.to_string().contains(name));
            prop_assert!(finding["introduced"] == false || is_related, "{map}\n{finding:#}");
        }
    }
}
