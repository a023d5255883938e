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
fn finds_rules_by_content() {
    let rules = alerts(&[SRE]);
    let resource = |kind: &str, spec: &str| {
        format!("apiVersion: x/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n")
    };
    let group = "{groups: [{name: g, rules: [{alert: A, labels: {team: sre}}]}]}";
    let grafana = "{name: g, rules: [{title: A, condition: B, labels: {team: sre}}]}";
    let chart = "{{- if .Values.x }}\nkind: PrometheusRule\nmetadata:\n  labels:\n    {{- include \"l\" . | nindent 4 }}\nspec:\n  groups:\n  - name: g\n    rules:\n    - alert: A\n      annotations:\n        description: '{{`Till {{ $labels.id }} is down.`}}'\n      expr: up{job=\"x\"} == 0\n      labels: {team: TEAM}\n{{- end }}\n";
    let chart = |team: &str| chart.replace("TEAM", team);
    let erb = "groups:\n<% if @x -%>\n- rules:\n  - alert: <%= @name %>Down\n    labels: {team: TEAM}\n<% end -%>\n";
    for (path, file, expected) in [
        ("elsewhere/a.yaml", rules.clone(), "declared team: sre"),
        (
            "08-prometheus.yml",
            resource("PrometheusRule", group),
            "declared team: sre",
        ),
        ("x/a.yaml", resource("VMRule", group), "declared team: sre"),
        (
            "x/a.yaml",
            resource("GrafanaAlertRuleGroup", grafana),
            "declared team: sre",
        ),
        (
            "x/a.yaml",
            format!("kind: List\nitems:\n- kind: PrometheusRule\n  spec: {group}\n"),
            "declared team: sre",
        ),
        (
            "x/a.json",
            format!(
                "{{\"apiVersion\": 1, \"groups\": [{}]}}",
                "{\"rules\": [{\"title\": \"A\", \"data\": [], \"labels\": {\"team\": \"sre\"}}]}"
            ),
            "declared team: sre",
        ),
        (
            "charts/x/templates/a.yaml",
            chart("sre"),
            "declared team: sre",
        ),
        (
            "charts/x/templates/a.yaml",
            chart("'{{ \"sre\" }}'"),
            "declared team: sre",
        ),
        (
            "charts/x/templates/a.yaml",
            chart("\"{{`sre`}}\""),
            "declared team: sre",
        ),
        (
            "charts/x/templates/a.tpl",
            chart("{{ .Values.team }}"),
            "templated team: {{ .Values.team }}",
        ),
        (
            "charts/x/templates/a.yaml",
            chart("'{{`{{ $labels.team }}`}}'"),
            "templated team: {{ $labels.team }}",
        ),
        (
            "charts/x/templates/a.yaml",
            chart("team-{{ .Values.team }}"),
            "templated team: team-{{ .Values.team }}",
        ),
        (
            "files/a.yml.erb",
            erb.replace("TEAM", "sre"),
            "declared team: sre",
        ),
        (
            "files/a.yml.erb",
            erb.replace("TEAM", "\"<%= @team %>\""),
            "templated team: <%= @team %>",
        ),
        // The alerts in the values of a chart do not show who owns the values.
        (
            "charts/x/values.yaml",
            format!("additionalPrometheusRulesMap:\n  a: {group}\n"),
            "missing ",
        ),
        (
            "apps/release.yaml",
            resource(
                "HelmRelease",
                &format!("{{values: {{additionalPrometheusRulesMap: {{a: {group}}}}}}}"),
            ),
            "missing ",
        ),
    ] {
        let chart_yaml = ("charts/x/Chart.yaml", "name: x\n");
        let all = Detected::in_files(&[chart_yaml, (path, &file)]);
        let ids = all.ids("prometheus-rules");
        assert_eq!(ids.len(), 1, "{path}: {file}");
        let shown = format!("{} {}", all.state(&ids[0]), all.shown_declarations(&ids[0]));
        assert_eq!(shown, expected, "{path}: {file}");
        assert_eq!(all.problems(&ids[0]), [""; 0], "{path}: {file}");
        assert_eq!(all.declared(&ids[0]).alerts.len(), 1, "{path}: {file}");
    }
}

#[test]
fn alerts_have_names_labels_and_owners() {
    let file = "groups:\n- labels: {severity: page, team: ops}\n  rules:\n  - {alert: A, labels: {severity: info, x: '{{ $value }}'}}\n  - {record: r, expr: x}\n- rules:\n  - {alert: B, annotations: {team: web}}\n  - {alert: C, expr: 'a * on(i) group_left(team) b'}\n  - {alert: D}\n  - {alert: E, expr: 'up{team!=\"\"} == 0'}\n  - {alert: F, expr: 'team_up{steam=\"1\"} == 0'}\n";
    let all = Detected::in_files(&[("x/a.yaml", file)]);
    let of = |alert: &crate::inventory::Alert| {
        let labels = alert.labels.iter().map(|label| {
            let value = label.value.as_deref().unwrap_or("?");
            format!("{}={value}", label.name)
        });
        let owner = alert.owner.iter().map(|name| name.as_written());
        format!(
            "{} at {}: {} [{}] {}",
            alert.name,
            text(&alert.place),
            labels.collect::<Vec<_>>().join(" "),
            owner.collect::<Vec<_>>().join(" "),
            alert.may_have_owner
        )
    };
    let shown: Vec<String> = all
        .declared("prometheus-rules:x/a")
        .alerts
        .iter()
        .map(of)
        .collect();
    assert_eq!(
        shown,
        [
            "A at A: severity=info x=? team=ops [ops] false",
            "B at B:  [web] false",
            "C at C:  [] true",
            "D at D:  [] false",
            "E at E:  [] true",
            "F at F:  [] false",
        ]
    );
    // What is declared for the whole file is the default.
    let with_default = format!("# pint file/owner dba\n{file}");
    let all = Detected::in_files(&[("x/a.yaml", &with_default)]);
    let alerts = &all.declared("prometheus-rules:x/a").alerts;
    let owners: Vec<&str> = alerts
        .iter()
        .map(|alert| alert.owner[0].as_written())
        .collect();
    assert_eq!(owners, ["ops", "web", "dba", "dba", "dba", "dba"]);
}

#[test]
fn conditional_and_repeated_labels_are_read_as_programs_do() {
    let team = |name: &str| format!("      team: {name}\n");
    let labels = |content: &str| format!("    labels:\n      severity: page\n{content}");
    let [sre, web] = ["sre", "web"].map(team);
    let erb = |part: &str| format!("<% if @x -%>\n{part}<% end -%>\n");
    let either =
        |one: &str, other: &str| format!("<% if @x -%>\n{one}<% else -%>\n{other}<% end -%>\n");
    let go = |part: &str| format!("{{{{- if .x }}}}\n{part}{{{{- end }}}}\n");
    for (file, rule, value, owner) in [
        ("a.yaml", labels(&sre), "sre", "sre"),
        ("a.yaml", labels(&format!("{sre}{web}")), "web", "web"),
        (
            "a.yaml",
            "    labels: {team: sre, severity: x, team: web}\n".to_owned(),
            "web",
            "web",
        ),
        ("a.yaml.erb", labels(&sre) + "<% x %>\n", "sre", "sre"),
        ("a.yaml.erb", labels(&either(&sre, &web)), "?", "?"),
        ("a.yaml.erb", labels(&erb(&sre)), "?", "?"),
        ("a.yaml.erb", labels(&(erb(&web) + &sre)), "sre", "sre"),
        (
            "a.yaml.erb",
            labels(&format!("{sre}{}", erb(&web))),
            "?",
            "?",
        ),
        ("a.yaml.erb", either(&labels(&sre), &labels(&web)), "?", "?"),
        ("a.yaml.erb", either(&labels(&sre), &labels("")), "?", "?"),
        (
            "a.yaml.erb",
            labels("      team: <% if @x %>sre<% end %>\n"),
            "?",
            "?",
        ),
        ("a.yaml.tpl", labels(&go(&sre)), "?", "?"),
        (
            "a.yaml.tpl",
            labels(&sre) + &go("    for: 1m\n"),
            "sre",
            "sre",
        ),
    ] {
        for (start, end) in [("", ""), ("<% @a.each do -%>\n", "<% end -%>\n")] {
            if !start.is_empty() && !file.ends_with("erb") {
                continue;
            }
            let text = format!(
                "groups:\n- name: g\n  rules:\n{start}  - alert: A\n{rule}    expr: up\n{end}"
            );
            let path = format!("x/{file}");
            let all = Detected::in_files(&[(&path, &text)]);
            let id = format!(
                "prometheus-rules:{}",
                path.strip_suffix(".yaml").unwrap_or(&path)
            );
            let alert = &all.declared(&id).alerts[0];
            let label = alert
                .labels
                .iter()
                .find(|label| label.name == "team")
                .unwrap();
            assert_eq!(label.value.as_deref().unwrap_or("?"), value, "{text}");
            let owner_of = |name: &crate::inventory::Name| match name.is_template {
                true => "?".to_owned(),
                false => name.as_written().to_owned(),
            };
            let owners: Vec<String> = alert.owner.iter().map(owner_of).collect();
            assert_eq!(owners, [owner], "{text}");
        }
    }
}

#[test]
fn tests_belong_to_the_rules_that_they_test() {
    let rules = alerts(&[SRE]);
    let test = |files: &str| format!("rule_files: [{files}]\ntests: []\n{rules}");
    let all = Detected::in_files(&[
        ("x/a.yaml", &rules),
        ("x/b.yaml", &rules),
        ("x/tests/a.yaml", &test("../a.yaml")),
        ("x/tests/both.yaml", &test("../a.yaml, ../b.yaml")),
        ("x/tests/rendered.yaml", &test("b.yaml")),
        ("x/tests/unknown.yaml", &test("c.yaml")),
    ]);
    let paths = |id: &str| all.component(id).paths.clone();
    assert_eq!(
        paths("prometheus-rules:x/a"),
        ["x/a.yaml", "x/tests/a.yaml"]
    );
    assert_eq!(paths("prometheus-rules:x/b"), ["x/b.yaml"]);
    let hints = |test: &str| -> Vec<String> {
        let of = all.component(&format!("prometheus-tests:x/tests/{test}"));
        of.hints.iter().map(|hint| hint.name.clone()).collect()
    };
    assert_eq!(hints("both"), ["x/a", "x/b"]);
    assert_eq!(hints("rendered"), ["x/b"]);
    assert_eq!(hints("unknown"), [""; 0]);
}

#[test]
fn names_omit_extensions() {
    let rules = alerts(&[SRE]);
    let json = "{\"groups\": [{\"rules\": [{\"alert\": \"A\"}]}]}";
    let all = Detected::in_files(&[
        ("a.json", json),
        ("a.yaml", &rules),
        ("a.yml", &rules),
        ("b.yml", &rules),
        ("b.yml.erb", &rules),
        ("c.rules", &rules),
        ("c.yaml", &rules),
        ("d.txt", &rules),
    ]);
    let names = ["a", "a.json", "a.yml", "b", "b.yml.erb", "c", "c.yaml"];
    let ids = names.map(|name| format!("prometheus-rules:{name}"));
    assert_eq!(all.ids("prometheus-rules"), ids);
}

#[test]
fn ignores_files_that_only_look_like_rules() {
    let rules = alerts(&[SRE]);
    let broken = format!("{rules}  x: [\n");
    let all = Detected::in_files(&[
        ("team-sre/none.yaml", "groups: [{name: g, rules: []}]\n"),
        ("team-sre/users.yaml", "groups: [admins, {name: ops}]\n"),
        ("team-sre/role.yaml", "groups: [{rules: [{title: A}]}]\n"),
        ("team-sre/broken.yaml", "a: [\n"),
        ("team-sre/empty.yaml", ""),
        ("hieradata/role/common/alerting/host.yaml", "a: 1\n"),
        ("docs/rules.md", &rules),
    ]);
    assert_eq!(all.ids("prometheus-rules"), [""; 0]);
    let all = Detected::in_files(&[("alerts/x.yml", &broken), ("ops.rules", &rules)]);
    assert_eq!(
        all.ids("prometheus-rules"),
        ["prometheus-rules:alerts/x", "prometheus-rules:ops"]
    );
}

#[test]
fn broken_rule_files_are_reported_wherever_they_are() {
    for (text, is_reported) in [
        (
            "groups:\n- name: g\n  rules:\n  - alert: AA\n    labels: {team: sre\n",
            true,
        ),
        (
            "groups:\n- name: \"g\n  rules:\n  - alert: AA\n    expr: up\n",
            true,
        ),
        (
            "groups:\n- name: g\n\trules:\n  - alert: AA\n    expr: up\n",
            true,
        ),
        (
            "groups:\n- name: *g\n  rules:\n  - alert: AA\n    expr: up\n",
            true,
        ),
        (
            "groups:\n- name: g\n  rules:\n  - record: AA\n    labels: {a: b\n",
            true,
        ),
        (
            "kind: PrometheusRule\nspec:\n  groups:\n  - rules:\n    - alert: A\n      a: [\n",
            true,
        ),
        ("a: [\n", false),
        ("groups: [\nrules: [\n", false),
        ("rules: [\ngroups:\n- a\nalert: x\n", false),
        (
            "kind: Other\nspec:\n  groups:\n  - rules:\n    - alert: A\n      a: [\n",
            false,
        ),
        (
            "groups:\n- name: g\n  rules:\n  - expr: up\n    title: [\n",
            false,
        ),
    ] {
        let all = Detected::in_files(&[("x/a.yaml", text)]);
        let ids = all.ids("prometheus-rules");
        assert_eq!(!ids.is_empty(), is_reported, "{text}");
        for id in ids {
            let problems = all.problems(&id);
            assert_eq!(problems.len(), 1, "{problems:?}");
        }
    }
}

/// An owner is expected only where rules usually are, and not of the rules of a chart, which belong to the chart.
#[test]
fn owners_are_expected_in_usual_files() {
    let rules = alerts(&["expr: x"]);
    for (path, is_expected) in [
        ("alerts/a.yaml", true),
        ("team-sre/a.yml", true),
        ("x/HighAlerts.yml", true),
        ("x.rules", true),
        ("x/a.yaml", false),
        ("alerts/a_test.yaml", false),
        ("charts/x/templates/alerts.yaml", false),
        ("files/rules.yml.erb", false),
    ] {
        let all = Detected::in_files(&[("charts/x/Chart.yaml", "name: x\n"), (path, &rules)]);
        let ids = all.ids("prometheus-rules");
        let how = all.component(&ids[0]).how_to_declare;
        assert_eq!(how.is_some(), is_expected, "{path}");
    }
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
            &format!("groups: {}\n# rules: alert:", "[".repeat(100_000)),
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
