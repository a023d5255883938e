//! Files with Prometheus rules, and the owners that their alerts declare.

use crate::harness::{Repo, findings, of_check, outcome};

/// Returns a file with one group of these alerts, each given by its other keys.
fn alerts(alerts: &[&str]) -> String {
    let rules: Vec<String> = alerts
        .iter()
        .map(|keys| format!("  - {{alert: A, {keys}}}\n"))
        .collect();
    format!("groups:\n- name: g\n  rules:\n{}", rules.concat())
}

const SRE: &str = "expr: x, labels: {team: sre}";

const JOINED: &str = "expr: 'a * on(i) group_left(x, team) role_owner'";

#[test]
fn a_file_with_several_teams_is_owned_jointly() {
    let map =
        "version: 1\nteams: {sre: {}, dba: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        ("team-x/joint.yaml", &alerts(&["labels: {team: dba}", SRE])),
        ("team-x/derived.yaml", &alerts(&[JOINED])),
        ("team-x/missing.yaml", &alerts(&["expr: x"])),
        ("team-x/unknown.yaml", &alerts(&["labels: {team: nobody}"])),
        (
            "team-x/joint_test.yaml",
            "rule_files: [joint.yaml]\ntests: []\n",
        ),
    ]);
    assert_eq!(outcome(&repo.who("team-x/joint.yaml")), "dba sre");
    assert_eq!(
        outcome(&repo.who("prometheus-rules:team-x/joint")),
        "dba sre"
    );
    assert_eq!(outcome(&repo.who("team-x/joint_test.yaml")), "dba sre");
    let derived = "unowned-component team-x/derived.yaml prometheus-rules:team-x/derived";
    let missing = "unowned-component team-x/missing.yaml prometheus-rules:team-x/missing";
    let found = findings(&repo.check());
    let unknown = "unknown-declared-team team-x/unknown.yaml prometheus-rules:team-x/unknown";
    let has = |line: &str| found.iter().any(|finding| finding == line);
    assert!(has(unknown) && has(missing) && !has(derived), "{found:?}");
}

/// A file with alerts of several teams would hide the differences of all but one.
#[test]
fn alerts_are_compared_with_the_map_one_by_one() {
    // The team labels of the alerts, and the findings. `T` comes from a template, and the map does not list `ghost`.
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["a", "b", "c", "b"],
            &[
                "5:31 declares `b` for 2 of 4 alerts, but the map assigns `a`",
                "6:31 declares `c` for 1 of 4 alerts, but the map assigns `a`",
            ],
        ),
        (&["b", "b"], &["4:31 declares `b`, but the map assigns `a`"]),
        (
            &["ghost", "b"],
            &["5:31 declares `b` for 1 of 2 alerts, but the map assigns `a`"],
        ),
        (
            &["T", "ghost", "b", ""],
            &["6:31 declares `b` for 1 of 4 alerts, but the map assigns `a`"],
        ),
        (
            &["b", "ghost"],
            &["4:31 declares `b` for 1 of 2 alerts, but the map assigns `a`"],
        ),
        (
            &["", "b", "b"],
            &["5:31 declares `b` for 2 of 3 alerts, but the map assigns `a`"],
        ),
        (
            &["ghost", "a", "b"],
            &["6:31 declares `b` for 1 of 3 alerts, but the map assigns `a`"],
        ),
        (&["ghost", "a"], &[]),
    ];
    for policy in ["compare", "trust"] {
        for (teams, expected) in cases {
            let rules = teams.iter().map(|team| match *team {
                "" => "expr: up == 0".to_owned(),
                "T" => "labels: {team: '{{ include \"team\" . }}'}".to_owned(),
                team => format!("labels: {{team: {team}}}"),
            });
            let rules: Vec<String> = rules.collect();
            let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
            let map = format!(
                "version: 1\nteams: {{a: {{}}, b: {{}}, c: {{}}}}\n\
                 declarations: {{prometheus: {policy}}}\n\
                 rules: [{{paths: ['**'], owner: a, priority: 1}}]\n"
            );
            let repo = Repo::new(&[("ownership.yaml", &map), ("x/rules.yaml", &alerts(&rules))]);
            let only = ["check", "--only", "declaration-mismatch"];
            let text = repo
                .run(&[&only[..], &["--format", "compact"]].concat())
                .out;
            let findings = text.lines().filter_map(|line| {
                let (place, message) = line.split_once(": warning[")?;
                let (_, place) = place.split_once(':')?;
                let (_, message) = message.split_once("rules` ")?;
                Some(format!("{place} {message}"))
            });
            let findings: Vec<String> = findings.collect();
            assert_eq!(findings, *expected, "{policy} {teams:?}\n{text}");
            // If the file is shared, the declaration and the map may both be right.
            let is_shared = expected.iter().any(|finding| finding.contains(" for "));
            for finding in of_check(&repo.check(), "declaration-mismatch") {
                let help = finding["advice"].to_string();
                assert_eq!(help.contains("move these alerts"), is_shared, "{teams:?}");
            }
        }
    }
}

/// The alerts count as alerts with a team, so a team that does not exist must not go unnoticed.
#[test]
fn unknown_teams_in_annotations_are_reported() {
    let named = |keys: [&str; 2]| keys.map(|team| format!("annotations: {{team: {team}}}"));
    let label = "labels: {team: a}".to_owned();
    for (rules, expected) in [
        (
            named(["ghost", "ghost"]).to_vec(),
            "4:36 declares `ghost`, which is not a team in the map",
        ),
        (
            named(["a", "ghost"]).to_vec(),
            "5:36 declares `ghost`, which is not a team in the map",
        ),
        // Labels take precedence, but only for their own alerts.
        (
            [&[label.clone()][..], &named(["a", "ghost"])].concat(),
            "6:36 declares `ghost`, which is not a team in the map",
        ),
        (
            vec!["labels: {team: a}, annotations: {team: ghost}".to_owned()],
            "",
        ),
        (named(["a", "'{{ $labels.team }}'"]).to_vec(), ""),
        (named(["TODO", "a"]).to_vec(), ""),
    ] {
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        let map = "version: 1\nteams: {a: {}}\nrules: [{paths: ['**'], owner: a}]\n";
        let repo = Repo::new(&[("ownership.yaml", map), ("x/rules.yaml", &alerts(&rules))]);
        let only = "alert-without-team,unknown-declared-team,unowned-component";
        let run = repo.run(&["check", "--only", only, "--format", "compact"]);
        assert_eq!(run.code, 0, "{rules:?}\n{}", run.out);
        let findings = run.out.lines().filter_map(|line| {
            let (place, message) = line.split_once(": warning[unknown-declared-team]: ")?;
            let (_, place) = place.split_once(':')?;
            let (_, message) = message.split_once("rules` ")?;
            Some(format!("{place} {message}"))
        });
        let findings: Vec<String> = findings.collect();
        assert_eq!(findings.join("\n"), expected, "{rules:?}\n{}", run.out);
        assert!(!run.out.contains("alert-without-team"), "{}", run.out);
        assert_eq!(repo.verdict("x/rules.yaml"), "a", "{rules:?}");
    }
}

/// Rules in places where they were not searched for before do not make a check fail.
#[test]
fn rules_in_charts_belong_to_the_chart() {
    let rules = alerts(&["labels: {team: nobody}"]);
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {sre: {}}\ndetectors: {prometheus: {paths: ['x/*.j2']}}\n\
             rules: [{paths: [ownership.yaml, '*/'], owner: sre}]\n",
        ),
        ("charts/x/Chart.yaml", "name: x\nteam: sre\n"),
        ("charts/x/templates/rules.yaml", &rules),
        ("charts/x/templates/other.yaml", &alerts(&["expr: x"])),
        ("x/a.j2", &alerts(&[SRE])),
    ]);
    for path in [
        "charts/x/templates/rules.yaml",
        "charts/x/templates/other.yaml",
    ] {
        assert_eq!(outcome(&repo.who(path)), "sre", "{path}");
    }
    assert_eq!(outcome(&repo.who("prometheus-rules:x/a.j2")), "sre");
    let run = repo.run(&["check", "--format", "compact"]);
    let text = run.out;
    assert_eq!(run.code, 0, "{text}");
    assert!(text.contains("warning[unknown-declared-team]"), "{text}");

    // Only the chart is reported.
    repo.write("charts/x/Chart.yaml", "name: x\n");
    repo.write("charts/x/templates/rules.yaml", alerts(&["expr: x"]));
    repo.write(
        "ownership.yaml",
        "version: 1\nteams: {sre: {}}\nrules: [{paths: [ownership.yaml, x/], owner: sre}]\n",
    );
    let found = findings(&repo.check());
    let expected = ["unowned-component charts/x/ helm-chart:x"];
    let errors: Vec<&String> = found
        .iter()
        .filter(|it| it.starts_with("unowned"))
        .collect();
    assert_eq!(errors, expected);
}

#[test]
fn alerts_without_a_team_get_the_key_of_other_alerts() {
    let label = "labels: {team: sre}";
    let annotation = "annotations: {team: sre}";
    for (rules, settings, expected) in [
        ([label, label], "", "add a `team` label"),
        (
            [annotation, annotation],
            "",
            "add a `team` annotation; most alerts have one",
        ),
        ([label, annotation], "", "add a `team` label"),
        (
            ["labels: {squad: sre}", "labels: {squad: sre}"],
            "owner_keys: [squad]\n",
            "add a `squad` label",
        ),
        (
            ["annotations: {squad: sre}", "annotations: {squad: sre}"],
            "owner_keys: [squad]\n",
            "add a `squad` annotation; most alerts have one",
        ),
    ] {
        let map = format!(
            "version: 1\nteams: {{sre: {{}}}}\nrules: [{{paths: ['**'], owner: sre}}]\n{settings}"
        );
        let rules = [&rules[..], &["expr: up == 0"]].concat();
        let repo = Repo::new(&[("ownership.yaml", &map), ("x/rules.yaml", &alerts(&rules))]);
        let report = repo.check();
        let findings = of_check(&report, "alert-without-team");
        assert_eq!(findings.len(), 1, "{rules:?} {report:#}");
        assert_eq!(findings[0]["help"], expected, "{rules:?}");
        // Notifications are routed by labels.
        repo.write(
            "alertmanager.yml",
            "route:\n  receiver: irc\n  routes:\n    - {matchers: ['team=\"sre\"'], receiver: irc}\n\
             receivers: [{name: irc, webhook_configs: [{url: 'http://example.org'}]}]\n",
        );
        repo.track();
        let report = repo.check();
        let findings = of_check(&report, "alert-without-team");
        assert_eq!(findings[0]["help"], "add a `team` label", "{rules:?}");
    }
}
