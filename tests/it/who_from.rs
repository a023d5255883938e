//! `ownlint who --from`: evaluates an ownership file like the forge.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _};

use crate::harness::{Repo, Run, findings, strings, text, within};

fn github(codeowners: &str) -> Repo {
    Repo::new(&[(".github/CODEOWNERS", codeowners)])
}

fn run_tsv(repo: &Repo, arguments: &[&str]) -> Run {
    repo.run(&[&["who", "--format", "tsv", "--from"], arguments].concat())
}

fn tsv(repo: &Repo, arguments: &[&str]) -> String {
    let run = run_tsv(repo, arguments);
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
            assert_eq!(run.err.matches(file).count(), 1, "{}", run.err);
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
    let expected = "error: `sub/OWNERS`: it cannot be read: it is not a regular file\n\
                    help: the ownership of `sub/x` depends on this file\n";
    assert_eq!((run.code, &*run.err, &*run.out), (2, expected, ""));
    // It does not apply to other paths.
    assert_eq!(repo.run(&["who", "--from", "gerrit", "x"]).code, 0);
    let all = ["sub/x", "x", "sub/y", "sub"];
    let run = run_tsv(&repo, &[&["gerrit"], &all[..]].concat());
    let expected = expected.replace("`sub/x`", "`sub/x` and 2 other paths");
    assert_eq!(
        (run.code, &*run.err, &*run.out),
        (2, &*expected, "x\troot@x.org\n")
    );
}

#[test]
fn prow_follows_a_link_to_aliases_but_not_to_owners() {
    let repo = Repo::new(&[
        ("OWNERS", "approvers: [leads]\n"),
        ("a/OWNERS", "approvers: [alice]\n"),
        ("config/aliases", "aliases: {leads: [bob]}\n"),
        ("b/x", ""),
    ]);
    repo.link("b/OWNERS", "../a/OWNERS");
    repo.link("OWNERS_ALIASES", "config/../aliases");
    repo.link("aliases", "./config/aliases");
    let arguments = ["kubernetes", "a/x", "b/x"];
    let ran = run_tsv(&repo, &arguments);
    assert_eq!(ran.out, "a/x\talice bob\nb/x\tbob\n", "{}", ran.err);
    let ignored = "b/OWNERS: warning: it is a symbolic link, so Prow ignores it\n";
    assert_eq!(ran.err, ignored);
    fs::remove_file(repo.path().join("aliases")).unwrap();
    let ran = run_tsv(&repo, &arguments);
    assert_eq!(ran.out, "a/x\talice leads\nb/x\tleads\n", "{}", ran.err);
    assert!(
        ran.err
            .contains("OWNERS_ALIASES: warning: it is a symbolic link that does not lead")
    );
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
    for outside in ["../x", "/etc"] {
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
                // Gerrit and Perl reject some of the files as a whole.
                let code = output.status.code();
                assert!(matches!(code, Some(0 | 2)), "{dialect}");
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
            format!("ALL\n{}F:\t*\n", owners("M:\t", "@x.org\n")),
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

#[test]
fn a_wrong_path_does_not_prevent_other_answers() {
    let repo = github("*.a @a\n");
    repo.track();
    let paths = ["1.a", "../outside", "2.a", "/etc"];
    for (format, expected) in [
        ("tsv", "1.a\t@a\n2.a\t@a\n"),
        (
            "human",
            "1.a\n  owned by @a\n  .github/CODEOWNERS:1:1  *.a @a\n\n\
             2.a\n  owned by @a\n  .github/CODEOWNERS:1:1  *.a @a\n",
        ),
    ] {
        let run =
            repo.run(&[&["who", "--from", "github", "--format", format], &paths[..]].concat());
        assert_eq!((run.code, &*run.out), (2, expected), "{}", run.err);
        let errors: Vec<&str> = run.err.lines().collect();
        assert!(
            matches!(errors[..], [first, second]
                if first.starts_with("error: `../outside` is not in")
                    && second.starts_with("error: `/etc` is not in")),
            "{}",
            run.err
        );
    }
    let run = repo.run(&[&["who", "--from", "github", "--format", "json"], &paths[..]].concat());
    assert_eq!(run.code, 2);
    let answers = run.json()["answers"].clone();
    assert_eq!(text(&answers[1]["path"]), "2.a");
    // Without a file, there is nothing to answer from.
    let empty = Repo::new(&[]);
    let run = empty.run(&["who", "--from", "github", "x", "/etc"]);
    assert!(
        run.code == 2 && run.err.contains("error: no `"),
        "{}",
        run.err
    );
}

#[test]
fn a_directory_is_owned_as_a_directory() {
    /// A dialect, its files, and paths with their owners.
    type Case = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static [(&'static str, &'static str)],
    );
    let cases: &[Case] = &[
        (
            "github",
            &[(
                "CODEOWNERS",
                "* @all\n/docs/ @docs\n/docs/*.md @md\n/docs/api @api\n/docs/*/x @x\n/src/* @src\n\
                 /gone/\n/web/** @web\n/n?/ @n\n/lib/?* @lib\n*.md @md\n/both/ @b\n/both/** @c\n\
                 **/deep/* @deep\n",
            )],
            &[
                ("docs", "@docs"),
                ("docs/", "@docs"),
                ("docs/api/", "@api"),
                ("docs/api", "@api"),
                ("docs/new/", "@docs"),
                // Only the files directly in it.
                ("src/", "@all"),
                ("src/a", "@src"),
                ("src/a/", "@all"),
                ("gone/", ""),
                ("web/", "@web"),
                ("web/a/", "@web"),
                ("n1/", "@n"),
                ("n/", "@all"),
                ("lib/", "@lib"),
                ("both/", "@c"),
                ("x/deep/", "@all"),
                (".", "@all"),
                ("./", "@all"),
            ],
        ),
        (
            "gitlab",
            &[(
                "CODEOWNERS",
                "* @all\n/docs/ @docs\n/docs/** @one\n/a/**/* @a\n/b @b\n/c/[!x]* @c\n/d/[!x]*/ @d\n\
                 [Two]\n/docs/ @two\n!/a/\n* @rest\n!/docs/*.md\n",
            )],
            &[
                ("docs/", "@docs @rest"),
                ("a/", "@a"),
                ("b/", "@all @rest"),
                ("c/", "@all @rest"),
                ("c/z/", "@all @rest"),
                ("d/", "@all @rest"),
                ("d/z/", "@d @rest"),
                ("d/x/", "@all @rest"),
                (".", "@all @rest"),
            ],
        ),
        (
            "gerrit",
            &[
                ("OWNERS", "root@x.org\nper-file docs=p@x.org\n"),
                ("docs/OWNERS", "docs@x.org\nper-file *.md=m@x.org\n"),
                ("own/OWNERS", "set noparent\nown@x.org\n"),
            ],
            &[
                ("docs", "docs@x.org p@x.org root@x.org"),
                ("docs/", "docs@x.org p@x.org root@x.org"),
                ("docs/new/", "docs@x.org root@x.org"),
                ("own/", "own@x.org"),
                ("new/", "root@x.org"),
                (".", "root@x.org"),
            ],
        ),
        (
            "kubernetes",
            &[
                (
                    "OWNERS",
                    "filters:\n  '.*': {approvers: [root]}\n  '^docs$': {approvers: [d]}\n",
                ),
                (
                    "docs/OWNERS",
                    "filters:\n  '^\\.$': {approvers: [docs]}\n  '\\.md$': {approvers: [md]}\n",
                ),
            ],
            &[
                ("docs", "d docs root"),
                ("docs/", "d docs root"),
                ("docs/new/", "root"),
                ("new/", "root"),
                (".", "root"),
            ],
        ),
        (
            "maintainers",
            &[(
                "MAINTAINERS",
                "A\nM:\ta@x.org\nF:\tdocs/\n\nB\nM:\tb@x.org\nF:\tsrc/*\n\nC\nM:\tc@x.org\nF:\tlib\n\n\
                 D\nM:\td@x.org\nF:\tdocs/*.md\n\nE\nM:\te@x.org\nF:\t*\n\nF\nM:\tf@x.org\nN:\tdo[c]s/$\n\n",
            )],
            &[
                ("docs", "a@x.org f@x.org"),
                ("docs/", "a@x.org f@x.org"),
                ("src/", "b@x.org"),
                ("lib/", "c@x.org"),
                ("new/", ""),
                ("new", "e@x.org"),
                (".", "e@x.org"),
            ],
        ),
    ];
    for (dialect, files, paths) in cases {
        let repo = Repo::new(files);
        for directory in ["docs", "lib", "src"] {
            repo.write(format!("{directory}/x"), "");
        }
        for tracked in [false, true] {
            if tracked {
                repo.track();
            }
            let typed: Vec<&str> = paths.iter().map(|(path, _)| *path).collect();
            let expected: String = paths.iter().map(|(a, b)| format!("{a}\t{b}\n")).collect();
            assert_eq!(
                tsv(&repo, &[&[*dialect], &typed[..]].concat()),
                expected,
                "{dialect}"
            );
        }
    }
}

#[test]
fn a_link_to_a_directory_and_a_skipped_directory() {
    let repo = Repo::new(&[
        ("CODEOWNERS", "/docs @docs\n/docs/ @all\n/link @link\n"),
        ("docs/x", ""),
    ]);
    repo.link("link", "docs");
    repo.git(&["init", "-q"]);
    repo.commit();
    assert_eq!(
        tsv(&repo, &["gitlab", "docs", "link", "none"]),
        "docs\t@all\nlink\t@link\nnone\t\n"
    );
    repo.git(&["update-index", "--skip-worktree", "docs/x"]);
    fs::remove_dir_all(repo.path().join("docs")).unwrap();
    assert_eq!(tsv(&repo, &["gitlab", "docs"]), "docs\t@all\n");
    // JSON shows which paths are directories.
    let run = repo.run(&[
        "who", "--from", "gitlab", "--format", "json", "docs", "link", ".",
    ]);
    let answers = run.json()["answers"].clone();
    let path = |at: usize| text(&answers[at]["path"]).to_owned();
    assert_eq!([path(0), path(1), path(2)], ["docs/", "link", ""]);
}

#[test]
fn tables_can_be_split_in_every_dialect() {
    for (dialect, path, content, expected) in [
        (
            "github",
            "CODEOWNERS",
            "* @a b@x.org\n",
            &["@a", "b@x.org"][..],
        ),
        ("gitlab", "CODEOWNERS", "* @a @@owner\n", &["@@owner", "@a"]),
        (
            "gerrit",
            "OWNERS",
            "b@x.org\na@x.org\n",
            &["a@x.org", "b@x.org"],
        ),
        (
            "kubernetes",
            "OWNERS",
            "approvers:\n- a b\n- c\n- \"d\\te\"\n",
            &["a b", "c", "d\te"],
        ),
        (
            "maintainers",
            "MAINTAINERS",
            "ALL\nM:\tAnn B <a@x.org>\nM:\tc@x.org\nF:\t*\n",
            &["Ann B <a@x.org>", "c@x.org"],
        ),
    ] {
        let repo = Repo::new(&[(path, content)]);
        let table = tsv(&repo, &[dialect, "a b"]);
        let (path, owners) = table.trim_end().split_once('\t').unwrap();
        let owners = owners.split(' ');
        let owners: Vec<String> = owners
            .map(|owner| owner.replace("\\u{20}", " ").replace("\\t", "\t"))
            .collect();
        assert_eq!(path, "a b");
        assert_eq!(owners, expected, "{dialect}");
    }
}

#[test]
fn a_rejected_file_has_no_answers() {
    let repo = Repo::new(&[
        ("MAINTAINERS", "A\nM: a@x.org\nF: *\nF: fs/(\n"),
        ("OWNERS", "a@x.org\n"),
        ("sub/OWNERS", "set  noparents\n"),
        ("sub/x", ""),
    ]);
    let run = repo.run(&["who", "--from", "maintainers", "x", "y"]);
    let expected = "error: `MAINTAINERS:4:4`: `fs/(` is an invalid regular expression: a closing `)` is missing. \
                    `get_maintainer.pl` fails for all paths\n\
                    help: the ownership of `x` and 1 other path depends on this file\n";
    assert_eq!((run.code, &*run.out, &*run.err), (2, "", expected));
    let run = run_tsv(&repo, &["gerrit", "x", "sub/x"]);
    assert_eq!((run.code, &*run.out), (2, "x\ta@x.org\n"));
    assert!(
        run.err.starts_with("error: `sub/OWNERS:1:1`: "),
        "{}",
        run.err
    );
}

#[test]
fn gerrit_fails_only_for_paths_that_need_a_rejected_file() {
    let repo = Repo::new(&[
        ("OWNERS", "garbage\n"),
        ("a/OWNERS", "set noparent\na@x.com\n"),
        (
            "b/OWNERS",
            "b@x.com\nper-file *.md=set noparent\nper-file *.md=c@x.com\n",
        ),
        ("c/OWNERS", "include /d/OWNERS_d\nset noparent\n"),
        ("d/OWNERS_d", "d@x.com\n,\n"),
    ]);
    for (path, owners) in [
        ("x", None),
        ("a/x", Some("a@x.com")),
        ("b/x.md", Some("c@x.com")),
        ("b/x", None),
        ("c/x", None),
    ] {
        repo.write(path, "");
        let run = run_tsv(&repo, &["gerrit", path]);
        let expected = owners.map_or_else(String::new, |owners| format!("{path}\t{owners}\n"));
        assert_eq!(run.out, expected, "{}", run.err);
        assert_eq!(run.code, if owners.is_some() { 0 } else { 2 }, "{path}");
    }
    // The cause has a finding, so the unanswered files have none.
    let mut found = findings(&repo.check());
    found.sort();
    found.dedup();
    let rejected = |path| format!("rejected-ownership-file {path} -");
    assert_eq!(found, [rejected("OWNERS"), rejected("d/OWNERS_d")]);
}

#[test]
fn a_program_fails_only_for_paths_that_it_compares_with_an_invalid_expression() {
    let repo = Repo::new(&[(
        "MAINTAINERS",
        "A\nM: a@x.org\nF: *\nF: */\nB\nM: b@x.org\nX: lib/\nX: [\nX: docs/\nF: *\nC\nM: c@x.org\nX: docs/\nN: (\n\
         K: )\n",
    )]);
    let run = run_tsv(&repo, &["maintainers", "x", "lib/x", "docs/x", "y"]);
    let unclosed = "is an invalid regular expression: a closing";
    let expected = format!(
        "error: `MAINTAINERS:14:4`: `(` {unclosed} `)` is missing. `get_maintainer.pl` fails for all paths that no `X:` \
         line of the section excludes\nhelp: the ownership of `lib/x` depends on this file\n\
         error: `MAINTAINERS:8:4`: `[` {unclosed} `]` is missing. `get_maintainer.pl` fails for all paths that no `X:` \
         line before it excludes\nhelp: the ownership of `x` and 2 other paths depends on this file\n"
    );
    assert_eq!((run.code, &*run.out, &*run.err), (2, "", &*expected));
    repo.write(
        "MAINTAINERS",
        "A\nM: a@x.org\nF: */\nX: docs/\nF: (\nB\nM: b@x.org\nF: docs/\nK: )\n",
    );
    let run = run_tsv(&repo, &["maintainers", "x", "docs/x"]);
    assert_eq!((run.code, &*run.out), (2, "docs/x\tb@x.org\n"));
    let keyword = "MAINTAINERS:9:4: warning: `)` is an invalid regular expression: a `)` has no opening `(`. \
                   `get_maintainer.pl` fails unless you use `--no-keywords`";
    assert!(run.err.contains(keyword), "{}", run.err);
}

#[test]
fn maintainers_come_from_the_files_that_options_select() {
    let repo = Repo::new(&[
        (
            ".get_maintainer.conf",
            "--find-maintainer-files --mpath=.\n",
        ),
        ("MAINTAINERS", "A\nM: a@x.org\nF: *\n"),
        ("board/x/MAINTAINERS", "B\nM: b@x.org\nF: board/\n"),
        ("board/x/y.c", ""),
    ]);
    let expected = "board/x/y.c\tb@x.org\nz\ta@x.org\n";
    let arguments = ["maintainers", "board/x/y.c", "z"];
    assert_eq!(tsv(&repo, &arguments), expected);
    repo.track();
    assert_eq!(tsv(&repo, &arguments), expected);
    // The file itself is selected.
    let run = tsv(
        &repo,
        &["maintainers", "--file", "MAINTAINERS", "board/x/y.c"],
    );
    assert_eq!(run, "board/x/y.c\t\n");
    // All selected files are checked.
    repo.write("board/x/MAINTAINERS", "B\nM: b@x.org\nF: /board/\n");
    let run = repo.run(&[
        "check",
        "--only",
        "invalid-ownership-line",
        "--format",
        "compact",
    ]);
    let start =
        "board/x/MAINTAINERS:3:4: warning[invalid-ownership-line]: `/board/` matches no files";
    assert!(run.out.starts_with(start), "{}", run.out);
}
