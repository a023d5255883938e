//! `ownlint check` where there is no map: lints the ownership file that is there.

mod harness;

use harness::{Repo, findings};

fn repo() -> Repo {
    let repo = Repo::new(&[(
        ".github/CODEOWNERS",
        "/docs/ @o/docs\n!x @o/web\n/free/\n/web/ @o/web o'web\n",
    )]);
    for path in ["docs/x", "free/x", "lost/a/x", "lost/b", "top", "web/x"] {
        repo.write(path, "");
    }
    repo.track();
    repo
}

#[test]
fn findings_stand_in_the_file_and_at_what_nobody_owns() {
    let run = repo().run(&["check", "--format", "compact"]);
    assert_eq!(
        run.out,
        ".github/:1:1: error[unowned-path]: `.github/` has no owner (1 file)
lost/:1:1: error[unowned-path]: `lost/` has no owner (2 files)
top:1:1: error[unowned-path]: `top` has no owner (1 file)
web/:1:1: error[unowned-path]: `web/` has no owner (1 file)
.github/CODEOWNERS:2:1: warning[misread-ownership-line]: `!` does not work in CODEOWNERS: the line is skipped
.github/CODEOWNERS:4:14: warning[misread-ownership-line]: `o'web` is no owner (`@user`, `@org/team` or an e-mail address): the line is skipped
"
    );
    assert_eq!(run.code, 1);
    assert_eq!(
        run.err,
        "note: there is no `ownership.yaml`: checking .github/CODEOWNERS (GitHub CODEOWNERS); \
         `ownlint init` makes a map of it\n"
    );
    assert_eq!(repo().run(&["check", "--quiet"]).err, "");
}

#[test]
fn figures_are_those_of_the_file() {
    let report = repo().check();
    let of = &report["repositories"][0];
    assert_eq!(of["files"], 7);
    assert_eq!(of["verdicts"]["exempt"], 1);
    assert_eq!(of["verdicts"]["unowned"], 5);
    assert_eq!(of["teams"]["docs"], 1);
    let text = repo().run(&["check"]).out;
    assert!(text.contains("28.6 % of 7 files covered"), "{text}");
}

#[test]
fn paths_narrow_it_down() {
    let report = repo().check_with(&["lost/a", "docs"]);
    assert_eq!(findings(&report), ["unowned-path lost/a/ -"]);
    assert_eq!(report["repositories"][0]["files"], 2);
    assert_eq!(repo().run(&["check", "nowhere"]).code, 2);
    assert_eq!(repo().run(&["check", "docs"]).code, 0);
}

#[test]
fn every_dialect_is_known() {
    for (path, text) in [
        ("CODEOWNERS", "[Section]\n* @g/a\n"),
        ("OWNERS", "a@x.org\n"),
        ("OWNERS", "approvers: [a]\n"),
        ("MAINTAINERS", "ALL\nM:\ta@x.org\nF:\t*\nF:\t*/\n"),
    ] {
        let repo = Repo::new(&[(path, text), ("a/b", "")]);
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 0, "{path}: {}{}", run.out, run.err);
        assert!(
            run.err.contains(&format!("checking {path} (")),
            "{}",
            run.err
        );
    }
}

#[test]
fn without_any_file_it_says_how_to_begin() {
    let run = Repo::new(&[("x", "")]).run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no `ownership.yaml`") && run.err.contains("ownlint init"));
}
