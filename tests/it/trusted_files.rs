//! Maps that trust ownership files: `ownership_files`.

use serde_json::{Value, json};

use crate::harness::{Repo, findings, of_check, outcome, strings, text, within};

const TEAMS: &str = "\
version: 1
teams:
  web: {handles: {github: '@o/web', gitlab: '@o/web', gerrit: [web@x.org], kubernetes: web-approvers}}
  docs: {handles: {github: '@o/docs', gitlab: '@o/docs', kubernetes: [dora, dan]}, contacts: {email: docs@x.org}}
";

/// A repository whose map has these lines in addition to [`TEAMS`].
fn repo(map: &str, files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", &format!("{TEAMS}{map}"))]);
    files.iter().for_each(|(path, text)| repo.write(path, text));
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    repo
}

/// Returns who owns some paths: the teams, then the people.
fn owners(repo: &Repo, paths: &[&str]) -> Vec<String> {
    let of = |answer: &serde_json::Value| {
        let people = strings(&answer["people"]).join(" ");
        format!("{} {people}", outcome(answer)).trim().to_owned()
    };
    repo.who_all(paths).iter().map(of).collect()
}

#[test]
fn a_line_that_cannot_be_compared_with_a_rule_conflicts_with_it() {
    let any = "?".repeat(40);
    let map = format!(
        "version: 1
teams: {{t: {{handles: {{github: '@o/t'}}}}, u: {{}}}}
ownership_files: {{github: trust}}
rules: [{{paths: ['**/*[ab]{any}'], owner: u}}]
"
    );
    let lines = format!("*a{any} @o/t\n");
    let file = "a".repeat(50);
    let repo = Repo::new(&[
        ("ownership.yaml", &map),
        ("CODEOWNERS", &lines),
        (&file, ""),
    ]);
    repo.track();
    assert_eq!(repo.run(&["check"]).code, 1);
    let report = repo.check();
    let found = of_check(&report, "conflicting-owners");
    assert_eq!(text(&found[0]["path"]), file);
    assert_eq!(repo.verdict(&file), "conflicting");
}

#[test]
fn a_line_of_codeowners_is_a_claim_with_its_reach() {
    let files = [
        (
            ".github/CODEOWNERS",
            "* @o/web\n/docs/* @o/docs\n/docs/old/\n/lib/ @o/docs @alice\n/bin/ @bob\n",
        ),
        ("docs/a", ""),
        ("docs/old/a", ""),
        ("docs/deep/a", ""),
        ("lib/a", ""),
        ("bin/a", ""),
    ];
    let map = "rules:\n  - {paths: [lib/x/], owner: web}\n  - {paths: [docs/], owner: web}\n\
               ownership_files: {github: trust}\n";
    let repo = repo(map, &files);
    for (path, expected) in [
        ("./x", "web"),
        // The line is about files directly in the directory, the rule about all of them.
        ("docs/a", "docs"),
        ("docs/deep/a", "web"),
        ("docs/old/a", "web"),
        ("lib/a", "docs @alice"),
        // A new file.
        ("lib/x/y", "web"),
        ("lib/y", "docs @alice"),
        ("bin/a", "@bob"),
    ] {
        assert_eq!(owners(&repo, &[path]), [expected], "{path}");
    }
    let answer = repo.who("lib/a");
    let claims = answer["claims"].as_array().unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0]["origin"], "ownership-file");
    assert_eq!(claims[0]["pattern"], "/lib/");
    assert_eq!(strings(&claims[0]["people"]), ["@alice"]);
    assert_eq!(claims[0]["location"]["line"], 4);
    assert_eq!(text(&claims[0]["location"]["file"]), ".github/CODEOWNERS");
    let shown = repo.run(&["who", "lib/a"]).out;
    assert!(shown.contains("owned by docs and @alice"), "{shown}");
    assert!(
        shown.contains("ownership file `/lib/` → docs, @alice"),
        "{shown}"
    );
}

#[test]
fn priority_wins_over_files() {
    let files = [("CODEOWNERS", "/a/b/ @o/docs\n"), ("a/b/x", "")];
    for (priority, expected) in [("", "docs"), (", priority: 1", "web")] {
        let map = format!(
            "rules:\n  - {{paths: [a/], owner: web{priority}}}\nownership_files: {{github: trust}}\n"
        );
        assert_eq!(owners(&repo(&map, &files), &["a/b/x"]), [expected]);
    }
}

#[test]
fn the_nearest_file_that_names_somebody_owns() {
    let files = [
        ("OWNERS", "approvers: [web-approvers]\n"),
        (
            "OWNERS_ALIASES",
            "aliases: {web-approvers: [al, bo], others: [dora, zoe]}\n",
        ),
        ("a/OWNERS", "approvers: [dora]\n"),
        ("a/b/OWNERS", "reviewers: [dora]\n"),
        ("a/b/x", ""),
        ("c/OWNERS", "approvers: [others, yan]\n"),
        ("c/x", ""),
        ("vendor/v/OWNERS", "approvers: [somebody]\n"),
        ("vendor/v/x", ""),
        ("x", ""),
    ];
    let repo = repo("ownership_files: {kubernetes: trust}\n", &files);
    let paths = ["x", "a/x", "a/b/x", "c/new", "vendor/v/x"];
    let expected = ["web", "docs", "docs", "docs zoe yan", "web"];
    assert_eq!(owners(&repo, &paths), expected);
    let answer = repo.who("c/x");
    assert_eq!(
        answer["may_also_approve"],
        json!({"teams": ["web"], "people": []})
    );
    assert!(
        repo.run(&["who", "c/x"])
            .out
            .contains("may also approve: web")
    );
    let reviewers = repo.run(&["reviewers", "c/x", "--format", "json"]).json()["review"].clone();
    assert_eq!(reviewers["reviewers"].as_array().unwrap().len(), 1);
    assert_eq!(reviewers["people"][0]["name"], "yan");
    assert_eq!(
        reviewers["may_also_approve"],
        json!({"teams": ["web"], "people": []})
    );
    assert_eq!(repo.run(&["reviewers", "c/x"]).out, "docs\nyan\nzoe\n");
}

#[test]
fn additive_dialects_make_one_joint_claim() {
    let gitlab = "* @o/web\n[Docs]\n*.md @o/docs\n";
    let gitea = ".* @o/web\n.*\\.md @o/docs\n";
    for (dialect, path, file) in [
        ("gitlab", ".gitlab/CODEOWNERS", gitlab),
        ("gitea", ".gitea/CODEOWNERS", gitea),
    ] {
        let map = format!("ownership_files: {{{dialect}: trust}}\n");
        let repo = repo(&map, &[(path, file), ("a.md", ""), ("b", "")]);
        assert_eq!(
            owners(&repo, &["a.md", "b"]),
            ["web docs", "web"],
            "{dialect}"
        );
        assert_eq!(repo.who("a.md")["claims"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_joint_claim_is_as_precise_as_its_most_precise_line() {
    for sections in [1, 30] {
        let section = |at: usize| format!("[S{at}]\n* @o/docs\n");
        let wide: String = (0..sections).map(section).collect();
        let lines = format!("{wide}[Data]\n/a/ @o/docs\n");
        let map = "ownership_files: {gitlab: trust}\nrules:\n  - {paths: [a/], owner: web}\n";
        let repo = repo(map, &[(".gitlab/CODEOWNERS", &lines), ("a/x", "")]);
        assert_eq!(outcome(&repo.who("a/x")), "conflicting", "{sections}");
    }
}

#[test]
fn the_rest_counts_only_where_no_other_section_matches() {
    let file = "DOCS\nM: Do <docs@x.org>\nF: docs/\n\nOLD\nM: X <x@x.org>\nS: Orphan\nF: old/\n\n\
                THE REST\nM: Linus <l@x.org>\nF: *\nF: */\n";
    let files = [
        ("MAINTAINERS", file),
        ("docs/a", ""),
        ("old/a", ""),
        ("b/a", ""),
    ];
    let repo = repo("ownership_files: {maintainers: trust}\n", &files);
    assert_eq!(
        owners(&repo, &["docs/a", "old/a", "b/a"]),
        ["docs", "unowned", "Linus <l@x.org>"]
    );
}

#[test]
fn people_conflict_with_nobody() {
    let files = [
        ("CODEOWNERS", "/a/ @alice\n/b/ @alice\n/c/ @o/docs\n"),
        ("a/x", ""),
        ("b/x", ""),
        ("c/x", ""),
    ];
    let map = "rules:\n  - {paths: [a/, c/], owner: web}\nexemptions:\n  - {paths: [b/], reason: x}\n\
               ownership_files: {github: trust}\n";
    let repo = repo(map, &files);
    let expected = ["web @alice", "exempt", "conflicting"];
    assert_eq!(owners(&repo, &["a/x", "b/x", "c/x"]), expected);
    let report = repo.check_with(&["--only", "conflicting-owners"]);
    let found = of_check(&report, "conflicting-owners");
    assert_eq!(found.len(), 1, "{:?}", findings(&report));
    let message = text(&found[0]["message"]);
    assert!(message.contains("ownership file `/c/`"), "{message}");
}

#[test]
fn an_edit_of_a_file_is_a_change_of_ownership() {
    let files = [
        ("OWNERS", "approvers: [web-approvers]\n"),
        ("a/OWNERS", "approvers: [dora]\n"),
        ("a/x", ""),
    ];
    let repo = repo(
        "exemptions: [{paths: [ownership.yaml], reason: x}]\nownership_files: {kubernetes: trust}\n",
        &files,
    );
    repo.write("a/OWNERS", "approvers: [stranger]\n");
    repo.commit();
    let run = repo.run(&["check", "--since", "HEAD^", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let report = run.json();
    let changed = of_check(&report, "owner-changed");
    let messages: Vec<&str> = changed.iter().map(|it| text(&it["message"])).collect();
    assert_eq!(
        messages,
        [
            "ownership files name `stranger` for the first time, and the map does not list this name",
            "`a/` (2 files) changes owner from `docs` to `stranger`",
        ]
    );
    assert_eq!(text(&changed[0]["location"]["file"]), "a/OWNERS");
    let diff = repo.run(&["diff", "HEAD^", "--format", "json"]).json();
    let after = &diff["diff"]["transfers"][0]["after"];
    assert_eq!(
        *after,
        json!({"verdict": "owned", "teams": [], "people": ["stranger"]})
    );
    let reviewers = repo.run(&["reviewers", "--since", "HEAD^", "--forge", "kubernetes"]);
    assert_eq!(reviewers.out, "dora\nstranger\n");
    // A new file makes its directory owned.
    repo.write("b/OWNERS", "approvers: [dan]\n");
    repo.write("b/x", "");
    repo.git(&["add", "-A"]);
    let staged = repo.run(&["check", "--staged"]);
    assert_eq!(staged.code, 0, "{}", staged.out);
    assert_eq!(owners(&repo, &["b/x"]), ["docs"]);
}

#[test]
fn generated_files_make_no_claims() {
    let repo = repo(
        "rules:\n  - {paths: ['**'], owner: web}\n  - {paths: [docs/], owner: docs}\n",
        &[("docs/a", "")],
    );
    let run = repo.run(&["generate", "github", "--output", "CODEOWNERS"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let map = format!(
        "{TEAMS}rules:\n  - {{paths: [lib/], owner: web}}\nownership_files: {{github: trust}}\n"
    );
    repo.write("ownership.yaml", map);
    repo.git(&["add", "-A"]);
    assert_eq!(owners(&repo, &["docs/a"]), ["unowned"]);
}

#[test]
fn a_repository_has_policies_of_its_own() {
    let repo = Repo::new(&[
        (
            "map/ownership.yaml",
            &format!(
                "{TEAMS}ownership_files: {{'*': ignore}}\nrepositories:\n  - name: a\n    path: ../a\n    ownership_files: {{github: trust}}\n  - {{name: b, path: ../b}}\n"
            ),
        ),
        ("a/CODEOWNERS", "* @o/web\n"),
        ("b/CODEOWNERS", "* @o/web\n"),
    ]);
    let run = repo.run(&[
        "who",
        "--config",
        "map/ownership.yaml",
        "a/x",
        "b/x",
        "--format",
        "json",
    ]);
    let answers = run.json()["answers"].clone();
    let verdicts: Vec<String> = answers.as_array().unwrap().iter().map(outcome).collect();
    assert_eq!(verdicts, ["web", "unowned"], "{}", run.err);
}

#[test]
fn reports_invalid_policies() {
    let repo = repo(
        "ownership_files: {githb: trust, gerrit: yes, backstage: trust}\n",
        &[],
    );
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 2);
    for expected in [
        "`githb` is not a dialect of ownership files",
        "did you mean `github`?",
        "`yes` is not one of `trust`, `compare`, `ignore`",
        "`backstage` is not a dialect of ownership files",
    ] {
        assert!(run.err.contains(expected), "{expected} in {}", run.err);
    }
}

#[test]
fn reports_count_people() {
    let files = [
        ("CODEOWNERS", "/a/ @alice\n/b/ @o/web\n"),
        ("a/x", ""),
        ("a/y", ""),
        ("b/x", ""),
    ];
    let repo = repo(
        "exemptions: [{paths: ['*'], reason: x}]\nownership_files: {github: trust}\n",
        &files,
    );
    let report = repo.run(&["report", "--format", "json"]).json();
    assert_eq!(report["repositories"][0]["files_of_people"], 2);
    let line = |format: &[&str], start: &str| {
        let run = repo.run(&[&["report"], format].concat());
        let mut lines = run.out.lines();
        lines.find(|line| line.contains(start)).map(str::to_owned)
    };
    assert!(line(&[], "(people)").is_some());
    let csv = line(&["--format", "csv"], ",people,").unwrap();
    assert!(csv.contains(",people,,files,2,2,"), "{csv}");
    let metric = line(&["--format", "prometheus"], "ownlint_people_files{").unwrap();
    assert_eq!(metric, "ownlint_people_files{repository=\".\"} 2");
}

#[test]
fn compares_files_that_the_map_does_not_mention() {
    let root = "approvers: [web-approvers]\n";
    let a = "approvers: [stranger]\noptions: {no_parent_owners: true}\n";
    let files = [
        ("OWNERS", root),
        ("a/OWNERS", a),
        ("a/x", ""),
        ("b/OWNERS", "approvers: [carol]\n"),
        ("b/x", ""),
    ];
    let map = "rules:\n  - {paths: [OWNERS, ownership.yaml], owner: web}\n  - {paths: [a/], owner: docs}\n";
    let found = |policy: &str| {
        let repo = repo(&format!("{map}{policy}"), &files);
        let report = repo.check_with(&["--only", "ownership-file-mismatch,unowned-path"]);
        findings(&report)
    };
    let all = found("");
    assert_eq!(
        all,
        ["unowned-path b/ -", "ownership-file-mismatch a/OWNERS -"]
    );
    assert_eq!(all, found("ownership_files: {kubernetes: compare}\n"));
    let ignored = found("ownership_files: {kubernetes: ignore}\n");
    assert!(
        !ignored.iter().any(|it| it.contains("mismatch")),
        "{ignored:#?}"
    );
    let report = repo(map, &files).check_with(&["--only", "ownership-file-mismatch"]);
    assert_eq!(
        text(&of_check(&report, "ownership-file-mismatch")[0]["message"]),
        "`a/OWNERS` assigns `a/OWNERS`, `a/x` to `stranger`, but the map assigns them to `docs`"
    );
    // What has no owner is not a mismatch. The finding says who the file names.
    let repo = repo(map, &files);
    let report = repo.check_with(&["--only", "unowned-path"]);
    let unowned = of_check(&report, "unowned-path");
    let help = text(&unowned[0]["help"]);
    assert!(
        help.contains("`ownership_files: {kubernetes: trust}`"),
        "{help}"
    );
    assert!(
        help.contains("`b/OWNERS`") && help.contains("`carol`"),
        "{help}"
    );
    // Nobody in the files is a team in the map.
    let strangers = [("OWNERS", "approvers: [alice]\n"), ("a/x", "")];
    let repo = self::repo("rules:\n  - {paths: ['**'], owner: web}\n", &strangers);
    let report = repo.check();
    assert!(of_check(&report, "ownership-file-mismatch").is_empty());
}

#[test]
fn many_differing_files_are_one_finding() {
    let mut files: Vec<(String, String)> = (0..12)
        .map(|at| (format!("d{at}/OWNERS"), "approvers: [dora]\n".to_owned()))
        .collect();
    files.push((
        "OWNERS".to_owned(),
        "approvers: [web-approvers]\n".to_owned(),
    ));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let repo = repo("rules:\n  - {paths: ['**'], owner: web}\n", &files);
    let report = repo.check_with(&["--only", "ownership-file-mismatch"]);
    let found = of_check(&report, "ownership-file-mismatch");
    assert_eq!(found.len(), 1);
    assert_eq!(
        text(&found[0]["message"]),
        "12 ownership files assign 12 files to other owners than the map: `d0/OWNERS`, `d1/OWNERS`, `d10/OWNERS` and 9 more"
    );
}

#[test]
fn a_few_files_without_one_at_the_root_do_not_count() {
    let file = "approvers: [dora]\n";
    let map = "rules:\n  - {paths: ['**'], owner: web}\n";
    let few = [("a/OWNERS", file), ("b/x", ""), ("c/x", "")];
    let most = [("a/OWNERS", file), ("b/OWNERS", file), ("c/x", "")];
    for (files, expected) in [(few, 0), (most, 2)] {
        let repo = repo(map, &files);
        let report = repo.check_with(&["--only", "ownership-file-mismatch"]);
        assert_eq!(
            of_check(&report, "ownership-file-mismatch").len(),
            expected,
            "{files:?}"
        );
    }
}

#[test]
fn names_without_a_team_are_reported_once() {
    let files = [
        (
            "OWNERS_ALIASES",
            "aliases: {leads: [al, bo], web-approvers: [w]}\n",
        ),
        ("OWNERS", "approvers: [leads, web-approvers]\n"),
        ("a/OWNERS", "approvers: [zoe, yan, leads]\n"),
        ("b/OWNERS", "approvers: [xi]\n"),
    ];
    let repo = repo(
        "exemptions: [{paths: ['*'], reason: x}]\nownership_files: {kubernetes: trust}\n",
        &files,
    );
    let report = repo.check();
    let unknown = of_check(&report, "unknown-declared-team");
    assert_eq!(unknown.len(), 1, "{:#?}", findings(&report));
    assert_eq!(
        text(&unknown[0]["message"]),
        "`OWNERS` names `leads`, which is not a team in the map (2 places)"
    );
    assert_eq!(unknown[0]["severity"], "warning");
    let help = text(&unknown[0]["help"]);
    assert!(
        help.ends_with("leads:\n  handles:\n    kubernetes: leads"),
        "{help}"
    );
    let people = of_check(&report, "person-not-team");
    assert_eq!(people.len(), 1);
    assert_eq!(
        text(&people[0]["message"]),
        "the kubernetes ownership files name 5 people who are in no team in the map: `al`, `bo`, `xi` and 2 more"
    );
}

#[test]
fn generate_neither_replaces_trusted_files_nor_loses_people() {
    let files = [
        ("OWNERS", "approvers: [dora]\n"),
        ("a/OWNERS", "approvers: [stranger]\n"),
    ];
    let repo = repo("ownership_files: {kubernetes: trust}\n", &files);
    let run = repo.run(&["generate", "kubernetes"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("the map trusts the kubernetes ownership files"),
        "{}",
        run.err
    );
    let run = repo.run(&["generate", "github"]);
    assert_eq!(run.code, 2);
    let message = "`a/OWNERS` is owned by people who are in no team in the map: `stranger`";
    assert!(run.err.contains(message), "{}", run.err);
    let run = repo.run(&["generate", "github", "--per-file-fallback"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("/OWNERS @o/docs"), "{}", run.out);
    assert!(!run.out.contains("a/OWNERS"), "{}", run.out);
    // Gerrit's files have the same names.
    let run = repo.run(&["generate", "gerrit", "--per-file-fallback"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("kubernetes"), "{}", run.err);
}

#[test]
fn generate_states_what_new_files_and_people_lose() {
    let files = [
        ("OWNERS", "approvers: [dora, root]\n"),
        ("a/OWNERS", "approvers: [stranger]\n"),
        ("b/OWNERS", "approvers: [web-approvers]\n"),
        ("OWNERS_ALIASES", "aliases: {web-approvers: [wim]}\n"),
    ];
    let repo = repo("ownership_files: {kubernetes: trust}\n", &files);
    let handles = "handles: {bitbucket: '@web', gitea: '@o/web', github";
    let map = format!("{TEAMS}ownership_files: {{kubernetes: trust}}\n");
    let map = map.replacen("handles: {github", handles, 1);
    let handles = "handles: {bitbucket: '@docs', gitea: '@o/docs', github: '@o/docs'";
    let map = map.replace("handles: {github: '@o/docs'", handles);
    repo.write("ownership.yaml", map);
    repo.commit();
    for dialect in ["github", "gitlab", "gitea", "bitbucket"] {
        let run = repo.run(&["generate", dialect, "--per-file-fallback"]);
        assert_eq!(run.code, 0, "{dialect}: {}", run.err);
        let people = "who are in no team in the map: `root`, `stranger` (owners of";
        assert!(run.err.contains(people), "{dialect}: {}", run.err);
        let new = run.err.lines().filter(|it| it.contains("new file `b/"));
        let new: Vec<&str> = new.collect();
        let lost = "web, but the forge would assign no owner";
        assert!(
            matches!(new[..], [one] if one.ends_with(lost)),
            "{dialect}: {}",
            run.err
        );
    }
    // Sections are about folders, so only the people are missing.
    let run = repo.run(&["generate", "maintainers", "--per-file-fallback"]);
    assert!(run.err.contains("`root`, `stranger`"), "{}", run.err);
    assert!(!run.err.contains("new file `"), "{}", run.err);
}

#[test]
fn without_a_map_the_files_of_the_forge_in_use_decide() {
    let files = [
        ("CODEOWNERS", "/a/ @a\n"),
        ("OWNERS", "approvers: [al]\n"),
        ("OWNERS_ALIASES", "aliases: {}\n"),
        ("b/x", ""),
    ];
    let repo = Repo::new(&files);
    repo.track();
    let run = repo.run(&["check"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.err
            .contains("(GitHub CODEOWNERS); to check them instead, use `--from github`"),
        "{}",
        run.err
    );
    assert_eq!(repo.run(&["check", "--from", "github"]).code, 1);
}

#[test]
fn the_cost_is_linear_in_the_lines_of_a_file() {
    let lines: String = (0..10_000).map(|at| format!("/d{at}/ @o/web\n")).collect();
    let paths: Vec<String> = (0..10_000).map(|at| format!("d{at}/x")).collect();
    let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
    files.push(("CODEOWNERS", &lines));
    let repo = repo("ownership_files: {github: trust}\n", &files);
    let run = within(15, || repo.run(&["check", "--format", "compact"]));
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(owners(&repo, &["d9999/new"]), ["web"]);
}

#[test]
fn a_mismatch_names_only_paths_with_the_same_owners() {
    let map = "rules:\n  - {paths: [ownership.yaml, a/OWNERS, a/x], owner: docs}\n  - {paths: [a/y, a/z], owner: web}\n";
    let root = "approvers: [stranger]\n";
    let files = [
        ("OWNERS", "approvers: [web-approvers]\n"),
        ("a/OWNERS", root),
        ("a/x", ""),
        ("a/y", ""),
        ("a/z", ""),
    ];
    let report = repo(map, &files).check_with(&["--only", "ownership-file-mismatch"]);
    let found = of_check(&report, "ownership-file-mismatch");
    let found = found.iter().find(|it| it["path"] == "a/OWNERS").unwrap();
    assert_eq!(
        text(&found["message"]),
        "`a/OWNERS` assigns `a/OWNERS`, `a/x` to `stranger`, but the map assigns them to `docs`; 2 more files with \
         other owners"
    );
    assert_eq!(found["files"], 4);
}

#[test]
fn logins_of_people_belong_to_their_team() {
    let map = "\
people:
  - {name: Alice, handles: {kubernetes: [al, al2], github: alice}, team: web}
  - {handles: {kubernetes: bo}, team: docs}
ownership_files: {kubernetes: trust}
";
    let files = [
        ("OWNERS", "approvers: [AL2]\n"),
        ("b/OWNERS", "approvers: [bo]\n"),
        ("c/OWNERS", "approvers: [alice]\n"),
    ];
    let repo = repo(map, &files);
    assert_eq!(
        owners(&repo, &["OWNERS", "b/OWNERS", "c/OWNERS"]),
        // A login on another forge does not count.
        ["web", "docs", "alice"]
    );
    let people = repo.who("team:web")["team"]["people"].clone();
    assert_eq!(
        people[0]["handles"],
        json!({"github": ["alice"], "kubernetes": ["al", "al2"]})
    );
    let message = |people: &str| {
        let repo = Repo::new(&[("ownership.yaml", &format!("{TEAMS}people: [{people}]\n"))]);
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 2, "{}", run.out);
        run.err.lines().next().unwrap_or_default().to_owned()
    };
    assert!(message("{team: web}").contains("neither `name`, `emails` nor `handles`"));
    let twice = "{handles: {github: a}, team: web}, {handles: {github: '@A'}, team: docs}";
    assert!(message(twice).contains("`@A` is already used for a person"));
}

#[test]
fn two_teams_cannot_have_the_same_handle() {
    for (teams, expected) in [
        (
            "a: {handles: {github: '@o/a'}}, b: {handles: {github: [x, '@O/A']}}",
            Some("`@O/A` is already a github handle of team `a`"),
        ),
        // Handles on different forges are different.
        (
            "a: {handles: {github: '@o/a'}}, b: {handles: {gitlab: '@o/a'}}",
            None,
        ),
        // A team can share the handle of a team that it is part of, and of its predecessor.
        (
            "a: {handles: {github: '@o/a'}}, b: {parent: a, handles: {github: '@o/a'}}",
            None,
        ),
        (
            "b: {handles: {github: '@o/a'}, retired: {successor: a}}, a: {handles: {github: '@o/a'}}",
            None,
        ),
    ] {
        let map = format!("version: 1\nteams: {{{teams}}}\nownership_files: {{github: trust}}\n");
        let repo = Repo::new(&[("ownership.yaml", &map), ("CODEOWNERS", "* @o/a\n")]);
        repo.track();
        match expected {
            Some(message) => {
                let run = repo.run(&["check"]);
                assert_eq!(run.code, 2, "{}", run.out);
                assert!(run.err.contains(message), "{}", run.err);
            }
            None => assert_eq!(owners(&repo, &["CODEOWNERS"]), ["a"], "{teams}"),
        }
    }
}

#[test]
fn all_kinds_of_files_can_be_compared_at_once() {
    let map = "rules: [{paths: ['**'], owner: docs}]\nownership_files: {'*': compare}\n";
    let files = [
        ("CODEOWNERS", "* @o/web\n"),
        // Not in most directories, so that these files do not count without a line in the map.
        ("a/OWNERS", "approvers: [web-approvers]\n"),
        ("b/x", ""),
        ("c/x", ""),
    ];
    let report = repo(map, &files).check();
    let found = of_check(&report, "ownership-file-mismatch").into_iter();
    let found: Vec<&str> = found.map(|it| text(&it["path"])).collect();
    // Several forges read CODEOWNERS, but one of them is in use.
    assert_eq!(found, ["CODEOWNERS", "a/OWNERS"]);
}

#[test]
fn files_of_prow_show_that_it_is_in_use() {
    for trace in [".prow.yaml", "prow.yaml", ".prow/jobs.yaml"] {
        let files = [
            ("CODEOWNERS", "/a/ @a\n"),
            ("OWNERS", "approvers: [al]\n"),
            (trace, ""),
        ];
        let repo = Repo::new(&files);
        repo.track();
        let run = repo.run(&["check"]);
        assert_eq!(run.code, 0, "{trace}: {}{}", run.out, run.err);
        assert!(
            run.err.contains("(Kubernetes OWNERS and OWNERS_ALIASES)"),
            "{}",
            run.err
        );
    }
}

#[test]
fn who_lists_what_people_own_by_ownership_files() {
    let files = [
        ("OWNERS", "approvers: [web-approvers, jane]\n"),
        ("a/OWNERS", "approvers: [Jane, dora]\n"),
        ("a/x", ""),
    ];
    for (policy, kind) in [
        ("trust", "trusted"),
        ("compare", "which the map only compares"),
    ] {
        let repo = repo(
            &format!("ownership_files: {{kubernetes: {policy}}}\n"),
            &files,
        );
        repo.write("b", "");
        repo.git(&["add", "-A"]);
        for name in ["jane", "@jane", "JANE"] {
            let run = repo.run(&["who", name]);
            assert_eq!(run.code, 0, "{}", run.err);
            assert_eq!(
                run.out,
                format!(
                    "jane\n  a person in ownership files who is in no team in the map\n  \
                     owns 5 files by the kubernetes files ({kind})\n    OWNERS\n    a/ (2 files)\n    \
                     b\n    ownership.yaml\n"
                )
            );
        }
        let answer = repo.who("jane");
        assert_eq!(
            answer,
            json!({"query": "jane", "person": "jane", "is_group": false, "team": null, "owns": [{
                "repository": ".", "dialect": "kubernetes", "policy": policy, "group": null, "files": 5,
                "paths": ["OWNERS", "a/", "b", "ownership.yaml"],
            }], "may_also_approve": [], "reviews": []})
        );
        assert_eq!(repo.run(&["who", "joan"]).code, 2);
    }
}

#[test]
fn who_lists_what_members_of_groups_approve_and_review() {
    let files = [
        (
            "OWNERS_ALIASES",
            "aliases: {web-approvers: [Al, bo], leads: [lea, bo]}\n",
        ),
        ("OWNERS", "approvers: [leads]\nreviewers: [rob]\n"),
        ("a/OWNERS", "approvers: [web-approvers, dora]\n"),
        (
            "b/OWNERS",
            "filters: {'x': {reviewers: ['@leads', al]}, 'y': {required_reviewers: [rob]}}\n",
        ),
        (
            "c/OWNERS",
            "approvers: [dora]\nfilters: {'x': {reviewers: [rob]}}\n",
        ),
    ];
    let repo = repo("ownership_files: {kubernetes: trust}\n", &files);
    // By group, the directories and files.
    let holdings = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|it| {
            format!(
                "{}: {}",
                it["group"].as_str().unwrap_or("-"),
                strings(&it["paths"]).join(" ")
            )
        })
        .collect()
    };
    for (person, owns, approves, reviews) in [
        (
            "al",
            &["web-approvers: a/"][..],
            &[][..],
            &["- b/OWNERS"][..],
        ),
        (
            "bo",
            &[
                "leads: OWNERS OWNERS_ALIASES b/ ownership.yaml",
                "web-approvers: a/",
            ],
            &["leads: c/"],
            &["leads b/OWNERS"],
        ),
        (
            "@LEA",
            &["leads: OWNERS OWNERS_ALIASES b/ ownership.yaml"],
            &["leads: a/ c/"],
            &["leads b/OWNERS"],
        ),
        ("rob", &[], &[], &["- OWNERS", "- b/OWNERS"]),
        ("dora", &["-: a/ c/"], &[], &[]),
    ] {
        let answers = repo.run(&["who", person, "--format", "json"]).json()["answers"].clone();
        let answer = &answers[0];
        assert_eq!(holdings(&answer["owns"]), owns, "{person}");
        assert_eq!(holdings(&answer["may_also_approve"]), approves, "{person}");
        let found = answer["reviews"].as_array().unwrap().iter();
        let found = found.map(|it| {
            format!(
                "{} {}",
                it["group"].as_str().unwrap_or("-"),
                text(&it["path"])
            )
        });
        assert_eq!(found.collect::<Vec<_>>(), reviews, "{person}");
        // Only `dora` is a handle of a team.
        let team = (person == "dora").then_some("docs");
        assert_eq!(answer["team"].as_str(), team);
        assert_eq!(answers[1]["team"]["id"].as_str(), team);
        assert_eq!(
            answers[1]["understood_as"]["team_of"].as_str(),
            team.map(|_| "dora")
        );
    }
    let answers = repo
        .run(&["who", "web-approvers", "--format", "json"])
        .json()["answers"]
        .clone();
    assert_eq!(answers.as_array().unwrap().len(), 1);
    assert_eq!(
        text(&answers[0]["understood_as"]["team_of"]),
        "web-approvers"
    );
    assert_eq!(repo.who("web")["understood_as"], Value::Null);
}

#[test]
fn the_map_decides_which_forge_reads_a_file() {
    // GitHub ignores sections, and GitLab ignores `docs` without a slash at the end in other ways.
    let files = [
        ("CODEOWNERS", "/web/ @o/web\n/docs @o/docs\n"),
        ("web/x", ""),
    ];
    let rule = "rules: [{paths: ['**'], owner: web}]\n";
    for (lines, dialects) in [
        ("", vec!["github"]),
        ("forge: gitlab\n", vec!["gitlab"]),
        ("ownership_files: {gitlab: trust}\n", vec![]),
        ("ownership_files: {gitlab: compare}\n", vec!["gitlab"]),
        (
            "forge: gitlab\nownership_files: {'*': compare}\n",
            vec!["gitlab"],
        ),
        ("ownership_files: {'*': ignore}\n", vec![]),
    ] {
        let repo = repo(&format!("{rule}{lines}"), &files);
        repo.write("docs", "");
        repo.git(&["add", "-A"]);
        let report = repo.check();
        let found = of_check(&report, "ownership-file-mismatch").into_iter();
        let found: Vec<&str> = found
            .filter_map(|it| {
                text(&it["help"])
                    .split("ownership_files: {")
                    .nth(1)?
                    .split(':')
                    .next()
            })
            .collect();
        assert_eq!(found, dialects, "{lines}");
    }
    let run = repo("forge: gitlob\n", &files).run(&["check"]);
    assert!(run.err.contains("did you mean `gitlab`?"), "{}", run.err);
    let run = repo("ownership_files: {'*': trust}\n", &files).run(&["check"]);
    assert!(run.err.contains("`*` cannot be trusted"), "{}", run.err);
}

#[test]
fn notes_files_that_do_not_count() {
    let mut files = vec![
        ("CODEOWNERS", "* @o/t\n"),
        ("a/OWNERS", "approvers: [al]\n"),
        ("b/x", ""),
        ("c/x", ""),
    ];
    let note = "so these do not count (Kubernetes OWNERS and OWNERS_ALIASES); to check them instead, use `--from kubernetes`";
    let noted = |files: &[(&str, &str)]| {
        let repo = Repo::new(files);
        repo.track();
        repo.run(&["check"]).err.contains(note)
    };
    assert!(noted(&files));
    files[1] = ("vendor/OWNERS", "approvers: [al]\n");
    assert!(!noted(&files));
    files[1] = ("OWNERS", "approvers: [al]\n");
    assert!(!noted(&files));
}

#[test]
fn a_person_never_stands_for_their_whole_team() {
    let map = "  api: {handles: {kubernetes: [api-approvers, al]}}
people: [{name: Zoe, handles: {kubernetes: zoe}, team: web}]
ownership_files: {kubernetes: trust}
rules: [{paths: [d/], owner: api, priority: 1}]
";
    let repo = repo(
        map,
        &[
            ("OWNERS", "approvers: [api-approvers]\n"),
            ("OWNERS_ALIASES", "aliases: {api-approvers: [al, bo]}\n"),
            ("a/OWNERS", "approvers: [AL, kim]\n"),
            ("b/OWNERS", "approvers: [al, api-approvers]\n"),
            ("c/OWNERS", "approvers: [zoe, dora]\n"),
            ("a/x", ""),
            ("b/x", ""),
            ("c/x", ""),
            ("d/x", ""),
        ],
    );
    for (path, owned, people, others, names) in [
        // The team may approve as a whole, too, by the file of the parent directory.
        (
            "a/x",
            "api (names `al`) and kim",
            json!({"api": ["al"]}),
            json!({"teams": ["api"], "people": []}),
            &["al", "kim"][..],
        ),
        (
            "b/x",
            "api",
            json!({}),
            json!({"teams": [], "people": []}),
            // The members of the group.
            &["al", "bo"],
        ),
        (
            "c/x",
            "web (names `zoe`) and docs (names `dora`)",
            json!({"docs": ["dora"], "web": ["zoe"]}),
            json!({"teams": ["api"], "people": []}),
            &["dora", "zoe"],
        ),
        // Not by a file.
        (
            "d/x",
            "api",
            json!({}),
            json!({"teams": [], "people": []}),
            &["al", "api-approvers"],
        ),
    ] {
        let shown = repo.run(&["who", path]).out;
        assert_eq!(
            shown.lines().nth(1),
            Some(&*format!("  owned by {owned}")),
            "{shown}"
        );
        let answer = &repo.who_all(&[path])[0];
        assert_eq!(answer["people_of_owners"], people, "{path}");
        assert_eq!(answer["may_also_approve"], others, "{path}");
        let run = repo.run(&["reviewers", "--forge", "kubernetes", path]);
        let mut shown: Vec<&str> = run.out.lines().collect();
        shown.sort_unstable();
        assert_eq!(shown, names, "{path} {}", run.err);
    }
    // Other forges do not have these names.
    let run = repo.run(&["reviewers", "--forge", "gitlab", "c/x"]);
    assert_eq!(run.out, "@o/docs\n@o/web\n", "{}", run.err);
}

#[test]
fn who_names_the_line_that_leaves_a_path_without_an_owner() {
    let lines = "* @o/web\nd/ @o/web,@o/docs\ne/\n";
    let repo = repo(
        "ownership_files: {github: trust}\n",
        &[("CODEOWNERS", lines)],
    );
    for path in ["d/x", "e/x", "f/x"] {
        repo.write(path, "");
    }
    repo.track();
    for (path, expected) in [
        (
            "d/x",
            Some("`CODEOWNERS:2:1` decides, but names no owner: "),
        ),
        (
            "d/new",
            Some("`CODEOWNERS:2:1` decides, but names no owner: "),
        ),
        (
            "e/x",
            Some("`CODEOWNERS:3:1` decides, but names no owner\n"),
        ),
        ("f/x", None),
    ] {
        let shown = repo.run(&["who", path]).out;
        match expected {
            Some(expected) => assert!(shown.contains(expected), "{shown}"),
            None => assert!(!shown.contains("decides"), "{shown}"),
        }
    }
}

#[test]
fn a_component_without_an_owner_gets_one_in_the_trusted_file() {
    let chart = |team: &str| match team {
        "" => "name: c\n".to_owned(),
        team => format!("name: c\nteam: {team}\n"),
    };
    for (dialect, file, line, team, expected) in [
        (
            "github",
            "CODEOWNERS",
            "/a/ @o/web\n",
            "docs",
            "add the line `/charts/c/ @o/docs` to `CODEOWNERS`",
        ),
        (
            "gitlab",
            ".gitlab/CODEOWNERS",
            "/a/ @o/web\n",
            "docs",
            "add the line `/charts/c/ @o/docs` to `.gitlab/CODEOWNERS`",
        ),
        (
            "kubernetes",
            "a/OWNERS",
            "approvers: [web-approvers]\n",
            "docs",
            "name `dora` as an owner in `charts/c/OWNERS`",
        ),
        (
            "github",
            "CODEOWNERS",
            "/a/ @o/web\n",
            "",
            "add the line `/charts/c/ TEAM` to `CODEOWNERS`",
        ),
    ] {
        let map =
            format!("ownership_files: {{{dialect}: trust}}\ndeclarations: {{'*': compare}}\n");
        let repo = repo(&map, &[(file, line), ("a/x", "")]);
        repo.write("charts/c/Chart.yaml", chart(team));
        repo.track();
        let report = repo.check();
        let found = of_check(&report, "unowned-component");
        assert_eq!(found.len(), 1, "{report:#}");
        let advice = found[0]["advice"].as_array().unwrap();
        let texts: Vec<&str> = advice.iter().map(|it| text(&it["text"])).collect();
        assert!(texts.contains(&expected), "{texts:?}");
        assert!(!texts.iter().any(|it| it.contains("rule")), "{texts:?}");
    }
}
