//! Evidence for the owners of what has none: in `who`, `init` and the help of findings.

use serde_json::Value;

use crate::harness::{Repo, of_check, outcome, strings, text};

const MAP: &str = "version: 1
teams:
  sre: {}
  dba: {name: Data Persistence}
  web: {handles: {github: '@octo'}}
  old: {retired: {since: 2024-01-01, successor: dba}}
  gone: {retired: {since: 2024-01-01}}
people:
  - {name: Pat, emails: [pat@x.org], team: web}
rules:
  - {paths: [ownership.yaml, docs/], owner: sre}
";

/// Returns a helmfile with a release of each chart.
fn helmfile(charts: &[&str]) -> String {
    let releases = charts.iter().enumerate();
    let releases =
        releases.map(|(at, chart)| format!("- name: r{at}\n  chart: wmf-stable/{chart}\n"));
    format!("releases:\n{}", releases.collect::<String>())
}

/// Returns a repository with charts, each with its declared owner, and services, each with its charts.
fn repo(rules: &str, charts: &[(&str, &str)], services: &[(&str, &[&str])]) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", &format!("{MAP}{rules}"))]);
    for (chart, team) in charts {
        let team = match *team {
            "" => String::new(),
            team => format!("team: {team}\n"),
        };
        repo.write(
            format!("charts/{chart}/Chart.yaml"),
            format!("name: {chart}\n{team}"),
        );
    }
    for (service, charts) in services {
        let path = format!("helmfile.d/services/{service}/helmfile.yaml");
        repo.write(path, helmfile(charts));
    }
    repo
}

/// Returns the evidence of an answer: basis, owners and reason.
fn evidence(answer: &Value) -> Vec<String> {
    let all = answer["evidence"].as_array().unwrap().iter();
    let shown = all.map(|it| {
        let owners = strings(&it["owners"]).join("+");
        format!("{} {owners} {}", text(&it["basis"]), text(&it["reason"]))
    });
    shown.collect()
}

fn service(repo: &Repo, name: &str) -> Vec<String> {
    let answer = repo.who(&format!("helmfile.d/services/{name}/helmfile.yaml"));
    assert_eq!(outcome(&answer), "unowned", "{name}");
    evidence(&answer)
}

#[test]
fn the_owner_of_what_only_one_service_uses() {
    let rules = "  - {paths: [helmfile.d/services/sre-*/], owner: sre}\n";
    let charts = [
        ("own", "dba"),
        ("kin", "dba"),
        ("shared", "dba"),
        ("platform", "sre"),
        ("mute", ""),
        ("successor", "old"),
        ("retired", "gone"),
    ];
    let services: [(&str, &[&str]); 12] = [
        ("own", &["own"]),
        ("kin", &["kin"]),
        ("kin-next", &["kin", "kin"]),
        ("one", &["shared"]),
        ("two", &["shared"]),
        ("sre-a", &["platform"]),
        ("sre-b", &["platform"]),
        ("three", &["platform"]),
        ("mute", &["mute"]),
        ("successor", &["successor"]),
        ("retired", &["retired"]),
        ("missing", &["unknown"]),
    ];
    let repo = repo(rules, &charts, &services);
    for (name, expected) in [
        (
            "own",
            &["used dba owns `helm-chart:own`, which no other component uses"][..],
        ),
        (
            "kin",
            &[
                "used dba owns `helm-chart:kin`, which is otherwise used only by `helmfile-service:services/kin-next`",
            ],
        ),
        (
            "kin-next",
            &[
                "used dba owns `helm-chart:kin`, which is otherwise used only by `helmfile-service:services/kin`",
            ],
        ),
        (
            "three",
            &["shared sre owns `helm-chart:platform` and everything else that uses it"],
        ),
        (
            "successor",
            &["used dba owns `helm-chart:successor`, which no other component uses"],
        ),
        ("one", &[]),
        ("two", &[]),
        ("mute", &[]),
        ("retired", &[]),
        ("missing", &[]),
    ] {
        assert_eq!(service(&repo, name), expected, "{name}");
    }
    let answer = repo.who("helmfile-service:services/own");
    assert_eq!(answer["evidence"][0]["location"]["line"], 3);
    assert_eq!(answer["owners"], serde_json::json!([]));
    // What has an owner needs no evidence.
    assert!(evidence(&repo.who("charts/own/Chart.yaml")).is_empty());
    assert!(evidence(&repo.who("helmfile.d/services/sre-a/helmfile.yaml")).is_empty());
    let out = repo.run(&["who", "helmfile.d/services/own"]).out;
    let expected = "  possible owners, most likely first (evidence, not a decision):\n    \
                    ? dba: owns `helm-chart:own`, which no other component uses (helmfile.d/services/own/helmfile.yaml:3:10)\n";
    assert!(out.contains(expected), "{out}");
    let all = ["who", "--stdin", "--format", "json"];
    let paths = "helmfile.d/services/own/x\nhelmfile.d/services/one/x\n";
    let answers = repo.run_on(&all, paths).json();
    assert_eq!(evidence(&answers["answers"][0]).len(), 1);
    assert_eq!(evidence(&answers["answers"][1]).len(), 0);
}

#[test]
fn the_owner_of_every_user() {
    let rules = "  - {paths: [helmfile.d/services/a/, helmfile.d/services/b/], owner: dba}
  - {paths: [helmfile.d/services/c/], owner: sre}
  - {paths: [other/], owner: web}
";
    let charts = [("one", ""), ("both", ""), ("differ", ""), ("around", "")];
    let services: [(&str, &[&str]); 3] = [
        ("a", &["one", "both", "differ"]),
        ("b", &["both"]),
        ("c", &["differ"]),
    ];
    let repo = repo(rules, &charts, &services);
    repo.write("other/helmfile.yaml", helmfile(&["around"]));
    repo.write("other/deep/helmfile.yaml", helmfile(&["around"]));
    for (name, expected) in [
        (
            "one",
            &["users dba owns `helmfile-service:services/a`, the only component that uses it"][..],
        ),
        ("both", &["users dba owns all 2 components that use it"]),
        ("differ", &[]),
        // The rule for everything around a user says little about the user.
        ("around", &[]),
    ] {
        let answer = repo.who(&format!("helm-chart:{name}"));
        assert_eq!(evidence(&answer), expected, "{name}");
    }
    let report = repo.check();
    let found = of_check(&report, "unowned-component");
    let helps: Vec<&str> = found.iter().map(|it| text(&it["help"])).collect();
    let with = "it may belong to `dba`, which owns `helmfile-service:services/a`, the only component that uses it; ";
    assert!(helps.iter().any(|help| help.starts_with(with)), "{helps:?}");
    let without = helps.iter().filter(|help| !help.contains("may belong"));
    assert_eq!(without.count(), 2, "{helps:?}");
}

#[test]
fn the_owner_of_a_sibling() {
    let rules =
        "  - {paths: [tools/kit/], owner: dba}\n  - {paths: [charts/far/, docs/x/], owner: web}\n";
    let charts = [
        ("k", "dba"),
        ("k-next", ""),
        ("k-a-b", ""),
        ("base", ""),
        ("base-one", "web"),
        ("base-two", "web"),
        ("mixed", ""),
        ("mixed-one", "web"),
        ("mixed-two", "dba"),
        ("word", "dba"),
        ("wordy", ""),
    ];
    let repo = repo(rules, &charts, &[]);
    repo.write("tools/kit/x", "");
    repo.write("tools/kit-next/x", "");
    repo.write("tools/other-next/x", "");
    let differs = "whose name differs by one word";
    for (target, expected) in [
        (
            "charts/k-next/values.yaml",
            vec![format!("sibling dba owns `helm-chart:k`, {differs}")],
        ),
        (
            "charts/base",
            vec![format!("sibling web owns `helm-chart:base-one`, {differs}")],
        ),
        (
            "tools/kit-next",
            vec![format!("sibling dba owns `tools/kit/`, {differs}")],
        ),
        (
            "tools/kit-next/new/x",
            vec![format!("sibling dba owns `tools/kit/`, {differs}")],
        ),
        ("charts/k-a-b", vec![]),
        ("charts/mixed", vec![]),
        ("charts/wordy", vec![]),
        ("tools/other-next/x", vec![]),
    ] {
        assert_eq!(evidence(&repo.who(target)), expected, "{target}");
    }
    let report = repo.check();
    let paths = of_check(&report, "unowned-path");
    let of = |path: &str| paths.iter().find(|it| it["path"] == path).unwrap();
    let help = text(&of("tools/kit-next/")["help"]);
    assert!(
        help.starts_with(
            "it may belong to `dba`, which owns `tools/kit/`, whose name differs by one word; "
        ),
        "{help}"
    );
    let help = text(&of("tools/other-next/")["help"]);
    assert!(!help.contains("may belong"), "{help}");
}

#[test]
fn the_team_in_the_path() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("alerts/team-dba/x", ""),
        ("alerts/web-team/x", ""),
        ("alerts/data-persistence/x", ""),
        ("alerts/team-web/dba/x", ""),
        ("alerts/team-none/x", ""),
        ("alerts/gone/x", ""),
        ("dba", ""),
    ]);
    for (path, expected) in [
        (
            "alerts/team-dba/x",
            &["team-name dba is named in the path (`team-dba`)"][..],
        ),
        (
            "alerts/team-dba",
            &["team-name dba is named in the path (`team-dba`)"],
        ),
        (
            "alerts/web-team/new",
            &["team-name web is named in the path (`web-team`)"],
        ),
        (
            "alerts/data-persistence/x",
            &["team-name dba is named in the path (`data-persistence`)"],
        ),
        ("alerts/team-web/dba/x", &[]),
        ("alerts/team-none/x", &[]),
        ("alerts/gone/x", &[]),
        // The name of a file is its own.
        ("dba", &[]),
    ] {
        let answer = &repo
            .run(&["who", &format!("./{path}"), "--format", "json"])
            .json()["answers"][0];
        assert_eq!(evidence(answer), expected, "{path}");
    }
}

/// Commits a change of these files, at a day.
fn commit(repo: &Repo, author: &str, day: u32, files: &[&str]) {
    for file in files {
        let before = std::fs::read_to_string(repo.path().join(file)).unwrap_or_default();
        repo.write(file, format!("{before}# {author}\n"));
    }
    repo.git(&["add", "-A"]);
    let script = format!(
        "GIT_COMMITTER_DATE='{} +0000' git -c user.name=c -c user.email=c@x.org commit -q -m x --author=\"$1\"",
        1_700_000_000 + i64::from(day) * 86_400
    );
    let script = format!("set -- '{author}'; {script}");
    let run = repo.shell(&script);
    assert_eq!(run.code, 0, "{}", run.err);
}

/// Returns a repository in which Dana is a member of `dba` by five changes of its chart.
fn with_member() -> Repo {
    let repo = repo("", &[("db", "dba")], &[]);
    repo.git(&["init", "-q"]);
    for day in 400..405 {
        commit(&repo, "Dana <dana@x.org>", day, &["charts/db/values.yaml"]);
    }
    repo
}

#[test]
fn the_team_that_made_most_of_the_recent_changes() {
    let repo = with_member();
    for day in 410..416 {
        commit(
            &repo,
            "Dana <DANA@x.org>",
            day,
            &["tool/x", "tool/y", "third/x"],
        );
        commit(&repo, "Pat <other@x.org>", day, &["people/x"]);
        commit(
            &repo,
            "O <12+octo@users.noreply.github.com>",
            day,
            &["login/x"],
        );
        commit(&repo, "Nobody <n@x.org>", day, &["nobody/x"]);
        commit(&repo, "build[bot] <b@x.org>", day, &["bot/x", "tool/x"]);
        commit(&repo, "Alias <alias@x.org>", day, &["alias/x"]);
    }
    for day in 416..419 {
        commit(&repo, "N <n@x.org>", day, &["third/x"]);
    }
    for day in 410..414 {
        commit(&repo, "Dana <dana@x.org>", day, &["few/x"]);
        commit(&repo, "Dana <dana@x.org>", day - 405, &["years/x"]);
    }
    commit(&repo, "Dana <dana@x.org>", 419, &["years/x"]);
    let last = "in the year before the latest commit";
    let made =
        |team: &str, all: usize| vec![format!("history {team} made {all} of {all} changes {last}")];
    for (path, expected) in [
        ("tool/x", made("dba", 6)),
        ("tool", made("dba", 6)),
        ("tool/new", made("dba", 6)),
        ("people/x", made("web", 6)),
        ("login/x", made("web", 6)),
        // Exactly two thirds, unknown people, bots, too few changes, and changes before the last year.
        ("third/x", vec![]),
        ("nobody/x", vec![]),
        ("bot/x", vec![]),
        ("few/x", vec![]),
        ("years/x", vec![]),
        ("alias/x", vec![]),
    ] {
        assert_eq!(evidence(&repo.who(path)), expected, "{path}");
    }
    repo.write(".mailmap", "Dana <dana@x.org> <alias@x.org>\n");
    assert_eq!(evidence(&repo.who("alias/x")), made("dba", 6));
    let without = repo
        .run(&["who", "tool/x", "--no-history", "--format", "json"])
        .json();
    assert_eq!(evidence(&without["answers"][0]).len(), 0);
    assert!(repo.run(&["init"]).out.contains("# made 6 of 6 changes"));
    assert!(!repo.run(&["init", "--no-history"]).out.contains("changes"));
    // Checks depend only on files.
    for found in of_check(&repo.check(), "unowned-path") {
        assert!(!text(&found["help"]).contains("may belong"), "{found}");
    }
}

#[test]
fn members_changed_mostly_components_that_declare_the_team() {
    let repo = with_member();
    let many: Vec<String> = (0..6)
        .map(|at| format!("charts/c{at}/Chart.yaml"))
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for day in 420..426 {
        // Rules say who owns a directory, not who works on it.
        commit(&repo, "Ruth <ruth@x.org>", day, &["docs/x", "ruth/x"]);
        commit(
            &repo,
            "Both <both@x.org>",
            day,
            &["charts/db/values.yaml", "both/x"],
        );
        commit(&repo, "Both <both@x.org>", day, &["charts/web/values.yaml"]);
        commit(
            &repo,
            "Dana <dana@x.org>",
            day,
            &[&many[..], &["sweep/x"]].concat(),
        );
    }
    repo.write("charts/web/Chart.yaml", "name: web\nteam: web\n");
    for file in many {
        repo.write(file, "name: c\n");
    }
    repo.git(&["add", "-A"]);
    for path in ["ruth/x", "both/x", "sweep/x"] {
        assert_eq!(evidence(&repo.who(path)), [""; 0], "{path}");
    }
}

#[test]
fn an_unusable_history_is_reported() {
    let repo = with_member();
    for day in 410..416 {
        commit(&repo, "Dana <dana@x.org>", day, &["tool/x"]);
    }
    let run = repo.run(&["who", "tool/x"]);
    assert_eq!((run.code, &*run.err), (0, ""));
    assert!(
        run.out.contains("? dba: made 6 of 6 changes"),
        "{}",
        run.out
    );
    let url = format!("file://{}", repo.path().display());
    let clone = Repo::new(&[]);
    clone.git(&["clone", "-q", "--depth=5", &url, "clone"]);
    let inside = |arguments: &[&str]| {
        clone.run(&[&["--config", "clone/ownership.yaml"], arguments].concat())
    };
    let note = "note: git history is not used as evidence, because the clone is shallow: run `git fetch --unshallow`\n";
    let run = inside(&["who", "clone/tool/x"]);
    assert_eq!((run.code, &*run.err), (0, note));
    assert!(!run.out.contains("changes"), "{}", run.out);
    let run = inside(&["who", "clone/tool/x", "--no-history"]);
    assert_eq!((run.code, &*run.err), (0, ""));
    // What has an owner needs no history.
    let run = inside(&["who", "clone/charts/db/Chart.yaml"]);
    assert_eq!((run.code, &*run.err), (0, ""));
    let first = repo.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let (folder, name) = first.trim().split_at(2);
    let object = repo.path().join(".git/objects").join(folder).join(name);
    std::fs::remove_file(object).unwrap();
    let run = repo.run(&["who", "tool/x"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let note = "note: git history is not used as evidence: git could not read the history\n";
    assert_eq!(run.err, note);
}

#[test]
fn repositories_in_a_subdirectory_use_the_changes_below_it() {
    let repo = with_member();
    for day in 410..416 {
        commit(&repo, "Pat <pat@x.org>", day, &["sub/tool/x", "tool/x"]);
    }
    repo.write("sub/ownership.yaml", MAP);
    let config = [
        "--config",
        "sub/ownership.yaml",
        "who",
        "sub/tool/x",
        "--format",
        "json",
    ];
    let answers = repo.run(&config).json();
    let made = "history web made 6 of 6 changes in the year before the latest commit";
    assert_eq!(evidence(&answers["answers"][0]), [made]);
}

#[test]
fn a_team_called_team_is_not_named_by_every_path() {
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nteams: {sre: {}, team: {}}\nrules:\n  - {paths: [ownership.yaml], owner: sre}\n",
    )]);
    for (path, expected) in [
        ("other/x", &[][..]),
        ("-/x", &[]),
        ("--/_/x", &[]),
        ("x", &[]),
        (
            "team-/x",
            &["team-name team is named in the path (`team-`)"],
        ),
        ("team/x", &["team-name team is named in the path (`team`)"]),
    ] {
        repo.write(path, "");
        assert_eq!(
            evidence(&repo.who(&format!("./{path}"))),
            expected,
            "{path}"
        );
    }
}

/// Two rules for one directory would conflict, and one component says little about several others in its directory.
#[test]
fn init_suggests_one_rule_per_directory() {
    let charts = [("first", "dba"), ("second", "sre"), ("around", "web")];
    let services: [(&str, &[&str]); 4] = [
        ("both", &["first", "second"]),
        ("group", &["around"]),
        ("group/one", &["third"]),
        ("group/two", &["third"]),
    ];
    let repo = repo("", &charts, &services);
    std::fs::remove_file(repo.path().join("ownership.yaml")).unwrap();
    repo.track();
    let map = repo.run(&["init", "--no-history"]).out;
    let suggested = map.split_once("\n# Suggested rules").map_or("", |it| it.1);
    let suggested = suggested.split("\n\n").next().unwrap();
    let of_both: Vec<&str> = suggested
        .lines()
        .filter(|line| line.contains("services/both/"))
        .collect();
    assert_eq!(of_both.len(), 1, "{map}");
    assert!(of_both[0].contains("`helm-chart:first`"), "{map}");
    assert!(of_both[0].contains("`helm-chart:second`"), "{map}");
    assert!(suggested.contains("owners: [dba, sre]"), "{map}");
    assert!(!suggested.contains("services/group/ "), "{map}");
}
