//! `ownlint who --from`: evaluates an ownership file like the forge.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _};

use crate::harness::{Repo, strings, text, within};

fn github(codeowners: &str) -> Repo {
    Repo::new(&[(".github/CODEOWNERS", codeowners)])
}

fn tsv(repo: &Repo, arguments: &[&str]) -> String {
    let run = repo.run(&[&["who", "--format", "tsv", "--from"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.out
}

#[test]
fn needs_neither_a_map_nor_existing_paths() {
    let repo = github("* @b @a\n/docs/*\n");
    assert_eq!(
        tsv(&repo, &["github", "x/y", "docs/new.md", "./x"]),
        "x/y\t@a @b\ndocs/new.md\t\n./x\t@a @b\n"
    );
}

#[test]
fn resolves_paths_from_the_current_directory() {
    let repo = github("/docs/ @docs\n");
    repo.write("docs/sub/x", "");
    repo.track();
    let mut command = repo.command();
    let output = command
        .current_dir(repo.path().join("docs"))
        .args([
            "who",
            "--from",
            "github",
            "--format",
            "tsv",
            "sub/x",
            "../docs/y",
            "../z",
        ])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "sub/x\t@docs\n../docs/y\t@docs\n../z\t\n"
    );
}

#[test]
fn reads_paths_from_standard_input_in_order() {
    let repo = github("*.a @a\n*.b @b\n");
    let arguments = ["who", "--from", "github", "--format", "tsv", "--stdin"];
    let run = repo.run_on(&arguments, "2.b\n1.a\n2.b\n");
    assert_eq!(run.out, "2.b\t@b\n1.a\t@a\n2.b\t@b\n");
    let run = repo.run_on(&[&arguments[..], &["-0"]].concat(), "x\ny.a\x001.a\0");
    assert_eq!(run.out, "x\\ny.a\t@a\n1.a\t@a\n");
    assert_eq!(repo.run_on(&arguments, "").out, "");
}

#[test]
fn reads_the_given_file() {
    let repo = github("* @github\n");
    repo.write("elsewhere/mine.txt", "/x/ @mine\n");
    let mine = "elsewhere/mine.txt";
    assert_eq!(
        tsv(&repo, &["github", "--file", mine, "x/y"]),
        "x/y\t@mine\n"
    );
    assert_eq!(
        tsv(&repo, &["gitlab", "--file", mine, "x/y"]),
        "x/y\t@mine\n"
    );
    repo.write("owners", "a@x.org\n");
    repo.write("sub/OWNERS", "sub@x.org\n");
    assert_eq!(
        tsv(&repo, &["gerrit", "--file", "owners", "sub/y"]),
        "sub/y\ta@x.org\n"
    );
}

#[test]
fn reads_the_given_directory() {
    let repo = Repo::new(&[
        ("tree/OWNERS", "root@x.org\n"),
        ("tree/a/OWNERS", "a@x.org\n"),
        ("tree/.github/CODEOWNERS", "* @tree\n"),
    ]);
    assert_eq!(
        tsv(&repo, &["gerrit", "--file", "tree", "a/x", "b"]),
        "a/x\ta@x.org root@x.org\nb\troot@x.org\n"
    );
    assert_eq!(tsv(&repo, &["github", "--file", "tree", "b"]), "b\t@tree\n");
}

#[test]
fn fails_without_ownership_files_but_not_without_owners() {
    let repo = Repo::new(&[("z/OWNERS", "z@x.org\n")]);
    for dialect in ["github", "gitlab", "maintainers"] {
        let run = repo.run(&["who", "--from", dialect, "x"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("error: no `"), "{}", run.err);
    }
    assert_eq!(tsv(&repo, &["gerrit", "x"]), "x\t\n");
    let empty = Repo::new(&[]);
    let run = empty.run(&["who", "--from", "gerrit", "x"]);
    assert_eq!(run.code, 2);
    let run = empty.run(&["who", "--from", "github", "--file", "nowhere", "x"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("failed to read `nowhere`"), "{}", run.err);
}

/// Creates an invalid file, with the expected message.
type Wrong = (fn(&Repo, &str), &'static str);

#[test]
fn does_not_skip_unreadable_files() {
    let wrongs: [Wrong; 3] = [
        (|repo, path| repo.pipe(path), "it is not a regular file"),
        (
            |repo, path| fs::create_dir(repo.path().join(path)).unwrap(),
            "it is a directory",
        ),
        (
            |repo, path| repo.link(path, "nowhere"),
            "it is a symbolic link",
        ),
    ];
    for (dialect, file) in [("gitlab", "CODEOWNERS"), ("gerrit", "OWNERS")] {
        for (wrong, why) in wrongs {
            let repo = Repo::new(&[("x", ""), ("sub/OWNERS", "sub@x.org\n")]);
            wrong(&repo, file);
            let run = repo.run(&["who", "--from", dialect, "x"]);
            assert_eq!((run.code, &*run.out), (2, ""), "{dialect} {why}");
            let expected = match (dialect, why) {
                ("gerrit", "it is a directory" | "it is a symbolic link") => {
                    format!("error: `{file}`: {why}, so Gerrit rejects it and blocks every change")
                }
                (_, "it is a directory") => {
                    format!("error: `{file}`: it cannot be read: it is not a regular file")
                }
                _ => format!("error: `{file}`: it cannot be read: {why}"),
            };
            assert!(run.err.starts_with(&expected), "{}", run.err);
        }
    }
    let repo = Repo::new(&[("OWNERS", "root@x.org\n"), ("sub/x", "")]);
    repo.pipe("sub/OWNERS");
    let run = repo.run(&["who", "--from", "gerrit", "sub/x"]);
    let expected = "error: `sub/OWNERS`: it cannot be read: it is not a regular file\n";
    assert_eq!((run.code, &*run.err, &*run.out), (2, expected, ""));
    // It does not apply to other paths.
    assert_eq!(repo.run(&["who", "--from", "gerrit", "x"]).code, 0);
}

#[test]
fn reads_what_a_sparse_checkout_skips() {
    let repo = Repo::new(&[
        ("OWNERS", "root@x.org\n"),
        ("sub/x", ""),
        ("sub/OWNERS", "sub@x.org\n"),
    ]);
    repo.git(&["init", "-q"]);
    repo.commit();
    let draft = || repo.run(&["init"]);
    let before = draft();
    for path in ["OWNERS", "sub/OWNERS"] {
        repo.git(&["update-index", "--skip-worktree", path]);
        fs::remove_file(repo.path().join(path)).unwrap();
    }
    let run = repo.run(&["who", "--from", "gerrit", "sub/x"]);
    assert!(
        run.code == 0 && run.out.contains("owned by sub@x.org, root@x.org"),
        "{}",
        run.out
    );
    assert_eq!(draft().out, before.out);
}

#[test]
fn reports_problems_with_line_and_column() {
    let repo = github("* @a\nx word\n");
    let run = repo.run(&["who", "--from", "github", "x"]);
    assert_eq!(run.code, 0);
    assert!(
        run.err
            .starts_with(".github/CODEOWNERS:2:3: warning: `word` is not a valid owner"),
        "{}",
        run.err
    );
    let quiet = repo.run(&["who", "--quiet", "--from", "github", "x"]);
    assert_eq!((quiet.code, &*quiet.err), (0, ""));
}

#[test]
fn json_contains_owners_as_written_and_the_winning_lines() {
    let repo = github("x @b @a @b\n");
    let run = repo.run(&["who", "--from", "github", "--format", "json", "x", "y"]);
    let answers = run.json()["answers"].clone();
    assert_eq!(strings(&answers[0]["owners"]), ["@b", "@a"]);
    assert_eq!(text(&answers[0]["rules"][0]["text"]), "x @b @a @b");
    assert_eq!(answers[0]["rules"][0]["location"]["line"], 1);
    assert_eq!(text(&answers[0]["path"]), "x");
    assert!(strings(&answers[1]["owners"]).is_empty());
}

#[test]
fn human_output_shows_the_line() {
    let repo = github("x @a\ny\n");
    let run = repo.run(&["who", "--from", "github", "x", "y", "z"]);
    assert_eq!(
        run.out,
        "x\n  owned by @a\n  .github/CODEOWNERS:1:1  x @a\n\n\
         y\n  unowned\n  .github/CODEOWNERS:2:1  y\n\n\
         z\n  unowned: no line matches\n"
    );
}

#[test]
fn rejects_tables_without_from_and_paths_outside_the_tree() {
    let repo = Repo::new(&[("ownership.yaml", "version: 1\n"), ("CODEOWNERS", "* @a\n")]);
    let run = repo.run(&["who", "--format", "tsv", "x"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("requires --from"), "{}", run.err);
    repo.track();
    for outside in ["../x", ".", "/etc"] {
        let run = repo.run(&["who", "--from", "github", outside]);
        assert_eq!(run.code, 2, "{outside}");
    }
    assert_eq!(repo.run(&["who", "--file", "x", "y"]).code, 2);
}

#[test]
fn hostile_files_cause_no_panic_and_no_terminal_escapes() {
    let long = "a/".repeat(20_000);
    let hostile: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"\0\0\0".to_vec(),
        b"\xff\xfe* @a\n".to_vec(),
        b"\xef\xbb\xbf* @a\r\nx\xe9 @b\r\n\x1b[31m @c\r\n".to_vec(),
        "ü\u{202e} @ü\u{202e}\n[ü] @ü\n^[\n[\n]\n".into(),
        format!("{long} @a\n{long}x@y.org\nper-file {long}=set noparent\nF:\t{long}\n")
            .into_bytes(),
        format!("{} @a\n", "*a".repeat(5_000)).into_bytes(),
        format!("{} @a\n", "**/".repeat(5_000)).into_bytes(),
        format!("per-file {}=a@b.org\n", "{a,b}".repeat(50)).into_bytes(),
        "[".repeat(10_000).into_bytes(),
        format!("approvers: {}", "[".repeat(20_000)).into_bytes(),
        format!("{}approvers: [a]", "a: \n ".repeat(10_000)).into_bytes(),
        "x @a\n".repeat(10_000).into_bytes(),
        format!("N:\t{}\n", "(".repeat(10_000)).into_bytes(),
        format!("N:\t{}\n", "(a{1000}){1000}".repeat(10)).into_bytes(),
        b"filters:\n  '((((a{999}){999}){999}))': {approvers: [a]}\n".to_vec(),
        b"filters: &a\n  x: *a\napprovers: *b\n".to_vec(),
        b"file:OWNERS\ninclude ../../x\nfile:\nper-file =\nper-file a=file:\n".to_vec(),
        b"\\\n\\ \n\\#\n#\n!\n/\n//\n.\n*\n**\n***\n?\n@\n@@\n@ @\n".to_vec(),
    ];
    for content in &hostile {
        let repo = Repo::new(&[]);
        for file in ["CODEOWNERS", "OWNERS", "OWNERS_ALIASES", "MAINTAINERS"] {
            repo.write(file, content);
        }
        for dialect in ["github", "gitlab", "gerrit", "kubernetes", "maintainers"] {
            for format in ["human", "tsv", "json"] {
                let mut command = repo.command();
                let output = command
                    .args([
                        "who", "--color", "never", "--from", dialect, "--format", format,
                    ])
                    .args(["a/a/a", "x", "ü\u{202e}"])
                    .arg(OsStr::from_bytes(b"caf\xe9/\x1b[2J"))
                    .output()
                    .unwrap();
                assert_eq!(output.status.code(), Some(0), "{dialect}");
                let shown = [output.stdout, output.stderr].concat();
                let shown = String::from_utf8(shown).unwrap();
                let steers = |char: char| {
                    (char.is_control() && !matches!(char, '\n' | '\t')) || char == '\u{202e}'
                };
                if format != "json" {
                    assert!(!shown.contains(steers), "{dialect} {shown:?}");
                }
            }
        }
    }
}

#[test]
fn many_owners_of_one_file_are_fast() {
    let owners = |before: &str, after: &str| -> String {
        let owner = |at: usize| format!("{before}u{at}{after}");
        (0..100_000).map(owner).collect()
    };
    for (dialect, path, text) in [
        ("github", "CODEOWNERS", format!("*{}\n", owners(" @", ""))),
        (
            "gitlab",
            "CODEOWNERS",
            format!("*{}\n", owners(" ", "@x.org")),
        ),
        ("gerrit", "OWNERS", owners("", "@x.org\n")),
        (
            "kubernetes",
            "OWNERS",
            format!("approvers:\n{}", owners("- ", "\n")),
        ),
        (
            "maintainers",
            "MAINTAINERS",
            format!("ALL\n{}F:\t*\n", owners("M:\t", "\n")),
        ),
    ] {
        let repo = Repo::new(&[(path, &text)]);
        let answer = within(10, || tsv(&repo, &[dialect, "x"]));
        assert_eq!(answer.split(' ').count(), 100_000, "{dialect}");
    }
}

#[test]
fn shows_options_that_affect_the_answer() {
    let repo = Repo::new(&[
        ("OWNERS", "approvers: [top]\n"),
        (
            "a/OWNERS",
            "options:\n  no_parent_owners: true\napprovers: [web]\n",
        ),
    ]);
    let run = repo.run(&["who", "--from", "kubernetes", "a/x"]);
    let expected = "  a/OWNERS:2:3  no_parent_owners: true\n";
    assert!(run.out.contains(expected), "{}", run.out);
}
