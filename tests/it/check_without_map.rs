//! Tests `ownlint check` without a map: it checks the existing ownership file.

use std::fs;

use crate::harness::{Repo, Run, findings, of_check, project, schema, text};

fn repo() -> Repo {
    let repo = Repo::new(&[(
        ".github/CODEOWNERS",
        "/docs/ @o/docs\n!x @o/web\n/free/\n/web/ @o/web o'web\n",
    )]);
    for path in ["docs/x", "free/x", "lost/a/x", "lost/b", "top", "web/x"] {
        repo.write(path, "");
    }
    repo.track();
    repo
}

#[test]
fn reports_invalid_lines_and_unowned_paths() {
    let run = repo().run(&["check", "--format", "compact"]);
    assert_eq!(
        run.out,
        ".github/:1:1: error[unowned-path]: `.github/` has no owner (1 file)
lost/:1:1: error[unowned-path]: `lost/` has no owner (2 files)
top:1:1: error[unowned-path]: `top` has no owner (1 file)
web/:1:1: error[unowned-path]: `web/` has no owner (1 file)
.github/CODEOWNERS:2:1: warning[invalid-ownership-line]: `!` is not supported in CODEOWNERS: the line is skipped
.github/CODEOWNERS:4:14: warning[invalid-ownership-line]: `o'web` is not a valid owner (`@user`, `@org/team` or an email address): the line is skipped
"
    );
    assert_eq!(run.code, 1);
    assert_eq!(
        run.err,
        "note: no `ownership.yaml`: checking .github/CODEOWNERS (GitHub CODEOWNERS); \
         run `ownlint init` to draft a map from it\n"
    );
    assert_eq!(repo().run(&["check", "--quiet"]).err, "");
}

#[test]
fn counts_the_owners_of_the_file() {
    let report = repo().check();
    let of = &report["repositories"][0];
    assert_eq!(of["files"], 7);
    assert_eq!(of["verdicts"]["exempt"], 1);
    assert_eq!(of["verdicts"]["unowned"], 5);
    assert_eq!(of["teams"]["docs"], 1);
    let text = repo().run(&["check"]).out;
    assert!(text.contains("28.5 % of 7 files covered"), "{text}");
}

#[test]
fn exclusions_of_gitlab_exempt_paths_without_another_owner() {
    for (lines, unowned) in [
        ("* @g/all\n!/x/*.md\n", &[][..]),
        ("[A]\n* @g/all\n!/x/*.md\n[B]\n/x/ @g/x\n", &[]),
        ("[A]\n* @g/all\n!/x/*.md\n[B]\n/y/ @g/y\n", &[]),
        (
            "[A]\n!/x/*.md\n[B]\n/.gitlab/ @g/ci\n",
            &["unowned-path top -", "unowned-path y/ -"],
        ),
    ] {
        let repo = Repo::new(&[
            (".gitlab/CODEOWNERS", lines),
            ("x/a.md", ""),
            ("y/b", ""),
            ("top", ""),
        ]);
        assert_eq!(findings(&repo.check()), unowned, "{lines}");
    }
    let repo = Repo::new(&[(".gitlab/CODEOWNERS", "* @g/all\n!x.md\n")]);
    let run = repo.run(&["who", "--from", "gitlab", "x.md"]);
    let shown = "x.md\n  unowned\n  .gitlab/CODEOWNERS:2:1  !x.md\n";
    assert_eq!(run.out, shown, "{}", run.err);
}

#[test]
fn checks_only_the_requested_paths() {
    let report = repo().check_with(&["lost/a", "docs"]);
    assert_eq!(findings(&report), ["unowned-path lost/a/ -"]);
    assert_eq!(report["repositories"][0]["files"], 2);
    assert_eq!(repo().run(&["check", "nowhere"]).code, 2);
    assert_eq!(repo().run(&["check", "docs"]).code, 0);
}

#[test]
fn detects_every_dialect() {
    for (path, text) in [
        ("CODEOWNERS", "[Section]\n* @g/a\n"),
        ("OWNERS", "a@x.org\n"),
        ("OWNERS", "approvers: [a]\n"),
        ("MAINTAINERS", "ALL\nM:\ta@x.org\nF:\t*\nF:\t*/\n"),
    ] {
        let repo = Repo::new(&[(path, text), ("a/b", "")]);
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 0, "{path}: {}{}", run.out, run.err);
        assert!(
            run.err.contains(&format!("checking {path} (")),
            "{}",
            run.err
        );
    }
}

#[test]
fn suggests_init_without_any_file() {
    let run = Repo::new(&[("x", "")]).run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no `ownership.yaml`") && run.err.contains("ownlint init"));
}

#[test]
fn supports_every_output_and_option() {
    let repo = repo();
    let schema = std::fs::read_to_string(project().join("schemas/check.schema.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema::errors(&schema, &repo.check()), "");
    for format in [
        "human",
        "sarif",
        "gitlab",
        "gerrit",
        "checkstyle",
        "junit",
        "rdjson",
        "markdown",
    ] {
        let run = repo.run(&["check", "--quiet", "--format", format]);
        assert_eq!((run.code, &*run.err), (1, ""), "{format}");
        assert!(run.out.contains("lost"), "{format}: {}", run.out);
    }
    let run = |arguments: &[&str]| repo.run(&[&["check", "--quiet"], arguments].concat());
    let found = |arguments: &[&str]| {
        let report = repo.check_with(&[&["--quiet"], arguments].concat());
        report["findings"].as_array().unwrap().len()
    };
    assert_eq!(found(&[]), 6);
    assert_eq!(found(&["--only", "invalid-ownership-line"]), 2);
    assert_eq!(found(&["--skip", "unowned-path"]), 2);
    assert_eq!(
        found(&["--only", "unowned-path", "--only", "unmatched-rule"]),
        4
    );
    assert_eq!(run(&["--skip", "unowned-path"]).code, 0);
    assert_eq!(
        run(&["--skip", "unowned-path", "--fail-on", "warning"]).code,
        1
    );
    assert_eq!(run(&["--fail-on", "never"]).code, 0);
    let refused =
        |run: Run, part: &str| assert!(run.code == 2 && run.err.contains(part), "{}", run.err);
    refused(
        run(&["--only", "unmatched-rule"]),
        "all selected checks need a map",
    );
    refused(
        run(&["--staged", "--only", "unmatched-rule"]),
        "all selected checks need a map",
    );
    let low = run(&["--fail-on", "never", "--min-coverage", "30"]);
    assert_eq!(
        (low.code, low.err.contains("28.5 % of the files")),
        (1, true),
        "{}",
        low.err
    );
    assert_eq!(run(&["--fail-on", "never", "--min-coverage", "28"]).code, 0);
}

#[test]
fn supports_a_baseline() {
    let repo = repo();
    let baseline = ["check", "--quiet", "--baseline", "known.json"];
    let update = [&baseline[..], &["--update-baseline"]].concat();
    assert_eq!(repo.run(&update).code, 0);
    assert_eq!(repo.run(&baseline).code, 0);
    repo.write(".github/CODEOWNERS", "/docs/ @o/docs\n!x @o/web\n/free/\n");
    let report = repo
        .run(&[&baseline[..], &["--format", "json"]].concat())
        .json();
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    repo.write(".github/CODEOWNERS", "!y @o/web\n");
    let report = repo
        .run(&[&baseline[..], &["--format", "json"]].concat())
        .json();
    assert_eq!(
        text(&of_check(&report, "invalid-ownership-line")[0]["path"]),
        ".github/CODEOWNERS"
    );
    assert!(findings(&report).contains(&"unowned-path docs/ -".to_owned()));
}

#[test]
fn writes_a_review_of_changed_files() {
    let repo = repo();
    repo.write("changed", "lost/b\n");
    let run = repo.run(&[
        "check",
        "--format=gerrit",
        "--changed-files=changed",
        "--gerrit-label=Owners",
        "--output=review.json",
    ]);
    assert_eq!((run.code, &*run.out), (1, ""), "{}", run.err);
    let review = std::fs::read_to_string(repo.path().join("review.json")).unwrap();
    assert!(review.contains("Owners"), "{review}");
}

#[test]
fn suggests_other_commands() {
    let repo = repo();
    for arguments in [
        &["who", "docs/x"][..],
        &["report"],
        &["teams"],
        &["generate", "github"],
    ] {
        let run = repo.run(arguments);
        assert_eq!(run.code, 2);
        for part in [
            "no `ownership.yaml`",
            "`ownlint init`",
            "`ownlint who --from github`",
        ] {
            assert!(run.err.contains(part), "{arguments:?}: {}", run.err);
        }
    }
}

#[test]
fn reports_misplaced_files() {
    let repo = Repo::new(&[("config/CODEOWNERS", "* @o/a\n"), ("x", "")]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("`config/CODEOWNERS` is not a file that any forge reads"),
        "{}",
        run.err
    );
    repo.write(".github/CODEOWNERS", "* @o/a\n");
    repo.write("docs/CODEOWNERS", "* @o/a\n");
    repo.write(".github/workflows/CODEOWNERS", "* @o/a\n");
    assert_eq!(
        findings(&repo.check()),
        [
            "misplaced-codeowners .github/workflows/CODEOWNERS -",
            "unused-codeowners docs/CODEOWNERS -"
        ]
    );
}

#[test]
fn names_an_untracked_file() {
    let repo = Repo::new(&[("x", "")]);
    repo.track();
    repo.write("CODEOWNERS", "* @o/a\n");
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("git does not track") && run.err.contains("--untracked"));
    assert_eq!(repo.run(&["check", "--untracked"]).code, 0);
    assert_eq!(repo.track().run(&["check"]).code, 0);
}

#[test]
fn accepts_any_file() {
    let of = |bytes: &[u8]| {
        let repo = Repo::new(&[("a\u{1b}[31m\nb", ""), ("c", "")]);
        repo.write("CODEOWNERS", bytes);
        repo.run(&["check", "--format", "compact"])
    };
    for bytes in [
        b"".as_slice(),
        b"* @a/b\n\xff\xfe @a/b\n",
        b"\xef\xbb\xbf* @a/b\r\n",
        b"* @null @true @1 @- @_ @o/\n",
        b"* @A/b @a/B @a/b a@b.c\n",
        b"\0 @a/b\n",
    ] {
        let run = of(bytes);
        assert!(
            run.code != 2 && !run.out.contains('\u{1b}'),
            "{}{}",
            run.out,
            run.err
        );
    }
    let names: String = (0..5000).map(|at| format!("c @o/t{at}\n")).collect();
    assert_eq!(of(names.as_bytes()).code, 1);
    assert!(
        of(&b"# \n".repeat(1 << 20))
            .out
            .contains("error[ownership-file-too-large]")
    );
    assert_eq!(
        of(&[b"* @".as_slice(), &b"x".repeat(1 << 20)].concat()).code,
        0
    );
    // A directory with the name is not a file, and a broken link cannot be read.
    let repo = Repo::new(&[("CODEOWNERS/x", ""), ("docs/CODEOWNERS", "* @a/b\n")]);
    assert_eq!(repo.run(&["check"]).code, 0);
    let repo = Repo::new(&[("x", "")]);
    repo.link("CODEOWNERS", "nowhere");
    let run = repo.run(&["check", "--format", "compact"]);
    assert!(
        run.out.contains("warning[unreadable-path]: `CODEOWNERS`"),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn names_an_unreadable_file() {
    let repo = Repo::new(&[("CODEOWNERS", "* @a/b\n"), ("x", "")]);
    let unreadable = |repo: &Repo| {
        let run = repo.run(&["check", "--format", "compact"]);
        assert!(
            run.err.contains("checking CODEOWNERS (GitHub"),
            "{}",
            run.err
        );
        let found = run.out.lines().filter(|l| l.contains("unreadable-path"));
        found.map(|line| format!("{line}\n")).collect::<String>()
    };
    let why = |why| {
        format!(
            "CODEOWNERS:1:1: warning[unreadable-path]: `CODEOWNERS`: it cannot be read: {why}\n"
        )
    };
    repo.pipe("CODEOWNERS");
    assert_eq!(unreadable(&repo), why("it is not a regular file"));
    fs::remove_file(repo.path().join("CODEOWNERS")).unwrap();
    fs::create_dir(repo.path().join("CODEOWNERS")).unwrap();
    let run = repo.run(&["check"]);
    let refused = "error: `CODEOWNERS`: it cannot be read: it is not a regular file\n";
    assert_eq!((run.code, &*run.err), (2, refused));
    fs::remove_dir(repo.path().join("CODEOWNERS")).unwrap();
    repo.write("CODEOWNERS", "* @a/b\n");
    repo.track();
    fs::remove_file(repo.path().join("CODEOWNERS")).unwrap();
    assert_eq!(
        unreadable(&repo),
        why("it is in the git index, but missing from the work tree")
    );
    fs::create_dir(repo.path().join("CODEOWNERS")).unwrap();
    assert_eq!(unreadable(&repo), why("it is not a regular file"));
}

/// Returns the summary of the dialect that `check` detects.
fn detected(files: &[(&str, &str)]) -> String {
    let run = Repo::new(files).run(&["check", "--format", "compact"]);
    let summary = run.err.split(['(', ')']).nth(1);
    summary.unwrap_or_default().to_owned()
}

#[test]
fn detects_gitlab_by_what_github_rejects() {
    for (content, dialect) in [
        ("* @group/sub/team\n", "GitLab"),
        ("  [Docs]\n* @a\n", "GitLab"),
        ("* @a\n^[Docs][2] @docs\n*.md\n", "GitLab"),
        ("[Docs]@docs\n*.md\n", "GitLab"),
        ("* @@Maintainers\n", "GitLab"),
        ("* @a\n\t*.md @b @@owner\n", "GitLab"),
        ("* @a # see @@owner and @group/sub/team\n", "GitHub"),
        ("# @group/sub/team\n* @a\n", "GitHub"),
        ("* @o/team x/y/z@example.org\n", "GitHub"),
        ("a/b/c @a\n@group/sub/team @a\n", "GitHub"),
        ("* @group/sub/-team\n", "GitHub"),
        // A character class, which GitHub does not support either.
        ("[Dd]ockerfile @docker\n", "GitHub"),
        ("[Dd][Oo]c @docs\n", "GitHub"),
        ("[broken\n", "GitHub"),
    ] {
        let workflow = (".github/workflows/a.yml", "");
        let trace = (".gitlab-ci.yml", "");
        // Files around it are better evidence than its content.
        for (others, dialect) in [
            (&[][..], dialect),
            (&[workflow][..], "GitHub"),
            (&[trace][..], "GitLab"),
            (&[workflow, trace][..], "GitLab"),
        ] {
            let files = [&[("CODEOWNERS", content), ("a", "")], others].concat();
            let expected = format!("{dialect} CODEOWNERS");
            assert_eq!(detected(&files), expected, "{content} {others:?}");
        }
        // The place of a file is better evidence.
        let at_home = [(".github/CODEOWNERS", content), ("a", "")];
        assert_eq!(detected(&at_home), "GitHub CODEOWNERS", "{content}");
    }
}

#[test]
fn reads_the_selected_dialect() {
    let check = |repo: &Repo, arguments: &[&str]| {
        repo.run(&[&["check", "--format", "compact"], arguments].concat())
    };
    let repo = Repo::new(&[
        ("CODEOWNERS", "/a/[xy] @a\n* @b\n"),
        ("OWNERS", "a@x.org\n"),
        ("MAINTAINERS", "ALL\nM:\ta@x.org\nF:\t*\n"),
        ("a/x", ""),
        (".github/a", ""),
    ]);
    let detected = check(&repo, &[]);
    assert!(
        detected.out.contains("invalid-ownership-line"),
        "{}",
        detected.out
    );
    for (dialect, summary) in [
        ("github", "CODEOWNERS (GitHub CODEOWNERS)"),
        ("gitlab", "CODEOWNERS (GitLab CODEOWNERS)"),
        ("gerrit", "OWNERS (Gerrit"),
        ("kubernetes", "OWNERS (Kubernetes"),
        ("maintainers", "MAINTAINERS ("),
    ] {
        let run = check(&repo, &["--from", dialect]);
        assert!(
            run.err.contains(&format!("checking {summary}")),
            "{}",
            run.err
        );
        let is_invalid = run.out.contains("invalid-ownership-line");
        // The OWNERS file is one of Gerrit.
        let expected = ["github", "kubernetes"].contains(&dialect);
        assert_eq!(is_invalid, expected, "{dialect}: {}", run.out);
    }
    let gitlab = check(&repo, &["--from", "gitlab"]);
    let replaced = "CODEOWNERS:1:1: warning[overridden-ownership-line]: line 2 (`*`) overrides this line for all files\n";
    assert_eq!((gitlab.code, &*gitlab.out), (0, replaced), "{}", gitlab.err);
    // Only GitHub reads `.github/CODEOWNERS`.
    repo.write(".github/CODEOWNERS", "* @a\n");
    repo.write("docs/CODEOWNERS", "* @a\n");
    let unused = |arguments: &[&str]| {
        let run = check(&repo, arguments);
        let found = run
            .out
            .lines()
            .find(|line| line.contains("unused-codeowners"));
        found.map(|line| line.split(':').next().unwrap().to_owned())
    };
    assert_eq!(unused(&["--from", "github"]).as_deref(), Some("CODEOWNERS"));
    assert_eq!(
        unused(&["--from", "gitlab"]).as_deref(),
        Some("docs/CODEOWNERS")
    );
    assert_eq!(unused(&["--from", "gerrit"]), None);
}

#[test]
fn requires_a_file_of_the_selected_dialect() {
    for map in [false, true] {
        let repo = Repo::new(&[("CODEOWNERS", "* @a\n"), ("a/b", "")]);
        if map {
            repo.write(
                "ownership.yaml",
                "version: 1\nteams: {a: {}}\nrules: [{paths: ['**'], owner: a}]\n",
            );
        }
        let run = repo.run(&["check", "--from", "gerrit"]);
        assert!(
            run.code == 2 && run.err.starts_with("error: no `OWNERS` in any folder of "),
            "{}",
            run.err
        );
        let run = repo.run(&["check", "--from", "maintainers"]);
        assert!(
            run.code == 2 && run.err.starts_with("error: no `MAINTAINERS` in "),
            "{}",
            run.err
        );
        // A folder below the root is enough.
        repo.write("a/OWNERS", "a@x.org\n");
        assert_ne!(repo.run(&["check", "--from", "gerrit"]).code, 2);
        assert_eq!(repo.run(&["check", "--from", "markdown"]).code, 2);
    }
    let repo = Repo::new(&[("x", "")]);
    repo.track();
    repo.write("OWNERS", "a@x.org\n");
    let run = repo.run(&["check", "--from", "gerrit"]);
    assert!(run.err.contains("git does not track"), "{}", run.err);
    // With a map, the dialect selects the files whose lines are checked.
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {a: {}}\nrules: [{paths: ['**'], owner: a}]\n",
        ),
        ("CODEOWNERS", "/[xy] @a\n"),
        ("x", ""),
    ]);
    let invalid = |arguments: &[&str]| {
        let report = repo.check_with(arguments);
        of_check(&report, "invalid-ownership-line").len()
    };
    assert_eq!(
        [
            invalid(&[]),
            invalid(&["--from", "github"]),
            invalid(&["--from", "gitlab"])
        ],
        [1, 1, 0]
    );
}

/// A repository with an ownership file of a dialect, which covers `a/` and exempts `free/` if the dialect can.
fn committed(dialect: &str) -> (Repo, &'static str, fn(&str) -> String) {
    let (path, lines): (_, fn(&str) -> String) = match dialect {
        "github" => (".github/CODEOWNERS", |more| {
            format!("/.github/ @o/a\n/a/ @o/a\n/free/\n{more}")
        }),
        "kubernetes" => ("OWNERS", |more| {
            format!("filters:\n  '^(OWNERS|[ac]/.*{more})$':\n    approvers: [ann]\n")
        }),
        _ => ("MAINTAINERS", |more| {
            format!(
                "List of maintainers\n\nA\nM:\tAnn <a@x.org>\nS:\tMaintained\nF:\ta/\nF:\tMAINTAINERS\n{more}"
            )
        }),
    };
    let repo = Repo::new(&[("a/x", ""), ("old/x", ""), (path, &lines(""))]);
    if dialect == "github" {
        repo.write("free/x", "");
    }
    repo.track().commit();
    (repo, path, lines)
}

#[test]
fn checks_a_change_without_a_map() {
    for dialect in ["github", "kubernetes", "maintainers"] {
        let (repo, path, lines) = committed(dialect);
        let run = |change: &[&str]| repo.run(&[&["check", "--format", "json"], change].concat());
        repo.write("a/new", "");
        repo.write("new/x", "");
        repo.git(&["add", "-A"]);
        for change in [&["--staged"][..], &["--since", "HEAD"]] {
            let run = run(change);
            assert_eq!(run.code, 1, "{dialect}: {}", run.err);
            assert!(run.err.contains("ownlint init"), "{}", run.err);
            let report = run.json();
            assert_eq!(findings(&report), ["unowned-path new/ -"], "{dialect}");
            let help = text(&report["findings"][0]["help"]);
            assert!(help.contains("add a line that assigns an owner"), "{help}");
        }
        // The same change with an owner for the directory.
        let more = match dialect {
            "github" => "/new/ @o/b\n",
            "kubernetes" => "|new/x",
            _ => "F:\tnew/\n",
        };
        repo.write(path, lines(more));
        repo.git(&["add", "-A"]);
        let clean = run(&["--staged"]);
        assert_eq!(clean.code, 0, "{dialect}: {}{}", clean.out, clean.err);
        // A line that takes the owner from a file.
        repo.git(&["commit", "-q", "-m", "x"]);
        repo.write(
            path,
            lines(more)
                .replace("/a/ @o/a", "/z/ @o/a")
                .replace("[ac]", "[c]")
                .replace("F:\ta/\n", ""),
        );
        repo.git(&["add", "-A"]);
        let mut found = findings(&run(&["--staged"]).json());
        found.retain(|finding| finding.starts_with("unowned-path"));
        assert_eq!(found, ["unowned-path a/ -"], "{dialect}");
    }
}

#[test]
fn lines_without_owners_exempt_paths_in_a_change() {
    let (repo, path, lines) = committed("github");
    repo.write("free/new", "");
    repo.write(path, lines("/old/\n"));
    repo.git(&["add", "-A"]);
    let run = repo.run(&["check", "--staged"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

/// A note says why a file that several forges could read is one of a dialect, unless that is obvious.
#[test]
fn the_reason_for_a_dialect_is_named() {
    let section = "* @a\n[Docs] @b\n/a/\n";
    for (text, other, reason) in [
        ("* @a\n", "a/y", None),
        ("* @a\n", ".github/workflows/x.yml", None),
        (
            "* @a\n",
            ".gitlab-ci.yml",
            Some("GitLab CODEOWNERS because of `.gitlab-ci.yml`"),
        ),
        (
            section,
            ".github/workflows/x.yml",
            Some("GitHub CODEOWNERS because of `.github`"),
        ),
        (
            section,
            "a/y",
            Some("GitLab CODEOWNERS because other forges would not understand all of its lines"),
        ),
        (
            "a/.* @a\n",
            ".forgejo/x",
            Some("Gitea and Forgejo CODEOWNERS because of `.forgejo`"),
        ),
    ] {
        let repo = Repo::new(&[("CODEOWNERS", text), ("a/x", ""), (other, "")]);
        repo.track();
        let note = reason.map_or_else(String::new, |reason| {
            format!("note: `CODEOWNERS` is read as {reason}; ")
        });
        for arguments in [["check"], ["init"]] {
            let run = repo.run(&arguments);
            let is_named = run.err.contains("is read as ");
            assert_eq!(is_named, reason.is_some(), "{other}: {}", run.err);
            assert!(run.err.contains(&note), "{other}: {}", run.err);
        }
        let run = repo.run(&["check", "--from", "github"]);
        assert!(!run.err.contains("is read as "), "{}", run.err);
    }
}
