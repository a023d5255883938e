//! Tests `ownlint diff`.

use crate::harness::{Repo, strings, text};
use serde_json::Value;

const MAP: &str = "\
version: 1
teams: {a: {}, b: {}, c: {}}
rules:
  - {paths: [a/], owner: a}
  - {paths: [b/], owner: b}
  - {paths: [ab/], owners: [a, b]}
exemptions:
  - {paths: [free/], reason: x}
";

fn repo() -> Repo {
    let long = |name: &str| (0..20).map(|n| format!("{name} {n}\n")).collect::<String>();
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for path in ["a/1", "a/2", "a/3", "b/1", "ab/1", "free/1", "none/1"] {
        repo.write(path, long(path));
    }
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    repo
}

fn diff(repo: &Repo, arguments: &[&str]) -> Value {
    let run = repo.run(&[&["diff", "--format", "json"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()["diff"].clone()
}

/// Returns the transfers as `kind before>after files(renamed): paths`.
fn transfers(report: &Value) -> Vec<String> {
    let holding = |value: &Value| match text(&value["verdict"]) {
        "owned" => strings(&value["teams"]).join("+"),
        verdict => verdict.to_owned(),
    };
    let paths = |transfer: &Value| {
        let paths = transfer["paths"].as_array().unwrap().iter();
        let paths = paths.map(|entry| match text(&entry["was"]) {
            "-" => text(&entry["path"]).to_owned(),
            was => format!("{was}={}", text(&entry["path"])),
        });
        paths.collect::<Vec<_>>().join(" ")
    };
    let all = report["transfers"].as_array().unwrap().iter();
    all.map(|transfer| {
        format!(
            "{} {}>{} {}({}): {}",
            text(&transfer["change"]),
            holding(&transfer["before"]),
            holding(&transfer["after"]),
            transfer["files"],
            transfer["renamed"],
            paths(transfer)
        )
    })
    .collect()
}

fn components(report: &Value) -> Vec<String> {
    let all = report["components"].as_array().unwrap().iter();
    all.map(|it| {
        let (change, component) = (text(&it["change"]), text(&it["component"]));
        format!("{change} {component} {}", text(&it["was"]))
    })
    .collect()
}

#[test]
fn follows_renames() {
    let repo = repo();
    for (from, to) in [
        ("a/1", "none/a1"),
        ("a/2", "b/a2"),
        ("none/1", "b/n1"),
        ("free/1", "none/f1"),
        ("ab/1", "a/ab1"),
    ] {
        repo.git(&["mv", from, to]);
    }
    repo.git(&["rm", "-q", "b/1"]);
    repo.write("b/new", "");
    repo.git(&["add", "-A"]);
    let expected = [
        "lost a>unowned 1(1): a/1=none/a1",
        "lost exempt>unowned 1(1): free/1=none/f1",
        "moved a>b 1(1): a/2=b/a2",
        "moved a+b>a 1(1): ab/1=a/ab1",
        "gained unowned>b 1(1): none/1=b/n1",
        "added ->b 1(0): b/new",
        "removed b>- 1(0): b/1",
    ];
    let mut staged = transfers(&diff(&repo, &["--staged"]));
    staged.sort();
    let mut sorted = expected.map(str::to_owned).to_vec();
    sorted.sort();
    assert_eq!(staged, sorted);
    // The same between two revisions, and from one to the work tree.
    repo.commit();
    let between = diff(&repo, &["HEAD^", "HEAD"]);
    let order: Vec<&str> = between["transfers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|transfer| text(&transfer["change"]))
        .collect();
    assert_eq!(
        order,
        [
            "lost", "lost", "moved", "moved", "gained", "added", "removed"
        ]
    );
    assert_eq!(between["summary"]["lost"], 2);
    for arguments in [&["HEAD^", "HEAD"][..], &["HEAD^"]] {
        let mut now = transfers(&diff(&repo, arguments));
        now.sort();
        assert_eq!(now, sorted, "{arguments:?}");
    }
    assert!(transfers(&diff(&repo, &["HEAD"])).is_empty());
}

#[test]
fn follows_the_renames_of_several_copies() {
    let repo = repo();
    let text = |version: u32, name: &str| {
        let lines = "the same\n".repeat(40);
        format!("version {version}\n{lines}{name}\n")
    };
    let copies = ["a", "ab", "b", "free", "none", "b/inner"];
    let write = |version: u32| {
        for copy in copies {
            for name in ["app", "base"] {
                repo.write(
                    format!("{copy}/vendor/{name}_{version}"),
                    text(version, name),
                );
            }
        }
    };
    write(1);
    repo.commit();
    repo.git(&["rm", "-q", "*_1"]);
    write(2);
    repo.git(&["add", "-A"]);
    // git pairs some of the files with those of another copy, and leaves some without a pair.
    let chosen = repo.git(&["diff", "--cached", "-M", "--name-status"]);
    let copy = |path: &str| path.split_once("/vendor").unwrap().0.to_owned();
    let is_crosswise = |line: &str| match line.split('\t').collect::<Vec<_>>()[..] {
        [_, before, after] => copy(before) != copy(after),
        _ => true,
    };
    assert!(chosen.lines().any(is_crosswise), "{chosen}");
    assert!(transfers(&diff(&repo, &["--staged"])).is_empty());
}

#[test]
fn reports_a_path_as_changed_if_it_was_renamed_and_created_again() {
    let repo = repo();
    repo.git(&["mv", "a/1", "b/moved"]);
    repo.write("a/1", "something else altogether\n");
    repo.git(&["add", "-A"]);
    // git reports a change of `a/1` and a new file; only the owners matter.
    let report = diff(&repo, &["--staged"]);
    assert_eq!(transfers(&report), ["added ->b 1(0): b/moved"]);
}

#[test]
fn reports_transfers_by_a_change_of_the_map() {
    let repo = repo();
    let map = MAP
        .replace("{paths: [a/], owner: a}", "{paths: [a/], owner: c}")
        .replace("owners: [a, b]", "owners: [b, a]")
        .replace("  - {paths: [b/], owner: b}\n", "")
        .replace("rules:\n", "rules:\n  - {paths: [\"*/3\"], owner: b}\n");
    repo.write("ownership.yaml", map);
    repo.git(&["add", "-A"]);
    let report = diff(&repo, &["--staged"]);
    assert_eq!(
        transfers(&report),
        [
            "conflicting a>conflicting 1(0): a/3",
            "lost b>unowned 1(0): b/1",
            "moved a>c 2(0): a/1 a/2",
        ]
    );
    assert_eq!(report["transfers"][0]["after"]["teams"][1], "c");
    let back = diff(&repo, &["--staged"]);
    assert_eq!(back["base"], report["base"]);
    repo.commit();
    let back = diff(&repo, &["HEAD", "HEAD^"]);
    assert_eq!(
        transfers(&back),
        [
            "moved c>a 2(0): a/1 a/2",
            "gained unowned>b 1(0): b/1",
            "settled conflicting>a 1(0): a/3",
        ]
    );
}

#[test]
fn recognizes_a_team_with_a_new_id() {
    let repo = repo();
    repo.write("charts/x/Chart.yaml", "team: a\n");
    repo.commit();
    let renamed = |teams: &str, owner: &str| {
        MAP.replace("{a: {}, b: {}, c: {}}", teams)
            .replace("owner: a", &format!("owner: {owner}"))
            .replace("[a, b]", &format!("[{owner}, b]"))
    };
    repo.write(
        "ownership.yaml",
        renamed("{z: {aliases: [a]}, b: {}, c: {}}", "z"),
    );
    repo.git(&["mv", "a/1", "b/one"]);
    repo.git(&["add", "-A"]);
    let report = diff(&repo, &["--staged"]);
    assert_eq!(transfers(&report), ["moved z>b 1(1): a/1=b/one"]);
    assert_eq!(components(&report), [""; 0]);
    let pair = |report: &Value| {
        let team = &report["teams"][0];
        format!("{} {}", text(&team["was"]), text(&team["team"]))
    };
    assert_eq!(pair(&report), "a z");
    for (format, line) in [
        ("human", "team a is now z\n"),
        ("markdown", "Team a is now z.\n"),
    ] {
        let run = repo.run(&["diff", "--staged", "--format", format]);
        assert!(run.out.contains(line), "{}", run.out);
    }
    let reviewers = repo.run(&["reviewers", "--staged"]);
    assert_eq!(reviewers.out, "b\nz\n");
    repo.commit();
    let back = diff(&repo, &["HEAD", "HEAD^"]);
    assert_eq!(transfers(&back), ["moved b>a 1(1): b/one=a/1"]);
    assert_eq!(pair(&back), "z a");
    // If an existing team gets the name, or no team has it, that is a transfer.
    for teams in ["{c: {aliases: [z]}, b: {}}", "{y: {}, b: {}, c: {}}"] {
        let owner = &teams[1..2];
        repo.write("ownership.yaml", renamed(teams, owner));
        let report = diff(&repo, &["HEAD"]);
        assert_eq!(report["teams"].as_array().map(Vec::len), Some(0));
        let moved = format!("moved z>{owner} 2(0): a/2 a/3");
        assert!(transfers(&report).contains(&moved), "{report:#}");
    }
}

#[test]
fn reports_added_removed_moved_and_renamed_components() {
    let repo = repo();
    let chart = |name: &str, team: &str| {
        let more: String = (0..10).map(|n| format!("# {n} of {name}\n")).collect();
        format!("name: {name}\nteam: {team}\n{more}")
    };
    for (name, team) in [
        ("stays", "a"),
        ("moves", "a"),
        ("goes", "b"),
        ("turns", "b"),
    ] {
        repo.write(format!("charts/{name}/Chart.yaml"), chart(name, team));
    }
    repo.commit();
    repo.git(&["rm", "-q", "-r", "charts/goes"]);
    repo.git(&["mv", "charts/turns", "charts/turned"]);
    repo.write("charts/moves/Chart.yaml", chart("moves", "c"));
    repo.write("charts/comes/Chart.yaml", "name: comes\n");
    repo.git(&["add", "-A"]);
    let report = diff(&repo, &["--staged"]);
    assert_eq!(
        components(&report),
        [
            "added helm-chart:comes -",
            "removed helm-chart:goes -",
            "moved helm-chart:moves -",
            "renamed helm-chart:turned helm-chart:turns",
        ]
    );
    assert_eq!(report["components"][2]["after"]["teams"][0], "c");
    let human = repo.run(&["diff", "--staged"]).out;
    for line in [
        "moved × 1 file",
        "  a → c: 1",
        "    charts/moves/Chart.yaml",
        "components × 4",
        "  renamed     helm-chart:turned (was helm-chart:turns)  b",
    ] {
        assert!(human.contains(line), "{line}: {human}");
    }
}

#[test]
fn resolves_components_with_declarations_of_other_files() {
    let map = "version: 1\nteams: {a: {}, b: {}}\nrules: [{paths: [x], owner: b}RULE]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", &map.replace("RULE", "")),
        ("modules/role/manifests/db.pp", "class role::db {}\n"),
        (
            "hieradata/role/common/db.yaml",
            "profile::contacts::role_contacts: ['a']\n",
        ),
    ]);
    repo.git(&["init", "-q"]);
    repo.commit();
    let rule = ", {paths: [modules/role/manifests/db.pp], owner: b}";
    repo.write("ownership.yaml", map.replace("RULE", rule));
    let report = diff(&repo, &["HEAD"]);
    assert_eq!(
        transfers(&report),
        ["moved a>b 1(0): modules/role/manifests/db.pp"]
    );
    assert_eq!(components(&report), ["moved puppet-module:role -"]);
    assert_eq!(repo.verdict("puppet-role:db"), "a");
}

#[test]
fn writes_a_short_review_comment() {
    let repo = repo();
    let run = repo.run(&["diff", "--staged", "--format", "markdown"]);
    assert!(
        run.out.contains("No files or components change owners."),
        "{}",
        run.out
    );
    repo.git(&["mv", "a/1", "none/x|y`z"]);
    for n in 0..6 {
        repo.write(format!("b/new{n}"), format!("{n}"));
    }
    repo.git(&["add", "-A"]);
    let run = repo.run(&["diff", "--staged", "--format", "markdown"]);
    let lost = "| 1 | **lost** | a | unowned | `a/1` → `` none/x\\|y`z `` |";
    assert!(run.out.contains(lost), "{}", run.out);
    let added = "| 6 | added | – | b | `b/new0`<br>`b/new1`<br>`b/new2`<br>and 3 more |";
    assert!(run.out.contains(added), "{}", run.out);
}

#[test]
fn treats_everything_as_unowned_before_the_first_map() {
    let repo = Repo::new(&[("a/1", "")]);
    repo.git(&["init", "-q"]);
    repo.commit();
    repo.write("ownership.yaml", MAP);
    repo.git(&["add", "-A"]);
    let report = diff(&repo, &["--staged"]);
    assert_eq!(report["without_base"], "the base has no map");
    assert_eq!(transfers(&report), ["gained unowned>a 1(0): a/1"]);
    assert_eq!(repo.run(&["diff"]).code, 2);
    assert_eq!(repo.run(&["diff", "--staged", "HEAD"]).code, 2);
    let run = repo.run(&["diff", "HEAD", "nope"]);
    assert!(
        run.code == 2 && run.err.contains("revision `nope` does not exist"),
        "{}",
        run.err
    );
}

#[test]
fn follows_renames_between_repositories() {
    let map = "version: 1\nteams: {a: {}, b: {}}\nrepositories:\n  - {name: one, path: one, rules: [{paths: [\"**\"], owner: a}]}\n  - {name: two, path: two, rules: [{paths: [\"**\"], owner: b}]}\n";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        ("one/x", "a file with some text in it\n"),
        ("two/y", ""),
    ]);
    repo.git(&["init", "-q"]);
    repo.commit();
    repo.git(&["mv", "one/x", "two/x"]);
    let report = diff(&repo, &["--staged"]);
    assert_eq!(transfers(&report), ["moved a>b 1(1): x=x"]);
    assert_eq!(report["transfers"][0]["repository"], "two");
}
