//! `ownlint who`: paths and components, why, and how to reach the owner.

use std::fs;

use crate::harness::{self, Repo, keys, outcome, strings, text};
use serde_json::Value;

const MAP: &str = "version: 1
teams:
  sre: {name: Site Reliability Engineering, contacts: {irc: '#sre'}}
  traffic: {parent: sre, contacts: {irc: '#traffic', page: https://klaxon.example.org}}
  dba: {}
rules:
  - paths: [ownership.yaml, modules/]
    owner: sre
  - paths: [modules/varnish/]
    owner: traffic
  - paths: ['modules/*/files/']
    owner: dba
exemptions:
  - {paths: [LICENSE], reason: belongs to everybody}
";

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("LICENSE", ""),
        ("modules/varnish/manifests/init.pp", ""),
        ("modules/varnish/files/x", ""),
        ("modules/y", ""),
        ("charts/kask/Chart.yaml", "team: dba\n"),
        ("charts/kask/values.yaml", ""),
    ])
}

fn claims(answer: &Value) -> Vec<[&str; 4]> {
    let claims = answer["claims"].as_array().unwrap().iter();
    claims
        .map(|c| ["pattern", "origin", "outcome", "reason"].map(|key| text(&c[key])))
        .collect()
}

#[test]
fn the_json_keeps_its_contract() {
    let answers = repo().who_all(&[
        "modules/varnish/files/x",
        "charts/kask",
        "helm-chart:kask",
        "./new",
    ]);
    assert_eq!(answers.len(), 4);
    for answer in &answers {
        for key in [
            "query",
            "repository",
            "path",
            "exists",
            "untracked",
            "verdict",
            "owners",
            "components",
            "claims",
            "contacts",
            "escalation",
        ] {
            assert!(keys(answer).contains(&key), "{key} in {answer:#}");
        }
        for claim in answer["claims"].as_array().unwrap() {
            assert_eq!(
                keys(claim),
                [
                    "further_locations",
                    "location",
                    "note",
                    "origin",
                    "outcome",
                    "owners",
                    "pattern",
                    "people",
                    "reason"
                ]
            );
            assert!(["rule", "declaration", "exemption"].contains(&text(&claim["origin"])));
            assert!(["wins", "overridden", "conflicts"].contains(&text(&claim["outcome"])));
            for key in ["file", "line", "column", "end_line", "end_column"] {
                assert!(keys(&claim["location"]).contains(&key), "{key}");
            }
        }
    }
    assert_eq!(
        answers[1]["components"],
        serde_json::json!(["helm-chart:kask"])
    );
}

#[test]
fn shows_winning_and_overridden_claims_with_their_places() {
    let repo = repo();
    let answer = repo.who("modules/varnish/manifests/init.pp");
    assert_eq!(outcome(&answer), "traffic");
    assert_eq!(
        claims(&answer),
        [
            [
                "modules/varnish/",
                "rule",
                "wins",
                "no other claim takes precedence"
            ],
            [
                "modules/",
                "rule",
                "overridden",
                "`modules/varnish/` is inside `modules/`"
            ],
        ]
    );
    let lines: Vec<u64> = answer["claims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| claim["location"]["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [9, 7]);
    let conflict = repo.who("modules/varnish/files/x");
    assert_eq!(outcome(&conflict), "conflicting");
    let outcomes: Vec<&str> = claims(&conflict).iter().map(|claim| claim[2]).collect();
    assert_eq!(outcomes, ["conflicts", "conflicts", "overridden"]);
    assert_eq!(outcome(&repo.who("LICENSE")), "exempt");
    assert_eq!(claims(&repo.who("LICENSE"))[0][1], "exemption");
    assert_eq!(
        claims(&repo.who("charts/kask/values.yaml"))[0][1],
        "declaration"
    );
    assert!(claims(&repo.who("charts/none")).is_empty());
}

#[test]
fn shows_why_a_claim_is_overridden() {
    for (rest, path, reason) in [
        (
            "[{paths: ['**'], owner: sre, priority: 1}, {paths: [a], owner: dba}]",
            "./a",
            "has priority 1, but this claim has only 0",
        ),
        (
            "[{paths: ['**'], owner: sre}, {paths: [a], owner: dba}]",
            "./a",
            "`a` is inside `**`",
        ),
        (
            "[{components: ['helm-chart:*'], owner: sre}]",
            "charts/kask/x",
            "names the component, but this claim uses a wildcard",
        ),
        (
            "[{components: ['helm-chart:*', 'helm-chart:e*'], owner: sre}]",
            "charts/echo/x",
            "`helm-chart:e*` is a wildcard that matches fewer components",
        ),
        (
            "[{paths: ['?'], owner: sre}, {paths: ['[ab]*'], owner: traffic}]",
            "./a",
            "`traffic` is part of `sre`",
        ),
    ] {
        let (head, _) = MAP.split_once("rules:").unwrap();
        let repo = repo();
        repo.write("charts/echo/Chart.yaml", "name: echo\n");
        repo.write("ownership.yaml", format!("{head}rules: {rest}\n"));
        let answer = repo.who(path);
        let lost: Vec<&str> = claims(&answer)
            .into_iter()
            .filter(|claim| claim[2] == "overridden")
            .map(|claim| claim[3])
            .collect();
        assert!(
            lost.len() == 1 && lost[0].contains(reason),
            "{reason} in {lost:?}"
        );
    }
}

#[test]
fn each_answer_repeats_the_query() {
    let repo = repo();
    let asked = [
        "./modules/../LICENSE",
        "helm-chart:kask",
        "charts/",
        "./new",
    ];
    let answers = repo.who_all(&asked);
    let queries: Vec<&str> = answers
        .iter()
        .map(|answer| text(&answer["query"]))
        .collect();
    assert_eq!(queries, asked);
}

#[test]
fn shows_the_note_or_reason_of_a_claim() {
    let repo = repo();
    let map = MAP.replace(
        "    owner: traffic\n",
        "    owner: traffic\n    note: as agreed\n",
    );
    repo.write("ownership.yaml", map);
    for (path, note) in [
        ("modules/varnish/manifests/init.pp", "note: as agreed"),
        ("LICENSE", "reason: belongs to everybody"),
        ("modules/y", "-"),
        ("charts/kask/x", "-"),
    ] {
        let (_, words) = note.split_once(": ").unwrap_or(("", note));
        assert_eq!(text(&repo.who(path)["claims"][0]["note"]), words, "{path}");
        let shown = repo.run(&["who", path]).out;
        assert_eq!(
            shown.contains(&format!("\n      {note}\n")),
            note != "-",
            "{shown}"
        );
    }
}

#[test]
fn shows_the_escalation_contacts_without_an_owner() {
    let repo = repo();
    repo.write("lost/x", "");
    repo.write("mixed/charts/Chart.yaml", "team: dba\n");
    repo.write("mixed/x", "");
    repo.write("charts/lost/Chart.yaml", "");
    let organization = "organization:
  escalation:
    - {when: an emergency, via: https://page.example.org}
    - {when: else, via: a task}
";
    repo.write("ownership.yaml", format!("{MAP}{organization}"));
    for (target, open) in [
        ("lost/x", true),
        ("lost", true),
        ("./new", true),
        ("helm-chart:lost", true),
        ("mixed", false),
        ("modules/y", false),
        ("modules/varnish/files/x", false),
        ("LICENSE", false),
    ] {
        let expected = match open {
            true => serde_json::json!([
                {"when": "an emergency", "via": "https://page.example.org"},
                {"when": "else", "via": "a task"},
            ]),
            false => serde_json::json!([]),
        };
        assert_eq!(repo.who(target)["escalation"], expected, "{target}");
        let shown = repo.run(&["who", target]).out;
        let line = "\n    an emergency: https://page.example.org\n    else: a task\n";
        assert_eq!(shown.contains(line), open, "{shown}");
    }
}

#[test]
fn shows_every_place_of_a_declaration() {
    let repo = repo();
    repo.write("modules/role/manifests/r.pp", "");
    let files = ["common", "codfw", "eqiad"].map(|level| format!("hieradata/role/{level}/r.yaml"));
    for (file, team) in files.iter().zip(["dba", "traffic", "dba"]) {
        let text = format!("profile::contacts::role_contacts: [{team}]\n");
        repo.write(file, text);
    }
    let answer = repo.who(&files[2]);
    assert_eq!(outcome(&answer), "dba traffic");
    let claim = &answer["claims"][0];
    assert_eq!(text(&claim["location"]["file"]), files[0]);
    let further = claim["further_locations"].as_array().unwrap().iter();
    let further: Vec<&str> = further.map(|place| text(&place["file"])).collect();
    assert_eq!(further, &files[1..]);
    let shown = repo.run(&["who", &files[0]]).out;
    for file in &files {
        assert!(shown.contains(&format!("      {file}:1:36")), "{shown}");
    }
}

#[test]
fn shows_the_contacts_of_the_owners() {
    let repo = repo();
    let shown = repo.run(&["who", "modules/varnish/manifests/init.pp"]).out;
    assert!(
        shown.contains("traffic: irc #traffic · page https://klaxon.example.org"),
        "{shown}"
    );
    assert!(
        !shown.contains("#sre"),
        "not those of an overridden team: {shown}"
    );
    let answer = repo.who("modules/varnish/manifests/init.pp");
    assert_eq!(
        answer["contacts"],
        serde_json::json!({"traffic": {"irc": "#traffic", "page": "https://klaxon.example.org"}})
    );
    let shown = repo.run(&["who", "modules/varnish/files/x"]).out;
    assert!(shown.contains("#traffic"), "all who claim it: {shown}");
    let shown = repo.run(&["who", "modules/y"]).out;
    assert!(
        shown.contains("owned by Site Reliability Engineering (sre)\n"),
        "{shown}"
    );
    let shown = repo.run(&["who", "charts/kask/x"]).out;
    assert!(shown.contains("owned by dba\n"), "named once: {shown}");
}

#[test]
fn a_team_without_contacts_uses_those_of_its_nearest_parent() {
    let map = "version: 1
teams:
  sre: {contacts: {irc: '#sre'}}
  infra: {parent: sre}
  dns: {parent: infra}
rules: [{paths: [a/], owner: dns}]
";
    let repo = Repo::new(&[("ownership.yaml", map), ("a/f", "")]);
    let shown = repo.run(&["who", "a/f"]).out;
    assert!(shown.contains("    dns: irc #sre (of sre)\n"), "{shown}");
    let reach = serde_json::json!([{"kind": "irc", "address": "#sre", "team": "sre"}]);
    let answer = repo.who("a/f");
    assert_eq!(answer["contacts"]["dns"]["irc"], "#sre");
    assert_eq!(answer["contact_order"]["dns"], reach);
    let shown = repo.run(&["who", "team:dns"]).out;
    assert!(shown.contains("  irc         #sre (of sre)\n"), "{shown}");
    let team = &repo.who("team:dns")["team"];
    assert_eq!(team["contacts"]["irc"], "#sre");
    assert_eq!(team["contact_order"], reach);
}

#[test]
fn shows_the_successor_of_a_retired_owner() {
    let map = "version: 1
teams:
  old: {retired: {since: 2024-01-01, successor: older}}
  older: {retired: {successor: dns}}
  dns: {contacts: {irc: '#dns'}}
rules: [{paths: [b/], owner: old}]
";
    let repo = Repo::new(&[("ownership.yaml", map), ("b/g", "")]);
    let shown = repo.run(&["who", "b/g"]).out;
    assert!(
        shown.contains(
            "  owned by old\n    old: retired since 2024-01-01: ask dns\n    dns: irc #dns\n"
        ),
        "{shown}"
    );
    let answer = repo.who("b/g");
    assert_eq!(
        answer["retired"],
        serde_json::json!({"old": {"since": "2024-01-01", "successor": "older"}})
    );
    assert_eq!(answer["contacts"]["dns"]["irc"], "#dns");
    assert_eq!(strings(&answer["owners"]), ["old"]);
}

#[test]
fn shows_the_owner_of_a_path_that_does_not_exist() {
    let repo = repo();
    for (path, expected, exists) in [
        ("modules/varnish/manifests/init.pp", "traffic", true),
        ("modules/varnish/new.pp", "traffic", false),
        ("modules/varnish/new/deep/x", "traffic", false),
        ("charts/kask/new", "dba", false),
        ("modules/varnish", "traffic", true),
        ("modules/varnish/", "traffic", true),
        ("modules/new/", "sre", false),
        ("modules/new/files/", "dba", false),
        ("modules/new/files", "sre", false),
        ("modules", "sre", true),
    ] {
        let answer = repo.who(path);
        assert_eq!(
            (outcome(&answer).as_str(), &answer["exists"]),
            (expected, &exists.into()),
            "{path}"
        );
        let shown = repo.run(&["who", path]).out;
        assert_eq!(
            shown.contains("does not exist: showing the owner that a new file would have"),
            !exists,
            "{path}: {shown}"
        );
    }
}

const COMPONENTS: &str = "version: 1
teams: {helm: {}, roles: {}, kafka: {}, modules: {}, dba: {}}
rules:
  - {components: ['helm-chart:*'], owner: helm}
  - {components: ['puppet-role:*'], owner: roles}
  - {components: ['puppet-role:kafka::*'], owner: kafka}
  - {components: ['puppet-module:*'], owner: modules}
";

#[test]
fn a_new_file_belongs_to_the_component_that_it_would_be_part_of() {
    for tracked in [false, true] {
        let repo = Repo::new(&[
            ("ownership.yaml", COMPONENTS),
            ("modules/role/manifests/kafka/broker.pp", ""),
            ("charts/kask/Chart.yaml", "team: dba\n"),
        ]);
        if tracked {
            repo.track();
        }
        let new = [
            ("charts/new/Chart.yaml", "helm", "helm-chart:new"),
            ("modules/role/manifests/new.pp", "roles", "puppet-role:new"),
            (
                // No directory in it exists.
                "./hieradata/role/eqiad/kafka/broker.yaml",
                "kafka",
                "puppet-role:kafka::broker",
            ),
            (
                "modules/new/manifests/init.pp",
                "modules",
                "puppet-module:new",
            ),
        ];
        let paths = new.map(|(path, ..)| path);
        for _ in ["not there", "there, but not tracked"] {
            // Asks for each path in its own run, and for all together with a question that needs all files.
            let together = repo.who_all(&[&paths[..], &["."]].concat());
            for ((path, owner, component), together) in new.iter().zip(&together) {
                let alone = repo.who(path);
                for answer in [&alone, together] {
                    assert_eq!(outcome(answer), *owner, "{path}");
                    let components = strings(&answer["components"]);
                    assert!(components.contains(component), "{path}: {components:?}");
                }
            }
            for path in paths {
                repo.write(path, "");
            }
        }
        repo.write("charts/new/Chart.yaml", "team: dba\n");
        assert_eq!(repo.verdict("charts/new/Chart.yaml"), "dba", "it says so");
        assert_eq!(
            repo.verdict("charts/later/"),
            "unowned",
            "a directory is no chart"
        );
    }
}

#[test]
fn a_question_does_not_create_a_component() {
    let repo = Repo::new(&[("ownership.yaml", COMPONENTS)]);
    let run = repo.run(&["who", "charts/new/Chart.yaml", "helm-chart:new"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("component `helm-chart:new` does not exist"),
        "{}",
        run.err
    );
}

#[test]
fn notes_that_a_file_is_not_tracked() {
    let repo = repo();
    repo.track();
    repo.write("modules/new", "");
    repo.write("fresh/x", "");
    repo.link("to-modules", "modules");
    repo.git(&["add", "to-modules"]);
    for (path, untracked) in [
        ("modules/y", false),
        ("modules/new", true),
        ("fresh", true),
        ("modules", false),
        (".", false),
        ("./gone", false),
        ("to-modules", false),
        ("to-modules/y", false),
    ] {
        let answer = repo.who(path);
        assert_eq!(answer["untracked"], untracked, "{path}");
        let shown = repo.run(&["who", path]).out;
        assert_eq!(shown.contains("not tracked by git"), untracked, "{shown}");
        assert_eq!(
            shown.contains("does not exist"),
            path == "./gone",
            "{shown}"
        );
    }
    fs::remove_dir_all(repo.path().join(".git")).unwrap();
    assert_eq!(
        repo.who("modules/new")["untracked"],
        false,
        "no git to know it"
    );
}

#[test]
fn finds_components_by_name_and_suggests_teams() {
    let repo = repo();
    let map = MAP.replace(
        "dba: {}",
        "dba: {name: Databases, aliases: [Data Persistence]}",
    );
    repo.write("ownership.yaml", map);
    repo.write("modules/role/manifests/app/web.pp", "");
    repo.write("charts/varnish/Chart.yaml", "team: dba\n");
    for (asked, components) in [
        ("role:app::web", &["puppet-role:app::web"][..]),
        ("role::app::web", &["puppet-role:app::web"]),
        ("app::web", &["puppet-role:app::web"]),
        ("chart:kask", &["helm-chart:kask"]),
        ("varnish", &["helm-chart:varnish", "puppet-module:varnish"]),
    ] {
        let answers = repo.who_all(&[asked]);
        let found = answers.iter().flat_map(|it| strings(&it["components"]));
        let mut found: Vec<&str> = found.collect();
        found.sort_unstable();
        assert_eq!(found, components, "{asked}");
    }
    for (asked, meant) in [
        ("dbaa", "dba"),
        ("databses", "Databases"),
        ("Data Persistance", "Data Persistence"),
    ] {
        let run = repo.run(&["who", asked]);
        let help = format!("help: did you mean team `{meant}`?\n");
        assert!(run.code == 2 && run.err.contains(&help), "{}", run.err);
    }
    for asked in ["modules/y", "modules", "nothing", "modules/dba"] {
        let run = repo.run(&["who", asked]);
        let shown = run.out + &run.err;
        assert!(
            !shown.contains("did you mean") && !shown.contains("ask about"),
            "{shown}"
        );
    }
    let run = repo.run(&["who", "puppet-role:role::app::web"]);
    assert!(
        run.err.contains("did you mean `puppet-role:app::web`?"),
        "{}",
        run.err
    );
    repo.write(
        "map/ownership.yaml",
        "version: 1\nteams: {sre: {}}\nrepositories: [{name: x, path: ../charts}]\n",
    );
    let run = repo.run(&["who", "--config", "map/ownership.yaml", "srre"]);
    assert!(
        run.code == 2 && run.err.contains("did you mean team `sre`?"),
        "{}",
        run.err
    );
}

#[test]
fn shows_the_owners_of_the_files_in_a_directory() {
    let repo = repo();
    let answer = repo.who("modules");
    let inside: Vec<(String, u64)> = answer["contents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (outcome(entry), entry["files"].as_u64().unwrap()))
        .collect();
    assert_eq!(inside.iter().map(|(_, files)| files).sum::<u64>(), 3);
    for expected in [("traffic", 1), ("sre", 1), ("conflicting", 1)] {
        assert!(
            inside.contains(&(expected.0.to_owned(), expected.1)),
            "{inside:?}"
        );
    }
    assert!(
        repo.run(&["who", "modules"])
            .out
            .contains("as a whole: owned by")
    );
    let whole = repo.run(&["who", "."]).out;
    assert!(
        whole.contains("as a whole: no single claim covers it"),
        "{whole}"
    );
}

#[test]
fn paths_are_relative_to_the_current_directory() {
    let repo = repo();
    let inside = repo.path().join("modules/varnish");
    let run = |directory: &std::path::Path, path: &str| {
        let mut command = repo.command();
        let run = command
            .current_dir(directory)
            .args(["who", "--format", "json", path]);
        harness::Run::of(run.output().unwrap()).json()["answers"][0].clone()
    };
    for (path, expected) in [
        ("manifests/init.pp", "modules/varnish/manifests/init.pp"),
        ("./manifests/../x", "modules/varnish/x"),
        ("../y", "modules/y"),
        ("..", "modules"),
        (".", "modules/varnish"),
        ("../../", ""),
    ] {
        assert_eq!(text(&run(&inside, path)["path"]), expected, "{path}");
    }
    let absolute = repo.path().join("modules/y");
    assert_eq!(
        text(&run(&inside, absolute.to_str().unwrap())["path"]),
        "modules/y"
    );
}

#[test]
fn finds_a_path_through_a_link_to_the_repository() {
    let repo = repo();
    let other = Repo::new(&[]);
    other.link("link", repo.path().to_str().unwrap());
    let path = other.path().join("link/modules/y");
    assert_eq!(repo.verdict(path.to_str().unwrap()), "sre");
}

#[test]
fn a_question_without_an_answer_is_an_error_with_help() {
    let repo = repo();
    for (target, parts) in [
        (
            "/etc/passwd",
            &[
                "`/etc/passwd` is not in any repository listed in the map",
                "the map covers",
            ][..],
        ),
        ("", &["the path is empty", "use `.`"]),
        (
            "../outside",
            &["`../outside` is not in any repository listed in the map"],
        ),
        (
            "helm-chart:kaks",
            &[
                "component `helm-chart:kaks` does not exist",
                "did you mean `helm-chart:kask`?",
            ],
        ),
        (
            "helm-chart:zzzzzzz",
            &[
                "component `helm-chart:zzzzzzz` does not exist",
                "contain 1 component of this kind",
            ],
        ),
        (
            "helm-chrt:kask",
            &[
                "unknown component kind `helm-chrt`",
                "did you mean `helm-chart`?",
            ],
        ),
    ] {
        let run = repo.run(&["who", target]);
        assert_eq!((run.code, &*run.out), (2, ""), "{target}");
        for part in parts {
            assert!(run.err.contains(part), "{part} in {}", run.err);
        }
    }
    assert_eq!(repo.run(&["who"]).code, 2);
}

#[test]
fn a_name_with_a_colon_is_a_component_unless_a_path_has_it() {
    let repo = repo();
    repo.write("modules/a:b", "");
    assert_eq!(repo.verdict("modules/a:b"), "sre");
    assert_eq!(repo.verdict("helm-chart:kask"), "dba");
    assert_eq!(repo.verdict("./helm-chart:kask"), "unowned");
    repo.write("helm-chart:kask", "");
    assert_eq!(repo.verdict("helm-chart:kask"), "unowned");
}

#[test]
fn paths_are_read_from_standard_input() {
    let repo = repo();
    let paths = |arguments: &[&str], input: &[u8]| -> Vec<String> {
        let run = repo.run_on(
            &[&["who", "--stdin", "--format", "json"], arguments].concat(),
            input,
        );
        let answers = run.json()["answers"].clone();
        let answers = answers.as_array().unwrap().iter();
        answers
            .map(|answer| text(&answer["path"]).to_owned())
            .collect()
    };
    assert_eq!(
        paths(&[], b"modules/y\nLICENSE\n"),
        ["modules/y", "LICENSE"]
    );
    assert_eq!(
        paths(&[], b"modules/y\r\n\nLICENSE"),
        ["modules/y", "LICENSE"]
    );
    assert_eq!(
        paths(&["-0"], b"modules/y\0./a\nb\0"),
        ["modules/y", "a\nb"]
    );
    assert_eq!(paths(&["-0"], b"./caf\xe9\0"), ["caf\\xe9"]);
    assert!(paths(&[], b"").is_empty());
}

#[test]
fn an_invalid_question_does_not_prevent_other_answers() {
    let repo = repo();
    let bad = ["/etc/passwd", "helm-chart:kaks"];
    let lines = format!("{}\nmodules/y\n{}\ncharts/kask\n", bad[0], bad[1]);
    let json = repo.run_on(&["who", "--stdin", "--format", "json"], &lines);
    let answers = json.json()["answers"].clone();
    let answers = answers.as_array().unwrap().iter();
    let paths: Vec<&str> = answers.map(|answer| text(&answer["path"])).collect();
    assert_eq!(paths, ["modules/y", "charts/kask"]);
    let human = repo.run_on(&["who", "--stdin"], &lines);
    let typed = repo.run(&["who", "modules/y", bad[0], "charts/kask", bad[1]]);
    for run in [&human, &typed] {
        assert!(
            run.out.contains("modules/y\n") && run.out.contains("charts/kask\n"),
            "{}",
            run.out
        );
    }
    for run in [json, human, typed] {
        assert_eq!(run.code, 2);
        for bad in bad {
            assert!(run.err.contains(&format!("`{bad}`")), "{}", run.err);
        }
    }
    for format in ["human", "json"] {
        let run = repo.run_on(&["who", "--stdin", "--format", format], bad.join("\n"));
        assert_eq!(run.code, 2);
        match format {
            "json" => assert_eq!(run.json()["answers"], serde_json::json!([])),
            _ => assert_eq!(run.out, ""),
        }
        assert_eq!(run.err.matches("error:").count(), 2, "{}", run.err);
    }
}

#[test]
fn rejects_invalid_combinations_of_options() {
    let repo = repo();
    for arguments in [
        &["who", "--stdin", "modules/y"][..],
        &["who", "-0"],
        &["who", "-0", "modules/y"],
        &["who", "--format", "compact", "modules/y"],
        &["check", "--format", "xml"],
        &["check", "--fail-on", "fatal"],
        &["check", "--root", "puppet"],
        &["lint"],
        &[],
    ] {
        let run = repo.run(arguments);
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments:?}");
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn lists_the_possible_arguments_if_none_is_given() {
    let repo = repo();
    for (command, all) in [
        ("who", "<PATH|COMPONENT|TEAM|--stdin>"),
        ("diff", "<REV|--staged>"),
        ("reviewers", "<PATH|--staged|--since <REV>>"),
    ] {
        let run = repo.run(&[command]);
        assert!(run.code == 2 && run.err.contains(all), "{}", run.err);
    }
}

#[test]
fn suggests_a_similar_path() {
    let repo = repo();
    let varnish = repo.path().join("modules/varnish");
    for (here, asked, meant) in [
        (repo.path(), "modules/varnsih", "modules/varnish"),
        (repo.path(), "./modules/varnsih/", "./modules/varnish"),
        (repo.path(), "./LICENCE", "./LICENSE"),
        (&varnish, "manifests/initt.pp", "manifests/init.pp"),
        (&varnish, "../varnsih/new.pp", "../varnish/new.pp"),
    ] {
        let mut command = repo.command();
        let asking = command.current_dir(here).args(["who", asked]);
        let run = harness::Run::of(asking.output().unwrap());
        let shown =
            format!("showing the owner that a new file would have\n  did you mean `{meant}`?\n");
        assert!(run.code == 0 && run.out.contains(&shown), "{}", run.out);
    }
    // No directory in it exists.
    let run = repo.run(&["who", "module/varnish/files/x"]);
    let help = "help: did you mean `modules/varnish/files/x`?\n";
    assert!(run.code == 2 && run.err.contains(help), "{}", run.err);
    // So many paths are a list, not typing errors.
    let many: Vec<String> = (0..101).map(|at| format!("modules/varnsih{at}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let out = repo.run(&[&["who"], &many[..]].concat()).out;
    assert!(!out.contains("did you mean"), "{out}");
}

#[test]
fn finds_a_component_of_any_repository() {
    let repo = Repo::new(&[
        ("a/modules/role/manifests/app.pp", ""),
        ("b/charts/kask/Chart.yaml", "name: kask\n"),
        (
            "ownership.yaml",
            "version: 1\nteams: {sre: {}}\nrepositories: [{name: a, path: a}, {name: b, path: b}]\n",
        ),
    ]);
    for here in ["", "a"] {
        for (asked, id) in [("kask", "helm-chart:kask"), ("role:app", "puppet-role:app")] {
            let mut command = repo.command();
            let here = repo.path().join(here);
            let asking = command.current_dir(here).args(["who", asked]);
            let run = harness::Run::of(asking.output().unwrap());
            assert!(
                run.code == 0 && run.out.starts_with(id),
                "{}{}",
                run.out,
                run.err
            );
        }
    }
    for (asked, help) in [
        ("../a/modules", "the map covers "),
        ("/kask", "the map covers "),
    ] {
        let run = repo.run(&["who", asked]);
        assert_eq!((run.code, &*run.out), (2, ""), "{asked}");
        let shown =
            format!("error: `{asked}` is not in any repository listed in the map\nhelp: {help}");
        assert!(run.err.contains(&shown), "{}", run.err);
    }
    // A path that is relative to one of the repositories.
    let run = repo.run(&["who", "charts/kask/Chart.yaml"]);
    let start = "charts/kask/Chart.yaml  in b\n  understood as: path in repository `b`\n";
    assert!(run.code == 0 && run.out.starts_with(start), "{}", run.out);
    let run = repo.run(&["who", "modules"]);
    assert!(
        run.code == 2 && run.err.contains("did you mean `a/modules`?"),
        "{}",
        run.err
    );
}

#[test]
fn the_innermost_repository_answers() {
    let repo = Repo::new(&[
        ("outer/x", ""),
        ("outer/inner/x", ""),
        (
            "map/ownership.yaml",
            "version: 1
teams: {one: {}, two: {}}
repositories:
  - {name: outer, path: ../outer, rules: [{paths: ['**'], owner: one}]}
  - {name: inner, path: ../outer/inner, rules: [{paths: ['**'], owner: two}]}
",
        ),
    ]);
    let ask = |path: &str| {
        let run = repo.run(&[
            "who",
            "--config",
            "map/ownership.yaml",
            "--format",
            "json",
            path,
        ]);
        run.json()["answers"][0].clone()
    };
    assert_eq!(text(&ask("outer/x")["repository"]), "outer");
    assert_eq!(text(&ask("outer/inner/x")["repository"]), "inner");
    assert_eq!(strings(&ask("outer/inner/x")["owners"]), ["two"]);
}

#[test]
fn reads_only_what_an_answer_needs() {
    let repo = repo();
    repo.write("charts/broken/Chart.yaml", "team: [\n");
    let run = repo.run(&["who", "modules/y", "charts/kask"]);
    assert_eq!((run.code, &*run.err), (0, ""));
    let map = fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
    repo.write("ownership.yaml", map + "declarations: {\"*\": ignore}\n");
    repo.track();
    repo.write(".git/index", "no index");
    assert_eq!(repo.verdict("modules/y"), "sre");
}

#[test]
fn a_path_that_can_not_be_accessed_may_exist() {
    let map = "version: 1\nteams: {a: {}}\nrules: [{paths: [d/], owner: a}]\n";
    let repo = Repo::new(&[("ownership.yaml", map), ("d/x", "")]);
    repo.track();
    // As in a directory without permission, the system does not know whether it exists.
    repo.link("d/circle", "circle");
    let run = repo.run(&["who", "d/circle/x"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("  cannot be accessed ("), "{}", run.out);
    assert!(run.out.contains("owned by a"), "{}", run.out);
    let answer = repo.who("d/circle/x");
    assert!(answer["exists"].is_null(), "{answer}");
    assert_eq!(repo.who("d/x/y")["exists"], false);
    let run = repo.run(&["check", "d/circle/x"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("failed to access `d/circle/x`: "),
        "{}",
        run.err
    );
    assert_eq!(repo.who(&format!("./{}", "x".repeat(300)))["exists"], false);
}

#[test]
fn shows_ignored_declarations() {
    for (policy, team, ignored_declarations) in [
        ("trust", "web", None),
        ("trust", "Nobody", Some(("Nobody", "not a team in the map"))),
        ("ignore", "Nobody", None),
        ("compare", "sre", None),
        (
            "compare",
            "web",
            Some((
                "web",
                "this declaration is only compared with the map (`declarations: compare`); it does not assign an owner",
            )),
        ),
    ] {
        let map = format!(
            "version: 1\nteams: {{sre: {{}}, web: {{}}}}\nrules: [{{paths: [charts/], owner: sre}}]\n\
             declarations: {{helm: {policy}}}\n"
        );
        let chart = format!("team: {team}\n");
        let repo = Repo::new(&[("ownership.yaml", &map), ("charts/kask/Chart.yaml", &chart)]);
        for asked in ["helm-chart:kask", "charts/kask/Chart.yaml", "charts/kask"] {
            let answer = &repo.who(asked);
            let human = repo.run(&["who", asked]).out;
            let case = format!("{policy} {team} {asked}: {answer:#}\n{human}");
            match ignored_declarations {
                None => {
                    assert_eq!(
                        answer["ignored_declarations"],
                        Value::Array(Vec::new()),
                        "{case}"
                    );
                    assert!(!human.contains("! ignored"), "{case}");
                }
                Some((name, why)) => {
                    let [declaration] =
                        &answer["ignored_declarations"].as_array().expect(&case)[..]
                    else {
                        panic!("{case}");
                    };
                    assert_eq!(declaration["component"], "helm-chart:kask", "{case}");
                    assert_eq!(declaration["owners"][0], name, "{case}");
                    assert_eq!(declaration["reason"], why, "{case}");
                    assert_eq!(declaration["location"]["line"], 1, "{case}");
                    let line = format!(
                        "  ! ignored    declaration `helm-chart:kask` → {name}\n      \
                         charts/kask/Chart.yaml:1:7 · {why}\n"
                    );
                    assert!(human.contains(&line), "{case}");
                }
            }
        }
    }
}

#[test]
fn suggests_nested_components_for_an_unknown_one() {
    let repo = Repo::new(&[
        ("ownership.yaml", "version: 1\nteams: {sre: {}}\n"),
        ("modules/role/manifests/kafka/main.pp", ""),
        ("modules/role/manifests/kafka/jumbo/broker.pp", ""),
        ("modules/role/manifests/kafkatee.pp", ""),
    ]);
    for (asked, meant) in [
        (
            "puppet-role:kafka",
            "`puppet-role:kafka::jumbo::broker` or `puppet-role:kafka::main`",
        ),
        (
            "puppet-role:kafka::jumbo",
            "`puppet-role:kafka::jumbo::broker`",
        ),
        ("puppet-role:kafkate", "`puppet-role:kafkatee`"),
    ] {
        let run = repo.run(&["who", asked]);
        let shown =
            format!("error: component `{asked}` does not exist\nhelp: did you mean {meant}?\n");
        assert!(run.code == 2 && run.err.contains(&shown), "{}", run.err);
    }
}

#[test]
fn counts_the_alerts_that_name_a_team() {
    let rules = "groups:
- name: g
  rules:
  - {alert: A, expr: up, labels: {team: beta}}
  - {alert: B, expr: up, labels: {team: beta}}
  - {alert: C, expr: up, labels: {team: alpha}}
";
    let map = "version: 1\nteams: {alpha: {}, beta: {}, gamma: {}}\nrules: [{paths: ['**'], owner: alpha}]\n";
    let repo = Repo::new(&[("ownership.yaml", map), ("alerts/a.yaml", rules)]);
    for (team, expected) in [
        ("alpha", " 1 alert\n"),
        ("beta", ", 2 alerts\n"),
        ("gamma", "  owns        no files or components\n"),
    ] {
        let run = repo.run(&["who", "--no-history", &format!("team:{team}")]);
        assert!(run.out.contains(expected), "{team}: {}", run.out);
    }
    let teams = repo.run(&["teams", "--format", "json"]).json()["teams"].clone();
    let alerts = teams.as_array().unwrap().iter();
    let alerts: Vec<Option<u64>> = alerts
        .map(|team| team["owns"][0]["alerts"].as_u64())
        .collect();
    assert_eq!(alerts, [Some(1), Some(2), None]);
    assert!(repo.run(&["teams"]).out.contains(", 2 alerts in "));
}
