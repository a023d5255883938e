//! Each check on its smallest bad and good repository.

mod harness;

use std::{collections::BTreeSet, fs};

use harness::{Repo, of_check, project, strings, text};
use ownlint::checks;

fn fixture(check: &str, which: &str) -> Repo {
    Repo::copy_of(&project().join("fixtures/checks").join(check).join(which))
}

#[test]
fn every_check_has_a_file_and_fixtures_of_its_name() {
    let names: BTreeSet<String> = checks::names().into_iter().map(String::from).collect();
    let fixtures: BTreeSet<String> = fs::read_dir(project().join("fixtures/checks"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, fixtures);
    for name in &names {
        let mut inside: Vec<String> = fs::read_dir(project().join("fixtures/checks").join(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        inside.sort();
        assert_eq!(inside, ["bad", "expected.txt", "good"], "{name}");
        let file = format!("src/checks/{}.rs", name.replace('-', "_"));
        assert!(project().join(&file).is_file(), "{file}");
    }
}

#[test]
fn each_check_finds_what_is_bad() {
    for check in checks::names() {
        let run = fixture(check, "bad").run(&["check", "--format", "compact"]);
        let mark = format!("[{check}]: ");
        let found: String = run
            .out
            .lines()
            .filter(|line| line.contains(&mark))
            .map(|l| format!("{l}\n"))
            .collect();
        let expected = project()
            .join("fixtures/checks")
            .join(check)
            .join("expected.txt");
        if std::env::var_os("OWNLINT_UPDATE_EXPECTED").is_some() {
            fs::write(&expected, &found).unwrap();
        }
        assert!(
            !found.is_empty(),
            "{check} finds nothing: {}{}",
            run.out,
            run.err
        );
        assert_eq!(found, fs::read_to_string(&expected).unwrap(), "{check}");
    }
}

/// What the line of text does not show: check, path, component, teams, number of files.
const SUBJECTS: [(&str, &str, &str, &str, Option<u64>); 22] = [
    (
        "conflicting-owners",
        "modules/varnish/files/a",
        "-",
        "wmcs traffic",
        Some(1),
    ),
    ("unowned-path", "modules/quarry/", "-", "", Some(2)),
    (
        "unowned-component",
        "modules/role/manifests/cache.pp",
        "puppet-role:cache",
        "",
        Some(2),
    ),
    (
        "unknown-declared-team",
        "hieradata/role/common/cache.yaml",
        "puppet-role:cache",
        "",
        None,
    ),
    (
        "unreadable-declaration",
        "hieradata/role/common/cache.yaml",
        "puppet-role:cache",
        "",
        None,
    ),
    (
        "unreadable-path",
        "charts/kask/Chart.yaml",
        "helm-chart:kask",
        "",
        None,
    ),
    (
        "declaration-mismatch",
        "hieradata/role/common/cache.yaml",
        "puppet-role:cache",
        "traffic wmcs",
        None,
    ),
    ("overlapping-rules", "-", "-", "wmcs traffic", None),
    ("uncovered-directory", "modules/kafka/", "-", "", None),
    ("unanchored-habit", "-", "-", "", None),
    ("unanchored-habit", "-", "-", "", None),
    ("case-mismatch", "-", "-", "", None),
    ("case-mismatch", "-", "-", "", None),
    ("shadowed-rule", "-", "-", "", None),
    ("shadowed-rule", "-", "-", "", None),
    ("duplicate-rule", "-", "-", "traffic", None),
    ("never-wins-today", "-", "-", "", None),
    ("redundant-rule", "-", "-", "traffic", None),
    ("expired-exemption", "-", "-", "", None),
    ("dead-rule", "-", "-", "", None),
    ("dead-rule", "-", "-", "", None),
    ("dead-exemption", "-", "-", "", None),
];

#[test]
fn each_finding_names_its_subject_and_teams() {
    for check in checks::names() {
        let report = fixture(check, "bad").check();
        let found: Vec<_> = of_check(&report, check)
            .into_iter()
            .map(|f| {
                let teams = strings(&f["teams"]).join(" ");
                (
                    check,
                    text(&f["path"]),
                    text(&f["component"]),
                    teams,
                    f["files"].as_u64(),
                )
            })
            .collect();
        let expected: Vec<_> = SUBJECTS
            .into_iter()
            .filter(|(of, ..)| *of == check)
            .map(|(of, path, component, teams, files)| {
                (of, path, component, teams.to_owned(), files)
            })
            .collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_check_can_be_turned_off_and_made_heavier_or_lighter() {
    for check in checks::ALL {
        let repo = fixture(check.name, "bad");
        let map = fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
        let found = of_check(&repo.check(), check.name).len();
        for severity in ["error", "warning", "info"] {
            let setting = format!("{map}checks: {{{}: {severity}}}\n", check.name);
            repo.write("ownership.yaml", setting);
            let report = repo.check();
            let findings = of_check(&report, check.name);
            assert_eq!(findings.len(), found, "{}", check.name);
            assert!(
                findings.iter().all(|f| f["severity"] == severity),
                "{}",
                check.name
            );
        }
        repo.write(
            "ownership.yaml",
            format!("{map}checks: {{{}: off}}\n", check.name),
        );
        assert!(
            of_check(&repo.check(), check.name).is_empty(),
            "{}",
            check.name
        );
    }
}

#[test]
fn no_check_finds_anything_in_what_is_good() {
    for check in checks::names() {
        let run =
            fixture(check, "good").run(&["check", "--format", "compact", "--fail-on", "info"]);
        assert_eq!((run.code, &*run.out, &*run.err), (0, "", ""), "{check}");
    }
}

#[test]
fn every_check_is_explained() {
    for check in checks::names() {
        let run = Repo::new(&[]).run(&["explain", check]);
        assert_eq!(run.code, 0);
        assert!(
            run.out.starts_with(check) && run.out.contains("Example:"),
            "{}",
            run.out
        );
    }
    let run = Repo::new(&[]).run(&["explain", "unowned-pth"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("did you mean `unowned-path`?"),
        "{}",
        run.err
    );
}
