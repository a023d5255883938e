//! Files that the map lists under `generate`: `check` verifies them, and `generate --all` writes them.

use crate::harness::{Repo, Run, findings, of_check, text};

const MAP: &str = "version: 1
teams:
  ops: {handles: {github: '@o/ops', gitlab: '@g/ops', kubernetes: ops}}
  web: {handles: {github: '@o/web', gitlab: '@g/web', kubernetes: web}}
rules:
  - {paths: ['**'], owner: ops}
  - {paths: [web/], owner: web}
";

fn repo(entries: &str, files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new(&[("ops/a", ""), ("web/a", "")]);
    repo.write("ownership.yaml", format!("{MAP}{entries}"));
    files.iter().for_each(|(path, text)| repo.write(path, text));
    repo.track();
    repo
}

/// Writes all listed files.
fn generate_all(repo: &Repo) {
    let run = repo.run(&["generate", "--all"]);
    assert_eq!(run.code, 0, "{}", run.err);
    repo.git(&["add", "-A"]);
}

fn read(repo: &Repo, path: &str) -> String {
    std::fs::read_to_string(repo.path().join(path)).unwrap()
}

/// Returns the messages of the findings about generated files.
fn messages(repo: &Repo) -> Vec<String> {
    let report = repo.check();
    let checks = ["outdated-ownership-file", "unlisted-generated-file"];
    let found = checks.iter().flat_map(|check| of_check(&report, check));
    found
        .map(|finding| text(&finding["message"]).to_owned())
        .collect()
}

const GITHUB: &str = "generate: [{dialect: github}]\n";
const KUBERNETES: &str = "generate: [{dialect: kubernetes}]\n";

#[test]
fn all_listed_files_are_written_and_compared() {
    let entries = "generate:
  - {dialect: github, path: .github/CODEOWNERS}
  - {dialect: gitlab, path: .gitlab/CODEOWNERS}
  - {dialect: kubernetes}
";
    let repo = repo(entries, &[]);
    let missing = [
        "generated file `.github/CODEOWNERS` is missing",
        "generated file `.gitlab/CODEOWNERS` is missing",
        "generated file `OWNERS` is missing",
        "generated file `web/OWNERS` is missing",
    ];
    assert_eq!(messages(&repo), missing);
    assert_eq!(repo.run(&["generate", "--all", "--check"]).code, 1);
    generate_all(&repo);
    assert!(read(&repo, ".gitlab/CODEOWNERS").contains("@g/web"));
    assert!(read(&repo, "web/OWNERS").contains("web"));
    assert_eq!(repo.run(&["generate", "--all", "--check"]).code, 0);
    assert_eq!(messages(&repo), [""; 0]);
    assert_eq!(repo.run(&["check"]).code, 0);
}

#[test]
fn every_edit_of_a_listed_file_is_reported() {
    let repo = repo(GITHUB, &[]);
    generate_all(&repo);
    let path = ".github/CODEOWNERS";
    let whole = read(&repo, path);
    let without_header: String = whole
        .lines()
        .skip(2)
        .map(|line| format!("{line}\n"))
        .collect();
    for edited in [
        without_header,
        whole.replace("generate github", "generate github --per-file-fallback"),
        whole.replace("--output", "--keep-existing web --output"),
        whole.replace("generate github", "generate gitlab"),
        whole.clone() + "/ops/ @o/web\n",
        String::new(),
    ] {
        repo.write(path, &edited);
        let messages = messages(&repo);
        assert_eq!(messages.len(), 1, "{messages:?}\n{edited}");
        assert!(
            messages[0].contains("`.github/CODEOWNERS` does not match the map"),
            "{messages:?}"
        );
        assert_eq!(repo.run(&["check"]).code, 1);
    }
}

#[test]
fn a_file_added_below_a_generated_tree_is_reported() {
    let repo = repo(KUBERNETES, &[]);
    generate_all(&repo);
    repo.write("ops/OWNERS", "approvers: [mallory]\n");
    repo.git(&["add", "-A"]);
    assert_eq!(
        messages(&repo),
        ["`ops/OWNERS` gives other owners than the map to `ops/a`"]
    );
    let report = repo.check();
    let found = of_check(&report, "outdated-ownership-file");
    assert_eq!(text(&found[0]["path"]), "ops/OWNERS");
    assert!(text(&found[0]["help"]).contains("keep_existing"));
    let kept = format!("{MAP}generate: [{{dialect: kubernetes, keep_existing: [ops]}}]\n");
    repo.write("ownership.yaml", kept);
    generate_all(&repo);
    assert_eq!(messages(&repo), [""; 0]);
}

#[test]
fn a_file_that_the_forge_reads_first_is_reported() {
    let entries = "generate: [{dialect: github, path: docs/CODEOWNERS}]\n";
    let repo = repo(entries, &[]);
    generate_all(&repo);
    assert_eq!(messages(&repo), [""; 0]);
    repo.write("CODEOWNERS", "* @o/web\n");
    repo.git(&["add", "-A"]);
    assert_eq!(
        messages(&repo),
        ["GitHub reads `CODEOWNERS` instead of the generated `docs/CODEOWNERS`"]
    );
}

#[test]
fn an_unlisted_file_is_one_warning_with_the_entry() {
    let repo = repo("", &[("x/OWNERS", "approvers: [other]\n")]);
    let kubernetes = [
        "generate",
        "kubernetes",
        "--keep-existing",
        "x",
        "--output",
        ".",
    ];
    assert_eq!(repo.run(&kubernetes).code, 0);
    let github = ["generate", "github", "--output", ".github/CODEOWNERS"];
    assert_eq!(repo.run(&github).code, 0);
    repo.git(&["add", "-A"]);
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.out);
    let report = repo.check();
    let found = of_check(&report, "unlisted-generated-file");
    let help: Vec<&str> = found.iter().map(|it| text(&it["help"])).collect();
    assert_eq!(
        help,
        [
            "add `- {dialect: github, path: \".github/CODEOWNERS\"}` under `generate` in the map",
            "add `- {dialect: kubernetes, keep_existing: [x]}` under `generate` in the map",
        ]
    );
    let entries = "generate:\n- {dialect: github, path: \".github/CODEOWNERS\"}\n\
        - {dialect: kubernetes, keep_existing: [x]}\n";
    repo.write("ownership.yaml", format!("{MAP}{entries}"));
    assert_eq!(messages(&repo), [""; 0]);
}

#[test]
fn options_of_a_listed_file_come_from_the_map() {
    let entries = "generate: [{dialect: kubernetes}]\n";
    let repo = repo(
        entries,
        &[("x/OWNERS", "approvers: [other]\n"), ("x/a", "")],
    );
    let smuggled = [
        "generate",
        "kubernetes",
        "--keep-existing",
        "x",
        "--output",
        ".",
    ];
    assert_eq!(repo.run(&smuggled).code, 0);
    repo.git(&["add", "-A"]);
    let messages = messages(&repo);
    assert!(!messages.is_empty());
    assert_eq!(repo.run(&["check"]).code, 1);
}

#[test]
fn entries_are_validated() {
    for (entry, message) in [
        ("{dialect: githb}", "`githb` is not a dialect"),
        (
            "{dialect: github, path: ../x}",
            "`../x` is not a path in the repository",
        ),
        (
            "{dialect: github, path: /x}",
            "`/x` is not a path in the repository",
        ),
        (
            "{dialect: github, repository: a}",
            "`a` is not a repository listed in the map",
        ),
        (
            "{dialect: github, keep_existing: [a]}",
            "`keep_existing` does not apply to `github`",
        ),
        (
            "{dialect: markdown, per_file_fallback: true}",
            "`per_file_fallback` does not apply to `markdown`",
        ),
        (
            "{dialect: github, per_file_fallback: maybe}",
            "`per_file_fallback` must be `true` or `false`",
        ),
        ("{path: x}", "missing key `dialect`"),
        (
            "{dialect: github}, {dialect: github, path: ./.github/CODEOWNERS}",
            "this file is generated twice",
        ),
        (
            "{dialect: github, path: .git/hooks/pre-commit}",
            "`.git/hooks/pre-commit` is inside git's own directory",
        ),
        (
            "{dialect: github, path: web/./.GIT/x}",
            "`web/./.GIT/x` is inside git's own directory",
        ),
        (
            "{dialect: github, path: '.git. /x'}",
            "`.git. /x` is inside git's own directory",
        ),
        (
            "{dialect: github, path: git~1}",
            "`git~1` is inside git's own directory",
        ),
        (
            "{dialect: github, path: ./ownership.yaml}",
            "`ownership.yaml` is part of the map",
        ),
        (
            "{dialect: github, path: .}",
            "`.` is not the path of a file",
        ),
        (
            "{dialect: kubernetes, path: web}",
            "`path` does not apply to `kubernetes`, which writes a file in each folder",
        ),
        (
            "{dialect: kubernetes}, {dialect: kubernetes, path: .}",
            "`kubernetes` is generated twice",
        ),
        (
            "{dialect: kubernetes}, {dialect: gerrit}",
            "`kubernetes` and `gerrit` would write the same `OWNERS` files",
        ),
        (
            "{dialect: kubernetes}, {dialect: github, path: web/OWNERS}",
            "`web/OWNERS` is also a path of the `OWNERS` files that `kubernetes` writes",
        ),
        (
            "{dialect: markdown, path: OWNERS/x}, {dialect: gerrit}",
            "`OWNERS/x` is also a path of the `OWNERS` files that `gerrit` writes",
        ),
        (
            "{dialect: github, path: a/b}, {dialect: gitlab, path: a}",
            "`a` and `a/b` cannot both be files",
        ),
    ] {
        let run = repo(&format!("generate: [{entry}]\n"), &[]).run(&["check", "--color", "never"]);
        assert_eq!(run.code, 2, "{entry}");
        assert!(run.err.contains(message), "{entry}: {}", run.err);
    }
}

#[test]
fn an_included_file_is_never_generated() {
    let repo = repo(
        "include: [teams.yaml]\ngenerate: [{dialect: github, path: teams.yaml}]\n",
        &[("teams.yaml", "teams: {dba: {}}\n")],
    );
    let run = repo.run(&["generate", "--all", "--force"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("`teams.yaml` is part of the map"),
        "{}",
        run.err
    );
}

#[test]
fn nothing_is_written_through_links_of_the_repository_or_in_place_of_directories() {
    let outside = tempfile::tempdir().unwrap();
    let outside = outside.path().canonicalize().unwrap();
    std::fs::write(outside.join("file"), "").unwrap();
    let file = outside.join("file");
    for (path, link, target, problem) in [
        (
            "out/x",
            "out",
            outside.as_path(),
            "`out` is a symbolic link",
        ),
        (
            "out/sub/x",
            "out",
            outside.as_path(),
            "`out` is a symbolic link",
        ),
        ("x", "x", file.as_path(), "`x` is a symbolic link"),
        ("x", "x", "/nowhere".as_ref(), "`x` is a symbolic link"),
        ("out/x", "out", ".git".as_ref(), "`out` is a symbolic link"),
        ("x", "x", "ops/a".as_ref(), "`x` is a symbolic link"),
        ("web", "y", "ops".as_ref(), "`web` is not a regular file"),
        ("web/a/x", "y", "ops".as_ref(), "`web/a` is not a directory"),
    ] {
        let repo = repo(
            &format!("generate: [{{dialect: github, path: {path}}}]\n"),
            &[],
        );
        repo.link(link, target.to_str().unwrap());
        repo.git(&["add", "-A"]);
        for arguments in [
            &["generate", "--all", "--force"][..],
            &["generate", "github", "--force", "--output", path],
        ] {
            let run = repo.run(arguments);
            assert_eq!(run.code, 2, "{path}");
            assert!(run.err.contains(problem), "{path}: {}", run.err);
        }
        let names = std::fs::read_dir(&outside).unwrap();
        assert_eq!(names.count(), 1, "{path}");
        assert_eq!(std::fs::read(&file).unwrap(), b"");
        assert!(!repo.path().join(".git/x").exists());
    }
}

#[test]
fn a_file_that_somebody_wrote_is_replaced_only_with_force() {
    let repo = repo(GITHUB, &[(".github/CODEOWNERS", "* @o/web\n")]);
    for arguments in [
        &["generate", "--all"][..],
        &["generate", "github", "--output", ".github/CODEOWNERS"],
    ] {
        let run = repo.run(arguments);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(
            run.err
                .contains("`.github/CODEOWNERS` was not generated by ownlint"),
            "{}",
            run.err
        );
        assert_eq!(read(&repo, ".github/CODEOWNERS"), "* @o/web\n");
    }
    let run = repo.run(&["generate", "--all", "--force"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("replacing `.github/CODEOWNERS`"),
        "{}",
        run.err
    );
    assert!(findings(&repo.check()).is_empty());
}

#[test]
fn what_a_replaced_file_states_besides_owners_is_listed() {
    for (dialect, path, text, lost) in [
        (
            "github",
            ".github/CODEOWNERS",
            "# by hand\n* @o/web\n",
            "1 comment",
        ),
        (
            "gitlab",
            "CODEOWNERS",
            "[Docs][2] @g/web\n* @g/web # x\n",
            "1 section header",
        ),
        (
            "kubernetes",
            "OWNERS",
            "approvers: [a]\nreviewers: [b]\nlabels:\n- area/x\n",
            "1 `labels` key, 1 `reviewers` key",
        ),
        (
            "maintainers",
            "MAINTAINERS",
            "NET\nM:\tA <a@x.org>\nR:\tB <b@x.org>\nL:\tl@x.org\nS:\tSupported\nF:\tweb/\n",
            "1 `L:` line, 1 `R:` line, 1 `S:` line, 1 title or other line",
        ),
    ] {
        let repo = repo("", &[(path, text)]);
        let map = read(&repo, "ownership.yaml")
            .replace("handles: {", "contacts: {email: x@x.org}, handles: {");
        repo.write("ownership.yaml", map);
        let output = if dialect == "kubernetes" { "." } else { path };
        let arguments = ["generate", dialect, "--output", output];
        let run = repo.run(&arguments);
        assert_eq!(run.code, 2, "{dialect}");
        let note = |run: &Run| {
            let note = format!("note: replacing `{path}` would remove {lost}\n");
            assert!(run.err.contains(&note), "{}", run.err);
        };
        note(&run);
        let help = "help: use `--force` to replace it\n";
        assert!(run.err.contains(help), "{}", run.err);
        note(&repo.run(&["generate", dialect]));
        note(&repo.run(&[&arguments[..], &["--check"]].concat()));
        assert_eq!(read(&repo, path), text);
        let run = repo.run(&[&arguments[..], &["--force"]].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(
            run.err.contains(&format!("this removes {lost}")),
            "{}",
            run.err
        );
    }
}

/// A generated file has no approvers from parent directories.
#[test]
fn approvers_who_are_lost_are_named_before_files_are_replaced() {
    let files = [
        ("OWNERS", "approvers: [ops, boss]\n"),
        ("web/OWNERS", "approvers: [web]\n"),
        (
            "OWNERS_ALIASES",
            "aliases: {ops: [ann, bo], web: [cy, bo]}\n",
        ),
    ];
    let repo = repo("", &files);
    let note = "note: with the new files, `ann`, `boss` can no longer approve changes of ";
    for arguments in [&[][..], &["--check"], &["--output", "."]] {
        let run = repo.run(&[&["generate", "kubernetes"], arguments].concat());
        assert!(run.err.contains(note), "{}", run.err);
    }
    let run = repo.run(&["generate", "kubernetes", "--output", "."]);
    let error = "error: `OWNERS` and 1 other file were not generated by ownlint\n";
    assert!(run.err.contains(error), "{}", run.err);
    assert_eq!(read(&repo, "OWNERS"), files[0].1);
    let run = repo.run(&["generate", "kubernetes", "--output", ".", "--force"]);
    assert!(run.err.contains(note), "{}", run.err);
    repo.track();
    let run = repo.run(&["generate", "kubernetes", "--check"]);
    assert_eq!((run.code, &*run.err), (0, ""));
}

#[test]
fn what_trusted_files_state_besides_owners_is_listed() {
    let text = "# Why\napprovers: [web]\nreviewers: [rita]\nlabels: [x]\n";
    let repo = repo(
        "ownership_files: {kubernetes: trust}\n",
        &[("web/OWNERS", text)],
    );
    for arguments in [&[][..], &["--check"], &["--output", "CODEOWNERS"]] {
        let run = repo.run(&[&["generate", "github"], arguments].concat());
        let note = "note: the map trusts other files (Kubernetes OWNERS and OWNERS_ALIASES), and the output does not \
                    contain their 1 `labels` key (web/OWNERS:4), 1 `reviewers` key (web/OWNERS:3)\n";
        assert!(run.err.contains(note), "{}", run.err);
    }
}

const MAINTAINERS: &str = "List of maintainers

NET
M:\tJérôme Doe <jerome@x.org>
M:\t\"Smith, Bob\" <bob@x.org>
S:\tMaintained
F:\tweb/

OPS
M:\tAnn <ann@x.org>
S:\tMaintained
F:\tops/
";

/// Returns the owners of two files by a MAINTAINERS file.
fn maintainers(repo: &Repo, file: &str) -> String {
    let from = [
        "who",
        "--from",
        "maintainers",
        "--format",
        "tsv",
        "--file",
        file,
    ];
    repo.run(&[&from[..], &["web/a", "ops/a"]].concat()).out
}

#[test]
fn names_of_people_travel_through_the_map() {
    let repo = Repo::new(&[("ops/a", ""), ("web/a", ""), ("MAINTAINERS", MAINTAINERS)]);
    repo.track();
    let before = maintainers(&repo, "MAINTAINERS");
    assert!(before.contains("Doe"), "{before}");
    // As rules for drafted teams, and as people of the teams of the sections.
    let run = repo.run(&[
        "init",
        "--replace",
        "--from",
        "maintainers",
        "--output",
        "ownership.yaml",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let output = ["generate", "maintainers", "--output", "generated"];
    assert_eq!(repo.run(&output).code, 0, "{}", repo.run(&output).err);
    assert_eq!(maintainers(&repo, "generated"), before);
    let people = "version: 1
teams: {net: {}, ops: {}}
people:
  - {name: Jérôme Doe, emails: [jerome@x.org], team: net}
  - {name: 'Smith, Bob', emails: [bob@x.org], team: net}
  - {name: Ann, emails: [ann@x.org], team: ops}
rules:
  - {paths: [web/], owner: net}
  - {paths: [ops/], owner: ops}
exemptions: [{paths: ['*'], reason: x, priority: -1}]
";
    repo.write("ownership.yaml", people);
    let run = repo.run(&output);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(maintainers(&repo, "generated"), before);
}

/// Rules whose claims conflict on `ops/a`, so that ownlint can generate nothing.
const CONFLICT: &str = "  - {paths: ['ops/?'], owner: ops}\n  - {paths: ['ops/?'], owner: web}\n";

fn add_conflict(repo: &Repo) {
    let map = read(repo, "ownership.yaml");
    repo.write(
        "ownership.yaml",
        map.replace("generate:", &format!("{CONFLICT}generate:")),
    );
}

/// Returns how many problems of generated files are fixed by the report of a change.
fn fixed_files(report: &str) -> usize {
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    let fixed = report["change"]["fixed"].as_array().unwrap().iter();
    let check = |finding: &&serde_json::Value| finding["check"] == "outdated-ownership-file";
    fixed.filter(check).count()
}

#[test]
fn damage_is_reported_even_if_nothing_can_be_regenerated() {
    let missing = "generated file `.github/CODEOWNERS` is missing";
    let no_header = "`.github/CODEOWNERS` has no header of a generated file";
    let edited = "the header of `.github/CODEOWNERS` does not match the map";
    type Damage = (fn(&str) -> Option<String>, Option<&'static str>);
    let damages: [Damage; 5] = [
        (|whole| Some(whole.to_owned()), None),
        (|_| None, Some(missing)),
        (|_| Some("* @o/web\n".to_owned()), Some(no_header)),
        (|_| Some(String::new()), Some(no_header)),
        (
            |whole| Some(whole.replace("generate github", "generate github --per-file-fallback")),
            Some(edited),
        ),
    ];
    for (damage, message) in damages {
        let repo = repo(GITHUB, &[]);
        generate_all(&repo);
        repo.commit();
        let whole = read(&repo, ".github/CODEOWNERS");
        let path = repo.path().join(".github/CODEOWNERS");
        match damage(&whole) {
            Some(text) => std::fs::write(&path, text).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        repo.write("web/b", "");
        repo.git(&["add", "-A"]);
        repo.commit();
        add_conflict(&repo);
        let messages = messages(&repo);
        let has_reason = |it: &String| it.contains("`.github/CODEOWNERS` cannot be regenerated");
        assert!(messages.iter().any(has_reason), "{messages:?}");
        let found = messages.iter().find(|it| !has_reason(it));
        assert_eq!(found.map(String::as_str), message);
        // The conflict hides the problem of the base, but does not fix it.
        let run = repo.run(&["check", "--since", "HEAD", "--format", "json"]);
        assert_eq!(fixed_files(&run.out), 0, "{}", run.out);
        let run = repo.run(&["check", "--since", "HEAD~1", "--format", "json"]);
        let introduced = message.is_none_or(|it| run.out.contains(it));
        assert!(introduced, "{}", run.out);
    }
}

#[test]
fn a_conflict_fixes_no_missing_file_of_a_folder() {
    let repo = repo(KUBERNETES, &[]);
    generate_all(&repo);
    std::fs::remove_file(repo.path().join("web/OWNERS")).unwrap();
    repo.write("OWNERS", "approvers: [mallory]\n");
    repo.git(&["add", "-A"]);
    repo.commit();
    assert_eq!(messages(&repo).len(), 2);
    add_conflict(&repo);
    let run = repo.run(&["check", "--since", "HEAD", "--format", "json"]);
    assert_eq!(fixed_files(&run.out), 0, "{}", run.out);
    let expected = "`OWNERS` has no header of a generated file";
    assert!(messages(&repo).iter().any(|it| it == expected));
}

#[test]
fn the_help_names_the_command_that_works() {
    let repo = repo(GITHUB, &[]);
    generate_all(&repo);
    let help = || {
        let report = repo.check();
        let found = of_check(&report, "outdated-ownership-file");
        text(&found[0]["help"]).to_owned()
    };
    let whole = read(&repo, ".github/CODEOWNERS");
    for (text, command) in [
        (whole + "/ops/ @o/web\n", &["generate", "--all"][..]),
        (
            "* @o/web\n".to_owned(),
            &["generate", "--all", "--force"][..],
        ),
    ] {
        repo.write(".github/CODEOWNERS", text);
        let shown = format!("`ownlint {}`", command.join(" "));
        assert!(help().contains(&shown), "{}", help());
        assert_eq!(repo.run(command).code, 0);
        assert_eq!(messages(&repo), [""; 0]);
    }
}

#[test]
fn a_refusal_does_not_stop_the_other_files() {
    let entries = "generate: [{dialect: github}, {dialect: gitlab, path: .gitlab/CODEOWNERS, \
                   per_file_fallback: true}]\n";
    let repo = repo(entries, &[]);
    add_conflict(&repo);
    for arguments in [
        &["generate", "--all"][..],
        &["generate", "--all", "--check"],
    ] {
        let run = repo.run(arguments);
        assert_eq!(run.code, 2);
        let help = "set `per_file_fallback: true` in the entry under `generate`";
        assert!(run.err.contains(help), "{}", run.err);
        assert!(!run.err.contains("--per-file-fallback"), "{}", run.err);
        assert!(read(&repo, ".gitlab/CODEOWNERS").contains("@g/web"));
        assert!(!repo.path().join(".github").exists());
    }
    repo.write(".github/CODEOWNERS", "* @o/web\n");
    let map = read(&repo, "ownership.yaml").replace(CONFLICT, "");
    repo.write("ownership.yaml", map);
    repo.git(&["add", "-A"]);
    let run = repo.run(&["generate", "--all"]);
    assert_eq!(run.code, 2);
    assert!(read(&repo, ".gitlab/CODEOWNERS").contains("@g/ops"));
    assert_eq!(read(&repo, ".github/CODEOWNERS"), "* @o/web\n");
}
