//! `files` in rules, exemptions and suppressions: patterns for files, never for what is inside a directory.

use crate::harness::{Repo, findings, of_check, text};

const TEAMS: &str = "version: 1
teams:
  ops: {handles: {github: '@o/ops', gitlab: '@g/ops', gitea: '@o/ops', kubernetes: ops}, contacts: {email: ops@x.org}}
  web: {handles: {github: '@o/web', gitlab: '@g/web', gitea: '@o/web', kubernetes: web}, contacts: {email: web@x.org}}
";

fn repo(rest: &str, files: &[&str]) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", &format!("{TEAMS}{rest}"))]);
    for file in files {
        repo.write(file, "");
    }
    repo.track();
    repo
}

#[test]
fn a_rule_for_files_owns_nothing_inside_directories() {
    let rules = "rules:
- {files: ['*', 'docs/*'], owner: ops}
- {paths: ['docs/**'], owner: web}
";
    let repo = repo(rules, &["README", "docs/a", "docs/b/c", "src/a"]);
    for (path, owner) in [
        ("README", "ops"),
        ("./new.md", "ops"),
        ("docs/a", "ops"),
        ("docs/new", "ops"),
        ("docs/b/c", "web"),
        ("docs/new/new", "web"),
        ("src/a", "unowned"),
        ("./new/a", "unowned"),
    ] {
        assert_eq!(repo.verdict(path), owner, "{path}");
    }
}

#[test]
fn a_rule_for_files_does_not_own_a_submodule() {
    let inner = Repo::new(&[("x", "")]);
    inner.track().commit();
    for (key, verdict) in [("files", "unowned"), ("paths", "ops")] {
        let repo = repo(
            &format!("rules: [{{{key}: ['lib/*'], owner: ops}}]\n"),
            &["lib/a"],
        );
        let source = inner.path().to_str().unwrap();
        repo.git(&[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "add",
            "-q",
            source,
            "lib/sub",
        ]);
        assert_eq!(repo.verdict("lib/sub"), verdict, "{key}");
        assert_eq!(repo.verdict("lib/a"), "ops", "{key}");
    }
}

#[test]
fn a_slash_at_the_end_is_an_error_at_its_place() {
    for entry in [
        "rules: [{files: [docs/], owner: ops}]",
        "exemptions: [{files: [docs/], reason: x}]",
        "suppressions: [{check: unowned-path, files: [docs/], reason: x}]",
    ] {
        let run = repo(&format!("{entry}\n"), &["docs/a"]).run(&["check", "--color", "never"]);
        assert_eq!(run.code, 2, "{}", run.out);
        let column = entry.find("docs/").unwrap() + "docs".len() + 1;
        let place = format!("ownership.yaml:5:{column}");
        assert!(run.err.contains(&place), "{}", run.err);
        assert!(run.err.contains("cannot end in `/`"), "{}", run.err);
    }
}

#[test]
fn suppressions_for_files_hide_only_findings_about_files() {
    let rest = |key: &str| {
        format!(
            "rules: [{{paths: [ownership.yaml], owner: ops}}]
suppressions: [{{check: unowned-path, {key}: ['*'], reason: x}}]
"
        )
    };
    let unowned = |key: &str| {
        let report = repo(&rest(key), &["a", "b/c"]).check();
        let found = of_check(&report, "unowned-path").into_iter();
        found
            .map(|it| text(&it["path"]).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(unowned("files"), ["b/"]);
    assert_eq!(unowned("paths"), [""; 0]);
}

#[test]
fn suppressions_for_files_cover_all_files_of_a_finding_or_none() {
    for (patterns, submodule, unowned, unused) in [
        ("'x/**'", None, &[][..], 0),
        ("'x/*.a', 'x/*.b'", None, &[], 0),
        ("'x/*.{a,b}'", None, &[], 0),
        ("'x/*.a'", None, &["x/"], 1),
        ("'x/**', 'y/*'", None, &[], 1),
        ("'**'", Some("sub"), &["sub"], 0),
        ("'**', '*'", Some("x/sub"), &["x/"], 1),
    ] {
        let rest = format!(
            "rules: [{{paths: [ownership.yaml, .gitmodules], owner: ops}}, {{paths: [web/], owner: web}}]
suppressions: [{{check: unowned-path, files: [{patterns}], reason: x}}]
"
        );
        let mut files = vec!["x/1.a", "x/2.b", "web/a"];
        files.extend(submodule.filter(|it| *it == "sub").map(|_| "z"));
        let repo = repo(&rest, &files);
        if let Some(path) = submodule {
            let entry = format!("160000,{},{path}", "1".repeat(40));
            repo.git(&["update-index", "--add", "--cacheinfo", &entry]);
        }
        let report = repo.check();
        let found = of_check(&report, "unowned-path").into_iter();
        let found: Vec<&str> = found.map(|it| text(&it["path"])).collect();
        assert_eq!(found, unowned, "{patterns} {submodule:?}");
        let found = of_check(&report, "unused-suppression").len();
        assert_eq!(found, unused, "{patterns} {submodule:?}");
    }
}

#[test]
fn exemptions_for_files_leave_directories_unowned() {
    let rest = "rules: [{paths: [ownership.yaml], owner: ops}]
exemptions: [{files: ['a/*'], reason: x}]
";
    let repo = repo(rest, &["a/b", "a/c/d"]);
    assert_eq!(repo.verdict("a/b"), "exempt");
    assert_eq!(repo.verdict("a/c/d"), "unowned");
}

#[test]
fn checks_know_that_a_rule_for_files_is_inside_the_one_for_paths() {
    let head = "  - {paths: [ownership.yaml], owner: ops}\n";
    for (rules, expected) in [
        // Its files are those of the other rule.
        (
            "  - {paths: [docs/], owner: ops}\n  - {files: ['docs/*'], owner: ops}\n",
            &["redundant-rule"][..],
        ),
        // It takes the existing files, but a new directory still has the other owner.
        (
            "  - {paths: [docs/], owner: ops}\n  - {files: ['docs/*'], owner: web}\n",
            &["overridden-rule"],
        ),
        // Together they are everything in the directory, except submodules.
        (
            "  - {paths: [docs/], owner: ops}\n  - {files: ['docs/**'], owner: web}\n",
            &["overridden-rule"],
        ),
        (
            "  - {files: ['docs/*'], owner: ops}\n  - {files: ['docs/?*'], owner: ops}\n",
            &["duplicate-rule"],
        ),
        (
            "  - {files: ['docs/*'], owner: ops}\n  - {files: ['*/a'], owner: web}\n",
            &["conflicting-owners"],
        ),
        ("  - {files: [Docs/a], owner: ops}\n", &["case-mismatch"]),
        ("  - {files: ['*.md'], owner: ops}\n", &["missing-globstar"]),
    ] {
        let rules = format!("rules:\n{head}{rules}");
        let report = repo(&rules, &["docs/a", "docs/b.md"]).check();
        let mut found = findings(&report);
        found.retain(|it| !it.contains("unowned-path") && !it.contains("unused-team"));
        let names: Vec<&str> = found
            .iter()
            .map(|it| it.split_whitespace().next().unwrap())
            .collect();
        assert_eq!(names, expected, "{rules}\n{found:?}");
    }
}

#[test]
fn a_directory_under_files_is_reported_with_what_to_write() {
    let rules = "rules: [{files: [docs], owner: ops}, {paths: [ownership.yaml], owner: ops}]\n";
    let report = repo(rules, &["docs/a"]).check();
    let found = of_check(&report, "unmatched-rule");
    let help = text(&found[0]["help"]);
    assert!(help.contains("write `docs/*` or `docs/**`"), "{help}");
}

#[test]
fn generated_files_distinguish_files_from_what_is_inside_directories() {
    let rules = "rules:
  - {files: ['*', 'docs/*'], owner: ops}
  - {paths: [docs/, src/], owner: web}
exemptions:
  - {files: [src/free/only], reason: x}
  - {paths: [src/free/all/], reason: x}
";
    let files = [
        "README",
        "docs/a",
        "docs/b/c",
        "src/a",
        "src/free/only",
        "src/free/all/x",
        "src/free/b",
    ];
    let paths = [
        "README",
        "new",
        "new/a",
        "docs/a",
        "docs/new",
        "docs/b/c",
        "docs/new/a",
        "src/a",
        "src/free/only",
        "src/free/new",
        "src/free/new/a",
        "src/free/all/x",
        "src/free/all/new/a",
        "src/new/a",
    ];
    let owners = [
        "ops", "ops", "", "ops", "ops", "web", "web", "web", "", "web", "web", "", "", "web",
    ];
    for dialect in ["gitlab", "gitea", "kubernetes", "maintainers", "github"] {
        let repo = repo(rules, &files);
        let output = if dialect == "kubernetes" {
            "out"
        } else {
            "out/file"
        };
        let run = repo.run(&["generate", dialect, "--output", output]);
        assert_eq!(run.code, 0, "{dialect}: {}", run.err);
        let from = [
            "who", "--from", dialect, "--format", "tsv", "--file", output,
        ];
        let run = repo.run(&[&from[..], &paths].concat());
        let answers: Vec<&str> = run
            .out
            .lines()
            .map(|line| line.split_once('\t').unwrap().1)
            .collect();
        for ((path, owner), answer) in paths.iter().zip(owners).zip(answers) {
            let has_owner = answer.to_lowercase().contains(owner);
            assert!(has_owner, "{dialect} {path}: {answer}");
            assert_eq!(
                answer.is_empty(),
                owner.is_empty(),
                "{dialect} {path}: {answer}"
            );
        }
    }
}

#[test]
fn a_pattern_for_files_that_a_dialect_cannot_express_is_noted() {
    let rules = "rules:
  - {files: ['docs/[a-c]*'], owner: ops}
  - {paths: [ownership.yaml], owner: ops}
exemptions:
  - {paths: [docs/], reason: x}
";
    let repo = repo(rules, &["docs/a"]);
    for (dialect, is_exact) in [
        ("github", false),
        ("bitbucket", false),
        ("gitlab", true),
        ("gitea", true),
    ] {
        let run = repo.run(&["generate", dialect, "--color", "never"]);
        let is_noted = run.err.contains("note: new file") || run.code != 0;
        assert_eq!(is_noted, !is_exact, "{dialect}: {} {}", run.out, run.err);
    }
}
