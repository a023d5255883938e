//! `ownlint init --update`: inserts what is new since into an existing map.

use std::fs;

use crate::harness::Repo;

/// Returns the diff, and the map after `--write`.
fn updated(repo: &Repo) -> (String, String) {
    let shown = repo.run(&["init", "--update"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    let path = repo.path().join("ownership.yaml");
    let before = fs::read_to_string(&path).unwrap();
    let written = repo.run(&["init", "--update", "--write"]);
    assert_eq!(
        (written.code, &written.out),
        (0, &shown.out),
        "{}",
        written.err
    );
    let after = fs::read_to_string(&path).unwrap();
    assert_eq!(shown.out.is_empty(), before == after, "{}", shown.out);
    // What is new is inserted only once.
    let again = repo.run(&["init", "--update"]);
    assert_eq!((again.code, &*again.out), (0, ""), "{after}{}", again.err);
    assert!(repo.run(&["check"]).code < 2, "{after}");
    (shown.out, after)
}

fn with_map(map: &str, files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new(files);
    repo.write("ownership.yaml", map);
    repo.track();
    repo
}

#[test]
fn inserts_groups_members_and_names() {
    let map = "# Ours.\nversion: 1\nteams:\n  web: # the web team\n    handles: {kubernetes: [web, ann]} # by hand\n\
               ownership_files: {kubernetes: trust}\n";
    let repo = with_map(
        map,
        &[
            (
                "OWNERS_ALIASES",
                "aliases: {web: [ann, bo], db: [cy, ann]}\n",
            ),
            ("OWNERS", "approvers: [web]\n"),
            ("db/OWNERS", "approvers: [db]\n"),
            (
                "charts/c/Chart.yaml",
                "apiVersion: v2\nname: c\nteam: Web\n",
            ),
            (
                "charts/d/Chart.yaml",
                "apiVersion: v2\nname: d\nteam: Data Base\n",
            ),
        ],
    );
    let (diff, after) = updated(&repo);
    let expected = "# Ours.\nversion: 1\nteams:\n  web: # the web team\n    handles: {kubernetes: [web, ann, bo]} # by hand\n  \
                    data-base:\n    aliases: [\"Data Base\"]\n  db:\n    handles: {kubernetes: [db, cy]}\n\
                    ownership_files: {kubernetes: trust}\n";
    assert_eq!(after, expected);
    assert!(diff.contains("+++ ownership.yaml (updated)\n"), "{diff}");
    assert!(diff.contains("+  db:\n"), "{diff}");
}

#[test]
fn the_draft_needs_no_update() {
    let lines = "[Web] @g/sub/web @eve\n/web/\n/free/\n";
    let files = [(".gitlab/CODEOWNERS", lines), ("web/x", ""), ("free/x", "")];
    let repo = Repo::new(&files);
    repo.track();
    repo.run(&["init", "--output", "ownership.yaml"]);
    repo.track();
    let (diff, before) = updated(&repo);
    assert_eq!(diff, "");
    repo.write(
        ".gitlab/CODEOWNERS",
        format!("{lines}[Data] @zoe\n/web/x @g/db\n/free/\n"),
    );
    let (_, after) = updated(&repo);
    let new = "  data:\n    name: Data\n    handles: {gitlab: \"@zoe\"}\n  db:\n    handles: {gitlab: \"@g/db\"}\n";
    assert_eq!(after.replace(new, ""), before);
    assert_eq!(repo.verdict("web/x"), "web db");
}

#[test]
fn kinds_of_files_are_named() {
    let owners = ("CODEOWNERS", "* @o/sre\n");
    let rules = "version: 1\nteams: {sre: {handles: {github: '@o/sre'}}}\nrules: [{paths: ['**'], owner: sre}]";
    let (_, after) = updated(&with_map(rules, &[owners]));
    assert_eq!(
        after,
        format!("{rules}\nownership_files:\n  github: compare")
    );
    let none = "version: 1\r\nteams: {}\r\n";
    let (_, after) = updated(&with_map(none, &[owners]));
    let expected = "version: 1\r\nteams: {sre: {handles: {github: \"@o/sre\"}}}\r\nownership_files:\r\n  github: trust\r\n";
    assert_eq!(after, expected);
    let trusts = "version: 1\nteams: {web: {handles: {kubernetes: web}}}\nownership_files: {kubernetes: trust} # k\n";
    let files = [
        owners,
        ("OWNERS_ALIASES", "aliases: {web: [ann]}\n"),
        ("OWNERS", "approvers: [web]\n"),
    ];
    let (_, after) = updated(&with_map(trusts, &files));
    let expected = trusts.replace("kubernetes: web}", "kubernetes: [web, ann]}");
    let expected = expected.replace("trust}", "trust, github: compare}");
    assert_eq!(after, expected);
}

#[test]
fn groups_with_the_name_of_another_team_become_new_teams() {
    for (team, new) in [
        ("web: {handles: {github: '@org/web'}}", "other-web"),
        (
            "w: {aliases: [web], handles: {github: '@org/w'}}",
            "other-web",
        ),
        (
            "w: {former_names: [web], handles: {github: '@org/w'}}",
            "other-web",
        ),
        (
            "web: {handles: {github: '@org/web'}, retired: {since: 2020-01-01, successor: x}}",
            "other-web",
        ),
        (
            "web: {retired: {since: 2020-01-01, successor: x}}",
            "other-web",
        ),
        (
            "other-web: {aliases: [web], handles: {github: '@org/w'}}",
            "web-2",
        ),
        // The team has handles of other dialects only.
        ("web: {handles: {gitlab: '@org/web'}}", "web"),
        ("web: {}", "web"),
    ] {
        let map = format!(
            "version: 1\nteams:\n  x: {{}}\n  {team}\nownership_files: {{github: trust}}\n"
        );
        let files = [("CODEOWNERS", "* @other/web\n"), ("a/x", "")];
        let repo = with_map(&map, &files);
        let (_, after) = updated(&repo);
        assert_eq!(repo.verdict("a/x"), new, "{after}");
    }
    // The members of a section can change.
    let map = "version: 1\nteams:\n  data:\n    name: Data\n    handles: {gitlab: '@zoe'}\n\
               ownership_files: {gitlab: trust}\n";
    for (title, team) in [("DATA", "data"), ("Data!", "data-2")] {
        let text = format!("[{title}]\na/ @bo\n");
        let repo = with_map(map, &[(".gitlab/CODEOWNERS", &text), ("a/x", "")]);
        let (_, after) = updated(&repo);
        assert_eq!(repo.verdict("a/x"), team, "{after}");
    }
}

#[test]
fn included_files_are_validated_and_nulls_replaced() {
    let files = [("CODEOWNERS", "* @o/sre\n")];
    let map = "version: 1\nteams: ~ # none\nownership_files: {github: trust}\n";
    let (_, after) = updated(&with_map(map, &files));
    let expected = map.replace('~', "{sre: {handles: {github: \"@o/sre\"}}}");
    assert_eq!(after, expected);
    let repo = with_map(
        "version: 1\ninclude: [teams.yaml]\nownership_files: {github: trust}\n",
        &files,
    );
    repo.write(
        "teams.yaml",
        "teams:\n  a: {contacts: {}, areas: [], parent: none}\n",
    );
    let run = repo.run(&["init", "--update"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
}

#[test]
fn people_of_maintainers_are_inserted() {
    let map = "version: 1\nteams:\n  web: {}\nownership_files: {maintainers: trust}\npeople:\n  - name: Ann\n    \
               emails: [a@x.org]\n    team: web\n";
    let text = "WEB\nM: Ann <a@x.org>\nM: Bo <b@x.org>\nF: web/\n\nAPI\nM: Cy <c@x.org>\nF: api/\n";
    let repo = with_map(map, &[("MAINTAINERS", text), ("web/x", ""), ("api/x", "")]);
    let (_, after) = updated(&repo);
    let expected = map.replace(
        "  web: {}\n",
        "  web: {}\n  api:\n    name: API\n    contacts: {email: \"c@x.org\"}\n",
    ) + "  - {name: Bo, emails: [\"b@x.org\"], team: web}\n  - {name: Cy, emails: [\"c@x.org\"], team: api}\n";
    assert_eq!(after, expected);
    assert_eq!(repo.verdict("api/x"), "api");
}

#[test]
fn teams_are_inserted_where_they_are() {
    let map = "version: 1\ninclude: [teams.yaml]\nownership_files: {github: trust}\n";
    let repo = with_map(map, &[("CODEOWNERS", "* @o/sre @o/web\n")]);
    repo.write("teams.yaml", "# Teams.\nteams:\n- a\n");
    assert_eq!(repo.run(&["init", "--update"]).code, 2);
    let teams = "# Teams.\nteams:\n    web: {handles: {github: '@o/web'}}\n";
    repo.write("teams.yaml", teams);
    let run = repo.run(&["init", "--update", "--write"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let after = fs::read_to_string(repo.path().join("teams.yaml")).unwrap();
    assert_eq!(
        after,
        format!("{teams}    sre:\n      handles: {{github: \"@o/sre\"}}\n")
    );
    assert_eq!(
        fs::read_to_string(repo.path().join("ownership.yaml")).unwrap(),
        map
    );
    // In a map of several repositories, each has its own files.
    let repo = Repo::new(&[("a/CODEOWNERS", "* @o/sre\n"), ("b/x", "")]);
    repo.git(&["init", "-q", "a"]);
    repo.git(&["-C", "a", "add", "-A"]);
    let map =
        "version: 1\nteams: {}\nrepositories:\n  - name: b\n    path: b\n  - {name: a, path: a}\n";
    repo.write("ownership.yaml", map);
    let run = repo.run(&["init", "--update", "--write"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let after = fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
    let expected = map.replace("{}", "{sre: {handles: {github: \"@o/sre\"}}}");
    let expected = expected.replace("path: a}", "path: a, ownership_files: {github: trust}}");
    assert_eq!(after, expected);
}

#[test]
fn refuses_what_cannot_be_inserted() {
    let map = "version: 1\nteams: &t\n  web: {}\nkinds: []\n";
    let alias = "version: 1\nteams:\n  a: &t {description: x}\n  sre: *t\nownership_files: {github: trust}\n";
    let repo = with_map(alias, &[("CODEOWNERS", "* @o/sre\n")]);
    let run = repo.run(&["init", "--update", "--write"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    let message = "at line 4 of `ownership.yaml`: the value is a YAML alias";
    assert!(run.err.contains(message), "{}", run.err);
    let after = fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
    assert_eq!(after, alias);
    let repo = with_map(map, &[]);
    assert_eq!(repo.run(&["init", "--write"]).code, 2);
    assert_eq!(repo.run(&["init", "--update", "--replace"]).code, 2);
}
