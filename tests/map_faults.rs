//! A broken map: every fault, at its place, in one run.

mod harness;

use harness::Repo;

#[test]
fn all_faults_are_told_in_one_run() {
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1
teems: {}
teams:
  traffic: {parent: ops, aliases: [Edge]}
  wmcs: {aliases: [edge], parent: cloud}
  cloud: {parent: wmcs}
  Bad_Id: {}
rules:
  - paths: [a]
    owner: trafic
  - paths: [\"modules/[ab\"]
    owner: traffic
  - owner: traffic
  - paths: []
    owner: traffic
  - components: [\"helm-chrt:x\", nothing]
    owner: traffic
    owner: wmcs
exemptions:
  - {paths: [x], reason: why, until: 2027-13-01}
checks: {dead-rul: error, dead-rule: loud}
declarations: {helmm: trust}
",
    )]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    for (place, message) in [
        ("2:1", "unknown key `teems` in the map"),
        ("4:21", "parent `ops` is not a team of the map"),
        ("5:20", "`edge` already stands for team `traffic`"),
        ("5:35", "team `wmcs` is its own ancestor"),
        ("7:3", "`Bad_Id` is not a team id"),
        ("10:12", "`trafic` is not a team of the map"),
        ("11:22", "bad pattern `modules/[ab`: `[` is never closed"),
        ("13:5", "the rule is about nothing"),
        ("14:12", "the list `paths` is empty"),
        ("16:19", "`helm-chrt` is not a kind of component"),
        ("16:33", "`nothing` does not name components"),
        ("18:5", "key `owner` is given twice in a rule"),
        ("20:38", "`2027-13-01` is not a date"),
        ("21:10", "`dead-rul` is not the name of a check"),
        ("21:38", "`loud` is none of error, warning, info, off"),
        ("22:16", "`helmm` is not the name of a detector"),
    ] {
        assert!(run.err.contains(message), "{message}\n{}", run.err);
        let after = &run.err[run.err.find(message).unwrap()..];
        assert!(
            after.contains(&format!("ownership.yaml:{place}]")),
            "{message} at {place}\n{after}"
        );
    }
    for help in [
        "did you mean `teams`?",
        "did you mean `traffic`?",
        "did you mean `dead-rule`?",
    ] {
        assert!(run.err.contains(help), "{help}");
    }
}

#[test]
fn versions_includes_and_hostile_yaml_are_refused() {
    let bomb = (1..12).fold(String::from("version: 1\na0: &a0 [x]\n"), |text, at| {
        let row = vec![format!("*a{}", at - 1); 10].join(", ");
        text + &format!("a{at}: &a{at} [{row}]\n")
    });
    for (map, message) in [
        ("version: 2\n", "version 2 of the map is not known"),
        ("teams: {}\n", "the map does not say its version"),
        ("", "the map is empty"),
        ("version: 1\nrules: [\n", "not valid YAML"),
        (
            "version: 1\ninclude: [sub/a.yaml]\n",
            "the files include each other in a circle",
        ),
        (
            "version: 1\ninclude: [../x.yaml]\n",
            "an include may not leave the directory of the map",
        ),
        ("version: 1\ninclude: [gone.yaml]\n", "could not be read"),
        (&bomb, "the aliases here expand to more than"),
        (&"[".repeat(100_000), "not valid YAML"),
    ] {
        let repo = Repo::new(&[
            ("in/ownership.yaml", map),
            ("in/sub/a.yaml", "include: [../ownership.yaml]\n"),
            ("x.yaml", "teams: {}\n"),
        ]);
        let run = repo.run(&["check", "--config", "in/ownership.yaml"]);
        assert_eq!(run.code, 2, "{message}");
        assert!(run.err.contains(message), "{message}\n{}", run.err);
    }
}

#[test]
fn included_files_belong_to_the_map() {
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\ninclude: [teams.yaml]\nrules: [{paths: ['**'], owner: sre}]\n",
        ),
        ("teams.yaml", "teams: {sre: {}}\n"),
    ]);
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn a_missing_map_or_repository_says_what_to_do() {
    let run = Repo::new(&[("ownership.yml", "")]).run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("rename it to `ownership.yaml`"),
        "{}",
        run.err
    );
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nrepositories: [{name: puppet, path: ../gone}]\n",
    )]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("`puppet`") && run.err.contains("--root puppet=DIR"),
        "{}",
        run.err
    );
    let run = repo.run(&["check", "--root", "pupet=."]);
    assert!(run.err.contains("did you mean `puppet`?"), "{}", run.err);
    assert_eq!(
        repo.run(&["check", "--root", "puppet=.", "--fail-on", "never"])
            .code,
        0
    );
}
