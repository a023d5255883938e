//! Comments of the formats gerrit and zuul: where they are, what they say, and how large they are.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;

use crate::harness::{Repo, Run, keys, project, text};

const MAP: &str = "\
version: 1
teams: {a: {contacts: {irc: x}}, b: {contacts: {irc: x}}, team: {contacts: {irc: x}}}
rules:
  - {paths: [ownership.yaml, owned/], owner: a}
  - {paths: ['modules/*/files/'], owner: a}
  - {paths: [modules/kafka/], owner: b}
";

/// A repository with a map and a commit.
fn committed(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    repo.git(&["init", "-q", "-b", "main"]);
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.commit();
    repo
}

fn review(repo: &Repo, arguments: &[&str]) -> (i32, Value) {
    let run = repo.run(
        &[
            &["check", "--since", "HEAD^", "--format", "gerrit"],
            arguments,
        ]
        .concat(),
    );
    (run.code, run.json()["comments"].clone())
}

fn zuul(repo: &Repo) -> Value {
    let run = repo.run(&["check", "--since", "HEAD^", "--format", "zuul"]);
    run.json()["zuul"].clone()
}

/// The text of the only comment on a file.
fn only<'c>(comments: &'c Value, path: &str) -> &'c str {
    let of_file = comments[path].as_array();
    let of_file = of_file.unwrap_or_else(|| panic!("{path} in {comments:#}"));
    assert_eq!(of_file.len(), 1, "{comments:#}");
    text(&of_file[0]["message"])
}

#[test]
fn a_conflict_is_shown_in_the_file_that_brings_it() {
    let repo = committed(&[]);
    repo.write("modules/kafka/files/x", "");
    repo.write("modules/kafka/README", "");
    repo.commit();
    for comments in [review(&repo, &[]).1, zuul(&repo)["file_comments"].clone()] {
        assert_eq!(keys(&comments), ["modules/kafka/files/x"]);
        let comment = &comments["modules/kafka/files/x"][0];
        assert!(comment.get("line").is_none(), "{comment}");
        let message = only(&comments, "modules/kafka/files/x");
        assert!(
            message.starts_with("**Must fix** (conflicting-owners): "),
            "{message}"
        );
        for place in ["\n* `ownership.yaml:5:14`", "\n* `ownership.yaml:6:14`"] {
            assert!(message.contains(place), "{message}");
        }
    }
    // If several files bring it, the first one that does, not the first one that changed.
    let repo = committed(&[]);
    for path in [
        "modules/aaa",
        "modules/kafka/files/x",
        "modules/kafka/files/y",
    ] {
        repo.write(path, "");
    }
    repo.commit();
    let (_, comments) = review(&repo, &[]);
    assert_eq!(keys(&comments), ["modules/aaa", "modules/kafka/files/x"]);
}

#[test]
fn yaml_is_fenced_and_fixes_are_suggested_only_on_request() {
    let repo = committed(&[]);
    repo.write("a*b_c/x", "");
    repo.write("charts/x/Chart.yaml", "team: tean\n");
    repo.commit();
    let (code, comments) = review(&repo, &[]);
    assert_eq!(code, 1);
    let message = only(&comments, "a*b_c/x");
    let (_, yaml) = message.split_once("\n```yaml\n").unwrap();
    let (yaml, id) = yaml.split_once("\n```\n\n[finding ID]: ").unwrap();
    let rule: serde_yaml::Value = serde_yaml::from_str(yaml).unwrap();
    assert!(
        rule[0]["paths"][0].as_str().unwrap().contains('*'),
        "{yaml}"
    );
    assert!(
        id.len() == 32 && id.bytes().all(|it| it.is_ascii_hexdigit()),
        "{id}"
    );
    let report = repo.check_with(&["--since", "HEAD^"]);
    assert!(report.to_string().contains(id), "{id}");
    assert!(
        !comments.to_string().contains("fix_suggestions"),
        "{comments}"
    );
    let chart = only(&comments, "charts/x/Chart.yaml");
    assert!(chart.contains("`team`"), "{chart}");
    let (_, comments) = review(&repo, &["--gerrit-fixes"]);
    let fix = &comments["charts/x/Chart.yaml"][0]["fix_suggestions"][0];
    assert_eq!(fix["replacements"][0]["replacement"], "team");
    let run = repo.run(&["check", "--gerrit-fixes"]);
    assert!(
        run.err.contains("--gerrit-fixes has no effect"),
        "{}",
        run.err
    );
}

#[test]
fn a_comment_is_on_the_lines_of_its_value() {
    for (chart, lines, range) in [
        ("name: x\nteam: >-\n  tean", 3, [3, 2, 3, 6]),
        ("name: x\nteam: >-\n  tean\n", 3, [3, 2, 3, 6]),
        ("name: x\r\nteam: |\r\n  tean\r\n\r\n\r\n", 3, [3, 2, 3, 6]),
        ("name: x\nteam: >\n  te\n  an\n\n# end\n", 4, [3, 2, 4, 4]),
        ("\u{feff}team: 'tean' # 😀\n", 1, [1, 7, 1, 13]),
    ] {
        let repo = committed(&[]);
        repo.write("charts/x/Chart.yaml", chart);
        repo.commit();
        for comments in [review(&repo, &[]).1, zuul(&repo)["file_comments"].clone()] {
            let comment = &comments["charts/x/Chart.yaml"][0];
            assert_eq!(comment["line"], lines, "{chart:?}: {comments:#}");
            let keys = ["start_line", "start_character", "end_line", "end_character"];
            assert_eq!(
                keys.map(|key| comment["range"][key].as_u64().unwrap()),
                range
            );
        }
    }
}

#[test]
fn errors_of_the_map_are_comments_and_the_exit_stays_2() {
    let repo = committed(&[]);
    let faulty = MAP.replace("owner: b", "owner: c");
    repo.write("ownership.yaml", &faulty);
    repo.commit();
    let run = repo.run(&[
        "check",
        "--since",
        "HEAD^",
        "--format=gerrit",
        "--gerrit-label=V",
    ]);
    assert_eq!(
        (run.code, run.err.contains("`c`")),
        (2, true),
        "{}",
        run.err
    );
    let input = run.json();
    assert_eq!(input["labels"]["V"], -1);
    assert_eq!(
        input["message"],
        "ownlint: 1 error in the map `ownership.yaml`, so no checks ran."
    );
    let comment = &input["comments"]["ownership.yaml"][0];
    assert_eq!(
        (&comment["line"], &comment["unresolved"]),
        (&6.into(), &true.into())
    );
    let message = only(&input["comments"], "ownership.yaml");
    assert!(
        message.starts_with("**Must fix** (invalid-map): "),
        "{message}"
    );
    let lenient = repo.run(&["check", "--format=gerrit", "--fail-on=never"]);
    let comment = &lenient.json()["comments"]["ownership.yaml"][0];
    assert_eq!((lenient.code, &comment["unresolved"]), (2, &true.into()));
    let zuul = zuul(&repo);
    assert_eq!(zuul["file_comments"]["ownership.yaml"][0]["line"], 6);
    // What a change finds faulty already is no file of it.
    repo.write("owned/x", "");
    repo.commit();
    let (code, comments) = review(&repo, &[]);
    assert_eq!((code, keys(&comments)), (2, vec!["/PATCHSET_LEVEL"]));
    let message = only(&comments, "/PATCHSET_LEVEL");
    assert!(
        message.contains("* `ownership.yaml:6:38`: **Must fix** (invalid-map): "),
        "{message}"
    );
    // An error at the end of the file has the last line, and a map that is deleted has none.
    repo.write("ownership.yaml", format!("{MAP}x: [\n\n"));
    repo.commit();
    let (code, comments) = review(&repo, &[]);
    let last = comments["ownership.yaml"][0]["line"].as_u64().unwrap();
    assert!(code == 2 && last == 7, "{comments:#}");
    repo.git(&["rm", "-q", "ownership.yaml"]);
    repo.commit();
    let (code, comments) = review(&repo, &[]);
    let message = only(&comments, "/PATCHSET_LEVEL");
    assert!(
        code == 2 && message.contains("no `ownership.yaml` found"),
        "{message}"
    );
    let plain = repo.run(&["check", "--format", "json"]);
    assert_eq!((plain.code, &*plain.out), (2, ""));
}

#[test]
fn every_output_for_programs_has_the_errors_of_the_map() {
    let repo = Repo::new(&[("ownership.yaml", "version: 1\nteems: {}\n")]);
    for format in [
        "json",
        "compact",
        "markdown",
        "github",
        "gitlab",
        "gerrit",
        "zuul",
        "rdjson",
        "rdjsonl",
        "sarif",
        "checkstyle",
        "junit",
    ] {
        let run = repo.run(&["check", "--format", format]);
        assert_eq!(run.code, 2, "{format}");
        assert!(
            run.out.contains("invalid-map") && run.out.contains("teems"),
            "{format}: {}",
            run.out
        );
        assert!(
            format != "junit" || !run.out.contains("no findings"),
            "{format}: no check has passed"
        );
        assert!(run.err.contains("did you mean `teams`?"), "{}", run.err);
    }
    // A map with errors is not an output either.
    for output in ["ownership.yaml", "./ownership.yaml"] {
        let run = repo.run(&["check", "--format", "json", "--output", output]);
        assert_eq!((run.code, &*run.out), (2, ""));
        let map = std::fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
        assert!(map.starts_with("version: 1"), "{map}");
    }
}

/// A merge of two branches, each with a file without an owner.
fn merged(by_hand: &[(&str, &str)]) -> Repo {
    let repo = committed(&[("owned/x", "1\n2\n3\n4\n5\n6\n7\n8\n9\n")]);
    repo.git(&["checkout", "-q", "-b", "other"]);
    repo.write("theirs", "");
    repo.write("owned/x", "1\n2\n3\n4\n5\n6\n7\n8\n9 theirs\n");
    repo.commit();
    repo.git(&["checkout", "-q", "main"]);
    repo.write("ours", "");
    repo.write("owned/x", "1 ours\n2\n3\n4\n5\n6\n7\n8\n9\n");
    repo.commit();
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "other"]);
    for (path, text) in by_hand {
        repo.write(path, text);
    }
    repo.commit();
    repo
}

#[test]
fn a_merge_has_comments_where_it_differs_from_the_automatic_merge() {
    let repo = merged(&[("added", "")]);
    let objects = || repo.git(&["count-objects", "-v"]);
    let before = objects();
    let (_, comments) = review(&repo, &[]);
    assert_eq!(keys(&comments), ["/PATCHSET_LEVEL", "added"]);
    let message = only(&comments, "/PATCHSET_LEVEL");
    assert!(
        message.contains("`theirs`") && message.contains("is a merge commit."),
        "{message}"
    );
    assert_eq!(keys(&zuul(&repo)["file_comments"]), ["added"]);
    assert_eq!(objects(), before, "git has written nothing");
    let list = "theirs\n";
    repo.write(".git/list", list);
    let (_, comments) = review(&repo, &["--changed-files", ".git/list"]);
    assert_eq!(keys(&comments), ["/PATCHSET_LEVEL", "theirs"]);
    assert!(!only(&comments, "/PATCHSET_LEVEL").contains("is a merge commit"));
}

/// Zuul may have made it of the change and the target branch.
#[test]
fn a_merge_without_conflicts_has_comments_only_in_zuul() {
    let repo = merged(&[]);
    let (_, comments) = review(&repo, &[]);
    assert_eq!(keys(&comments), ["/PATCHSET_LEVEL"]);
    let zuul = zuul(&repo);
    assert_eq!(keys(&zuul["file_comments"]), ["theirs"]);
    assert!(zuul.get("warnings").is_none(), "{zuul}");
}

#[test]
fn a_merge_in_a_clone_without_its_merge_base_has_no_comments() {
    let repo = merged(&[("added", "")]);
    let clone = Repo::new(&[]);
    let from = format!("file://{}", repo.path().display());
    clone.git(&["clone", "-q", "--depth=2", &from, "."]);
    let (code, comments) = review(&clone, &[]);
    assert_eq!((code, keys(&comments)), (1, vec!["/PATCHSET_LEVEL"]));
    let message = only(&comments, "/PATCHSET_LEVEL");
    assert!(
        message.contains("git could not merge its parents automatically"),
        "{message}"
    );
}

/// What Gerrit counts of a comment.
fn size(path: &str, comment: &Value) -> usize {
    let strings = |value: &Value| -> usize {
        let mut sum = 0;
        let mut left = vec![value.clone()];
        while let Some(value) = left.pop() {
            match value {
                Value::String(text) => sum += text.encode_utf16().count(),
                Value::Array(items) => left.extend(items),
                Value::Object(entries) => left.extend(entries.into_iter().map(|(_, value)| value)),
                _ => {}
            }
        }
        sum
    };
    path.encode_utf16().count()
        + strings(&comment["message"])
        + strings(&comment["fix_suggestions"])
}

#[test]
fn comments_are_few_and_small_enough_for_gerrit() {
    let repo = committed(&[]);
    let deep = format!("charts/{}", "😀directory/".repeat(60));
    repo.write(format!("{deep}Chart.yaml"), "team: tean\n");
    let long = "x😀".repeat(6_000);
    repo.write("charts/long/Chart.yaml", format!("team: {long}\n"));
    for at in 0..1_000 {
        repo.write(
            format!("charts/c{at}/Chart.yaml"),
            format!("team: unknown{at}\n"),
        );
        repo.write(format!("modules/m{at}/files/x"), "");
    }
    repo.commit();
    for arguments in [&[][..], &["--gerrit-fixes"]] {
        let (_, comments) = review(&repo, arguments);
        let comments = comments.as_object().unwrap();
        let all: Vec<(&String, &Value)> = comments
            .iter()
            .flat_map(|(path, of_file)| {
                of_file.as_array().unwrap().iter().map(move |it| (path, it))
            })
            .collect();
        assert_eq!(all.len(), 50);
        for (path, comment) in &all {
            assert!(size(path, comment) <= 16_384 - 1_000, "{path}");
            let is_error = text(&comment["message"]).starts_with("**Must fix** (");
            assert!(is_error || *path == "/PATCHSET_LEVEL", "{comment}");
        }
        let summary = text(&comments["/PATCHSET_LEVEL"][0]["message"]);
        let (first, _) = summary.split_once("\n\n").unwrap();
        assert!(
            first.contains(" errors, ") || first.ends_with(" errors"),
            "{first}"
        );
        let last = summary.lines().next_back().unwrap();
        assert!(last.contains(" more findings, not listed here: "), "{last}");
        assert!(last.contains("`unknown-declared-team`"), "{last}");
    }
    let zuul = zuul(&repo);
    let files = zuul["file_comments"].as_object().unwrap().values();
    assert_eq!(
        files.map(|it| it.as_array().unwrap().len()).sum::<usize>(),
        49
    );
    let warning = text(&zuul["warnings"][0]);
    assert!(warning.len() <= 4_200, "{}", warning.len());
}

#[test]
fn comments_name_the_file_of_the_map_once() {
    let map = MAP.replace("version: 1", "version: 1\nchecks: {unused-team: off}");
    let repo = Repo::new(&[("own.yaml", &map)]);
    repo.git(&["init", "-q", "-b", "main"]);
    repo.write(".gitignore", "");
    repo.commit();
    for path in ["charts/the map/Chart.yaml", "charts/x/Chart.yaml"] {
        repo.write(path, "team: the map's\n");
    }
    repo.commit();
    let run = repo.run(&[
        "check",
        "--config=own.yaml",
        "--since=HEAD^",
        "--format=gerrit",
    ]);
    let review = run.json();
    let comments = review["comments"].to_string();
    assert!(comments.contains("in the map (`own.yaml`)"), "{comments}");
    assert!(comments.contains("`the map's`, which"), "{comments}");
    assert_eq!(
        keys(&review["comments"]).len(),
        comments.matches("(`own.yaml`)").count()
    );
}

#[test]
fn the_list_of_other_findings_says_how_to_fix_them_if_there_is_space() {
    let repo = committed(&[]);
    let rule = "  - {paths: [owned/x], owner: b}\n";
    repo.write("ownership.yaml", format!("{MAP}{rule}"));
    repo.write("owned/x", "");
    repo.commit();
    repo.write(".git/list", "");
    let listed = ["--fail-on", "info", "--changed-files", ".git/list"];
    let (_, comments) = review(&repo, &listed);
    let list = only(&comments, "/PATCHSET_LEVEL");
    assert!(
        list.contains(": **Must fix** (overridden-rule): "),
        "{list}"
    );
    assert!(
        list.contains("\n\n  remove the pattern, unless it is meant for new files, "),
        "{list}"
    );
    assert!(list.contains("\n  * `ownership.yaml:7:14`: "), "{list}");
}

#[test]
fn the_message_lists_findings_that_only_inform_on_a_line_each() {
    let repo = committed(&[]);
    let unused = ": {contacts: {irc: x}}, ".to_owned();
    let teams: String = (0..30).map(|at| format!("unused{at}{unused}")).collect();
    let map = MAP.replace("teams: {", &format!("teams: {{{teams}"));
    repo.write("ownership.yaml", map);
    repo.commit();
    let run = repo.run(&["check", "--since=HEAD^", "--format=gerrit"]);
    let review = run.json();
    assert_eq!(review["comments"], Value::Object(Default::default()));
    let message = text(&review["message"]);
    let (head, list) = message.split_once("\n\n").unwrap();
    assert_eq!(head, "ownlint: nothing needs to be fixed.");
    let lines: Vec<&str> = list.lines().collect();
    assert!(list.len() <= 2_048 && lines.len() > 10, "{list}");
    let (last, first) = lines.split_last().unwrap();
    for line in first {
        assert!(line.contains("`: **Note** (unused-team): "), "{line}");
    }
    assert!(last.starts_with("* and "), "{last}");
    // Zuul has them as comments.
    let zuul = zuul(&repo).to_string();
    assert_eq!(zuul.matches("**Note** (unused-team): ").count(), 30);
}

#[test]
fn the_message_says_what_must_be_fixed() {
    let repo = committed(&[("lost/x", "")]);
    let message = |arguments: &[&str]| {
        let run = repo.run(&[&["check", "--format=gerrit"], arguments].concat());
        let message = run.json()["message"].clone();
        text(&message).split("\n\n").next().unwrap().to_owned()
    };
    repo.write(
        "ownership.yaml",
        format!("{MAP}  - {{paths: [gone/], owner: a}}\n"),
    );
    assert_eq!(
        message(&[]),
        "ownlint: 1 error must be fixed, 4 warnings are optional."
    );
    assert_eq!(
        message(&["--fail-on=warning"]),
        "ownlint: 1 error and 4 warnings must be fixed."
    );
    let lenient = [
        "--fail-on=never",
        "--only=unowned-path",
        "--min-coverage=100",
    ];
    assert_eq!(
        message(&lenient[..2]),
        "ownlint: nothing needs to be fixed, 1 error is optional."
    );
    assert_eq!(
        message(&lenient),
        "ownlint: the coverage is below `--min-coverage`, 1 error is optional."
    );
    assert_eq!(message(&["--only=retired-team"]), "ownlint: no findings.");
}

/// Makes a step of a scenario, as `tests/gerrit/harness.py` does.
fn step(repo: &Repo, scenario: &Value, number: usize, step: &Value) {
    if step.get("again").is_some() {
        return;
    }
    if scenario.get("root").is_some() {
        repo.git(&["update-ref", "-d", "HEAD"]);
    }
    let write = |files: &Value| {
        for (path, content) in files.as_object().into_iter().flatten() {
            repo.write(path, text(content));
        }
    };
    if step.get("below").is_some() {
        write(&step["below"]);
        repo.commit();
    }
    if step.get("merge").is_some() {
        repo.git(&["checkout", "-q", "-b", "other"]);
        write(&step["merge"]);
        repo.commit();
        repo.git(&["checkout", "-q", "main"]);
        repo.write("ours", "");
        repo.commit();
        repo.git(&["merge", "-q", "--no-ff", "--no-commit", "other"]);
    }
    for (path, new) in step["rename"].as_object().into_iter().flatten() {
        fs::create_dir_all(repo.path().join(text(new)).parent().unwrap()).unwrap();
        repo.git(&["mv", path, text(new)]);
    }
    for path in step["delete"].as_array().into_iter().flatten() {
        repo.git(&["rm", "-q", text(path)]);
    }
    write(&step["write"]);
    for (path, repeated) in step["repeat"].as_object().into_iter().flatten() {
        let lines = (0..repeated[1].as_u64().unwrap())
            .map(|at| text(&repeated[0]).replace('@', &at.to_string()))
            .collect::<String>();
        repo.write(path, text(&scenario["base"][path]).to_owned() + &lines);
    }
    for (path, target) in step["symlink"].as_object().into_iter().flatten() {
        repo.link(path, text(target));
    }
    for (path, digits) in step["bytes"].as_object().into_iter().flatten() {
        let digits = text(digits).as_bytes().chunks(2);
        let byte = |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        repo.write(path, digits.map(byte).collect::<Vec<u8>>());
    }
    repo.git(&["add", "-A"]);
    for (path, commit) in step["submodule"].as_object().into_iter().flatten() {
        let entry = format!("160000,{},{path}", text(commit));
        repo.git(&["update-index", "--add", "--cacheinfo", &entry]);
    }
    let commit = ["commit", "-q", "--allow-empty", "-m", "x", "--amend"];
    repo.git(&commit[..if number == 0 { 5 } else { 6 }]);
}

/// A comment without its wording: place, state, kind and ID.
fn identity(path: &str, comment: &Value) -> String {
    let message = text(&comment["message"]);
    let head = message.split(':').next().unwrap();
    let id = message.rsplit("\n\n").next().unwrap();
    let id = id.strip_prefix("[finding ID]: ").unwrap_or("-").trim();
    let (line, range) = (&comment["line"], &comment["range"]);
    format!(
        "{path}:{line} {range} {} {head} {id}",
        comment["unresolved"]
    )
}

/// `.ci/extended gerrit` records what real servers accept.
#[test]
fn servers_have_accepted_what_is_written() {
    let data = project().join("tests/gerrit");
    let read = |path: PathBuf| -> Value {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let mut posted = 0;
    for version in fs::read_dir(data.join("recorded")).unwrap() {
        let version = version.unwrap().path();
        for scenario in read(data.join("scenarios.json")).as_array().unwrap() {
            let name = text(&scenario["name"]);
            let records = version.join(name).with_extension("json");
            let base = &scenario["base"];
            let repo = Repo::new(&[]);
            repo.git(&["init", "-q", "-b", "main"]);
            for (path, content) in base.as_object().unwrap() {
                repo.write(path, text(content));
            }
            repo.commit();
            let steps = scenario["steps"].as_array().unwrap().iter();
            for (number, (made, record)) in steps.zip(read(records).as_array().unwrap()).enumerate()
            {
                step(&repo, scenario, number, made);
                let requests = record["requests"].as_array().unwrap().iter();
                let ending = |end: &str| {
                    let of = requests
                        .clone()
                        .filter(|it| text(&it["path"]).ends_with(end));
                    of.cloned().collect::<Vec<Value>>()
                };
                let files = ending("/files");
                let Some(files) = files.first() else {
                    continue;
                };
                let list: String = keys(&files["answer"])
                    .iter()
                    .map(|it| format!("{it}\0"))
                    .collect();
                let mut arguments = vec![
                    "check",
                    "--since=auto",
                    "--format=gerrit",
                    "--changed-files=.git/list",
                ];
                if let Some(label) = scenario["label"].as_str() {
                    arguments.extend(["--gerrit-label", label]);
                }
                repo.write(".git/list", list);
                let head = repo.git(&["rev-parse", "HEAD"]);
                let mut command = repo.command();
                command.args(&arguments);
                command.env("GERRIT_PATCHSET_REVISION", head.trim());
                let run = Run::of(command.output().unwrap());
                assert_eq!(run.code, record["exit"], "{name}: {}", run.err);
                let all = run.json()["comments"].clone();
                let all: BTreeSet<String> = all
                    .as_object()
                    .unwrap()
                    .iter()
                    .flat_map(|(path, of_file)| {
                        of_file
                            .as_array()
                            .unwrap()
                            .iter()
                            .map(|it| identity(path, it))
                    })
                    .collect();
                let reviews = ending("/review");
                let review = reviews.last().unwrap();
                assert_eq!(review["status"], 200, "{name}");
                for (path, of_file) in review["body"]["comments"].as_object().unwrap() {
                    for comment in of_file.as_array().unwrap() {
                        let identity = identity(path, comment);
                        assert!(all.contains(&identity), "{name}: {identity} in {all:#?}");
                        posted += 1;
                    }
                }
            }
        }
    }
    assert!(posted > 100, "{posted}");
}
