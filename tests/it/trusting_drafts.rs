//! `ownlint init` in a repository with ownership files: a small map that trusts them.

use std::fs;

use serde_json::Value;

use crate::harness::{Repo, of_check};

/// A draft, with the notes about it.
struct Draft {
    map: String,
    notes: String,
}

fn draft(repo: &Repo, arguments: &[&str]) -> Draft {
    let run = repo.run(&[&["init"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    Draft {
        map: run.out,
        notes: run.err,
    }
}

/// Drafts a map, writes it, and returns it.
fn drafted(files: &[(&str, &str)]) -> (Repo, String) {
    let repo = Repo::new(files);
    repo.track();
    let map = draft(&repo, &[]).map;
    repo.write("ownership.yaml", &map);
    repo.track();
    (repo, map)
}

/// Returns the lines with the teams of a map.
fn teams(map: &str) -> &str {
    let (_, rest) = map.split_once("\nteams:").unwrap();
    rest.split("\n\n").next().unwrap().trim_matches('\n')
}

fn report(repo: &Repo) -> Value {
    let run = repo.run(&["check", "--format", "json"]);
    serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}", run.err))
}

#[test]
fn groups_become_teams_with_their_people() {
    let aliases = "aliases: {web: [ann, bo], db: [bo, cy, Di], unused: [ed]}\n";
    for (files, policy, expected) in [
        (
            &[
                (
                    ".github/CODEOWNERS",
                    "* @o/sre @ann\n/db/ @O/DB ops@x.org\n",
                ),
                ("db/x", ""),
            ][..],
            "{github: trust}",
            "  db:\n    handles: {github: \"@O/DB\"}\n  ops:\n    handles: {github: \"ops@x.org\"}\n  sre:\n    handles: {github: \"@o/sre\"}",
        ),
        (
            &[
                ("OWNERS_ALIASES", aliases),
                ("OWNERS", "approvers: [web]\n"),
                ("db/OWNERS", "approvers: [db, ed, zoe]\n"),
            ],
            "{kubernetes: trust}",
            "  db:\n    handles: {kubernetes: [db, cy, di]}\n  web:\n    handles: {kubernetes: [web, ann]}",
        ),
        (
            &[
                (".gitlab-ci.yml", ""),
                (
                    "CODEOWNERS",
                    "* @ann @bo\n[Data Base] @dba @bo\n/db/\n[Web Site] @g/sub/web @eve @@maintainer\nx\n[Empty]\n/n/ @zoe\n",
                ),
                ("db/x", ""),
                ("x", ""),
            ],
            "{gitlab: trust}",
            "  data-base:\n    name: \"Data Base\"\n    handles: {gitlab: \"@dba\"}\n  web:\n    handles: {gitlab: \
             \"@g/sub/web\"}",
        ),
        (
            &[
                (
                    "MAINTAINERS",
                    "WEB SITE\nM: Jérôme É. <j@x.org>\nM: 王 <w@x.org>, Bo <b@x.org>\nF: web/\n\n\
                     王\nM: Bo C <B@x.org>\nM: Ann <a1@x.org>, Ann <a2@x.org>\nF: api/\n\n\
                     OLD\nM: Gone <g@x.org>\nS: Orphan\nF: old/\n\nTHE REST\nM: Linus <l@x.org>\nF: *\n",
                ),
                ("web/x", ""),
                ("api/x", ""),
            ],
            "{maintainers: trust}",
            "  wang:\n    name: \"王\"\n    contacts: {email: \"a1@x.org\"}\n  web-site:\n    name: \"WEB SITE\"\n    contacts: {email: \"j@x.org\"}",
        ),
        (
            &[
                ("OWNERS", "ann@x.org\nsre-team@x.org\n"),
                (".gitreview", ""),
            ],
            "{gerrit: trust}",
            "  sre-team:\n    handles: {gerrit: \"sre-team@x.org\"}",
        ),
    ] {
        let (repo, map) = drafted(files);
        assert_eq!(teams(&map), expected, "{map}");
        assert!(
            map.contains(&format!("\nownership_files: {policy}\n")),
            "{map}"
        );
        assert!(!map.contains("\nrules:"), "{map}");
        assert!(repo.run(&["check"]).code < 2, "{map}");
        for check in ["unused-team", "missing-contact"] {
            assert_eq!(of_check(&report(&repo), check).len(), 0, "{map}");
        }
    }
}

#[test]
fn sections_with_similar_names_are_different_teams() {
    for titles in [
        &["C++", "C", "C#"][..],
        &["🚀", "🔥", "Rocket"],
        &[".NET", "NET"],
        &["Team A", "A", "The A team"],
        &["Rust", "Rust (nightly)"],
        &["FOO/BAR", "FOO BAR", "FOO-BAR (C++)"],
        &["<<", "~", "\u{1}", "team"],
    ] {
        let each = || (1..).zip(titles);
        let gitlab = each().map(|(at, title)| format!("[{title}]\n/d{at}/ @p{at}\n"));
        // The same section again.
        let again = format!("[{}]\n/e/ @p0\n", titles[1].to_lowercase());
        let gitlab = gitlab.collect::<String>() + &again;
        let maintainers =
            each().map(|(at, title)| format!("{title}\nM: <p{at}@x.org>\nF: d{at}/\n\n"));
        let maintainers: String = maintainers.collect();
        for (path, text) in [(".gitlab/CODEOWNERS", gitlab), ("MAINTAINERS", maintainers)] {
            if path == "MAINTAINERS" && !titles[0].starts_with("FOO") {
                continue;
            }
            let repo = Repo::new(&[(path, &text), ("e/x", "")]);
            for (at, _) in each() {
                repo.write(format!("d{at}/x"), "");
            }
            repo.write("ownership.yaml", "version: 1\nteams: {}\n");
            repo.track();
            let run = repo.run(&["init", "--update"]);
            assert_eq!(run.code, 0, "{}", run.err);
            let updated = repo.run(&["init", "--update", "--write"]);
            assert_eq!(updated.code, 0, "{}", updated.err);
            let owners = || {
                let paths = each().map(|(at, _)| repo.verdict(&format!("d{at}/x")));
                paths.collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(owners().len(), titles.len(), "{titles:?} {}", run.out);
            fs::remove_file(repo.path().join("ownership.yaml")).unwrap();
            repo.track();
            let map = draft(&repo, &[]).map;
            repo.write("ownership.yaml", &map);
            repo.track();
            assert_eq!(owners().len(), titles.len(), "{map}");
            if path != "MAINTAINERS" {
                assert_eq!(repo.verdict("e/x"), repo.verdict("d2/x"), "{map}");
            }
        }
    }
}

#[test]
fn people_beside_another_group_are_not_members_of_the_section() {
    for (line, of_db) in [
        ("db/ @grp/dba @dave", "dba"),
        ("db/ @grp/dba @dave\nother/ @dave", "dba"),
        ("db/ @grp/backend @dave", "backend"),
        ("db/ @dave", "backend"),
    ] {
        let text = format!("[Backend] @grp/backend @eve\napi/\n{line}\n");
        let files = [
            (".gitlab/CODEOWNERS", &*text),
            ("api/x", ""),
            ("db/x", ""),
            ("other/x", ""),
        ];
        let (repo, map) = drafted(&files);
        assert_eq!(repo.verdict("api/x"), "backend", "{map}");
        assert_eq!(repo.verdict("db/x"), of_db, "{map}");
        assert_eq!(map.contains("@dave"), of_db == "backend", "{map}");
    }
}

#[test]
fn people_of_maintainers_belong_to_the_only_section_that_names_them() {
    let text = "WEB\nM: \"Jérôme É.\" <j@x.org>\nM: Wei <w1@x.org>\nM: Bo <b@x.org>\nM: Ed <e1@x.org>, Ed <e2@x.org>\n\
                F: web/\n\nAPI\nM: Wei <w2@x.org>\nM: BO <B@x.org>\nF: api/\n";
    let (repo, map) = drafted(&[("MAINTAINERS", text), ("web/x", ""), ("api/x", "")]);
    let expected = "people:
  - name: \"Jérôme É.\"
    emails: [\"j@x.org\"]
    team: web
  - emails: [\"w1@x.org\"]
    team: web
  - name: Ed
    emails: [\"e1@x.org\", \"e2@x.org\"]
    team: web
  - emails: [\"w2@x.org\"]
    team: api
";
    assert!(map.contains(expected), "{map}");
    assert_eq!(repo.verdict("web/x"), "web");
    assert_eq!(repo.verdict("api/x"), "api");
}

#[test]
fn lines_without_owners_become_exemptions_that_give_way() {
    let lines = "* @o/sre\n/free/ # nobody's\n/docs/*\n/gone/\n";
    let files = [
        ("CODEOWNERS", lines),
        ("free/x", ""),
        ("docs/x", ""),
        ("free/keep/x", ""),
    ];
    let (repo, map) = drafted(&files);
    let expected = "exemptions:
  - paths: [free/]
    reason: \"nobody's\"
    priority: -1
  - files: [\"docs/*\"]
    reason: \"no owner in GitHub CODEOWNERS\"
    priority: -1
";
    assert!(map.contains(expected), "{map}");
    assert_eq!(repo.verdict("free/x"), "exempt");
    assert_eq!(repo.verdict("docs/x"), "exempt");
    assert_eq!(repo.verdict("docs/new/x"), "sre");
    for (edited, path, verdict) in [
        ("* @o/sre\n/free/ @o/sre\n", "free/x", "sre"),
        (
            "* @o/sre\n/free/\n/free/keep/ @o/sre\n",
            "free/keep/x",
            "sre",
        ),
        ("* @o/sre\n", "free/x", "sre"),
    ] {
        repo.write("CODEOWNERS", edited);
        assert_eq!(repo.verdict(path), verdict, "{edited}");
    }
}

#[test]
fn files_of_several_kinds_have_one_authority() {
    let files = [
        ("CODEOWNERS", "* @o/sre\n"),
        ("OWNERS", "approvers: [web]\n"),
        ("OWNERS_ALIASES", "aliases: {web: [ann]}\n"),
    ];
    let repo = Repo::new(&files);
    repo.track();
    let Draft { map, notes } = draft(&repo, &[]);
    assert!(
        map.contains("\nownership_files: {kubernetes: trust, github: compare}\n"),
        "{map}"
    );
    assert!(
        notes.contains("only compares (GitHub CODEOWNERS)"),
        "{notes}"
    );
    let Draft { map, .. } = draft(&repo, &["--from", "github"]);
    assert!(
        map.contains("\nownership_files: {github: trust, kubernetes: compare}\n"),
        "{map}"
    );
}

#[test]
fn only_the_files_of_the_repository_are_trusted() {
    // A few files of copied code.
    let repo = Repo::new(&[
        ("charts/raw/OWNERS", "approvers: [upstream]\n"),
        ("a/x", ""),
        ("b/x", ""),
    ]);
    repo.track();
    assert!(!draft(&repo, &[]).map.contains("ownership_files"));
    // Most directories have one, but not the vendored ones.
    for directory in ["a", "c", "d"] {
        repo.write(format!("{directory}/OWNERS"), "approvers: [ann]\n");
    }
    repo.write("vendor/x/OWNERS", "approvers: [upstream]\n");
    repo.track();
    let map = draft(&repo, &[]).map;
    assert!(
        map.contains("\nownership_files: {kubernetes: trust}\n"),
        "{map}"
    );
    repo.write("ownership.yaml", &map);
    repo.track();
    assert_eq!(repo.verdict("vendor/x/OWNERS"), "unowned");
    assert_eq!(repo.verdict("b/x"), "unowned");
    // Files that ownlint generated, and files that git does not track.
    let map = "version: 1\nteams: {sre: {handles: {github: '@o/sre'}}}\nrules: [{paths: ['**'], owner: sre}]\n";
    let repo = Repo::new(&[("ownership.yaml", map), ("x", "")]);
    assert_eq!(
        repo.run(&["generate", "github", "--output", "CODEOWNERS"])
            .code,
        0
    );
    repo.track();
    fs::remove_file(repo.path().join("ownership.yaml")).unwrap();
    let Draft { map, notes } = draft(&repo, &[]);
    assert!(!map.contains("ownership_files"), "{map}");
    assert!(notes.contains("ownlint generated `CODEOWNERS`"), "{notes}");
    let repo = Repo::new(&[("x", "")]);
    repo.track();
    repo.write("CODEOWNERS", "* @o/sre\n");
    let Draft { map, notes } = draft(&repo, &[]);
    assert!(!map.contains("ownership_files"), "{map}");
    assert!(notes.contains("git does not track `CODEOWNERS`"), "{notes}");
}

#[test]
fn declarations_do_not_override_trusted_files() {
    let (repo, map) = drafted(&[("CODEOWNERS", "* @o/sre\n"), ("x", "")]);
    assert!(map.contains("\ndeclarations: {\"*\": compare}\n"), "{map}");
    repo.write(
        "charts/a/Chart.yaml",
        "apiVersion: v2\nname: a\nteam: web\n",
    );
    assert_eq!(repo.verdict("charts/a/Chart.yaml"), "sre");
}

#[test]
fn every_repository_trusts_its_own_files() {
    let repo = Repo::new(&[
        ("a/CODEOWNERS", "* @o/sre\n"),
        ("b/OWNERS", "approvers: [sre]\n"),
        ("b/OWNERS_ALIASES", "aliases: {sre: [ann]}\n"),
        ("c/x", ""),
    ]);
    for name in ["a", "b", "c"] {
        repo.git(&["init", "-q", name]);
        repo.git(&["-C", name, "add", "-A"]);
    }
    let map = draft(&repo, &["a", "b", "c"]).map;
    let expected = "    handles: {github: \"@o/sre\", kubernetes: [sre, ann]}\n";
    assert!(map.contains(expected), "{map}");
    for policy in ["github", "kubernetes"] {
        let line = format!("\n    ownership_files: {{{policy}: trust}}\n");
        assert!(map.contains(&line), "{map}");
    }
    repo.write("ownership.yaml", &map);
    assert_eq!(repo.verdict("a/CODEOWNERS"), "sre");
    assert_eq!(repo.verdict("b/OWNERS"), "sre");
}

/// A declared team is the group of a line without an effect on any file, and `check` reports only that its files belong to
/// another team.
#[test]
fn declared_teams_get_the_groups_of_lines_without_an_effect() {
    let lines = "* @o/sre\n/gone/ @o/team-web\n/lost/ @o/team-other\n";
    let rules = "groups: [{name: x, rules: [{alert: A, expr: 'up == 0', labels: {team: web}}]}]\n";
    let (repo, map) = drafted(&[("CODEOWNERS", lines), ("rules/a.yml", rules)]);
    let expected =
        "  sre:\n    handles: {github: \"@o/sre\"}\n  web:\n    handles: {github: \"@o/team-web\"}";
    assert_eq!(teams(&map), expected);
    let other =
        "\n#   CODEOWNERS:3:1: `@o/team-other`, whose lines do not decide the owners of any file\n";
    assert!(map.contains(other), "{map}");
    let found = repo.run(&["check", "--format", "compact"]).out;
    assert!(found.contains("declaration-mismatch"), "{found}");
    assert!(!found.contains("unused-team"), "{found}");
}
