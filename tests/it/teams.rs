//! Tests `ownlint teams` and `ownlint who TEAM`.

use crate::harness::{Repo, csv, keys, strings, text};
use serde_json::Value;

const MAP: &str = "version: 1
teams:
  sre: {name: Site Reliability, areas: [everything], contacts: {irc: '#sre'}}
  traffic:
    name: SRE Traffic
    parent: sre
    aliases: [Traffic, Edge, 'https://wiki.example.org/SRE/Edge_Team']
    description: The edge.
    areas: [caching, DNS]
    contacts: {irc: '#traffic', page: https://page.example.org}
    handles: {github: '@org/traffic', gerrit: [a@example.org, b@example.org]}
  perf: {name: =Performance, retired: {since: 2024-02-09, successor: traffic}}
people:
  - {name: Ada, emails: [ada@example.org], team: traffic}
rules:
  - {paths: [ownership.yaml], owner: sre}
  - {paths: [modules/varnish/], owner: traffic}
  - {paths: [modules/shared/], owners: [sre, traffic]}
";

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("modules/varnish/a", ""),
        ("modules/varnish/b/c", ""),
        ("modules/shared/x", ""),
        ("modules/other/x", ""),
        ("charts/kask/Chart.yaml", "team: Edge\n"),
    ])
}

fn team<'d>(document: &'d Value, id: &str) -> &'d Value {
    let teams = document["teams"].as_array().unwrap();
    teams.iter().find(|team| team["id"] == id).unwrap()
}

#[test]
fn lists_all_teams_with_what_they_own() {
    let document = repo().run(&["teams", "--format", "json"]).json();
    assert_eq!(document["version"], 1);
    assert_eq!(document["teams"][0]["not_counted"], serde_json::json!([]));
    let ids: Vec<&str> = document["teams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| text(&it["id"]))
        .collect();
    assert_eq!(ids, ["perf", "sre", "traffic"]);
    let traffic = team(&document, "traffic");
    assert_eq!(
        keys(traffic),
        [
            "aliases",
            "areas",
            "contact_order",
            "contacts",
            "description",
            "handles",
            "id",
            "name",
            "not_counted",
            "owns",
            "pages",
            "parent",
            "people",
            "retired"
        ]
    );
    assert_eq!(traffic["parent"], "sre");
    assert_eq!(strings(&traffic["areas"]), ["caching", "DNS"]);
    assert_eq!(traffic["people"][0]["name"], "Ada");
    assert_eq!(
        traffic["owns"],
        serde_json::json!([{"repository": ".", "files": 4, "components": {"helm-chart": 1}, "alerts": 0}])
    );
    assert_eq!(
        team(&document, "perf")["retired"],
        serde_json::json!({"since": "2024-02-09", "successor": "traffic"})
    );
    assert_eq!(team(&document, "sre")["owns"][0]["files"], 2);
}

#[test]
fn prints_one_row_per_team() {
    let run = repo().run(&["teams"]);
    let expected = "\
TEAM     PARENT  ALIASES  FILES  COMPONENTS  NAME
perf                   0      0           0  =Performance
    retired since 2024-02-09: ask traffic
sre                    0      2           0  Site Reliability
    areas: everything
    owns 2 files in .
traffic  sre           3      4           1  SRE Traffic
    areas: caching, DNS
    owns 4 files, 1 helm-chart in .
";
    assert_eq!((run.code, &*run.out, &*run.err), (0, expected, ""));
}

#[test]
fn writes_one_csv_record_per_team_without_formulas() {
    let records = csv(&repo().run(&["teams", "--format", "csv"]).out);
    assert_eq!(records.len(), 4);
    let column = |name: &str| records[0].iter().position(|it| it == name).unwrap();
    assert_eq!(records[1][column("name")], "'=Performance");
    assert_eq!(records[1][column("successor")], "traffic");
    assert_eq!(records[3][column("areas")], "caching; DNS");
    assert_eq!(records[3][column("components_by_kind")], "./helm-chart=1");
}

#[test]
fn needs_no_checkout_for_facts_of_the_map() {
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nteams: {sre: {areas: [mail]}}\nrepositories:\n  - {name: puppet, path: gone}\n",
    )]);
    for command in [&["teams"][..], &["who", "sre"]] {
        let run = repo.run(command);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.contains("mail"), "{}", run.out);
        assert!(run.err.contains("`puppet` is not at"), "{}", run.err);
        let quiet = repo.run(&[command, &["--quiet"]].concat());
        assert_eq!(quiet.err, "");
    }
    let document = repo.run(&["teams", "--format", "json"]).json();
    assert_eq!(
        document["teams"][0]["not_counted"],
        serde_json::json!(["puppet"])
    );
    assert_eq!(repo.run(&["who", "gone/x"]).code, 2);
}

#[test]
fn finds_a_team_by_any_of_its_names() {
    let repo = repo();
    for name in [
        "traffic",
        "SRE Traffic",
        "sre-traffic",
        "Edge",
        "edge",
        "https://wiki.example.org/SRE/Edge_Team",
        "team:traffic",
        "team:Edge",
    ] {
        let answer = repo.who(name);
        assert_eq!(answer["team"]["id"], "traffic", "{name}");
        assert_eq!(answer["query"], name);
    }
    let answer = repo.who("traffic");
    assert_eq!(keys(&answer), ["details", "query", "team", "understood_as"]);
    assert_eq!(
        answer["details"],
        serde_json::json!([{"repository": ".", "components": ["helm-chart:kask"], "directories": [
            {"path": "modules/varnish/", "files": 2, "total": 2},
            {"path": "charts/kask/", "files": 1, "total": 1},
            {"path": "modules/shared/", "files": 1, "total": 1},
        ]}])
    );
}

#[test]
fn prints_the_facts_about_a_team() {
    let repo = repo();
    let expected = "\
SRE Traffic (traffic)
  The edge.
  part of     sre
  areas       caching, DNS
  aliases     Traffic, Edge, https://wiki.example.org/SRE/Edge_Team
  irc         #traffic
  page        https://page.example.org
  github      @org/traffic
  gerrit      a@example.org, b@example.org
  people      Ada <ada@example.org>
  owns 4 files, 1 helm-chart
         2  modules/varnish/
         1  charts/kask/
         1  modules/shared/
    helm-chart: kask
";
    assert_eq!(repo.run(&["who", "traffic"]).out, expected);
    let text = repo.run(&["who", "perf"]).out;
    assert!(
        text.contains("retired since 2024-02-09: ask traffic"),
        "{text}"
    );
    assert!(
        text.contains("owns        no files or components"),
        "{text}"
    );
}

#[test]
fn prefers_a_path_or_component_of_the_same_name() {
    let repo = repo();
    repo.write("traffic", "");
    assert_eq!(repo.who("traffic")["path"], "traffic");
    assert_eq!(repo.who("team:traffic")["team"]["id"], "traffic");
    assert_eq!(repo.who("./edge")["exists"], false);
    assert_eq!(repo.who("./edge/")["exists"], false);
    assert_eq!(repo.who("./sre/traffic")["path"], "sre/traffic");
    assert_eq!(
        repo.who("helm-chart:kask")["components"][0],
        "helm-chart:kask"
    );
    let answers = repo.who_all(&["Edge", "modules/varnish/a", "sre"]);
    assert_eq!(answers[0]["team"]["id"], "traffic");
    assert_eq!(answers[1]["path"], "modules/varnish/a");
    assert_eq!(answers[2]["team"]["id"], "sre");
}

#[test]
fn suggests_a_similar_team() {
    let run = repo().run(&["who", "team:trafic"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("unknown team `trafic`"), "{}", run.err);
    assert!(run.err.contains("did you mean `Traffic`"), "{}", run.err);
}

#[test]
fn escapes_text_of_the_map() {
    let repo = repo();
    let map = MAP.replace("areas: [everything]", "areas: [\"a\\e[2J\\u202e\"]");
    repo.write(
        "ownership.yaml",
        map.replace("name: Site Reliability", "name: \"S\\e[1m\""),
    );
    for arguments in [
        &["teams"][..],
        &["teams", "--format", "csv"],
        &["who", "sre"],
        &["route", "a"],
        &["route", "zzz\u{1b}"],
    ] {
        let run = repo.run(&[arguments, &["--color", "never"]].concat());
        let steers = |char: char| char == '\u{1b}' || char == '\u{202e}';
        assert!(!run.out.contains(steers), "{:?}", run.out);
    }
}
