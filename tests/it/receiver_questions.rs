//! Tests which alerts the questions of `ownlint receivers` are about, and how other commands show their receivers.

use serde_json::Value;

use crate::harness::{Repo, of_check, strings, text};

const MAP: &str = "version: 1
teams:
  edge: {former_names: [Traffic Squad], aliases: [traffic-edge]}
  dba: {name: Databases}
  base: {}
  idle: {aliases: [Idle Hands]}
rules:
  - {paths: ['**'], owner: base}
  - {paths: [alerts/], owner: base}
";

const ALERTS: &str = "groups:
  - name: g
    rules:
      - {alert: DbDown, expr: up, labels: {team: dba, severity: page}}
      - {alert: HighLoad, expr: up, labels: {severity: warning}, annotations: {team: dba}}
";

const UNLABELLED: &str = "groups:
  - name: g
    rules:
      - {alert: DiskFull, expr: up, labels: {severity: page, kind: disk}}
";

const ALERTMANAGER: &str = "route:
  receiver: fallback
  routes:
    - {matchers: ['team=\"dba\"', 'severity=\"page\"'], receiver: dba-pd}
    - {match_re: {team: 'edge|Traffic Squad'}, receiver: edge-slack}
    - {matchers: ['kind=\"disk\"'], receiver: disk-mail}
receivers:
  - {name: fallback, email_configs: [{to: x}]}
  - {name: dba-pd, pagerduty_configs: [{}]}
  - {name: edge-slack, slack_configs: [{}]}
  - {name: disk-mail, email_configs: [{to: x}]}
";

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("alerts/rules.yaml", ALERTS),
        ("alerts/disk.yaml", UNLABELLED),
        ("alertmanager.yml", ALERTMANAGER),
    ])
}

fn answers(repo: &Repo, arguments: &[&str]) -> Vec<Value> {
    let run = repo.run(&[&["receivers", "--format", "json"], arguments].concat());
    assert_eq!(run.code, 0, "{arguments:?} {}", run.err);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    document["answers"].as_array().unwrap().clone()
}

/// Returns the names of the certain and the possible receivers in a configuration or in an item of `pages`.
fn names(configuration: &Value) -> String {
    let names = ["certain", "possible"].map(|key| {
        let receivers = configuration[key].as_array().unwrap().iter();
        let names = receivers.map(|it| text(&it["name"]));
        names.collect::<Vec<_>>().join(" ")
    });
    names.join(" / ")
}

#[test]
fn labels_are_set_as_in_amtool() {
    let repo = repo();
    for (label, name, value) in [
        ("team=web", "team", "web"),
        ("team=\"web\"", "team", "web"),
        (" team = web", "team", "web"),
        ("team=", "team", ""),
        ("a=b,c", "a", "b,c"),
        ("a=\"b,c=d\"", "a", "b,c=d"),
        ("\"foo.bar\"=x", "foo.bar", "x"),
        ("\"1x\"=2", "1x", "2"),
        ("\"a=~b\"=c", "a=~b", "c"),
        ("a:b=c", "a:b", "c"),
    ] {
        for arguments in [&["--label", label][..], &[label]] {
            let found = answers(&repo, arguments);
            assert_eq!(found[0]["labels"][name], value, "{label}");
        }
    }
    for (arguments, error, help) in [
        (
            &["team!=web"][..],
            "`team!=web` compares a label instead of setting it",
            "write `NAME=VALUE` with the value",
        ),
        (&["team=~.*"], "`team=~.*` compares a label", "`NAME=VALUE`"),
        (&["team=~("], "`team=~(` compares a label", "`NAME=VALUE`"),
        (
            &["team!~web"],
            "`team!~web` compares a label",
            "`NAME=VALUE`",
        ),
        (
            &["1x=2"],
            "`1x` is not a valid label name",
            "put it in double quotes",
        ),
        (
            &["foo.bar=2"],
            "`foo.bar` is not a valid label name",
            "put it in double quotes",
        ),
        (&["=x"], "`=x` is not a label", "write `NAME=VALUE`"),
        (&["{team=web}"], "is not a label", "write `NAME=VALUE`"),
        (&["a=\"b"], "is not a label", "in double quotes"),
        (
            &["team=web,severity=page"],
            "`team=web,severity=page` sets several labels",
            "write each label as an argument of its own",
        ),
        (
            &["-l", "team=web , x , severity = page"],
            "sets several labels",
            "in double quotes",
        ),
        (&["--label", "x"], "label `x` has no value", "`NAME=VALUE`"),
        (
            &["team=web", "team=db"],
            "label `team` is set to both `web` and `db`",
            "set each label once",
        ),
        (
            &["team=web", "-l", "\"team\"=db"],
            "label `team` is set to both `web` and `db`",
            "set each label once",
        ),
    ] {
        let run = repo.run(&[&["receivers"], arguments].concat());
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments:?}");
        let is_complete = run.err.contains(error) && run.err.contains(help);
        assert!(is_complete, "{}", run.err);
    }
    assert_eq!(answers(&repo, &["team=web", "team=web"]).len(), 1);
}

#[test]
fn names_are_found_in_any_letter_case() {
    let repo = repo();
    repo.write(
        "alerts/more.yaml",
        "groups: [{name: g, rules: [{alert: dbdown, expr: up}, {alert: IDLE, expr: up}]}]\n",
    );
    for (name, expected) in [
        ("DbDown", "DbDown"),
        ("dbdown", "dbdown"),
        ("DBDOWN", "dbdown DbDown"),
        ("highload", "HighLoad"),
        // The name of a team in the same letter case comes first.
        ("idle", ""),
        ("Idle", "IDLE"),
        ("IDLE", "IDLE"),
        ("databases", ""),
    ] {
        let found = answers(&repo, &[name]);
        let found = found.iter().filter_map(|it| it["alert"].as_str());
        assert_eq!(found.collect::<Vec<_>>().join(" "), expected, "{name}");
    }
}

#[test]
fn teams_without_labelled_alerts_have_receivers() {
    let repo = repo();
    let found = |team: &str| {
        let answers = answers(&repo, &[team]);
        let answers = answers.iter().map(|it| {
            let labels = it["labels"].as_object().unwrap();
            let labels = labels
                .iter()
                .map(|(name, value)| format!("{name}={}", text(value)));
            let labels = labels.collect::<Vec<_>>().join(",");
            let (from, receivers) = (text(&it["labels_from"]), names(&it["configurations"][0]));
            format!("{from}: {labels} -> {receivers}")
        });
        answers.collect::<Vec<_>>()
    };
    assert_eq!(
        found("dba"),
        [
            "rules: severity=page,team=dba -> dba-pd / ",
            "rules: severity=warning ->  / fallback edge-slack disk-mail"
        ]
    );
    assert_eq!(
        found("edge"),
        [
            "routes: team=Traffic Squad -> edge-slack / ",
            "routes: team=edge -> edge-slack / "
        ]
    );
    // The alerts that the team owns because of their file.
    assert_eq!(
        found("base"),
        ["owned-rules: severity=page ->  / fallback dba-pd edge-slack disk-mail"]
    );
    // Its names lead to the same receivers.
    assert_eq!(found("idle"), ["names: team=idle ->  / fallback disk-mail"]);
    let run = repo.run(&["receivers", "Idle Hands"]);
    let assumed = "no alert of this team was found: the label is an assumption";
    assert!(run.out.contains(assumed), "{}", run.out);
    // Only the teams with alerts or routes are listed and reported.
    let all = answers(&repo, &[]);
    assert!(all.iter().all(|it| it["labels_from"] != "names"));
}

#[test]
fn answers_say_why_there_are_no_receivers() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("alerts/rules.yaml", ALERTS)]);
    let shown = |repo: &Repo| {
        let run = repo.run(&["receivers", "DbDown"]);
        assert_eq!(run.code, 0, "{}", run.err);
        let json = answers(repo, &["DbDown"]);
        (text(&json[0]["unrouted"]).to_owned(), run.out)
    };
    let (why, out) = shown(&repo);
    assert_eq!(why, "no-configuration");
    assert!(
        out.contains("the receivers are unknown: no notification routes were found"),
        "{out}"
    );
    // It routes the alerts of another repository.
    let map = "alerting: {configs: [{path: alertmanager.yml, repositories: [other]}]}\n\
               repositories: [{name: own, path: .}, {name: other, path: other}]\n";
    repo.write("other/x", "");
    repo.write("alertmanager.yml", ALERTMANAGER);
    repo.write("ownership.yaml", format!("{MAP}{map}"));
    let (why, out) = shown(&repo);
    assert_eq!(why, "other-repositories");
    assert!(
        out.contains("no notification routes for this repository were found"),
        "{out}"
    );
    // It routes the alerts of another namespace.
    let resource = "kind: AlertmanagerConfig\nmetadata: {name: a, namespace: b}\n\
                    spec: {route: {receiver: r}, receivers: [{name: r}]}\n";
    let alerts = ALERTS.replace("team: dba,", "team: dba, namespace: other,");
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("alerts/rules.yaml", &alerts),
        ("config.yaml", resource),
    ]);
    let (why, out) = shown(&repo);
    assert_eq!(why, "no-route");
    assert!(
        out.contains("no notification route matches these alerts"),
        "{out}"
    );
}

/// A template with a loop over sites, some of which have a receiver.
const LOOP: &str = "route:
  receiver: fallback
  routes:
<% @sites.each do |site| %>
    - match: {site: '<%= site %>'}
      receiver: 'mail-<%= site %>-task'
<% end %>
<% @groups.each do |group| %>
    - match_re: {instance: '.*<%= group %>.*'}
      receiver: 'group-<%= group %>'
<% end %>
receivers: [{name: fallback}, {name: mail-a-task, email_configs: [{to: x}]}, {name: group-x}]
";

#[test]
fn templates_in_the_names_of_receivers_are_filled_in() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("alertmanager.yml.erb", LOOP),
        (
            "alerts/rules.yaml",
            "groups: [{name: g, rules: [{alert: OnA, expr: up, labels: {site: a}}]}]\n",
        ),
    ]);
    let found = |label: &str| names(&answers(&repo, &[label])[0]["configurations"][0]);
    let written = "mail-<template>-task";
    let group = "group-<template>";
    assert_eq!(found("site=a"), format!(" / mail-a-task fallback {group}"));
    // No receiver has this name, so the loop does not create the route.
    assert_eq!(found("site=b"), format!(" / fallback {group}"));
    assert_eq!(found("team=x"), format!(" / fallback {written} {group}"));
    let run = repo.run(&["receivers", "site=a"]);
    assert!(
        run.out.contains("? possible  `mail-a-task` (email)\n"),
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains(&format!("`{group}` (name from a template)\n")),
        "{}",
        run.out
    );
    let answer = &answers(&repo, &["site=a"])[0];
    let possible = answer["configurations"][0]["possible"].as_array().unwrap();
    let templated = possible.iter().map(|it| it["templated"].as_bool().unwrap());
    assert_eq!(templated.collect::<Vec<_>>(), [false, false, true]);
    // The same in other answers about the alert.
    let out = repo.run(&["who", "OnA"]).out;
    let line = format!(
        "pages: possibly `mail-a-task` (email), `fallback` (no integration), `{group}` (name from a template)"
    );
    assert!(out.contains(&line), "{out}");
    // Templates of Go.
    let go = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a.yaml: |\n    route:\n      receiver: fallback\n      \
              routes:\n    {{- range .Values.sites }}\n      - match: {site: '{{ .name }}'}\n        receiver: 'mail-{{ .name }}'\n    \
              {{- end }}\n    receivers: [{name: fallback}, {name: mail-a, email_configs: [{to: x}]}]\n";
    let repo = Repo::new(&[("ownership.yaml", MAP), ("chart/templates/am.yaml", go)]);
    let found = |label: &str| names(&answers(&repo, &[label])[0]["configurations"][0]);
    assert_eq!(found("site=a"), " / mail-a fallback");
    assert_eq!(found("site=b"), " / fallback");
}

#[test]
fn answers_about_an_alert_show_its_own_receivers() {
    let repo = repo();
    for alert in ["DbDown", "HighLoad", "DiskFull"] {
        let expected = names(&answers(&repo, &[alert])[0]["configurations"][0]);
        // Receivers that wake people come first.
        let (certain, possible) = expected.split_once(" / ").unwrap();
        let mut possible: Vec<&str> = possible.split(' ').collect();
        possible.sort_by_key(|name| !name.ends_with("-pd"));
        let expected = format!("{certain} / {}", possible.join(" "));
        let who = &repo.who(alert);
        assert_eq!(names(&who["named"]["pages"][0]), expected, "{alert}");
        for pages in who["pages"].as_object().unwrap().values() {
            assert_eq!(names(&pages[0]), expected, "{alert}");
        }
        let run = repo.run(&["route", "--format", "json", alert, "is firing"]);
        let route: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(
            names(&route["answer"]["named"][0]["pages"][0]),
            expected,
            "{alert}"
        );
        assert_eq!(
            names(&route["answer"]["teams"][0]["pages"][0]),
            expected,
            "{alert}"
        );
    }
    // The severity of another alert of the team does not matter.
    for arguments in [&["who", "HighLoad"][..], &["route", "HighLoad"]] {
        let out = repo.run(arguments).out;
        assert!(
            out.contains("  pages: possibly `fallback` (email), "),
            "{out}"
        );
        assert!(!out.contains("dba-pd"), "{out}");
    }
    // Without an owner.
    let repo = Repo::new(&[
        ("ownership.yaml", "version: 1\nteams: {dba: {}}\n"),
        (
            "alerts/rules.yaml",
            "groups: [{name: g, rules: [{alert: DiskFull, expr: up, labels: {team: x}}]}]\n",
        ),
        ("alertmanager.yml", ALERTMANAGER),
    ]);
    for arguments in [&["who", "DiskFull"][..], &["route", "DiskFull"]] {
        let out = repo.run(arguments).out;
        let line = "  pages: possibly `fallback` (email), `disk-mail` (email)\n";
        assert!(out.contains(line), "{out}");
    }
}

#[test]
fn receivers_of_few_teams_come_first() {
    let teams = ["a", "b", "c", "d", "e", "f"];
    let map = teams.map(|team| format!("  {team}: {{}}\n")).concat();
    let map = format!("version: 1\nteams:\n{map}rules: [{{paths: ['**'], owner: a}}]\n");
    let own = teams.map(|team| {
        format!("    - {{match: {{team: {team}, zone: {team}}}, receiver: {team}-irc}}\n")
    });
    let shared =
        teams.map(|team| format!("    - {{match: {{x: {team}}}, receiver: all-{team}}}\n"));
    let all = teams.map(|team| {
        format!("  - {{name: {team}-irc}}\n  - {{name: all-{team}, webhook_configs: [{{}}]}}\n")
    });
    let configuration = format!(
        "route:\n  receiver: silent\n  routes:\n    - {{receiver: log, continue: true}}\n{}{}receivers:\n  - {{name: silent}}\n  \
         - {{name: log, webhook_configs: [{{}}]}}\n{}",
        shared.concat(),
        own.concat(),
        all.concat()
    );
    let repo = Repo::new(&[("ownership.yaml", &map), ("am.yml", &configuration)]);
    let out = repo.run(&["who", "team:c"]).out;
    let expected = "`log` (webhook), possibly `c-irc` (no integration), `all-a` (webhook), `all-b` (webhook), \
                    `all-c` (webhook) … and 3 more";
    assert!(out.contains(expected), "{out}");
    let teams = repo.run(&["teams", "--format", "json"]);
    let teams: Value = serde_json::from_str(&teams.out).unwrap();
    let pages = names(&teams["teams"][2]["pages"][0]);
    assert!(pages.ends_with("all-f"), "{pages}");
}

#[test]
fn reports_list_each_receiver_of_a_team_and_severity_once() {
    let repo = repo();
    let both = "groups:\n- {name: g, rules: [{alert: A, expr: up, labels: {team: edge, severity: page}}, \
                {alert: B, expr: up, labels: {team: Traffic Squad, severity: page}}]}\n";
    for alerts in ["groups: []\n", both] {
        repo.write("alerts/edge.yaml", alerts);
        let csv = repo.run(&["report", "--format", "csv"]).out;
        let rows = csv
            .lines()
            .filter(|line| line.contains("team,edge,receivers"));
        assert_eq!(rows.count(), 1, "{csv}");
        let json = repo.run(&["report", "--format", "json"]);
        let json: Value = serde_json::from_str(&json.out).unwrap();
        let rows = json["repositories"][0]["receivers"]
            .as_array()
            .unwrap()
            .iter();
        let rows: Vec<&Value> = rows.filter(|row| row["team"] == "edge").collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(names(rows[0]), "edge-slack / ");
        let metrics = repo.run(&["report", "--format", "prometheus"]).out;
        let series: Vec<&str> = metrics
            .lines()
            .filter(|line| line.starts_with("ownlint_team_receiver{"))
            .collect();
        let mut each = series.clone();
        each.sort_unstable();
        each.dedup();
        assert_eq!(each.len(), series.len(), "{metrics}");
        for format in ["human", "markdown"] {
            let out = repo.run(&["report", "--format", format]).out;
            let is_row = |line: &&str| line.starts_with("edge ") || line.starts_with("| `edge` |");
            let rows = out
                .lines()
                .filter(|line| is_row(line) && line.contains("edge-slack"));
            assert_eq!(rows.count(), 1, "{out}");
        }
    }
}

#[test]
fn copies_of_an_alert_are_shown_together() {
    let repo = repo();
    let alerts = |team: &str| {
        let rule = format!("{{alert: Same, expr: up, labels: {{team: {team}}}}}");
        let rules = vec![rule; 3_000].join(",\n  ");
        format!("groups:\n- name: g\n  rules: [\n  {rules}]\n")
    };
    repo.write("alerts/a.yaml", alerts("dba"));
    repo.write("alerts/b.yaml", alerts("edge"));
    let run = repo.run(&["receivers", "Same"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.len() < 2_000, "{}", run.out.len());
    let copies = "  also in alerts/a.yaml:5:11, alerts/a.yaml:6:11, alerts/a.yaml:7:11 and 2996 more places\n";
    assert!(run.out.contains(copies), "{}", run.out);
    assert_eq!(run.out.matches("edge-slack").count(), 1, "{}", run.out);
    assert_eq!(answers(&repo, &["Same"]).len(), 6_000);
    // With different labels.
    let rules = (0..300).map(|at| format!("{{alert: Other, expr: up, labels: {{x: v{at}}}}}"));
    let rules = rules.collect::<Vec<_>>().join(",\n  ");
    repo.write(
        "alerts/c.yaml",
        format!("groups: [{{name: g, rules: [{rules}]}}]\n"),
    );
    let out = repo.run(&["receivers", "Other"]).out;
    let rest = "… and 200 more answers: use `--format json` to list all\n";
    assert!(out.ends_with(rest), "{out}");
    assert_eq!(answers(&repo, &["Other"]).len(), 300);
}

#[test]
fn expressions_beyond_the_limit_make_routes_possible() {
    let expressions = [
        |at: usize| format!("([a-z]*){at}.{{500}}(x|y)+"),
        |at: usize| format!("(\\\\pL{{1000}}|{at})"),
        |at: usize| format!("(?i){}{at}", "[^\\\\PL]".repeat(300)),
        |at: usize| format!("{at}[0-9]{{2}}[0-4]{}", "x".repeat(500)),
    ];
    for expression in expressions {
        let routes = (0..300).map(|at| {
            format!(
                "    - {{match_re: {{x: \"{}\"}}, receiver: r{at}}}\n",
                expression(at)
            )
        });
        let routes: String = routes.collect();
        let receivers: String = (0..300).map(|at| format!("  - name: r{at}\n")).collect();
        let configuration =
            ALERTMANAGER.replace("receivers:\n", &format!("{routes}receivers:\n{receivers}"));
        let repo = repo();
        repo.write("alertmanager.yml", configuration);
        let report = repo.check();
        let findings = of_check(&report, "invalid-notification-route");
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let message = text(&findings[0]["message"]);
        assert!(message.contains("are too large together"), "{message}");
        assert_eq!(text(&findings[0]["severity"]), "info");
        // All other routes are evaluated.
        let answer = &answers(&repo, &["DbDown"])[0];
        assert_eq!(names(&answer["configurations"][0]), "dba-pd / ");
        let answer = &answers(&repo, &["team=web", "severity=page", "kind=x", "x=zz"])[0];
        let possible = answer["configurations"][0]["possible"].as_array().unwrap();
        assert!(possible.iter().any(|it| it["name"] == "r299"));
        let run = repo.run(&["receivers", "DbDown"]);
        assert!(
            run.err.contains("alertmanager.yml:2:3: warning: "),
            "{}",
            run.err
        );
    }
}

#[test]
fn repeated_expressions_count_once() {
    let route = "    - {match_re: {x: \"([a-z]*).{500}(x|y)+\"}, receiver: fallback}\n";
    let configuration = ALERTMANAGER.replace(
        "receivers:\n",
        &format!("{}receivers:\n", route.repeat(2_000)),
    );
    let repo = repo();
    repo.write("alertmanager.yml", configuration);
    let report = repo.check();
    let found = of_check(&report, "invalid-notification-route");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn findings_about_alerts_without_a_receiver_are_true() {
    let root = "route:\n  receiver: fallback\n  routes:\n";
    let receivers = "receivers: [{name: fallback, email_configs: [{to: x}]}, {name: silent}, {name: log, webhook_configs: \
                     [{}]}, {name: web-pd, pagerduty_configs: [{}]}]\n";
    let other = "    - {match: {team: dba}, receiver: web-pd}\n";
    let log = "    - {receiver: log, continue: true}\n";
    let cases = [
        (
            other.to_owned(),
            "reaches only the default receiver",
            "no route matches it",
            vec!["none of these routes matches them"],
        ),
        (
            format!("{log}{other}"),
            "reaches only receivers that all alerts reach",
            "only routes for all alerts match it",
            vec!["only routes for all alerts match them"],
        ),
        (
            "    - {match: {team: web}, group_by: [x]}\n".to_owned(),
            "reaches only the default receiver",
            "its route keeps the default receiver",
            vec!["this route keeps the default receiver"],
        ),
        (
            "    - {match: {team: web}, receiver: fallback}\n".to_owned(),
            "reaches only the default receiver",
            "its route keeps the default receiver",
            vec!["this route keeps the default receiver"],
        ),
        (
            "    - {match: {team: web}, receiver: silent}\n".to_owned(),
            "reaches only receivers without an integration",
            "its receiver has no integration",
            vec!["the receiver of this route has no integration"],
        ),
        (
            format!("{log}    - {{match: {{team: web}}, receiver: log}}\n"),
            "reaches only receivers that all alerts reach",
            "all alerts reach its receiver",
            vec!["all alerts reach the receiver of this route"],
        ),
        (
            "    - {match: {team: web}, routes: [{match: {x: y}, receiver: silent}]}\n".to_owned(),
            "reaches only the default receiver and receivers without an integration",
            "reaches no other receiver",
            vec![
                "this route keeps the default receiver",
                "the receiver of this route has no integration",
            ],
        ),
        // It may reach another receiver.
        (
            "    - {match: {team: web}, receiver: web-pd}\n".to_owned(),
            "",
            "",
            Vec::new(),
        ),
        (
            "    - {match: {team: web, x: y}, receiver: web-pd}\n".to_owned(),
            "",
            "",
            Vec::new(),
        ),
    ];
    for (routes, message, label, notes) in cases {
        let configuration = format!("{root}{routes}{receivers}");
        let repo = Repo::new(&[
            (
                "ownership.yaml",
                "version: 1\nteams: {web: {}, dba: {}}\nrules: [{paths: ['**'], owner: web}]\n",
            ),
            ("alertmanager.yml", &configuration),
            (
                "rules.yaml",
                "groups: [{name: g, rules: [{alert: A1, expr: up, labels: {team: web}}]}]\n",
            ),
        ]);
        let report = repo.check();
        let findings = of_check(&report, "unrouted-alerts");
        if message.is_empty() {
            assert!(findings.is_empty(), "{routes}");
            continue;
        }
        assert_eq!(findings.len(), 1, "{routes}");
        let finding = findings[0];
        assert_eq!(
            text(&finding["message"]),
            format!("1 alert of team `web` {message}"),
            "{routes}"
        );
        let human = repo.run(&["check"]).out;
        assert!(human.contains(label), "{human}");
        let related = finding["related"].as_array().unwrap().iter();
        let related = related.map(|it| text(&it["message"]));
        assert_eq!(related.collect::<Vec<_>>(), notes, "{routes}");
        assert!(!strings(&finding["teams"]).is_empty());
    }
}
