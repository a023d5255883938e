//! `ownlint who`: the forms of a question, and which of them counts.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStringExt as _,
    path::Path,
};

use serde_json::Value;

use crate::harness::{Repo, Run, text};

const MAP: &str = "version: 1
organization:
  name: Example
  escalation:
    - {when: an emergency, via: https://page.example.org}
    - {when: anything else, via: '#sre'}
teams:
  sre: {aliases: [Site Reliability, https://wiki.example.org/SRE], contacts: {irc: '#sre'}}
  kask: {}
  dba: {aliases: ['https://gerrit.example.org:29418'], handles: {github: '@example/dba-team'}}
repositories:
  - {name: puppet, path: puppet, rules: [{paths: ['**'], owner: sre}]}
  - {name: charts, path: charts}
  - {name: team/docs, path: docs}
";

/// A file with so many lines that questions can be about them.
const LINES: &str = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";

const CHART: &str = "team: dba\n\n\n\n\n\n\n\n\n";

fn repos() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("puppet/LICENSE", LINES),
        ("puppet/12", LINES),
        ("puppet/modules/y", LINES),
        ("puppet/modules/varnish/manifests/init.pp", LINES),
        ("puppet/modules/varnish/local", LINES),
        ("puppet/modules/varnish/odd:12", LINES),
        ("puppet/modules/varnish/team:dba", LINES),
        ("puppet/modules/varnish/helm-chart:kask", LINES),
        ("charts/kask/Chart.yaml", CHART),
        ("charts/README", LINES),
        ("docs/intro", LINES),
    ])
}

fn ask(repo: &Repo, here: &str, typed: &OsStr) -> Run {
    let mut command = repo.command();
    command.current_dir(repo.path().join(here));
    Run::of(
        command
            .args(["who", "--format", "json", "--"])
            .arg(typed)
            .output()
            .unwrap(),
    )
}

/// Returns what the answers are about, and how the question was understood.
fn understood(run: &Run) -> String {
    if run.code == 2 {
        let (error, _) = run.err.split_once('\n').unwrap();
        return error.to_owned();
    }
    let answers = run.json()["answers"].clone();
    let answers = answers.as_array().unwrap().iter();
    let shown = answers.map(|answer| {
        if let Some(team) = answer.get("team") {
            return format!("team {}", text(&team["id"]));
        }
        let mut shown = format!("{} {}", text(&answer["repository"]), text(&answer["path"]));
        if answer["exists"] == false {
            shown += " (new)";
        }
        let reading = &answer["understood_as"];
        if reading.is_null() {
            return shown;
        }
        if !reading["relative_to"].is_null() {
            shown += &format!(", from {}", text(&reading["relative_to"]));
        }
        for key in ["line", "column"] {
            if !reading[key].is_null() {
                shown += &format!(", {key} {}", reading[key]);
            }
        }
        if !reading["map"].is_null() {
            shown += &format!(", map {}", text(&reading["map"]));
        }
        shown
    });
    shown.collect::<Vec<String>>().join("; ")
}

#[test]
fn answers_every_form_from_every_directory() {
    let repo = repos();
    let unknown = |name| {
        format!(
            "error: no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL is named `{name}`"
        )
    };
    let out_of_range = |typed| format!("error: the line or column in `{typed}` is out of range");
    let absolute = |path: &str| repo.path().join(path).to_str().unwrap().to_owned();
    let existing = absolute("charts/kask/Chart.yaml");
    let new = absolute("charts/kask/new");
    let existing_line = format!("{existing}:7:2");
    // What is typed, and the answer at the root of `puppet`, in `modules/varnish` there, and above all repositories.
    let same = |answer: &str| [answer; 3].map(str::to_owned);
    let table: Vec<(&str, [String; 3])> = vec![
        // Existing paths.
        (
            "modules/y",
            [
                "puppet modules/y",
                "puppet modules/y, from root",
                "puppet modules/y, from repository",
            ]
            .map(str::to_owned),
        ),
        (
            "local",
            [
                unknown("local"),
                "puppet modules/varnish/local".to_owned(),
                unknown("local"),
            ],
        ),
        (
            "LICENSE",
            [
                "puppet LICENSE".to_owned(),
                "puppet LICENSE, from root".to_owned(),
                unknown("LICENSE"),
            ],
        ),
        (
            "./LICENSE",
            [
                "puppet LICENSE",
                "puppet modules/varnish/LICENSE (new)",
                "error: `./LICENSE` is not in any repository listed in the map",
            ]
            .map(str::to_owned),
        ),
        // Existing paths that look like another form.
        (
            "odd:12",
            [
                unknown("odd:12"),
                "puppet modules/varnish/odd:12".to_owned(),
                unknown("odd:12"),
            ],
        ),
        (
            "odd:12:3",
            [
                unknown("odd:12:3"),
                "puppet modules/varnish/odd:12, line 3".to_owned(),
                unknown("odd:12:3"),
            ],
        ),
        (
            "team:dba",
            ["team dba", "puppet modules/varnish/team:dba", "team dba"].map(str::to_owned),
        ),
        (
            "helm-chart:kask",
            [
                "charts kask/",
                "puppet modules/varnish/helm-chart:kask",
                "charts kask/",
            ]
            .map(str::to_owned),
        ),
        // Paths in repositories.
        (
            "charts:kask/Chart.yaml",
            same("charts kask/Chart.yaml, from repository"),
        ),
        (
            "charts:kask/new",
            same("charts kask/new (new), from repository"),
        ),
        ("charts:new", same("charts new (new), from repository")),
        ("charts:/README", same("charts README, from repository")),
        ("charts:", same("charts , from repository")),
        (
            "charts:README:4",
            same("charts README, from repository, line 4"),
        ),
        ("team/docs:intro", same("team/docs intro, from repository")),
        ("team/docs/intro", same("team/docs intro, from repository")),
        (
            "charts/kask/Chart.yaml",
            [
                "charts kask/Chart.yaml, from repository",
                "charts kask/Chart.yaml, from repository",
                "charts kask/Chart.yaml",
            ]
            .map(str::to_owned),
        ),
        (
            "charts/kask/new:3",
            [
                "charts kask/new (new), from repository, line 3",
                "charts kask/new (new), from repository, line 3",
                "charts kask/new (new), line 3",
            ]
            .map(str::to_owned),
        ),
        (
            "charts:../puppet/LICENSE",
            same("puppet LICENSE, from repository"),
        ),
        // Lines.
        (
            "modules/y:12",
            [
                "puppet modules/y, line 12",
                "puppet modules/y, from root, line 12",
                "puppet modules/y, from repository, line 12",
            ]
            .map(str::to_owned),
        ),
        (
            "LICENSE:3:14:",
            [
                "puppet LICENSE, line 3, column 14".to_owned(),
                "puppet LICENSE, from root, line 3, column 14".to_owned(),
                unknown("LICENSE:3:14:"),
            ],
        ),
        (
            "./new:3",
            [
                "puppet new (new), line 3",
                "puppet modules/varnish/new (new), line 3",
                "error: `./new:3` is not in any repository listed in the map",
            ]
            .map(str::to_owned),
        ),
        ("12:12", {
            [
                "puppet 12, line 12".to_owned(),
                "puppet 12, from root, line 12".to_owned(),
                unknown("12:12"),
            ]
        }),
        // Absolute paths.
        (&existing, same("charts kask/Chart.yaml")),
        (
            &existing_line,
            same("charts kask/Chart.yaml, line 7, column 2"),
        ),
        (&new, same("charts kask/new (new)")),
        ("/modules/y", same("puppet modules/y, from root")),
        ("/modules/y:5", same("puppet modules/y, from root, line 5")),
        (
            "/kask/Chart.yaml",
            same("charts kask/Chart.yaml, from root"),
        ),
        (
            "/modules/new",
            [
                "puppet modules/new (new), from root",
                "puppet modules/new (new), from root",
                "error: `/modules/new` is not in any repository listed in the map",
            ]
            .map(str::to_owned),
        ),
        (
            "/etc",
            same("error: `/etc` is not in any repository listed in the map"),
        ),
        // New files.
        (
            "modules/new",
            [
                "puppet modules/new (new)",
                "puppet modules/new (new), from root",
                "puppet modules/new (new), from repository",
            ]
            .map(str::to_owned),
        ),
        (
            "manifests/new.pp",
            [
                unknown("manifests/new.pp"),
                "puppet modules/varnish/manifests/new.pp (new)".to_owned(),
                unknown("manifests/new.pp"),
            ],
        ),
        ("nowhere/new", [(); 3].map(|()| unknown("nowhere/new"))),
        ("new/", [(); 3].map(|()| unknown("new/"))),
        (
            "./nowhere/new",
            [
                "puppet nowhere/new (new)",
                "puppet modules/varnish/nowhere/new (new)",
                "error: `./nowhere/new` is not in any repository listed in the map",
            ]
            .map(str::to_owned),
        ),
        // In another repository, or by its path in the map.
        (
            "kask/Chart.yaml:2",
            same("charts kask/Chart.yaml, from repository, line 2"),
        ),
        ("kask/new", same("charts kask/new (new), from repository")),
        (
            "docs/intro",
            [
                "team/docs intro, from repository",
                "team/docs intro, from repository",
                "team/docs intro",
            ]
            .map(str::to_owned),
        ),
        (
            "docs/new",
            [
                "team/docs new (new), from repository",
                "team/docs new (new), from repository",
                "team/docs new (new)",
            ]
            .map(str::to_owned),
        ),
        (
            "varnish/manifests/init.pp",
            [
                unknown("varnish/manifests/init.pp"),
                "puppet modules/varnish/manifests/init.pp, from parent".to_owned(),
                unknown("varnish/manifests/init.pp"),
            ],
        ),
        (
            "varnish/local:7",
            [
                unknown("varnish/local:7"),
                "puppet modules/varnish/local, from parent, line 7".to_owned(),
                unknown("varnish/local:7"),
            ],
        ),
        // In a checkout elsewhere.
        (
            "/srv/clones/puppet/modules/varnish/manifests/init.pp:22",
            same("puppet modules/varnish/manifests/init.pp, from repository, line 22"),
        ),
        (
            "/srv/kask/Chart.yaml",
            same("charts kask/Chart.yaml, from repository"),
        ),
        (
            "/srv/clones/LICENSE",
            same("error: `/srv/clones/LICENSE` is not in any repository listed in the map"),
        ),
        // Lines that no file has.
        ("modules/y:0", same(&out_of_range("modules/y:0"))),
        ("modules/y:-1", same(&out_of_range("modules/y:-1"))),
        (
            "modules/y:4294967296",
            same(&out_of_range("modules/y:4294967296")),
        ),
        (
            "modules/y:1:99999999999:",
            same(&out_of_range("modules/y:1:99999999999:")),
        ),
        (
            "charts:README:3:0",
            same(&out_of_range("charts:README:3:0")),
        ),
        (
            "modules/y:4294967295",
            same("error: the line in `modules/y:4294967295` does not exist: the file has 30 lines"),
        ),
        (
            "./new:0",
            [
                "puppet new:0 (new)",
                "puppet modules/varnish/new:0 (new)",
                "error: `./new:0` is not in any repository listed in the map",
            ]
            .map(str::to_owned),
        ),
        (
            "../new",
            [
                "error: `../new` is not in any repository listed in the map",
                "puppet modules/new (new)",
                "error: `../new` is not in any repository listed in the map",
            ]
            .map(str::to_owned),
        ),
        // Names.
        ("dba", same("team dba")),
        ("Site reliability", same("team sre")),
        ("https://wiki.example.org/SRE", same("team sre")),
        ("https://wiki.example.org/SRE/", same("team sre")),
        ("https://gerrit.example.org:29418", same("team dba")),
        ("@Example/dba-team", same("team dba")),
        ("@other/dba", [(); 3].map(|()| unknown("@other/dba"))),
        ("sre/dba", [(); 3].map(|()| unknown("sre/dba"))),
        (
            "https://other.example.org/docs/dba",
            [(); 3].map(|()| unknown("https://other.example.org/docs/dba")),
        ),
        ("chart:kask", same("charts kask/")),
        (
            "kask",
            // The directory, and then the component and the team with this name.
            same("charts kask/; team kask"),
        ),
        ("flying", [(); 3].map(|()| unknown("flying"))),
        (".hidden", [(); 3].map(|()| unknown(".hidden"))),
        ("none:12", [(); 3].map(|()| unknown("none:12"))),
        ("--help", [(); 3].map(|()| unknown("--help"))),
    ];
    for tracked in [false, true] {
        if tracked {
            for root in ["puppet", "charts", "docs"] {
                repo.git(&["init", "-q", root]);
                repo.git(&["-C", root, "add", "."]);
            }
        }
        for (typed, answers) in &table {
            let places = ["puppet", "puppet/modules/varnish", ""];
            for (here, answer) in places.iter().zip(answers) {
                let run = ask(&repo, here, typed.as_ref());
                assert_eq!(understood(&run), *answer, "`{typed}` in `{here}`");
            }
        }
    }
}

#[test]
fn what_a_file_of_another_repository_names_belongs_to_its_owner() {
    let manifest = "apiVersion: v1
kind: Pod
metadata: {name: x, namespace: y, annotations: {docs: 'https://wiki.example.org/X'}}
spec: {containers: [{name: x, image: 'ghcr.io/acme/db:15'}]}
";
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1
teams: {web: {}, dba: {}}
repositories:
  - {name: a, path: a}
  - {name: b, path: b, rules: [{paths: ['**'], owner: web}]}
  - {name: c, path: c, rules: [{paths: ['**'], owner: dba}]}
",
        ),
        ("a/README", LINES),
        ("b/README", LINES),
        ("c/k8s/pod.yaml", manifest),
    ]);
    for question in [
        "acme/db",
        "ghcr.io/acme/db:15",
        "acme/db:16",
        "https://wiki.example.org/X",
        "https://wiki.example.org/X?y=1",
    ] {
        let run = repo.run(&["who", "--no-history", "--format", "json", question]);
        assert_eq!(run.code, 0, "{question}: {}", run.err);
        let answers = run.json()["answers"].clone();
        let found = answers.as_array().unwrap().iter().map(|answer| {
            let of = [
                &answer["repository"],
                &answer["named"]["location"]["repository"],
            ];
            (of.map(text), answer["owners"].clone())
        });
        let found: Vec<_> = found.collect();
        assert_eq!(
            found,
            [(["c", "c"], serde_json::json!(["dba"]))],
            "{question}"
        );
    }
}

#[test]
fn an_unknown_word_is_not_a_file() {
    let repo = repos();
    for (here, typed, new) in [
        ("puppet", "flying", "./flying"),
        ("", "flying", "puppet:flying"),
        ("puppet", "flying/saucers", "./flying/saucers"),
    ] {
        let run = ask(&repo, here, typed.as_ref());
        assert_eq!(
            (run.code, run.json()["answers"].clone()),
            (2, Value::Array(Vec::new()))
        );
        let expected = format!(
            "error: no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL is named `{typed}`\n\
             help: to search for single words, use `ownlint route {typed}`\n\
             for a file that does not exist yet, use `{new}`\n\n\
             Contact instead (Example)\n  \
             an emergency: https://page.example.org\n  \
             anything else: #sre\n"
        );
        assert_eq!(run.err, expected);
        assert_eq!(ask(&repo, here, new.as_ref()).code, 0);
    }
    // As `route` shows it.
    let route = repo.run(&["route", "flying"]);
    let (_, escalation) = route.out.split_once("Contact instead").unwrap();
    let run = ask(&repo, "", "flying".as_ref());
    assert!(
        run.err.ends_with(&format!("Contact instead{escalation}")),
        "{}",
        run.err
    );
    let near = ask(&repo, "puppet", "LICENCE".as_ref()).err;
    assert!(
        near.contains("help: did you mean `LICENSE`?\nto search"),
        "{near}"
    );
    repo.write("ownership.yaml", "version: 1\nteams: {sre: {}}\n");
    let run = ask(&repo, "", "srre".as_ref());
    assert!(
        run.err.contains("help: did you mean team `sre`?\n")
            && run.err.contains("the map has no escalation contacts"),
        "{}",
        run.err
    );
}

#[test]
fn suggests_names_like_an_unknown_one() {
    let rules =
        "groups: [{name: g, rules: [{alert: MySQLDown, expr: up, labels: {team: tenet}}]}]\n";
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\norganization: {escalation: [{when: always, via: 'tel:1'}]}\n\
             teams: {team-atlas: {}, growth: {}, editing-team: {}, search-platform: {}, web-platform: {}}\n",
        ),
        ("alerts/mysql.yaml", rules),
        ("charts/growthbook/Chart.yaml", "name: growthbook\n"),
        ("charts/kask/Chart.yaml", "name: kask\n"),
        ("manifests/site.pp", "node 'db1123.example.org' { }\n"),
        ("modules/varnish/manifests/init.pp", LINES),
    ]);
    for (typed, near) in [
        ("MySQLDwn", "did you mean `MySQLDown`?"),
        ("mysqldwon", "did you mean `MySQLDown`?"),
        ("kaks", "did you mean `kask`?"),
        ("varnihs", "did you mean `varnish`?"),
        ("db1132.example.org", "did you mean `db1123.example.org`?"),
        // The more similar name counts.
        ("growthbok", "did you mean `growthbook`?"),
        ("growht", "did you mean team `growth`?"),
        ("atlas", "did you mean team `team-atlas`?"),
        ("atlas-team", "did you mean team `team-atlas`?"),
        ("team-growth", "did you mean team `growth`?"),
        ("growth team", "did you mean team `growth`?"),
        ("editing", "did you mean team `editing-team`?"),
        (
            "platform",
            "did you mean team `search-platform` or `web-platform`?",
        ),
        ("sessions/kask", "did you mean `helm-chart:kask`?"),
        ("kask-production", "did you mean `kask`?"),
        (
            "tenet",
            "1 component declares the owner `tenet`, which is not a team in the map",
        ),
    ] {
        let run = repo.run(&["who", "--format", "json", typed]);
        let unanswered = run.json()["unanswered"][0].clone();
        let help = text(&unanswered["help"]);
        let route = format!("to search for single words, use `ownlint route {typed}`");
        let expected =
            format!("{near}\n{route}\nfor a file that does not exist yet, use `./{typed}`");
        assert_eq!(help, expected, "{typed}");
    }
    for typed in ["*", " ", ":", "://", "?!"] {
        let run = repo.run(&["who", typed]);
        let expected = format!(
            "error: no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL \
             is named `{typed}`\n\nContact instead\n  always: tel:1\n"
        );
        assert_eq!((run.code, run.err), (2, expected));
    }
}

#[test]
fn contacts_follow_all_unanswered_questions() {
    let repo = repos();
    let typed = [
        "flying",
        "no/such/file",
        "helm-chart:flying",
        "team:flying",
        "/etc/nowhere",
        "/etc",
        "dba",
    ];
    let mut lines = typed.join("\n");
    let run = repo.run_on(&["who", "--stdin", "--format", "json"], &lines);
    assert_eq!(run.code, 2);
    assert_eq!(run.err.matches("Contact instead").count(), 1, "{}", run.err);
    assert!(run.err.ends_with("  anything else: #sre\n"), "{}", run.err);
    let document = run.json();
    assert_eq!(document["answers"].as_array().unwrap().len(), 1);
    let unanswered = document["unanswered"].as_array().unwrap();
    let queries: Vec<&str> = unanswered.iter().map(|it| text(&it["query"])).collect();
    assert_eq!(queries, typed[..6]);
    for question in unanswered {
        assert!(run.err.contains(text(&question["message"])), "{question}");
        assert_eq!(question["escalation"][0]["via"], "https://page.example.org");
    }
    lines = (0..1000).map(|at| format!("no{at}\n")).collect();
    let run = repo.run_on(&["who", "--stdin"], &lines);
    assert_eq!(run.err.matches("Contact instead").count(), 1);
    assert!(run.err.matches("error: no path").count() == 1000 && run.err.len() < 300_000);
    let answered = ask(&repo, "", "dba".as_ref());
    assert_eq!(answered.json()["unanswered"], Value::Array(Vec::new()));
    assert!(!answered.err.contains("Contact"));
}

#[test]
fn a_file_that_is_not_checked_out_exists() {
    let repo = Repo::new(&[
        ("ownership.yaml", "version: 1\nteams: {sre: {}}\n"),
        ("LICENSE", LINES),
        ("a/b/c", LINES),
        ("d/x", LINES),
    ]);
    repo.track();
    fs::remove_file(repo.path().join("LICENSE")).unwrap();
    fs::remove_dir_all(repo.path().join("a")).unwrap();
    for (here, typed, expected) in [
        ("", "LICENSE", ". LICENSE"),
        ("", "LICENSE:1", ". LICENSE, line 1"),
        ("d", "LICENSE", ". LICENSE, from root"),
        ("d", "a/b/c", ". a/b/c, from root"),
        ("d", "a/b/new", ". a/b/new (new), from root"),
        ("d", "a", ". a, from root"),
    ] {
        let run = ask(&repo, here, typed.as_ref());
        assert_eq!(understood(&run), expected, "`{typed}` in `{here}`");
    }
}

#[test]
fn human_output_says_how_the_question_was_understood() {
    let repo = repos();
    for (typed, expected) in [
        ("local", ""),
        ("kask", ""),
        ("modules/y", "path from the repository root"),
        ("charts:README", "path in repository `charts`"),
        ("local:3", "line 3"),
        (
            "charts/README:3:4",
            "path in repository `charts` · line 3, column 4",
        ),
    ] {
        let mut command = repo.command();
        let here = repo.path().join("puppet/modules/varnish");
        let run = Run::of(
            command
                .current_dir(here)
                .args(["who", typed])
                .output()
                .unwrap(),
        );
        let line = format!("\n  understood as: {expected}\n");
        match expected {
            "" => assert!(!run.out.contains("understood"), "{}", run.out),
            _ => assert!(run.out.contains(&line), "{}", run.out),
        }
    }
}

#[test]
fn a_directory_counts_before_a_repository_with_the_same_name() {
    let map = "version: 1\nteams: {a: {}}\nrepositories: [{name: app, path: .}]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        ("app/x", LINES),
        ("y", LINES),
        ("app/sub/z", LINES),
    ]);
    for (typed, expected) in [
        ("app/x", "app app/x"),
        ("app/new", "app app/new (new)"),
        ("app/sub/new", "app app/sub/new (new)"),
        ("app/y", "app y, from repository"),
        ("app:x", "app x (new), from repository"),
    ] {
        assert_eq!(
            understood(&ask(&repo, "", typed.as_ref())),
            expected,
            "{typed}"
        );
    }
}

#[test]
fn hostile_names_are_answered() {
    let repo = Repo::new(&[
        ("ownership.yaml", "version: 1\nteams: {sre: {}}\n"),
        ("-x", LINES),
        ("d/--stdin", LINES),
        ("new\nline", LINES),
        ("d/f", LINES),
    ]);
    let deep = format!("{}x", "d/".repeat(30_000));
    let dots = format!("{}x", "../".repeat(30_000));
    let colons = ":1".repeat(30_000);
    for (typed, expected) in [
        (&b"-x"[..], ". -x"),
        (b"d/--stdin", ". d/--stdin"),
        (b"-x:3", ". -x, line 3"),
        (b"new\nline", ". new\nline"),
        (b"new\nline:2", ". new\nline, line 2"),
        (b"./other\nline", ". other\nline (new)"),
        (
            b"no\nline",
            "error: no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL is named `no\\nline`",
        ),
        (b"d/\xff", ". d/\\xff (new)"),
        (b"d/\xff:3", ". d/\\xff (new), line 3"),
        (
            b"\xff",
            "error: no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL is named `\\xff`",
        ),
        (
            b"team:\xff",
            "error: no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL is named `team:\\xff`",
        ),
        (
            b"\x1b[31m",
            "error: no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL is named `\\u{1b}[31m`",
        ),
        (
            b":",
            "error: no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL is named `:`",
        ),
        (
            b":1",
            "error: no path, team, component, alert, host, Kubernetes resource, image, dashboard or URL is named `:1`",
        ),
    ] {
        let run = ask(&repo, "", &OsString::from_vec(typed.to_vec()));
        assert_eq!(understood(&run), expected);
        assert!(!run.err.contains('\x1b'), "{}", run.err);
    }
    for long in [deep, dots, colons] {
        let run = ask(&repo, "", long.as_ref());
        assert!(
            run.code == 0 || run.err.starts_with("error: "),
            "{}",
            run.err
        );
    }
}

#[test]
fn another_map_answers_only_absolute_paths() {
    let own = repos();
    let other = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {web: {}}\nrules: [{paths: [a/], owner: web}]\n",
        ),
        ("a/x", LINES),
        ("b", LINES),
    ]);
    let map = other.path().join("ownership.yaml");
    let map = map.to_str().unwrap();
    let absolute = |path: &str| other.path().join(path).to_str().unwrap().to_owned();
    for (path, expected) in [
        ("a/x", ". a/x"),
        ("a/new", ". a/new (new)"),
        ("b", ". b"),
        ("a/x:12", ". a/x, line 12"),
    ] {
        let run = ask(&own, "puppet", absolute(path).as_ref());
        assert_eq!(understood(&run), format!("{expected}, map {map}"));
    }
    // In the order of the questions.
    let typed = ["dba", &absolute("a/x"), "modules/y", &absolute("b")];
    let mut command = own.command();
    let run = Run::of(
        command
            .current_dir(own.path().join("puppet"))
            .args([&["who", "--format", "json"], &typed[..]].concat())
            .output()
            .unwrap(),
    );
    assert_eq!(
        understood(&run),
        format!("team dba; . a/x, map {map}; puppet modules/y; . b, map {map}")
    );
    let mut command = own.command();
    let human = Run::of(command.args(["who", &absolute("a/x")]).output().unwrap());
    let line = format!("a/x\n  understood as: map `{map}`\n  owned by web\n");
    assert!(human.out.starts_with(&line), "{}", human.out);
    // A directory without a map.
    let none = Repo::new(&[]);
    assert_eq!(
        understood(&ask(&none, "", absolute("a/x").as_ref())),
        format!(". a/x, map {map}")
    );
    assert_eq!(ask(&none, "", "x".as_ref()).code, 2);
    // The user selects a map, or there is none around the path.
    let selected = own.run(&["who", "--config", "ownership.yaml", &absolute("a/x")]);
    assert_eq!((selected.code, &*selected.out), (2, ""));
    let selected = own.run(&["who", "--repository", "puppet", &absolute("a/x")]);
    assert_eq!((selected.code, &*selected.out), (2, ""));
    // A map with errors does not prevent other answers.
    other.write("ownership.yaml", "version: [\n");
    let run = own.run(&["who", &absolute("a/x"), "dba"]);
    assert!(
        run.code == 2 && run.out.starts_with("dba\n"),
        "{}{}",
        run.out,
        run.err
    );
    assert!(
        run.err.contains(map) || run.err.contains("ownership.yaml"),
        "{}",
        run.err
    );
}

#[test]
fn forges_get_paths_in_every_form() {
    let repo = Repo::new(&[
        (".github/CODEOWNERS", "/docs/ @docs\n/x @x\n"),
        ("docs/sub/y", LINES),
        ("docs/odd:12", LINES),
        ("x", LINES),
    ]);
    repo.track();
    let cases = [
        ("sub/y", "docs/sub/y", Value::Null),
        ("sub/new", "docs/sub/new", Value::Null),
        ("new", "docs/new", Value::Null),
        ("odd:12", "docs/odd:12", Value::Null),
        (
            "sub/y:4:2",
            "docs/sub/y",
            serde_json::json!({"relative_to": null, "line": 4, "column": 2, "last_line": null, "map": null}),
        ),
        (
            "x",
            "x",
            serde_json::json!({"relative_to": "root", "line": null, "column": null, "last_line": null, "map": null}),
        ),
        (
            "docs/sub/new",
            "docs/sub/new",
            serde_json::json!({"relative_to": "root", "line": null, "column": null, "last_line": null, "map": null}),
        ),
        (
            "/docs/z",
            "docs/z",
            serde_json::json!({"relative_to": "root", "line": null, "column": null, "last_line": null, "map": null}),
        ),
    ];
    let typed: Vec<&str> = cases.iter().map(|(typed, ..)| *typed).collect();
    let run = |arguments: &[&str]| {
        let mut command = repo.command();
        let here: &Path = &repo.path().join("docs");
        let arguments = [&["who", "--from", "github"], arguments, &typed].concat();
        Run::of(command.current_dir(here).args(arguments).output().unwrap())
    };
    let answers = run(&["--format", "json"]).json()["answers"].clone();
    for ((typed, path, reading), answer) in cases.iter().zip(answers.as_array().unwrap()) {
        assert_eq!(
            (text(&answer["path"]), &answer["understood_as"]),
            (*path, reading),
            "{typed}"
        );
    }
    let human = run(&[]).out;
    assert!(
        human.contains("sub/y:4:2\n  understood as: line 4, column 2\n  owned by @docs\n")
            && human.contains("x\n  understood as: path from the repository root\n  owned by @x\n"),
        "{human}"
    );
}

#[test]
fn lines_beyond_the_end_of_a_file_are_errors() {
    let repo = Repo::new(&[
        ("ownership.yaml", "version: 1\nteams: {a: {}}\n"),
        ("CODEOWNERS", "* @a\n"),
        ("d/three", "1\n2\n3\n"),
        ("d/open", "1\n2\n3"),
        ("d/empty", ""),
    ]);
    for (typed, lines) in [
        ("d/three:3", None),
        ("d/three:4", None),
        ("d/three:5", Some("3 lines")),
        ("d/three:99:1", Some("3 lines")),
        ("d/three:2-9", Some("3 lines")),
        ("d/three#L2-L3", None),
        ("d/three#L7", Some("3 lines")),
        ("d/three(7,1)", Some("3 lines")),
        ("d/open:3", None),
        ("d/open:4", Some("3 lines")),
        ("d/empty:1", None),
        ("d/empty:2", Some("1 line")),
        // Nothing is known about the lines of a new file.
        ("d/new:9", None),
    ] {
        let message = lines.map(|lines| {
            format!("error: the line in `{typed}` does not exist: the file has {lines}\n")
        });
        for arguments in [
            &["who", typed][..],
            &["route", typed],
            &["who", "--from", "github", typed],
        ] {
            let run = repo.run(arguments);
            let starts = message.as_ref().is_some_and(|it| run.err.starts_with(it));
            assert_eq!(starts, message.is_some(), "{arguments:?}: {}", run.err);
            assert_eq!(
                run.code == 2,
                message.is_some(),
                "{arguments:?}: {}",
                run.err
            );
        }
    }
}

#[test]
fn many_questions_get_help_and_contacts_once() {
    let map =
        "version: 1\norganization: {escalation: [{when: always, via: 'tel:1'}]}\nteams: {a: {}}\n";
    let repo = Repo::new(&[("ownership.yaml", map), ("x", ""), ("y", "")]);
    let run = repo.run_on(
        &["who", "--stdin"],
        "\u{FEFF}x\r\n\r\ny\r\nflying\nsaucers\n",
    );
    assert_eq!(run.code, 2);
    assert_eq!(run.out.matches("tel:1").count(), 1, "{}", run.out);
    assert_eq!(run.err.matches("tel:1").count(), 1, "{}", run.err);
    assert_eq!(run.err.matches("use `./NAME`").count(), 1, "{}", run.err);
    assert_eq!(run.err.matches("ownlint route").count(), 1, "{}", run.err);
    assert_eq!(run.err.matches("error:").count(), 2, "{}", run.err);
    // A single answer shows the contacts itself.
    let run = repo.run_on(&["who", "--stdin"], "\u{FEFF}x");
    assert_eq!(
        (run.code, run.out.matches("    always: tel:1").count()),
        (0, 1),
        "{}",
        run.out
    );
}

#[test]
fn long_questions_are_errors() {
    let repo = repos();
    for part in ["a", "a/", "a-", "a.b ", "a=b,", "::"] {
        let started = std::time::Instant::now();
        let run = repo.run_on(&["who", "--stdin"], part.repeat(300_000));
        assert!(
            run.err.contains("is too long for a path or a name"),
            "{}",
            run.err
        );
        assert!(run.err.len() < 2000);
        assert!(started.elapsed().as_secs() < 20, "{part}");
    }
}
