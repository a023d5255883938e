//! GitHub's service catalog: the list of services in `ownership.yaml`.

use crate::harness::{Repo, findings, keys, of_check, strings, text};

/// A map beside the list of services.
const MAP: &str = "version: 1
teams:
  web: {handles: {github: \"@example/web-team\"}}
  storage: {}
  ui: {name: UI Platform}
checks: {missing-contact: off, unused-team: off}
rules: [{paths: [ownlint.yaml], owner: web}]
";

const SERVICES: &str = "---
version: 1
ownership:
- team: example/web-team
  repo: https://github.com/example/shop
  name: shop
  kind: moda
  maintainer: octocat
  exec_sponsor: hubot
  qos: critical
  tier: 1
  dependencies: [storage-api]
  sev1:
    pagerduty: https://pagerduty.example.org/P1
    tta: 30 minutes
  sev2:
    issue: https://github.com/example/shop/issues
    slack:
    tta: None
  sev3:
    tta: 1 week
  support_squad: {slack: support}
";

#[test]
fn one_service_owns_the_directory() {
    for (name, list) in [
        ("ownership.yaml", SERVICES.to_owned()),
        ("ownership.yml", SERVICES.to_owned()),
        (
            "ownership.yaml",
            SERVICES.replace("example/web-team", "web"),
        ),
        (
            "ownership.yaml",
            SERVICES.replace("example/web-team", "other/web"),
        ),
        (
            "ownership.yaml",
            "{\"ownership\": [{\"name\": \"shop\", \"team\": \"web\"}]}".to_owned(),
        ),
    ] {
        let repo = Repo::new(&[("ownlint.yaml", MAP), (name, &list), ("src/main.rs", "")]);
        assert_eq!(findings(&repo.check()), [""; 0], "{list}");
        assert_eq!(repo.verdict("src/main.rs"), "web", "{list}");
        assert_eq!(repo.verdict("github-service:shop"), "web", "{list}");
    }
}

#[test]
fn several_services_own_the_file_jointly() {
    let list = format!("{SERVICES}- {{name: disk, team: storage}}\n- {{name: unclear, team: }}\n");
    let repo = Repo::new(&[
        ("ownlint.yaml", MAP),
        ("ownership.yaml", &list),
        ("lib/ownership.yaml", "ownership: [{team: UI Platform}]\n"),
        ("lib/x", ""),
        ("src/main.rs", ""),
    ]);
    for (subject, owner) in [
        ("ownership.yaml", "web storage"),
        ("github-service:shop", "web"),
        ("github-service:disk", "storage"),
        ("src/main.rs", "unowned"),
        ("lib/x", "ui"),
        ("github-service:lib/ownership", "ui"),
    ] {
        assert_eq!(repo.verdict(subject), owner, "{subject}");
    }
}

#[test]
fn reports_unknown_teams_once() {
    let list = SERVICES.replace("example/web-team", "example/strange");
    let list = format!("{list}- {{name: b, team: example/strange}}\n");
    let repo = Repo::new(&[("ownlint.yaml", MAP), ("ownership.yaml", &list)]);
    let report = repo.check();
    let unknown = of_check(&report, "unknown-declared-team");
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    assert!(text(&unknown[0]["message"]).contains("example/strange"));
    assert!(of_check(&report, "person-not-team").is_empty());
}

#[test]
fn other_lists_and_maps_are_no_services() {
    for (path, content) in [
        (
            "docs/ownership.yaml",
            "ownership:\n- {pattern: \"**\", owner: a}\n",
        ),
        ("docs/ownership.yaml", "ownership: {name: a}\n"),
        ("docs/ownership.yaml", "owners:\n- {name: a, team: web}\n"),
        (
            "docs/ownership.yaml",
            "version: 1\nteams: {ownership: {}}\n",
        ),
        ("docs/my-ownership.yaml", SERVICES),
        (
            "docs/ownership.json",
            "{\"ownership\": [{\"name\": \"a\", \"team\": \"web\"}]}",
        ),
    ] {
        let repo = Repo::new(&[("ownlint.yaml", MAP), (path, content)]);
        let components = repo
            .run(&["components", "--all-kinds", "--format", "json"])
            .json();
        assert_eq!(
            components["components"].as_array().unwrap().len(),
            0,
            "{content}"
        );
        assert_eq!(repo.verdict(path), "unowned", "{content}");
    }
}

#[test]
fn shows_contacts_by_severity() {
    let repo = Repo::new(&[
        ("ownlint.yaml", MAP),
        ("ownership.yaml", SERVICES),
        ("x", ""),
    ]);
    for subject in ["x", "github-service:shop"] {
        let answer = repo.who(subject);
        let contacts = answer["severity_contacts"].as_array().unwrap();
        assert_eq!(contacts.len(), 2, "{answer}");
        let [first, second] = &contacts[..] else {
            panic!("{answer}");
        };
        assert_eq!(
            keys(first),
            ["component", "contacts", "response_time", "severity"]
        );
        assert_eq!(text(&first["component"]), "github-service:shop");
        assert_eq!(text(&first["severity"]), "sev1");
        assert_eq!(text(&first["response_time"]), "30 minutes");
        assert_eq!(text(&first["contacts"][0]["kind"]), "pagerduty");
        let address = "https://pagerduty.example.org/P1";
        assert_eq!(text(&first["contacts"][0]["address"]), address);
        assert_eq!(text(&second["severity"]), "sev2");
        assert!(second["response_time"].is_null(), "{second}");
        assert_eq!(second["contacts"].as_array().unwrap().len(), 1, "{second}");
        let run = repo.run(&["who", subject]);
        let expected = format!(
            "    sev1 of github-service:shop: pagerduty {address} (response time: 30 minutes)\n    sev2 of github-service:shop: issue https://github.com/example/shop/issues\n"
        );
        assert!(run.out.contains(&expected), "{}", run.out);
    }
    let answer = repo.who("ownlint.yaml");
    assert_eq!(strings(&answer["components"]), ["github-service:shop"]);
}

#[test]
fn init_drafts_teams_of_services() {
    let list = format!("{SERVICES}- {{name: disk, team: example/storage}}\n");
    let repo = Repo::new(&[("ownership.yaml", &list), ("src/main.rs", "")]);
    let run = repo.run(&["init", "--output", "ownership.yaml"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(repo.verdict("github-service:disk"), "storage");
    assert_eq!(repo.verdict("github-service:shop"), "web-team");
}
