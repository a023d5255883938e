//! The names of teams in declarations, which all detectors read in the same way.

use crate::harness::{Repo, findings, of_check, text};

const MAP: &str = "version: 1
teams:
  payments:
    name: Payments Team
    aliases: ['https://w.org/wiki/Core', payments-lists@]
    former_names: [Core]
    contacts: {email: infra@x.org, irc: '#pay, #pay-alerts', page: 'https://page.x.org/pay'}
  traffic:
    contacts: {email: shared@x.org, irc: '#edge'}
    handles: {github: ['@org/alpha'], gitlab: '@group/sub/edge', kubernetes: edge-admins}
  alpha: {name: Alpha, aliases: ['Alpha, Beta'], contacts: {email: shared@x.org}}
rules: [{paths: [ownership.yaml], owner: traffic}]
people: [{name: Jane Doe, emails: [jane@x.org], team: alpha}]
detectors: {kubernetes: {owner_keys: [x.org/owner]}}
kinds:
  - kind: app
    members: {app: {path: 'apps/{name}/', required: true}}
    declared_by: {file: 'apps/{name}/app.yaml', key: owner}
checks: {unused-team: off, unused-alias: off}
";

/// A file of each format in which a value of any form can be declared, and the text around the value.
const FORMATS: [(&str, &str); 7] = [
    ("apps/a/app.yaml", "owner: 'VALUE'\n"),
    ("charts/a/Chart.yaml", "team: 'VALUE'\n"),
    (
        "k8s/a.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  annotations:\n    x.org/owner: 'VALUE'\n",
    ),
    (
        "tf/main.tf",
        "resource \"x\" \"y\" {\n  tags = { owner = \"VALUE\" }\n}\n",
    ),
    (
        "alerts/a.yaml",
        "groups: [{rules: [{alert: A, expr: x, labels: {team: 'VALUE'}}]}]\n",
    ),
    (
        "opslevel/opslevel.yml",
        "component: {name: a, owner: 'VALUE'}\n",
    ),
    (
        "modules/profile/manifests/a.pp",
        "# Team: VALUE\nclass profile::a {}\n",
    ),
];

fn repo(value: &str) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for (path, around) in FORMATS {
        repo.write(path, around.replace("VALUE", value));
    }
    repo
}

#[test]
fn all_formats_accept_all_spellings() {
    for (value, expected) in [
        ("payments", "payments"),
        ("Payments Team: infra@x.org", "payments"),
        ("Payments Team <infra@x.org>", "payments"),
        ("Payments Team (https://x.org/anything)", "payments"),
        ("Payments Team (#unknown)", "payments"),
        ("Anything (https://page.x.org/pay/)", "payments"),
        ("Anything: INFRA@x.org", "payments"),
        ("mailto:infra@x.org", "payments"),
        ("#pay-alerts", "payments"),
        ("payments-lists@lists.x.org", "payments"),
        ("group:default/payments", "payments"),
        ("https://x.org/teams/payments/", "payments"),
        // A handle is exact, unlike the last segment of another one.
        ("@org/alpha", "traffic"),
        ("@Org/Alpha", "traffic"),
        ("org/alpha", "traffic"),
        ("@other/alpha", "alpha"),
        ("@group/sub/edge", "traffic"),
        ("edge-admins", "traffic"),
        // The name of a list beats the names in it.
        ("Alpha, Beta", "alpha"),
        ("payments, traffic", "payments traffic"),
        ("Payments Team: infra@x.org, @org/alpha", "payments traffic"),
        ("Jane Doe <jane@x.org>", "alpha"),
        // A name is compared with all names before an address is compared with contacts.
        ("Alpha <infra@x.org>", "alpha"),
        ("traffic: infra@x.org", "traffic"),
    ] {
        let repo = repo(value);
        for answer in repo.who_all(&FORMATS.map(|(path, _)| path)) {
            let owners = crate::harness::outcome(&answer);
            assert_eq!(owners, expected, "{value} in {}", answer["path"]);
        }
        assert_eq!(findings(&repo.check()), [""; 0], "{value}");
    }
}

#[test]
fn shared_contacts_name_no_team() {
    for value in ["shared@x.org", "@org/unknown", "#unknown", "@jane"] {
        let repo = repo(value);
        for answer in repo.who_all(&FORMATS.map(|(path, _)| path)) {
            let owners = crate::harness::outcome(&answer);
            assert_eq!(owners, "unowned", "{value} in {}", answer["path"]);
        }
    }
}

#[test]
fn a_current_alias_is_no_former_name() {
    for (value, is_former) in [
        ("https://w.org/wiki/Core", false),
        ("https://other.org/Core", true),
        ("Core (https://w.org/wiki/Core)", true),
        ("core", true),
    ] {
        let report = repo(value).check();
        let former = of_check(&report, "former-team-name");
        assert_eq!(!former.is_empty(), is_former, "{value}: {report:#}");
    }
}

#[test]
fn a_placeholder_of_a_template_is_no_name() {
    for value in [
        "{{ team }}",
        "$${TEAM}",
        "@TEAM@",
        "__TEAM__",
        "[[ .Team ]]",
        "%TEAM%",
    ] {
        let repo = repo(value);
        let components = repo.run(&["components", "--format", "json"]).json();
        let components = components["components"].as_array().unwrap();
        let kinds = components.iter().filter(|it| it["kind"] != "puppet-module");
        let kinds: Vec<_> = kinds.collect();
        assert_eq!(kinds.len(), FORMATS.len(), "{components:#?}");
        for component in kinds {
            let state = text(&component["state"]);
            assert_eq!(state, "templated", "{value}: {component:#}");
        }
        let report = repo.check();
        for check in [
            "unknown-declared-team",
            "person-not-team",
            "placeholder-owner",
        ] {
            assert!(of_check(&report, check).is_empty(), "{value}: {report:#}");
        }
    }
}
