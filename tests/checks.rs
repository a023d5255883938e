//! Each check on its smallest bad and good repository.

mod harness;

use std::{collections::BTreeSet, fs};

use harness::{Repo, project};
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
