//! Findings of `check` about ownership files of forges next to a map.

use std::fs;

use crate::harness::{Repo, Run, of_check, text};

const MAP: &str = "version: 1
teams:
  web: {handles: {github: '@o/web', gitlab: '@o/web', gerrit: [web@x.org], kubernetes: web}}
  docs: {handles: {github: '@o/docs', gitlab: '@o/docs', gerrit: [docs@x.org], kubernetes: docs}}
rules:
  - {paths: ['**'], owner: web}
  - {paths: [docs/], owner: docs}
";

/// The checks about ownership files.
const CHECKS: &str = "outdated-ownership-file,ownership-file-too-large,misplaced-codeowners,unused-codeowners,\
                      rejected-ownership-file,invalid-ownership-line,unreadable-path";

fn repo(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP), ("docs/a", ""), ("src/b", "")]);
    files.iter().for_each(|(path, text)| repo.write(path, text));
    repo
}

fn check(repo: &Repo, more: &[&str]) -> Run {
    let run = repo.run(&[&["check", "--only", CHECKS, "--format", "compact"], more].concat());
    assert!(run.code != 2, "{}", run.err);
    run
}

/// Returns the findings as `place: severity[check]: message`.
fn found(files: &[(&str, &str)]) -> String {
    check(&repo(files), &[]).out
}

fn generate(repo: &Repo, arguments: &[&str]) {
    let run = repo.run(&[&["generate"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn a_generated_file_is_up_to_date_until_the_map_changes() {
    for (dialect, output, path) in [
        ("github", ".github/CODEOWNERS", ".github/CODEOWNERS"),
        ("github", "CODEOWNERS", "CODEOWNERS"),
        ("gitlab", "CODEOWNERS", "CODEOWNERS"),
        ("gerrit", ".", "OWNERS"),
        ("kubernetes", ".", "docs/OWNERS"),
        ("markdown", "OWNERSHIP.md", "OWNERSHIP.md"),
    ] {
        let repo = repo(&[(".github/x", ""), (".gitlab/x", "")]);
        repo.track();
        generate(&repo, &[dialect, "--output", output]);
        repo.track();
        assert_eq!(check(&repo, &[]).out, "", "{dialect}");
        repo.write("ownership.yaml", MAP.replace("docs/]", "src/]"));
        let out = check(&repo, &[]).out;
        assert!(
            out.contains("error[outdated-ownership-file]: "),
            "{dialect}: {out}"
        );
        assert!(out.contains(path), "{dialect}: {out}");
    }
}

#[test]
fn a_generated_catalog_does_not_depend_on_itself() {
    let repo = repo(&[("charts/k/Chart.yaml", "name: k\nteam: web\n")]);
    generate(&repo, &["backstage", "--output", "catalog-info.yaml"]);
    assert_eq!(check(&repo, &[]).out, "");
    generate(
        &repo,
        &["backstage", "--output", "catalog-info.yaml", "--check"],
    );
}

#[test]
fn detects_a_file_generated_for_gitlab() {
    let repo = repo(&[]);
    repo.write(
        "ownership.yaml",
        MAP.replace("gitlab: '@o/web'", "gitlab: '@o/sre/web'"),
    );
    repo.write("free/x", "");
    let map = std::fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
    repo.write(
        "ownership.yaml",
        map + "exemptions: [{paths: [free/], reason: r}]\n",
    );
    generate(&repo, &["gitlab", "--output", "CODEOWNERS"]);
    assert_eq!(check(&repo, &[]).out, "");
}

#[test]
fn reports_the_first_outdated_line_and_the_command() {
    let repo = repo(&[]);
    generate(
        &repo,
        &["github", "--per-file-fallback", "--output", "CODEOWNERS"],
    );
    let text_of = |repo: &Repo| std::fs::read_to_string(repo.path().join("CODEOWNERS")).unwrap();
    let fresh = text_of(&repo);
    for (edited, place, what) in [
        (
            fresh.replace("/docs/ @o/docs", "/docs/ @o/web"),
            "CODEOWNERS:7:1",
            "line 7 is `/docs/ @o/web`, but should be `/docs/ @o/docs`",
        ),
        (
            fresh.clone() + "/x @o/web\n/y @o/web\n",
            "CODEOWNERS:8:1",
            "unexpected line 8: `/x @o/web` (and 1 more line)",
        ),
        (
            fresh.replace("/docs/ @o/docs\n", ""),
            "CODEOWNERS:7:1",
            "line 7 should be `/docs/ @o/docs`",
        ),
    ] {
        repo.write("CODEOWNERS", &edited);
        let out = check(&repo, &[]).out;
        let expected = format!(
            "{place}: error[outdated-ownership-file]: `CODEOWNERS` does not match the map: {what}\n"
        );
        assert_eq!(out, expected, "{fresh}");
    }
    let report = repo.check_with(&["--only", "outdated-ownership-file"]);
    let finding = of_check(&report, "outdated-ownership-file")[0];
    let command =
        "`ownlint generate github --per-file-fallback --output CODEOWNERS` in the map's directory";
    assert!(text(&finding["help"]).ends_with(command), "{finding}");
    // Line endings depend on the checkout.
    repo.write("CODEOWNERS", fresh.replace('\n', "\r\n"));
    assert_eq!(check(&repo, &[]).out, "");
    // Without the header, it is not a generated file.
    repo.write("CODEOWNERS", "* @o/web\n");
    assert_eq!(check(&repo, &[]).out, "");
}

#[test]
fn reports_missing_and_superfluous_files_in_folders() {
    let repo = repo(&[]);
    generate(&repo, &["gerrit", "--output", "."]);
    let owners = std::fs::read_to_string(repo.path().join("docs/OWNERS")).unwrap();
    std::fs::remove_file(repo.path().join("docs/OWNERS")).unwrap();
    repo.write("src/OWNERS", &owners);
    assert_eq!(
        check(&repo, &[]).out,
        "docs/OWNERS:1:1: error[outdated-ownership-file]: generated file `docs/OWNERS` is \
         missing\nsrc/OWNERS:1:1: error[outdated-ownership-file]: `src/OWNERS` is no longer needed\n"
    );
    // An edited file does not affect the others.
    std::fs::remove_file(repo.path().join("src/OWNERS")).unwrap();
    repo.write(
        "docs/OWNERS",
        owners.replace("gerrit --", "gerrit --per-file-fallback --"),
    );
    let out = check(&repo, &[]).out;
    assert!(
        out.starts_with("docs/OWNERS:2:1: error[outdated-ownership-file]: "),
        "{out}"
    );
    assert_eq!(out.lines().count(), 1, "{out}");
}

#[test]
fn skipped_folders_stay_skipped() {
    let repo = repo(&[("a b/OWNERS", "up@x.org\n"), ("a b/c", "")]);
    generate(
        &repo,
        &["gerrit", "--keep-existing", "a b", "--output", "."],
    );
    assert_eq!(check(&repo, &[]).out, "");
    repo.write("a b/d/e", "");
    assert_eq!(check(&repo, &[]).out, "");
}

#[test]
fn reports_why_a_file_cannot_be_regenerated() {
    let repo = repo(&[]);
    generate(&repo, &["github", "--output", ".github/CODEOWNERS"]);
    repo.write("ownership.yaml", MAP.replace("github: '@o/docs', ", ""));
    assert_eq!(
        check(&repo, &[]).out,
        ".github/CODEOWNERS:1:1: error[outdated-ownership-file]: `.github/CODEOWNERS` cannot be regenerated: team `docs` has no handle `github`\n"
    );
}

#[test]
fn reports_a_change_that_outdates_a_file() {
    let repo = repo(&[]);
    generate(&repo, &["github", "--output", ".github/CODEOWNERS"]);
    repo.track();
    repo.git(&["commit", "-q", "-m", "1"]);
    assert_eq!(check(&repo, &["--staged"]).out, "");
    repo.write("ownership.yaml", MAP.replace("docs/]", "src/]"));
    repo.git(&["add", "-A"]);
    assert!(
        check(&repo, &["--staged"])
            .out
            .contains("outdated-ownership-file")
    );
    repo.git(&["commit", "-q", "-m", "2"]);
    assert_eq!(check(&repo, &["--staged"]).out, "");
}

#[test]
fn reports_syntax_errors_of_every_dialect_with_their_column() {
    for (path, text, expected) in [
        (
            "CODEOWNERS",
            "a @o/a\n  b[ @o/a\n",
            "CODEOWNERS:2:4: warning[invalid-ownership-line]: `[` and `]` must be escaped with `\\`, \
             because CODEOWNERS does not support character ranges: the line is skipped\n",
        ),
        (
            ".gitlab/CODEOWNERS",
            "[A\na @o/a o\n",
            ".gitlab/CODEOWNERS:1:1: warning[invalid-ownership-line]: ",
        ),
        (
            "OWNERS",
            "a@x.org\nset  noparents\n",
            "OWNERS:2:1: error[rejected-ownership-file]: `set  noparents` is neither an owner nor a \
             directive: Gerrit rejects the file and blocks every change in the repository\n",
        ),
        (
            "OWNERS",
            "approvers: [a\n",
            "OWNERS:1:12: warning[invalid-ownership-line]: Prow cannot read this file and ignores it: a \
             closing `]` is missing\n",
        ),
        (
            "OWNERS",
            "Approvers: x\n",
            "OWNERS:1:12: warning[invalid-ownership-line]: expected a list, found a string: the file \
             is ignored\n",
        ),
        (
            "OWNERS",
            "approvers: [a]\nfilters:\n  '\\bdoc\\b': {approvers: [b]}\n  docs/**: {}\n",
            "OWNERS:3:3: warning[invalid-ownership-line]: `filters` is ignored",
        ),
        (
            "OWNERS",
            "filters:\n  '\\bdoc\\b': {approvers: [b]}\n  docs/**: {}\n",
            "OWNERS:3:3: warning[invalid-ownership-line]: invalid regular expression `docs/**` is \
             ignored: two repetition operators in a row\n",
        ),
        (
            "OWNERS",
            "filters:\n  '1': {approvers: [b]}\n  1: {}\n",
            "OWNERS:3:3: warning[invalid-ownership-line]: Prow may read this file differently: a \
             key is written in two ways, and any of the values may count\n",
        ),
        (
            "MAINTAINERS",
            "ALL\nM:\ta@x.org\nF:\ta/*\nN:\t(\n",
            "MAINTAINERS:4:4: error[rejected-ownership-file]: `(` is an invalid regular expression: a \
             closing `)` is missing. `get_maintainer.pl` fails for all paths\n",
        ),
        (
            "MAINTAINERS",
            "ALL\nM:\ta@x.org\nF:\t/a/\n",
            "MAINTAINERS:3:4: warning[invalid-ownership-line]: `/a/` matches no files, because no path \
             starts with `/`\n",
        ),
    ] {
        let out = found(&[(path, text)]);
        assert!(out.starts_with(expected), "{path}: {out}");
    }
    // Files in all folders count if the root has one.
    let out = found(&[
        ("OWNERS", "a@x.org\n"),
        ("src/OWNERS", "a\n"),
        ("src/c/OWNERS", "b\n"),
    ]);
    assert_eq!(out.matches("rejected-ownership-file").count(), 2, "{out}");
}

#[test]
fn no_command_in_advice_contains_shell_syntax_of_a_header() {
    let repo = repo(&[]);
    generate(&repo, &["github", "--output", ".github/CODEOWNERS"]);
    let path = ".github/CODEOWNERS";
    let written = fs::read_to_string(repo.path().join(path)).unwrap();
    for (option, expected) in [
        ("--x; rm -rf /", "github --output .github/CODEOWNERS`"),
        ("--leave-out\tk", "github --keep-existing k --output"),
        ("'--leave-out' k", "github --keep-existing k --output"),
        ("$(id) `id`", "github --output .github/CODEOWNERS`"),
    ] {
        let edited = written.replace("generate github", &format!("generate github {option}"));
        repo.write(path, edited);
        let report = repo.check_with(&["--only", "outdated-ownership-file"]);
        let help = text(&of_check(&report, "outdated-ownership-file")[0]["help"]);
        assert!(help.contains(expected), "{help}");
    }
}

#[test]
fn reports_each_file_that_gerrit_refuses_once() {
    let map = "version: 1\nteams: {web: {}}\nrules: [{paths: ['**'], owner: web}]\n";
    let run = |review: bool, make: fn(&Repo)| {
        let repo = Repo::new(&[
            ("ownership.yaml", map),
            ("OWNERS", "r@x.org\n"),
            ("a/f", ""),
        ]);
        if review {
            repo.write(".gitreview", "[gerrit]\nproject=p.git\n");
        }
        make(&repo);
        check(&repo, &[])
    };
    type Make = fn(&Repo);
    let makes: [(Make, &str); 5] = [
        (
            |repo| repo.write("a/OWNERS", "a\nb\na@x.org\n"),
            "a/OWNERS:1:1: ",
        ),
        (
            |repo| repo.write("a/OWNERS", "include :x\n"),
            "a/OWNERS:1:1: ",
        ),
        (|repo| repo.link("a/OWNERS", "../OWNERS"), "a/OWNERS:1:1: "),
        (|repo| repo.write("a/OWNERS/x", ""), "a/OWNERS:1:1: "),
        (
            |repo| {
                repo.write("a/OWNERS", "include /OWNERS_b\n");
                repo.write("OWNERS_b", "word\n");
            },
            "OWNERS_b:1:1: ",
        ),
    ];
    for (make, place) in makes {
        for (review, severity) in [(true, "error"), (false, "warning")] {
            let run = run(review, make);
            assert_eq!(run.code, i32::from(review), "{}", run.out);
            let start = format!("{place}{severity}[rejected-ownership-file]: ");
            assert!(run.out.starts_with(&start), "{}", run.out);
            assert_eq!(run.out.lines().count(), 1, "{}", run.out);
            let blocked = match place.starts_with("a/") {
                true => "blocks every change in `a/`",
                false => "blocks every change in the folders that import it",
            };
            assert!(run.out.contains(blocked), "{}", run.out);
        }
    }
}

#[test]
fn ignores_files_of_copied_code() {
    let bad = "!a @o/a\nb[ o\n";
    for path in [
        "src/CODEOWNERS",
        "src/lib/.github/CODEOWNERS",
        "src/OWNERS",
        "src/MAINTAINERS",
        "vendor/lib/CODEOWNERS",
        "docs/OWNERS",
        "CODEOWNERS/CODEOWNERS",
    ] {
        assert_eq!(found(&[(path, bad), ("src/README", "")]), "", "{path}");
    }
    assert_eq!(found(&[("MAINTAINERS", "Ask Ada or Bob!\n")]), "");
}

#[test]
fn recognizes_the_forge_by_the_places_of_files() {
    // A line that each forge reads in another way, and the start of what is reported about it.
    let text = "*.md @org/docs\n(src|lib)/.*\\\\.go @o/a\n!x @a\n";
    let gitea = "the `*` at the start";
    let bitbucket = "`!` is not supported in CODEOWNERS: the line is skipped";
    let forge = |files: &[(&str, &str)]| -> &str {
        let out = found(files);
        match (out.contains(gitea), out.contains(bitbucket)) {
            (true, false) => "gitea",
            (false, true) => "others",
            (false, false) => "",
            (true, true) => panic!("{out}"),
        }
    };
    for (path, beside, expected) in [
        (".gitea/CODEOWNERS", "x", "gitea"),
        (".forgejo/CODEOWNERS", "x", "gitea"),
        ("CODEOWNERS", ".gitea/workflows/test.yml", "gitea"),
        ("docs/CODEOWNERS", ".forgejo/workflows/test.yml", "gitea"),
        // A pattern with an escaped dot can only be an expression.
        ("CODEOWNERS", "x", "gitea"),
        (".bitbucket/CODEOWNERS", "x", "others"),
        (".github/CODEOWNERS", ".gitea/workflows/test.yml", "others"),
        (".gitlab/CODEOWNERS", ".gitea/workflows/test.yml", ""),
        ("CODEOWNERS", ".gitlab-ci.yml", ""),
    ] {
        assert_eq!(
            forge(&[(path, text), (beside, "")]),
            expected,
            "{path} {beside}"
        );
    }
    let plain = "!x @a\n";
    assert_eq!(
        forge(&[("CODEOWNERS", plain), (".github/x", ""), (".forgejo/x", "")]),
        "others"
    );
    // Bitbucket does not read it, so nobody knows which program does.
    assert_eq!(
        found(&[("CODEOWNERS", plain), (".bitbucket/teams.yaml", "")]),
        ""
    );
    // An app for Bitbucket reads another syntax in the same place.
    assert_eq!(
        found(&[(".bitbucket/CODEOWNERS", "* @@admins\n!x @a\n")]),
        ""
    );
}

#[test]
fn reports_lines_that_gitea_reads_in_an_unexpected_way() {
    for (line, expected) in [
        (
            "*.md @a",
            "the `*` at the start has nothing to repeat, so the pattern matches all paths that end with a match of \
             `.md`; for any characters, write `.*`",
        ),
        (
            "docs/** @a",
            "`docs/**` is not a valid regular expression: two repetition operators follow each other, so Gitea ignores \
             the line; for any characters, write `.*` instead of `**`",
        ),
        (
            "docs/* @a",
            "`/*` matches only repetitions of `/`; for any characters, write `.*`, or `[^/]*` within a directory",
        ),
        (
            "src @a",
            "the pattern does not match the files in `src/`; to match them, write `src/.*`",
        ),
        (
            "lib/ @a",
            "the pattern matches no files, because it ends with `/`; to match the files in a directory, write `lib/.*`",
        ),
        (
            "src|lib/.* @a",
            "`^` applies only to the first alternative and `$` only to the last one; to match whole paths, write \
             `(src|lib/.*)`",
        ),
        (
            "src/.*\\.go @a",
            "Gitea removes a single backslash, so `\\.` means `.`; to use `\\.` in the expression, write `\\\\.`",
        ),
        (
            "src/.*",
            "a line without owners has no effect, because the owners of all matching lines add up",
        ),
        (
            "!src/.*",
            "a line without owners has no effect, and `!` cannot exclude paths",
        ),
        (
            "src/.* ada@example.org",
            "`ada@example.org` is not a valid owner (`@user` or `@org/team`), so Gitea ignores the line",
        ),
        (
            "src/.* @ada @o/a/b",
            "`@o/a/b` is not a valid owner (`@user` or `@org/team`), so Gitea ignores it",
        ),
        (
            "src/{a,b}/.* @a",
            "braces have no special meaning here; for one of several texts, write `(a|b)` instead of `{a,b}`",
        ),
        (
            "(?<-n>a) @a",
            "ownlint cannot evaluate `(?<-n>a)`: it has a balancing group, so the line is skipped",
        ),
    ] {
        let text = format!("{line}\n");
        let out = found(&[(".gitea/CODEOWNERS", &text), ("src/x", "")]);
        let lines: Vec<&str> = out.lines().collect();
        let [only] = lines[..] else {
            panic!("{line}: {out}");
        };
        assert!(
            only.ends_with(&format!("warning[invalid-ownership-line]: {expected}")),
            "{line}: {out}"
        );
    }
    for line in [
        ".* @a",
        "(src|lib)/.*\\\\.(go|rs) @a @o/b",
        "!frontend/src/.* @o/b",
        "path\\ with\\ space @a",
        "path/with\\\\+plus @a",
        "[^/]*\\\\.md @a # all",
        "v\\\\d+/.* a",
        "https?/.* @a",
    ] {
        let text = format!("{line}\n");
        let out = found(&[(".gitea/CODEOWNERS", &text), (".forgejo/x", "")]);
        assert_eq!(out, "", "{line}");
    }
    let forgejo = |line: &str| found(&[(".forgejo/CODEOWNERS", &format!("{line}\n"))]);
    let differs = "Gitea and Forgejo read this pattern differently";
    for (line, expected) in [
        (
            "(?!a).* @a",
            "Forgejo ignores the line, because a group that starts with `(?` is not supported",
        ),
        (
            "/docs/.* @a",
            "on Forgejo, a pattern that starts with `/` matches no paths",
        ),
        ("[a-z-[aeiou]]+ @a", differs),
    ] {
        let out = forgejo(line);
        assert!(out.contains(differs) && out.contains(expected), "{out}");
    }
}

#[test]
fn ignores_files_that_are_not_at_the_root_of_the_repository() {
    let repo = Repo::new(&[
        ("infra/ownership.yaml", MAP),
        ("infra/CODEOWNERS", "!a @o/a\n"),
        ("infra/docs/CODEOWNERS", "!a @o/a\n"),
    ]);
    repo.track();
    let run = repo.run(&[
        "check",
        "--config",
        "infra/ownership.yaml",
        "--only",
        CHECKS,
    ]);
    assert_eq!((run.code, run.out.contains('[')), (0, false), "{}", run.out);
}

#[test]
fn reports_misplaced_files_but_not_those_of_copied_code() {
    let own = "/docs/ @o/docs\n";
    for (path, text, expected) in [
        (
            "config/CODEOWNERS",
            own,
            "patterns such as `docs` seem to be relative to the repository root",
        ),
        (
            "config/CODEOWNERS",
            "* @o/web\n",
            "no forge reads `config/CODEOWNERS`: forges look for this file elsewhere\n",
        ),
        (
            "a/b/c/CODEOWNERS",
            own,
            "patterns such as `docs` seem to be relative to the repository root",
        ),
        (
            ".github/workflows/CODEOWNERS",
            "* @o/web\n",
            "no forge reads `.github/workflows/CODEOWNERS`: forges look for this file elsewhere",
        ),
    ] {
        let out = found(&[(path, text)]);
        assert!(
            out.contains("warning[misplaced-codeowners]: ") && out.contains(expected),
            "{path}: {out}"
        );
        assert_eq!(out.lines().count(), 1, "{path}: {out}");
    }
    for (path, text, beside) in [
        // It mentions paths in its own directory.
        ("lib/CODEOWNERS", own, "lib/docs/x"),
        ("lib/.github/CODEOWNERS", own, "lib/docs/x"),
        ("tests/bad/config/CODEOWNERS", own, "tests/bad/docs/x"),
        // There is no evidence, and there is another file, or it belongs to a project of its own.
        ("lib/CODEOWNERS", "* @o/web\n", "CODEOWNERS"),
        ("lib/CODEOWNERS", "* @o/web\n", "other/CODEOWNERS"),
        ("lib/CODEOWNERS", "* @o/web\n", "lib/LICENSE"),
        ("lib/a/CODEOWNERS", "* @o/web\n", "x"),
        ("node_modules/a/CODEOWNERS", own, "x"),
        // A program with this name.
        ("codeowners", "#!/bin/sh\necho\n", "x"),
        ("docs/codeowners.md", own, "x"),
    ] {
        assert_eq!(found(&[(path, text), (beside, "")]), "", "{path}");
    }
}

#[test]
fn reports_files_that_the_forge_does_not_read() {
    let unused = |paths: &[&str]| -> Vec<String> {
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, "* @o/web\n")).collect();
        let out = found(&files);
        let lines = out
            .lines()
            .filter(|line| line.contains("unused-codeowners"));
        lines
            .map(|line| line.split("]: ").nth(1).unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        unused(&[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]),
        [
            "GitHub ignores `CODEOWNERS` because it reads `.github/CODEOWNERS` first",
            "GitHub ignores `docs/CODEOWNERS` because it reads `.github/CODEOWNERS` first"
        ]
    );
    assert_eq!(
        unused(&["CODEOWNERS", ".gitlab/CODEOWNERS"]),
        ["GitLab ignores `.gitlab/CODEOWNERS` because it reads `CODEOWNERS` first"]
    );
    // One file for each forge.
    let none: [&str; 0] = [];
    assert_eq!(unused(&[".github/CODEOWNERS", ".gitlab/CODEOWNERS"]), none);
    assert_eq!(
        unused(&[".github/CODEOWNERS", "CODEOWNERS", ".gitlab-ci.yml"]),
        none
    );
    assert_eq!(
        unused(&["CODEOWNERS", ".gitea/CODEOWNERS"]),
        ["Gitea ignores `.gitea/CODEOWNERS` because it reads `CODEOWNERS` first"]
    );
    assert_eq!(
        unused(&[
            ".github/CODEOWNERS",
            ".forgejo/CODEOWNERS",
            ".bitbucket/CODEOWNERS"
        ]),
        none
    );
    assert_eq!(unused(&["CODEOWNERS", ".bitbucket/CODEOWNERS"]), none);
    let linked = repo(&[(".github/CODEOWNERS", "* @o/web\n")]);
    linked.link("CODEOWNERS", ".github/CODEOWNERS");
    assert_eq!(check(&linked, &[]).out, "");
}

#[test]
fn hostile_files_are_reported_without_harm() {
    let one = |bytes: &[u8]| {
        let repo = repo(&[]);
        repo.write("CODEOWNERS", bytes);
        check(&repo, &[]).out
    };
    let not_utf8 = one(b"* @o/web\n/\xff\xfe/ @o/web\n");
    assert_eq!(
        not_utf8,
        "CODEOWNERS:2:1: warning[invalid-ownership-line]: this line is not valid UTF-8 and is skipped\n"
    );
    assert!(one("\u{feff}* @o/web\n".as_bytes()).starts_with("CODEOWNERS:1:1: warning[invalid"));
    assert_eq!(one(b"* @o/web\r\n/docs/ @o/docs\r\n"), "");
    assert_eq!(one(b""), "");
    assert_eq!(one(b"\0\n"), one(b"\0\n"));
    let huge = [b"/docs/ ".as_slice(), &b"x".repeat(1 << 20)].concat();
    let huge = one(&huge);
    assert_eq!(huge.lines().count(), 1);
    assert!(huge.contains("is not a valid owner"));
    let many = one(&b"b[ o\n".repeat(20_000));
    assert_eq!(many.lines().count(), 20_000);
    let large = one(&b"# \n".repeat(1 << 20));
    assert!(
        large
            .starts_with("CODEOWNERS:1:1: error[ownership-file-too-large]: GitHub ignores CODEOWNERS files of 3 MB or more"),
        "{large}"
    );
    let larger = one(&b"# \n".repeat(6 << 20));
    assert!(
        larger.contains(
            "error[ownership-file-too-large]: it cannot be read: it is larger than 16 MiB"
        )
    );
}

#[test]
fn warns_about_unreadable_files() {
    let linked = repo(&[("src/owners", "* @o/web\n")]);
    linked.link("CODEOWNERS", "src/owners");
    assert_eq!(
        check(&linked, &[]).out,
        "CODEOWNERS:1:1: warning[unreadable-path]: `CODEOWNERS`: it cannot be read: it is a symbolic \
         link, and symbolic links are not followed\n"
    );
    // Root can read files without any permissions.
    use std::os::unix::fs::PermissionsExt as _;
    let locked = repo(&[("CODEOWNERS", "* @o/web\n")]);
    let path = locked.path().join("CODEOWNERS");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_err() {
        assert!(check(&locked, &[]).out.contains("warning[unreadable-path]"));
    }
}

#[test]
fn untracked_files_are_not_part_of_the_repository() {
    let repo = repo(&[]);
    repo.track();
    repo.write("CODEOWNERS", "!a @o/a\n");
    assert_eq!(check(&repo, &[]).out, "");
    assert_eq!(check(&repo, &["--untracked"]).out.lines().count(), 1);
    repo.track();
    assert_eq!(check(&repo, &[]).out.lines().count(), 1);
}

#[test]
fn copied_files_do_not_decide_the_dialect() {
    let upstream = ("src/up/OWNERS", "approvers:\n- joe\n");
    let repo = repo(&[upstream]);
    generate(
        &repo,
        &["gerrit", "--output", ".", "--keep-existing", "src/up"],
    );
    // Gerrit reads the file and rejects it.
    let out = check(&repo, &[]).out;
    assert!(
        out.lines().all(|line| line.starts_with("src/up/OWNERS:")),
        "{out}"
    );
    let by_hand = |root: &str| {
        let repo = Repo::new(&[upstream, ("OWNERS", root), ("src/b", "")]);
        check(
            &repo,
            &["--only", "invalid-ownership-line,rejected-ownership-file"],
        )
        .out
    };
    for root in [
        "web@x.org\n",
        "set noparent\n*\n",
        "# all\nper-file *.x=web@x.org\n",
    ] {
        let out = by_hand(root);
        let lines = || out.lines();
        assert!(lines().count() > 0, "{root}");
        assert!(
            lines().all(|line| line.starts_with("src/up/OWNERS:")),
            "{out}"
        );
    }
    // A root file without evidence does not decide, so the others do.
    let out = by_hand("# see below\n");
    assert!(!out.contains("src/up/OWNERS"), "{out}");
}

#[test]
fn reports_a_former_option_in_headers_once() {
    let repo = repo(&[("src/up/OWNERS", "up@x.org\n"), ("docs/b/c", "")]);
    let arguments = ["gerrit", "--keep-existing", "src/up", "--output", "."];
    generate(&repo, &arguments);
    let files = ["OWNERS", "docs/OWNERS"];
    let written = files.map(|path| fs::read_to_string(repo.path().join(path)).unwrap());
    for (path, text) in files.iter().zip(&written) {
        assert!(text.contains(" --keep-existing src/up "), "{text}");
        repo.write(path, text.replace("--keep-existing", "--leave-out"));
    }
    let run = repo.run(&["check", "--only", "outdated-ownership-file"]);
    assert_eq!(run.code, 1);
    let message =
        "`OWNERS` was generated with `--leave-out`, which has been renamed to `--keep-existing`";
    let words: Vec<&str> = run.out.split_whitespace().collect();
    let shown = words.join(" ");
    assert!(shown.contains("× 1 "), "{shown}");
    for part in [
        message,
        "run `ownlint generate gerrit --keep-existing src/up --output .`",
    ] {
        assert!(shown.replace("│ ", "").contains(part), "{part} in {shown}");
    }
    generate(&repo, &arguments);
    for (path, text) in files.iter().zip(&written) {
        assert_eq!(fs::read_to_string(repo.path().join(path)).unwrap(), *text);
    }
    assert_eq!(
        repo.run(&["check", "--only", "outdated-ownership-file"])
            .code,
        0
    );
}

#[test]
fn a_file_for_another_forge_is_not_unused() {
    let repo = repo(&[]);
    generate(&repo, &["github", "--output", ".github/CODEOWNERS"]);
    generate(&repo, &["gitlab", "--output", "CODEOWNERS"]);
    assert_eq!(check(&repo, &[]).out, "");
}
