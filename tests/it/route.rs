//! Tests `ownlint route`.

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

/// The channels of the teams.
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
fn returns_the_channel_of_every_team() {
    let repo = Repo::shipped();
    for (team, channel) in CHANNELS {
        let run = repo.run(&["route", "--format", "json", team]).json()["answer"].clone();
        let contacts = run["teams"][0]["contacts"].as_array().unwrap();
        let found = contacts.iter().any(|it| it["address"] == *channel);
        assert!(found && run["teams"][0]["id"] == *team, "{run:#}");
    }
    let unknown = answer_to(&repo, &["quux"]);
    let ways = unknown["escalation"].as_array().unwrap().iter();
    let ways: Vec<&str> = ways.map(|it| text(&it["via"])).collect();
    assert!(ways.len() >= 3, "{ways:?}");
    for (way, words) in ways.iter().zip(["klaxon", "#wikimedia-sre", "Phabricator"]) {
        assert!(way.contains(words), "{way}");
    }
}

#[test]
fn matches_the_components_of_the_fixtures() {
    let repo = Repo::shipped();
    for (word, expected) in [
        ("kafka", &[DATA, O11Y][..]),
        ("kubernetes", &[DATA, ML, SERVICEOPS]),
        // The latter owns the chart, too.
        ("MediaWiki", &[SERVICEOPS, PLATFORM]),
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

/// The project's own map, without its repositories.
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

fn answer_to(repo: &Repo, arguments: &[&str]) -> Value {
    repo.run(&[&["route", "--format", "json"], arguments].concat())
        .json()["answer"]
        .clone()
}

#[test]
fn finds_a_team_by_a_former_name() {
    let repo = repo();
    let renamed = "delta: {former_names: [Abacus Club, 'https://wiki.example.org/Counting'], ";
    repo.write("ownership.yaml", MAP.replace("delta: {", renamed));
    for (words, why) in [
        (
            &["abacus", "club"][..],
            "the team was formerly called `Abacus Club`",
        ),
        (
            &["abacusclub"],
            "the team was formerly called `Abacus Club`",
        ),
        (
            &["abacus"],
            "the word `abacus` matches the team's former name `Abacus Club` (guess)",
        ),
        (
            &["https://wiki.example.org/Counting"],
            "the team was formerly called `https://wiki.example.org/Counting`",
        ),
    ] {
        let answer = answer_to(&repo, words);
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
fn keeps_the_json_contract() {
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
            "named",
            "other_teams",
            "question",
            "repositories",
            "teams",
            "unmatched_words"
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
                "pages",
                "reasons",
                "retired",
                "successor_of"
            ]
        );
        assert_eq!(
            keys(&team["reasons"][0]),
            ["guess", "matched", "more", "text", "words"]
        );
        assert_eq!(keys(&team["contacts"][0]), ["address", "kind", "team"]);
    }
}

#[test]
fn orders_teams_by_their_best_reason() {
    let answer = answer_to(&repo(), &["widgets"]);
    assert_eq!(teams(&answer, "teams"), ["gamma", "alpha", "zeta"]);
    assert_eq!(teams(&answer, "other_teams"), ["beta", "delta"]);
    let matched: Vec<&str> = ["teams", "other_teams"]
        .iter()
        .flat_map(|key| answer[key].as_array().unwrap())
        .map(|team| text(&team["reasons"][0]["matched"]))
        .collect();
    assert_eq!(
        matched,
        ["component", "name", "area", "word-of-area", "description"]
    );
    // The longest match wins.
    let answer = answer_to(&repo(), &["widgets for export"]);
    assert_eq!(teams(&answer, "teams"), ["beta"]);
    assert_eq!(teams(&answer, "other_teams"), ["zeta", "alpha"]);
}

#[test]
fn distinctive_words_come_first() {
    let charts = [
        "alpha-web",
        "beta-web",
        "gamma-web",
        "delta-web",
        "beta-api-server",
    ];
    let mut files = vec![(
        "ownership.yaml".to_owned(),
        "version: 1
teams: {a-team: {}, b-team: {}, c-team: {}, z-team: {}, area: {areas: [web servers]}}
rules:
  - {components: ['helm-chart:beta-*'], owners: [z-team, c-team]}
  - {components: ['helm-chart:alpha-web', 'helm-chart:gamma-web'], owners: [a-team, c-team]}
  - {components: ['helm-chart:delta-web'], owner: b-team}
"
        .to_owned(),
    )];
    files.extend(charts.map(|name| {
        (
            format!("charts/{name}/Chart.yaml"),
            format!("name: {name}\n"),
        )
    }));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let repo = Repo::new(&files);
    for (question, expected, others) in [
        // More words, then rarer words, then what a team owns most of.
        ("beta web problems", &["z-team", "c-team"][..], &[][..]),
        (
            "beta of web",
            &["z-team", "c-team"],
            &["area", "a-team", "b-team"],
        ),
        (
            "web",
            &["area", "a-team", "c-team", "b-team", "z-team"],
            &[],
        ),
        // Teams of one rule in its order.
        ("server", &["area", "z-team", "c-team"], &[]),
        ("api servers", &["z-team", "c-team"], &["area"]),
        ("gamma7 is down", &["a-team", "c-team"], &[]),
    ] {
        let answer = answer_to(&repo, &[question]);
        assert_eq!(teams(&answer, "teams"), expected, "{question}");
        assert_eq!(teams(&answer, "other_teams"), others, "{question}");
    }
    let answer = answer_to(&repo, &["frobnicated gamma quux gamma"]);
    assert_eq!(strings(&answer["unmatched_words"]), ["frobnicated", "quux"]);
    let human = repo.run(&["route", "frobnicated gamma"]).out;
    assert!(
        human.starts_with("no match for `frobnicated`\n\na-team\n"),
        "{human}"
    );
    assert!(
        human.contains("the map has no escalation contacts"),
        "{human}"
    );
    assert!(strings(&answer_to(&repo, &["gamma web"])["unmatched_words"]).is_empty());
}

/// Two teams with charts; the name of one team is a word in the name of a chart of the other.
fn services() -> Repo {
    Repo::new(&[
        (
            "ownership.yaml",
            "version: 1
teams: {web: {areas: [Cache]}, apps: {}, lake: {areas: [airflow]}}
rules:
  - {components: ['helm-chart:mw-*'], owner: apps}
  - {components: ['helm-chart:kafka-main', 'helm-chart:kube-state'], owner: lake}
",
        ),
        ("charts/mw-web-main/Chart.yaml", "name: mw-web-main\n"),
        ("charts/mw-cache/Chart.yaml", "name: mw-cache\n"),
        ("charts/kafka-main/Chart.yaml", "name: kafka-main\n"),
        ("charts/kube-state/Chart.yaml", "name: kube-state\n"),
    ])
}

#[test]
fn a_number_that_is_cut_off_makes_a_guess() {
    let repo = services();
    for (question, matched, guess, words) in [
        ("kafka-main", "component", false, "kafka main"),
        ("kafka-main1006", "word-of-component", true, "kafka main"),
        (
            "kafka-main1006:9100",
            "word-of-component",
            true,
            "kafka main",
        ),
        ("airflow", "area", false, "airflow"),
        ("airflow1005", "area", true, "airflow"),
        ("lake2", "name", true, "lake"),
        (
            "who owns kafka-main7?",
            "word-of-component",
            true,
            "kafka main",
        ),
    ] {
        let answer = answer_to(&repo, &[question]);
        let reason = &answer["teams"][0]["reasons"][0];
        assert_eq!(answer["teams"][0]["id"], "lake", "{question}");
        assert_eq!(reason["matched"], matched, "{question}");
        assert_eq!(reason["guess"], guess, "{question}");
        assert_eq!(strings(&reason["words"]).join(" "), words, "{question}");
    }
}

#[test]
fn more_words_of_a_name_come_before_a_team_in_it() {
    let repo = services();
    for (question, expected) in [
        ("mw-web.eqiad.main-7d9f8b6c5d-x2x4z", "apps"),
        ("mw-web.quux", "apps"),
        ("MwWebMainDown", "apps"),
        ("mw-cache.quux", "apps"),
        // The team alone, or as a word of its own.
        ("web", "web"),
        ("web team", "web"),
        ("who in web knows mw-web.quux", "web"),
        ("quux-web", "web"),
        ("cache", "web"),
    ] {
        let answer = answer_to(&repo, &[question]);
        assert_eq!(teams(&answer, "teams")[0], expected, "{question}");
    }
}

#[test]
fn a_repeated_word_says_nothing_new() {
    let repo = services();
    for (question, expected) in [
        ("kube kube", "kube"),
        ("kube kafka kafka kube state", "kube state"),
        ("quux kube of state kube", "kube state"),
    ] {
        let answer = answer_to(&repo, &[question]);
        let words = &answer["teams"][0]["reasons"][0]["words"];
        assert_eq!(strings(words).join(" "), expected, "{question}");
    }
    let human = repo.run(&["route", "kube kube"]).out;
    assert!(human.contains("the word `kube` matches"), "{human}");
}

#[test]
fn words_in_most_names_do_not_distinguish_teams() {
    let mut files: Vec<(String, String)> = (0..30)
        .map(|at| {
            (
                format!("charts/shop-{at}/Chart.yaml"),
                format!("name: shop-{at}\n"),
            )
        })
        .collect();
    files.push((
        "charts/kask/Chart.yaml".to_owned(),
        "name: kask\n".to_owned(),
    ));
    files.push((
        "ownership.yaml".to_owned(),
        "version: 1\nteams: {a: {}, b: {}}\nrules:\n  - {components: ['helm-chart:shop-*'], owner: a}\n  \
         - {components: ['helm-chart:kask'], owner: b}\n"
            .to_owned(),
    ));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let repo = Repo::new(&files);
    for (question, expected) in [
        ("shop", &["a"][..]),
        ("shop kask", &["b"]),
        ("ShopKaskFailing", &["b"]),
        ("ShopFailing", &[]),
    ] {
        let answer = answer_to(&repo, &[question]);
        assert_eq!(teams(&answer, "teams"), expected, "{question}");
        assert!(teams(&answer, "other_teams").is_empty(), "{question}");
    }
}

#[test]
fn shows_a_few_teams() {
    let teams: Vec<String> = (0..50).map(|at| format!("team-{at:02}")).collect();
    let map = format!(
        "version: 1\nteams: {{{}: {{}}}}\nrules: [{{paths: [charts/], owners: [{}]}}]\n",
        teams.join(": {}, "),
        teams.iter().rev().cloned().collect::<Vec<_>>().join(", "),
    );
    let repo = Repo::new(&[
        ("ownership.yaml", &map),
        ("charts/web-kask/Chart.yaml", "name: web-kask\n"),
    ]);
    let human = repo.run(&["route", "kask"]).out;
    let shown: Vec<&str> = human
        .lines()
        .filter(|line| line.starts_with("team-"))
        .collect();
    assert_eq!(
        shown,
        ["team-49", "team-48", "team-47", "team-46", "team-45"]
    );
    assert!(
        human.contains("\n… and 45 more: use `--format json` to list all\n"),
        "{human}"
    );
    assert_eq!(self::teams(&answer_to(&repo, &["kask"]), "teams").len(), 50);
}

#[test]
fn long_words_are_answered_in_time() {
    let repo = repo();
    for word in ["x", "xY", "x-", "9"] {
        let long = word.repeat(100_000 / word.len());
        let run = within(20, || repo.run(&["route", &long]));
        assert!(run.out.contains("Contact instead"), "{}", run.err);
        let run = within(20, || repo.run(&["who", &long]));
        assert_eq!(run.code, 2);
    }
}

#[test]
fn ignores_spelling_differences() {
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
            teams(&answer_to(&repo, &[question]), "teams"),
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
            teams(&answer_to(&repo, &[question]), "teams"),
            ["gamma"],
            "{question}"
        );
    }
}

#[test]
fn splits_names_of_alerts_unless_the_whole_name_matches() {
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
        let answer = answer_to(&repo, &[question]);
        assert_eq!(teams(&answer, "teams"), [team], "{question}");
    }
}

#[test]
fn places_and_environments_are_no_evidence_alone() {
    let map = "version: 1
teams:
  data: {areas: [Kafka]}
  edge: {}
  prod: {}
rules:
  - {paths: [charts/], owner: edge}
";
    let repo = Repo::new(&[("ownership.yaml", map)]);
    for chart in ["proxy-eqiad", "staging-proxy", "us-east-1-proxy"] {
        repo.write(
            format!("charts/{chart}/Chart.yaml"),
            format!("name: {chart}\n"),
        );
    }
    for (question, expected) in [
        ("kafka eqiad", &["data"][..]),
        ("kafka in staging", &["data"]),
        ("kafka us-east-1", &["data"]),
        ("eqiad", &[]),
        ("staging us-east-1", &[]),
        ("eqiad proxy", &["edge"]),
        ("proxy-eqiad", &["edge"]),
        ("prod", &["prod"]),
    ] {
        let answer = answer_to(&repo, &[question]);
        assert_eq!(teams(&answer, "teams"), expected, "{question}");
    }
}

#[test]
fn ignores_filler_words() {
    let repo = repo();
    repo.write(
        "ownership.yaml",
        MAP.replace(
            "Also of gizmos.",
            "'Who to ask about what is broken: the team.'",
        ) + "\n",
    );
    for question in ["who do I ask", "the team", "a"] {
        let answer = answer_to(&repo, &[question]);
        assert!(teams(&answer, "teams").is_empty(), "{question}");
    }
    repo.write("ownership.yaml", MAP.replace("batteries", "IT, help"));
    assert_eq!(teams(&answer_to(&repo, &["it"]), "teams"), ["zeta"]);
    assert!(teams(&answer_to(&repo, &["is it kask"]), "teams") == ["gamma"]);
}

#[test]
fn corrects_misspelled_words_and_reports_it() {
    let repo = repo();
    let answer = answer_to(&repo, &["who has wigdets"]);
    assert_eq!(
        answer["corrections"],
        serde_json::json!([{"typed": "wigdets", "meant": "Widgets"}])
    );
    assert_eq!(teams(&answer, "teams"), ["alpha", "zeta"]);
    let out = repo.run(&["route", "objct storage"]).out;
    assert!(
        out.starts_with(
            "no match for `objct`: did you mean `object`? Showing results for `object`:\n"
        ),
        "{out}"
    );
    assert!(
        answer_to(&repo, &["kask widgets"])["corrections"]
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
        let answer = answer_to(&repo, &[typed]);
        assert_eq!(teams(&answer, "teams")[0], team, "{typed}");
        let correction = text(&answer["corrections"][0]["meant"]);
        assert!(correction.starts_with(meant), "{typed}");
    }
}

#[test]
fn returns_the_successor_of_a_retired_team() {
    let repo = repo();
    for question in ["Old Crew", "steam", "older"] {
        let answer = answer_to(&repo, &[question]);
        assert_eq!(teams(&answer, "teams"), ["gamma"], "{question}");
        assert!(!strings(&answer["teams"][0]["successor_of"]).is_empty());
    }
    let text = repo.run(&["route", "steam"]).out;
    assert!(
        text.contains("successor of Old Crew, retired since 2020-01-01"),
        "{text}"
    );
    let text = repo.run(&["route", "gone crew"]).out;
    assert!(text.contains("retired: it has no successor"), "{text}");
    assert!(text.contains("Contact instead (Example)"), "{text}");
}

#[test]
fn returns_the_escalation_without_a_match() {
    let run = repo().run(&["route", "quux"]);
    let expected = "\
no team matches `quux`

Contact instead (Example)
  not an emergency, team unknown: a ticket
  an emergency: https://page.example.org
  a quick check: #help
";
    assert_eq!((run.code, &*run.out), (0, expected));
    let repo = repo();
    repo.write("ownership.yaml", "version: 1\nteams: {sre: {}}\n");
    let text = repo.run(&["route", "quux"]).out;
    assert!(
        text.contains("the map has no escalation contacts"),
        "{text}"
    );
    assert_eq!(repo.run(&["route"]).code, 2);
}

#[test]
fn shows_the_page_first_in_an_emergency() {
    let repo = repo();
    let text = repo.run(&["route", "--emergency", "batteries"]).out;
    let expected = "\
In an emergency (Example)
  an emergency: https://page.example.org

zeta
  because `batteries` is one of the team's areas
  Also of gizmos.
  page: https://sre.example.org (of sre)
  irc: #sre (of sre)
";
    assert_eq!(text, expected);
    let answer = answer_to(&repo, &["--emergency", "sre"]);
    assert_eq!(answer["teams"][0]["contacts"][0]["kind"], "page");
    assert_eq!(answer["escalation"][0]["when"], "an emergency");
    assert_eq!(
        answer["escalation"][1]["when"],
        "not an emergency, team unknown"
    );
    assert_eq!(
        answer_to(&repo, &["sre"])["teams"][0]["contacts"][0]["kind"],
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
fn answers_from_the_map_without_checkouts() {
    let repo = Repo::new(
        &[(
            "ownership.yaml",
            MAP.to_owned() + "repositories: [{name: charts, path: nowhere}]\n",
        )]
        .map(|(path, text)| (path, Box::leak(text.into_boxed_str()) as &str)),
    );
    let run = repo.run(&["route", "widgets"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("Widgets (alpha)\n"), "{}", run.out);
    assert!(
        run.err
            .contains("the result does not include components in this repository"),
        "{}",
        run.err
    );
    assert!(run.err.contains("--root charts=DIR"), "{}", run.err);
    let answer = answer_to(&repo, &["widgets"]);
    assert_eq!(answer["repositories"][0]["checked_out"], false);
}

#[test]
fn answers_long_questions_in_time() {
    let repo = repo();
    let question = "widgets for export and kask ".repeat(20_000);
    let shipped = shipped();
    // A single argument cannot be that long.
    let words: Vec<&str> = question.split(' ').collect();
    let parts: Vec<String> = words.chunks(10_000).map(|part| part.join(" ")).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let answer = within(5, || answer_to(&shipped, &parts));
    assert!(teams(&answer, "teams").len() < 50);
    assert_eq!(repo.run(&["route", &question[..100_000]]).code, 0);
}
