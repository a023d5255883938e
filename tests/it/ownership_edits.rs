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
            &["`a/` (3 files) changes owner from `docs` and `web` to `docs` and `stranger@x.org`"]
                [..],
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
