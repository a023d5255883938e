//! Files with Prometheus rules, and the owners that their alerts declare.

use super::{Detected, text};
use crate::testing::Repo;

const FILE: &str = "team-sre/a.yaml";

const ID: &str = "prometheus-rules:team-sre/a";

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
fn reads_labels_and_comments() {
    let plain = alerts(&[SRE]);
    let resource = |keys: &str| {
        format!(
            "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n  - name: g\n    rules: [{{alert: A, {keys}}}]\n"
        )
    };
    for (file, state, declarations) in [
        (plain.clone(), "declared", "team: sre"),
        (
            alerts(&[SRE, "labels: {team: dba}", SRE, JOINED]),
            "declared",
            "team: sre, dba",
        ),
        (resource("labels: {team: sre}"), "declared", "team: sre"),
        (
            format!("# deploy-tag: ops\n---\n{}---\n{}", resource("labels: {team: sre}"), resource("labels: {team: dba}")),
            "declared",
            "team: sre, dba",
        ),
        (
            "groups:\n- name: g\n  labels: {team: dba}\n  rules: [{alert: A}, {alert: B, labels: {team: sre}}]\n".into(),
            "declared",
            "team: dba, sre",
        ),
        (
            alerts(&["labels: {team: '{{ $labels.team }}'}"]),
            "templated",
            "team: {{ $labels.team }}",
        ),
        (
            alerts(&["labels: {team: '{{$labels.team}}'}", SRE]),
            "declared",
            "team: {{$labels.team}}, sre",
        ),
        (alerts(&[JOINED]), "derived", ""),
        (alerts(&["expr: 'a * on(i) group_left(steam) b'"]), "missing", ""),
        (alerts(&["expr: x, labels: {severity: page}"]), "missing", ""),
        (alerts(&["labels: {team: }"]), "unreadable", ""),
        (alerts(&["labels: {team: [sre]}"]), "unreadable", ""),
        ("groups:\n- rules: [{record: r, expr: x, labels: {team: sre}}]\n".into(), "missing", ""),
        (
            format!("# pint file/owner dba\n{plain}  # pint rule/owner ops\n"),
            "declared",
            "pint file/owner: dba; team: sre; pint rule/owner: ops",
        ),
        (
            format!("# pint file/owner a\n# pint file/owner b c\n{}", alerts(&[JOINED])),
            "declared",
            "!pint file/owner: a; pint file/owner: b c",
        ),
        (format!("# pint file/owner\n# pint file/ownership x\n{}", alerts(&[JOINED])), "derived", ""),
        (format!("{plain}- [\n"), "unreadable", ""),
    ] {
        let all = Detected::in_files(&[(FILE, &file)]);
        assert_eq!(all.state(ID), state, "{file}");
        assert_eq!(all.shown_declarations(ID), declarations, "{file}");
    }
}

#[test]
fn names_have_the_places_of_labels() {
    let file = "# pint file/owner dba\ngroups:\n- rules:\n  - alert: A\n    labels: {team: \"sre\"}\n  - alert: B\n    expr: |\n      a * on(i)\n      group_left(team) b\n";
    let all = Detected::in_files(&[(FILE, file)]);
    assert_eq!(all.places(ID), ["dba", "\"sre\""]);
    let derived = all.declared(ID).derived.as_ref().map(text);
    assert_eq!(derived.as_deref(), Some("group_left(team)"));
}

#[test]
fn ignores_files_that_only_look_like_rules() {
    let rules = alerts(&[SRE]);
    let test = format!("rule_files: [a.yaml]\ntests: []\n{rules}");
    let all = Detected::in_files(&[
        ("team-sre/a_test.yaml", &rules),
        ("team-sre/tests.yaml", &test),
        ("team-sre/none.yaml", "groups: [{name: g, rules: []}]\n"),
        ("team-sre/users.yaml", "groups: [admins, {name: ops}]\n"),
        ("team-sre/broken.yaml", "a: [\n"),
        ("team-sre/empty.yaml", ""),
        ("charts/x/templates/alerts.yaml", &rules),
        ("elsewhere/a.yaml", &rules),
        ("hieradata/role/common/alerting/host.yaml", "a: 1\n"),
    ]);
    assert_eq!(all.ids("prometheus-rules"), [""; 0]);
    let broken = format!("{rules}  x: [\n");
    let all = Detected::in_files(&[("alerts/x.yml", &broken), ("ops.rules", &rules)]);
    assert_eq!(
        all.ids("prometheus-rules"),
        ["prometheus-rules:alerts/x", "prometheus-rules:ops"]
    );
}

#[test]
fn hostile_files_are_within_limits() {
    let repo = Repo::new(&[
        (
            "rules/many.yaml",
            &format!("---\n{}", alerts(&[SRE])).repeat(10_000),
        ),
        (
            "rules/deep.yaml",
            &format!("groups: {}\n# alert:", "[".repeat(100_000)),
        ),
    ]);
    repo.write(
        "rules/latin.yaml",
        alerts(&["labels: {team: \"caf\u{e9}\"}"])
            .chars()
            .map(|c| c as u8)
            .collect::<Vec<u8>>(),
    );
    let big = std::fs::File::create(repo.path().join("rules/big.yaml")).unwrap();
    big.set_len(50 << 20).unwrap();
    let all = Detected::in_repo(&repo);
    assert_eq!(
        all.shown_declarations("prometheus-rules:rules/many"),
        "team: sre"
    );
    assert!(all.problems("prometheus-rules:rules/deep")[0].contains("levels deep"));
    assert!(all.problems("prometheus-rules:rules/latin")[0].contains("not valid UTF-8"));
    assert_eq!(
        all.shown_declarations("prometheus-rules:rules/latin"),
        "team: caf?"
    );
    assert!(all.problems("prometheus-rules:rules/big")[0].contains("larger than 16 MiB"));
}
