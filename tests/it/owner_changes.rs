//! Tests the check `owner-changed`, which reports what a change takes from an owner or gives to another.

use serde_json::Value;

use crate::harness::{Repo, of_check, strings, text};

const MAP: &str = "\
version: 1
teams: {a: {}, b: {}, c: {}}
checks: {unused-team: off, missing-contact: off}
rules:
  - {paths: [ownership.yaml], owner: c}
  - {paths: [a/], owner: a}
  - {paths: [b/], owner: b}
exemptions:
  - {paths: [free/], reason: x}
";

fn repo(map: &str) -> Repo {
    let repo = Repo::new(&[("ownership.yaml", map)]);
    for path in ["a/1", "a/2", "a/3", "b/1", "free/1", "none/1"] {
        repo.write(path, path.repeat(20));
    }
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    repo
}

fn staged(repo: &Repo) -> Value {
    repo.git(&["add", "-A"]);
    repo.check_with(&["--staged"])
}

/// Returns the owner changes in a report as `from>to files: message`.
fn found(report: &Value) -> Vec<String> {
    let found = of_check(report, "owner-changed").into_iter();
    let found = found.map(|it| {
        assert_eq!(
            (&it["severity"], &it["introduced"]),
            (&"info".into(), &true.into())
        );
        let [from, to] = ["from", "to"].map(|key| strings(&it["owner_change"][key]).join("+"));
        format!("{from}>{to} {}: {}", it["files"], text(&it["message"]))
    });
    found.collect()
}

#[test]
fn reports_each_way_in_which_owners_change() {
    let rule = "  - {paths: [b/], owner: b}\n";
    let line = "  - {paths: [a/], owner: a}\n";
    for (old, new, expected) in [
        // The same rule with another owner.
        (
            line,
            "  - {paths: [a/], owner: c}\n",
            &["a>c 3: `a/` (3 files) changes owner from `a` to `c`"][..],
        ),
        // A more precise rule.
        (
            rule,
            "  - {paths: [b/], owner: b}\n  - {paths: [a/1], owner: b}\n",
            &["a>b 1: `a/1` changes owner from `a` to `b`"],
        ),
        (
            rule,
            "  - {paths: [b/], owner: b}\n  - {paths: ['a/[12]'], owners: [b, a]}\n",
            &["a>a+b 2: 2 files in `a/` (such as `a/1`) gain owner `b`; the other owner remains"],
        ),
        // A removed rule, with a wider one behind it.
        (
            "rules:\n",
            "rules:\n  - {paths: ['[bf]*/'], owner: c}\n",
            &[],
        ),
        // An exemption instead of the rule.
        (
            "  - {paths: [a/], owner: a}\n  - {paths: [b/], owner: b}\nexemptions:\n",
            "  - {paths: [b/], owner: b}\nexemptions:\n  - {paths: [a/], reason: y}\n",
            &["a> 3: `a/` (3 files) changes owner from `a` to nobody (exempt)"],
        ),
        // A rule instead of the exemption.
        (
            "exemptions:\n  - {paths: [free/], reason: x}\n",
            "  - {paths: [free/], owner: c}\n",
            &[">c 1: `free/1` changes owner from nobody (exempt) to `c`"],
        ),
        // What `unowned-path` and `conflicting-owners` report.
        (line, "", &[]),
        (
            line,
            "  - {paths: [a/], owner: a}\n  - {paths: [a/], owner: b}\n",
            &[],
        ),
        // What had no owner.
        (rule, "  - {paths: [b/, none/], owner: b}\n", &[]),
    ] {
        let repo = repo(MAP);
        assert!(MAP.contains(old), "{old}");
        repo.write("ownership.yaml", MAP.replacen(old, new, 1));
        assert_eq!(found(&staged(&repo)), expected, "{new}");
        // The same after the commit.
        repo.commit();
        let since = repo.check_with(&["--since", "HEAD^"]);
        assert_eq!(found(&since), expected, "{new}");
        // Nothing changes after it, and a full check reports no changes.
        assert!(found(&repo.check_with(&["--since", "HEAD"])).is_empty());
        assert!(of_check(&repo.check(), "owner-changed").is_empty());
    }
}

#[test]
fn reports_what_no_other_finding_reports() {
    let without = MAP.replace("  - {paths: [a/], owner: a}\n", "");
    let lost = "a> 3: `a/` (3 files) changes owner from `a` to nobody, because rule `a/` no longer applies";
    for (map, arguments, expected) in [
        (without.clone(), &[][..], &[][..]),
        // Another check reports it, but not in this report.
        (without.clone(), &["--only", "owner-changed"], &[lost]),
        (
            without.replace("checks: {", "checks: {unowned-path: off, "),
            &[],
            &[lost],
        ),
        (
            without + "suppressions:\n  - {check: unowned-path, paths: [a/], reason: x}\n",
            &[],
            &[lost],
        ),
    ] {
        let repo = repo(MAP);
        repo.write("ownership.yaml", &map);
        repo.git(&["add", "-A"]);
        let report = repo.check_with(&[&["--staged"], arguments].concat());
        assert_eq!(found(&report), expected, "{map}");
    }
}

#[test]
fn explains_why_files_fall_to_a_wider_rule() {
    let map = MAP.replace("rules:\n", "rules:\n  - {paths: ['*/'], owner: c}\n");
    let map = map.replace("  - {paths: [free/]", "  - {paths: [free/, charts/x/docs/]");
    let repo = repo(&map);
    repo.write("charts/x/Chart.yaml", "name: x\nteam: a\n");
    repo.write("charts/x/values.yaml", "");
    repo.write("charts/x/docs/1", "");
    repo.commit();
    repo.write("charts/x/Chart.yaml", "name: x\n");
    let report = staged(&repo);
    let message = "`helm-chart:x` (2 files) changes owner from `a` to `c`, because the declaration of \
                   `helm-chart:x` no longer applies";
    assert_eq!(found(&report), [format!("a>c 2: {message}")]);
    let finding = of_check(&report, "owner-changed")[0];
    assert_eq!(finding["component"], "helm-chart:x");
    assert_eq!(finding["location"]["file"], "ownership.yaml");
    // Two charts in one finding.
    repo.write("charts/y/Chart.yaml", "name: y\nteam: a\n");
    repo.write("charts/x/Chart.yaml", "name: x\nteam: a\n");
    repo.commit();
    for name in ["x", "y"] {
        repo.write(
            format!("charts/{name}/Chart.yaml"),
            format!("name: {name}\nteam: b\n"),
        );
    }
    let report = staged(&repo);
    let message =
        "3 files in `charts/` (such as `charts/x/Chart.yaml`) change owner from `a` to `b`";
    assert_eq!(found(&report), [format!("a>b 3: {message}")]);
    let finding = of_check(&report, "owner-changed")[0];
    assert_eq!(finding["location"]["file"], "charts/x/Chart.yaml");
    let related = finding["related"].as_array().unwrap().iter();
    let related: Vec<&str> = related.map(|it| text(&it["location"]["file"])).collect();
    assert_eq!(related, ["charts/y/Chart.yaml"]);
}

#[test]
fn follows_renames_and_ignores_new_and_removed_files() {
    let repo = repo(MAP);
    repo.git(&["mv", "a/1", "b/a1"]);
    repo.git(&["rm", "-q", "a/2"]);
    repo.write("b/new", "");
    repo.git(&["mv", "none/1", "b/n1"]);
    let message = "`b/a1` (formerly `a/1`) changes owner from `a` to `b`";
    assert_eq!(found(&staged(&repo)), [format!("a>b 1: {message}")]);
    let part = |path: &str| found(&repo.check_with(&["--staged", path]));
    assert!(part("a").is_empty());
    assert_eq!(part("b").len(), 1);
}

#[test]
fn reports_a_component_that_consists_of_other_files() {
    let kind = "kinds:\n- kind: service\n  members: {old: {path: 'a/{name}/'}, new: {path: 'b/{name}/'}}\n";
    let repo = repo(&(MAP.to_owned() + kind));
    repo.write("a/k/1", "");
    repo.commit();
    repo.git(&["rm", "-q", "-r", "a/k"]);
    repo.write("b/k/new", "something else");
    let report = staged(&repo);
    let message = "`service:k` changes owner from `a` to `b`";
    assert_eq!(found(&report), [format!("a>b null: {message}")]);
    let finding = of_check(&report, "owner-changed")[0];
    assert_eq!(finding["component"], "service:k");
}

#[test]
fn renamed_and_retired_teams_keep_their_files() {
    let owned = |id: &str| {
        MAP.replace(
            "{paths: [a/], owner: a}",
            &format!("{{paths: [a/], owner: {id}}}"),
        )
    };
    for (map, teams, expected) in [
        (owned("a2"), "{a2: {former_names: [a]}, b: {}, c: {}}", 0),
        (owned("a2"), "{a2: {aliases: [a]}, b: {}, c: {}}", 0),
        // It is merged with another team.
        (owned("b"), "{b: {former_names: [a]}, c: {}}", 0),
        (
            owned("b"),
            "{a: {retired: {since: 2026-01-01, successor: b}}, b: {}, c: {}}",
            0,
        ),
        (
            owned("a2"),
            "{a: {retired: {since: 2026-01-01, successor: a2}}, a2: {}, b: {}, c: {}}",
            0,
        ),
        // It has no or another successor.
        (
            owned("b"),
            "{a: {retired: {since: 2026-01-01}}, b: {}, c: {}}",
            1,
        ),
        (
            owned("b"),
            "{a: {retired: {since: 2026-01-01, successor: c}}, b: {}, c: {}}",
            1,
        ),
        (owned("a2"), "{a2: {}, b: {}, c: {}}", 1),
    ] {
        let repo = repo(MAP);
        repo.write(
            "ownership.yaml",
            map.replace("{a: {}, b: {}, c: {}}", teams),
        );
        let report = staged(&repo);
        assert_eq!(found(&report).len(), expected, "{teams}: {report:#}");
    }
    // The successor is known only before the change, which removes the retired team.
    let retired = "{a: {retired: {since: 2026-01-01, successor: b}}, b: {}, c: {}}";
    let repo = repo(&MAP.replace("{a: {}, b: {}, c: {}}", retired));
    repo.write("ownership.yaml", owned("b").replace("{a: {}, b", "{b"));
    assert!(found(&staged(&repo)).is_empty());
}

#[test]
fn a_change_of_the_map_has_one_finding_per_teams_and_cause() {
    let repo = Repo::new(&[]);
    let mut rules = String::new();
    for directory in 0..40 {
        let owner = if directory % 2 == 0 { "a" } else { "b" };
        rules += &format!("  - {{paths: [d{directory}/], owner: {owner}}}\n");
        for file in 0..50 {
            repo.write(format!("d{directory}/{file}"), "");
        }
    }
    let map = |rules: &str| {
        format!(
            "version: 1\nteams: {{a: {{}}, b: {{}}, c: {{}}}}\nrules:\n  - {{paths: [ownership.yaml], owner: c}}\n{rules}"
        )
    };
    repo.write("ownership.yaml", map(&rules));
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    repo.write("ownership.yaml", map("  - {paths: ['d*/'], owner: c}\n"));
    let expected = [
        "a>c 1000: 1,000 files (such as `d0/0`) change owner from `a` to `c`",
        "b>c 1000: 1,000 files (such as `d1/0`) change owner from `b` to `c`",
    ];
    assert_eq!(found(&staged(&repo)), expected);
}

#[test]
fn the_map_sets_the_severity_and_a_suppression_hides_it() {
    let change = |rest: &str, arguments: &[&str]| {
        let repo = repo(MAP);
        let map = MAP.replace("{paths: [a/], owner: a}", "{paths: [a/], owner: b}");
        let map = map.replace(
            "missing-contact: off",
            &format!("missing-contact: off{rest}"),
        );
        repo.write("ownership.yaml", map);
        repo.git(&["add", "-A"]);
        repo.run(&[&["check", "--staged", "--format", "compact"], arguments].concat())
    };
    assert_eq!(change("", &[]).code, 0);
    assert_eq!(change("", &["--fail-on", "info"]).code, 1);
    assert_eq!(
        change("", &["--skip", "owner-changed", "--fail-on", "info"]).code,
        0
    );
    let raised = change(", owner-changed: error", &[]);
    assert_eq!(raised.code, 1);
    assert!(
        raised.out.contains("error[owner-changed]"),
        "{}",
        raised.out
    );
    assert_eq!(
        change(", owner-changed: off", &["--fail-on", "info"]).code,
        0
    );
    let suppression = "}\nsuppressions:\n  - {check: owner-changed, paths: [a/], reason: x";
    let hidden = change(suppression, &["--fail-on", "info"]);
    assert_eq!((hidden.code, &*hidden.out), (0, ""), "{}", hidden.err);
    // A full check does not know which changes the suppression is needed for.
    let repo = repo(
        &(MAP.to_owned() + "suppressions:\n  - {check: owner-changed, paths: [a/], reason: x}\n"),
    );
    assert!(of_check(&repo.check(), "unused-suppression").is_empty());
}

#[test]
fn a_baseline_never_contains_it() {
    let repo = repo(MAP);
    repo.write(
        "ownership.yaml",
        MAP.replace("[a/], owner: a", "[a/], owner: b"),
    );
    repo.git(&["add", "-A"]);
    let run = repo.run(&["check", "--baseline", "known.json", "--update-baseline"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let baseline = std::fs::read_to_string(repo.path().join("known.json")).unwrap();
    assert!(!baseline.contains("owner-changed"), "{baseline}");
    let report = repo.check_with(&["--staged", "--baseline", "known.json"]);
    assert_eq!(found(&report).len(), 1);
}

/// Returns the output of a staged change that gives `a/` to `b`, in a format.
fn written(severity: &str, format: &str) -> (String, String) {
    let map = MAP.replace("off}", &format!("off, owner-changed: {severity}}}"));
    let repo = repo(&map);
    repo.write(
        "ownership.yaml",
        map.replace("[a/], owner: a", "[a/], owner: b"),
    );
    repo.git(&["add", "-A"]);
    let run = repo.run(&["check", "--staged", "--format", format]);
    assert_eq!(run.code, i32::from(severity == "error"), "{}", run.err);
    (run.out, run.err)
}

#[test]
fn only_outputs_about_a_change_contain_it() {
    for severity in ["info", "error"] {
        for format in [
            "human", "compact", "json", "markdown", "zuul", "gerrit", "junit",
        ] {
            let (out, _) = written(severity, format);
            assert!(out.contains("owner-changed"), "{format}: {out}");
        }
        for format in [
            "gitlab",
            "sarif",
            "github",
            "rdjson",
            "rdjsonl",
            "checkstyle",
        ] {
            let (out, err) = written(severity, format);
            let message = "changes owner from";
            assert!(!out.contains(message), "{format}: {out}");
            let note = format!("{format}: 1 finding about the change as a whole fails the check");
            assert_eq!(err.contains(&note), severity == "error", "{format}: {err}");
        }
    }
}

#[test]
fn a_review_contains_it_in_the_message_or_as_an_unresolved_comment_if_it_fails() {
    let review =
        |severity: &str| -> Value { serde_json::from_str(&written(severity, "gerrit").0).unwrap() };
    let line = "owner-changed): `a/` (3 files) changes owner from `a` to `b`";
    let info = review("info");
    assert!(text(&info["message"]).contains(line), "{info:#}");
    assert_eq!(info["comments"], serde_json::json!({}));
    let error = review("error");
    assert!(!text(&error["message"]).contains(line), "{error:#}");
    let comments = error["comments"].as_object().unwrap();
    assert_eq!(comments.keys().collect::<Vec<_>>(), ["/PATCHSET_LEVEL"]);
    let comment = &comments["/PATCHSET_LEVEL"][0];
    assert!(text(&comment["message"]).contains(line) && comment["unresolved"] == true);
    let zuul: Value = serde_json::from_str(&written("error", "zuul").0).unwrap();
    assert_eq!(zuul["zuul"]["file_comments"], serde_json::json!({}));
    assert!(
        text(&zuul["zuul"]["warnings"][0]).contains(line),
        "{zuul:#}"
    );
}

#[test]
fn the_summary_of_a_github_job_contains_it() {
    let repo = repo(MAP);
    repo.write(
        "ownership.yaml",
        MAP.replace("[a/], owner: a", "[a/], owner: b"),
    );
    repo.git(&["add", "-A"]);
    let summary = tempfile::NamedTempFile::new().unwrap();
    let mut command = repo.command();
    let command = command.args(["check", "--staged", "--format", "github"]);
    let output = command
        .env("GITHUB_STEP_SUMMARY", summary.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = std::fs::read_to_string(summary.path()).unwrap();
    assert!(
        text.contains("`a/` (3 files) changes owner from `a` to `b`"),
        "{text}"
    );
}

#[test]
fn compares_across_repositories() {
    let map = |owner: &str| {
        format!(
            "version: 1\nteams: {{a: {{}}, b: {{}}}}\nrepositories:\n\
             - {{name: one, path: one, rules: [{{paths: ['**'], owner: {owner}}}]}}\n\
             - {{name: two, path: two, rules: [{{paths: ['**'], owner: b}}]}}\n"
        )
    };
    let repo = Repo::new(&[("ownership.yaml", &map("a"))]);
    for path in ["one/x", "one/y", "two/x"] {
        repo.write(path, path.repeat(20));
    }
    repo.git(&["init", "-q", "-b", "main"]);
    repo.commit();
    repo.git(&["mv", "one/y", "two/y"]);
    let moved = "a>b 1: `y` (formerly in another repository) changes owner from `a` to `b`";
    assert_eq!(found(&staged(&repo)), [moved]);
    repo.commit();
    repo.write("ownership.yaml", map("b"));
    assert_eq!(
        found(&staged(&repo)),
        ["a>b 1: `x` changes owner from `a` to `b`"]
    );
}

#[test]
fn a_merge_takes_nothing_that_one_of_its_parents_has_given() {
    let repo = repo(MAP);
    repo.git(&["switch", "-q", "-c", "side"]);
    repo.write("b/side", "");
    repo.commit();
    repo.git(&["switch", "-q", "main"]);
    repo.write(
        "ownership.yaml",
        MAP.replace("[a/], owner: a", "[a/], owner: b"),
    );
    repo.commit();
    // The target has moved on: its owner changes are not those of the branch.
    repo.git(&["switch", "-q", "side"]);
    assert!(found(&repo.check_with(&["--since", "main"])).is_empty());
    // While the target is being merged, its changes are not those of the merge.
    repo.git(&["merge", "-q", "--no-commit", "main"]);
    assert!(found(&repo.check_with(&["--staged"])).is_empty());
    repo.git(&["merge", "--abort"]);
    // A change of its own is.
    repo.write(
        "ownership.yaml",
        MAP.replace("[b/], owner: b", "[b/], owner: c"),
    );
    repo.commit();
    let found = found(&repo.check_with(&["--since", "main"]));
    assert_eq!(found, ["b>c 1: `b/1` changes owner from `b` to `c`"]);
}

#[test]
fn reports_nothing_if_the_owners_before_are_unknown() {
    for before in ["version: 1\nteams: 1\n", ""] {
        let repo = repo(MAP);
        match before {
            "" => drop(repo.git(&["rm", "-q", "ownership.yaml"])),
            broken => repo.write("ownership.yaml", broken),
        }
        repo.commit();
        repo.write(
            "ownership.yaml",
            MAP.replace("[a/], owner: a", "[a/], owner: b"),
        );
        assert!(found(&staged(&repo)).is_empty());
    }
}
