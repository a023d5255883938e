//! Tests `ownlint receivers`, and the receivers in other answers.

use serde_json::Value;

use crate::harness::{Repo, of_check, strings, text};

const MAP: &str = "version: 1
teams:
  sre: {contacts: {irc: '#sre'}}
  search: {name: Search Platform, aliases: [Search], contacts: {irc: '#search'}}
rules:
  - {paths: [ownership.yaml], owner: sre}
  - {paths: [alerts/], owner: search}
";

const ALERTS: &str = "groups:
  - name: search
    rules:
      - alert: SearchLatency
        expr: latency > 1
        labels: {team: search, severity: page}
      - alert: SearchErrors
        expr: errors > 1
        labels: {team: search, severity: warning, service: '{{ $labels.service }}'}
";

/// A configuration with secrets in every place that may contain one.
const ALERTMANAGER: &str = "global:
  slack_api_url: https://hooks.slack.example/SECRET1
route:
  receiver: default
  routes:
    - match: {severity: page}
      receiver: search-page
      continue: true
    - matchers: ['team=\"search\"']
      receiver: search-irc
      routes:
        - matchers: ['service=~\"canary.*\"']
          receiver: default
receivers:
  - name: default
  - name: search-page
    pagerduty_configs:
      - routing_key: SECRET2   # SECRET3
        details: {token: SECRET4}
  - name: search-irc
    webhook_configs: [{url: 'http://user:SECRET5@example.org/x?token=SECRET6'}]
    slack_configs:
      - api_url: >-
          https://hooks.slack.example/SECRET7
  - name: unused
    unknown_configs: [{type: SECRET9}]
";

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("alerts/search.yaml", ALERTS),
        ("alertmanager.yml", ALERTMANAGER),
    ])
}

fn answers(repo: &Repo, arguments: &[&str]) -> Vec<Value> {
    let all = [&["receivers", "--format", "json"], arguments].concat();
    let run = repo.run(&all);
    assert_eq!(run.code, 0, "{}", run.err);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    document["answers"].as_array().unwrap().clone()
}

/// Returns the names of the certain and of the possible receivers in the only configuration.
#[track_caller]
fn receivers(answer: &Value) -> [String; 2] {
    let configurations = answer["configurations"].as_array().unwrap();
    assert_eq!(configurations.len(), 1, "{configurations:?}");
    ["certain", "possible"].map(|key| {
        let receivers = configurations[0][key].as_array().unwrap();
        let names = receivers.iter().map(|it| text(&it["name"]));
        names.collect::<Vec<_>>().join(" ")
    })
}

#[test]
fn shows_the_way_of_an_alert() {
    let repo = repo();
    let run = repo.run(&["receivers", "SearchLatency"]);
    let expected = "\
SearchLatency  alerts/search.yaml:4:16
  team Search Platform (search)
  known labels: alertname=\"SearchLatency\", severity=\"page\", team=\"search\"
  alertmanager.yml:4:3
    ✓ certain   `search-page` (PagerDuty)
        root → severity=\"page\" · alertmanager.yml:6:7
    ? possible  `search-irc` (webhook, Slack)
        root → team=\"search\" · alertmanager.yml:9:7
    ? possible  `default` (no integration)
        root → team=\"search\" → service=~\"canary.*\" · alertmanager.yml:12:11
";
    assert_eq!(run.out, expected, "{}", run.err);
    let [answer] = &answers(&repo, &["SearchLatency"])[..] else {
        panic!();
    };
    assert_eq!(text(&answer["team"]), "search");
    let routes = answer["configurations"][0]["routes"].as_array().unwrap();
    assert_eq!(routes[0]["certain"], true);
    let steps = routes[2]["path"].as_array().unwrap();
    let steps = steps
        .iter()
        .map(|step| strings(&step["matchers"]).join(","));
    let steps: Vec<String> = steps.collect();
    assert_eq!(steps, ["", "team=\"search\"", "service=~\"canary.*\""]);
}

#[test]
fn unknown_labels_make_receivers_possible() {
    let repo = repo();
    for (arguments, certain, possible) in [
        (&["SearchErrors"][..], "", "search-irc default"),
        (&["SearchErrors", "--label", "service=x"], "search-irc", ""),
        (&["SearchErrors", "service=canary-1"], "default", ""),
        (&["team=search", "severity=", "service="], "search-irc", ""),
        (&["team=search", "service="], "search-irc", "search-page"),
        (&["team=other", "-l", "severity=page"], "search-page", ""),
        (&["team=other"], "", "default search-page"),
    ] {
        let found = answers(&repo, arguments);
        assert_eq!(found.len(), 1);
        assert_eq!(receivers(&found[0]), [certain, possible], "{arguments:?}");
    }
    // Each severity counts once.
    assert_eq!(answers(&repo, &["Search"]).len(), 2);
    assert_eq!(answers(&repo, &[]).len(), 2);
}

#[test]
fn reports_invalid_questions() {
    let repo = repo();
    for (arguments, error, help) in [
        (
            &["SearchLatencies"][..],
            "no alert or team is named `SearchLatencies`",
            "did you mean",
        ),
        (
            &["--label", "x"],
            "label `x` has no value",
            "write `NAME=VALUE`",
        ),
    ] {
        let run = repo.run(&[&["receivers"], arguments].concat());
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments:?}");
        assert!(
            run.err.contains(error) && run.err.contains(help),
            "{}",
            run.err
        );
    }
    // Only a route names this team.
    repo.write(
        "other/alertmanager.yml",
        "route: {receiver: a, routes: [{matchers: ['team=~\"net ops|dc\"'], receiver: a}]}\nreceivers: [{name: a}]\n",
    );
    repo.track();
    let run = repo.run(&["receivers", "net ops"]);
    let help = "run `ownlint receivers team='net ops'`";
    assert!(run.err.contains(help), "{}", run.err);
    assert_eq!(repo.run(&["receivers", "team=net ops"]).code, 0);
    let repo = Repo::new(&[("ownership.yaml", MAP), ("alerts/search.yaml", ALERTS)]);
    let run = repo.run(&["receivers", "SearchLatency"]);
    assert_eq!(run.code, 0);
    let text = "no notification routes found\nhelp: check out the repository";
    assert!(run.err.contains(text), "{}", run.err);
    let text = "the receivers are unknown: no notification routes were found";
    assert!(run.out.contains(text), "{}", run.out);
    let out = repo.run(&["who", "search"]).out;
    assert!(!out.contains("pages"), "{out}");
}

#[test]
fn teams_show_their_receivers() {
    let repo = repo();
    let pages = "possibly `search-page` (PagerDuty), `search-irc` (webhook, Slack)";
    for arguments in [
        &["who", "search"][..],
        &["who", "alerts/search.yaml"],
        &["route", "search"],
        &["teams"],
    ] {
        let run = repo.run(arguments);
        let line = run.out.lines().find(|line| line.contains("pages"));
        let line = line.unwrap_or_else(|| panic!("{}{}", run.out, run.err));
        assert!(line.contains(pages), "{line}");
    }
    let run = repo.run(&["teams", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let pages = &document["teams"][0]["pages"][0];
    assert_eq!(text(&pages["location"]["file"]), "alertmanager.yml");
    assert_eq!(text(&pages["possible"][0]["name"]), "search-page");
    let pages = &repo.who("alerts/search.yaml")["pages"]["search"][0];
    assert_eq!(text(&pages["possible"][0]["name"]), "search-page");
    // These files are not part of a component.
    for path in ["alerts/README.md", "ownership.yaml"] {
        assert!(repo.who(path)["pages"].as_object().unwrap().is_empty());
    }
}

#[test]
fn reports_list_the_receivers_of_each_severity() {
    let repo = repo();
    let csv = repo.run(&["report", "--format", "csv"]).out;
    let records: Vec<&str> = csv.lines().collect();
    assert!(
        records[0].ends_with(",severity,certain,possible,configuration"),
        "{csv}"
    );
    let cells = |record: &str| record.split(',').count();
    assert!(
        records.iter().all(|it| cells(it) == cells(records[0])),
        "{csv}"
    );
    let found = records.iter().filter(|it| it.contains(",receivers,"));
    let found: Vec<&&str> = found.collect();
    assert_eq!(
        found,
        [
            &".,team,search,receivers,3,,,,,page,search-page,\"search-irc; default\",alertmanager.yml:4",
            &".,team,search,receivers,2,,,,,warning,,\"search-irc; default\",alertmanager.yml:4",
        ]
    );
    let metrics = repo.run(&["report", "--format", "prometheus"]).out;
    let found = metrics
        .lines()
        .filter(|line| line.contains("team_receiver{"));
    let found: Vec<&str> = found.collect();
    let series = |severity, receiver, reach| {
        format!(
            "ownlint_team_receiver{{repository=\".\",team=\"search\",severity=\"{severity}\",\
             receiver=\"{receiver}\",reach=\"{reach}\",configuration=\"alertmanager.yml:4\"}} 1"
        )
    };
    assert_eq!(
        found,
        [
            series("page", "default", "possible"),
            series("page", "search-irc", "possible"),
            series("page", "search-page", "certain"),
            series("warning", "default", "possible"),
            series("warning", "search-irc", "possible"),
        ]
    );
    // Without notification routes.
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    let metrics = repo.run(&["report", "--format", "prometheus"]).out;
    assert!(!metrics.contains("team_receiver"), "{metrics}");
}

#[test]
fn alerts_without_a_team_are_reported_once_for_all_copies() {
    let copy = "groups:
  - name: cache
    rules:
      - {alert: CacheDown, expr: x}
      - {alert: CacheSlow, expr: x}
";
    let repo = repo();
    let alerts = ["A", "B", "C", "D", "E", "F"];
    let alerts = alerts.map(|name| format!("{{alert: {name}, labels: {{team: sre}}}}"));
    let alerts = alerts.join(", ");
    repo.write(
        "alerts/sre.yaml",
        format!("groups: [{{name: a, rules: [{alerts}]}}]\n"),
    );
    for ring in ["alpha", "beta", "gamma"] {
        repo.write(format!("alerts/{ring}/cache.yaml"), copy);
    }
    repo.write("alerts/other.yaml", copy.replace("CacheSlow", "CacheFull"));
    let found = |repo: &Repo| {
        let report = repo.check();
        let findings = of_check(&report, "alert-without-team");
        let findings = findings.into_iter().map(|finding| {
            let related = finding["related"].as_array().unwrap().len();
            let texts = ["path", "severity", "message"].map(|key| text(&finding[key]).to_owned());
            (texts.join(" "), related)
        });
        findings.collect::<Vec<_>>()
    };
    let expected = |severity: &str| {
        vec![
            (
                format!(
                    "alerts/alpha/cache.yaml {severity} `prometheus-rules:alerts/alpha/cache` has 2 alerts without a \
                     team, as do 2 other files with the same alerts"
                ),
                3,
            ),
            (
                format!(
                    "alerts/other.yaml {severity} `prometheus-rules:alerts/other` has 2 alerts without a team"
                ),
                1,
            ),
        ]
    };
    // A notification route tests the team.
    assert_eq!(found(&repo), expected("warning"));
    // It routes only the alerts of another repository.
    let map = "alerting: {configs: [{path: alertmanager.yml, repositories: [other]}]}\n\
               repositories: [{name: own, path: .}, {name: other, path: other}]\n";
    repo.write("other/x", "");
    repo.write("ownership.yaml", format!("{MAP}{map}"));
    let found_elsewhere = found(&repo);
    assert_eq!(found_elsewhere, expected("info"));
    repo.write("ownership.yaml", MAP);
    let unrelated = ALERTMANAGER.replace("team=", "owner=");
    repo.write("alertmanager.yml", unrelated);
    assert_eq!(found(&repo), expected("info"));
}

#[test]
fn large_repositories_without_rules_open_only_files_with_suggestive_names() {
    let ignoring = format!("{MAP}declarations: {{prometheus: ignore}}\n");
    let repo = Repo::new(&[("ownership.yaml", &ignoring), ("a/am.yml", ALERTMANAGER)]);
    let is_read = |repo: &Repo| repo.run(&["receivers", "search"]).out.contains("am.yml:");
    assert!(is_read(&repo), "a small repository");
    for at in 0..500 {
        repo.write(format!("data/{at}.yaml"), "a: 1\n");
    }
    assert!(!is_read(&repo));
    repo.write("a/Alertmanager/am.yml", ALERTMANAGER);
    assert!(is_read(&repo), "the name of a directory");
    let repo = Repo::new(&[("ownership.yaml", MAP), ("a/am.yml", ALERTMANAGER)]);
    for at in 0..500 {
        repo.write(format!("data/{at}.yaml"), "a: 1\n");
    }
    assert!(is_read(&repo), "all files are searched for rules");
}

#[test]
fn secrets_never_appear() {
    let broken = [
        ALERTMANAGER.to_owned() + "  - name: 'broken SECRET10\n",
        ALERTMANAGER.replace("receiver: search-irc", "receiver: search-ircc"),
        ALERTMANAGER.replace("'team=\"search\"'", "'team=~\"(\"'"),
        // On one line.
        "{\"route\": {\"receiver\": \"a\", \"routes\": [{\"receiver\": \"b\"}]}, \"receivers\": \
         [{\"name\": \"a\", \"slack_configs\": [{\"api_url\": \"SECRET11\"}]}]}"
            .to_owned(),
        // In routes: in comments, under keys that they do not have, and as values of keys that have others.
        ALERTMANAGER.replace(
            "receiver: search-irc\n",
            "receiver: search-ircc # SECRET12\n      # SECRET13\n      api_key: SECRET14\n",
        ),
        ALERTMANAGER.replace(
            "    - match: {severity: page}\n",
            "    - {receiver: zz, api_key: SECRET15, match: {team: nope}, group_wait: SECRET16}\n    \
             - match: {severity: page}\n",
        ),
        ALERTMANAGER.replace("continue: true", "continue: SECRET17"),
        ALERTMANAGER.replace("route:\n", "route: # SECRET18\n  receiver: nobody\n"),
        "{\"route\": {\"receiver\": \"a\", \"routes\": [{\"receiver\": \"b\"}], \"x\": \"SECRET19\"}, \
         \"receivers\": [{\"name\": \"a\"}]}"
            .to_owned(),
        // In values of wrong types.
        ALERTMANAGER.replace(
            "receiver: search-irc\n",
            "receiver: {name: a, slack_configs: [{api_url: SECRET20}]}\n",
        ),
        ALERTMANAGER.replace("match: {severity: page}", "match: SECRET21"),
        ALERTMANAGER.replace("match: {severity: page}", "match: {team: [SECRET22]}"),
        ALERTMANAGER.replace("match: {severity: page}", "matchers: {x: SECRET23}"),
        ALERTMANAGER.replace("name: unused", "name: [SECRET24]"),
        ALERTMANAGER.to_owned(),
    ];
    for text in broken {
        let repo = repo();
        repo.write("alertmanager.yml", &text);
        for arguments in [
            &["check"][..],
            &["check", "--format", "json"],
            &["check", "--format", "sarif"],
            &["check", "--format", "markdown"],
            &["check", "--format", "compact"],
            &["check", "--format", "junit"],
            &["receivers", "--format", "json"],
            &["receivers"],
            &["report"],
            &["who", "search", "--format", "json"],
        ] {
            let run = repo.run(arguments);
            assert!(!run.out.contains("SECRET"), "{arguments:?}\n{}", run.out);
            assert!(!run.err.contains("SECRET"), "{arguments:?}\n{}", run.err);
        }
        let out = repo.run(&["check", "--format", "compact"]).out;
        assert!(
            out.contains("notification-route]") || out.contains("[unused-receiver]"),
            "{out}"
        );
    }
}

#[test]
fn routes_with_invalid_matchers_are_possible() {
    for invalid in [
        "match: team=db",
        "match: [{team: db}]",
        "match: {team: [db]}",
        "match_re: {team: }",
        "matchers: team=\"db\"",
        "matchers: [[team, db]]",
        "matchers: [team]",
        "matcher: ['team=db']",
        "object_matchers: [[team, '=', db]]",
    ] {
        let defined = ["r", "a", "b"].map(|name| {
            format!("  - {{name: {name}, webhook_configs: [{{url: 'http://example.org'}}]}}\n")
        });
        let defined = defined.concat();
        let routes = format!(
            "route:\n  receiver: r\n  routes:\n    - {invalid}\n      receiver: a\n    \
             - matchers: [team=\"search\"]\n      receiver: b\n\
             receivers:\n{defined}"
        );
        let repo = repo();
        repo.write("alertmanager.yml", &routes);
        let answers = answers(&repo, &["team=search"]);
        let [certain, possible] = receivers(&answers[0]);
        let mut possible: Vec<&str> = possible.split(' ').collect();
        possible.sort_unstable();
        assert_eq!(
            (&*certain, &possible[..]),
            ("", &["a", "b"][..]),
            "{invalid}"
        );
        let out = repo.run(&["check", "--format", "compact"]).out;
        assert!(out.contains("[invalid-notification-route]"), "{out}");
        assert!(!out.contains("[unreachable-notification-route]"), "{out}");
        assert!(!out.contains("[unrouted-alerts]"), "{out}");
    }
}

#[test]
fn invalid_continue_makes_later_routes_possible() {
    for invalid in ["continue: 'true'", "continu: true"] {
        let routes = format!(
            "route:\n  receiver: r\n  routes:\n    - receiver: a\n      {invalid}\n    \
             - matchers: [team=\"search\"]\n      receiver: b\n\
             receivers: [{{name: r}}, {{name: a}}, {{name: b}}]\n"
        );
        let repo = repo();
        repo.write("alertmanager.yml", &routes);
        let found = receivers(&answers(&repo, &["team=search"])[0]);
        assert_eq!(found, ["a", "b"], "{invalid}");
        let out = repo.run(&["check", "--format", "compact"]).out;
        assert!(out.contains("[invalid-notification-route]"), "{out}");
        assert!(!out.contains("[unreachable-notification-route]"), "{out}");
    }
}

#[test]
fn reads_charts_resources_and_policies() {
    let root =
        "route: {receiver: default, routes: [{matchers: ['team=\"search\"'], receiver: irc}]}";
    let receivers_list = "receivers: [{name: default}, {name: irc, slack_configs: [{}]}]";
    let block = format!("{root}\n{receivers_list}\n").replace('\n', "\n    ");
    let values = format!("alertmanager:\n  config:\n    {root}\n    {receivers_list}\n");
    let grafana = "apiVersion: 1
policies:
  - receiver: default
    routes:
      - receiver: irc
        object_matchers: [[team, '=', search]]
";
    let points = "apiVersion: 1
contactPoints:
  - {name: irc, receivers: [{type: slack, settings: {url: SECRET}}]}
  - {name: default, receivers: []}
";
    let resource = |spec: &str| {
        format!(
            "kind: AlertmanagerConfig\nmetadata: {{name: a, namespace: search}}\nspec:\n  {spec}\n  \
             receivers: [{{name: irc, slackConfigs: [{{}}]}}]\n"
        )
    };
    for (path, content, certain) in [
        ("values.yaml", values.clone(), "irc"),
        (
            "config.yaml",
            format!("kind: ConfigMap\ndata:\n  a.yml: |\n    {block}\n"),
            "irc",
        ),
        (
            "chart/templates/config.yaml",
            format!(
                "kind: Secret\nstringData:\n  a.yml: |\n    {{{{- if .x }}}}\n    {block}\n    {{{{- end }}}}\n"
            ),
            "irc",
        ),
        (
            "alertmanager.json",
            format!("{{{}, {receivers_list}}}", root),
            "irc",
        ),
        ("grafana/policies.yaml", grafana.to_owned(), "irc"),
        (
            "config/am.yaml",
            resource("route: {receiver: irc, matchers: [{name: team, value: search}]}"),
            "irc",
        ),
    ] {
        let repo = Repo::new(&[("ownership.yaml", MAP), (path, &content)]);
        if path.starts_with("grafana") {
            repo.write("grafana/points.yml", points);
        }
        let found = answers(&repo, &["team=search", "namespace=search"]);
        assert_eq!(receivers(&found[0]), [certain, ""], "{path}");
        let configuration = &found[0]["configurations"][0];
        let integrations = &configuration["certain"][0]["integrations"];
        assert_eq!(strings(integrations), ["Slack"], "{path}");
        assert_eq!(text(&configuration["location"]["file"]), path);
        let out = repo.run(&["check", "--format", "compact"]).out;
        assert!(!out.contains("notification-route]"), "{path}: {out}");
    }
    // The routes of a resource apply to its namespace only.
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("am.yaml", &resource("route: {receiver: irc}")),
    ]);
    let found = answers(&repo, &["namespace=other"]);
    assert_eq!(found[0]["configurations"].as_array().unwrap().len(), 0);
    assert_eq!(receivers(&answers(&repo, &["team=x"])[0]), ["", "irc"]);
}

#[test]
fn values_in_a_string_have_their_places() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        (
            "config.yaml",
            "kind: ConfigMap\ndata:\n  alertmanager.yml: |\n    route:\n      receiver: default\n      \
             routes:\n        - receiver: missing\n    receivers:\n      - name: default\n",
        ),
    ]);
    let out = repo.run(&["check", "--format", "compact"]).out;
    let expected = "config.yaml:7:21: warning[invalid-notification-route]: receiver `missing` does \
        not exist\n";
    assert!(out.contains(expected), "{out}");
}

#[test]
fn templates_are_read_in_all_variants() {
    let text = "route:
  receiver: default
  routes:
<% if @team %>
    - match: {team: search}
      receiver: irc
<% else %>
    - match: {team: search}
      receiver: page
<% end %>
<% @sites.each do |site| %>
    - match: {site: '<%= site %>'}
      receiver: '<%= site %>-irc'
<% end %>
receivers:
  - name: default
  - name: irc
  - name: page
  - name: eqiad-irc
  - name: other
";
    let repo = Repo::new(&[("ownership.yaml", MAP), ("alertmanager.yml.erb", text)]);
    let found = answers(&repo, &["team=search", "site=x"]);
    // One of the branches takes the alert.
    assert_eq!(receivers(&found[0]), ["", "irc page"]);
    let found = answers(&repo, &["team=x"]);
    assert_eq!(receivers(&found[0]), ["", "default <template>-irc"]);
    let out = repo
        .run(&["check", "--only", "unused-receiver", "--format", "compact"])
        .out;
    let expected = "alertmanager.yml.erb:20:11: info[unused-receiver]: no notification route uses \
        receiver `other`\n";
    assert_eq!(out, expected);
}

#[test]
fn conditional_parts_of_a_route_make_receivers_possible() {
    for (name, part, expected) in [
        ("erb", "receiver: a\n      continue: true", "a b / "),
        (
            "erb",
            "receiver: a <%# main %>\n      continue: true <%# c %>",
            "a b / ",
        ),
        (
            "erb",
            "receiver: a\n<% if @x %>\n      continue: true\n<% end %>",
            "a / b",
        ),
        (
            "erb",
            "receiver: a\n      continue:\n<% if @x %>\n        true\n<% end %>",
            "a / b",
        ),
        (
            "erb",
            "receiver: a\n<% if @x %>\n      continue: true\n<% else %>\n      continue: false\n<% end %>",
            "a / b",
        ),
        (
            "erb",
            "receiver: a\n      continue: <% if @x %>true<% else %>false<% end %>",
            "a / b",
        ),
        (
            "erb",
            "receiver: <% if @x %>a<% else %>b<% end %>",
            " / <template>",
        ),
        (
            "erb",
            "receiver: a<% @x.each do %>b<% end %>",
            " / <template>",
        ),
        (
            "tpl",
            "receiver: a\n{{- if .x }}\n      continue: true\n{{- end }}",
            "a / b",
        ),
        (
            "tpl",
            "receiver: {{ if .x }}a{{ else }}b{{ end }}",
            " / <template>",
        ),
        ("tpl", "receiver: a {{/* main */}}", "a / "),
    ] {
        let text = format!(
            "route:\n  receiver: r\n  routes:\n    - match: {{team: search}}\n      {part}\n    \
             - match: {{team: search}}\n      receiver: b\n\
             receivers: [{{name: r}}, {{name: a}}, {{name: b}}]\n"
        );
        let file = format!("alertmanager.yml.{name}");
        let repo = Repo::new(&[("ownership.yaml", MAP), (&file, &text)]);
        let found = receivers(&answers(&repo, &["team=search"])[0]);
        assert_eq!(found.join(" / "), expected, "{part}");
        let out = repo.run(&["check", "--format", "compact"]).out;
        assert!(!out.contains("[invalid-notification-route]"), "{out}");
    }
}

#[test]
fn templates_that_cannot_be_read_make_receivers_possible() {
    let of = |before: &str, after: &str| {
        format!(
            "route:\n  receiver: default\n  routes:\n{before}\n    - match: {{team: search}}\n      \
             receiver: irc\n{after}\nreceivers: [{{name: default}}, {{name: irc}}]\n"
        )
    };
    for (before, after, expected, finding) in [
        ("", "", "irc / ", ""),
        ("<% x = 1 if @a %>", "<% y if z %>", "irc / ", ""),
        ("<% if @a then b end %>", "", "irc / ", ""),
        (
            "<% if @a; b %>",
            "<% end; if c %><% end %>",
            " / default irc",
            "",
        ),
        (
            "<% @a.each do |b| # c %>",
            "<% end %>",
            " / default irc",
            "",
        ),
        ("<% if @a %>", "", " / default irc", ":4:1"),
        ("", "<% end %>", " / default irc", ":7:1"),
        ("<% x = 'a %>", "", " / default irc", ":4:1"),
        ("", "<% x = 'a %>", "irc / ", ":7:1"),
        ("<% next if @a %>", "", " / default irc", ""),
    ] {
        let repo = Repo::new(&[
            ("ownership.yaml", MAP),
            ("alertmanager.yml.erb", &of(before, after)),
        ]);
        let found = receivers(&answers(&repo, &["team=search"])[0]);
        let [certain, possible] = found.map(|names| {
            let mut names: Vec<&str> = names.split(' ').collect();
            names.sort_unstable();
            names.join(" ")
        });
        assert_eq!(
            format!("{certain} / {possible}"),
            expected,
            "{before}{after}"
        );
        let check = [
            "check",
            "--only",
            "invalid-notification-route",
            "--format",
            "compact",
        ];
        let out = repo.run(&check).out;
        assert_eq!(out.is_empty(), finding.is_empty(), "{out}");
        let start = format!("alertmanager.yml.erb{finding}: info[");
        assert!(finding.is_empty() || out.starts_with(&start), "{out}");
    }
}

#[test]
fn parts_of_wrong_kinds_have_one_finding_each() {
    let whole = |route: &str, receivers: &str| format!("route:\n{route}receivers: {receivers}\n");
    let usual = "[{name: default}, {name: irc}]";
    let matcher =
        "  receiver: default\n  routes:\n  - matchers: ['team=search']\n    receiver: irc\n";
    for (text, expected, position) in [
        (
            whole("  receiver: default\n  routes: text\n", usual),
            " / default",
            "3:11",
        ),
        (
            whole("  receiver: default\n  routes: [a]\n", usual),
            " / default",
            "3:12",
        ),
        (
            whole("  receiver: default\n  routes: {a: b}\n", usual),
            " / default",
            "3:11",
        ),
        (whole(matcher, "text"), "irc / ", "6:12"),
        (whole(matcher, "[a]"), "irc / ", "6:13"),
        (
            whole(&format!("{matcher}    receiver: default\n"), usual),
            " / default irc",
            "6:5",
        ),
        (
            whole(&format!("{matcher}    matchers: ['team=x']\n"), usual),
            " / default irc",
            "6:5",
        ),
        (
            whole(&format!("{matcher}  routes: []\n"), usual),
            " / irc",
            "6:3",
        ),
        (
            whole(
                "  receiver: default\n  routes:\n  - match: {team: search, team: x}\n    receiver: irc\n",
                usual,
            ),
            " / default irc",
            "4:12",
        ),
        (
            format!("{}receivers: {usual}\n", whole(matcher, usual)),
            "irc / ",
            "7:1",
        ),
        (
            whole("  receiver: default\n  matchers: ['a b']\n", usual),
            " / default",
            "3:14",
        ),
    ] {
        let repo = Repo::new(&[("ownership.yaml", MAP), ("alertmanager.yml", &text)]);
        let found = receivers(&answers(&repo, &["team=search"])[0]);
        let [certain, possible] = found.map(|names| {
            let mut names: Vec<&str> = names.split(' ').collect();
            names.sort_unstable();
            names.join(" ")
        });
        assert_eq!(format!("{certain} / {possible}"), expected, "{text}");
        let check = [
            "check",
            "--only",
            "invalid-notification-route",
            "--format",
            "compact",
        ];
        let out = repo.run(&check).out;
        assert_eq!(out.lines().count(), 1, "{text}: {out}");
        let start = format!("alertmanager.yml:{position}: warning[");
        assert!(out.starts_with(&start), "{text}: {out}");
    }
}

#[test]
fn files_in_utf_16_are_read_and_reported() {
    let utf16 = |text: &str, to_bytes: fn(u16) -> [u8; 2]| {
        let text = format!("\u{FEFF}{text}");
        text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>()
    };
    for (to_bytes, rules) in [
        (u16::to_le_bytes as fn(u16) -> [u8; 2], "alerts/search.yaml"),
        (u16::to_be_bytes, "alerts/search.yaml"),
        (u16::to_le_bytes, "alerts/search.rules"),
    ] {
        let repo = Repo::new(&[("ownership.yaml", MAP), ("alerts/x", "")]);
        repo.write("alertmanager.yml", utf16(ALERTMANAGER, to_bytes));
        repo.write(rules, utf16(ALERTS, to_bytes));
        let answer = &answers(&repo, &["SearchLatency"])[0];
        assert_eq!(receivers(answer), ["search-page", "search-irc default"]);
        let out = repo.run(&["check", "--format", "compact"]).out;
        for start in [
            "alertmanager.yml:1:1: warning[invalid-notification-route]: the file is not valid UTF-8",
            &format!("{rules}:1:1: error[unreadable-declaration]: "),
        ] {
            let found = out.lines().filter(|line| line.starts_with(start)).count();
            assert_eq!(found, 1, "{start}: {out}");
        }
    }
}

#[test]
fn code_of_templates_never_appears() {
    let text = "route:
  receiver: '<%= @SECRET1 %>-page'
  routes:
    - match: {'<%= @SECRET2 %>': '<%= @SECRET3 %>'}
      receiver: \"<%= @SECRET4 %>\"
    - matchers: ['team=<%= @SECRET5 %>', '<%= @SECRET6 %>=\"a\"', 'a <%= @SECRET7 %>']
      receiver: [<%= @SECRET8 %>]
<% if @SECRET9 %>
receivers:
  - name: '<%= @SECRET10 %>-page'
  - name: '<%= @SECRET10 %>-page'
";
    let go = text
        .replace("<%= @", "{{ .Values.")
        .replace("<% if @", "{{ if .");
    let go = go.replace("%>", "}}");
    for (path, text) in [
        ("alertmanager.yml.erb", text),
        ("c/templates/alertmanager.yaml", &go),
        ("c/values.yaml", &go.replace("{{ if .SECRET9 }}", "")),
    ] {
        let repo = Repo::new(&[
            ("ownership.yaml", MAP),
            ("alerts/search.yaml", ALERTS),
            (path, text),
        ]);
        for arguments in [
            &["receivers"][..],
            &["receivers", "--format", "json"],
            &["receivers", "SearchLatency", "team=x"],
            &["who", "SearchLatency"],
            &["teams"],
            &["report"],
            &["check"],
            &["check", "--format", "json"],
            &["check", "--format", "sarif"],
        ] {
            let run = repo.run(arguments);
            assert!(
                !run.out.contains("SECRET"),
                "{path} {arguments:?}: {}",
                run.out
            );
            assert!(
                !run.err.contains("SECRET"),
                "{path} {arguments:?}: {}",
                run.err
            );
        }
        let out = repo.run(&["receivers"]).out;
        assert!(out.contains("`<template>-page`"), "{path}: {out}");
    }
}

#[test]
fn conditions_around_the_whole_configuration_do_not_matter() {
    let text = "{{- if .Values.enabled }}
route:
  receiver: default
  routes:
    - receiver: always
      continue: true
    {{- if .Values.search }}
    - match: {team: search}
      receiver: irc
    {{- end }}
receivers: [{name: default}, {name: always}, {name: irc}]
{{- end }}
";
    let repo = Repo::new(&[("ownership.yaml", MAP), ("c/templates/a.yaml", text)]);
    let found = answers(&repo, &["team=search"]);
    assert_eq!(receivers(&found[0]), ["always", "irc"]);
}

#[test]
fn the_map_restricts_the_configurations() {
    let two = |configs: &str| {
        let map = format!(
            "version: 1\nteams: {{search: {{}}}}\nalerting: {{configs: [{configs}]}}\n\
             repositories: [{{name: a, path: a}}, {{name: b, path: b}}]\n"
        );
        Repo::new(&[
            ("ownership.yaml", &map),
            ("a/alertmanager.yml", ALERTMANAGER),
            ("a/other/alertmanager.yml", ALERTMANAGER),
            ("a/alerts/one.yaml", &ALERTS.replace("Search", "One")),
            ("b/alerts/two.yaml", &ALERTS.replace("Search", "Two")),
        ])
    };
    let count = |repo: &Repo, alert: &str| {
        let found = answers(repo, &[alert]);
        found[0]["configurations"].as_array().unwrap().len()
    };
    let repo = two("");
    assert_eq!(
        (count(&repo, "OneLatency"), count(&repo, "TwoLatency")),
        (2, 2)
    );
    let repo = two("{path: alertmanager.yml}");
    assert_eq!(
        (count(&repo, "OneLatency"), count(&repo, "TwoLatency")),
        (1, 1)
    );
    let repo = two("{path: alertmanager.yml, repositories: [b]}, {path: missing.yml}");
    assert_eq!(
        (count(&repo, "OneLatency"), count(&repo, "TwoLatency")),
        (0, 1)
    );
    let out = repo.run(&["check", "--format", "compact"]).out;
    let expected = "`missing.yml` matches no file with notification routes";
    assert!(out.contains(expected), "{out}");
    let run = two("{path: x, repositories: [c]}").run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("`c` is not a repository listed in the map"),
        "{}",
        run.err
    );
}

#[test]
fn expressions_list_the_teams_that_routes_name() {
    let cases: &[(&str, &[&str])] = &[
        ("match: {team: trafic}", &["trafic"]),
        ("match_re: {team: 'trafic|sre'}", &["trafic"]),
        ("match_re: {team: '^(trafic|sre)$'}", &["trafic"]),
        ("matchers: ['team=~\"trafic|sre\"']", &["trafic"]),
        (
            "matchers: ['team=~\"^trafic$|^wmsc$\"']",
            &["trafic", "wmsc"],
        ),
        ("matchers: ['team=~\"(^|traf)ic\"']", &["ic", "trafic"]),
        ("matchers: ['team=~\"(trafic|sre)?\"']", &["trafic"]),
        // Alertmanager adds the anchors of `match_re` twice, so only here both alternatives are complete.
        ("match_re: {team: 'trafic)|(sre'}", &["trafic"]),
        ("matchers: ['team=~\"trafic)|(sre\"']", &[]),
        // An anchor in the middle never matches.
        ("matchers: ['team=~\"sre$trafic\"']", &[]),
        ("matchers: ['team=~\"trafic.*\"']", &[]),
    ];
    for (matcher, expected) in cases {
        let configuration = format!(
            "route:\n  receiver: irc\n  routes:\n    - {matcher}\n      receiver: irc\n\
             receivers:\n  - {{name: irc, webhook_configs: [{{url: 'http://example.org'}}]}}\n"
        );
        let repo = Repo::new(&[
            ("ownership.yaml", MAP),
            ("alerts/search.yaml", ALERTS),
            ("alertmanager.yml", &configuration),
        ]);
        let run = repo.run(&["check", "--format", "json"]);
        let document: Value = serde_json::from_str(&run.out).unwrap();
        let mut found: Vec<&str> = document["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["check"] == "unknown-team-in-notification-route")
            .map(|it| it["message"].as_str().unwrap().split('`').nth(1).unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(found, *expected, "{matcher}");
    }
}

#[test]
fn unknown_teams_in_routes_are_suggested_by_their_names() {
    const ENTRY: &str = "or add the team under `teams` in the map:\n";
    let cases: &[(&str, &str)] = &[
        // Nothing is similar.
        (
            "growth",
            "correct the name, add `growth` to the team's `aliases`, {ENTRY}growth:",
        ),
        (
            "Growth Team",
            "correct the name, add `Growth Team` to the team's `aliases`, {ENTRY}growth-team:\n  name: Growth Team",
        ),
        // The same team.
        (
            "observability|o11y",
            "correct the name, add `o11y` to the `aliases` of team `observability`, {ENTRY}o11y:",
        ),
        (
            "o11y",
            "correct the name, add `o11y` to the `aliases` of team `observability`, {ENTRY}o11y:",
        ),
        (
            "ml|machine-learning",
            "correct the name, add `ml` to the `aliases` of team `machine-learning`, {ENTRY}ml:",
        ),
        // Perhaps the same team.
        (
            "ml",
            "correct the name, add `ml` to the team's `aliases` (is it `machine-learning`?), {ENTRY}ml:",
        ),
        (
            "growth|observability",
            "correct the name, add `growth` to the team's `aliases` (is it `observability`?), {ENTRY}growth:",
        ),
        (
            "growth|observability|sre",
            "correct the name, add `growth` to the team's `aliases` (is it `sre` or `observability`?), {ENTRY}growth:",
        ),
    ];
    for (expression, expected) in cases {
        let configuration = format!(
            "route:\n  receiver: irc\n  routes:\n    - matchers: ['team=~\"{expression}\"']\n      receiver: irc\n\
             receivers:\n  - {{name: irc, webhook_configs: [{{url: 'http://example.org'}}]}}\n"
        );
        let map = "version: 1\nteams: {sre: , observability: , machine-learning: }\n\
                   rules: [{paths: ['**'], owner: sre}]\n";
        let repo = Repo::new(&[
            ("ownership.yaml", map),
            ("alertmanager.yml", &configuration),
        ]);
        let report = repo.check();
        let findings = of_check(&report, "unknown-team-in-notification-route");
        assert_eq!(findings.len(), 1, "{expression} {report:#}");
        let expected = expected.replace("{ENTRY}", ENTRY);
        assert_eq!(text(&findings[0]["help"]), expected, "{expression}");
    }
}

#[test]
fn teams_and_aliases_that_routes_name_are_used() {
    let alertmanager = "route:
  receiver: d
  routes:
    - {matchers: ['team=\"sre\"'], receiver: d}
    - {match_re: {team: 'discovery|search'}, receiver: d}
receivers: [{name: d, webhook_configs: [{url: 'http://x'}]}]
";
    let map = MAP
        .replace("aliases: [Search]", "aliases: [search, discovery, other]")
        .replace("owner: sre", "owner: search")
        .replace("  sre:", "  idle: {contacts: {irc: x}}\n  sre:");
    let repo = Repo::new(&[
        ("ownership.yaml", &map),
        ("alerts/search.yaml", ALERTS),
        ("alertmanager.yml", alertmanager),
    ]);
    let run = repo.run(&["check", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let findings = document["findings"].as_array().unwrap().iter();
    let unused = findings.filter(|it| it["check"].as_str().unwrap().starts_with("unused-"));
    let messages: Vec<&str> = unused.map(|it| it["message"].as_str().unwrap()).collect();
    let expected = [
        "team `idle` owns no files",
        "no declaration uses alias `other` of team `search`",
    ];
    assert_eq!(messages, expected);
}
