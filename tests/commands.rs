//! `check` and `who` as people and programs use them.

mod harness;

use harness::{Repo, findings};
use serde_json::Value;

fn repo() -> Repo {
    Repo::new(&[
        (
            "ownership.yaml",
            "version: 1
teams:
  traffic: {name: SRE Traffic, contacts: {irc: '#traffic'}}
  dba: {}
rules:
  - paths: [ownership.yaml, modules/]
    owner: dba
  - paths: [modules/varnish/]
    owner: traffic
",
        ),
        ("modules/varnish/a", ""),
        ("modules/x", ""),
        ("lost/b", ""),
        ("charts/kask/Chart.yaml", "team: dba\n"),
    ])
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn the_json_of_check_keeps_its_contract() {
    let report = repo().check();
    assert_eq!(
        keys(&report),
        ["findings", "repositories", "summary", "tool", "version"]
    );
    let repository = &report["repositories"][0];
    assert_eq!(
        keys(repository),
        ["components", "files", "name", "root", "teams", "verdicts"]
    );
    assert_eq!(repository["verdicts"]["owned"], 4);
    assert_eq!(repository["components"]["helm-chart"]["owned"], 1);
    let finding = &report["findings"][0];
    let expected = [
        "check",
        "component",
        "files",
        "fingerprint",
        "help",
        "location",
        "message",
        "path",
        "related",
        "repository",
        "severity",
        "teams",
    ];
    assert_eq!(keys(finding), expected);
    let place = [
        "column",
        "end_column",
        "end_line",
        "file",
        "line",
        "repository",
    ];
    assert_eq!(keys(&finding["location"]), place);
    assert_eq!(
        (&finding["path"], &finding["files"]),
        (&"lost/".into(), &1.into())
    );
    assert_eq!(
        report["summary"],
        serde_json::json!({"error": 1, "warning": 0, "info": 0})
    );
}

#[test]
fn fingerprints_survive_other_lines_and_another_order() {
    let prints = |repo: &Repo| -> Vec<String> {
        let report = repo.check();
        let findings = report["findings"].as_array().unwrap();
        let mut prints: Vec<String> = findings
            .iter()
            .map(|f| f["fingerprint"].to_string())
            .collect();
        prints.sort();
        prints
    };
    let one = repo();
    one.write("ownership.yaml", "version: 1\nteams: {dba: {}, x: {}}\nrules:\n- {paths: ['*/a'], owner: x}\n- {paths: ['modules/*'], owner: dba}\n");
    one.write("modules/a", "");
    let before = prints(&one);
    one.write("ownership.yaml", "# more\n\nversion: 1\nrules:\n- {paths: ['modules/*'], owner: dba}\n- {paths: ['*/a'], owner: x}\nteams: {x: {}, dba: {}}\n");
    assert_eq!(prints(&one), before);
}

#[test]
fn a_path_limits_what_is_told() {
    let repo = repo();
    assert_eq!(repo.run(&["check", "modules"]).code, 0);
    assert_eq!(repo.run(&["check", "lost"]).code, 1);
    assert_eq!(repo.run(&["check", "lost/b", "--fail-on", "never"]).code, 0);
    for path in ["gone", "/etc"] {
        let run = repo.run(&["check", path]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{path}");
        assert!(run.err.contains(path), "{}", run.err);
    }
}

#[test]
fn severities_and_fail_on_decide_the_exit_code() {
    let repo = repo();
    let map = std::fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
    for (severity, fail_on, code) in [
        ("warning", "error", 0),
        ("warning", "warning", 1),
        ("info", "warning", 0),
        ("info", "info", 1),
        ("off", "info", 0),
    ] {
        repo.write(
            "ownership.yaml",
            format!("{map}checks: {{unowned-path: {severity}}}\n"),
        );
        assert_eq!(
            repo.run(&["check", "--fail-on", fail_on]).code,
            code,
            "{severity} {fail_on}"
        );
    }
}

#[test]
fn who_tells_the_owner_the_claims_and_the_contacts() {
    let repo = repo();
    let answer = repo.who("modules/varnish/a");
    assert_eq!(
        (&answer["verdict"], &answer["owners"][0]),
        (&"owned".into(), &"traffic".into())
    );
    let outcomes: Vec<(&str, &str)> = answer["claims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| {
            (
                claim["pattern"].as_str().unwrap(),
                claim["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        outcomes,
        [("modules/varnish/", "wins"), ("modules/", "overruled")]
    );
    let claim = [
        "location", "origin", "outcome", "owners", "pattern", "reason",
    ];
    assert_eq!(keys(&answer["claims"][0]), claim);
    let text = repo.run(&["who", "modules/varnish/new", "modules"]).out;
    for part in [
        "does not exist yet",
        "owned by SRE Traffic (traffic)",
        "irc #traffic",
        "ownership.yaml:8:13",
        "its files today",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(repo.who("helm-chart:kask")["owners"][0], "dba");
    let run = repo.run(&["who", "helm-chart:kaks"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("did you mean `helm-chart:kask`?"),
        "{}",
        run.err
    );
    assert_eq!(repo.run(&["who", "/etc/passwd"]).code, 2);
}

#[test]
fn who_needs_no_listing_where_no_component_has_a_say() {
    let repo = repo();
    repo.track();
    repo.write(".git/index", "not an index");
    let map = std::fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
    assert_eq!(repo.run(&["who", "modules/x"]).code, 2);
    repo.write(
        "ownership.yaml",
        map + "declarations: {puppet: ignore, helm: ignore}\n",
    );
    assert_eq!(repo.verdict("modules/x"), "dba");
}

#[test]
fn the_shipped_example_shows_every_kind_of_finding() {
    let repo = Repo::copy_of(&harness::project().join("fixtures"));
    let map = std::fs::read_to_string(harness::project().join("ownership.yaml")).unwrap();
    repo.write("ownership.yaml", map.replace("path: fixtures/", "path: "));
    let found = findings(&repo.check());
    let count = |check: &str| {
        found
            .iter()
            .filter(|line| line.starts_with(&format!("{check} ")))
            .count()
    };
    for (check, expected) in [
        ("conflicting-owners", 2),
        ("unowned-path", 3),
        ("unowned-component", 5),
        ("unknown-declared-team", 2),
        ("unreadable-declaration", 1),
        ("declaration-mismatch", 3),
        ("expired-exemption", 1),
        ("dead-rule", 3),
        ("dead-exemption", 1),
    ] {
        assert_eq!(count(check), expected, "{check}: {found:#?}");
    }
}

#[test]
fn colours_are_for_terminals() {
    let repo = repo();
    assert!(!repo.run(&["check"]).out.contains('\x1b'));
    assert!(
        repo.run(&["check", "--color", "always"])
            .out
            .contains('\x1b')
    );
    assert!(
        !repo
            .run(&["check", "--color", "never"])
            .out
            .contains('\x1b')
    );
    assert!(repo.run(&["--version"]).out.starts_with("ownlint "));
    assert!(repo.run(&["check", "--help"]).out.contains("Examples:"));
}
