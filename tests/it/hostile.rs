//! Hostile input: the content of repositories and arguments cannot control a terminal, make a run hang, or escape the
//! repository.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, process::Stdio};

use crate::harness::{Repo, Run, of_check, text, within};

const MAP: &str = "version: 1\nteams: {sre: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n";

/// Names, and how they are shown.
const NAMES: [(&[u8], &str); 8] = [
    (b"bell\x07\x1b[31mred", "bell\\u{7}\\u{1b}[31mred"),
    (b"\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}"),
    (b"line\nbreak", "line\\nbreak"),
    (b"carriage\rreturn", "carriage\\rreturn"),
    (b"tab\tstop", "tab\\tstop"),
    (b"caf\xe9", "caf\\xe9"),
    (b"csi\xc2\x9b2J", "csi\\u{9b}2J"),
    ("bidi\u{202e}txt".as_bytes(), "bidi\\u{202e}txt"),
];

fn has_control(output: &str) -> bool {
    output
        .chars()
        .any(|char| (char.is_control() && char != '\n') || char == '\u{202e}')
}

fn assert_harmless(run: &Run) {
    assert!(
        !has_control(&run.out) && !has_control(&run.err),
        "{:?} {:?}",
        run.out,
        run.err
    );
}

fn repo(prefix: &[u8], suffix: &[u8], content: &str) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for (name, _) in NAMES {
        repo.write(OsStr::from_bytes(&[prefix, name, suffix].concat()), content);
    }
    repo
}

#[test]
fn names_of_files_are_reported_and_escaped() {
    for tracked in [false, true] {
        let repo = repo(b"", b"", "");
        if tracked {
            repo.track();
        }
        for format in ["human", "compact"] {
            let run = repo.run(&["check", "--format", format, "--color", "never"]);
            assert_harmless(&run);
            for (_, shown) in NAMES {
                assert!(run.out.contains(shown), "{shown} in {}", run.out);
            }
        }
        let compact = repo.run(&["check", "--format", "compact"]).out;
        assert_eq!(compact.lines().count(), NAMES.len());
        assert_eq!(of_check(&repo.check(), "unowned-path").len(), NAMES.len());
    }
}

#[test]
fn files_with_hostile_names_have_owners() {
    let repo = repo(b"d/", b"/x", "");
    repo.write("ownership.yaml", MAP.replace("[ownership.yaml]", "['**']"));
    assert_eq!(repo.run(&["check"]).code, 0);
    for (name, _) in NAMES {
        let path = [b"d/", name, b"/x"].concat();
        let run = repo.run(&[OsStr::new("who"), OsStr::from_bytes(&path)]);
        assert!(
            run.code == 0 && run.out.contains("owned by sre"),
            "{}",
            run.err
        );
        assert_harmless(&run);
    }
    let exact = "rules: [{paths: [\"bell\\a\\e[[]31mred\"], owner: sre}]\n";
    let repo = self::repo(b"", b"", "");
    repo.write(
        "ownership.yaml",
        MAP.replace("rules: [{paths: [ownership.yaml], owner: sre}]\n", exact),
    );
    assert_eq!(repo.verdict("bell\u{7}\u{1b}[31mred"), "sre");
    assert_harmless(&repo.run(&["who", "bell\u{7}\u{1b}[31mred"]));
}

#[test]
fn names_of_components_and_teams_are_escaped() {
    let repo = repo(b"charts/", b"/Chart.yaml", "team: \"\\e[31mEvil\\n\"\n");
    for format in ["human", "compact"] {
        let run = repo.run(&["check", "--format", format, "--color", "never"]);
        assert_harmless(&run);
        assert!(run.out.contains("\\u{1b}[31mEvil"), "{}", run.out);
    }
    let report = repo.check();
    let [finding] = of_check(&report, "unknown-declared-team")[..] else {
        panic!("{report:#}");
    };
    let others = finding["related"].as_array().unwrap();
    assert_eq!(others.len(), NAMES.len() - 1);
}

#[test]
fn source_lines_are_shown_without_control_characters() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        (
            "charts/x/Chart.yaml",
            "team: Evil # \x1b[2J\u{9b}31m\u{202e}\n",
        ),
    ]);
    let run = repo.run(&["check", "--color", "never"]);
    assert!(run.out.contains("team: Evil # ?[2J??31m???"), "{}", run.out);
    assert_harmless(&run);
}

#[test]
fn strings_in_a_map_are_escaped() {
    let repo = Repo::new(&[("modules/x", "")]);
    repo.write(
        "ownership.yaml",
        "version: 1
teams: {sre: {name: \"S\\e[31mRE\", contacts: {irc: \"\\e[2J\"}}}
rules:
  - {paths: [\"a\\e[[]31m\", modules/], owner: sre}
exemptions:
  - {paths: [gone], reason: \"why\\e[0m\", until: 2020-01-01}
",
    );
    for arguments in [
        &["check"][..],
        &["check", "--format", "compact"],
        &["who", "modules/x"],
    ] {
        assert_harmless(&repo.run(arguments));
    }
    repo.write("ownership.yaml", "version: 1\nteams: {\"s\\e[31m\": {}}\nrules: [{paths: [\"[\\e\"], owner: \"\\e[2J\"}]\n\"\\e]0;x\\a\": 1\n");
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    assert_harmless(&run);
}

#[test]
fn arguments_are_escaped_in_errors() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for arguments in [
        &["who", "../\u{1b}[31m"][..],
        &["who", "\u{1b}[31m"],
        &["who", "helm-chart:\u{1b}[31m"],
        &["check", "\u{1b}[31m\n"],
        &["check", "--root", "\u{1b}[31m=x"],
        &["check", "--config", "\u{1b}[31m"],
        &["explain", "\u{1b}[31m"],
    ] {
        let run = repo.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert_harmless(&run);
    }
}

#[test]
fn names_that_are_not_utf8_are_distinguished_by_their_bytes() {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for name in [&b"a\xe9"[..], b"a\xea", "aé".as_bytes()] {
        repo.write(OsStr::from_bytes(name), "");
    }
    let report = repo.check();
    let found = of_check(&report, "unowned-path");
    let paths: Vec<&str> = found.iter().map(|f| text(&f["path"])).collect();
    assert_eq!(paths, ["aé", "a\\xe9", "a\\xea"]);
    let mut prints: Vec<&str> = found.iter().map(|f| text(&f["fingerprint"])).collect();
    prints.dedup();
    assert_eq!(prints.len(), 3);
}

#[test]
fn many_hostile_patterns_are_fast() {
    let mut map = String::from("version: 1\nteams: {sre: {}, dba: {}}\nrules:\n");
    for at in 0..600 {
        let owner = if at % 2 == 0 { "sre" } else { "dba" };
        map +=
            &format!("- {{paths: ['**/*a{at}*b*c*', '**/{{x,y}}{at}/**/z*'], owner: {owner}}}\n");
    }
    let repo = Repo::new(&[("ownership.yaml", &map)]);
    for at in 0..200 {
        repo.write(format!("d{}/a{at}bc/abcabcabcabc{at}", at % 7), "");
    }
    let report = within(10, || repo.check());
    assert_eq!(report["repositories"][0]["files"], 201);
    repo.write(
        "ownership.yaml",
        format!(
            "{MAP}exemptions: [{{paths: ['{}'], reason: r}}]\n",
            "{a,b}".repeat(40)
        ),
    );
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2, "a limit, not an endless expansion");
    assert!(run.err.contains("invalid pattern"), "{}", run.err);
}

const ALL: &str = "version: 1\nteams: {a: {}, b: {}}\nrules: [{paths: ['**'], owner: a}]\n";

/// Runs ownlint, which must fail, and returns its error output.
#[track_caller]
fn error_of(repo: &Repo, arguments: &[&str]) -> String {
    let run = repo.run(arguments);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert_harmless(&run);
    run.err
}

/// Returns a clone of `repo` with only the directory `in` checked out and a sparse index; `None` if this git does not
/// support that.
fn sparse(repo: &Repo) -> Option<Repo> {
    let sparse = Repo::new(&[]);
    sparse.git(&["clone", "-q", repo.path().to_str().unwrap(), "."]);
    let set = ["sparse-checkout", "set", "--cone", "--sparse-index", "in"];
    sparse.try_git(&set).ok()?;
    Some(sparse)
}

fn committed(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new(files);
    repo.track();
    repo.git(&["commit", "-qm", "all"]);
    repo
}

#[test]
fn objects_missing_from_git_are_errors_and_not_fetched() {
    let files = [("ownership.yaml", ALL), ("in/a", ""), ("out/deep/b", "")];
    let Some(sparse) = sparse(&committed(&files)) else {
        return;
    };
    let ran = sparse.path().join(".git/ran");
    let tree = sparse.git(&["rev-parse", "HEAD:out"]);
    let object = format!(".git/objects/{}/{}", &tree[..2], tree[2..].trim());
    fs::remove_file(sparse.path().join(object)).unwrap();
    let touch = format!("ext::touch {}", ran.display());
    for (key, value) in [
        ("remote.origin.url", &*touch),
        ("remote.origin.promisor", "true"),
        ("extensions.partialClone", "origin"),
        ("protocol.ext.allow", "always"),
    ] {
        sparse.git(&["config", key, value]);
    }
    let error = error_of(&sparse, &["check"]);
    assert!(error.contains("git could not list the index"), "{error}");
    assert!(!ran.exists(), "a command of the configuration ran");
}

#[test]
fn ignores_the_environment_of_a_hook_elsewhere() {
    let other = committed(&[("ownership.yaml", ALL), ("x", ""), ("y", ""), ("z", "")]);
    let files = [("ownership.yaml", ALL), ("in/a", ""), ("out/deep/b", "")];
    let Some(sparse) = sparse(&committed(&files)) else {
        return;
    };
    let mut command = sparse.command();
    let run = command
        .args(["check", "--format", "json"])
        .env("GIT_DIR", other.path().join(".git"))
        .env("GIT_WORK_TREE", other.path())
        .env("GIT_INDEX_FILE", other.path().join(".git/index"))
        .output()
        .unwrap();
    assert_eq!(Run::of(run).json()["repositories"][0]["files"], 3);
}

#[test]
fn paths_in_an_index_cannot_lead_outside_the_repository() {
    for corrupt in ["/etc/x", "../et/x", "e/../tx", "e/./txx", "e//txxx"] {
        let plain = &"abcdefghi"[..corrupt.len()];
        let repo = Repo::new(&[("ownership.yaml", ALL), (plain, "")]);
        repo.track();
        let index = repo.path().join(".git/index");
        let bytes = fs::read(&index).unwrap();
        let at = bytes
            .windows(plain.len())
            .position(|window| window == plain.as_bytes())
            .unwrap();
        let bytes = [&bytes[..at], corrupt.as_bytes(), &bytes[at + plain.len()..]].concat();
        fs::write(&index, bytes).unwrap();
        for arguments in [&["check"][..], &["check", "--untracked"]] {
            let error = error_of(&repo, arguments);
            assert!(error.contains("an invalid path"), "{error}");
            assert!(error.contains(corrupt), "{error}");
        }
    }
}

type Damage = fn(&Repo);

#[test]
fn a_damaged_repository_is_an_error() {
    let files = [("ownership.yaml", ALL), ("x", "")];
    let damages: [(&str, Damage); 12] = [
        ("`HEAD` does not exist", |inner| {
            fs::remove_file(inner.path().join(".git/HEAD")).unwrap();
        }),
        ("does not name a branch or commit", |inner| {
            inner.write(".git/HEAD", "");
        }),
        (
            "`HEAD` points to `../../x`, which is not a branch",
            |inner| {
                inner.write(".git/HEAD", "ref: ../../x\n");
            },
        ),
        (
            "`HEAD` points to `refs/../x`, which is not a branch",
            |inner| {
                fs::remove_file(inner.path().join(".git/HEAD")).unwrap();
                inner.link(".git/HEAD", "refs/../x");
            },
        ),
        ("the index is missing", |inner| {
            fs::remove_file(inner.path().join(".git/index")).unwrap();
        }),
        ("the index is missing", |inner| {
            inner.git(&["pack-refs", "--all"]);
            fs::remove_file(inner.path().join(".git/index")).unwrap();
        }),
        ("the index does not exist", |inner| {
            fs::remove_file(inner.path().join(".git/index")).unwrap();
            inner.link(".git/index", "nowhere");
        }),
        ("points to `nowhere`, which does not exist", |inner| {
            fs::remove_dir_all(inner.path().join(".git")).unwrap();
            inner.write(".git", "gitdir: nowhere\n");
        }),
        ("has no `gitdir:` line", |inner| {
            fs::remove_dir_all(inner.path().join(".git")).unwrap();
            inner.write(".git", "");
        }),
        ("`index` is not a regular file", |inner| {
            inner.pipe(".git/index")
        }),
        ("`config` is not a regular file", |inner| {
            inner.pipe(".git/config")
        }),
        ("it cannot be used: it is not a regular file", |inner| {
            fs::remove_dir_all(inner.path().join(".git")).unwrap();
            inner.pipe(".git");
        }),
    ];
    for (expected, damage) in damages {
        let inner = committed(&files);
        inner.write("deep/ownership.yaml", ALL);
        damage(&inner);
        for arguments in [&["check"][..], &["check", "--untracked"]] {
            let error = error_of(&inner, arguments);
            assert!(error.contains(expected), "{expected} in {error}");
            let name = inner.path().file_name().unwrap().to_str().unwrap();
            assert!(error.contains(name), "{error}");
        }
        error_of(&inner, &["check", "--config", "deep/ownership.yaml"]);
        // Without an index, git treats all files as removed.
        if !expected.starts_with("the index") {
            for arguments in [&["check", "--since", "HEAD"][..], &["check", "--staged"]] {
                let error = error_of(&inner, arguments);
                assert!(error.contains(expected), "{expected} in {error}");
            }
        }
    }
}

#[test]
fn a_bare_repository_cannot_be_checked() {
    let repo = committed(&[("ownership.yaml", ALL)]);
    repo.git(&["clone", "-q", "--bare", ".", "bare"]);
    fs::copy(
        repo.path().join("ownership.yaml"),
        repo.path().join("bare/ownership.yaml"),
    )
    .unwrap();
    let error = error_of(&repo, &["check", "--config", "bare/ownership.yaml"]);
    assert!(error.contains("is a bare repository"), "{error}");
}

#[test]
fn endless_nesting_is_an_error() {
    let repo = Repo::new(&[("ownership.yaml", ALL)]);
    let name = format!("x {}", "(://)".repeat(10_000));
    repo.write("charts/x/Chart.yaml", format!("team: '{name}'\n"));
    assert_eq!(of_check(&repo.check(), "unknown-declared-team").len(), 1);
    for at in 0..100 {
        repo.write(
            format!("m{at}.yaml"),
            format!("include: [m{}.yaml]\n", at + 1),
        );
    }
    repo.write("ownership.yaml", format!("{ALL}include: [m0.yaml]\n"));
    let error = error_of(&repo, &["check"]);
    assert!(
        error.contains("includes are nested more than 32 levels deep"),
        "{error}"
    );
}

#[test]
fn a_map_that_is_not_a_file_is_never_opened() {
    let repo = Repo::new(&[("ownership.yaml", &format!("{ALL}include: [pipe.yaml]\n"))]);
    repo.pipe("pipe.yaml");
    let error = error_of(&repo, &["check"]);
    assert!(error.contains("it is not a regular file"), "{error}");
    for map in ["pipe.yaml", "/dev/zero", "/dev/stdin"] {
        let error = error_of(&repo, &["check", "--config", map]);
        assert!(
            error.contains(&format!("the map `{map}` is not a regular file")),
            "{error}"
        );
    }
}

#[test]
fn reports_unusable_gitignore_files() {
    let repo = Repo::new(&[
        ("ownership.yaml", ALL),
        ("pipe/a", ""),
        ("link/a", ""),
        ("bytes/a", ""),
        ("bytes/b", ""),
        ("elsewhere", "a\n"),
    ]);
    repo.pipe("pipe/.gitignore");
    repo.link("link/.gitignore", "../elsewhere");
    repo.write("bytes/.gitignore", b"\xff\na\n");
    let messages = |run: &Run| -> Vec<String> {
        let report = run.json();
        let found = of_check(&report, "unreadable-path");
        found
            .iter()
            .map(|f| text(&f["message"]).to_owned())
            .collect()
    };
    let expected = [
        "`bytes/.gitignore` could not be read: line 1 is not valid UTF-8",
        "`link/.gitignore` could not be read: it is a symbolic link, and symbolic links are not followed",
        "`pipe/.gitignore` could not be read: it is not a regular file",
    ];
    let check = ["check", "--format", "json", "--untracked"];
    let run = repo.run(&check);
    assert_eq!(messages(&run), expected);
    // All but `bytes/a`.
    assert_eq!(run.json()["repositories"][0]["files"], 8);
    repo.git(&["init", "-q"]);
    let run = repo.run(&check);
    assert_eq!(messages(&run), expected);
    assert_eq!(run.json()["repositories"][0]["files"], 8);
}

#[test]
fn only_nested_repositories_hide_their_content() {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("hidden/.git", ""),
        ("hidden/x", ""),
        ("module/.git", "gitdir: ../gone\n"),
        ("module/x", ""),
        ("piped/x", ""),
    ]);
    repo.pipe("piped/.git");
    for _ in 0..2 {
        let report = repo.check_with(&["--untracked"]);
        let found = of_check(&report, "unowned-path");
        let paths: Vec<&str> = found.iter().map(|f| text(&f["path"])).collect();
        assert_eq!(paths, ["hidden/", "module", "piped/"]);
        repo.git(&["init", "-q"]);
    }
}

#[test]
fn reads_declarations_that_are_not_checked_out() {
    let files = [
        (
            "ownership.yaml",
            "version: 1\nteams: {a: {}}\nrules: [{paths: [ownership.yaml, in/], owner: a}]\n",
        ),
        ("in/x", ""),
        ("charts/c/Chart.yaml", "team: a\n"),
    ];
    let full = committed(&files);
    let Some(sparse) = sparse(&full) else {
        return;
    };
    assert!(!sparse.path().join("charts").exists());
    assert_eq!(sparse.check()["findings"], full.check()["findings"]);
    assert_eq!(sparse.verdict("charts/c/x"), "a");
    sparse.git(&["sparse-checkout", "reapply", "--no-sparse-index"]);
    assert_eq!(sparse.run(&["check"]).code, 0);
    let blob = sparse.git(&["rev-parse", "HEAD:charts/c/Chart.yaml"]);
    let object = format!(".git/objects/{}/{}", &blob[..2], blob[2..].trim());
    fs::remove_file(sparse.path().join(object)).unwrap();
    let report = sparse.check();
    let found = of_check(&report, "unreadable-path");
    assert!(text(&found[0]["message"]).contains("not checked out (skip-worktree)"));
}

#[test]
fn many_claims_on_one_path_are_few_findings() {
    let rules = |priority: &str| -> String {
        let rule = |at: usize| {
            format!(
                "- {{paths: ['**'], owner: {}{priority}}}\n",
                ["a", "b"][at % 2]
            )
        };
        (0..2_000).map(rule).collect()
    };
    let head = "version: 1\nteams: {a: {}, b: {}}\nrules:\n";
    let repo = Repo::new(&[("ownership.yaml", &format!("{head}{}", rules("")))]);
    for at in 0..50 {
        repo.write(format!("f{at}"), "");
    }
    let report = repo.check();
    let found = of_check(&report, "conflicting-owners");
    assert_eq!((found.len(), &found[0]["files"]), (1, &51.into()));
    repo.write(
        "ownership.yaml",
        format!(
            "{head}{}{}",
            rules(", priority: 1"),
            rules("").replace("owner: b", "owner: a")
        ),
    );
    assert_eq!(of_check(&repo.check(), "conflicting-owners").len(), 1);
    assert_eq!(repo.who("f1")["claims"].as_array().unwrap().len(), 4_000);
}

#[test]
fn shows_only_some_of_many_conflicting_claims() {
    let repo = Repo::new(&[]);
    let teams: String = (0..20).map(|at| format!("  t{at}: {{}}\n")).collect();
    let name = "abcdefghijklmnopqrstuvwxyz";
    let rule = |at: usize| format!("- {{paths: ['*{}*'], owner: t{at}}}\n", &name[at..at + 3]);
    let rules: String = (0..20).map(rule).collect();
    let map = format!("version: 1\nteams:\n{teams}rules:\n{rules}- {{paths: ['o*'], owner: t0}}\n");
    repo.write("ownership.yaml", map);
    repo.write(name, "");
    let report = repo.check();
    let found = of_check(&report, "conflicting-owners");
    assert_eq!(found.len(), 15);
    let message = text(&found[0]["message"]);
    assert!(
        message.ends_with("; 14 more claims are equally strong"),
        "{message}"
    );
}

#[test]
fn too_many_different_claims_are_an_error() {
    let name: String = (b'0'..=b'9').chain(b'a'..=b'z').map(char::from).collect();
    let parts = (0..name.len()).flat_map(|from| (from + 1..=name.len()).map(move |to| from..to));
    let rule = |part| format!("- {{paths: ['*{}*'], owner: a}}\n", &name[part]);
    let rules: String = parts.map(rule).collect();
    let repo = Repo::new(&[(&*name, "")]);
    let map = format!("version: 1\nteams: {{a: {{}}}}\nrules:\n{rules}");
    repo.write("ownership.yaml", &map);
    let error = error_of(&repo, &["check"]);
    assert!(
        error.contains("666 claims match the same path, but the limit is 500"),
        "{error}"
    );
    error_of(&repo, &["who", &name]);
    let settled = format!("{map}- {{paths: ['**'], owner: a, priority: 1}}\n");
    repo.write("ownership.yaml", settled);
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn reports_all_claims_that_cannot_be_compared() {
    let wild = "?".repeat(18);
    let pair = |of: &str| {
        format!(
            "- {{paths: ['{of}/*a{wild}*'], owner: a}}\n- {{paths: ['{of}/*{wild}b*'], owner: b}}\n"
        )
    };
    let name = format!("{}b", "a".repeat(60));
    let head = "version: 1\nteams: {a: {}, b: {}}\nrules:\n";
    let repo = Repo::new(&[(&*format!("x/{name}"), ""), (&*format!("y/{name}"), "")]);
    let errors = |map: String| {
        repo.write("ownership.yaml", map);
        repo.run(&["check"])
            .err
            .matches("too much to decide")
            .count()
    };
    let one = errors(format!("{head}{}", pair("x")));
    assert_eq!(errors(format!("{head}{}{}", pair("x"), pair("y"))), 2 * one);
}

#[test]
fn many_declarations_and_charts_are_fast() {
    let repo = Repo::new(&[("ownership.yaml", ALL)]);
    repo.write("charts/x/Chart.yaml", "team: a\n".repeat(3_000));
    for at in 0..300 {
        repo.write(format!("charts/x/charts/c{at}/Chart.yaml"), "");
        repo.write(format!("charts/x/charts/c{at}/charts/d/Chart.yaml"), "");
    }
    let report = repo.check();
    assert_eq!(
        report["repositories"][0]["components"]["helm-subchart"]["total"],
        600
    );
    assert_eq!(of_check(&report, "declaration-mismatch").len(), 2_999);
}

#[test]
fn reports_all_missing_repositories_and_accepts_equals_signs_in_names() {
    let repositories = "repositories: [{name: r, path: gone}, {name: 'r=s', path: gone}, {name: \"t\\e[31m\", path: gone}]\n";
    let repo = Repo::new(&[("ownership.yaml", &format!("{ALL}{repositories}"))]);
    fs::create_dir_all(repo.path().join("x=y")).unwrap();
    let error = error_of(&repo, &["check"]);
    assert_eq!(error.matches("no such directory").count(), 3, "{error}");
    let error = error_of(&repo, &["check", "--root", "r=s=x=y", "--root", "r=x=y"]);
    assert_eq!(error.matches("no such directory").count(), 1, "{error}");
    assert!(error.contains("`t\\u{1b}[31m` is not at"), "{error}");
}

#[test]
fn invisible_characters_are_escaped_in_all_outputs() {
    const BAD: &str = "\\e[31m\\u202e\\x9b\\x7f\\uFFF9\\U000E0041";
    let name = "\u{202e}\u{ad}\u{e0041}\u{7f}";
    let map = format!(
        "version: 1
teams: {{a: {{contacts: {{\"k{BAD}\": \"{BAD}\"}}}}}}
repositories: [{{name: \"r{BAD}\", path: .}}]
organization: {{escalation: [{{when: \"{BAD}\", via: \"{BAD}\"}}]}}
rules: [{{paths: [\"d/\"], owner: a, note: \"{BAD}\"}}]
"
    );
    let repo = Repo::new(&[("ownership.yaml", &map), ("d/x", ""), (name, "")]);
    let is_unseen =
        |char: char| char.is_control() || "\u{ad}\u{202e}\u{fff9}\u{e0041}".contains(char);
    let unseen = |text: &str| text.contains(is_unseen);
    for arguments in [
        &["check"][..],
        &["check", "--format", "compact"],
        &["check", "--format", "json"],
        &["who", "d/x"],
        &["who", name],
        &["who", "--format", "json", "d/x", name],
        &["check", "--root", name],
        &["check", "--format", name],
        &["who", "d/x", "--root", "r=."],
    ] {
        let run = repo.run(arguments);
        for line in run.out.lines().chain(run.err.lines()) {
            assert!(!unseen(line), "{arguments:?}: {line:?}");
        }
    }
    repo.write("CODEOWNERS", format!("/{name} @a\n"));
    let before = map
        .replace("owner: a", "owner: b")
        .replace("{a:", "{b: {}, a:");
    repo.write("ownership.yaml", &before);
    repo.track();
    repo.git(&["commit", "-qm", "before"]);
    repo.write("ownership.yaml", &map);
    repo.write(format!("d/{name}"), "");
    repo.track();
    repo.git(&["commit", "-qm", "after"]);
    for arguments in [
        &["who", "--from", "github", "--format", "json", name][..],
        &["diff", "HEAD^", "HEAD", "--format", "json"],
        &["reviewers", "--since", "HEAD^", "--format", "json"],
        &["report", "--format", "json"],
        &["report", "--format", "csv"],
        &["teams", "--format", "csv"],
    ] {
        let run = repo.run(arguments);
        assert!(run.code < 2, "{arguments:?}: {}", run.err);
        assert!(!run.out.lines().any(unseen), "{arguments:?}: {}", run.out);
    }
    let found = repo.check();
    let found = of_check(&found, "unowned-path");
    let found = found.iter().find(|f| f["path"] == name).unwrap();
    let (_, rule) = text(&found["help"]).split_once('\n').unwrap();
    repo.write(
        "ownership.yaml",
        format!("version: 1\nteams: {{TEAM: {{}}}}\nrules:\n{rule}\n").replace("TEAM", "a"),
    );
    assert_eq!(repo.verdict(name), "a");
    for faulty in [
        format!(
            "version: \"{BAD}\"\nteams: {{\"t{BAD}\": {{}}}}\nrules: [{{paths: [a], owner: \"u{BAD}\"}}]\n"
        ),
        format!("version: 1\nteams: {{a: {{contacts: {{\"k{BAD}\": ''}}}}}}\n"),
        format!(
            "version: 1\nteams: {{a: {{}}}}\nchecks: {{\"k{BAD}\": off}}\ncomponents: [{{kind: \"{BAD}\", members: {{m: {{path: \"{{name}}{BAD}\"}}}}}}]\nrules: [{{components: [\"z{BAD}:b\"], owner: a}}]\n"
        ),
    ] {
        repo.write("ownership.yaml", faulty);
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 2);
        assert!(!run.err.lines().any(unseen), "{:?}", run.err);
    }
}

#[test]
fn failing_to_write_output_is_an_error() {
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let repo = Repo::new(&[("ownership.yaml", ALL)]);
    let code = |mut command: std::process::Command| command.status().unwrap().code();
    let mut usage = repo.command();
    usage.arg("bogus").stderr(full());
    assert_eq!(code(usage), Some(2));
    for argument in ["--help", "--version", "check", "explain"] {
        let mut command = repo.command();
        command.arg(argument).stdout(full()).stderr(Stdio::null());
        assert_eq!(code(command), Some(2), "{argument}");
    }
}

#[test]
fn warns_about_a_path_without_files() {
    let library = committed(&[("lib", "")]);
    let repo = Repo::new(&[("ownership.yaml", MAP), ("d/x", "")]);
    repo.track();
    let add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q"];
    let path = library.path().to_str().unwrap();
    repo.git(&[&add[..], &[path, "sub"]].concat());
    repo.write("new", "");
    fs::create_dir_all(repo.path().join("empty")).unwrap();
    for typed in ["new", "empty"] {
        let run = repo.run(&["check", typed]);
        assert_eq!(run.code, 0);
        let warning =
            format!("warning: `{typed}` contains no files that belong to the repository\n");
        assert_eq!(run.err, warning);
        assert_eq!(repo.run(&["check", "-q", typed]).err, "");
    }
    let run = repo.run(&["check", "--format", "compact", "sub/lib"]);
    assert_eq!((run.code, &*run.err), (1, ""));
    assert!(run.out.contains("`sub` has no owner"), "{}", run.out);
}

#[test]
fn git_is_not_run_where_it_would_block() {
    let repo = committed(&[("ownership.yaml", ALL), ("x", "")]);
    repo.git(&["branch", "other"]);
    repo.git(&["pack-refs", "--all"]);
    repo.git(&["branch", "loose"]);
    for path in [
        ".git/HEAD",
        ".git/config",
        ".git/packed-refs",
        ".git/index",
        ".git/refs/heads/loose",
        ".git/info/attributes",
        ".git/objects/info/alternates",
        ".gitattributes",
    ] {
        let full = repo.path().join(path);
        let was = fs::read(&full).ok();
        repo.pipe(path);
        for arguments in [
            &["check", "--staged"][..],
            &["check", "--since", "HEAD"],
            &["diff", "HEAD", "HEAD"],
            &["reviewers", "--since", "loose"],
        ] {
            let error = error_of(&repo, arguments);
            let name = path.trim_start_matches(".git/");
            assert!(error.contains(name), "{name} in {error}");
            assert!(error.contains("is not a regular file"), "{error}");
        }
        fs::remove_file(&full).unwrap();
        if let Some(was) = was {
            fs::write(full, was).unwrap();
        }
    }
    assert_eq!(repo.run(&["check", "--staged"]).code, 0);
    repo.git(&["clone", "-q", "--bare", ".", "bare"]);
    repo.pipe("bare/HEAD");
    let mut command = repo.command();
    command.args(["diff", "HEAD", "HEAD"]);
    command.current_dir(repo.path().join("bare"));
    let run = Run::of(command.output().unwrap());
    assert!(run.err.contains("bare/HEAD"), "{}", run.err);
}

#[test]
fn unused_objects_are_not_checked() {
    let repo = committed(&[("ownership.yaml", ALL), ("x", "")]);
    fs::create_dir_all(repo.path().join(".git/objects/00")).unwrap();
    repo.pipe(&format!(".git/objects/00/{}", "0".repeat(38)));
    assert_eq!(repo.run(&["check", "--staged"]).code, 0);
}

#[test]
fn reports_a_missing_index_with_reftables() {
    let repo = Repo::new(&[("ownership.yaml", ALL)]);
    // Old versions of git do not support it.
    if repo
        .try_git(&["init", "-q", "--ref-format=reftable"])
        .is_err()
    {
        return;
    }
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("git tracks no files there"), "{}", run.err);
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", "all"]);
    fs::remove_file(repo.path().join(".git/index")).unwrap();
    let error = error_of(&repo, &["check"]);
    assert!(
        error.contains("the index is missing, but the repository has commits"),
        "{error}"
    );
}

#[test]
fn an_unreadable_map_is_an_error() {
    let repo = committed(&[("ownership.yaml", ALL), ("in/deep/x", "")]);
    let error = |arguments: &[&str]| {
        let mut command = repo.command();
        command.current_dir(repo.path().join("in/deep"));
        command.args(arguments).env("COLUMNS", "160");
        let run = Run::of(command.output().unwrap());
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains("in/ownership.yaml`"), "{}", run.err);
        run.err
    };
    repo.link("in/ownership.yaml", "nowhere");
    repo.git(&["add", "-A"]);
    for arguments in [
        &["check"][..],
        &["check", "--staged"],
        &["check", "--since", "HEAD"],
        &["who", "x"],
        &["report"],
    ] {
        let error = error(arguments);
        assert!(error.contains("`nowhere`, which does not exist"), "{error}");
    }
    repo.pipe("in/ownership.yaml");
    assert!(error(&["check"]).contains("is not a regular file"));
}
