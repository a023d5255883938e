//! Edits of ownership files, and of what the names in them mean, are changes of ownership.

use serde_json::Value;

use crate::harness::{Repo, of_check, strings, text};

const MAP: &str = "\
version: 1
teams:
  web: {handles: {kubernetes: web-approvers, gerrit: [web@x.org]}}
  docs: {handles: {kubernetes: [dora, dan], gerrit: [dora@x.org]}}
exemptions: [{files: [ownership.yaml, OWNERS_ALIASES], reason: x}]
checks: {unused-team: off, missing-contact: off}
";

const ALIASES: &str = "\
aliases:
  web-approvers: [al, bo]
  leads: [lea, dora]
";

const KUBERNETES: [(&str, &str); 7] = [
    ("OWNERS", "approvers: [root]\n"),
    ("OWNERS_ALIASES", ALIASES),
    ("a/OWNERS", "approvers: [web-approvers]\n"),
    ("a/x", ""),
    ("a/y", ""),
    ("b/OWNERS", "approvers: [leads, dan]\n"),
    ("b/x", ""),
];

const GERRIT: [(&str, &str); 5] = [
    ("OWNERS", "root@x.org\n"),
    ("common/OWNERS_LIST", "web@x.org\n"),
    ("a/OWNERS", "include /common/OWNERS_LIST\ndora@x.org\n"),
    ("a/x", ""),
    ("a/y", ""),
];

fn repo(dialect: &str, files: &[(&str, &str)]) -> Repo {
    let map = format!("{MAP}ownership_files: {{{dialect}: trust}}\n");
    let repo = Repo::new(&[("ownership.yaml", &map)]);
    files.iter().for_each(|(path, text)| repo.write(path, text));
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    repo
}

/// Returns the messages of `owner-changed` about the staged changes.
fn changed(repo: &Repo) -> Vec<String> {
    repo.git(&["add", "-A"]);
    let report = repo.check_with(&["--staged"]);
    let found = of_check(&report, "owner-changed").into_iter();
    found.map(|it| text(&it["message"]).to_owned()).collect()
}

/// Returns how many files `diff` lists as moved, and the changes of who can approve as `group -lost +gained files`.
fn diff(repo: &Repo) -> (usize, Vec<String>) {
    let report = repo.run(&["diff", "--staged", "--format", "json"]).json()["diff"].clone();
    let transfers = report["transfers"].as_array().unwrap().iter();
    let moved = transfers.filter(|it| it["change"] == "moved");
    let moved: u64 = moved.map(|it| it["files"].as_u64().unwrap()).sum();
    let approvals = report["approvals"].as_array().unwrap().iter();
    let approvals = approvals.map(|it| {
        let names = |sign: &str, of: &Value| {
            let names = strings(of).into_iter().map(|name| format!(" {sign}{name}"));
            names.collect::<String>()
        };
        let (lost, gained) = (names("-", &it["lost"]), names("+", &it["gained"]));
        format!("{}{lost}{gained} {}", text(&it["group"]), it["files"])
    });
    (usize::try_from(moved).unwrap(), approvals.collect())
}

#[test]
fn reports_each_kind_of_edit_of_aliases_once() {
    let with = |from: &str, to: &str| ALIASES.replace(from, to);
    for (path, content, messages, moved, approvals) in [
        // The members change.
        (
            "OWNERS_ALIASES",
            with("[al, bo]", "[bo, cy]"),
            &[
                "group `web-approvers` (`OWNERS_ALIASES:2`) loses `al` and gains `cy`; it owns 3 files (such as `a/OWNERS`)",
            ][..],
            0,
            &["web-approvers -al +cy 3"][..],
        ),
        // So do those of a group that is not a team.
        (
            "OWNERS_ALIASES",
            with("[lea, dora]", "[lea, dora, lu]"),
            &[
                "group `leads` (`OWNERS_ALIASES:3`) gains `lu`; it owns 2 files (such as `b/OWNERS`)",
            ],
            0,
            &["leads +lu 2"],
        ),
        // The order does not matter.
        ("OWNERS_ALIASES", with("[al, bo]", "[bo, al]"), &[], 0, &[]),
        // A group is deleted or renamed, but files still name it.
        (
            "OWNERS_ALIASES",
            with("  leads: [lea, dora]\n", ""),
            &[
                "group `leads` is no longer defined in `OWNERS_ALIASES`, but still owns 2 files (such as `b/OWNERS`)",
            ],
            0,
            &["leads -dora -lea 2"],
        ),
        (
            "OWNERS_ALIASES",
            with("web-approvers", "web-reviewers"),
            &[
                "group `web-approvers` is no longer defined in `OWNERS_ALIASES`, but still owns 3 files (such as `a/OWNERS`)",
            ],
            0,
            &["web-approvers -al -bo 3"],
        ),
        // A name that is not a group yet becomes one.
        (
            "OWNERS_ALIASES",
            with("leads", "root: [ro]\n  leads"),
            &["`root` is now a group of `ro` (`OWNERS_ALIASES:3`); it owns `OWNERS`"],
            0,
            &["root +ro 1"],
        ),
        // No file names the new group.
        (
            "OWNERS_ALIASES",
            with("leads", "new: [ro]\n  leads"),
            &[],
            0,
            &[],
        ),
        // Another group owns the files.
        (
            "a/OWNERS",
            "approvers: [leads]\n".to_owned(),
            &["`a/` (3 files) changes owner from `web` to `docs` and `lea`"],
            3,
            &[],
        ),
        // The owners of parent directories can no longer approve.
        (
            "a/OWNERS",
            "approvers: [web-approvers]\noptions: {no_parent_owners: true}\n".to_owned(),
            &[
                "3 files (such as `a/OWNERS`): the owners of parent directories, who may also approve changes, lose `root`",
            ],
            0,
            &["- -root 3"],
        ),
    ] {
        let repo = repo("kubernetes", &KUBERNETES);
        repo.write(path, &content);
        assert_eq!(changed(&repo), messages, "{content}");
        assert_eq!(
            diff(&repo),
            (moved, approvals.iter().map(ToString::to_string).collect()),
            "{content}"
        );
    }
}

#[test]
fn reports_changes_of_files_that_others_include() {
    for (path, content, messages) in [
        (
            "common/OWNERS_LIST",
            "stranger@x.org\n",
            &[
                "ownership files name `stranger@x.org` for the first time, and the map does not list this name",
                "`a/` (3 files) loses owner `web` and gains owner `stranger@x.org`; the other owner remains",
            ][..],
        ),
        (
            "a/OWNERS",
            "set noparent\ninclude /common/OWNERS_LIST\ndora@x.org\n",
            &[
                "3 files (such as `a/OWNERS`): the owners of parent directories, who may also approve changes, lose `root@x.org`",
            ],
        ),
    ] {
        let repo = repo("gerrit", &GERRIT);
        repo.write(path, content);
        assert_eq!(changed(&repo), messages, "{content}");
    }
}

#[test]
fn reviewers_include_the_owners_whose_group_changes() {
    let repo = repo("kubernetes", &KUBERNETES);
    repo.write("OWNERS_ALIASES", ALIASES.replace("[al, bo]", "[al]"));
    repo.git(&["add", "-A"]);
    let run = repo.run(&["reviewers", "--staged"]);
    assert_eq!(run.out, "web\n", "{}", run.err);
}

/// Returns the findings that the staged changes introduce, as `check: message; help`.
fn introduced(repo: &Repo, checks: &[&str]) -> Vec<String> {
    repo.git(&["add", "-A"]);
    let report = repo.check_with(&["--staged"]);
    let found = checks.iter().flat_map(|check| of_check(&report, check));
    let found = found.filter(|it| it["introduced"] == true);
    let found = found.map(|it| {
        let help = text(&it["help"]).lines().next().unwrap_or_default();
        let found = format!("{}: {}; {help}", text(&it["check"]), text(&it["message"]));
        found.trim_end_matches("; -").to_owned()
    });
    found.collect()
}

#[test]
fn a_new_misspelled_name_is_introduced() {
    let checks = ["unknown-declared-team", "invalid-ownership-line"];
    for (policy, approvers, expected) in [
        // A person who is a handle of a team.
        (
            "trust",
            "[droa]",
            &[
                "unknown-declared-team: `b/OWNERS` names `droa`, which is not a handle or address in the map; did you mean `dora` (team `docs`)?",
            ][..],
        ),
        (
            "compare",
            "[dora, droa]",
            &[
                "unknown-declared-team: `b/OWNERS` names `droa`, which is not a handle or address in the map; did you mean `dora` (team `docs`)?",
            ],
        ),
        // An alias.
        (
            "compare",
            "[web-aprovers]",
            &[
                "invalid-ownership-line: `web-aprovers` is not an alias in `OWNERS_ALIASES`; did you mean `web-approvers`?",
            ],
        ),
        ("trust", "[zoe]", &[]),
    ] {
        let repo = repo("kubernetes", &KUBERNETES);
        let map = format!(
            "{MAP}rules: [{{paths: ['**'], owner: web, priority: -1}}]\nownership_files: {{kubernetes: {policy}}}\n"
        );
        repo.write("ownership.yaml", map);
        repo.commit();
        assert!(introduced(&repo, &checks).is_empty());
        repo.write("b/OWNERS", format!("approvers: {approvers}\n"));
        assert_eq!(introduced(&repo, &checks), expected, "{policy} {approvers}");
    }
}

#[test]
fn names_that_no_longer_apply_are_reported_in_trusted_files() {
    let map = "\
version: 1
teams:
  web: {handles: {github: '@o/web'}, former_names: ['@o/frontend']}
  old: {handles: {github: '@o/old'}, retired: {successor: web}}
ownership_files: {github: trust}
";
    for (owner, expected) in [
        (
            "@o/old",
            &[
                "former-team-name: `CODEOWNERS` names `@o/old`, a handle of the retired team `old`; write `@o/web`",
            ][..],
        ),
        (
            "@o/frontend",
            &[
                "former-team-name: `CODEOWNERS` names `@o/frontend`, a former name of team `web`; write `@o/web`",
            ],
        ),
        (
            "@o/wbe",
            &[
                "unknown-declared-team: `CODEOWNERS` names `@o/wbe`, which is not a team in the map; did you mean `@o/web` (team `web`)?",
            ],
        ),
        // The team probably has a new handle.
        (
            "@other/web",
            &[
                "unknown-declared-team: `CODEOWNERS` names `@other/web`, which is not a team in the map; correct the spelling, or add `@other/web` to the handles of team `web` under `github`",
            ],
        ),
        ("@o/web", &[]),
    ] {
        let repo = Repo::new(&[("ownership.yaml", map), ("CODEOWNERS", "* @o/web\n")]);
        repo.git(&["init", "-q", "-b", "main"]);
        repo.commit();
        repo.write("CODEOWNERS", format!("* @o/web {owner}\n"));
        let checks = ["former-team-name", "unknown-declared-team"];
        assert_eq!(introduced(&repo, &checks), expected, "{owner}");
    }
}

#[test]
fn an_unknown_group_does_not_hide_a_declaration() {
    let map =
        format!("{MAP}ownership_files: {{kubernetes: trust}}\ndeclarations: {{'*': compare}}\n");
    let files = [
        ("ownership.yaml", map.as_str()),
        ("OWNERS_ALIASES", ALIASES),
        ("OWNERS", "approvers: [dora]\n"),
        (
            "c/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\nteam: web\n",
        ),
        ("c/OWNERS", "approvers: [dan]\n"),
    ];
    let repo = Repo::new(&files);
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    let of = |repo: &Repo| introduced(repo, &["declaration-mismatch"]);
    let report = repo.check();
    assert_eq!(
        of_check(&report, "declaration-mismatch").len(),
        1,
        "{report:#}"
    );
    repo.write("c/OWNERS", "approvers: [leads]\n");
    repo.write("OWNERS_ALIASES", ALIASES.replace(", dora", ""));
    let found = of(&repo);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("declares `web`, but the map assigns `lea`"),
        "{found:?}"
    );
}

#[test]
fn a_rule_that_contradicts_a_trusted_file_is_reported_unless_it_has_a_priority() {
    for (rule, expected) in [
        (
            "{paths: [a/x], owner: docs}",
            &["`a/OWNERS` assigns `a/x` to `web`, but the map assigns it to `docs`"][..],
        ),
        // One finding for each rule.
        (
            "{paths: [a/x, a/y, b/x], owner: web}",
            &["`b/OWNERS` assigns `b/x` to `docs` and `lea`, but the map assigns it to `web`"],
        ),
        (
            "{paths: [a/x, b/x], owners: [docs, web]}",
            &[
                "`a/OWNERS` and the map assign `a/x` to different owners: only the map names `docs`; 1 more file with other owners",
            ],
        ),
        // The author of the rule has decided.
        ("{paths: [a/x], owner: docs, priority: 1}", &[]),
        // The file is more precise.
        ("{paths: ['**'], owner: docs}", &[]),
        ("{paths: [a/x], owner: web}", &[]),
    ] {
        let repo = repo("kubernetes", &KUBERNETES);
        let map = format!("{MAP}rules: [{rule}]\nownership_files: {{kubernetes: trust}}\n");
        repo.write("ownership.yaml", map);
        let report = repo.check();
        let found = of_check(&report, "ownership-file-mismatch").into_iter();
        let found: Vec<&str> = found.map(|it| text(&it["message"])).collect();
        assert_eq!(found, expected, "{rule}");
    }
}

#[test]
fn without_a_map_the_ownership_files_decide() {
    let repo = Repo::new(&KUBERNETES);
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    repo.write("b/OWNERS", "approvers: [stranger]\n");
    repo.write("OWNERS_ALIASES", ALIASES.replace("[al, bo]", "[al]"));
    repo.git(&["add", "-A"]);
    let run = repo.run(&["diff", "--staged"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let (_, changes) = run.out.split_once("\n\n").unwrap();
    assert_eq!(
        changes,
        "moved × 2 files\n  lea, dora, dan → stranger: 2\n    b/OWNERS\n    b/x\n\n\
         approvals × 1\n  group web-approvers (OWNERS_ALIASES:2) loses bo; it owns 3 files (such as a/OWNERS)\n"
    );
    assert!(
        run.err
            .contains("showing the owners in the kubernetes files"),
        "{}",
        run.err
    );
    let run = repo.run(&["reviewers", "--staged"]);
    assert_eq!(
        run.out, "al\nbo\ndan\ndora\nlea\nroot\nstranger\n",
        "{}",
        run.err
    );
    assert_eq!(repo.run(&["reviewers", "a/x"]).out, "al\n");
    // The files of the selected base decide, too.
    repo.commit();
    // Edits that are not staged count.
    repo.write("a/x", "1");
    let change = repo.check_with(&["--since", "HEAD"])["change"].clone();
    assert_eq!(change["files"], 1, "{change}");
    assert!(
        repo.run(&["diff", "HEAD^", "HEAD"])
            .out
            .contains("moved × 2 files")
    );
}

#[test]
fn the_members_of_a_group_come_from_the_file() {
    let repo = repo("kubernetes", &KUBERNETES);
    let map = |handles: &str| {
        let map = MAP.replace(
            "{kubernetes: web-approvers",
            &format!("{{kubernetes: {handles}"),
        );
        repo.write(
            "ownership.yaml",
            format!("{map}ownership_files: {{kubernetes: trust}}\n"),
        );
    };
    let mismatches = || -> Vec<String> {
        let report = repo.check();
        let found = of_check(&report, "ownership-file-mismatch").into_iter();
        found.map(|it| text(&it["message"]).to_owned()).collect()
    };
    let unused = "  unused: [una]\n";
    repo.write("OWNERS_ALIASES", format!("{ALIASES}{unused}"));
    for (handles, former) in [
        ("web-approvers", None),
        ("[web-approvers, al, '@BO']", None),
        // Another alias, which no file names, and the handle of a group elsewhere.
        ("[web-approvers, unused, '@org/web']", None),
        ("[web-approvers, zoe]", Some("`zoe` is")),
        ("[zoe, web-approvers, al, una]", Some("`zoe`, `una` are")),
        // Without the alias, the handles are just people.
        ("[zoe, al]", None),
    ] {
        map(handles);
        let found = mismatches();
        let expected = former.map(|former| {
            format!("{former} not in group `web-approvers` of team `web`, but the map lists")
        });
        assert_eq!(
            found.len(),
            usize::from(former.is_some()),
            "{handles}: {found:?}"
        );
        assert!(
            found
                .iter()
                .zip(expected)
                .all(|(one, start)| one.starts_with(&start)),
            "{found:?}"
        );
        let update = repo.run(&["init", "--update"]);
        assert_eq!(
            update
                .err
                .contains("of team `web`; ownlint does not remove"),
            former.is_some(),
            "{}",
            update.err
        );
    }
    map("[web-approvers, zoe]");
    let reviewers = repo.run(&["reviewers", "--forge", "kubernetes", "a/x"]);
    assert_eq!(reviewers.out, "al\nbo\n");
}

#[test]
fn another_person_of_the_same_team_is_no_change_of_owners() {
    let map = MAP.replace("web-approvers,", "[web-approvers, al, bo],")
        + "ownership_files: {kubernetes: trust}\n";
    for (before, after, approvals) in [
        ("dora", "dan", Some(["dora", "dan"])),
        ("al", "bo", Some(["al", "bo"])),
        // The whole team.
        ("web-approvers", "bo", Some(["web", "bo"])),
        ("bo", "web-approvers", Some(["bo", "web"])),
        ("web-approvers, al", "bo, web-approvers", None),
        ("bo, dora", "dora, bo", None),
    ] {
        let repo = repo("kubernetes", &KUBERNETES);
        repo.write("ownership.yaml", &map);
        repo.write("a/OWNERS", format!("approvers: [{before}]\n"));
        repo.commit();
        repo.write("a/OWNERS", format!("approvers: [{after}]\n"));
        let messages = approvals.map(|[lost, gained]| {
            format!(
                "3 files (such as `a/OWNERS`): the owners in ownership files lose `{lost}` and gain `{gained}`, \
                 but their teams remain the same"
            )
        });
        assert_eq!(changed(&repo), Vec::from_iter(messages), "{before}");
        let approvals = approvals.map(|[lost, gained]| format!("- -{lost} +{gained} 3"));
        assert_eq!(diff(&repo), (0, Vec::from_iter(approvals)), "{before}");
    }
}

#[test]
fn a_group_that_is_no_longer_defined_is_reported_in_each_check() {
    let map = MAP
        .replace("web-approvers,", "[web-approvers, al],")
        .replace("  web: {", "  web: {aliases: [web-approvers], ")
        + "ownership_files: {kubernetes: trust}\n";
    let invalid = |repo: &Repo| {
        let report = repo.check();
        let found = of_check(&report, "invalid-ownership-line").into_iter();
        let found = found.map(|it| text(&it["message"]).to_owned());
        found.collect::<Vec<_>>()
    };
    let repo = repo("kubernetes", &KUBERNETES);
    repo.write("ownership.yaml", &map);
    repo.commit();
    assert!(invalid(&repo).is_empty());
    let renamed = ALIASES.replace("web-approvers", "web-reviewers");
    repo.write("OWNERS_ALIASES", renamed);
    assert_eq!(
        invalid(&repo),
        [
            "`a/OWNERS` names `web-approvers`, which is a handle of team `web` and is not defined in `OWNERS_ALIASES`, \
          so it is read as the login of a person"
        ]
    );
    // The change is as severe.
    repo.git(&["add", "-A"]);
    let report = repo.check_with(&["--staged"]);
    let found = of_check(&report, "owner-changed");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(text(&found[0]["severity"]), "warning", "{found:?}");
    // A member is a person, and not a group.
    repo.write("a/OWNERS", "approvers: [al]\n");
    assert!(invalid(&repo).is_empty());
    // Without the file, it is not known whether there are groups.
    repo.write("a/OWNERS", "approvers: [web-approvers]\n");
    repo.git(&["rm", "-qf", "OWNERS_ALIASES"]);
    assert!(invalid(&repo).is_empty());
}

#[test]
fn names_that_no_person_can_have_are_reported_in_owners_files() {
    for (name, is_reported) in [
        ("alice", false),
        ("'@alice'", false),
        ("acme/team", true),
        ("'@acme/team'", true),
        ("alice@example.org", true),
    ] {
        let repo = repo("kubernetes", &KUBERNETES);
        repo.write("a/OWNERS", format!("approvers: [{name}]\n"));
        let found = of_check(&repo.check(), "invalid-ownership-line").len();
        assert_eq!(found == 1, is_reported, "{name}");
        repo.write("a/OWNERS", "approvers: [web-approvers]\n");
        repo.write(
            "OWNERS_ALIASES",
            ALIASES.replace("lea,", &format!("{name},")),
        );
        let found = of_check(&repo.check(), "invalid-ownership-line").len();
        assert_eq!(found == 1, is_reported, "{name}");
    }
}

#[test]
fn new_names_are_listed_once_in_a_change() {
    let repo = repo("kubernetes", &KUBERNETES);
    let new = |repo: &Repo| -> Vec<String> {
        let all = changed(repo).into_iter();
        all.filter(|message| message.contains("for the first time"))
            .collect()
    };
    assert!(new(&repo).is_empty());
    // The map or the files know all of them: a person, a member of a group, and a team.
    repo.write("a/OWNERS", "approvers: [root, Lea, dora, web-approvers]\n");
    assert!(new(&repo).is_empty());
    // A group that is a new name hides its members.
    repo.write("OWNERS_ALIASES", format!("{ALIASES}  ops: [ole, oda]\n"));
    repo.write("c/OWNERS", "approvers: [zoe, lea, ops]\n");
    repo.write("d/OWNERS", "approvers: [zoe, yan]\n");
    let message = "ownership files name `ops`, `yan`, `zoe` for the first time, and the map does not list these names";
    assert_eq!(new(&repo), [message]);
    let report = repo.check_with(&["--staged"]);
    let found = of_check(&report, "owner-changed");
    let found = found
        .iter()
        .find(|it| text(&it["message"]) == message)
        .unwrap();
    let related = found["related"].as_array().unwrap();
    assert_eq!(related.len(), 2);
    assert_eq!(text(&related[1]["message"]), "`zoe`");
    // Once committed, they are not new.
    repo.commit();
    repo.write("a/z", "");
    assert!(new(&repo).is_empty());
    // A full check lists all people with their places, but few of them for people.
    let people = of_check(&repo.check(), "person-not-team").len();
    assert_eq!(people, 1);
    let many: Vec<String> = (10..40).map(|number| format!("p{number}")).collect();
    repo.write("e/OWNERS", format!("approvers: [{}]\n", many.join(", ")));
    repo.git(&["add", "-A"]);
    let report = repo.check();
    let found = of_check(&report, "person-not-team");
    let related = found[0]["related"].as_array().unwrap();
    assert_eq!(related.len(), 30 + 6 - 1, "{related:?}");
    let shown = repo
        .run(&[
            "check",
            "--min-severity",
            "info",
            "--only",
            "person-not-team",
        ])
        .out;
    assert!(
        shown.contains("and 25 more places (use `--format json` to list all)"),
        "{shown}"
    );
    assert!(!shown.contains("p39"), "{shown}");
}

#[test]
fn a_team_that_the_map_lists_later_is_no_other_owner() {
    for (dialect, files, teams, people) in [
        (
            "kubernetes",
            [
                ("OWNERS", "approvers: [leads, ivan]\n"),
                ("a/OWNERS", "approvers: [judy, ivan]\n"),
            ],
            "  leads: {handles: {kubernetes: leads}}\n  judy: {handles: {kubernetes: judy}}\n  ivan: {handles: {kubernetes: ivan}}\n",
            "",
        ),
        (
            "github",
            [
                ("CODEOWNERS", "* @o/leads @ivan\na/ @judy @ivan\n"),
                ("a/y", ""),
            ],
            "  leads: {handles: {github: '@o/leads'}}\n  judy: {handles: {github: '@judy'}}\n",
            "people: [{name: Ivan, handles: {github: ivan}, team: judy}]\n",
        ),
    ] {
        let repo = repo(dialect, &files);
        repo.write("OWNERS_ALIASES", ALIASES);
        repo.write("a/x", "");
        repo.commit();
        let map = MAP.replace("teams:\n", &format!("teams:\n{teams}"));
        let map = format!("{map}{people}ownership_files: {{{dialect}: trust}}\n");
        repo.write("ownership.yaml", &map);
        assert!(changed(&repo).is_empty(), "{dialect}: {:?}", changed(&repo));
        assert_eq!(diff(&repo), (0, Vec::new()), "{dialect}");
        let reviewers = repo.run(&["reviewers", "--staged"]);
        assert!(reviewers.out.is_empty(), "{}", reviewers.out);
        // If the handle moves to another team, the files do.
        repo.commit();
        let moved = map
            .replace("leads:", "heads:")
            .replace("  web:", "  leads: {}\n  web:");
        repo.write("ownership.yaml", moved);
        assert!(!changed(&repo).is_empty(), "{dialect}");
    }
}

#[test]
fn who_may_approve_by_another_name_loses_and_gains_nothing() {
    let aliases = (
        "OWNERS_ALIASES",
        "aliases: {net: [gina, gus], ops: [ole, oda]}\n",
    );
    let path = "docs/b/f";
    for (before, after, expected) in [
        // By the group instead of by name, and the other way round.
        (["[net]", "[gina]", "[ed]"], ["[net]", "", "[ed]"], None),
        (["[net]", "", "[ed]"], ["[net]", "[gus]", "[ed]"], None),
        (["[net]", "", "[ed]"], ["[gus, gina]", "", "[ed]"], None),
        (["[gina, ole]", "", "[net]"], ["[ole]", "", "[net]"], None),
        // The team of `dora` instead of `dora`.
        (["[dora]", "", "[ed]"], ["[dan]", "", "[ed]"], None),
        (
            ["[net]", "[ops]", "[ed]"],
            ["[net]", "", "[ed]"],
            Some("lose `ops`"),
        ),
        (
            ["[net]", "", "[ed]"],
            ["[gus]", "", "[ed]"],
            Some("lose `gina`"),
        ),
        (
            ["[gus]", "", "[ed]"],
            ["[net]", "", "[ed]"],
            Some("gain `gina`"),
        ),
        (
            ["[root]", "", "[ed]"],
            ["[root, ops, gus]", "", "[ed]"],
            Some("gain `gus`, `ops`"),
        ),
    ] {
        let repo = repo("kubernetes", &[aliases, (path, "")]);
        let write = |files: [&str; 3]| {
            for (file, owners) in ["OWNERS", "docs/OWNERS", "docs/b/OWNERS"].iter().zip(files) {
                repo.write(file, format!("approvers: {owners}\n"));
            }
        };
        write(before);
        repo.commit();
        write(after);
        let messages = changed(&repo);
        let ends = messages
            .iter()
            .filter_map(|it| it.split_once("who may also approve changes, "));
        let ends: Vec<&str> = ends.map(|(_, end)| end).collect();
        assert_eq!(
            ends,
            Vec::from_iter(expected),
            "{before:?} {after:?} {messages:?}"
        );
    }
}

#[test]
fn an_owner_by_a_rule_does_not_lose_the_approval_of_a_member() {
    let files = [
        ("OWNERS", "web@x.org\n"),
        ("b/OWNERS", "ed@x.org\n"),
        ("b/g.md", ""),
        ("b/h", ""),
    ];
    let repo = repo("gerrit", &files);
    let map = format!("{MAP}ownership_files: {{gerrit: trust}}\n");
    repo.write(
        "ownership.yaml",
        format!("{map}rules: [{{paths: ['**/*.md'], owner: web}}]\n"),
    );
    repo.commit();
    repo.write("b/OWNERS", "set noparent\ned@x.org\n");
    let messages = changed(&repo);
    assert_eq!(
        messages,
        [
            "2 files (such as `b/OWNERS`): the owners of parent directories, who may also approve changes, lose `web`"
        ]
    );
}

#[test]
fn a_renamed_group_belongs_to_the_team_of_its_members() {
    let map = MAP.replace(
        "kubernetes: web-approvers",
        "kubernetes: [web-approvers, al, bo]",
    );
    let repo = repo("kubernetes", &KUBERNETES);
    repo.write(
        "ownership.yaml",
        format!("{map}ownership_files: {{kubernetes: trust}}\n"),
    );
    repo.commit();
    repo.write(
        "OWNERS_ALIASES",
        ALIASES.replace("web-approvers", "web-owners"),
    );
    repo.write("a/OWNERS", "approvers: [web-owners]\n");
    let found = introduced(&repo, &["unknown-declared-team"]);
    assert_eq!(
        found,
        [
            "unknown-declared-team: `a/OWNERS` names `web-owners`, which is not a handle of team `web`, to which its members \
          belong; correct the spelling, or add `web-owners` to the handles of team `web` under `kubernetes`"
        ]
    );
    assert!(repo.who("a/x")["owners"][0] == "web");
    let shown = repo.run(&["who", "web-owners"]).out;
    assert!(
        shown.contains("a group in ownership files that is not a team in the map"),
        "{shown}"
    );
    let update = repo.run(&["init", "--update"]).out;
    assert!(
        update.contains("[web-approvers, al, bo, web-owners]"),
        "{update}"
    );
    // With members of several teams, it is a team of its own.
    repo.write("OWNERS_ALIASES", "aliases: {web-owners: [al, dora]}\n");
    let found = introduced(&repo, &["unknown-declared-team"]);
    assert!(
        found[0].contains("which is not a team in the map"),
        "{found:?}"
    );
}
