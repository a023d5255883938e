//! `ownlint who --from`: a user's way to try an ownership file before the forge does.

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
fn no_map_is_needed_and_paths_need_not_exist() {
    let repo = github("* @b @a\n/docs/*\n");
    assert_eq!(
        tsv(&repo, &["github", "x/y", "docs/new.md", "./x"]),
        "x/y\t@a @b\ndocs/new.md\t\n./x\t@a @b\n"
    );
}

#[test]
fn paths_start_where_the_user_is_and_the_file_at_the_top_of_the_work_tree() {
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
fn paths_come_from_standard_input_in_their_order() {
    let repo = github("*.a @a\n*.b @b\n");
    let arguments = ["who", "--from", "github", "--format", "tsv", "--stdin"];
    let run = repo.run_on(&arguments, "2.b\n1.a\n2.b\n");
    assert_eq!(run.out, "2.b\t@b\n1.a\t@a\n2.b\t@b\n");
    let run = repo.run_on(&[&arguments[..], &["-0"]].concat(), "x\ny.a\x001.a\0");
    assert_eq!(run.out, "x\\ny.a\t@a\n1.a\t@a\n");
    assert_eq!(repo.run_on(&arguments, "").out, "");
}

#[test]
fn a_file_can_be_named() {
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
fn a_tree_can_be_named() {
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
fn nothing_to_read_is_a_failure_and_nobody_is_an_answer() {
    let repo = Repo::new(&[("z/OWNERS", "z@x.org\n")]);
    for dialect in ["github", "gitlab", "maintainers"] {
        let run = repo.run(&["who", "--from", dialect, "x"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("there is no"), "{}", run.err);
    }
    assert_eq!(tsv(&repo, &["gerrit", "x"]), "x\t\n");
    let empty = Repo::new(&[]);
    let run = empty.run(&["who", "--from", "gerrit", "x"]);
    assert_eq!(run.code, 2);
    let run = empty.run(&["who", "--from", "github", "--file", "nowhere", "x"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`nowhere` can't be read"), "{}", run.err);
}

/// What can be wrong with a file, and what is said of it.
type Wrong = (fn(&Repo, &str), &'static str);

#[test]
fn a_file_that_is_there_and_cannot_be_read_is_not_passed_over() {
    let wrongs: [Wrong; 3] = [
        (|repo, path| repo.pipe(path), "it is not a file"),
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
            let told = match (dialect, why) {
                ("gerrit", "it is a directory" | "it is a symbolic link") => {
                    format!("error: `{file}`: {why}: Gerrit refuses it, which blocks every change")
                }
                (_, "it is a directory") => {
                    format!("error: `{file}`: it can't be read: it is not a file")
                }
                _ => format!("error: `{file}`: it can't be read: {why}"),
            };
            assert!(run.err.starts_with(&told), "{}", run.err);
        }
    }
    let repo = Repo::new(&[("OWNERS", "root@x.org\n"), ("sub/x", "")]);
    repo.pipe("sub/OWNERS");
    let run = repo.run(&["who", "--from", "gerrit", "sub/x"]);
    let told = "sub/OWNERS: warning: it can't be read: it is not a file\n";
    assert_eq!((run.code, &*run.err), (0, told));
}

#[test]
fn problems_are_told_with_line_and_column() {
    let repo = github("* @a\nx word\n");
    let run = repo.run(&["who", "--from", "github", "x"]);
    assert_eq!(run.code, 0);
    assert!(
        run.err
            .starts_with(".github/CODEOWNERS:2:3: warning: `word` is no owner"),
        "{}",
        run.err
    );
    let quiet = repo.run(&["who", "--quiet", "--from", "github", "x"]);
    assert_eq!((quiet.code, &*quiet.err), (0, ""));
}

#[test]
fn json_has_the_owners_as_written_and_the_lines_that_decided() {
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
fn a_person_sees_the_line() {
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
fn tables_are_for_ownership_files_and_paths_for_the_tree() {
    let repo = Repo::new(&[("ownership.yaml", "version: 1\n"), ("CODEOWNERS", "* @a\n")]);
    let run = repo.run(&["who", "--format", "tsv", "x"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("needs --from"), "{}", run.err);
    repo.track();
    for outside in ["../x", ".", "/nowhere"] {
        let run = repo.run(&["who", "--from", "github", outside]);
        assert_eq!(run.code, 2, "{outside}");
    }
    assert_eq!(repo.run(&["who", "--file", "x", "y"]).code, 2);
}

#[test]
fn nothing_in_a_file_panics_or_steers_a_terminal() {
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
fn many_owners_of_one_file_stay_fast() {
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
fn an_option_that_has_a_say_is_shown_whole() {
    let repo = Repo::new(&[
        ("OWNERS", "approvers: [top]\n"),
        (
            "a/OWNERS",
            "options:\n  no_parent_owners: true\napprovers: [web]\n",
        ),
    ]);
    let run = repo.run(&["who", "--from", "kubernetes", "a/x"]);
    let told = "  a/OWNERS:2:3  no_parent_owners: true\n";
    assert!(run.out.contains(told), "{}", run.out);
}
