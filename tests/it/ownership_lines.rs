//! Lines of ownership files that have no effect, or another one than intended: found without a map.

use crate::harness::Repo;

/// The checks about such lines.
const CHECKS: &str = "invalid-ownership-line,unmatched-ownership-line,overridden-ownership-line,unread-ownership-file";

/// Returns the findings, and the human output for those of one file.
fn check(path: &str, text: &str, others: &[&str], format: &str) -> String {
    let repo = Repo::new(&[(path, text), ("src/a/x.js", ""), ("src/b/y.js", "")]);
    repo.write("docs/guide/x.md", "");
    repo.write("docs/x.md", "");
    others.iter().for_each(|path| repo.write(path, ""));
    let run = repo.run(&["check", "--only", CHECKS, "--format", format]);
    assert_eq!(run.code, 0, "{text}: {}", run.err);
    run.out
}

#[test]
fn reports_lines_that_do_not_mean_what_they_look_like() {
    let (github, gitlab) = (".github/CODEOWNERS", ".gitlab/CODEOWNERS");
    let bitbucket = ".bitbucket/CODEOWNERS";
    for (path, line, expected) in [
        (
            github,
            "src/{a,b} @o/t",
            "1:5: warning[invalid-ownership-line]: braces",
        ),
        (
            gitlab,
            "src/{a,b} @o/t",
            "1:5: warning[invalid-ownership-line]: braces",
        ),
        (
            bitbucket,
            "src/{a,b} @o",
            "1:5: warning[invalid-ownership-line]: braces",
        ),
        (
            github,
            "**docs** @o/t",
            "1:1: warning[invalid-ownership-line]: `**` beside",
        ),
        (
            gitlab,
            "/src/**x/ @o/t",
            "1:6: warning[invalid-ownership-line]: `**` beside",
        ),
        (
            github,
            "src\\a @o/t",
            "1:4: warning[invalid-ownership-line]: `\\` does not",
        ),
        (
            github,
            "src/\u{a0}@o/t",
            "1:5: warning[invalid-ownership-line]: a no-break space",
        ),
        (
            github,
            "src/ @o/t \u{a0}@o/u",
            "1:11: warning[invalid-ownership-line]: a no-break space",
        ),
        (
            gitlab,
            "src/ \u{200b}@o/t",
            "1:6: warning[invalid-ownership-line]: the invisible character U+200B",
        ),
        (
            github,
            "- src/ @o/t",
            "1:3: warning[invalid-ownership-line]: `src/` is not",
        ),
        (
            github,
            "src//a @o/t",
            "1:1: warning[invalid-ownership-line]: an empty segment",
        ),
    ] {
        let found = check(path, &format!("{line}\n"), &[], "compact");
        let first = format!("{path}:{expected}");
        assert!(found.starts_with(&first), "{line}: {found}");
        assert_eq!(found.lines().count(), 1, "{line}: {found}");
    }
}

#[test]
fn accepts_lines_that_mean_what_they_look_like() {
    for (path, line) in [
        (
            ".github/CODEOWNERS",
            "src/a/ @o/t # {a,b} and \u{a0} in a comment",
        ),
        (".github/CODEOWNERS", "src/**/x.js @o/t"),
        (".github/CODEOWNERS", "src/** @o/t"),
        (".github/CODEOWNERS", "**.js @o/t"),
        (".github/CODEOWNERS", "src/a\\/x.js @o/t"),
        (".gitlab/CODEOWNERS", "/src/**/* @o/t"),
        (".gitlab/CODEOWNERS", "[Docs]\ndocs/ @o/t\n[Src]\nsrc/ @o/u"),
    ] {
        assert_eq!(
            check(path, &format!("{line}\n"), &[], "compact"),
            "",
            "{line}"
        );
    }
}

#[test]
fn reports_lines_without_files_with_what_was_probably_meant() {
    let (github, gitlab) = (".github/CODEOWNERS", ".gitlab/CODEOWNERS");
    for (path, line, severity, help) in [
        (github, "/gone/ @o/t", "warning", "correct the pattern"),
        (
            github,
            "/src/c/x.txt @o/t",
            "warning",
            "correct the pattern",
        ),
        (
            github,
            "/SRC/a @o/t",
            "warning",
            "correct the letter case to match `src/a/x.js`",
        ),
        (github, "/scr/b/ @o/t", "warning", "write `/src/b/`"),
        (github, "src/b/z.js @o/t", "warning", "write `src/b/y.js`"),
        // Another name, and not a misspelled one.
        (github, "/dox/*.md @o/t", "warning", "correct the pattern"),
        (github, "/dosc/*.md @o/t", "warning", "write `/docs/*.md`"),
        (
            github,
            "/guide/ @o/t",
            "warning",
            "files such as `docs/guide/x.md`",
        ),
        (
            github,
            "/src/* @o/t",
            "warning",
            "write `/src/` to match everything in the directory",
        ),
        (github, "*.tf @o/t", "info", "correct the pattern"),
        (
            github,
            "@o/t @o/u",
            "warning",
            "write a pattern before the owners",
        ),
        (
            gitlab,
            "/src @o/t",
            "warning",
            "write `/src/` to match everything in the directory",
        ),
        (
            gitlab,
            "/src/** @o/t",
            "warning",
            "write `/src/` to match everything in the directory",
        ),
        (gitlab, "[S]\n!/gone/", "warning", "correct the pattern"),
    ] {
        let text = format!("* @o/all\n{line}\n");
        let found = check(path, &text, &[], "compact");
        let check_name = format!("{severity}[unmatched-ownership-line]");
        assert!(found.contains(&check_name), "{line}: {found}");
        assert_eq!(found.lines().count(), 1, "{line}: {found}");
        let human = check(path, &text, &[], "human");
        assert!(human.contains(help), "{line}: {human}");
    }
}

#[test]
fn reports_lines_that_later_ones_override_for_all_paths() {
    let (github, gitlab) = (".github/CODEOWNERS", ".gitlab/CODEOWNERS");
    for (path, lines, expected) in [
        (
            github,
            "/src/ @o/a\n/docs/ @o/b\n* @o/all",
            "1:1: line 3 (`*`) overrides this line and 1 other line for all files",
        ),
        (
            github,
            "* @o/all\nsrc/ @o/a\nsrc/ @o/b",
            "2:1: line 3 (`src/`) overrides this line for all files",
        ),
        (
            github,
            "src/a/ @o/a\nsrc/ @o/b",
            "1:1: line 2 (`src/`) overrides this line for all files",
        ),
        (github, "src/*/x.js @o/a\nsrc/a/ @o/b\nsrc/b/ @o/c", ""),
        (github, "src/a/*.js @o/a\nsrc/a/x.js @o/b", ""),
        (github, "src/ @o/a\nsrc/a/ @o/b\nsrc/b/ @o/b", ""),
        (github, "docs/*.md @o/a\ndocs/* @o/b", ""),
        (github, "docs/guide/ @o/a\ndocs/x.md @o/b", ""),
        (
            gitlab,
            "[S]\n/src/ @o/a\n/src/ @o/b",
            "2:1: line 3 has the same pattern, so GitLab uses the owners of that line here",
        ),
        (
            gitlab,
            "[S]\n/src/a/ @o/a\n/src/ @o/b\n[T]\n/src/a/ @o/c",
            "2:1: line 3 (`/src/`) overrides this line for all files",
        ),
        (gitlab, "[S]\n/src/ @o/a\n[T]\n* @o/b", ""),
    ] {
        let found = check(path, &format!("{lines}\n"), &[], "compact");
        let expected = match expected.split_once(": ") {
            Some((place, message)) => {
                format!("{path}:{place}: warning[overridden-ownership-line]: {message}\n")
            }
            None => String::new(),
        };
        let unexpected = found.replace(&expected, "");
        assert!(found.contains(&expected), "{lines}: {found}");
        assert!(!unexpected.contains("overridden"), "{lines}: {found}");
    }
}

#[test]
fn reports_misspelled_names_of_files() {
    let prow = "approvers: [a]\n";
    let aliases = "aliases: {t: [a]}\n";
    for (path, text, others, expected) in [
        (
            "CODEOWNERS.txt",
            "* @o/t\n",
            &[".github/x"][..],
            "CODEOWNERS",
        ),
        (".github/Codeowners", "* @o/t\n", &[], "CODEOWNERS"),
        (".github/CODE-OWNERS", "* @o/t\n", &[], "CODEOWNERS"),
        ("docs/CODE_OWNERS", "* @o/t\n", &[], "CODEOWNERS"),
        ("OWNERS-ALIASES", aliases, &[], "OWNERS_ALIASES"),
        ("owners_aliases.yaml", aliases, &[], "OWNERS_ALIASES"),
        ("src/Owners", prow, &[], "OWNERS"),
        ("src/OWNERS.yaml", prow, &[], "OWNERS"),
        // Not an ownership file, not where forges look, or beside one with the right name.
        ("CODEOWNERS.md", "Our owners\n", &[], ""),
        ("src/Codeowners", "* @o/t\n", &[], ""),
        ("OWNERS.md", "People\n", &[], ""),
        ("src/a/owners", "text\n", &[], ""),
    ] {
        let repo = Repo::new(&[(path, text), ("OWNERS", prow), ("src/a/x", "")]);
        others.iter().for_each(|path| repo.write(path, ""));
        let run = repo.run(&["check", "--only", CHECKS, "--format", "compact"]);
        let message = format!(
            "{path}:1:1: warning[unread-ownership-file]: no forge reads `{path}`: the file must be named `{expected}`\n"
        );
        let expected = if expected.is_empty() { "" } else { &message };
        assert_eq!(run.out, expected, "{path}: {}", run.err);
    }
}

#[test]
fn reports_misspelled_keys_in_owners_files() {
    for (text, expected) in [
        (
            "approver: [a]\napprovers: [b]\n",
            "1:1: unknown key `approver` is ignored; did you mean `approvers`?",
        ),
        (
            "aprovers: [a]\n",
            "1:1: unknown key `aprovers` is ignored; did you mean `approvers`?",
        ),
        (
            "approvers: [a]\nreviewer: [a]\n",
            "2:1: unknown key `reviewer` is ignored; did you mean `reviewers`?",
        ),
        (
            "approvers: [a]\noption: {}\n",
            "2:1: unknown key `option` is ignored; did you mean `options`?",
        ),
        (
            "filters:\n  \".*\":\n    approver: [x]\n",
            "3:5: unknown key `approver` is ignored; did you mean `approvers`?",
        ),
        (
            "approvers: [a b]\n",
            "1:13: `a b` is not a login, because it contains a blank",
        ),
        ("approvers: [a]\nlabels: [area a]\n", ""),
        (
            "approvers: [a]\ncomponent: x\nemeritus_approvers: [b]\n",
            "",
        ),
    ] {
        let repo = Repo::new(&[
            ("OWNERS", text),
            (".prow.yaml", ""),
            ("OWNERS_ALIASES", "aliases: {}\n"),
        ]);
        let run = repo.run(&[
            "check",
            "--from",
            "kubernetes",
            "--only",
            CHECKS,
            "--format",
            "compact",
        ]);
        let expected = match expected.split_once(": ") {
            Some((place, message)) => {
                format!("OWNERS:{place}: warning[invalid-ownership-line]: {message}\n")
            }
            None => String::new(),
        };
        assert_eq!(run.out, expected, "{text}: {}", run.err);
    }
}

#[test]
fn reports_names_that_prow_does_not_know() {
    let aliases = "aliases: {web-approvers: [al, bo]}\n";
    for (owners, aliases, expected) in [
        (
            "approvers: ['@o/web']\n",
            aliases,
            "OWNERS:1:13: warning[invalid-ownership-line]: `@o/web` is not a login: Prow does not support teams",
        ),
        (
            "reviewers: ['@o/web']\napprovers: [al]\n",
            aliases,
            "OWNERS:1:13: warning[invalid-ownership-line]: `@o/web` is not a login",
        ),
        (
            "approvers: [al]\n",
            "aliases: {web-approvers: ['@o/web']}\n",
            "OWNERS_ALIASES:1:27: warning[invalid-ownership-line]: `@o/web` is not a login",
        ),
        (
            "approvers: [al]\n",
            "alias: {web-approvers: [al]}\n",
            "OWNERS_ALIASES:1:1: warning[invalid-ownership-line]: unknown key `alias` is ignored; did you mean `aliases`?",
        ),
        (
            "approvers: [al]\n",
            "web-approvers: [al]\n",
            "OWNERS_ALIASES:1:1: warning[invalid-ownership-line]: the file defines no aliases",
        ),
        (
            "filters: {'.*': {approvers: [web-aprovers]}}\n",
            aliases,
            "OWNERS:1:30: warning[invalid-ownership-line]: `web-aprovers` is not an alias in `OWNERS_ALIASES`; did you mean `web-approvers`?",
        ),
        ("approvers: [web-approvers, al, bu]\n", aliases, ""),
        ("approvers: [web-approvers]\n", "{}\n", ""),
    ] {
        let repo = Repo::new(&[("OWNERS", owners), ("OWNERS_ALIASES", aliases)]);
        repo.track();
        let out = repo
            .run(&["check", "--only", CHECKS, "--format", "compact"])
            .out;
        match expected {
            "" => assert!(!out.contains("warning["), "{owners}{aliases}{out}"),
            _ => assert!(out.contains(expected), "{owners}{aliases}{out}"),
        }
    }
}

#[test]
fn reports_lines_for_the_files_directly_in_a_directory_that_may_be_meant_for_all_of_it() {
    let (github, gitlab) = (".github/CODEOWNERS", ".gitlab/CODEOWNERS");
    let start = "info[invalid-ownership-line]: ";
    for (path, text, expected) in [
        (github, "* @o/x\n/docs/* @o/t", "2:1: "),
        (github, "docs/* @o/t", "1:1: "),
        (github, "/docs/* @o/t\n/docs/guide/ @o/u", ""),
        (github, "* @o/t\n/docs/* @o/t", ""),
        (github, "* @o/t @o/u\n/docs/* @o/u @o/t", ""),
        (github, "* @o/x\n/docs/** @o/t", ""),
        (github, "* @o/x\n/docs/ @o/t", ""),
        (github, "* @o/x\n/docs/*.md @o/t", ""),
        (github, "docs/guide/ @o/x\n/* @o/t", ""),
        (github, "* @o/x\n/docs/guide/* @o/t", ""),
        (github, "* @o/x\n/docs/* @o/t\n/docs/* @o/u", "3:1: "),
        (gitlab, "* @x\n/docs/* @t", "2:1: "),
        // The other section adds owners.
        (gitlab, "[A] @x\n*\n[B] @t\n/docs/*", "4:1: "),
        (gitlab, "/docs/* @t\n[A]\n* @x", "1:1: "),
        // A path without `/` in front matches at any depth.
        (gitlab, "* @x\ndocs/* @t", ""),
        // It matches at any depth.
        (".bitbucket/CODEOWNERS", "* @x\n/docs/* @t", ""),
        // Regular expressions.
        (".gitea/CODEOWNERS", ".* @x\ndocs/* @t", ""),
    ] {
        let out = check(path, text, &[], "compact");
        let found: Vec<&str> = out.lines().filter(|line| line.contains(start)).collect();
        let found: Vec<&str> = found
            .iter()
            .copied()
            .filter(|line| line.contains("directly in"))
            .collect();
        assert_eq!(
            found.len(),
            usize::from(!expected.is_empty()),
            "{text}: {out}"
        );
        if let Some(line) = found.first() {
            assert!(
                line.starts_with(&format!("{path}:{expected}{start}")),
                "{text}: {line}"
            );
            assert!(
                line.contains(
                    "; 1 file in its subdirectories, such as `docs/guide/x.md`, has other owners"
                ),
                "{line}"
            );
        }
    }
    let human = check(github, "* @o/x\ndocs/* @o/t", &[], "human");
    assert!(
        human.contains("if the whole directory is meant, write `docs/`"),
        "{human}"
    );
}

#[test]
fn warns_of_files_that_are_close_to_the_limit_of_a_forge() {
    for (path, limit) in [
        (".github/CODEOWNERS", 3 << 20),
        (".gitea/CODEOWNERS", 8 << 20),
    ] {
        for (size, expected) in [
            (limit * 9 / 10 - 4, ""),
            (
                limit * 9 / 10 + 4,
                "warning[ownership-file-too-large]: this file has",
            ),
            (
                limit - 4,
                "warning[ownership-file-too-large]: this file has",
            ),
            (limit + 4, "error[ownership-file-too-large]"),
        ] {
            let repo = Repo::new(&[(path, &"#xy\n".repeat(size / 4))]);
            let run = repo.run(&[
                "check",
                "--only",
                "ownership-file-too-large",
                "--format",
                "compact",
            ]);
            assert!(run.out.contains(expected), "{path} {size}: {}", run.out);
            assert_eq!(
                run.out.is_empty(),
                expected.is_empty(),
                "{path} {size}: {}",
                run.out
            );
            assert_eq!(
                run.code,
                i32::from(expected.starts_with("error")),
                "{path} {size}"
            );
        }
    }
}
