//! Tests where formats for code review put findings about a change: at lines that it adds.

use std::fs;

use crate::harness::{Repo, Run, text};
use serde_json::Value;

const MAP: &str = "\
version: 1
teams: {a: {}, b: {}}
checks: {missing-contact: off, unused-team: off, overlapping-rules: off, unmatched-rule: off}
rules:
  - {paths: [owned/], owner: a}
  - {paths: ['x/a*'], owner: a}
  - {paths: ['x/*b'], owner: b}
exemptions:
  - {paths: [ownership.yaml], reason: x}
";

/// The formats that comment on lines.
const FORMATS: [&str; 6] = [
    "github",
    "gitlab",
    "sarif",
    "rdjson",
    "rdjsonl",
    "checkstyle",
];

fn repo() -> Repo {
    let repo = Repo::new(&[
        ("ownership.yaml", MAP),
        ("owned/file", "1\n2\n3\n"),
        ("old/x", "1\n2\n"),
    ]);
    commit(&repo, "first");
    repo
}

fn commit(repo: &Repo, subject: &str) {
    repo.track();
    let who = ["-c", "user.name=x", "-c", "user.email=x@example.org"];
    let commit = ["commit", "-q", "-m", subject];
    repo.git(&[&who[..], &commit].concat());
}

/// Returns `file:line message` of each finding in a format.
fn places(format: &str, text_of: &str) -> Vec<String> {
    let list = |value: &Value, pick: fn(&Value) -> String| -> Vec<String> {
        value.as_array().unwrap().iter().map(pick).collect()
    };
    let json = |text_of: &str| -> Value { serde_json::from_str(text_of).unwrap() };
    let first = |message: &Value| text(message).lines().next().unwrap().to_owned();
    let diagnostic = |it: &Value| {
        let message = text(&it["message"]).lines().next().unwrap().to_owned();
        let line = &it["location"]["range"]["start"]["line"];
        format!("{}:{line} {message}", text(&it["location"]["path"]))
    };
    match format {
        "gitlab" => list(&json(text_of), |it| {
            let location = &it["location"];
            let (path, line) = (text(&location["path"]), &location["lines"]["begin"]);
            format!("{path}:{line} {}", text(&it["description"]))
        }),
        "rdjson" => json(text_of)["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .map(diagnostic)
            .collect(),
        "rdjsonl" => text_of
            .lines()
            .map(|line| diagnostic(&json(line)))
            .collect(),
        "sarif" => json(text_of)["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                let place = &it["locations"][0]["physicalLocation"];
                let (uri, line) = (
                    &place["artifactLocation"]["uri"],
                    &place["region"]["startLine"],
                );
                format!("{}:{line} {}", text(uri), first(&it["message"]["text"]))
            })
            .collect(),
        "checkstyle" => {
            let document = roxmltree::Document::parse(text_of).unwrap();
            let errors = document.descendants().filter(|it| it.has_tag_name("error"));
            errors
                .map(|it| {
                    let file = it.parent().unwrap().attribute("name").unwrap();
                    let message = it.attribute("message").unwrap();
                    let message = message.lines().next().unwrap();
                    format!("{file}:{} {message}", it.attribute("line").unwrap())
                })
                .collect()
        }
        "github" => text_of
            .lines()
            .map(|line| {
                let (properties, message) = line.trim_start_matches(':').split_once("::").unwrap();
                let property = |name: &str| {
                    let mut all = properties.split([' ', ',']);
                    let found = all.find_map(|it| it.strip_prefix(name));
                    found.unwrap_or("-").to_owned()
                };
                let message = message.split("%0A").next().unwrap();
                format!("{}:{} {message}", property("file="), property("line="))
            })
            .collect(),
        other => panic!("no reader for the format {other}"),
    }
}

/// Asserts that every format puts the findings at the same lines. The order differs between formats.
#[track_caller]
fn assert_places(repo: &Repo, arguments: &[&str], expected: &[&str]) {
    for format in FORMATS {
        let run = repo.run(&[&["check", "--format", format], arguments].concat());
        assert!(run.code < 2, "{format}: {}", run.err);
        let mut found = places(format, &run.out);
        found.sort();
        assert_eq!(found, expected, "{format}");
    }
}

#[test]
fn directories_are_at_the_first_added_line_of_their_first_touched_file() {
    let repo = repo();
    // An empty file has no line, and git lists it before the other one.
    repo.write("lost/a", "");
    repo.write("lost/b", "x\ny\n");
    repo.write("owned/file", "1\n2\n3\n4\n");
    let expected = ["lost/b:1 `lost/` has no owner (2 files)"];
    repo.git(&["add", "-A"]);
    assert_places(&repo, &["--staged"], &expected);
    commit(&repo, "second");
    assert_places(&repo, &["--since", "HEAD^"], &expected);
    // Without a known change, findings keep their place.
    let run = repo.run(&["check", "--format", "rdjson"]);
    assert!(
        places("rdjson", &run.out)
            .contains(&"lost/:null `lost/` has no owner (2 files)".to_owned())
    );
}

#[test]
fn files_are_at_their_first_added_line() {
    let repo = repo();
    repo.write("old/x", "1\nnew\n2\n");
    repo.write("ownership.yaml", MAP.replace("owned/]", "owned/, old/]"));
    commit(&repo, "second");
    repo.write("old/x", "1\nnew\n2\n3\n");
    repo.write("old/Ü y", "1\n");
    repo.write("ownership.yaml", MAP);
    commit(&repo, "third");
    // The name that is not ASCII is the last one.
    assert_places(
        &repo,
        &["--since", "HEAD^"],
        &["old/x:4 `old/` has no owner (2 files)"],
    );
}

#[test]
fn conflicts_are_at_a_file_that_has_one_and_name_their_rule() {
    let repo = repo();
    repo.write("x/ab", "1\n");
    commit(&repo, "second");
    for format in FORMATS {
        let run = repo.run(&["check", "--since", "HEAD^", "--format", format]);
        let found = places(format, &run.out);
        assert_eq!(found.len(), 1, "{format}: {found:?}");
        assert!(found[0].starts_with("x/ab:1 "), "{format}: {found:?}");
        assert!(
            found[0].ends_with("(ownership.yaml:7:14)"),
            "{format}: {found:?}"
        );
    }
}

#[test]
fn findings_that_the_map_causes_are_at_its_added_line() {
    let repo = repo();
    repo.write("ownership.yaml", MAP.replace("[owned/]", "[owner/]"));
    commit(&repo, "second");
    let run = repo.run(&["check", "--since", "HEAD^", "--format", "rdjson"]);
    let found = places("rdjson", &run.out);
    assert!(
        found.iter().all(|it| it.starts_with("ownership.yaml:5 ")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|it| it.contains("`owned/file`") || it.contains("`owned/`")),
        "{found:?}"
    );
}

#[test]
fn findings_without_an_added_line_are_counted_in_the_summary() {
    let repo = repo();
    repo.git(&["mv", "owned/file", "moved"]);
    repo.write(
        "ownership.yaml",
        MAP.replace("  - {paths: [owned/], owner: a}\n", ""),
    );
    commit(&repo, "second");
    let note = "1 finding is not on an added line and cannot be shown as a line comment";
    let since = ["check", "--since", "HEAD^", "--format", "human"];
    let lines = ["--format", "rdjson", "--output", "rd.json"];
    let run = repo.run(&[&since[..], &lines].concat());
    assert!(run.code == 1 && run.out.contains(note), "{}", run.out);
    // No program comments on lines here.
    assert!(!repo.run(&since).out.contains(note));
    let run = repo
        .command()
        .args(["check", "--since", "HEAD^"])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", repo.path().join("summary"))
        .output()
        .unwrap();
    assert!(
        Run::of(run)
            .out
            .contains("::error file=moved,title=ownlint unowned-path::")
    );
    let summary = fs::read_to_string(repo.path().join("summary")).unwrap();
    assert!(summary.contains(note), "{summary}");
}

#[test]
fn pre_existing_findings_keep_their_place_and_can_be_in_files_only() {
    let repo = repo();
    repo.write("old/x", "1\n2\n3\n");
    repo.write("lost", "1\n");
    commit(&repo, "second");
    let run = repo.run(&[
        "check",
        "--since",
        "HEAD^",
        "--show-pre-existing=files",
        "--format",
        "gitlab",
        "--output",
        "report.json",
        "--format",
        "compact",
    ]);
    assert!(
        run.code == 1 && run.out.contains("lost") && !run.out.contains("old/x"),
        "{}",
        run.out
    );
    let report = fs::read_to_string(repo.path().join("report.json")).unwrap();
    let mut found = places("gitlab", &report);
    found.sort();
    assert_eq!(
        found,
        [
            "lost:1 `lost` has no owner",
            "old/:1 `old/` has no owner (1 file) (pre-existing)"
        ]
    );
}

#[test]
fn errors_of_the_map_are_in_every_format() {
    let repo = repo();
    repo.write("ownership.yaml", MAP.replace("owner: b", "owner: nobody"));
    for format in FORMATS.into_iter().chain(["junit"]) {
        let run = repo.run(&[
            "check", "--format", format, "--output", "out", "--format", "human",
        ]);
        assert!(
            run.code == 2 && run.err.contains("nobody"),
            "{format}: {}",
            run.err
        );
        let out = fs::read_to_string(repo.path().join("out")).unwrap();
        fs::remove_file(repo.path().join("out")).unwrap();
        if format == "junit" {
            assert!(
                out.contains("tests=\"1\" failures=\"1\"") && out.contains("ownership.yaml:7:"),
                "{out}"
            );
            continue;
        }
        let found = places(format, &out);
        assert!(
            found.len() == 1 && found[0].starts_with("ownership.yaml:7 "),
            "{format}: {found:?}"
        );
        match format {
            "gitlab" => assert!(out.contains("\"severity\": \"critical\""), "{out}"),
            "github" => assert!(
                out.starts_with("::error file=ownership.yaml,line=7,"),
                "{out}"
            ),
            "sarif" => {
                let run = &serde_json::from_str::<Value>(&out).unwrap()["runs"][0];
                assert_eq!(run["invocations"][0]["executionSuccessful"], false);
                let index =
                    usize::try_from(run["results"][0]["ruleIndex"].as_u64().unwrap()).unwrap();
                assert_eq!(
                    run["tool"]["driver"]["rules"][index]["id"],
                    run["results"][0]["ruleId"]
                );
            }
            _ => {}
        }
    }
    // The default formats in GitHub Actions.
    let run = repo
        .command()
        .arg("check")
        .env("GITHUB_ACTIONS", "true")
        .output()
        .unwrap();
    let run = Run::of(run);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(
        run.out.starts_with("::error file=ownership.yaml,line=7,"),
        "{}",
        run.out
    );
    // The formats of a change.
    repo.track();
    let run = repo.run(&["check", "--staged", "--format", "gitlab"]);
    assert!(
        run.code == 2 && run.out.contains("\"critical\""),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn sarif_contains_the_most_severe_findings_that_github_accepts() {
    let repo = Repo::new(&[("ownership.yaml", &MAP.replace("x/a*", "own*"))]);
    for number in 0..25_001 {
        repo.write(format!("{number}"), "");
        // One finding would replace the others if most files had no owner.
        repo.write(format!("own{number}"), "");
    }
    let run = repo.run(&[
        "check", "--format", "sarif", "--output", "out", "--format", "compact",
    ]);
    let note = "only the 25,000 most severe of 25,001 findings";
    assert!(run.code == 1 && run.err.contains(note), "{}", run.err);
    let sarif: Value = serde_json::from_slice(&fs::read(repo.path().join("out")).unwrap()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert!(results.iter().all(|it| it["level"] == "error"));
    let notification = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert!(
        text(&notification["message"]["text"]).contains(note),
        "{notification}"
    );
}

#[test]
fn sarif_leaves_the_line_hash_to_the_upload() {
    let repo = repo();
    let run = repo.run(&["check", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&run.out).unwrap();
    for result in sarif["runs"][0]["results"].as_array().unwrap() {
        let prints = result["partialFingerprints"].as_object().unwrap();
        assert_eq!(prints.keys().collect::<Vec<_>>(), ["ownlint/v1"]);
    }
}
