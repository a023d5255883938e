//! The names of the map, and files of other programs that have one of them.

use std::fs;

use crate::harness::{Repo, of_check, strings, text};

const NAMES: [&str; 3] = ["ownership.yaml", "ownlint.yaml", ".ownlint.yaml"];

const MAP: &str = "version: 1
teams: {a: {contacts: {irc: \"#a\"}}, b: {}}
rules: [{paths: [\"*.yaml\", \".*\"], owner: a}, {paths: [lib/], owner: b}]
";

/// A list of services as in the repositories of GitHub.
const SERVICES: &str = "---
version: 1
# rules: see the handbook
ownership:
- name: web
  team: example/web
  description: |
    rules: none
  sev1: {pagerduty: \"https://pagerduty.example.org/P1\", tta: 30 minutes}
";

/// Files of other programs.
const FOREIGN: [&str; 5] = [
    SERVICES,
    "{\"version\": 1, \"ownership\": [{\"name\": \"web\"}]}\n",
    "version: 1\nownership:\n",
    "module: {artifactId: x}\nownership:\n    - team: \"UI Platform\"\n",
    "configured: false\norg: \"@example\"\n",
];

#[test]
fn finds_the_map_by_each_name() {
    for name in NAMES {
        let repo = Repo::new(&[(name, MAP), ("lib/x", ""), ("lib/deep/y", "")]);
        repo.track();
        assert_eq!(repo.verdict("lib/x"), "b", "{name}");
        assert_eq!(repo.verdict(name), "a", "{name}");
        let mut below = repo.command();
        below.current_dir(repo.path().join("lib/deep"));
        let output = below.args(["check"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}");
        repo.commit();
        repo.write("new/file", "");
        repo.git(&["add", "-A"]);
        for change in [&["--staged"][..], &["--since", "HEAD"]] {
            let report = repo.check_with(change);
            let unowned = of_check(&report, "unowned-path");
            assert_eq!(unowned.len(), 1, "{name} {change:?}");
            assert_eq!(unowned[0]["introduced"], true, "{name} {change:?}");
        }
        let run = repo.run(&["hook", "install"]);
        assert_eq!(run.code, 0, "{}", run.err);
        let hook = fs::read_to_string(repo.path().join(".git/hooks/pre-commit")).unwrap();
        assert!(hook.contains("exec ownlint check --staged"), "{hook}");
        let run = repo.run(&["generate", "markdown"]);
        let mark = format!("Written by ownlint from {name}.");
        assert!(run.out.contains(&mark), "{name}: {}", run.out);
    }
}

#[test]
fn the_nearest_directory_with_a_map_decides() {
    for name in NAMES {
        for below in NAMES {
            let nearer = MAP.replace("owner: b", "owner: a");
            let below = format!("sub/{below}");
            let repo = Repo::new(&[(name, MAP), (&below, &nearer), ("sub/lib/x", "")]);
            let mut command = repo.command();
            command.current_dir(repo.path().join("sub"));
            let command = command.args(["who", "--format", "json", "lib/x"]);
            let answers: serde_json::Value =
                serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
            let owners = strings(&answers["answers"][0]["owners"]);
            assert_eq!(owners, ["a"], "{name} {below}");
        }
    }
}

#[test]
fn several_maps_in_one_directory_are_an_error() {
    for (one, two) in [(0, 1), (0, 2), (1, 2)] {
        let (one, two) = (NAMES[one], NAMES[two]);
        let repo = Repo::new(&[(one, MAP), (two, MAP), ("lib/x", "")]);
        repo.track();
        for arguments in [
            &["check"][..],
            &["check", "--staged"],
            &["who", "lib/x"],
            &["report"],
            &["hook", "install"],
        ] {
            let run = repo.run(arguments);
            assert_eq!((run.code, &*run.out), (2, ""), "{arguments:?}");
            let expected = format!("`{one}` and `{two}`");
            assert!(run.err.contains(&expected), "{}", run.err);
            assert!(
                run.err.contains("select a map with `--config`"),
                "{}",
                run.err
            );
        }
        let run = repo.run(&["check", "--config", two, "--fail-on", "never"]);
        assert_eq!(run.code, 0, "{}", run.err);
        // Both names of one file are one map.
        fs::remove_file(repo.path().join(two)).unwrap();
        repo.link(two, one);
        assert_eq!(repo.verdict("lib/x"), "b", "{one} {two}");
    }
}

#[test]
fn a_change_reports_several_maps() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("lib/x", "")]);
    repo.track().commit();
    repo.write("ownlint.yaml", MAP.replace("owner: b", "owner: a"));
    repo.git(&["add", "-A"]);
    let run = repo.run(&["check", "--since", "HEAD", "--format", "json"]);
    assert_eq!(run.code, 2, "{}", run.err);
    let findings = run.json()["findings"].clone();
    assert_eq!(findings.as_array().unwrap().len(), 1, "{findings}");
    assert_eq!(text(&findings[0]["check"]), "invalid-map");
    assert!(text(&findings[0]["message"]).contains("several maps"));
    // A change that keeps one of them cannot be compared with the base, and says so.
    repo.commit();
    repo.git(&["rm", "-q", "ownership.yaml"]);
    let run = repo.run(&["check", "--since", "HEAD"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.err
            .contains("the base has 2 maps in the same directory"),
        "{}",
        run.err
    );
}

#[test]
fn a_change_can_rename_the_map() {
    for (from, to) in [(0, 1), (1, 0), (0, 2), (2, 1)] {
        let (from, to) = (NAMES[from], NAMES[to]);
        // git does not recognize the second rename, because most lines differ.
        let rewritten =
            "version: 1\nteams: {b: {}, c: {}}\nrules: [{paths: [\"**\"], owner: c}]\n".to_owned();
        for after in [MAP.replace("owner: b", "owner: a"), rewritten] {
            for arguments in [
                &["--staged"][..],
                &["--since", "HEAD"],
                &["--staged", "--config", to],
            ] {
                let repo = Repo::new(&[(from, MAP), ("lib/x", "")]);
                repo.track().commit();
                fs::remove_file(repo.path().join(from)).unwrap();
                repo.write(to, &after);
                repo.git(&["add", "-A"]);
                let report = repo.check_with(arguments);
                let base = &report["change"]["without_base"];
                assert!(base.is_null(), "{from} {to} {arguments:?}: {base}");
                let changed = of_check(&report, "owner-changed");
                assert!(!changed.is_empty(), "{from} {to} {arguments:?}");
            }
        }
    }
}

#[test]
fn files_of_other_programs_are_not_maps() {
    for foreign in FOREIGN {
        let repo = Repo::new(&[("ownership.yaml", foreign), ("lib/x", "")]);
        repo.track();
        for arguments in [&["check"][..], &["check", "--staged"], &["who", "lib/x"]] {
            let run = repo.run(arguments);
            assert_eq!((run.code, &*run.out), (2, ""), "{foreign}");
            let expected = "no map found (`ownership.yaml` belongs to another program: it";
            assert!(run.err.contains(expected), "{}", run.err);
            assert!(
                run.err.contains("name the map `ownlint.yaml`"),
                "{}",
                run.err
            );
        }
        // A forge's ownership file is checked as if the other file did not exist.
        repo.write("CODEOWNERS", "* @example/web\n");
        repo.git(&["add", "-A"]);
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.err.contains("checking CODEOWNERS"), "{}", run.err);
        // The map may be beside it or above it.
        repo.write("ownlint.yaml", MAP);
        assert_eq!(repo.verdict("lib/x"), "b", "{foreign}");
        let above = Repo::new(&[("ownership.yaml", MAP), ("lib/ownership.yaml", foreign)]);
        let mut command = above.command();
        command.current_dir(above.path().join("lib"));
        let output = command.args(["who", "./x"]).output().unwrap();
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(out.contains("b"), "{foreign}: {out}");
    }
}

#[test]
fn a_selected_list_of_services_is_one_error() {
    let repo = Repo::new(&[("ownership.yaml", SERVICES)]);
    let run = repo.run(&["check", "--config", "ownership.yaml"]);
    assert_eq!(run.code, 2);
    for expected in [
        "`ownership.yaml` is not an ownlint map: it lists services under",
        "ownership.yaml:4:1",
        "save the map as `ownlint.yaml`",
        "the map has 1 error",
    ] {
        assert!(run.err.contains(expected), "{expected}: {}", run.err);
    }
}

#[test]
fn broken_maps_are_still_maps() {
    for map in [
        "",
        "version: 1\nteems: {}\n",
        "version: 2\n",
        "version: 1\nteams: {}\nownership: []\n",
        "- a\n",
        "teams: [\n",
    ] {
        let repo = Repo::new(&[("ownership.yaml", map)]);
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 2, "{map}");
        assert!(run.err.contains("the map has "), "{map}: {}", run.err);
    }
}

#[test]
fn init_never_overwrites_files_of_other_programs() {
    for foreign in FOREIGN {
        let repo = Repo::new(&[
            ("ownership.yaml", foreign),
            ("CODEOWNERS", "* @example/web\n"),
        ]);
        repo.track();
        let run = repo.run(&["init"]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(
            run.err.contains("save this map as `ownlint.yaml`"),
            "{}",
            run.err
        );
        for arguments in [
            &["init", "--output", "ownership.yaml"][..],
            &["init", "--output", "ownership.yaml", "--force"],
        ] {
            let run = repo.run(arguments);
            assert_eq!(run.code, 0, "{}", run.err);
            assert!(
                run.err.contains("writing the map to `ownlint.yaml`"),
                "{}",
                run.err
            );
            let kept = fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
            assert_eq!(kept, foreign);
        }
        let again = repo.run(&["init", "--output", "ownership.yaml"]);
        assert_eq!(again.code, 2, "{}", again.err);
        assert!(
            again.err.contains("ownlint.yaml` already exists"),
            "{}",
            again.err
        );
        repo.git(&["add", "-A"]);
        assert_eq!(repo.verdict("CODEOWNERS"), "web", "{foreign}");
        assert_eq!(repo.run(&["check"]).code, 0, "{foreign}");
    }
    // GitHub also reads this name.
    let repo = Repo::new(&[("ownership.yml", SERVICES)]);
    let run = repo.run(&["init", "--output", "ownership.yml", "--force"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let kept = fs::read_to_string(repo.path().join("ownership.yml")).unwrap();
    assert_eq!(kept, SERVICES);
}

#[test]
fn init_writes_no_second_map() {
    for (existing, new) in [(0, 1), (1, 0), (2, 1)] {
        let (existing, new) = (NAMES[existing], NAMES[new]);
        let repo = Repo::new(&[(existing, MAP)]);
        let run = repo.run(&["init", "--output", new, "--force"]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains("already contains a map"), "{}", run.err);
        assert!(!repo.path().join(new).exists());
        let run = repo.run(&["init", "--output", existing, "--force"]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
}

#[test]
fn suggests_the_name_of_a_misspelled_map() {
    for (near, name) in [("ownership.yml", NAMES[0]), ("ownlint.yml", NAMES[1])] {
        let repo = Repo::new(&[(near, MAP), ("CODEOWNERS", "* @o/t\n")]);
        let run = repo.track().run(&["check"]);
        assert_eq!(run.code, 2, "{}", run.err);
        let expected = format!("rename `{near}` to `{name}`");
        assert!(run.err.contains(&expected), "{}", run.err);
    }
    let repo = Repo::new(&[("ownership.yml", SERVICES), ("CODEOWNERS", "* @o/t\n")]);
    let run = repo.track().run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.err);
}
