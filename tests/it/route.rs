//! `ownlint route`: whom to ask about something.

use std::fs;

use crate::harness::{Repo, keys, project, strings, text, within};
use serde_json::Value;

const DCOPS: &str = "data-center-operations";
const PERSISTENCE: &str = "data-persistence";
const FOUNDATIONS: &str = "infrastructure-foundations";
const O11Y: &str = "observability";
const SERVICEOPS: &str = "service-operations";
const TRAFFIC: &str = "traffic";
const DATA: &str = "data-engineering";
const ML: &str = "machine-learning";
const WMCS: &str = "cloud-services";
const PLATFORM: &str = "platform-engineering";

/// How the teams of the organisation are reached.
const CHANNELS: &[(&str, &str)] = &[
    (DCOPS, "#wikimedia-dcops"),
    (PERSISTENCE, "#wikimedia-data-persistence"),
    (FOUNDATIONS, "#wikimedia-sre-foundations"),
    (O11Y, "#wikimedia-observability"),
    (SERVICEOPS, "#wikimedia-serviceops"),
    (TRAFFIC, "#wikimedia-traffic"),
    (DATA, "#wikimedia-analytics"),
    (ML, "#wikimedia-ml"),
    (WMCS, "#wikimedia-cloud"),
];

#[test]
fn every_team_is_reached_as_the_organisation_says() {
    let repo = Repo::shipped();
    for (team, channel) in CHANNELS {
        let run = repo.run(&["route", "--format", "json", team]).json()["answer"].clone();
        let contacts = run["teams"][0]["contacts"].as_array().unwrap();
        let found = contacts.iter().any(|it| it["address"] == *channel);
        assert!(found && run["teams"][0]["id"] == *team, "{run:#}");
    }
    let nobody = asked(&repo, &["quux"]);
    let ways = nobody["escalation"].as_array().unwrap().iter();
    let ways: Vec<&str> = ways.map(|it| text(&it["via"])).collect();
    assert!(ways.len() >= 3, "{ways:?}");
    for (way, words) in ways.iter().zip(["klaxon", "#wikimedia-sre", "Phabricator"]) {
        assert!(way.contains(words), "{way}");
    }
}

#[test]
fn components_count_with_the_fixtures_too() {
    let repo = Repo::shipped();
    for (word, expected) in [
        ("kafka", &[DATA, O11Y][..]),
        ("kubernetes", &[DATA, ML, SERVICEOPS]),
        ("MediaWiki", &[PLATFORM, SERVICEOPS]),
    ] {
        let answer = repo.run(&["route", "--format", "json", word]).json()["answer"].clone();
        assert_eq!(teams(&answer, "teams"), expected);
    }
    let answer = repo.run(&["route", "--format", "json", "kask"]).json()["answer"].clone();
    assert_eq!(teams(&answer, "teams"), [PERSISTENCE]);
    assert_eq!(answer["teams"][0]["reasons"][0]["matched"], "component");
    assert_eq!(answer["teams"][0]["reasons"][0]["text"], "helm-chart:kask");
}

fn teams<'a>(answer: &'a Value, key: &str) -> Vec<&'a str> {
    let teams = answer[key].as_array().unwrap().iter();
    teams.map(|team| text(&team["id"])).collect()
}

const MAP: &str = "version: 1
organization:
  name: Example
  escalation:
    - {when: 'not an emergency, team unknown', via: a ticket}
    - {when: an emergency, via: https://page.example.org}
    - {when: a quick check, via: '#help'}
teams:
  sre: {name: SRE, contacts: {irc: '#sre', page: https://sre.example.org}}
  zeta: {parent: sre, areas: [Widgets, object storage, Load Balancer, batteries], description: Also of gizmos.}
  alpha: {name: Widgets, contacts: {email: alpha@example.org}}
  beta: {areas: [widgets for export], contacts: {email: beta@example.org}}
  gamma: {name: Gamma Ray, aliases: ['https://wiki.example.org/Rays', 'rays@'], contacts: {email: gamma@example.org}}
  delta: {description: Counts widgets., contacts: {email: delta@example.org}}
  old: {name: Old Crew, areas: [steam], retired: {since: 2020-01-01, successor: older}}
  older: {retired: {successor: gamma}}
  gone: {name: Gone Crew, retired: {}}
rules:
  - {paths: [ownership.yaml], owner: sre}
  - {components: ['helm-chart:*'], owner: gamma}
";

/// The project's own map, without what it is about.
fn shipped() -> Repo {
    let map = fs::read_to_string(project().join("ownership.yaml")).unwrap();
    Repo::new(&[("ownership.yaml", &map)])
}

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("charts/widgets/Chart.yaml", "name: widgets\n"),
        ("charts/kask/Chart.yaml", "name: kask\n"),
    ])
}

fn asked(repo: &Repo, arguments: &[&str]) -> Value {
    repo.run(&[&["route", "--format", "json"], arguments].concat())
        .json()["answer"]
        .clone()
}

#[test]
fn a_former_name_finds_the_team_as_an_alias_does() {
    let repo = repo();
    let renamed = "delta: {former_names: [Abacus Club, 'https://wiki.example.org/Counting'], ";
    repo.write("ownership.yaml", MAP.replace("delta: {", renamed));
    for (words, why) in [
        (
            &["abacus", "club"][..],
            "it was formerly called `Abacus Club`",
        ),
        (&["abacusclub"], "it was formerly called `Abacus Club`"),
        (&["abacus"], "the word is in its former name `Abacus Club`"),
        (
            &["https://wiki.example.org/Counting"],
            "it was formerly called `https://wiki.example.org/Counting`",
        ),
    ] {
        let answer = asked(&repo, words);
        assert_eq!(teams(&answer, "teams"), ["delta"], "{words:?}");
        let run = repo.run(&[&["route"], words].concat());
        let line = format!("\n  because {why}\n");
        assert!(run.out.contains(&line), "{}", run.out);
    }
    let run = repo.run(&["who", "delta"]);
    let line = "  formerly    Abacus Club, https://wiki.example.org/Counting\n";
    assert!(run.out.contains(line), "{}", run.out);
}

#[test]
fn the_json_keeps_its_contract() {
    let arguments = ["route", "--format", "json", "who", "has", "widgets?"];
    let document = repo().run(&arguments).json();
    assert_eq!(keys(&document), ["answer", "tool", "version"]);
    assert_eq!(document["version"], 1);
    let answer = &document["answer"];
    assert_eq!(answer["question"], "who has widgets?");
    assert_eq!(
        keys(answer),
        [
            "corrections",
            "emergency",
            "escalation",
            "other_teams",
            "question",
            "repositories",
            "teams"
        ]
    );
    for team in answer["teams"].as_array().unwrap() {
        assert_eq!(
            keys(team),
            [
                "contacts",
                "description",
                "id",
                "name",
                "reasons",
                "retired",
                "successor_of"
            ]
        );
        assert_eq!(keys(&team["reasons"][0]), ["matched", "more", "text"]);
        assert_eq!(keys(&team["contacts"][0]), ["address", "kind", "team"]);
    }
}

#[test]
fn the_better_reason_comes_first() {
    let answer = asked(&repo(), &["widgets"]);
    assert_eq!(teams(&answer, "teams"), ["zeta", "alpha"]);
    assert_eq!(teams(&answer, "other_teams"), ["beta", "gamma", "delta"]);
    let matched: Vec<&str> = ["teams", "other_teams"]
        .iter()
        .flat_map(|key| answer[key].as_array().unwrap())
        .map(|team| text(&team["reasons"][0]["matched"]))
        .collect();
    assert_eq!(
        matched,
        ["area", "name", "word-of-area", "component", "description"]
    );
    // What matches the longer words is what is meant.
    let answer = asked(&repo(), &["widgets for export"]);
    assert_eq!(teams(&answer, "teams"), ["beta"]);
    assert_eq!(teams(&answer, "other_teams"), ["zeta", "alpha"]);
}

#[test]
fn spelling_does_not_count() {
    let repo = repo();
    for question in [
        "OBJECT STORAGE",
        "object-storage",
        "ObjectStorage",
        "about: (object storage)!",
        "what's the team's object storages?",
        "loadbalancers",
        "battery",
    ] {
        assert_eq!(
            teams(&asked(&repo, &[question]), "teams"),
            ["zeta"],
            "{question}"
        );
    }
    for question in [
        "https://wiki.example.org/Rays",
        "who is https://elsewhere.example.org/wiki/Rays?",
        "rays@example.org",
        "gamma@example.org",
        "gamma",
        "the Gamma Ray team",
        "helm-chart:kask",
    ] {
        assert_eq!(
            teams(&asked(&repo, &[question]), "teams"),
            ["gamma"],
            "{question}"
        );
    }
}

#[test]
fn names_of_alerts_are_taken_apart_unless_something_is_called_so() {
    let map = "version: 1
teams:
  ops: {name: ServiceOps, areas: [GitLab]}
  cache: {areas: [Varnish, DBaaS]}
  queue: {areas: [Kafka]}
  service: {areas: [Git, HTTP]}
rules: []
";
    let repo = Repo::new(&[("ownership.yaml", map)]);
    for (question, team) in [
        ("VarnishDown", "cache"),
        ("VarnshDown", "cache"),
        ("KafkaConsumerLag", "queue"),
        ("who has HTTPErrors?", "service"),
        ("ServiceOps", "ops"),
        ("ServiceOpps", "ops"),
        ("GitLab", "ops"),
        ("DBaaS", "cache"),
    ] {
        let answer = asked(&repo, &[question]);
        assert_eq!(teams(&answer, "teams"), [team], "{question}");
    }
}

#[test]
fn words_of_any_question_match_nothing() {
    let repo = repo();
    repo.write(
        "ownership.yaml",
        MAP.replace(
            "Also of gizmos.",
            "'Who to ask about what is broken: the team.'",
        ) + "\n",
    );
    for question in ["who do I ask", "the team", "a"] {
        let answer = asked(&repo, &[question]);
        assert!(teams(&answer, "teams").is_empty(), "{question}");
    }
    repo.write("ownership.yaml", MAP.replace("batteries", "IT, help"));
    assert_eq!(teams(&asked(&repo, &["it"]), "teams"), ["zeta"]);
    assert!(teams(&asked(&repo, &["is it kask"]), "teams") == ["gamma"]);
}

#[test]
fn misspelt_words_are_answered_for_the_near_ones_and_said_to_be() {
    let repo = repo();
    let answer = asked(&repo, &["who has wigdets"]);
    assert_eq!(
        answer["corrections"],
        serde_json::json!([{"typed": "wigdets", "meant": "Widgets"}])
    );
    assert_eq!(teams(&answer, "teams"), ["zeta", "alpha"]);
    let told = repo.run(&["route", "objct storage"]).out;
    assert!(
        told.starts_with(
            "nothing is called `objct`: did you mean `object`? This is the answer for `object`:\n"
        ),
        "{told}"
    );
    assert!(
        asked(&repo, &["kask widgets"])["corrections"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let repo = shipped();
    for (typed, meant, team) in [
        ("grafna", "Grafana", O11Y),
        ("promethues", "Prometheus", O11Y),
        ("databsae", "database", PERSISTENCE),
        ("data persistance", "persistence", PERSISTENCE),
        ("varnsh", "Varnish", TRAFFIC),
    ] {
        let answer = asked(&repo, &[typed]);
        assert_eq!(teams(&answer, "teams")[0], team, "{typed}");
        let correction = text(&answer["corrections"][0]["meant"]);
        assert!(correction.starts_with(meant), "{typed}");
    }
}

#[test]
fn a_retired_team_is_answered_with_who_took_over() {
    let repo = repo();
    for question in ["Old Crew", "steam", "older"] {
        let answer = asked(&repo, &[question]);
        assert_eq!(teams(&answer, "teams"), ["gamma"], "{question}");
        assert!(!strings(&answer["teams"][0]["successor_of"]).is_empty());
    }
    let told = repo.run(&["route", "steam"]).out;
    assert!(
        told.contains("instead of Old Crew, retired since 2020-01-01"),
        "{told}"
    );
    let told = repo.run(&["route", "gone crew"]).out;
    assert!(told.contains("retired: nobody took over"), "{told}");
    assert!(told.contains("Whom to ask instead (Example)"), "{told}");
}

#[test]
fn what_nobody_has_goes_to_the_organisation_by_urgency() {
    let run = repo().run(&["route", "quux"]);
    let expected = "\
no team matches `quux`

Whom to ask instead (Example)
  not an emergency, team unknown: a ticket
  an emergency: https://page.example.org
  a quick check: #help
";
    assert_eq!((run.code, &*run.out), (0, expected));
    let repo = repo();
    repo.write("ownership.yaml", "version: 1\nteams: {sre: {}}\n");
    let told = repo.run(&["route", "quux"]).out;
    assert!(told.contains("the map names nobody to ask"), "{told}");
    assert_eq!(repo.run(&["route"]).code, 2);
}

#[test]
fn in_an_emergency_the_page_comes_first() {
    let repo = repo();
    let told = repo.run(&["route", "--emergency", "batteries"]).out;
    let expected = "\
In an emergency (Example)
  an emergency: https://page.example.org

zeta
  because `batteries` is one of its areas
  Also of gizmos.
  page: https://sre.example.org (of sre)
  irc: #sre (of sre)
";
    assert_eq!(told, expected);
    let answer = asked(&repo, &["--emergency", "sre"]);
    assert_eq!(answer["teams"][0]["contacts"][0]["kind"], "page");
    assert_eq!(answer["escalation"][0]["when"], "an emergency");
    assert_eq!(
        answer["escalation"][1]["when"],
        "not an emergency, team unknown"
    );
    assert_eq!(
        asked(&repo, &["sre"])["teams"][0]["contacts"][0]["kind"],
        "irc"
    );
    let alone = repo.run(&["route", "--emergency"]).out;
    assert!(
        alone.starts_with("In an emergency (Example)\n  an emergency: https://page"),
        "{alone}"
    );
    assert_eq!(alone.matches("https://page.example.org").count(), 1);
}

#[test]
fn without_checkouts_the_map_answers_alone() {
    let repo = Repo::new(
        &[(
            "ownership.yaml",
            MAP.to_owned() + "repositories: [{name: charts, path: nowhere}]\n",
        )]
        .map(|(path, text)| (path, Box::leak(text.into_boxed_str()) as &str)),
    );
    let run = repo.run(&["route", "widgets"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("zeta\n"), "{}", run.out);
    assert!(
        run.err.contains("answered without its components"),
        "{}",
        run.err
    );
    assert!(run.err.contains("--root charts=DIR"), "{}", run.err);
    let answer = asked(&repo, &["widgets"]);
    assert_eq!(answer["repositories"][0]["checked_out"], false);
}

#[test]
fn long_questions_are_answered_in_time() {
    let repo = repo();
    let question = "widgets for export and kask ".repeat(20_000);
    let shipped = shipped();
    // No argument may be that long.
    let words: Vec<&str> = question.split(' ').collect();
    let parts: Vec<String> = words.chunks(10_000).map(|part| part.join(" ")).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let answer = within(5, || asked(&shipped, &parts));
    assert!(teams(&answer, "teams").len() < 50);
    assert_eq!(repo.run(&["route", &question[..100_000]]).code, 0);
}
