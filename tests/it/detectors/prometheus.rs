//! Files with Prometheus rules, and the owners that their alerts declare.

use crate::harness::{Repo, findings, outcome};

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
    let teams = ["a", "b", "c"];
    let rules: Vec<String> = teams
        .iter()
        .map(|team| format!("labels: {{team: {team}}}"))
        .collect();
    let mut rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    rules.push(rules[1]);
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {a: {}, b: {}, c: {}}\n\
             rules: [{paths: ['**'], owner: a, priority: 1}]\n",
        ),
        ("x/rules.yaml", &alerts(&rules)),
    ]);
    let run = repo.run(&[
        "check",
        "--only",
        "declaration-mismatch",
        "--format",
        "compact",
    ]);
    let text = run.out;
    let messages: Vec<&str> = text
        .lines()
        .filter_map(|line| Some(line.split_once("rules` ")?.1))
        .collect();
    let expected = [
        "has 2 alerts of `b`, but the map assigns `a`",
        "has 1 alert of `c`, but the map assigns `a`",
    ];
    assert_eq!(messages, expected, "{text}");
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
