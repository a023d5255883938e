//! `ownlint generate`: writes ownership files from the map and verifies them by the rules of the forge.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use crate::harness::{self, Repo, Run, findings, of_check, project};

const FORGES: [&str; 6] = [
    "github",
    "gitlab",
    "gitea",
    "gerrit",
    "kubernetes",
    "maintainers",
];

fn team(id: &str) -> String {
    format!(
        "  {id}: {{handles: {{github: '@o/{id}', gitlab: '@g/{id}', gitea: '@o/{id}', bitbucket: '@o/{id}', \
         gerrit: [{id}@x.org], kubernetes: {id}}}}}\n"
    )
}

fn map(rules: &str) -> String {
    let teams: String = ["ops", "web", "dba"].map(team).concat();
    format!("version: 1\nteams:\n{teams}{rules}")
}

fn repo(rules: &str, files: &[&str]) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", &map(rules))]);
    for file in files {
        repo.write(file, "");
    }
    repo
}

fn generate(repo: &Repo, arguments: &[&str]) -> Run {
    repo.run(&[&["generate", "--color", "never"], arguments].concat())
}

/// Returns the lines except blank lines and comments.
fn lines(run: &Run) -> Vec<&str> {
    assert_eq!(run.code, 0, "{}", run.err);
    let lines = run.out.lines();
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// Rules of all shapes, without conflicts.
const RULES: &str = "rules:
  - {paths: ['modules/*/files/'], owner: web, priority: 1}
  - {paths: ['modules/{mysql,redis}/'], owner: dba}
  - {paths: [modules/], owner: ops}
  - {paths: [modules/redis/joint/], owners: [web, dba]}
  - {paths: ['**/*.sql'], owner: dba, priority: 2}
  - {paths: ['web/*'], owner: web}
  - {paths: ['docs/**/a?c.md', docs/README], owner: ops}
  - {paths: [single], owner: ops}
exemptions:
  - {paths: [modules/free/], reason: nobody}
  - {paths: [ownership.yaml], reason: the map}
";

const FILES: &[&str] = &[
    "modules/a/x",
    "modules/a/files/x",
    "modules/a/files/x.sql",
    "modules/mysql/x",
    "modules/mysql/files/y",
    "modules/redis/x",
    "modules/redis/joint/x",
    "modules/redis/joint/files",
    "modules/free/x",
    "modules/free/files/x",
    "web/x",
    "web/y/z",
    "web/y/z.sql",
    "docs/abc.md",
    "docs/x/y/adc.md",
    "docs/x",
    "docs/README",
    "single",
    "nobody",
    "nobody.d/x",
    "x.sql",
];

#[test]
fn github_lines_are_in_an_order_that_gives_the_same_owners() {
    let files: Vec<&str> = FILES.iter().filter(|f| **f != "docs/x").copied().collect();
    let repo = repo(RULES, &files);
    assert_eq!(
        lines(&generate(&repo, &["github"])),
        [
            "/single @o/ops",
            "/docs/**/a?c.md @o/ops",
            "/docs/README @o/ops",
            "/modules/ @o/ops",
            "/modules/free/",
            "/modules/mysql/ @o/dba",
            "/modules/redis/ @o/dba",
            "/modules/redis/joint/ @o/web @o/dba",
            "/web/ @o/web",
            "/modules/*/files/ @o/web",
            "/**/*.sql @o/dba",
        ]
    );
}

#[test]
fn gitea_lines_exclude_what_stronger_rules_own() {
    let files: Vec<&str> = FILES.iter().filter(|f| **f != "docs/x").copied().collect();
    let repo = repo(RULES, &files);
    assert_eq!(
        lines(&generate(&repo, &["gitea"])),
        [
            "single @o/ops",
            r"(?!(?:.*/)?[^/]*\\.sql(?:/|$))docs/(?:.*/)?a[^/]c\\.md(?:/.*)? @o/ops",
            "docs/README @o/ops",
            r"(?!modules/free/|modules/mysql/|modules/redis/|modules/[^/]*/files/|(?:.*/)?[^/]*\\.sql(?:/|$))modules/.* @o/ops",
            r"(?!modules/[^/]*/files/)modules/mysql/.* @o/dba",
            r"(?!modules/[^/]*/files/)modules/redis/.* @o/dba",
            r"(?!(?:.*/)?[^/]*\\.sql(?:/|$))modules/redis/joint/.* @o/web @o/dba",
            r"(?!(?:.*/)?[^/]*\\.sql(?:/|$))web/.* @o/web",
            r"(?!(?:.*/)?[^/]*\\.sql(?:/|$))modules/[^/]*/files/.* @o/web",
            r"(?:.*/)?[^/]*\\.sql(?:/.*)? @o/dba",
        ]
    );
    // A name cannot start with an exclamation mark, and blanks and `#` need a backslash.
    let rules = "rules: [{paths: ['\\!a b#c', '[!x-z]*.c', 'x/[a-c]'], owner: ops}]\n\
                 exemptions: [{paths: [ownership.yaml], reason: x}]\n";
    let repo = self::repo(rules, &["!a b#c", "a.c", "x/b"]);
    assert_eq!(
        lines(&generate(&repo, &["gitea"])),
        [
            r"[^/x-z][^/]*\\.c(?:/.*)? @o/ops",
            r"\\!a\ b\#c @o/ops",
            "x/[a-c](?:/.*)? @o/ops",
        ]
    );
}

#[test]
fn forgejo_has_no_lookaheads() {
    let rules = "rules: [{paths: [a/], owner: ops}, {paths: [a/b/, a/cd, new], owner: web}]\n\
                 exemptions: [{paths: [ownership.yaml, .forgejo/], reason: x}]\n";
    let files = ["a/x", "a/b/x", "a/cd"];
    assert_eq!(
        lines(&generate(&repo(rules, &files), &["gitea"])),
        [
            "new(?:/.*)? @o/web",
            "(?!a/b/|a/cd$)a/.* @o/ops",
            "a/b/.* @o/web",
            "a/cd @o/web",
        ]
    );
    let run = |rules: &str| {
        let repo = self::repo(rules, &files);
        repo.write(".forgejo/x", "");
        let run = generate(&repo, &["gitea", "--output", "CODEOWNERS"]);
        (run, repo)
    };
    let (_, repo) = run(rules);
    let text = fs::read_to_string(repo.path().join("CODEOWNERS")).unwrap();
    assert!(
        text.contains("\na/(?:[^bc].*|b(?:[^/].*)?|c(?:[^d].*|d.+)?)? @o/ops\n"),
        "{text}"
    );
    // Forgejo and Gitea read this file in the same way.
    repo.track();
    let only = "invalid-ownership-line,outdated-ownership-file";
    let checked = repo.run(&["check", "--only", only]);
    assert_eq!(checked.code, 0, "{}", checked.out);
    assert!(!checked.out.contains("CODEOWNERS"), "{}", checked.out);
    let (wildcard, _) = run(&rules.replace("a/b/", "'a/**/*.sql'"));
    assert_eq!(wildcard.code, 2);
    assert_eq!(
        wildcard.err,
        "ownership.yaml:6:18: error: Forgejo has no lookaheads, without which `a/.*` cannot exclude the paths of other \
         rules\nhelp: use only directories and files in rules that overlap, without wildcards\n"
    );
}

#[test]
fn bitbucket_lines_always_have_an_owner() {
    let rules = "rules:
  - {paths: ['**'], owner: ops}
  - {paths: ['a*/'], owner: web}
  - {paths: ['**/*.sql', 'x y', 'new/'], owner: dba, priority: 1}
";
    let repo = repo(rules, &["a/x", "a/b.sql", "x y"]);
    assert_eq!(
        lines(&generate(&repo, &["bitbucket"])),
        [
            "* @o/ops",
            "/a*/ @o/web",
            "/**/*.sql @o/dba",
            r"/x\ y @o/dba",
            "/new/ @o/dba"
        ]
    );
    let exempt = |path: &str| {
        let rules = format!("{rules}exemptions: [{{paths: [{path}], reason: x}}]\n");
        generate(
            &self::repo(&rules, &["a/x", "a/b.sql", "x y"]),
            &["bitbucket"],
        )
    };
    let refused = exempt("a/x");
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.starts_with(
            "ownership.yaml:10:23: error: Bitbucket does not document how to leave files without an owner, so `a/x` \
             would have the owners of another rule\nhelp: assign an owner to these files\n"
        ),
        "{}",
        refused.err
    );
    // No existing file needs this one.
    let noted = exempt("a/new/");
    assert_eq!(noted.code, 0);
    assert!(noted.err.contains("note: new file"), "{}", noted.err);
}

#[test]
fn every_forge_gives_every_file_its_owners() {
    let files: Vec<&str> = FILES.iter().filter(|f| **f != "docs/x").copied().collect();
    let repo = repo(RULES, &files);
    repo.track();
    for forge in FORGES {
        let output = match forge {
            "gerrit" | "kubernetes" => "out",
            _ => "out/file",
        };
        let run = generate(&repo, &[forge, "--output", output]);
        assert_eq!(run.code, 0, "{forge}: {}", run.err);
        let from = ["who", "--from", forge, "--format", "tsv", "--file", output];
        let run = repo.run(&[&from[..], &files].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        let answers = repo.who_all(&files);
        for (line, answer) in run.out.lines().zip(answers) {
            let (path, owners) = line.split_once('\t').unwrap();
            let mut expected: Vec<String> = answer["owners"]
                .as_array()
                .unwrap()
                .iter()
                .map(|team| {
                    let team = team.as_str().unwrap();
                    match forge {
                        "github" | "gitea" => format!("@o/{team}"),
                        "gitlab" => format!("@g/{team}"),
                        "gerrit" => format!("{team}@x.org"),
                        "kubernetes" => team.to_owned(),
                        // The table separates owners by spaces.
                        _ => format!("{team}\\u{{20}}<{team}@x.org>"),
                    }
                })
                .collect();
            expected.sort();
            assert_eq!(owners, expected.join(" "), "{forge} {path}");
        }
        fs::remove_dir_all(repo.path().join("out")).unwrap();
    }
}

#[test]
fn escapes_special_characters_in_names() {
    let names = [
        "a b", "c*d", "e?f", "g[h]", "i{j,k}", "l\\m", "n#o", "p\tq", "!r", "#s", "t=u", "v,w",
        "x+y", "z.z", "ü", "$a^(b)|", "-", "true", "'quote\"", "%",
    ];
    let rules: String = names
        .iter()
        .map(|name| {
            let escaped: String = name
                .chars()
                .flat_map(|char| match char {
                    '*' | '?' | '[' | ']' | '{' | '}' | '\\' => vec!['\\', char],
                    '\t' => vec!['?'],
                    char => vec![char],
                })
                .collect();
            let quoted = serde_json::to_string(&format!("d/{escaped}")).unwrap();
            format!("  - {{paths: [{quoted}], owner: web}}\n")
        })
        .collect();
    let rules = format!(
        "rules:\n  - {{paths: [d/], owner: ops}}\n{rules}exemptions: [{{paths: [ownership.yaml], reason: x}}]\n"
    );
    let files: Vec<String> = names.iter().map(|name| format!("d/{name}")).collect();
    let mut files: Vec<&str> = files.iter().map(String::as_str).collect();
    files.extend(["d/plain", "d/sub/x"]);
    let repo = repo(&rules, &files);
    for forge in FORGES {
        let run = generate(&repo, &[forge]);
        assert_eq!(run.code, 0, "{forge}: {}", run.err);
    }
}

#[test]
fn omits_redundant_lines() {
    let rules = "rules:
  - {paths: [a/], owner: ops}
  - {paths: [a/b/], owner: ops}
  - {paths: [a/c/], owner: web}
  - {paths: [gone/], owner: web}
exemptions: [{paths: [ownership.yaml, b/], reason: x}]
";
    let repo = repo(rules, &["a/x", "a/b/x", "a/c/x", "b/x"]);
    // New files may need a line that no existing file needs.
    assert_eq!(
        lines(&generate(&repo, &["github"])),
        ["/a/ @o/ops", "/a/c/ @o/web", "/gone/ @o/web"]
    );
}

#[test]
fn new_files_get_their_owners_from_a_generated_file() {
    let rules = "rules:
  - {paths: [hosts/], owner: ops}
  - {paths: ['hosts/db*', '**/*.sql'], owner: dba, priority: 1}
  - {paths: [hosts/web/], owner: web}
  - {paths: [hosts/web/x/], owners: [web, dba], priority: 2}
exemptions: [{paths: [ownership.yaml, '**/.new/'], reason: x}]
";
    let repo = repo(rules, &["hosts/a"]);
    let new = [
        "hosts/db1",
        "hosts/db/x",
        "hosts/x.sql",
        "hosts/web/x",
        "hosts/web/x/y",
        "hosts/web/x/y.sql",
        "hosts/web/x.sql/z",
        "hosts/web/z",
        "q/.new/x",
        "q/x.sql",
        "q/x",
    ];
    for forge in ["github", "gitlab", "gitea"] {
        let run = generate(&repo, &[forge, "--output", "out"]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(!run.err.contains("note: new file"), "{}", run.err);
        let from = ["who", "--from", forge, "--format", "tsv", "--file", "out"];
        let run = repo.run(&[&from[..], &new].concat());
        for (line, answer) in run.out.lines().zip(repo.who_all(&new)) {
            let (path, owners) = line.split_once('\t').unwrap();
            let mut teams: Vec<&str> = owners.split(' ').filter(|o| !o.is_empty()).collect();
            teams
                .iter_mut()
                .for_each(|owner| *owner = owner.rsplit('/').next().unwrap());
            teams.sort_unstable();
            let mut expected = harness::strings(&answer["owners"]);
            expected.sort_unstable();
            assert_eq!(teams, expected, "{forge} {path}");
        }
    }
}

#[test]
fn keeps_the_line_of_every_floating_pattern() {
    for count in 1..=20 {
        let teams: String = (0..=count).map(|at| team(&format!("t{at}"))).collect();
        let rules: String = (1..=count)
            .map(|at| format!("  - {{paths: ['**/g{at}.conf'], owner: t{at}}}\n"))
            .collect();
        let repo = Repo::new(&[("a/x", "")]);
        let text = format!("version: 1\nteams:\n{teams}rules:\n  - {{paths: ['**'], owner: t0}}\n");
        repo.write("ownership.yaml", text + &rules);
        for (forge, organization) in [
            ("github", "o"),
            ("gitlab", "g"),
            ("gitea", "o"),
            ("bitbucket", "o"),
        ] {
            let run = generate(&repo, &[forge, "--output", "out"]);
            assert_eq!((run.code, &*run.err), (0, ""), "{forge} {count}");
            let run = generate(&repo, &[forge, "--output", "out", "--check"]);
            assert_eq!((run.code, &*run.err), (0, ""), "{forge} {count}");
            // GitLab needs a second line for the content of a directory of that name.
            let text = fs::read_to_string(repo.path().join("out")).unwrap();
            let lines = text
                .lines()
                .filter(|line| line.contains('@') && !line.contains("conf/ "));
            assert_eq!(lines.count(), count + 1, "{forge} {text}");
            let from = ["who", "--from", forge, "--format", "tsv", "--file", "out"];
            let last = format!("q/g{count}.conf");
            let run = repo.run(&[&from[..], &[&last]].concat());
            assert_eq!(run.out, format!("{last}\t@{organization}/t{count}\n"));
        }
    }
}

#[test]
fn conflicting_claims_on_the_file_itself_drop_no_line() {
    let repo = Repo::new(&[("a/x", "")]);
    let teams: String = ["sre", "web"].map(team).concat();
    let rules = "  - {paths: ['*/'], owner: sre}\n  - {paths: ['*b'], owner: web}\n";
    repo.write(
        "ownership.yaml",
        format!("version: 1\nteams:\n{teams}rules:\n{rules}"),
    );
    let run = generate(&repo, &["github"]);
    assert_eq!((run.code, &*run.err), (0, ""));
    let lines: Vec<&str> = run.out.lines().filter(|line| line.contains('@')).collect();
    assert_eq!(lines, ["/*/ @o/sre", "/*b @o/web"]);
}

/// Returns the owners of paths by the files that were generated in `out`, each as the start of a name.
fn answers(repo: &Repo, dialect: &str, paths: &[&str]) -> Vec<String> {
    let file = match dialect {
        "gerrit" | "kubernetes" => "out",
        _ => "out/file",
    };
    let from = ["who", "--from", dialect, "--format", "tsv", "--file", file];
    let run = repo.run(&[&from[..], paths].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let owners = run.out.lines().map(|line| line.split_once('\t').unwrap().1);
    let team = |owner: &str| owner.trim_matches(['@', '<', '>']).replace("@x.org", "");
    owners
        // In owners of MAINTAINERS, spaces are escaped.
        .map(|owners| owners.split([' ', '\\']).next().map(team).unwrap())
        .collect()
}

fn generate_in_out(repo: &Repo, dialect: &str) -> Run {
    let is_per_folder = matches!(dialect, "gerrit" | "kubernetes");
    let output = if is_per_folder { "out" } else { "out/file" };
    let run = generate(repo, &[dialect, "--output", output]);
    assert_eq!(run.code, 0, "{dialect}: {}", run.err);
    run
}

#[test]
fn folders_that_the_map_leaves_unowned_stay_unowned() {
    let rules = "rules:
  - {paths: [x/y/, x/z/, x/w/], owner: ops}
  - {paths: [README, Makefile, ownership.yaml], owner: web}
  - {paths: [p/], owner: dba}
exemptions: [{paths: [p/free/], reason: x}]
";
    for dialect in ["gerrit", "kubernetes", "maintainers"] {
        let files = [
            "README", "Makefile", "x/y/1", "x/z/1", "x/w/1", "p/1", "p/free/1", "q/1",
        ];
        let repo = repo(&rules.replace("[p/free/]", "[p/free/, q/1]"), &files);
        repo.track();
        generate_in_out(&repo, dialect);
        let paths = [
            "new",
            "new/1",
            "q/2",
            "x/2",
            "x/new/1",
            "x/y/2",
            "x/y/new/1",
            "p/2",
            "p/free/2",
        ];
        assert_eq!(
            answers(&repo, dialect, &paths),
            ["", "", "", "", "", "ops", "ops", "dba", ""],
            "{dialect}"
        );
    }
}

#[test]
fn notes_new_files_with_other_owners_in_every_dialect() {
    let rules = "rules:
  - {paths: [a/, ownership.yaml], owner: ops}
  - {paths: ['a/**/*.sql'], owner: dba}
";
    for dialect in ["gerrit", "kubernetes", "maintainers"] {
        let run = generate(&repo(rules, &["a/x"]), &[dialect]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(
            run.err
                .contains("note: new file `a/x.sql`: the map assigns dba"),
            "{}",
            run.err
        );
    }
}

#[test]
fn aliases_are_part_of_the_verification() {
    // Prow expands the name of an alias wherever it finds it, but not in another alias.
    let aliases = "aliases: {leads: [ann, bob], bob: [carl], nobody: []}\n";
    let map = |handles: &str| {
        format!(
            "version: 1\nteams:\n  a: {{handles: {{kubernetes: {handles}}}}}\n\
             rules: [{{paths: ['**'], owner: a}}]\n"
        )
    };
    for (handles, written, answered) in [
        ("leads", "[leads]", "ann bob"),
        ("[ann, bob]", "[leads]", "ann bob"),
        ("bob", "[bob]", "carl"),
        ("[carl, dave]", "[carl, dave]", "carl dave"),
    ] {
        let repo = Repo::new(&[
            ("ownership.yaml", &map(handles)),
            ("OWNERS_ALIASES", aliases),
            ("x", ""),
        ]);
        let run = generate(&repo, &["kubernetes", "--output", "."]);
        assert_eq!((run.code, &*run.err), (0, ""), "{handles}");
        let text = fs::read_to_string(repo.path().join("OWNERS")).unwrap();
        assert!(text.contains(&format!("approvers: {written}\n")), "{text}");
        let run = repo.run(&["who", "--from", "kubernetes", "--format", "tsv", "x"]);
        assert_eq!(run.out, format!("x\t{answered}\n"));
    }
}

#[test]
fn the_header_names_the_written_path() {
    let rules = "rules: [{paths: ['**'], owner: ops}]\n";
    for (dialect, output) in [
        ("github", "docs/CODEOWNERS"),
        ("gerrit", "."),
        ("gerrit", "sub"),
    ] {
        let repo = repo(rules, &["x", "docs/y", "sub/z"]);
        let run = generate(&repo, &[dialect, "--output", output]);
        assert_eq!(run.code, 0, "{}", run.err);
        let file = match output.ends_with("CODEOWNERS") {
            true => output.to_owned(),
            false => format!("{output}/OWNERS"),
        };
        let text = fs::read_to_string(repo.path().join(file)).unwrap();
        let command = format!("#   ownlint generate {dialect} --output {output}\n");
        assert!(text.contains(&command), "{text}");
        if output != "sub" {
            let run = repo.track().run(&["check"]);
            assert_eq!(run.code, 0, "{}", run.out);
        }
    }
}

#[test]
fn a_folder_with_nothing_but_a_generated_file_keeps_it() {
    let rules = "rules:
  - {paths: ['**'], owner: ops}
  - {paths: [jan/], owner: web}
";
    for dialect in ["gerrit", "kubernetes"] {
        let repo = repo(rules, &["x", "jan/y"]);
        repo.track();
        let arguments = [dialect, "--output", "."];
        assert_eq!(generate(&repo, &arguments).code, 0);
        // Files that git does not track yet are not missing.
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 0, "{}", run.out);
        repo.track();
        fs::remove_file(repo.path().join("jan/y")).unwrap();
        repo.git(&["rm", "-q", "--cached", "jan/y"]);
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 0, "{}", run.out);
        let run = generate(&repo, &[&arguments[..], &["--check"]].concat());
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        assert_eq!(generate(&repo, &arguments).code, 0);
        assert!(repo.path().join("jan/OWNERS").exists());
    }
}

#[test]
fn kubernetes_ignores_files_in_some_folders() {
    let rules = "rules:
  - {paths: ['**'], owner: ops}
  - {paths: [x_output/, foo.git/], owner: web}
  - {paths: [foo.git/sub/], owner: dba}
";
    let files = [
        "a",
        "x_output/1",
        "x_output/sub/2",
        "foo.git/1",
        "foo.git/sub/2",
    ];
    let repo = repo(rules, &files);
    repo.track();
    generate_in_out(&repo, "kubernetes");
    let out = |folder: &str| repo.path().join("out").join(folder).join("OWNERS").exists();
    assert!(out("") && !out("x_output") && !out("foo.git") && !out("foo.git/sub"));
    let paths = [&files[..], &["x_output/new", "new", "new/x_output"]].concat();
    assert_eq!(
        answers(&repo, "kubernetes", &paths),
        ["ops", "web", "web", "web", "dba", "web", "ops", "ops"]
    );
}

#[test]
fn control_characters_and_invalid_bytes_in_names_can_be_written() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let rules = "rules:
  - {paths: ['**'], owner: ops}
  - {paths: ['d/[!n]*'], owner: web}
";
    for forge in FORGES.iter().filter(|forge| **forge != "github") {
        let repo = repo(rules, &["d/no", "d/x", "e/\u{85}/y"]);
        let names = [&b"d/a\x7fb"[..], "d/c\u{85}d".as_bytes(), b"d/e\xfff"];
        // The files of the other dialects cannot contain line breaks in names.
        let with_break = (*forge == "kubernetes").then_some(&b"d/g\nh"[..]);
        for name in names.into_iter().chain(with_break) {
            fs::write(repo.path().join(OsStr::from_bytes(name)), "").unwrap();
        }
        repo.track();
        let run = generate(&repo, &[forge]);
        assert_eq!(run.code, 0, "{forge}: {}", run.err);
    }
}

#[test]
fn aliases_can_be_a_link() {
    let repo = repo("rules: [{paths: ['**'], owner: ops}]\n", &["x"]);
    // Prow would expand `ops`, so the team is written as the alias that expands to it.
    repo.write("config/aliases", "aliases: {ops: [ann], lead: [ops]}\n");
    repo.link("OWNERS_ALIASES", "config/aliases");
    repo.track();
    let run = generate(&repo, &["kubernetes"]);
    assert!(lines(&run).contains(&"approvers: [lead]"), "{}", run.out);
}

#[test]
fn reports_wrong_owners_of_new_files() {
    let rules = "  bare: {}
rules:
  - {paths: [a/], owner: ops}
  - {paths: ['a/b[!x]'], owner: web}
  - {paths: [b/], owner: bare}
exemptions: [{paths: [ownership.yaml], reason: x}]
";
    let run = generate(&repo(rules, &["a/x"]), &["github"]);
    assert_eq!(lines(&run), ["/a/ @o/ops"]);
    let expected =
        "note: new file `a/ba`: the map assigns @o/web, but the forge would assign @o/ops
  the map: ownership.yaml:9:14
  the forge: .github/CODEOWNERS:5: /a/ @o/ops
";
    assert!(run.err.contains(expected), "{}", run.err);
    let expected =
        "note: new file `b/x`: the map assigns `bare` (no handle), but the forge would assign no owner
  the map: ownership.yaml:10:14
";
    assert!(run.err.contains(expected), "{}", run.err);
}

#[test]
fn writes_many_exceptions_with_long_names() {
    let names: Vec<String> = (0..60)
        .map(|at| {
            format!(
                "hosts/{}{at}.eqiad.example.org.yaml",
                "long-".repeat(at % 13)
            )
        })
        .collect();
    let mut files: Vec<&str> = names.iter().map(String::as_str).collect();
    files.extend(["hosts/x", "hosts/y"]);
    let rules = "rules:
  - {paths: [hosts/], owner: ops}
  - {paths: ['hosts/*1.*'], owner: dba}
  - {paths: ['hosts/*2.*', 'hosts/*3.*', 'hosts/*4.*'], owner: web}
  - {paths: [ownership.yaml], owner: ops}
";
    let repo = repo(rules, &files);
    for forge in FORGES {
        let run = generate(&repo, &[forge]);
        assert_eq!(run.code, 0, "{forge}: {}", run.err);
    }
}

#[test]
fn a_small_change_of_the_map_gives_a_small_diff() {
    let rules = "rules:
  - {paths: [a/], owner: ops}
  - {paths: [b/], owner: ops}
  - {paths: [c/], owner: web}
";
    let files = ["a/x", "b/x", "c/x"];
    let before = repo(rules, &files);
    let after = repo(
        &rules.replace("[b/], owner: ops", "[b/], owner: dba"),
        &files,
    );
    let path = ".github/CODEOWNERS";
    assert_eq!(generate(&before, &["github", "--output", path]).code, 0);
    assert_eq!(generate(&before, &["github", "--check"]).code, 0);
    after.write(path, fs::read(before.path().join(path)).unwrap());
    let run = generate(&after, &["github", "--check"]);
    assert_eq!(run.code, 1);
    let changed: Vec<&str> = run
        .out
        .lines()
        .filter(|line| line.starts_with(['+', '-']))
        .collect();
    assert_eq!(
        changed,
        [
            "--- .github/CODEOWNERS",
            "+++ .github/CODEOWNERS (wanted)",
            "-/b/ @o/ops",
            "+/b/ @o/dba"
        ]
    );
}

#[test]
fn expands_classes_if_the_dialect_has_none() {
    let rules = "rules:
  - {paths: ['a/[xy]*'], owner: ops}
  - {paths: ['b/[!x]'], owner: web}
exemptions: [{paths: [ownership.yaml], reason: x}]
";
    let files = ["a/x1", "a/y1", "a/z", "b/y", "b/x"];
    let repo = repo(rules, &files);
    assert_eq!(
        lines(&generate(&repo, &["gitlab"])),
        [
            "/a/[xy]* @g/ops",
            "/a/[xy]*/ @g/ops",
            "/b/[!x] @g/web",
            "/b/[!x]/ @g/web"
        ]
    );
    let run = generate(&repo, &["github"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("ownership.yaml:8:14: error: this dialect has no equivalent of `b/[!x]`"),
        "{}",
        run.err
    );
    assert_eq!(
        lines(&generate(&repo, &["github", "--per-file-fallback"])),
        ["/a/x* @o/ops", "/a/y* @o/ops", "/b/y @o/web"]
    );
}

#[test]
fn refuses_or_lists_files_that_no_order_of_lines_matches() {
    // GitHub cannot express `#`, and `?` also matches the other file.
    let rules = "rules: [{paths: ['c#d'], owner: ops}]\n\
                 exemptions: [{paths: [ownership.yaml], reason: x}]\n";
    let repo = repo(rules, &["c#d", "cxd"]);
    let run = generate(&repo, &["github"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.starts_with(
            "ownership.yaml:6:18: error: cannot express the owners that the map assigns to `cxd`"
        ),
        "{}",
        run.err
    );
    let run = generate(&repo, &["github", "--per-file-fallback"]);
    assert_eq!(lines(&run), ["/c?d @o/ops", "/cxd"]);
    // GitLab can express it; Gerrit cannot, and its lines have no order.
    assert_eq!(lines(&generate(&repo, &["gitlab"])), ["/c#d @g/ops"]);
    let run = generate(&repo, &["gerrit"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("`cxd`: the map assigns no owner, but the forge would assign ops@x.org"),
        "{}",
        run.err
    );
}

#[test]
fn a_rule_with_a_higher_priority_comes_last() {
    let rules = "rules:
  - {paths: ['*/a/', 'p/x/'], owner: ops}
  - {paths: ['*/x/'], owner: web, priority: 1}
exemptions: [{paths: [ownership.yaml], reason: x}]
";
    let repo = repo(rules, &["p/a/1", "p/x/1", "q/x/1"]);
    assert_eq!(
        lines(&generate(&repo, &["github"])),
        ["/*/a/ @o/ops", "/*/x/ @o/web"]
    );
}

#[test]
fn refuses_conflicting_claims_or_writes_no_owner() {
    let rules = "rules:
  - {paths: ['*/x'], owner: ops}
  - {paths: ['a/*'], owner: web}
exemptions: [{paths: [ownership.yaml], reason: x}]
";
    let repo = repo(rules, &["a/x", "a/y", "b/x"]);
    for forge in FORGES {
        let run = generate(&repo, &[forge]);
        assert_eq!(run.code, 2, "{forge}");
        assert!(
            run.err
                .contains("`a/x` has equally strong claims for several owners"),
            "{}",
            run.err
        );
        assert_eq!(
            generate(&repo, &[forge, "--per-file-fallback"]).code,
            0,
            "{forge}"
        );
    }
    let run = generate(&repo, &["github", "--per-file-fallback"]);
    assert_eq!(lines(&run), ["/*/x @o/ops", "/a/ @o/web", "/a/x"]);
    assert!(run.err.contains("listed without an owner"), "{}", run.err);
}

#[test]
fn distinguishes_names_with_a_common_prefix() {
    // A value in MAINTAINERS matches the beginning of a path.
    let rules = "rules:
  - {paths: ['d/'], owner: ops}
  - {paths: ['d/x', 'e/x'], owner: web}
  - {paths: ['d/y/'], owner: dba}
exemptions: [{paths: [ownership.yaml], reason: x}]
";
    let files = ["d/x", "d/x.s", "d/xx", "d/y/a", "d/yy", "e/x", "e/xx"];
    let run = generate(&repo(rules, &files), &["maintainers"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("\nN:\t^d/x\\.s$\n"));
}

#[test]
fn reports_a_team_without_a_handle() {
    let rules = "  bare: {}\nrules: [{paths: [x], owner: bare}]\n";
    let repo = repo(rules, &["x"]);
    for forge in [
        "github",
        "gitlab",
        "gitea",
        "bitbucket",
        "gerrit",
        "kubernetes",
    ] {
        let run = generate(&repo, &[forge]);
        assert_eq!(run.code, 2);
        let expected = format!("ownership.yaml:6:3: error: team `bare` has no handle `{forge}`");
        assert!(run.err.contains(&expected), "{}", run.err);
    }
    let run = generate(&repo, &["maintainers"]);
    assert!(
        run.err.contains("team `bare` has no address"),
        "{}",
        run.err
    );
    assert_eq!(generate(&repo, &["markdown"]).code, 0);
    assert_eq!(generate(&repo, &["backstage"]).code, 0);
}

#[test]
fn suggests_the_successor_of_a_retired_team() {
    for (retired, help) in [
        (
            "{successor: older}",
            "help: replace the owner `old` with its successor `ops`\n",
        ),
        (
            "{}",
            "help: replace the owner `old` with the team that now owns its files\n",
        ),
    ] {
        let rules = format!(
            "  old: {{retired: {retired}}}\n  older: {{retired: {{successor: ops}}}}\n\
             rules: [{{paths: [x], owner: old}}]\n"
        );
        let repo = repo(&rules, &["x"]);
        for dialect in FORGES {
            let run = generate(&repo, &[dialect]);
            assert_eq!(run.code, 2);
            let expected = "ownership.yaml:6:3: error: team `old` is retired and has no ";
            assert!(run.err.starts_with(expected), "{}", run.err);
            assert!(run.err.ends_with(help), "{}", run.err);
        }
    }
}

#[test]
fn refuses_handles_that_the_forge_does_not_accept() {
    let rules = "  odd: {handles: {github: odd, gitlab: odd, gitea: odd, bitbucket: odd, gerrit: '@odd'}}\n\
                 rules: [{paths: [x], owner: odd}]\n";
    let repo = repo(rules, &["x"]);
    for forge in ["github", "gitlab", "gitea", "bitbucket", "gerrit"] {
        let run = generate(&repo, &[forge]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("odd` is not a valid owner"), "{}", run.err);
    }
}

#[test]
fn verification_includes_existing_ownership_files() {
    let rules = "rules: [{paths: [a/, ownership.yaml], owner: ops}]\n";
    let repo = repo(rules, &["a/x"]);
    repo.write("b/OWNERS", "approvers: [upstream]\n");
    repo.write("b/x", "");
    let run = generate(&repo, &["kubernetes", "--output", "."]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("`b/x`: the map assigns no owner, but the forge would assign upstream"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains(
            "remove `b/OWNERS`, which the forge also reads, or keep it with `--keep-existing b`"
        ),
        "{}",
        run.err
    );
    assert!(!repo.path().join("OWNERS").exists());
}

#[test]
fn existing_files_that_the_forge_rejects_are_differences() {
    let rules = "rules: [{paths: ['**'], owner: ops}]\n";
    let repo = repo(rules, &["a/x", "b/x"]);
    repo.write("a/OWNERS", "approvers: [upstream]\n");
    repo.track();
    let run = generate(&repo, &["gerrit", "--output", "."]);
    assert_eq!(run.code, 2);
    let start = "`a/x`: the map assigns ops@x.org, but `a/OWNERS:1:1`: ";
    assert!(run.err.contains(start), "{}", run.err);
    let help = "remove `a/OWNERS`, which the forge also reads, or keep it with `--keep-existing a`";
    assert!(run.err.contains(help), "{}", run.err);
    assert!(!run.err.contains("`b/x`"), "{}", run.err);
    let kept = ["gerrit", "--output", ".", "--keep-existing", "a"];
    assert_eq!(generate(&repo, &kept).code, 0);
}

/// Git does not track the files of an output directory before they are added.
#[test]
fn files_of_others_count_before_git_tracks_them() {
    let rules = "rules: [{paths: ['**'], owner: ops}, {paths: ['**/OWNERS'], owner: web}]\n";
    let repo = repo(rules, &["a/x", "b/x"]);
    repo.git(&["init", "-q"]);
    repo.git(&["add", "-A"]);
    repo.write("a/OWNERS", "up@x.org\n");
    for _ in 0..2 {
        let run = generate(&repo, &["gerrit", "--output", "."]);
        assert_eq!((run.code, &*run.out), (2, ""));
        assert!(
            run.err
                .contains("remove `a/OWNERS`, which the forge also reads"),
            "{}",
            run.err
        );
        repo.git(&["add", "-A"]);
    }
    let kept = ["gerrit", "--output", ".", "--keep-existing", "a"];
    assert_eq!(generate(&repo, &kept).code, 0);
    // The rule about OWNERS files does not change what is generated once they exist.
    repo.git(&["add", "-A"]);
    let run = generate(&repo, &[&kept[..], &["--check"]].concat());
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn an_output_directory_is_a_directory_without_links_in_it() {
    let rules = "rules: [{paths: [a/, ownership.yaml], owner: ops}, {paths: [b/], owner: web}]\n";
    let repo = repo(rules, &["a/x", "b/x"]);
    let run = generate(&repo, &["gerrit", "--output", "a/x"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("`gerrit` writes a file in each folder"),
        "{}",
        run.err
    );
    fs::create_dir(repo.path().join("elsewhere")).unwrap();
    repo.link("out/b", "../elsewhere");
    let run = generate(&repo, &["gerrit", "--output", "out"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains(": `out/b` is a symbolic link"),
        "{}",
        run.err
    );
    assert!(!repo.path().join("elsewhere/OWNERS").exists());
    assert!(!repo.path().join("out/OWNERS").exists());
}

#[test]
fn keep_existing_skips_a_folder() {
    let rules = "rules: [{paths: [a/, ownership.yaml], owner: ops}, {paths: [b/], owner: web}]\n";
    let repo = repo(rules, &["a/x", "b/x", "b/c/x", "b2/x"]);
    for (forge, text) in [
        ("kubernetes", "approvers: [upstream]\n"),
        ("gerrit", "up@x.org\n"),
    ] {
        repo.write("b/OWNERS", text);
        let keep = [forge, "--output", ".", "--keep-existing", "./b/"];
        let run = generate(&repo, &keep);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(
            run.err
                .contains("note: `b` keeps its existing ownership file, so the map does not decide who owns 2 files"),
            "{}",
            run.err
        );
        let shown = generate(&repo, &[forge, "--keep-existing", "b"]).out;
        let command = format!("#   ownlint generate {forge} --keep-existing b --output .\n");
        assert!(shown.contains(&command), "{shown}");
        let kept = fs::read_to_string(repo.path().join("b/OWNERS")).unwrap();
        assert_eq!(kept, text);
        assert!(!repo.path().join("b/c/OWNERS").exists());
        assert_eq!(generate(&repo, &[&keep[..], &["--check"]].concat()).code, 0);
        for written in ["OWNERS", "a/OWNERS", "b2/OWNERS"] {
            let _ = fs::remove_file(repo.path().join(written));
        }
    }
    let run = generate(&repo, &["gerrit", "--keep-existing", "a"]);
    assert!(
        run.err.contains("`a` contains no `OWNERS` file to keep"),
        "{}",
        run.err
    );
    let run = generate(&repo, &["github", "--keep-existing", "b"]);
    assert_eq!(run.code, 2, "{}", run.err);
    // Overwriting a file of somebody else is reported.
    let rules = rules.replace("b/]", "b/x]");
    repo.write("ownership.yaml", map(&rules));
    repo.write("b/OWNERS", "# Ours\nup@x.org\n");
    let run = generate(&repo, &["gerrit"]);
    assert!(
        run.err
            .contains("note: replacing `b/OWNERS` would remove 1 comment"),
        "{}",
        run.err
    );
}

#[test]
fn reports_outdated_files_in_folders() {
    let rules =
        "rules:\n  - {paths: [a/, ownership.yaml], owner: ops}\n  - {paths: [a/b/], owner: web}\n";
    let repo = repo(rules, &["a/x", "a/b/x"]);
    let run = generate(&repo, &["gerrit", "--output", "."]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(repo.path().join("a/b/OWNERS").exists());
    // The generated files belong to the owners of their folders.
    assert_eq!(generate(&repo, &["gerrit", "--check"]).code, 0);
    repo.write(
        "ownership.yaml",
        map("rules: [{paths: ['**'], owner: ops}]\n"),
    );
    let run = generate(&repo, &["gerrit", "--check"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("a/b/OWNERS"), "{}", run.out);
    let run = generate(&repo, &["gerrit", "--output", "."]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is no longer needed"), "{}", run.err);
}

#[test]
fn writes_only_the_requested_output() {
    let repo = repo("rules: [{paths: ['**'], owner: ops}]\n", &["x"]);
    assert_eq!(generate(&repo, &["github"]).code, 0);
    assert!(!repo.path().join(".github").exists());
    assert_eq!(generate(&repo, &["github", "--output", "C"]).code, 0);
    assert_eq!(generate(&repo, &["github", "--output", "x/C"]).code, 2);
    fs::create_dir(repo.path().join("d")).unwrap();
    assert_eq!(generate(&repo, &["github", "--output", "d"]).code, 2);
    let mut names: Vec<String> = fs::read_dir(repo.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["C", "d", "ownership.yaml", "x"]);
}

#[test]
fn preserves_links_modes_and_devices() {
    let repo = repo("rules: [{paths: ['**'], owner: ops}]\n", &["x"]);
    let outside = tempfile::tempdir().unwrap();
    let at = |path: &str| outside.path().join(path);
    let write = |path: &str| {
        let run = generate(&repo, &["github", "--force", "--output", path]);
        assert_eq!(run.code, 0, "{}", run.err);
        run
    };
    fs::write(at("there"), "* @by-hand\n").unwrap();
    fs::set_permissions(at("there"), fs::Permissions::from_mode(0o640)).unwrap();
    for (link, target) in [("link", "there"), ("dangling", "new")] {
        std::os::unix::fs::symlink(target, at(link)).unwrap();
        write(at(link).to_str().unwrap());
        assert_eq!(fs::read_link(at(link)).unwrap(), Path::new(target));
        assert!(fs::read_to_string(at(target)).unwrap().contains("* @o/ops"));
    }
    let mode = fs::metadata(at("there")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    write("/dev/null");
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    assert_eq!(lines(&write("/dev/stdout")), ["* @o/ops"]);
}

#[test]
fn reports_replacing_a_file_of_somebody_else() {
    let repo = repo("rules: [{paths: ['**'], owner: ops}]\n", &["x"]);
    repo.write("CODEOWNERS", "* @by-hand\n");
    let is_reported = |run: &Run| {
        run.err
            .contains("replacing `CODEOWNERS`, which was not generated by ownlint")
    };
    let replace = ["github", "--force", "--output", "CODEOWNERS"];
    assert!(is_reported(&generate(&repo, &replace)));
    assert!(!is_reported(&generate(&repo, &replace)));
}

#[test]
fn refuses_to_write_where_the_forge_does_not_read() {
    let rules = "rules: [{paths: ['**'], owner: ops}]\n";
    for (dialect, output, first) in [
        ("github", "docs/CODEOWNERS", Some(".github/CODEOWNERS")),
        ("github", ".github/CODEOWNERS", None),
        ("gitlab", ".gitlab/CODEOWNERS", Some("docs/CODEOWNERS")),
        ("gitlab", "CODEOWNERS", None),
        ("gitlab", "elsewhere", None),
        ("gitea", ".gitea/CODEOWNERS", Some("CODEOWNERS")),
    ] {
        let repo = repo(
            rules,
            &["x", "docs/x", ".gitlab/x", ".gitea/x", ".github/x"],
        );
        repo.write(first.unwrap_or("docs/CODEOWNERS"), "* @by-hand\n");
        repo.track();
        for more in [&[][..], &["--check"]] {
            let run = generate(&repo, &[&[dialect, "--output", output], more].concat());
            let reason = first.map(|first| {
                let path = format!("error: `{output}` would have no effect, because ");
                (path, format!(" reads `{first}` first"))
            });
            let is_refused = reason.is_some_and(|(start, end)| {
                run.code == 2 && run.err.starts_with(&start) && run.err.contains(&end)
            });
            assert_eq!(
                is_refused,
                first.is_some(),
                "{dialect} {output} {}",
                run.err
            );
            assert!(is_refused || run.code < 2, "{}", run.err);
        }
    }
}

#[test]
fn line_endings_do_not_count_in_a_comparison() {
    let repo = repo("rules: [{paths: ['**'], owner: ops}]\n", &["x"]);
    let output = &["github", "--output", "CODEOWNERS"][..];
    assert_eq!(generate(&repo, output).code, 0);
    let written = fs::read_to_string(repo.path().join("CODEOWNERS")).unwrap();
    repo.write("CODEOWNERS", written.replace('\n', "\r\n"));
    let run = generate(&repo, &[output, &["--check"]].concat());
    assert_eq!((run.code, &*run.out), (0, ""), "{}", run.err);
}

#[test]
fn refuses_to_replace_a_symbolic_link_in_a_folder() {
    let repo = repo("rules: [{paths: ['**'], owner: ops}]\n", &["x"]);
    repo.write("elsewhere", "mine");
    repo.link("OWNERS", "elsewhere");
    let run = generate(&repo, &["gerrit", "--output", "."]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("`OWNERS` is a symbolic link"),
        "{}",
        run.err
    );
    assert_eq!(fs::read(repo.path().join("elsewhere")).unwrap(), b"mine");
}

#[test]
fn requires_a_repository_if_there_are_several() {
    let repo = Repo::new(&[("a/x", ""), ("b/x", "")]);
    let map = map(
        "repositories: [{name: a, path: a}, {name: b, path: b}]\nrules: [{paths: ['**'], owner: ops}]\n",
    );
    repo.write("ownership.yaml", &map);
    let run = generate(&repo, &["github"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("select one with `--repository`: `a`, `b`"),
        "{}",
        run.err
    );
    let run = generate(&repo, &["github", "--repository", "c"]);
    assert_eq!(run.code, 2);
    let run = generate(&repo, &["github", "--repository", "b"]);
    let head = "  ownlint generate github --repository b --output b/.github/CODEOWNERS\n";
    assert!(run.out.contains(head), "{}", run.out);
    assert_eq!(lines(&run), ["* @o/ops"]);
    let run = generate(&repo, &["gerrit", "--repository", "b"]);
    let head = "  ownlint generate gerrit --repository b --output b\n";
    assert!(run.out.contains(head), "{}", run.out);
    // The name must be quoted in the command.
    repo.write("ownership.yaml", map.replace("name: b", "name: b; b"));
    let written = [
        "github",
        "--repository",
        "b; b",
        "--output",
        "b/.github/CODEOWNERS",
    ];
    assert_eq!(generate(&repo, &written).code, 0);
    let text = fs::read_to_string(repo.path().join("b/.github/CODEOWNERS")).unwrap();
    assert!(text.contains("--repository 'b; b' --output"), "{text}");
    let stale = repo.check_with(&["--only", "outdated-ownership-file"]);
    assert_eq!(findings(&stale), [""; 0]);
}

#[test]
fn a_page_changes_only_if_ownership_does() {
    let rules = "rules: [{paths: [a/], owner: web}]\n";
    let repo = repo(rules, &["a/x", "b/x"]);
    assert_eq!(
        generate(&repo, &["markdown", "--output", "OWNERSHIP.md"]).code,
        0
    );
    repo.write("a/y", "");
    repo.write("b/y", "");
    assert_eq!(generate(&repo, &["markdown", "--check"]).code, 0);
    let run = generate(&repo, &["markdown"]);
    assert!(run.out.contains("\n## web\n\n* `a/`\n"), "{}", run.out);
    assert!(
        run.out.ends_with("\n* `b/`\n* `ownership.yaml`\n"),
        "{}",
        run.out
    );
}

#[test]
fn a_page_quotes_special_names() {
    let repo = repo("rules: [{paths: [a/], owner: web}]\n", &["a/x"]);
    repo.write("`@o``x`", "");
    let run = generate(&repo, &["markdown"]);
    assert!(run.out.contains("\n* ``` `@o``x` ```\n"), "{}", run.out);
}

#[test]
fn the_catalog_contains_groups_and_components() {
    let repo = repo(
        "rules: [{components: ['helm-chart:*'], owners: [web, dba]}]\n",
        &["charts/loose/x", "README"],
    );
    repo.write("charts/kask/Chart.yaml", "name: kask\n");
    let run = generate(&repo, &["backstage"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let documents: Vec<&str> = run.out.split("---\n").skip(1).collect();
    assert_eq!(documents.len(), 4);
    assert!(documents[3].contains("kind: Component\n"), "{}", run.out);
    assert!(documents[3].contains("owner: group:web\n"), "{}", run.out);
    assert!(
        documents[3].contains("ownlint/owners: web,dba\n"),
        "{}",
        run.out
    );
}

#[test]
fn reports_components_missing_from_the_catalog_by_reason() {
    let repo = repo(
        "rules: [{components: ['helm-chart:*-*'], owner: web}]\n",
        &["README"],
    );
    for number in 1..=5 {
        let long = "-very".repeat(12);
        repo.write(format!("charts/{number}{long}/Chart.yaml"), "name: x\n");
    }
    repo.write("charts/kask/Chart.yaml", "name: kask\n");
    let run = generate(&repo, &["backstage"]);
    let long = "with a name longer than 63 characters";
    for part in [
        "skipped 1 component without a common owner (unowned): `helm-chart:kask`\n",
        &format!("skipped 5 components {long}: `helm-chart:1-very"),
        " and 2 more\n",
    ] {
        assert!(run.err.contains(part), "{part} in {}", run.err);
    }
    assert_eq!(run.err.matches("note: ").count(), 2, "{}", run.err);
}

#[test]
fn the_generated_file_counts_before_it_exists() {
    let files = [
        ("markdown", "OWNERSHIP.md"),
        ("backstage", "catalog-info.yaml"),
    ];
    for (dialect, output) in files {
        for (is_there, rule) in [
            (false, String::new()),
            (true, String::new()),
            (false, format!("  - {{paths: [{output}], owner: ops}}\n")),
            (false, "  - {paths: ['*.md', 'cat*'], owner: ops}\n".into()),
        ] {
            let rules =
                "rules:\n  - {paths: [templates/, Chart.yaml, ownership.yaml], owner: web}\n";
            let repo = repo(&format!("{rules}{rule}"), &["templates/x"]);
            repo.write("Chart.yaml", "name: kask\n");
            if is_there {
                repo.write(output, "# by somebody else\n");
            }
            let run = generate(&repo, &[dialect, "--force", "--output", output]);
            assert_eq!(run.code, 0, "{}", run.err);
            repo.track();
            let run = generate(&repo, &[dialect, "--check"]);
            assert_eq!(run.code, 0, "{is_there} {rule}: {}", run.out);
            let report = repo.check();
            assert!(
                of_check(&report, "outdated-ownership-file").is_empty(),
                "{rule}"
            );
        }
    }
}

#[test]
fn a_generated_catalog_declares_no_owners() {
    let rules = "rules:
  - {paths: [charts/], owner: web}
  - {paths: ['*'], owner: ops}
  - {paths: [sql/], owner: dba}
";
    let repo = repo(rules, &["deploy/x", "sql/x"]);
    repo.write("charts/kask/Chart.yaml", "name: kask\n");
    let components = |repo: &Repo| repo.run(&["components", "--format", "csv"]).out;
    let before = components(&repo);
    for output in ["catalog-info.yaml", "deploy/catalog.yaml"] {
        let run = generate(&repo, &["backstage", "--output", output]);
        assert_eq!(run.code, 0, "{}", run.err);
        let mut found = findings(&repo.check());
        found.retain(|finding| !finding.starts_with("unlisted-generated-file"));
        assert_eq!(found, [""; 0], "{output}");
        assert_eq!(components(&repo), before, "{output}");
    }
}

#[test]
fn generates_all_dialects_for_the_shipped_repositories() {
    let repo = Repo::shipped();
    let bare = repo.path().join("ownership.yaml");
    let text = fs::read_to_string(&bare).unwrap();
    assert!(project().join("ownership.yaml").exists() && text.contains("handles:"));
    for name in ["puppet", "deployment-charts"] {
        let run = generate(&repo, &["markdown", "--repository", name]);
        assert_eq!(run.code, 0, "{}", run.err);
        let run = generate(&repo, &["backstage", "--repository", name]);
        assert_eq!(run.code, 0, "{}", run.err);
        // The map contains conflicts on purpose.
        for forge in FORGES {
            let run = generate(&repo, &[forge, "--repository", name]);
            assert_eq!(run.code, 2, "{forge}");
            assert!(run.err.contains("error:"), "{}", run.err);
        }
    }
}

#[test]
fn a_page_or_catalog_with_another_name_is_stable() {
    let rules = "rules: [{paths: [a/], owner: ops}]\n";
    let repo = repo(rules, &["a/x", "docs/y"]);
    repo.write("charts/k/Chart.yaml", "name: k\nteam: ops\n");
    std::fs::create_dir(repo.path().join("all")).unwrap();
    repo.git(&["init", "-q"]);
    for (dialect, output) in [
        ("markdown", "docs/OWN.md"),
        ("markdown", "./all/../OWN.md"),
        ("backstage", "charts/k/all.yaml"),
    ] {
        let with = [dialect, "--output", output];
        repo.git(&["add", "-A"]);
        assert_eq!(generate(&repo, &with).code, 0, "{output}");
        repo.git(&["add", "-A"]);
        let run = generate(&repo, &[&with[..], &["--check"]].concat());
        assert_eq!((run.code, &*run.out), (0, ""), "{output}");
    }
}

#[test]
fn gerrit_lines_have_at_most_500_globs() {
    let names: Vec<String> = (0..1_200).map(|at| format!("f{at:04}")).collect();
    let hostile = ["{a", "b}c{", "[d", "e]"];
    let all = names.iter().map(String::as_str).chain(hostile);
    let mut files: Vec<(&str, &str)> = all.clone().map(|name| (name, "")).collect();
    let rules: String = all
        .clone()
        .map(|name| {
            let pattern: String = name
                .chars()
                .map(|char| match "{}[]".contains(char) {
                    true => format!("\\{char}"),
                    false => char.to_string(),
                })
                .collect();
            format!("- {{paths: ['{pattern}'], owner: web}}\n")
        })
        .collect();
    let map = format!(
        "version: 1\nteams: {{web: {{handles: {{gerrit: [w@x.org]}}}}, ops: {{handles: {{gerrit: [o@x.org]}}}}}}\n\
         rules:\n- {{paths: ['**'], owner: ops}}\n{rules}"
    );
    let more: Vec<String> = (0..1_300).map(|at| format!("g{at}")).collect();
    files.extend(more.iter().map(|name| (name.as_str(), "")));
    files.push(("ownership.yaml", &map));
    let repo = Repo::new(&files);
    let run = generate(&repo, &["gerrit"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let lines: Vec<&str> = run
        .out
        .lines()
        .filter(|line| line.starts_with("per-file "))
        .collect();
    let globs = |line: &str| {
        line.split('=')
            .next()
            .unwrap_or_default()
            .split(',')
            .count()
    };
    assert!(lines.iter().all(|line| globs(line) <= 500));
    assert!(lines.iter().map(|line| globs(line)).sum::<usize>() >= 2 * 1_204);
    for name in ["\\{a", "b\\}c\\{", "\\[d"] {
        let line = format!("per-file {name}=w@x.org");
        assert!(lines.contains(&line.as_str()), "{line}");
    }
}

#[test]
fn verifies_gerrit_with_imported_files() {
    for (import, file) in [
        ("include /OWNERS_x", "OWNERS_x"),
        ("file:/OWNERS_x", "OWNERS_x"),
        ("per-file *=file:/x_OWNERS", "x_OWNERS"),
        ("include /sub/OWNERS_1", "sub/OWNERS_1"),
    ] {
        let map = "version: 1\nteams: {a: {handles: {gerrit: [a@x.org]}}}\nrules: [{paths: ['**'], owner: a}]\n";
        let repo = Repo::new(&[("ownership.yaml", map), ("e/z", "")]);
        repo.write("e/OWNERS", format!("{import}\n"));
        repo.write(file, "q@x.org\n");
        let run = generate(&repo, &["gerrit", "--output", "."]);
        assert_eq!(run.code, 2, "{import}");
        assert!(
            run.err.contains("`e/z`") && run.err.contains("q@x.org"),
            "{}",
            run.err
        );
    }
}
