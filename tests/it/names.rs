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

fn image(maintainer: &str) -> String {
    format!("Package: NAME\nDescription: x\nMaintainer: {maintainer}\n")
}

/// Returns a repository with an image for each of these maintainers.
fn images(maintainers: &[&str]) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for (at, maintainer) in maintainers.iter().enumerate() {
        let control = image(maintainer).replace("NAME", &format!("i{at}"));
        repo.write(format!("images/i{at}/control"), control);
        repo.write(
            format!("images/i{at}/Dockerfile.template"),
            "FROM scratch\n",
        );
    }
    repo
}

#[test]
fn distinguishes_unknown_teams_from_people() {
    for (maintainer, check) in [
        ("Machine Learning Team <ml@y.org>", "unknown-declared-team"),
        ("SIG Network", "unknown-declared-team"),
        ("Search Squad", "unknown-declared-team"),
        (
            "Release Engineering <releng@y.org>",
            "unknown-declared-team",
        ),
        ("@org/unknown", "unknown-declared-team"),
        ("kafka@lists.y.org", "unknown-declared-team"),
        // Two teams have this address.
        ("shared@x.org", "unknown-declared-team"),
        ("Jane Roe <jroe@y.org>", "person-not-team"),
        ("John Roe", "person-not-team"),
        // The map has a person with an address at this domain.
        ("mroe@x.org", "person-not-team"),
    ] {
        let repo = images(&[maintainer]);
        let report = repo.check();
        let found = of_check(&report, check);
        assert_eq!(found.len(), 1, "{maintainer}: {report:#}");
        let message = text(&found[0]["message"]);
        let looks_like_team = message.contains("looks like a team");
        assert_eq!(
            looks_like_team,
            check == "unknown-declared-team",
            "{message}"
        );
        let severity = text(&found[0]["severity"]);
        assert!(["warning", "info"].contains(&severity), "{severity}");
        assert!(message.contains(&format!("`{maintainer}`")), "{message}");
        assert_eq!(repo.run(&["check", "--only", check]).code, 0);
    }
    // Without people at the domain of a contact, it belongs to teams.
    let repo = images(&["mroe@x.org", "mary.roe@x.org", "Mary Roe <mary@x.org>"]);
    repo.write("ownership.yaml", MAP.replace("jane@x.org", "jane@y.org"));
    let report = repo.check();
    let [team] = of_check(&report, "unknown-declared-team")[..] else {
        panic!("{report:#}");
    };
    assert!(text(&team["message"]).contains("`mroe@x.org`"));
    assert_eq!(of_check(&report, "person-not-team").len(), 2);
}

#[test]
fn reports_each_name_once_with_all_places() {
    let names = [
        "Team A <a@y.org>",
        "team-a",
        "Team A <b@y.org>",
        "Jo Roe <jo@y.org>",
        "Jo Roe <jo@y.org>",
    ];
    let repo = images(&names);
    let report = repo.check();
    for (check, places, entry) in [
        ("unknown-declared-team", 3, "team-a:\n  name: Team A"),
        (
            "person-not-team",
            2,
            "- name: Jo Roe\n  emails:\n  - jo@y.org\n  team: TEAM",
        ),
    ] {
        let [finding] = of_check(&report, check)[..] else {
            panic!("{report:#}");
        };
        let message = text(&finding["message"]);
        assert!(
            message.ends_with(&format!("({places} places)")),
            "{message}"
        );
        assert_eq!(finding["related"].as_array().unwrap().len(), places - 1);
        assert!(text(&finding["help"]).ends_with(entry), "{finding:#}");
        // The files come and go, but it is the same finding.
        let print = text(&finding["fingerprint"]);
        std::fs::remove_dir_all(repo.path().join("images/i0")).ok();
        std::fs::remove_dir_all(repo.path().join("images/i3")).ok();
        let report = repo.check();
        let found = of_check(&report, check);
        assert_eq!(text(&found[0]["fingerprint"]), print);
    }
    let suppress =
        "suppressions: [{check: unknown-declared-team, paths: [images/i1/], reason: x}]\n";
    let repo = images(&names);
    repo.write("ownership.yaml", MAP.to_owned() + suppress);
    let report = repo.check();
    let [finding] = of_check(&report, "unknown-declared-team")[..] else {
        panic!("{report:#}");
    };
    assert!(text(&finding["message"]).ends_with("(2 places)"));
    let shown = repo.run(&["check"]).out;
    assert!(shown.contains("the same in 1 more place:"), "{shown}");
    assert!(shown.contains("  `docker-image:i2`"), "{shown}");
}

#[test]
fn never_reports_names_of_vendored_components() {
    let repo = images(&["Machine Learning Team <ml@y.org>"]);
    repo.write("ownership.yaml", MAP.to_owned() + "vendored: [images/]\n");
    let report = repo.check();
    for check in ["unknown-declared-team", "person-not-team"] {
        assert!(of_check(&report, check).is_empty(), "{report:#}");
    }
}

#[test]
fn an_image_that_only_ends_alike_is_a_guess_and_a_handle_is_none() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {api: {handles: {github: '@acme/api'}}, web: {}}\nrules: [{paths: ['**'], owner: web}]\n",
        ),
        ("services/api/Dockerfile", "FROM scratch\n"),
    ]);
    for (name, kinds) in [
        ("reg.example.org/services/api:1", &[][..]),
        ("other/api:1", &["last-part"]),
        ("reg.example.org/x/api", &["last-part"]),
    ] {
        let answer = repo.who(name);
        let named = &answer["named"];
        assert_eq!(named["name"], "docker-image:services/api", "{name}");
        let found = named["understood_as"].as_array().unwrap().iter();
        let found: Vec<&str> = found.map(|it| text(&it["kind"])).collect();
        assert_eq!(found, kinds, "{name}");
        let shown = repo.run(&["who", name]).out;
        assert_eq!(
            shown.contains("whose name only ends alike"),
            !kinds.is_empty(),
            "{shown}"
        );
    }
    for name in ["acme/api", "@acme/api", "ACME/api"] {
        let answers = repo.run(&["who", name, "--format", "json"]).json()["answers"].clone();
        assert_eq!(answers.as_array().unwrap().len(), 1, "{name} {answers}");
        assert_eq!(answers[0]["team"]["id"], "api", "{name}");
    }
}
