//! Rules that would conflict on files that do not exist yet.

use crate::harness::{Repo, within};

#[test]
fn reports_the_place_of_undecided_overlaps() {
    let any = "?".repeat(40);
    let map = format!(
        "version: 1\nteams: {{a: {{}}, b: {{}}}}\nrules:\n- {{paths: [ownership.yaml], owner: b}}\n\
         - {{paths: ['x/*[bc]{any}'], owner: a}}\n- {{paths: ['x/*[ab]{any}'], owner: b}}\n"
    );
    let file = format!("x/a{}", "-".repeat(40));
    let repo = Repo::new(&[("ownership.yaml", &map), (&file, "")]);
    let run = repo.run(&[
        "check",
        "--format",
        "compact",
        "--only",
        "overlapping-rules",
    ]);
    assert!(
        run.out.starts_with("ownership.yaml:6:12: warning"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("the patterns are too complex"),
        "{}",
        run.out
    );
    // For an existing file, it is an error of the map.
    repo.write(format!("x/b{}", "-".repeat(40)), "");
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("takes too many steps") && run.err.contains("ownership.yaml:5:"),
        "{}",
        run.err
    );
}

#[test]
fn many_rules_for_one_path_count_once_per_owner() {
    let mut map = String::from("version: 1\nteams: {a: {}, b: {}, c: {}}\nrules:\n");
    map += "  - {paths: ['**/*.sql'], owner: c}\n";
    for at in 0..6_000 {
        let owner = ["a", "b"][at % 2];
        map += &format!("  - {{paths: [x/], owner: {owner}}}\n");
    }
    let repo = Repo::new(&[("ownership.yaml", &map), ("x/f", ""), ("y/f.sql", "")]);
    let run = within(60, || repo.run(&["check", "--only", "overlapping-rules"]));
    let expected = "`**/*.sql` overlaps with 2 claims for different owners";
    assert!(run.out.contains(expected), "{}", run.out);
}

#[test]
fn reports_a_directory_of_two_teams_even_if_another_rule_wins_its_files() {
    let map = |second: &str| {
        format!(
            "version: 1\nteams: {{a: {{}}, b: {{}}}}\nrules:\n- {{paths: [ownership.yaml], owner: b}}\n\
             - {{paths: [x/], owner: a}}\n- {{paths: ['{second}'], owner: b}}\n\
             - {{paths: ['x/*.pp'], owner: b, priority: 1}}\n"
        )
    };
    for second in ["x/", "x/**", "/x/"] {
        let repo = Repo::new(&[("ownership.yaml", &map(second)), ("x/y.pp", "")]);
        let run = repo.run(&[
            "check",
            "--format",
            "compact",
            "--only",
            "overlapping-rules",
        ]);
        assert_eq!(run.out.lines().count(), 1, "{second}: {}", run.out);
        assert!(
            run.out.contains("warning[overlapping-rules]"),
            "{}",
            run.out
        );
    }
}
