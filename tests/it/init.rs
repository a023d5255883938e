//! `ownlint init --replace`: drafts a first map from existing files.

use std::{collections::BTreeSet, ffi::OsStr, fs, os::unix::ffi::OsStrExt as _};

use crate::harness::{Repo, of_check, strings};

/// Files that the lines of the ownership files below match.
const FILES: &[&str] = &[
    "README.md",
    "docs/a.md",
    "docs/deep/b.md",
    "modules/mysql/x.pp",
    "modules/mysql/schema.sql",
    "modules/web/files/x",
    "modules/web/x.sql",
    "modules/free/x",
    "top.sql",
    "we ird/{x}",
];

const GITHUB: &str = "# Everybody's, in the end.
* @org/SRE
*.sql @org/dba
/docs/* @writer
# Schemas and their
# modules.
/modules/mysql/ @org/dba @org/sre
/modules/web/ @org/web
/modules/free/
/we\\ ird/ a.person@example.org
/gone/ @org/web
";

const GITLAB: &str = "* @g/sre
/docs/ @g/sub/docs
!/docs/deep/

[Data][2] @g/dba
*.sql
/modules/mysql/

^[Web]
/modules/web/ @g/web @@maintainer
[broken
";

fn repo(path: &str, text: &str) -> Repo {
    let repo = Repo::new(&[(path, text)]);
    for file in FILES {
        repo.write(file, "");
    }
    repo.track();
    repo
}

/// Drafts a map that replaces the ownership files.
fn init(repo: &Repo, arguments: &[&str]) -> String {
    let run = repo.run(&[&["init", "--replace"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.out
}

/// Returns the owners of all files by the forge, which ignores letter case.
fn owners(repo: &Repo, dialect: &str, file: &str) -> String {
    let arguments = ["who", "--from", dialect, "--format", "tsv", "--file", file];
    let run = repo.run(&[&arguments[..], FILES].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let lines = run.out.lines().map(|line| {
        let (path, owners) = line.split_once('\t').unwrap();
        let owners = owners.to_lowercase();
        let mut owners: Vec<&str> = owners.split(' ').collect();
        owners.sort_unstable();
        format!("{path}: {}\n", owners.join(" "))
    });
    lines.collect()
}

/// Imports, generates, and imports again; every file must keep its owners each time.
fn round_trip(dialect: &str, path: &str, text: &str) -> String {
    let repo = repo(path, text);
    let before = owners(&repo, dialect, path);
    let first = init(&repo, &["--from", dialect]);
    repo.write("ownership.yaml", &first);
    let generate = || {
        let run = repo.run(&["generate", dialect, "--force", "--output", path]);
        assert_eq!(run.code, 0, "{}\n{first}", run.err);
        fs::read_to_string(repo.path().join(path)).unwrap()
    };
    let written = generate();
    assert_eq!(owners(&repo, dialect, path), before, "{first}\n{written}");
    let second = init(&repo, &["--from", dialect]);
    repo.write("ownership.yaml", &second);
    assert_eq!(generate(), written, "{first}\n{second}");
    let third = init(&repo, &["--from", dialect]);
    assert_eq!(third, second);
    first
}

#[test]
fn github_survives_a_round_trip() {
    let map = round_trip("github", ".github/CODEOWNERS", GITHUB);
    let expected = "rules:
  - paths: [\"**\"]
    owner: sre
    priority: -1
    note: \"Everybody's, in the end. (overridden by `*.sql`)\"
  - paths: [\"**/*.sql\"]
    owner: dba
    priority: -1
    note: \"overridden by `/docs/*`, `/modules/mysql/` and others\"
  - files: [\"docs/*\"]
    owner: writer
  - paths: [modules/mysql/]
    owners: [dba, sre]
    note: \"Schemas and their modules.\"
  - paths: [modules/web/]
    owner: web
  - paths: [\"we ird/\"]
    owner: a-person

exemptions:
  - paths: [modules/free/]
    reason: \"no owner in GitHub CODEOWNERS\"
";
    assert!(map.contains(expected), "{map}");
    assert!(
        map.contains("\n#   .github/CODEOWNERS:11:1: `/gone/ @org/web`: it does not decide the owners of any file\n"),
        "{map}"
    );
    assert!(
        map.contains("\n  sre:\n    handles: {github: \"@org/SRE\"}\n"),
        "{map}"
    );
}

#[test]
fn gitea_and_bitbucket_survive_a_round_trip() {
    let text = ".* @o/sre\nmodules/.* @dba # Schemas.\n(?!docs/).*\\\\.sql @dba\n[a-m]+/.*\\\\.md @o/docs\n";
    let map = round_trip("gitea", ".gitea/CODEOWNERS", text);
    assert!(map.contains("handles: {gitea: \"@o/sre\"}"), "{map}");
    round_trip("gitea", "CODEOWNERS", "!docs/.* @web\ndocs/.* @dba\n");
    let text = ".* @o/sre\nmodules/.* @o/dba # Schemas.\n(?:.*/)?[^/]*\\\\.sql @web\n";
    let map = round_trip("gitea", ".gitea/CODEOWNERS", text);
    let expected = "rules:
  - paths: [\"**\"]
    owner: sre
  - files: [\"**/*.sql\"]
    owners: [sre, web]
  - paths: [modules/]
    owners: [sre, dba]
    note: Schemas.
  - files: [\"modules/**/*.sql\"]
    owners: [sre, dba, web]
    note: Schemas.
";
    assert!(map.contains(expected), "{map}");
    let text = "* @o/sre:random(1)\nmodules/* ada@example.org # Modules.\n*.sql @dba\n";
    let map = round_trip("bitbucket", ".bitbucket/CODEOWNERS", text);
    let expected = "  - paths: [modules/]
    owner: ada
    note: Modules.
";
    assert!(map.contains(expected), "{map}");
}

#[test]
fn gitlab_sections_survive_a_round_trip() {
    let map = round_trip("gitlab", ".gitlab/CODEOWNERS", GITLAB);
    let repo = repo(".gitlab/CODEOWNERS", GITLAB);
    repo.write("ownership.yaml", &map);
    for (path, expected) in [
        ("top.sql", "sre dba"),
        ("modules/web/x.sql", "sre dba web maintainer"),
        ("docs/a.md", "docs"),
        ("docs/deep/b.md", "exempt"),
    ] {
        let mut owners = repo.verdict(path);
        let mut sorted: Vec<&str> = owners.split(' ').collect();
        sorted.sort_unstable();
        owners = sorted.join(" ");
        let mut expected: Vec<&str> = expected.split(' ').collect();
        expected.sort_unstable();
        assert_eq!(owners, expected.join(" "), "{path}\n{map}");
    }
}

#[test]
fn converts_files_in_folders_to_rules_for_folders() {
    for (dialect, root, inside) in [
        ("gerrit", "ops@x.org\n", "set noparent\nweb@x.org\n"),
        (
            "kubernetes",
            "approvers: [ops]\n",
            "options: {no_parent_owners: true}\napprovers: [web]\n",
        ),
    ] {
        let repo = repo("OWNERS", root);
        repo.write("modules/web/OWNERS", inside);
        repo.track();
        let map = init(&repo, &[]);
        assert!(
            map.contains("  - paths: [\"**\"]\n    owner: ops\n"),
            "{dialect}: {map}"
        );
        assert!(
            map.contains("  - paths: [modules/web/]\n    owner: web\n"),
            "{dialect}: {map}"
        );
        assert!(map.contains(&format!("handles: {{{dialect}: ")), "{map}");
    }
    let text = "MAINTAINERS\n\nWEB\nM:\tWeb Team <web@x.org>\nF:\tmodules/web/\n";
    let map = init(&repo("MAINTAINERS", text), &[]);
    assert!(map.contains("contacts: {email: \"web@x.org\"}"), "{map}");
    assert!(
        map.contains("  - paths: [modules/web/]\n    owner: web-team\n"),
        "{map}"
    );
    assert!(
        map.contains("\n# Unowned:\n#   MAINTAINERS (1 file)\n"),
        "{map}"
    );
}

#[test]
fn merges_similar_spellings_of_declared_teams() {
    let repo = Repo::new(&[
        ("charts/a/Chart.yaml", "name: a\nteam: ServiceOps\n"),
        ("charts/b/Chart.yaml", "name: b\nteam: serviceops\n"),
        (
            "charts/c/Chart.yaml",
            "name: c\nteam: 'Data: \"Persistence\"'\n",
        ),
        (
            "modules/role/manifests/x.pp",
            "class role::x { profile::contacts::role_contacts: }\n",
        ),
        (
            "hieradata/role/common/x.yaml",
            "profile::contacts::role_contacts:\n  - 'Data Persistence'\n",
        ),
        (
            "team/alerts.yaml",
            "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n    labels: {team: traffic}\n",
        ),
        (
            "catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: site}\n\
             spec: {owner: group:default/web-team}\n",
        ),
    ]);
    let map = init(&repo, &[]);
    assert!(
        map.contains("\n  serviceops:\n    aliases: [ServiceOps]\n"),
        "{map}"
    );
    assert!(map.contains("\n  data-persistence:\n"), "{map}");
    assert!(map.contains("\n  traffic: {}\n"), "{map}");
    assert!(
        !map.contains("\ndeclarations:"),
        "what is declared counts: {map}"
    );
    assert!(
        map.contains(" files need no rule, because their components declare an owner"),
        "{map}"
    );
    repo.write("ownership.yaml", &map);
    let report = repo.check();
    assert_eq!(
        of_check(&report, "unknown-declared-team").len(),
        0,
        "{report}"
    );
    assert_eq!(repo.verdict("charts/a/Chart.yaml"), "serviceops");
}

#[test]
fn declarations_do_not_override_imported_rules() {
    let repo = repo("CODEOWNERS", "* @o/sre\n");
    repo.write("charts/a/Chart.yaml", "name: a\nteam: SRE\n");
    repo.write("charts/b/Chart.yaml", "name: b\nteam: Other\n");
    repo.track();
    let map = init(&repo, &[]);
    assert!(
        map.contains("\n  sre:\n    aliases: [SRE]\n    handles: {github: \"@o/sre\"}\n"),
        "{map}"
    );
    repo.write("ownership.yaml", &map);
    assert_eq!(repo.verdict("charts/b/Chart.yaml"), "sre");
    let report = repo.check();
    assert_eq!(
        of_check(&report, "declaration-mismatch").len(),
        1,
        "{report}"
    );
}

#[test]
fn different_urls_become_two_teams_in_any_order() {
    let wiki = "https://w.org/wiki";
    let team = |names: &[&str]| {
        let urls = names
            .iter()
            .map(|name| match name.contains([':', '@', ' ']) {
                true => (*name).to_owned(),
                false => format!("{wiki}/{name}"),
            });
        urls.collect::<Vec<_>>()
    };
    let table: [(&[&str], usize); 9] = [
        (&["Reader_Growth", "Growth"], 2),
        (&["SRE_Storage", "Storage", "SRE/Storage_Team"], 3),
        (&["A/Core", "B/Core", "Teams: Core"], 3),
        (
            &[
                "https://g.org/orgs/a/teams/core",
                "https://g.org/orgs/b/teams/core",
            ],
            2,
        ),
        (&["@a/core", "@b/core"], 2),
        (&["SRE/Storage", "SRE Storage", "Storage Team"], 1),
        (&["SRE_Storage", "Storage Team"], 2),
        (
            &["Growth", "http://w.org/wiki/growth/", "Growth#Contact"],
            1,
        ),
        (
            &["Storage", "The Storage People (https://w.org/wiki/Storage)"],
            1,
        ),
    ];
    for (names, teams) in table {
        let names = team(names);
        let mut drafts = BTreeSet::new();
        for first in 0..names.len() {
            for reversed in [false, true] {
                let repo = Repo::new(&[]);
                let mut order: Vec<&String> = names.iter().collect();
                order.rotate_left(first);
                if reversed {
                    order.reverse();
                }
                for (at, name) in order.iter().enumerate() {
                    let chart = format!("name: c{at}\nteam: \"{name}\"\n");
                    repo.write(format!("charts/c{at}/Chart.yaml"), &chart);
                }
                repo.track();
                let map = init(&repo, &[]);
                let (_, after) = map.split_once("\nteams:\n").unwrap();
                drafts.insert(after.split("\n#").next().unwrap().to_owned());
            }
        }
        let [draft] = &Vec::from_iter(drafts)[..] else {
            panic!("{names:?} depend on the order");
        };
        let ids = draft
            .lines()
            .filter(|line| line.starts_with("  ") && line.as_bytes()[2] != b' ');
        let found = ids.take_while(|line| !line.starts_with("  -")).count();
        assert_eq!(found, teams, "{names:?}\n{draft}");
    }
}

#[test]
fn similar_handles_become_two_teams() {
    let repo = repo(
        "CODEOWNERS",
        "/docs/ @a/ops\n/modules/ @b/ops\n*.sql @ops ops@x.org\n",
    );
    let map = init(&repo, &[]);
    assert_eq!(map.matches("handles: ").count(), 4, "{map}");
    repo.write("ownership.yaml", &map);
    assert_eq!(strings(&repo.who("top.sql")["owners"]).len(), 2);
}

#[test]
fn names_are_transliterated_and_addresses_are_compared() {
    let text = "S\nM: Jérôme Été <j@x.org>\nM: 王小明 <w@x.org>\nM: Ann <a@x.org>, Bo <b@x.org>\nF: docs/\n\n\
                T\nM: Jerome E. <J@x.org>\nM: A. <a@x.org>\nF: modules/\n";
    let repo = repo("MAINTAINERS", text);
    let map = init(&repo, &[]);
    for (id, name) in [
        ("jerome-ete", "\"Jérôme Été\""),
        ("wangxiaoming", "\"王小明\""),
        ("ann", "Ann"),
        ("bo", "Bo"),
    ] {
        let team = format!("\n  {id}:\n    name: {name}\n    contacts: ");
        assert!(map.contains(&team), "{map}");
    }
    assert_eq!(map.matches("contacts: ").count(), 4, "{map}");
    repo.write("ownership.yaml", &map);
    assert_eq!(repo.verdict("docs/a.md"), "jerome-ete wangxiaoming ann bo");
    assert_eq!(repo.verdict("modules/free/x"), "jerome-ete ann");
}

#[test]
fn overwrites_a_file_only_with_force() {
    let repo = repo("CODEOWNERS", "* @o/sre\n");
    assert_eq!(init(&repo, &["--output", "ownership.yaml"]), "");
    let path = repo.path().join("ownership.yaml");
    fs::write(&path, "mine").unwrap();
    let run = repo.run(&["init", "--output", "ownership.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--force"), "{}", run.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    init(&repo, &["--output", "ownership.yaml", "--force"]);
    assert!(fs::read_to_string(&path).unwrap().contains("version: 1"));
}

#[test]
fn imports_valid_lines_of_a_file_with_invalid_ones() {
    let repo = repo("CODEOWNERS", "* @o/sre\n!x @o/web\n/docs/ nobody\n");
    let run = repo.run(&["init", "--replace"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("CODEOWNERS:2:1: warning:"), "{}", run.err);
    assert!(run.err.contains("CODEOWNERS:3:8: warning:"), "{}", run.err);
    assert!(run.err.contains("verified"), "{}", run.err);
}

/// A line in which all owners are invalid is a mistake, so its files are neither exempt nor owned, unless another line owns
/// them.
#[test]
fn lines_without_valid_owners_are_skipped() {
    for (dialect, lines, skipped, verdict) in [
        (
            "github",
            "/docs/ @o/web,@o/sre\n/modules/web/ @o/web\n",
            "CODEOWNERS:1:1: `/docs/ @o/web,@o/sre`: `@o/web,@o/sre` contains two handles",
            "unowned",
        ),
        (
            "github",
            "* @o/all\n/docs/ @o/web@o/sre\n/modules/web/ @o/web\n",
            "CODEOWNERS:2:1: `/docs/ @o/web@o/sre`: `@o/web@o/sre` contains two handles",
            "all",
        ),
        (
            "github",
            "/docs/ nobody\n/modules/web/ @o/web\n",
            "CODEOWNERS:1:1: `/docs/ nobody`: `nobody` is not a valid owner",
            "unowned",
        ),
        (
            "gitlab",
            "/docs/ nobody\n/modules/web/ @o/web\n",
            "CODEOWNERS:1:1: `/docs/ nobody`: `nobody` is not a valid owner",
            "unowned",
        ),
        (
            "gitlab",
            "[B]\n/docs/ nobody\n[A][0]\n/modules/web/ @o/web\n",
            "CODEOWNERS:2:1: `/docs/ nobody`: `nobody` is not a valid owner",
            "unowned",
        ),
        (
            "bitbucket",
            "/docs/ nobody\n/modules/web/ @o/web\n",
            ".bitbucket/CODEOWNERS:1:1: `/docs/ nobody`: `nobody` ",
            "unowned",
        ),
        (
            "gitea",
            "docs/.* @o/w/x\nmodules/web/.* @o/web\n",
            "CODEOWNERS:1:1: `docs/.* @o/w/x`: `@o/w/x` is not a valid owner",
            "unowned",
        ),
    ] {
        let repo = repo("CODEOWNERS", lines);
        if dialect == "bitbucket" {
            repo.write(".bitbucket/CODEOWNERS", lines);
            repo.track();
        }
        for arguments in [&["init", "--replace"][..], &["init"]] {
            let run = repo.run(&[arguments, &["--from", dialect]].concat());
            assert_eq!(run.code, 0, "{}", run.err);
            assert!(!run.out.contains("exemptions:"), "{dialect}: {}", run.out);
            if arguments.len() > 1 {
                let (_, list) = run
                    .out
                    .split_once("\n# These lines were skipped:\n")
                    .unwrap();
                assert!(list.contains(skipped), "{dialect}: {list}");
                assert!(!list.contains("`[A]"), "{dialect}: {list}");
                let is_said = "2 files have no owner because of mistakes in the file";
                assert_eq!(run.err.contains(is_said), verdict == "all", "{}", run.err);
            }
            repo.write("ownership.yaml", &run.out);
            let found = repo.verdict("docs/a");
            if arguments.len() > 1 {
                assert_eq!(found, verdict, "{dialect}: {}", run.out);
            } else {
                assert_eq!(found, "unowned", "{dialect}: {}", run.out);
            }
            fs::remove_file(repo.path().join("ownership.yaml")).unwrap();
        }
    }
}

/// One line can become several patterns, of which not all decide about files.
#[test]
fn a_line_with_an_effect_is_not_skipped() {
    for line in ["(docs|new)/.* @o/web\n", "(modules/(a|web)|c)/.* @o/web\n"] {
        let map = init(&repo(".gitea/CODEOWNERS", line), &["--from", "gitea"]);
        assert!(!map.contains("skipped"), "{map}");
    }
}

/// In MAINTAINERS, the pattern of a file also matches files with longer names.
#[test]
fn patterns_of_files_can_match_longer_names() {
    let section = |title: &str, file: &str| {
        format!("{title}\nM:\t{title} <{title}@x.org>\nS:\tMaintained\nF:\t{file}\n\n")
    };
    let text = format!(
        "List\n----\n\n{}{}",
        section("DB", "src/z"),
        section("ALL", "src/*")
    );
    let repo = Repo::new(&[("MAINTAINERS", &text), ("src/z", ""), ("src/y", "")]);
    repo.track();
    let map = init(&repo, &["--from", "maintainers"]);
    assert!(map.contains("files: [\"src/z*\"]"), "{map}");
    assert!(!map.contains("# New files"), "{map}");
}

#[test]
fn quotes_hostile_names() {
    let lines = "# note: \"x\" #: \\\n/we\\ ird/ @o/sre\n/new?line/ @o/sre\n";
    let repo = repo("CODEOWNERS", lines);
    repo.write("new\nline/x: y", "");
    repo.write("odd\n- z/\"q\"", "");
    repo.track();
    let map = init(&repo, &[]);
    assert!(map.contains("#   odd\\n- z/ (1 file)"), "{map}");
    repo.write("ownership.yaml", &map);
    assert_eq!(repo.verdict("new\nline/x: y"), "sre");
}

#[test]
fn reports_and_skips_owners_without_a_name() {
    for (path, text, warning, expected) in [
        (
            "OWNERS",
            "approvers: ['', bo]\n",
            "OWNERS:1:13: warning: the name is empty",
            "\n  bo:\n    handles: {kubernetes: bo}\n",
        ),
        (
            "OWNERS",
            "approvers: ['@']\n",
            "OWNERS:1:13: warning: the name is empty",
            "\nteams: {}\n",
        ),
        (
            "MAINTAINERS",
            "S\nM: <>\nM: Bo <b@x.org> [@bo]\nF: *\n",
            "MAINTAINERS:2:1: warning: `M: <>` does not contain an address and is ignored",
            "\n  bo:\n    name: Bo\n    contacts: {email: \"b@x.org\"}\n",
        ),
    ] {
        let repo = repo(path, text);
        let run = repo.run(&["init", "--replace"]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.err.contains(warning), "{}", run.err);
        assert!(run.out.contains(expected), "{}", run.out);
    }
}

#[test]
fn the_map_is_valid_with_every_name() {
    let odd = "\u{fffe}\u{ffff}\u{85}\u{2028}\u{feff}\u{1b}\u{7f}\u{1fffe}";
    let lines = format!("/owned/ @o/sre\n/{odd}* @o/{odd}\n/gone{odd}/ @o/sre\n");
    let repo = repo("CODEOWNERS", &lines);
    for name in [odd, "\n", "*\n# x"] {
        for place in [&b"owned/"[..], b"", b"mixed/", b"\xff\xed\xa0\x80/"] {
            let path = [place, name.as_bytes(), b"\xfe"].concat();
            repo.write(OsStr::from_bytes(&path), "");
        }
    }
    repo.track();
    for from in [&["--from", "github"][..], &["--from", "kubernetes"]] {
        if from[1] == "kubernetes" {
            repo.write("OWNERS", "filters: {'^o': {approvers: [sre]}}\n");
        }
        repo.write("ownership.yaml", init(&repo, from));
        let run = repo.run(&["check"]);
        assert!(run.code < 2, "{}", run.err);
    }
}

#[test]
fn does_not_import_files_of_copied_code() {
    let repo = Repo::new(&[("charts/raw/OWNERS", "approvers: [upstream]\n")]);
    assert!(!init(&repo, &[]).contains("upstream"));
    assert!(init(&repo, &["--from", "kubernetes"]).contains("  upstream:\n"));
    assert_eq!(repo.run(&["check"]).code, 2);
}

#[test]
fn drafts_a_map_without_any_ownership_files() {
    let repo = Repo::new(&[("x", "")]);
    let map = init(&repo, &[]);
    assert!(map.ends_with("\n# Unowned:\n#   x (1 file)\n"), "{map}");
    repo.write("ownership.yaml", &map);
    assert_eq!(repo.check_with(&[])["version"], 1);
    let run = repo.run(&["init", "--from", "github"]);
    assert_eq!(run.code, 2, "{}", run.out);
}

#[test]
fn does_not_verify_unreadable_files() {
    let why = "it cannot be read: it is not a regular file\n";
    let repo = Repo::new(&[("x", "")]);
    repo.pipe("CODEOWNERS");
    let run = repo.run(&["init", "--replace"]);
    let warning = format!("CODEOWNERS: warning: {why}");
    let note =
        "note: no file is written; to write this draft to a file, use `--output ownership.yaml`\n";
    assert_eq!((run.code, run.err), (0, warning + note));
    assert!(!run.out.contains("GitHub"), "{}", run.out);
    let run = repo.run(&["init", "--from", "github"]);
    let error = format!("error: `CODEOWNERS`: {why}");
    assert_eq!((run.code, &*run.err), (2, &*error));
    let repo = Repo::new(&[("OWNERS", "a@x.org\n"), ("sub/x", "")]);
    repo.pipe("sub/OWNERS");
    let run = repo.run(&["init", "--replace"]);
    let expected = format!(
        "sub/OWNERS: warning: {why}note: OWNERS (Gerrit OWNERS (code-owners plugin, find-owners backend)): the map assigns the same owners to 3 files, but this is not verified, because ownership files that could not be read were ignored\n"
    );
    assert_eq!((run.code, run.err), (0, expected + note));
}

/// Commits a change of these files, which may be new.
fn commit(repo: &Repo, author: &str, files: &[&str], round: usize) {
    for file in files {
        repo.write(file, format!("{author} {round}\n"));
    }
    repo.git(&["add", "-A"]);
    let author = format!("--author={author}");
    repo.git(&["commit", "-q", "-m", "a change", &author]);
}

#[test]
fn guesses_owners_by_recent_changes() {
    let lines = "/web/ @o/web\n/dba/ @o/dba\n/ann/ ann@example.org\n/bo/ @Bo\n";
    let repo = Repo::new(&[("CODEOWNERS", lines), ("ann/x", ""), ("bo/x", "")]);
    repo.git(&["init", "-q"]);
    for round in 0..6 {
        let web = "Webber <w@x.org>";
        commit(&repo, web, &["web/x", "modules/site/x"], round);
        commit(&repo, "Ann <ANN@example.org>", &["modules/a: #/x"], round);
        let bo = "Bo <12+bo@users.noreply.github.com>";
        commit(&repo, bo, &["modules/b/x", "modules/all/x"], round);
        let hostile = "x: \u{1b}[1m # \u{2028}- y\u{202e} <h@x.org>";
        commit(&repo, hostile, &["modules/all/x", "modules/odd/x"], round);
        commit(&repo, hostile, &["modules/odd/x"], round + 10);
    }
    commit(&repo, "build[bot] <b@x.org>", &["modules/odd/x"], 7);
    commit(&repo, "Once <o@x.org>", &["modules/once/x"], 0);
    let map = init(&repo, &[]);
    // Who mostly changes what a rule assigns to a team need not belong to the team.
    let expected = "
# Suggested rules for unowned paths. The comment after each path gives the evidence.
# Check the evidence, and uncomment the correct rules.
#   - paths:
#       - \"modules/a: #/\" # made 6 of 6 changes in the year before the latest commit
#     owner: ann
#   - paths:
#       - modules/b/ # made 6 of 6 changes in the year before the latest commit
#     owner: bo
";
    assert!(map.contains(expected), "{map}");
    let unowned = "#   modules/ (6 files; top authors in 31 changes: x: \\u{1b}[1m # \\u{2028}- y\\u{202e} 12, Ann 6)\n";
    assert!(map.contains(unowned), "{map}");
    repo.write("ownership.yaml", &map);
    assert_eq!(repo.verdict("modules/b/x"), "unowned");
    // The uncommented lines are a valid map.
    let kept: Vec<&str> = map
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with("  ") && !rest.contains(" files") => rest,
            _ => line,
        })
        .filter(|line| !line.starts_with("  CODEOWNERS"))
        .collect();
    repo.write("ownership.yaml", kept.join("\n") + "\n");
    assert_eq!(repo.verdict("modules/b/x"), "bo");
    assert_eq!(repo.verdict("modules/a: #/x"), "ann");
    assert_eq!(repo.verdict("modules/once/x"), "unowned");
}

#[test]
fn guesses_without_owners_are_commented_out() {
    let repo = Repo::new(&[("charts/a/Chart.yaml", "name: a\nteam: web\n")]);
    repo.git(&["init", "-q"]);
    for round in 0..6 {
        let chart = "charts/a/values.yaml";
        commit(&repo, "W <w@x.org>", &[chart, "helm/x"], round);
    }
    let map = init(&repo, &[]);
    let expected = "#   - paths:\n#       - helm/ # made 6 of 6 changes in the year before the latest commit\n#     owner: web\n";
    assert!(map.contains(expected), "{map}");
    // Large commits and a missing history are no evidence.
    let files: Vec<String> = (0..400).map(|at| format!("all/{at}")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    for round in 0..4 {
        commit(&repo, "W <w@x.org>", &files, round);
    }
    let map = init(&repo, &[]);
    assert!(map.contains("#   all/ (400 files)\n"), "{map}");
    repo.git(&["update-ref", "-d", "HEAD"]);
    assert!(!init(&repo, &[]).contains("changes"));
    fs::remove_dir_all(repo.path().join(".git")).unwrap();
    assert!(!init(&repo, &[]).contains("changes"));
}

#[test]
fn the_map_gets_a_rule_for_itself() {
    let own = "rules:
  # This map itself. Change the owner if another team maintains the map.
  - paths: [ownership.yaml]
    owner: web
";
    let lines = "/a/ @o/dba\n/b/ @o/web\n";
    let repo = Repo::new(&[("CODEOWNERS", lines), ("a/x", ""), ("b/x", ""), ("b/y", "")]);
    repo.track();
    let map = init(&repo, &[]);
    assert!(map.contains(own), "{map}");
    assert_eq!(
        repo.run(&["init", "--replace", "--output", "own.yaml"])
            .code,
        0
    );
    let map = fs::read_to_string(repo.path().join("own.yaml")).unwrap();
    assert!(
        map.contains("  - paths: [own.yaml]\n    owner: web\n"),
        "{map}"
    );
    repo.write("ownership.yaml", init(&repo, &[]));
    repo.track();
    assert_eq!(repo.verdict("ownership.yaml"), "web");
    // The map has an owner already, or there is no team.
    repo.write("CODEOWNERS", "* @o/dba\n");
    assert!(!init(&repo, &[]).contains("This map itself"));
    let repo = Repo::new(&[("x", "")]);
    assert!(!init(&repo, &[]).contains("\nrules:"));
}

/// Git tracks the map only after somebody has read it.
#[test]
fn an_untracked_map_has_the_findings_of_a_tracked_one() {
    let findings = |repo: &Repo| -> Vec<String> {
        let report = repo.check();
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .map(|it| format!("{} {}", it["check"], it["message"]))
            .collect()
    };
    let drafted = Repo::new(&[
        ("CODEOWNERS", "/a/ @o/dba\n/b/ @o/web\n"),
        ("a/x", ""),
        ("b/x", ""),
        ("b/y", ""),
    ]);
    init(&drafted, &["--output", "ownership.yaml"]);
    let before = findings(&drafted);
    drafted.track();
    assert_eq!(before, findings(&drafted));
    let unmatched = |map: &str| format!("\"unmatched-rule\" \"{map}\"");
    for (rule, expected) in [
        ("{paths: [ownership.yaml], owner: b}", Vec::new()),
        ("{paths: [/ownership.yaml], owner: b}", Vec::new()),
        ("{files: [ownership.yaml], owner: b}", Vec::new()),
        ("{paths: ['owner*.yaml'], owner: b}", Vec::new()),
        ("{paths: ['{ownership,teams}.yaml'], owner: b}", Vec::new()),
        (
            "{paths: ['{ownership,teams,gone}.yaml'], owner: b}",
            vec![unmatched(
                "one alternative of `{ownership,teams,gone}.yaml` matches no files: `gone.yaml`",
            )],
        ),
        (
            "{paths: [teams.yaml, gone.yaml], owner: b}",
            vec![unmatched("pattern `gone.yaml` matches no files")],
        ),
    ] {
        let rules = format!(
            "include: [teams.yaml]\nversion: 1\nrules: [{{paths: [a/], owner: a}}, {rule}]\n"
        );
        let repo = Repo::new(&[("a/b", "")]);
        repo.write("ownership.yaml", &rules);
        repo.write("teams.yaml", "version: 1\nteams: {a: {}, b: {}}\n");
        let reported = ["unmatched-rule", "unused-team", "missing-globstar"];
        let is_reported = |it: &String| reported.iter().any(|check| it.contains(check));
        let untracked: Vec<String> = findings(&repo).into_iter().filter(is_reported).collect();
        assert_eq!(untracked, expected, "{rule}");
        repo.track();
        let tracked: Vec<String> = findings(&repo).into_iter().filter(is_reported).collect();
        assert_eq!(tracked, expected, "{rule}");
    }
}

#[test]
fn keeps_all_comments() {
    let lines = "# Who owns what.
# See the handbook.

# ----------
# Frontend
# ----------
/docs/ @o/web # Ask first.
/modules/web/  @o/web #T1
/modules/mysql/ @o/dba

/modules/free/ # nobody, on purpose
# The end.
";
    let map = round_trip("github", "CODEOWNERS", lines);
    for expected in [
        "# Other comments:\n#   Who owns what. See the handbook.\n#   The end.\n",
        "    note: \"Frontend Ask first.\"\n",
        "    note: T1\n",
        "    reason: \"nobody, on purpose\"\n",
    ] {
        assert!(map.contains(expected), "{expected}{map}");
    }
    let lines = "# Ours.\n\n[Docs][2] @g/docs # the default\n/docs/ # everything\n# Two.\n/modules/ @g/web # and web\n";
    let map = round_trip("gitlab", "CODEOWNERS", lines);
    assert!(map.contains("note: \"Two. and web\""), "{map}");
    assert!(map.contains("#   Ours.\n"), "{map}");
}

/// Typical lines with all syntax of GitHub.
const GITHUB_FULL: &str = "# Lines starting with a hash are comments.
*       @org/everybody
*.sql @org/dba octocat@github.com # inline
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @org/apps
/docs/ @doctocat
/scripts/ @doctocat @org/scripts
**/logs @org/logs
/apps/ @octocat
/apps/github
/apps/secret/ @Org/Secret
modules/*/files/ @org/files
/modules/**/x?.pp @org/x
**/test/** @org/test
/a\\ b/ @org/blank
/top.md @org/top
/deep/**/*.md @org/md
conf @org/conf
!/never/ @org/never
/bad[a-z]/ @org/never
/worse/ notanowner
";

/// Typical lines with all syntax of GitLab.
const GITLAB_FULL: &str = "# Comment
* @default-owner
*.md @docs-team @group/sub
README.md @readme user@example.com
/docs/*.txt @txt
lib/ @lib-owner
/config/**/*.rb @config-owner
\\#file_with_pound.rb @owner-file-with-pound
path\\ with\\ spaces/ @space-owner
/config/db[0-9].yml @dba

[Documentation]
ee/docs @docs
docs @docs

[README Owners][2] @readme-owners
README.md
/internal/README.md @internal

^[Optional] @opt
/optional/
!/optional/not/

[DOCUMENTATION]
docs/api @api-docs

[Roles] @@developer
/roles/ @@maintainer @@owner
";

#[test]
fn all_syntax_survives_a_round_trip() {
    let files = [
        "README.md",
        "top.md",
        "x.sql",
        "build/logs/a",
        "src/build/logs/b",
        "docs/a.txt",
        "docs/b/c.txt",
        "docs/api/x",
        "apps/x",
        "apps/github/x",
        "apps/secret/y",
        "src/apps/x",
        "scripts/run.sh",
        "a/logs/x",
        "modules/m/files/x",
        "modules/m/x1.pp",
        "modules/m/n/x2.pp",
        "q/test/r/s",
        "a b/c",
        "deep/r.md",
        "deep/a/b.md",
        "etc/conf/x",
        "never/x",
        "bada/x",
        "worse/x",
        "lib/x",
        "src/lib/x",
        "config/a/b.rb",
        "config/c.rb",
        "#file_with_pound.rb",
        "path with spaces/x",
        "config/db1.yml",
        "ee/docs",
        "sub/docs",
        "internal/README.md",
        "optional/x",
        "optional/not/x",
        "roles/x",
    ];
    for (dialect, text) in [("github", GITHUB_FULL), ("gitlab", GITLAB_FULL)] {
        let repo = Repo::new(&[("CODEOWNERS", text)]);
        for file in files {
            repo.write(file, "");
        }
        repo.track();
        let owners = || {
            let from = [
                "who",
                "--from",
                dialect,
                "--format",
                "tsv",
                "--file",
                "CODEOWNERS",
            ];
            let run = repo.run(&[&from[..], &files].concat());
            let lines = run.out.lines().map(|line| {
                let (path, owners) = line.split_once('\t').unwrap();
                let owners = owners.to_lowercase();
                let mut owners: Vec<&str> = owners.split(' ').collect();
                owners.sort_unstable();
                format!("{path}: {}\n", owners.join(" "))
            });
            lines.collect::<String>()
        };
        let before = owners();
        let mut last = String::new();
        for round in 0..3 {
            let map = init(&repo, &["--from", dialect]);
            repo.write("ownership.yaml", &map);
            let run = repo.run(&["generate", dialect, "--force", "--output", "CODEOWNERS"]);
            assert_eq!(run.code, 0, "{dialect} {round}: {}\n{map}", run.err);
            let written = fs::read_to_string(repo.path().join("CODEOWNERS")).unwrap();
            assert_eq!(owners(), before, "{dialect} {round}\n{map}\n{written}");
            assert!(round < 2 || written == last, "{dialect}\n{last}\n{written}");
            last = written;
        }
    }
}

const GROUPS: &str = "apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, title: Shop Squad}
spec: {type: team, parent: retail, children: [], profile: {email: shop@x.org}}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: retail}
spec: {type: department, parent: shop, children: [], members: [bo]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, namespace: other}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ann}
spec: {profile: {displayName: Ann Lee, email: ann@x.org}, memberOf: [shop]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: bo}
spec: {memberOf: [shop]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: cy}
spec: {memberOf: [shop], profile: {displayName: ann lee}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: di}
spec: {memberOf: []}
";

#[test]
fn groups_and_users_become_teams_and_people() {
    let entity = |name: &str, owner: &str| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
             spec: {{owner: '{owner}'}}\n"
        )
    };
    let repo = Repo::new(&[("catalog.yaml", GROUPS)]);
    let owners = [
        ("a", "shop", "shop"),
        ("b", "group:default/Shop", "shop"),
        ("c", "other/shop", "other-shop"),
        ("d", "user:ann", "shop"),
        ("e", "user:bo", "unowned"),
        ("f", "shpo", "unowned"),
    ];
    for (name, owner, _) in owners {
        repo.write(format!("{name}/catalog-info.yaml"), entity(name, owner));
    }
    repo.track();
    let map = init(&repo, &[]);
    // Of two groups that are each other's parents, only one gets a parent.
    let expected = "teams:
  other-shop:
    aliases: [\"group:other/shop\"]
  retail:
    parent: shop
  shop:
    name: \"Shop Squad\"
    contacts: {email: \"shop@x.org\"}

people:
  - name: \"Ann Lee\"
    emails: [\"ann@x.org\"]
    team: shop
";
    assert!(map.contains(expected), "{map}");
    for line in [
        "shpo (f/catalog-info.yaml:5:15): not defined in the Backstage catalog",
        "user:bo (e/catalog-info.yaml:5:15): probably a person",
        "user:default/bo (catalog.yaml:23:18): a user in several groups",
        "user:default/cy (catalog.yaml:28:18): a user with the same name or address as another user",
        "user:default/di (catalog.yaml:33:18): a user who is not in any group of the catalog",
    ] {
        assert!(map.contains(&format!("\n#   {line}\n")), "{line}\n{map}");
    }
    repo.write("ownership.yaml", &map);
    for (name, _, expected) in owners {
        let path = format!("{name}/catalog-info.yaml");
        assert_eq!(repo.verdict(&path), expected, "{name}\n{map}");
    }
}

#[test]
fn maintainers_become_teams() {
    let chart = |maintainer: &str| {
        let text = format!("apiVersion: v2\nname: c\nmaintainers: [{{name: '{maintainer}'}}]\n");
        ("charts/c/Chart.yaml", text)
    };
    let image = |maintainer: &str| {
        let text = format!("Package: i\nDescription: x\nMaintainer: {maintainer}\n");
        ("images/i/control", text)
    };
    let prose = |text: &str| {
        let text = format!("apiVersion: v2\nname: c\n{text}\n");
        ("charts/c/Chart.yaml", text)
    };
    for ((path, text), expected) in [
        (
            chart("Team Shop (on call)"),
            "  shop:\n    aliases: [\"Team Shop (on call)\"]\n",
        ),
        (chart("Shop Team"), "  shop:\n    name: \"Shop Team\"\n"),
        (
            chart("the Shop squad"),
            "  shop:\n    name: \"the Shop squad\"\n",
        ),
        (
            chart("Data Engineering <data@x.org>"),
            "  data-engineering:\n    name: \"Data Engineering\"\n    contacts: {email: \"data@x.org\"}\n",
        ),
        (
            chart("@org/shop-team"),
            "  shop:\n    aliases: [\"@org/shop-team\"]\n",
        ),
        (
            image("Machine Learning Team <ml@x.org>"),
            "  machine-learning:\n    name: \"Machine Learning Team\"\n    contacts: {email: \"ml@x.org\"}\n",
        ),
        (
            image("sre-oncall@x.org"),
            "  sre-oncall:\n    aliases: [\"sre-oncall@x.org\"]\n",
        ),
        (
            prose("description: Cart, maintained by the Shop team."),
            "  shop:\n    name: Shop\n",
        ),
        (
            prose("# Owned by team Data Platform, since 2020."),
            "  data-platform:\n    name: \"Data Platform\"\n",
        ),
    ] {
        let repo = Repo::new(&[(path, &*text), ("images/i/Dockerfile.template", "FROM x\n")]);
        let map = init(&repo, &[]);
        assert!(map.contains(&format!("teams:\n{expected}")), "{text}{map}");
        repo.write("ownership.yaml", &map);
        repo.track();
        let is_prose = text.contains(" by ");
        let team = expected.trim_start().split(':').next().unwrap();
        let owner = if is_prose { "unowned" } else { team };
        assert_eq!(repo.verdict(path), owner, "{text}{map}");
        if is_prose {
            let rule = "#       - charts/c/ # charts/c/Chart.yaml says \"";
            assert!(map.contains(rule), "{text}{map}");
        }
        let report = repo.check();
        assert_eq!(
            of_check(&report, "unknown-declared-team").len(),
            0,
            "{report}"
        );
        assert_eq!(of_check(&report, "redundant-alias").len(), 0, "{report}");
    }
}

#[test]
fn lists_everything_that_the_draft_does_not_contain() {
    let chart = |name: &str, rest: &str| format!("apiVersion: v2\nname: {name}\n{rest}\n");
    let repo = Repo::new(&[
        (
            "charts/a/Chart.yaml",
            &chart("a", "maintainers: [{name: Ann Lee}, {name: TODO}]"),
        ),
        (
            "charts/b/Chart.yaml",
            &chart("b", "maintainers: [{name: Ann Lee}]"),
        ),
        ("charts/c/Chart.yaml", &chart("c", "team: '{{ team }}'")),
        ("charts/d/Chart.yaml", &chart("d", "team: [")),
        (
            "charts/e/Chart.yaml",
            &chart("e", "team: sre\nmaintainers: [{name: Bo Li}]"),
        ),
        ("vendor/f/Chart.yaml", &chart("f", "team: upstream")),
    ]);
    let run = repo.run(&["init", "--replace"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let problem = "charts/d/Chart.yaml:3:7: warning: not valid YAML";
    assert!(run.err.contains(problem), "{}", run.err);
    let expected = "
# The draft does not contain these names and files, which may show owners:
#   TODO (charts/a/Chart.yaml:3:39): a placeholder
#   {{ team }} (charts/c/Chart.yaml:3:7): filled in from a template
#   upstream (vendor/f/Chart.yaml:3:7): in vendored code
#   Ann Lee (charts/a/Chart.yaml:3:22 and 1 more place): probably a person
#   Bo Li (charts/e/Chart.yaml:4:22): the component declares a different owner
#   charts/d/Chart.yaml:3:7: not valid YAML";
    assert!(run.out.contains(expected), "{}", run.out);
    let teams = run.out.split("teams:\n").nth(1).unwrap();
    assert!(teams.starts_with("  sre: {}\n\n"), "{}", run.out);
}

#[test]
fn directories_of_teams_are_proposed() {
    let alerts = "groups: [{name: g, rules: [{alert: A, expr: x}]}]\n";
    let of = alerts.replace("expr: x", "expr: x, labels: {team: sre}");
    let repo = Repo::new(&[
        ("alerts/team-x/a.yaml", alerts),
        ("alerts/team-shop/sub/b.yaml", alerts),
        ("alerts/cart-team/c.yaml", alerts),
        ("alerts/team-sre/d.yaml", &of),
        ("alerts/team-sre/e.yaml", alerts),
        ("alerts/teams/f.yaml", alerts),
        ("team-docs/README.md", ""),
    ]);
    let map = init(&repo, &[]);
    let teams = "teams:\n  cart: {}\n  shop: {}\n  sre: {}\n  x: {}\n";
    assert!(map.contains(teams), "{map}");
    for (path, team) in [
        ("alerts/team-x/", "x"),
        ("alerts/team-shop/", "shop"),
        ("alerts/cart-team/", "cart"),
        ("alerts/team-sre/e.yaml", "sre"),
    ] {
        let rules = map.split("#   - paths:\n").find(|it| it.contains(path));
        let rule = rules.unwrap_or_else(|| panic!("{path}\n{map}"));
        assert!(
            rule.contains(&format!("#     owner: {team}\n")),
            "{path}\n{map}"
        );
    }
}

#[test]
fn frequent_owner_keys_are_proposed() {
    let manifest = "apiVersion: apps/v1\nkind: Deployment\n\
                    metadata: {name: a, labels: {x.org/team: shop, app: a}}\n";
    let resource = "resource \"aws_s3_bucket\" \"a\" {\n  team_id = \"7\"\n  \
                    tags = merge(local.all, { team_name = \"shop\", Owner = \"x\" })\n}\n";
    let alert = "groups: [{name: g, rules: [{alert: A, expr: x, annotations: {squad: shop}}]}]\n";
    let cases = [
        ("k8s/N/a.yaml", manifest, Some("x.org/team")),
        ("t/N/a.tf", resource, Some("team_name")),
        (
            "t/N/a.tf",
            "module \"a\" { owner_team = \"shop\" }\n",
            Some("owner_team"),
        ),
        (
            "t/N/a.tf",
            "provider \"google\" { default_labels = { squad = \"shop\" } }\n",
            Some("squad"),
        ),
        (
            "t/N/a.tf",
            "variable \"team_name\" { default = \"shop\" }\n",
            Some("team_name"),
        ),
        (
            "i/N/Dockerfile",
            "FROM scratch\nLABEL org.x.team=\"shop\"\n",
            Some("org.x.team"),
        ),
        ("p/N.yaml", alert, Some("squad")),
        // Neither a value that is computed, nor a key that needs no listing, nor an argument of a resource.
        ("t/N/a.tf", "locals { team_name = \"${var.x}\" }\n", None),
        (
            "t/N/a.tf",
            "resource \"a\" \"a\" {\n  team_id = \"7\"\n  tags = { Team = \"shop\" }\n}\n",
            None,
        ),
    ];
    for (path, text, key) in cases {
        let paths = ["1", "2", "3"].map(|n| path.replace('N', n));
        let mut files: Vec<_> = paths.iter().map(|path| (path.as_str(), text)).collect();
        files.push(("c/Chart.yaml", "name: c\nteam: shop\n"));
        let map = init(&Repo::new(&files), &[]);
        let proposals: Vec<&str> = map
            .lines()
            .filter(|it| it.contains("files, such as"))
            .collect();
        let expected: Vec<String> = key
            .iter()
            .map(|key| format!("#   - {key} # 3 files, such as shop"))
            .collect();
        assert_eq!(proposals, expected, "{text}{map}");
    }
}

#[test]
fn an_owner_of_a_line_can_also_be_a_maintainer() {
    let chart = "apiVersion: v2\nname: canary\nmaintainers: [{name: ann}]\n";
    let repo = Repo::new(&[
        (
            "CODEOWNERS",
            "* @o/admins\n/charts/canary/ @o/log-squad @ann\n",
        ),
        ("charts/canary/Chart.yaml", chart),
    ]);
    let map = init(&repo, &[]);
    assert!(map.contains("declarations: {\"*\": compare}"), "{map}");
    repo.write("ownership.yaml", &map);
    repo.track();
    assert_eq!(repo.verdict("charts/canary/Chart.yaml"), "log-squad ann");
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn drafts_one_map_of_several_repositories() {
    let chart = |name: &str, team: &str| {
        format!("apiVersion: v2\nname: {name}\nteam: {team}\nannotations: {{x.org/owner: a}}\n")
    };
    let repo = Repo::new(&[
        ("a/CODEOWNERS", "# All.\n* @o/sre\n/free/ # nobody\n"),
        ("a/x", ""),
        ("a/free/x", ""),
        ("a/charts/c/Chart.yaml", &chart("c", "Shop")),
        ("b/charts/c/Chart.yaml", &chart("c", "shop")),
        ("b/charts/sre/values.yaml", ""),
        ("c/a/x", ""),
        ("map/README.md", ""),
    ]);
    let run = repo.run(&[
        "init",
        "--replace",
        "a",
        "b",
        "--output",
        "map/ownership.yaml",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let note = "CODEOWNERS (GitHub CODEOWNERS): verified that the map assigns the same owners to 4";
    assert!(run.err.contains(note), "{}", run.err);
    let path = repo.path().join("map/ownership.yaml");
    let map = fs::read_to_string(&path).unwrap();
    let expected = "
repositories:
  - name: a
    path: \"../a\"
    # From CODEOWNERS (GitHub CODEOWNERS)
    # From component declarations: helm

    rules:
      - paths: [\"**\"]
        owner: sre
        note: All.

    exemptions:
      - paths: [free/]
        reason: nobody

    # Compare component declarations with the rules, and report differences. Without this line,
    # declarations would override less precise rules.
    declarations: {\"*\": compare}
  - name: b
    path: \"../b\"
    # From component declarations: helm

    # 1 of 2 files need no rule, because their components declare an owner.

    # Suggested rules for unowned paths. The comment after each path gives the evidence.
    # Check the evidence, and uncomment the correct rules.
    # rules:
    #   - paths:
    #       - charts/sre/ # is named in the path (`sre`)
    #     owner: sre

    # Unowned:
    #   charts/sre/ (1 file)
";
    assert!(map.contains(expected), "{map}");
    assert_eq!(map.matches("\n  shop:\n").count(), 1, "{map}");
    let run = repo.run(&[
        "--config",
        "map/ownership.yaml",
        "check",
        "--format",
        "compact",
    ]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("b/charts/sre/"), "{}", run.out);
    let uncommented = map.replace("    # rules:", "    rules:");
    let uncommented = uncommented.replace(
        "    #   - paths:\n    #       -",
        "      - paths:\n          -",
    );
    let uncommented = uncommented.replace("    #     owner:", "        owner:");
    fs::write(&path, uncommented).unwrap();
    let run = repo.run(&["--config", "map/ownership.yaml", "check"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    // Directories with the same name, and a map in one of the repositories.
    let run = repo.run(&["init", "--replace", ".", "c/a", "a"]);
    let names = "  - name: a\n    path: c/a\n";
    assert!(run.out.contains(names), "{}{}", run.out, run.err);
    assert!(
        run.out.contains("  - name: a-2\n    path: a\n"),
        "{}",
        run.out
    );
    assert!(run.out.contains("    path: \".\"\n"), "{}", run.out);
    assert!(
        run.out.contains("      - paths: [ownership.yaml]\n"),
        "{}",
        run.out
    );
    for (arguments, message) in [
        (&["init", "a", "gone"][..], "`gone`"),
        (&["init", "a", "a/x"], "`a/x` is not a directory"),
        (&["init", "a", "./a"], "`./a` is given twice"),
        (&["init", "b", "c", "--from", "github"], "no `"),
    ] {
        let run = repo.run(arguments);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains(message), "{}", run.err);
    }
    assert_eq!(repo.run(&["init", "a", "b", "--from", "github"]).code, 0);
}

#[test]
fn names_with_special_characters_at_their_ends_stay_literal() {
    let lines = "* @o/all\n/!x/ @o/a\n/~/y @o/b\n/\\ z @o/c\n";
    let paths = ["!x/f", "~/y", " z"];
    let repo = Repo::new(&[(".github/CODEOWNERS", lines)]);
    paths.iter().for_each(|path| repo.write(path, ""));
    let run = repo.run(&["init", "--replace", "--output", "ownership.yaml"]);
    assert_eq!(run.code, 0, "{}", run.err);
    for (path, team) in std::iter::zip(paths, ["o/a", "o/b", "o/c"]) {
        let run = repo.run(&["who", &format!("./{path}")]);
        let team = team.trim_start_matches("o/");
        assert!(
            run.out.contains(&format!("owned by {team}")),
            "{path}: {}{}",
            run.out,
            run.err
        );
    }
}

/// What a file says besides owners is in the map, or a note and a comment say that it is not, and where it was.
#[test]
fn lists_what_a_map_cannot_contain() {
    let kubernetes =
        "# Why\napprovers: [al]\nreviewers: [rita]\nlabels: [x]\nemeritus_approvers: [old]\n";
    let maintainers = "WEB SERVER\nM:\tAl <al@x.org>\nR:\tRob <r@x.org>\nL:\tl@x.org\nS:\tSupported\nT:\tgit x\n\
                       F:\ta/\nF:\tb/\nK:\tfoo\n";
    /// The dialect, the path and text of a file, and what the map contains and does not contain.
    type Case = (
        &'static str,
        &'static str,
        &'static str,
        &'static [&'static str],
        &'static [&'static str],
    );
    let all: [Case; 7] = [
        (
            "github",
            "CODEOWNERS",
            "# Why\n* @al # hi\n",
            &["note: \"Why hi\""],
            &[],
        ),
        (
            "bitbucket",
            ".bitbucket/CODEOWNERS",
            "# Why\n* @al\n",
            &["note: Why"],
            &[],
        ),
        (
            "gitea",
            ".gitea/CODEOWNERS",
            "# Why\n.* @al\n",
            &["note: Why"],
            &[],
        ),
        (
            "gitlab",
            ".gitlab/CODEOWNERS",
            "# Why\n* @al\n[Docs][2] @d\n/a/\n^[Rest]\n/b/ @x\n",
            &["note: Why"],
            &["2 section headers (first: .gitlab/CODEOWNERS:3)"],
        ),
        (
            "gerrit",
            "OWNERS",
            "# Why\nal@x.org\ninclude /b/OWNERS\n",
            &[],
            &[
                "1 comment (OWNERS:1)",
                "1 include (OWNERS:3)",
                "the approvers of 1 file from parent directories (such as `b/OWNERS`)",
            ],
        ),
        (
            "kubernetes",
            "OWNERS",
            kubernetes,
            &[],
            &[
                "1 `emeritus_approvers` key (OWNERS:5)",
                "1 `labels` key (OWNERS:4)",
                "1 `reviewers` key (OWNERS:3)",
                "1 comment (OWNERS:1)",
            ],
        ),
        (
            "maintainers",
            "MAINTAINERS",
            maintainers,
            &["name: Al"],
            &[
                "1 `K:` line (MAINTAINERS:9)",
                "1 `L:` line (MAINTAINERS:4)",
                "1 `R:` line (MAINTAINERS:3)",
                "1 `S:` line (MAINTAINERS:5)",
                "1 `T:` line (MAINTAINERS:6)",
                "1 title or other line (MAINTAINERS:1)",
            ],
        ),
    ];
    for (dialect, path, text, kept, lost) in all {
        let repo = Repo::new(&[(path, text), ("a/x", ""), ("b/OWNERS", "bo@x.org\n")]);
        repo.track();
        let run = repo.run(&["init", "--replace", "--no-history", "--from", dialect]);
        assert_eq!(run.code, 0, "{dialect}: {}", run.err);
        for text in kept {
            assert!(run.out.contains(text), "{dialect}: {text}\n{}", run.out);
        }
        let note = "the map does not contain ";
        let noted = run.err.lines().find_map(|line| line.split_once(note));
        let noted = noted.map_or("", |(_, noted)| noted);
        assert_eq!(noted, lost.join(", "), "{dialect}");
        for text in lost {
            assert!(
                run.out.contains(&format!("#   {text}\n")),
                "{dialect}: {}",
                run.out
            );
        }
    }
}
