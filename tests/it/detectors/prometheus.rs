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
    assert_eq!(repo.verdict("team-x/joint_test.yaml"), "unowned");
    let derived = "unowned-component team-x/derived.yaml prometheus-rules:team-x/derived";
    let missing = "unowned-component team-x/missing.yaml prometheus-rules:team-x/missing";
    let found = findings(&repo.check());
    let unknown = "unknown-declared-team team-x/unknown.yaml prometheus-rules:team-x/unknown";
    let has = |line: &str| found.iter().any(|finding| finding == line);
    assert!(has(unknown) && has(missing) && !has(derived), "{found:?}");
}
