//! Directories in which most files have no owner: one finding replaces those about their files.

use std::{collections::BTreeSet, fmt::Write as _};

use proptest::prelude::*;
use serde_json::Value;

use crate::harness::{Repo, Run, of_check, text};

const DIRECTORIES: [&str; 5] = ["", "a/", "a/b/", "a/b/c/", "d/"];

/// Returns a repository with `files` in `x/`, of which the first has an owner.
fn repo(files: usize) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("y/owned", "")]);
    for at in 0..files {
        repo.write(format!("x/{at:04}"), "");
    }
    repo
}

const MAP: &str = "version: 1
teams: {a: {}}
rules:
  - {paths: [ownership.yaml, x/0000, y/], owner: a}
";

fn unowned(report: &Value) -> Vec<&Value> {
    of_check(report, "unowned-path")
}

#[test]
fn one_owned_file_does_not_yield_a_finding_for_each_other_file() {
    let repo = repo(4000);
    let report = repo.check();
    let [finding] = unowned(&report)[..] else {
        panic!("{report}");
    };
    let message = "3,999 of 4,000 files in `x/` have no owner";
    assert_eq!(
        (text(&finding["message"]), text(&finding["path"])),
        (message, "x/")
    );
    assert_eq!(finding["files"], 3999);
    assert!(text(&finding["help"]).contains("- x/\n"), "{finding}");

    // The finding is the same as the one about the whole directory.
    repo.write("ownership.yaml", MAP.replace("x/0000, ", ""));
    let whole = repo.check();
    assert_eq!(unowned(&whole)[0]["fingerprint"], finding["fingerprint"]);
}

#[test]
fn few_findings_and_directories_with_mostly_owned_files_stay() {
    let repo = repo(11);
    assert_eq!(unowned(&repo.check()).len(), 10);
    repo.write("x/0011", "");
    assert_eq!(unowned(&repo.check()).len(), 1);
    let map = MAP.replace("x/0000", "'x/000{0,1,2,3,4,5,6}'");
    for at in 12..18 {
        repo.write(format!("x/{at:04}"), "");
    }
    // 11 of 18 files.
    repo.write("ownership.yaml", &map);
    assert_eq!(unowned(&repo.check()).len(), 1);
    repo.write("ownership.yaml", map.replace("0,1", "0,1,7,8,9"));
    assert_eq!(unowned(&repo.check()).len(), 8);
}

#[test]
fn the_root_is_rolled_up_only_without_directories() {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("y/owned", "")]);
    for at in 0..12 {
        repo.write(format!("file{at:02}"), "");
    }
    let report = repo.check();
    let [finding] = unowned(&report)[..] else {
        panic!("{report}");
    };
    let message = text(&finding["message"]);
    assert!(
        message.ends_with("files in the repository have no owner"),
        "{message}"
    );
    assert_eq!(text(&finding["path"]), ".");
    repo.write("d/1", "");
    assert_eq!(unowned(&repo.check()).len(), 13);
}

#[test]
fn suppressions_of_single_files_still_apply() {
    let repo = repo(40);
    let suppression = "suppressions:
  - {check: unowned-path, paths: [x/0003, x/0005], reason: r}
";
    repo.write("ownership.yaml", format!("{MAP}{suppression}"));
    let report = repo.check();
    let [finding] = unowned(&report)[..] else {
        panic!("{report}");
    };
    let message = "37 files in `x/` have no owner: `x/0001`, `x/0002`, `x/0004` and 34 more";
    assert_eq!(
        (text(&finding["message"]), &finding["files"]),
        (message, &37.into())
    );
    assert_eq!(of_check(&report, "unused-suppression").len(), 0);

    let all = suppression.replace("x/0003, x/0005", "x/");
    repo.write("ownership.yaml", format!("{MAP}{all}"));
    let report = repo.check();
    assert_eq!(unowned(&report).len(), 0);
    assert_eq!(of_check(&report, "unused-suppression").len(), 0);
}

#[test]
fn changes_name_only_new_files() {
    let repo = repo(40);
    repo.track().git(&["commit", "-q", "-m", "base"]);
    repo.write("x/new", "");
    repo.git(&["add", "-A"]);
    let check = |arguments: &[&str]| {
        let report = repo.check_with(arguments);
        let found = unowned(&report).into_iter();
        let found = found.map(|it| format!("{} {}", text(&it["path"]), it["introduced"]));
        found.collect::<Vec<_>>()
    };
    assert_eq!(check(&["--staged"]), ["x/new true"]);
    repo.git(&["commit", "-q", "-m", "change"]);
    assert_eq!(check(&["--since", "HEAD~"]), ["x/new true"]);
    let all = check(&["--since", "HEAD~", "--show-pre-existing"]);
    assert_eq!(all, ["x/ false", "x/new true"]);

    // Many new files are rolled up, too. The other files of the directory have no part in it.
    for at in 0..50 {
        repo.write(format!("x/more{at}"), "");
    }
    repo.git(&["add", "-A"]);
    let report = repo.check_with(&["--staged"]);
    let messages = unowned(&report).into_iter().map(|it| text(&it["message"]));
    let message = "50 files in `x/` have no owner: `x/more0`, `x/more1`, `x/more10` and 47 more";
    assert_eq!(messages.collect::<Vec<_>>(), [message]);

    // An owner for one of the files fixes only this one.
    repo.git(&["commit", "-q", "-m", "more"]);
    repo.write("ownership.yaml", MAP.replace("x/0000", "x/0000, x/0001"));
    repo.git(&["add", "-A"]);
    let report = repo.check_with(&["--staged"]);
    let fixed = report["change"]["fixed"].as_array().unwrap();
    assert_eq!((fixed.len(), text(&fixed[0]["path"])), (1, "x/0001"));
}

#[test]
fn a_baseline_stores_the_number_and_names_new_files() {
    let repo = repo(40);
    let options = ["--baseline", "y/known.json"];
    let update = [&["check"][..], &options, &["--update-baseline"]].concat();
    assert_eq!(repo.run(&update).code, 0);
    let baseline = std::fs::read_to_string(repo.path().join("y/known.json")).unwrap();
    let baseline: Value = serde_json::from_str(&baseline).unwrap();
    let entries = baseline["findings"].as_array().unwrap();
    let areas: Vec<&Value> = entries.iter().filter(|it| it["path"] == "x/").collect();
    assert_eq!((areas.len(), &areas[0]["files"]), (1, &39.into()));
    assert_eq!(repo.run(&[&["check"][..], &options].concat()).code, 0);

    repo.write("x/new", "");
    let report = repo.check_with(&options);
    let [finding] = unowned(&report)[..] else {
        panic!("{report}");
    };
    let message = "40 of 41 files in `x/` have no owner; the baseline covers only 39 files in `x/`, not `x/new`";
    assert_eq!(text(&finding["message"]), message);

    // One finding for each file, as before the roll-up, covers the same files.
    let file = |at: usize| {
        format!(
            r#"{{"check":"unowned-path","repository":".","path":"x/{at:04}","component":null,"fingerprint":"{at}","files":1}}"#
        )
    };
    let new = file(1)
        .replace("0001", "new")
        .replace(r#":"1""#, r#":"new""#);
    let files: Vec<String> = (1..40).map(file).chain([new]).collect();
    let findings = files.join(",");
    repo.write(
        "y/known.json",
        format!(r#"{{"version":1,"findings":[{findings}]}}"#),
    );
    let report = repo.check_with(&options);
    assert_eq!(unowned(&report), [&Value::Null; 0]);
    assert_eq!(report["summary"]["baselined"], 1);
    // A new file in place of another one is new.
    std::fs::remove_file(repo.path().join("x/0001")).unwrap();
    repo.write("x/other", "");
    let report = repo.check_with(&options);
    let message = text(&unowned(&report)[0]["message"]);
    assert!(message.ends_with(", not `x/other`"), "{message}");
}

/// Files that get an owner or are deleted do not make room for new ones, however the findings are grouped.
#[test]
fn a_baseline_never_covers_a_file_that_it_does_not_contain() {
    for (owned, deleted, added) in [
        (0, 1, "x/new"),
        (0, 5, "x/sub/new"),
        (3, 0, "x/new"),
        // Too many files have owners now to roll up the others.
        (25, 0, "x/new"),
        (25, 0, "x/sub/new"),
        (25, 8, "x/sub/new"),
    ] {
        let repo = repo(40);
        let options = ["--baseline", "y/known.json"];
        let update = [&["check"][..], &options, &["--update-baseline"]].concat();
        assert_eq!(repo.run(&update).code, 0);
        let rules: Vec<String> = (1..=owned).map(|at| format!("x/{at:04}")).collect();
        let rule = format!("  - {{paths: [y/, {}], owner: a}}\n", rules.join(", "));
        let map = std::fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
        repo.write("ownership.yaml", map + &rule);
        for at in 0..deleted {
            std::fs::remove_file(repo.path().join(format!("x/{:04}", 39 - at))).unwrap();
        }
        let found = unowned(&repo.check_with(&options)).len();
        assert_eq!(found, 0, "{owned} {deleted}");
        repo.write(added, "");
        let report = repo.check_with(&options);
        let messages: Vec<&str> = unowned(&report)
            .iter()
            .map(|it| text(&it["message"]))
            .collect();
        let [message] = messages[..] else {
            panic!("{owned} {deleted} {added}: {messages:?}");
        };
        assert!(
            message.contains(added) || message.contains("x/sub/"),
            "{message}"
        );
    }
}

#[test]
fn a_codeowners_file_without_a_map_is_rolled_up() {
    let lines = "/CODEOWNERS @o/a\n/x/owned @o/a\n";
    let repo = Repo::new(&[("CODEOWNERS", lines), ("x/owned", "")]);
    for at in 0..30 {
        repo.write(format!("x/{at}"), "");
    }
    let run = repo.run(&["check", "--format", "compact"]);
    let message = "x/:1:1: error[unowned-path]: 30 of 31 files in `x/` have no owner\n";
    assert_eq!((run.code, &*run.out), (1, message), "{}", run.err);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn findings_cover_exactly_the_files_without_an_owner(
        sizes in prop::collection::vec(0_usize..25, DIRECTORIES.len()),
        owned in prop::collection::vec(prop::bool::weighted(0.25), 25 * DIRECTORIES.len()),
    ) {
        let repo = Repo::new(&[]);
        let mut map = "version: 1\nteams: {a: {}}\nrules:\n  - owner: a\n    files:\n      - ownership.yaml\n".to_owned();
        let mut files = vec!["ownership.yaml".to_owned()];
        let mut expected = BTreeSet::new();
        for (number, (directory, size)) in DIRECTORIES.iter().zip(sizes).enumerate() {
            for at in 0..size {
                let file = format!("{directory}f{at}");
                repo.write(&file, "");
                match owned[number * 25 + at] {
                    true => writeln!(map, "      - {file}").unwrap(),
                    false => drop(expected.insert(file.clone())),
                }
                files.push(file);
            }
        }
        repo.write("ownership.yaml", map);
        let report = repo.check();
        let found = unowned(&report);
        let paths: Vec<&str> = found.iter().map(|it| text(&it["path"])).collect();
        let is_in = |file: &str, path: &str| {
            path == "." || file == path || path.ends_with('/') && file.starts_with(path)
        };
        // Each file without an owner is in exactly one finding, which counts it.
        for (finding, path) in found.iter().zip(&paths) {
            let inside = expected.iter().filter(|file| is_in(file, path));
            prop_assert_eq!(&finding["files"], &Value::from(inside.count()), "{}", path);
        }
        for file in &expected {
            prop_assert_eq!(paths.iter().filter(|path| is_in(file, path)).count(), 1, "{}", file);
        }
        // No directory has many findings although most of its files have no owner.
        for directory in &DIRECTORIES[1..] {
            let inside = paths.iter().filter(|path| path.starts_with(directory) && path != &directory);
            let is_mostly_unowned = expected.iter().filter(|it| it.starts_with(directory)).count() * 2
                > files.iter().filter(|it| it.starts_with(directory)).count();
            prop_assert!(inside.count() <= 10 || !is_mostly_unowned, "{} {:?}", directory, paths);
        }
    }
}

/// Returns a repository with `charts` without an owner, and one with an owner.
fn charts(charts: usize, chart: &str) -> Repo {
    let map = "version: 1\nteams: {a: {}}\nrules: [{paths: [ownership.yaml], owner: a}]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        ("charts/owned/Chart.yaml", "name: owned\nteam: a\n"),
    ]);
    for at in 0..charts {
        repo.write(format!("charts/c{at:02}/Chart.yaml"), chart);
    }
    repo
}

/// Returns the human output, without the info findings.
fn human(repo: &Repo, arguments: &[&str]) -> String {
    let mut command = repo.command();
    command.arg("check").args(arguments).env("COLUMNS", "300");
    Run::of(command.output().unwrap()).out
}

#[test]
fn people_see_many_components_of_a_kind_as_one_finding_and_programs_each_of_them() {
    let check = "unowned-component";
    let few = human(&charts(10, ""), &[]);
    assert_eq!(few.matches("has no owner").count(), 10, "{few}");
    let repo = charts(11, "");
    let expected = "11 of 12 `helm-chart` components have no owner: `c00`, `c01`, `c02` and 8 more";
    let many = human(&repo, &[]);
    assert!(many.contains(expected), "{many}");
    assert!(many.contains("1 error: 1 unowned-component"), "{many}");
    assert_eq!(of_check(&repo.check(), check).len(), 11);
    for arguments in [
        &["charts"][..],
        &["--format", "human", "--format", "json", "-o", "x"],
    ] {
        let each = human(&repo, arguments);
        assert_eq!(each.matches("has no owner").count(), 11, "{each}");
    }
    // Those that opt out have another cause.
    let opt_out = "annotations:\n  skip-checks: team\n";
    for at in 0..11 {
        repo.write(format!("charts/d{at:02}/Chart.yaml"), opt_out);
    }
    let both = human(&repo, &["-v"]);
    assert_eq!(
        both.matches("components have no owner").count(),
        2,
        "{both}"
    );
}

#[test]
fn a_baseline_reports_exactly_the_new_components_of_many() {
    let repo = charts(12, "");
    let baseline = ["check", "--baseline", ".ownlint-baseline"];
    repo.run(&[&baseline[..], &["--update-baseline"]].concat());
    assert_eq!(repo.run(&baseline).code, 0);
    // As many as before, one of them new.
    std::fs::remove_dir_all(repo.path().join("charts/c03")).unwrap();
    repo.write("charts/new/Chart.yaml", "");
    for format in ["human", "json"] {
        let run = repo.run(&[&baseline[..], &["--format", format]].concat());
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(
            run.out.contains("`helm-chart:new` has no owner"),
            "{}",
            run.out
        );
        assert!(!run.out.contains("c04"), "{}", run.out);
    }
}

#[test]
fn people_see_many_small_places_as_one_finding_and_programs_each_of_them() {
    let map = "version: 1\nteams: {a: {}}\nrules: [{paths: [ownership.yaml, owned/], owner: a}]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", map),
        ("owned/x", ""),
        ("LICENSE", ""),
        (".gitignore", ""),
        (".gitlab-ci.yml", ""),
    ]);
    assert_eq!(
        text(&unowned(&repo.check())[2]["help"]).lines().next(),
        Some(
            "exempt `LICENSE` in the map, as such files usually need no owner, or add a rule to the map:"
        )
    );
    for at in 0..7 {
        repo.write(format!("d{at}/x"), "");
    }
    for at in 0..11 {
        repo.write(format!("large/{at}"), "");
    }
    assert!(human(&repo, &[]).contains("11 errors: 11 unowned-path"));
    repo.write("e/x", "");
    repo.write("e/y", "");
    let many = human(&repo, &[]);
    for expected in [
        "2 errors: 2 unowned-path",
        "12 files in 11 places have no owner: `.gitignore`, `.gitlab-ci.yml`, `LICENSE` and 8 more",
        "large/ has no owner (11 files)",
        "exempt `.gitignore`, `LICENSE`; add rules for `.gitlab-ci.yml`, `d0/`, `d1/`, `d2/`, `d3/`, `d4/`, `d5/`, \
         `d6/`, `e/`",
    ] {
        assert!(many.contains(expected), "{many}");
    }
    assert_eq!(unowned(&repo.check()).len(), 12);
}

#[test]
fn a_baseline_covers_the_files_that_it_names_even_if_their_directory_has_new_ones() {
    // Single files, a directory without any owner, and one of which most files have none.
    for (old, is_hashed) in [(10, false), (11, true)] {
        let repo = repo(old + 1);
        let check = |path: &str| {
            let run = repo.run(&[
                "check",
                "--only",
                "unowned-path",
                "--baseline",
                "b.json",
                "--format",
                "json",
                path,
            ]);
            (run.code, run.json()["findings"].as_array().map(Vec::len))
        };
        repo.run(&[
            "check",
            "--only",
            "unowned-path",
            "--baseline",
            "b.json",
            "--update-baseline",
        ]);
        let baseline = std::fs::read_to_string(repo.path().join("b.json")).unwrap();
        assert_eq!(baseline.contains("file_hashes"), is_hashed, "{baseline}");
        for at in 0..12 {
            repo.write(format!("x/new{at}"), "");
        }
        let known = std::fs::read_dir(repo.path().join("x")).unwrap();
        for file in known.map(|file| file.unwrap().file_name().into_string().unwrap()) {
            let expected = i32::from(file.starts_with("new"));
            assert_eq!(
                check(&format!("x/{file}")),
                (expected, Some(expected as usize)),
                "{file}"
            );
        }
        assert_eq!(check("."), (1, Some(1)));
    }
}
