//! Tests the text and the exit codes of `check`, and the `--help` texts.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::MetadataExt as _,
    path::Path,
    process::Stdio,
};

use crate::harness::{self, Repo, checks, keys, of_check, project, text};
use serde_json::Value;

const MAP: &str = "version: 1
teams: {sre: {}, dba: {}}
rules:
  - {paths: [ownership.yaml], owner: sre}
  - {paths: ['modules/*/files/'], owner: sre}
  - {paths: [modules/mariadb/], owner: dba}
  - {paths: [gone/], owner: dba}
";

fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("modules/mariadb/files/a", ""),
        ("modules/mariadb/b", ""),
        ("lost/c", ""),
        ("lost/deep/d", ""),
        ("charts/kask/Chart.yaml", "name: kask\nteam: dbaa\n"),
        ("charts/echo/Chart.yaml", "name: echo\n"),
        ("charts/echo/values.yaml", ""),
        ("modules/role/manifests/r.pp", ""),
        (
            "hieradata/role/common/r.yaml",
            "profile::contacts::role_contacts: []\n",
        ),
    ])
}

#[test]
fn keeps_the_json_contract_for_every_check() {
    let mut reports = vec![Repo::shipped().check(), repo().check()];
    for check in &checks() {
        let repo = Repo::fixture(check, "bad");
        reports.push(repo.check_with(harness::arguments_for(check)));
    }
    let location = |location: &Value| {
        for key in ["line", "column", "end_line", "end_column"] {
            assert!(location[key].as_u64().unwrap() >= 1, "{location}");
        }
        assert!(!text(&location["file"]).is_empty());
    };
    let mut seen = BTreeSet::new();
    for report in &reports {
        assert_eq!(
            (&report["version"], &report["tool"]["name"]),
            (&1.into(), &"ownlint".into())
        );
        assert_eq!(report["tool"]["version"], env!("CARGO_PKG_VERSION"));
        let mut counts = BTreeMap::from([("error", 0), ("warning", 0), ("info", 0)]);
        for finding in report["findings"].as_array().unwrap() {
            for key in [
                "check",
                "severity",
                "repository",
                "path",
                "component",
                "teams",
                "files",
                "message",
                "help",
                "location",
                "related",
                "fingerprint",
                "baselined",
            ] {
                assert!(keys(finding).contains(&key), "{key} in {finding:#}");
            }
            seen.insert(text(&finding["check"]).to_owned());
            *counts.get_mut(text(&finding["severity"])).unwrap() += 1;
            let print = text(&finding["fingerprint"]);
            assert!(print.len() >= 16 && print.chars().all(|c| c.is_ascii_hexdigit()));
            location(&finding["location"]);
            let related = finding["related"].as_array().unwrap();
            related
                .iter()
                .for_each(|related| location(&related["location"]));
        }
        let mut summary = report["summary"].clone();
        for hidden in ["suppressed", "baselined"] {
            let count = summary.as_object_mut().unwrap().remove(hidden);
            assert!(count.unwrap().is_u64(), "{hidden}");
        }
        assert_eq!(summary, serde_json::json!(counts));
        for key in [
            "version",
            "tool",
            "repositories",
            "findings",
            "baseline",
            "summary",
        ] {
            assert!(keys(report).contains(&key), "{key}");
        }
        for repository in report["repositories"].as_array().unwrap() {
            for key in ["name", "root", "files", "verdicts", "teams", "components"] {
                assert!(keys(repository).contains(&key), "{key}");
            }
            for kind in repository["components"].as_object().unwrap().values() {
                assert!(kind["total"].as_u64() >= kind["owned"].as_u64(), "{kind}");
            }
            let verdicts = repository["verdicts"].as_object().unwrap();
            let sum: u64 = verdicts.values().filter_map(Value::as_u64).sum();
            assert_eq!(sum, repository["files"].as_u64().unwrap());
            assert_eq!(
                keys(&repository["verdicts"]),
                ["conflicting", "exempt", "owned", "unowned"]
            );
        }
    }
    assert_eq!(
        seen,
        harness::checks().into_iter().collect(),
        "each check was seen"
    );
}

#[test]
fn gives_each_finding_its_own_fingerprint() {
    for repo in [Repo::shipped(), repo()] {
        let report = repo.check();
        let findings = report["findings"].as_array().unwrap();
        let prints: BTreeSet<&str> = findings.iter().map(|f| text(&f["fingerprint"])).collect();
        assert_eq!(prints.len(), findings.len());
    }
}

fn fingerprints(report: &Value, check: &str) -> Vec<String> {
    let findings = of_check(report, check).into_iter();
    findings
        .map(|f| text(&f["fingerprint"]).to_owned())
        .collect()
}

#[test]
fn keeps_fingerprints_after_unrelated_edits() {
    let repo = repo();
    let before = repo.check();
    let same = |what: &str| {
        let after = repo.check();
        for check in &checks() {
            assert_eq!(
                fingerprints(&before, check),
                fingerprints(&after, check),
                "{check}: {what}"
            );
        }
    };
    repo.write("ownership.yaml", format!("# one\n\n# two\n{MAP}"));
    same("lines on top of the map");
    let (head, rules) = MAP.split_once("rules:\n").unwrap();
    let mut lines: Vec<&str> = rules.lines().collect();
    lines.reverse();
    repo.write(
        "ownership.yaml",
        format!("{head}rules:\n{}\n", lines.join("\n")),
    );
    same("rules in another order");
    repo.write("ownership.yaml", MAP);
    repo.write(
        "charts/kask/Chart.yaml",
        "# a comment\nname: kask\nteam:   'dbaa'\n",
    );
    same("lines on top of a declaration");
    repo.write("modules/mariadb/files/z", "");
    same("one more file on which two rules meet");
    repo.track();
    same("git");
}

#[test]
fn keeps_fingerprints_for_a_part_of_a_repository() {
    let repo = repo();
    repo.write("modules/mariadb/files/deep/z", "");
    let all = repo.check();
    for path in [
        "modules",
        "modules/mariadb/files/a",
        "charts",
        "lost",
        "ownership.yaml",
    ] {
        let part = repo.check_with(&[path]);
        for finding in part["findings"].as_array().unwrap() {
            let check = text(&finding["check"]);
            let known = fingerprints(&all, check);
            assert!(
                known
                    .iter()
                    .any(|known| known == text(&finding["fingerprint"])),
                "{check} of {path}"
            );
        }
    }
}

#[test]
fn reports_only_findings_about_the_requested_path() {
    for (path, expected) in [
        ("lost", "unowned-path"),
        ("lost/deep", "unowned-path"),
        ("lost/c", "unowned-path"),
        ("modules/mariadb", "conflicting-owners"),
        ("modules/mariadb/files/a", "conflicting-owners"),
        ("modules/mariadb/b", ""),
        ("charts/kask", "unknown-declared-team"),
        ("charts/kask/Chart.yaml", "unknown-declared-team"),
        ("charts/kask/new.yaml", "unknown-declared-team"),
        ("charts/echo", "unowned-component"),
        ("charts/echo/Chart.yaml", "unowned-component"),
        ("charts/echo/values.yaml", "unowned-component"),
        ("modules/role", "unowned-component"),
        ("modules/role/manifests/r.pp", "unowned-component"),
        ("hieradata", "unowned-component"),
        ("hieradata/role/common/r.yaml", "unowned-component"),
        ("ownership.yaml", "unmatched-rule"),
    ] {
        let repo = repo();
        repo.write("charts/kask/new.yaml", "");
        let report = repo.check_with(&[path]);
        let found: BTreeSet<&str> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| text(&finding["check"]))
            .collect();
        let found: Vec<&str> = found.into_iter().collect();
        assert_eq!(found.join(" "), expected, "{path}");
    }
}

#[test]
fn reports_only_rules_of_the_requested_repository() {
    let repo = Repo::new(&[
        ("puppet/x/y", ""),
        ("alerts/x", ""),
        (
            "map/ownership.yaml",
            "version: 1
teams: {sre: {contacts: {irc: x}}}
repositories:
  - {name: alerts, path: ../alerts}
  - name: puppet
    path: ../puppet
    rules: [{paths: [gone/], owner: sre}]
rules:
  - {paths: [x], owner: sre}
  - {paths: [nowhere/], owner: sre}
",
        ),
    ]);
    let lines = |path: &str| {
        let compact = [
            "check",
            "--config",
            "map/ownership.yaml",
            "-f",
            "compact",
            path,
        ];
        let run = repo.run(&compact);
        let lines = run
            .out
            .lines()
            .map(|line| line.split(':').nth(1).unwrap_or("").to_owned());
        lines.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(lines("map/ownership.yaml"), "10 7");
    assert_eq!(lines("puppet"), "7");
    assert_eq!(lines("puppet/x"), "");
    assert_eq!(lines("alerts"), "");
}

#[test]
fn reports_findings_about_the_map_for_its_files() {
    let repo = Repo::new(&[
        ("puppet/x", ""),
        (
            "map/ownership.yaml",
            "version: 1\ninclude: [sub/teams.yaml]\nrepositories: [{name: puppet, path: ../puppet}]\n",
        ),
        (
            "map/sub/teams.yaml",
            "teams: {sre: {}}\nrules: [{paths: [gone/], owner: sre}]\n",
        ),
    ]);
    let found = |config: &str, path: &str| {
        let report = repo.check_with(&["--config", config, path]);
        let findings = report["findings"].as_array().unwrap().iter();
        let checks = findings.map(|finding| text(&finding["check"]));
        checks.collect::<Vec<_>>().join(" ")
    };
    for path in [
        "map/ownership.yaml",
        "map/sub/teams.yaml",
        "map/./sub/../sub/teams.yaml",
    ] {
        assert_eq!(
            found("map/ownership.yaml", path),
            "unmatched-rule unused-team",
            "{path}"
        );
    }
    let run = repo.run(&["check", "--config", "map/ownership.yaml", "map/other.yaml"]);
    assert!(run.err.contains("not in any repository"), "{}", run.err);
    // The repository that contains the map covers its files too.
    repo.write(
        "map/ownership.yaml",
        "version: 1\ninclude: [sub/teams.yaml]\n",
    );
    for path in ["map/ownership.yaml", "map/sub/teams.yaml"] {
        assert_eq!(
            found("map/ownership.yaml", path),
            "unowned-path unmatched-rule unused-team",
            "{path}"
        );
    }
}

#[test]
fn fails_for_each_unowned_or_conflicting_file_alone() {
    let repo = Repo::shipped();
    let mut state = BTreeMap::new();
    tree(repo.path(), &mut state);
    let files: Vec<String> = state
        .into_iter()
        .filter(|(path, (mode, ..))| {
            mode & 0o170_000 == 0o100_000 && !path.ends_with("/ownership.yaml")
        })
        .map(|(path, _)| path)
        .collect();
    let mut checked = 0;
    for (file, answer) in files.iter().zip(repo.who_all(&files)) {
        let verdict = text(&answer["verdict"]);
        if ["unowned", "conflicting"].contains(&verdict) {
            // For an unused component, the severity is info.
            let run = repo.run(&["check", "--fail-on", "info", "--format", "compact", file]);
            assert_eq!(run.code, 1, "{file} is {verdict}: {}{}", run.out, run.err);
            checked += 1;
        }
    }
    assert_eq!(checked, 22, "as many as the summary counts");
}

#[test]
fn combines_the_findings_of_several_paths() {
    let repo = repo();
    let count = |paths: &[&str]| {
        let report = repo.check_with(paths);
        report["findings"].as_array().unwrap().len()
    };
    assert_eq!(count(&["."]), count(&[]));
    assert_eq!(count(&["lost/"]), 1);
    assert_eq!(count(&["lost", "charts"]), 3);
    assert_eq!(count(&["lost/c", "./lost/../lost/deep"]), 1, "rolled up");
}

#[test]
fn counts_the_coverage_of_the_requested_paths() {
    let repo = repo();
    repo.write("charts/foo/Chart.yaml", "team: dba\n");
    for (paths, verdicts, teams, charts) in [
        (
            &["modules/mariadb"][..],
            [1, 1, 0],
            serde_json::json!({"dba": 1}),
            0,
        ),
        (
            &["modules/mariadb/b"],
            [1, 0, 0],
            serde_json::json!({"dba": 1}),
            0,
        ),
        (&["lost"], [0, 0, 2], serde_json::json!({}), 0),
        (
            &["charts/echo/values.yaml"],
            [0, 0, 1],
            serde_json::json!({}),
            1,
        ),
        (
            &["charts", "lost/c"],
            [1, 0, 4],
            serde_json::json!({"dba": 1}),
            3,
        ),
    ] {
        let report = repo.check_with(paths);
        let part = &report["repositories"][0];
        let counts = ["owned", "conflicting", "unowned"].map(|v| &part["verdicts"][v]);
        assert_eq!(counts, verdicts.map(Value::from).each_ref(), "{paths:?}");
        assert_eq!(part["files"], verdicts.iter().sum::<i32>(), "{paths:?}");
        assert_eq!(part["teams"], teams, "{paths:?}");
        let found = part["components"]["helm-chart"]["total"].as_i64();
        assert_eq!(found.unwrap_or_default(), charts, "{paths:?}");
    }
    let out = repo.run(&["check", "modules/mariadb/b"]).out;
    assert!(
        out.contains("100.0 % of 1 file covered") && out.contains("no findings"),
        "{out}"
    );
}

#[test]
fn reports_only_the_requested_repositories() {
    let repo = Repo::shipped();
    let names = |paths: &[&str]| -> Vec<String> {
        let report = repo.check_with(paths);
        let repositories = report["repositories"].as_array().unwrap().iter();
        repositories.map(|r| text(&r["name"]).to_owned()).collect()
    };
    assert_eq!(names(&["puppet/modules"]), ["puppet"]);
    assert_eq!(
        names(&["puppet/modules", "deployment-charts/charts/raw"]).len(),
        2
    );
    assert_eq!(names(&[]).len(), 3);
}

#[test]
fn rejects_a_path_that_is_missing_or_not_covered() {
    let repo = repo();
    for (path, message) in [
        ("gone", "`gone` does not exist"),
        ("modules/mariadbb/b", "did you mean `modules/mariadb/b`?"),
        ("/etc", "`/etc` is not in any repository listed in the map"),
        ("..", "`..` is not in any repository listed in the map"),
        ("lost/c/x", "`lost/c/x` does not exist"),
    ] {
        let run = repo.run(&["check", "lost", path]);
        assert_eq!((run.code, &*run.out), (2, ""), "{path}");
        assert!(run.err.contains(message), "{}", run.err);
    }
}

#[test]
fn derives_the_exit_code_from_the_most_severe_finding() {
    let clean = "version: 1\nteams: {sre: {}}\nrules: [{paths: ['**'], owner: sre}]\n";
    let dead = "version: 1\nteams: {sre: {}}\nrules: [{paths: ['**'], owner: sre}, {paths: [gone/], owner: sre}]\n";
    for (map, [error, warning, info, never]) in [
        (clean.to_owned(), [0, 0, 0, 0]),
        (dead.to_owned(), [0, 1, 1, 0]),
        (
            format!("{dead}checks: {{unmatched-rule: info}}\n"),
            [0, 0, 1, 0],
        ),
        (
            format!("{dead}checks: {{unmatched-rule: error}}\n"),
            [1, 1, 1, 0],
        ),
        (
            format!("{dead}checks: {{unmatched-rule: off}}\n"),
            [0, 0, 0, 0],
        ),
        ("version: 3\n".to_owned(), [2, 2, 2, 2]),
    ] {
        let repo = Repo::new(&[("ownership.yaml", &map)]);
        for (level, code) in [
            ("error", error),
            ("warning", warning),
            ("info", info),
            ("never", never),
        ] {
            for format in ["human", "compact", "json"] {
                let run = repo.run(&["check", "--fail-on", level, "--format", format]);
                assert_eq!(run.code, code, "{level} {format} {map}");
            }
        }
        assert_eq!(repo.run(&["check"]).code, error);
    }
}

#[test]
fn supports_severities_by_repository() {
    let repo = Repo::new(&[
        ("one/x", ""),
        ("two/x", ""),
        (
            "map/ownership.yaml",
            "version: 1
checks: {unowned-path: warning}
repositories:
  - {name: one, path: ../one}
  - {name: two, path: ../two, checks: {unowned-path: error}}
",
        ),
    ]);
    let report = repo.check_with(&["--config", "map/ownership.yaml"]);
    let found: Vec<(&str, &str)> = of_check(&report, "unowned-path")
        .iter()
        .map(|f| (text(&f["repository"]), text(&f["severity"])))
        .collect();
    assert_eq!(found, [("one", "warning"), ("two", "error")]);
}

#[test]
fn finds_repositories_by_root_options() {
    let repo = Repo::new(&[
        ("one/x", ""),
        ("elsewhere/y", ""),
        (
            "map/ownership.yaml",
            "version: 1\nrepositories: [{name: one, path: ../one}, {name: two, path: ../gone}]\n",
        ),
    ]);
    let check = |roots: &[&str]| {
        let mut arguments = vec![
            "check",
            "--config",
            "map/ownership.yaml",
            "--format",
            "compact",
        ];
        roots
            .iter()
            .for_each(|root| arguments.extend(["--root", root]));
        repo.run(&arguments)
    };
    let run = check(&[]);
    assert_eq!((run.code, &*run.out), (2, ""));
    assert!(
        run.err.contains("`two`") && run.err.contains("--root two=DIR"),
        "{}",
        run.err
    );
    let run = check(&["two=elsewhere"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("one/") && run.out.contains("elsewhere/"),
        "{}",
        run.out
    );
    let run = check(&["two=elsewhere", "one=elsewhere"]);
    assert!(!run.out.contains("one/"), "{}", run.out);
    let shown = repo.path().canonicalize().unwrap().join("gone");
    for run in [check(&[]), check(&["two=./gone"])] {
        let there = format!("is not at `{}`", shown.display());
        assert!(run.err.contains(&there), "without dots: {}", run.err);
    }
    let absolute = format!("two={}/elsewhere", repo.path().display());
    assert_eq!(check(&[&absolute]).code, 1);
    for (root, message) in [
        ("tow=elsewhere", "did you mean `two`?"),
        ("elsewhere", "--root NAME=DIR"),
        ("two=gone", "`two`"),
        ("two=map/ownership.yaml", "not a directory"),
    ] {
        let run = check(&[root]);
        assert_eq!(run.code, 2, "{root}");
        assert!(run.err.contains(message), "{root}: {}", run.err);
    }
}

#[test]
fn finds_the_map_in_a_parent_directory() {
    let repo = repo();
    let mut command = repo.command();
    let run = command
        .current_dir(repo.path().join("lost/deep"))
        .args(["check", "--format", "compact"]);
    let run = harness::Run::of(run.output().unwrap());
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("../../lost/:1:1: error[unowned-path]"),
        "{}",
        run.out
    );
    let empty = Repo::new(&[]);
    let run = empty.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("ownership.yaml") && run.err.contains("--config"),
        "{}",
        run.err
    );
    assert_eq!(empty.run(&["check", "--config", "gone.yaml"]).code, 2);
    let mut command = empty.command();
    let map = repo.path().join("ownership.yaml");
    let output = command
        .arg("check")
        .env("OWNLINT_CONFIG", map)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn prints_one_line_per_finding_in_compact() {
    for repo in [repo(), Repo::shipped()] {
        let run = repo.run(&["check", "--format", "compact"]);
        let report = repo.check();
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(run.out.lines().count(), findings.len());
        for (line, finding) in run.out.lines().zip(findings) {
            let severity = text(&finding["severity"]);
            let mark = format!(": {severity}[{}]: ", text(&finding["check"]));
            let (place, message) = line
                .split_once(&mark)
                .unwrap_or_else(|| panic!("{mark} in {line}"));
            assert_eq!(message, text(&finding["message"]));
            let [file, row, column] = place.split(':').collect::<Vec<_>>()[..] else {
                panic!("no file:line:column in {line}");
            };
            assert!(
                file == "." || repo.path().join(file).exists(),
                "{file} in {line}"
            );
            assert!(file.ends_with(text(&finding["location"]["file"])));
            assert_eq!(row, finding["location"]["line"].to_string());
            assert_eq!(column, finding["location"]["column"].to_string());
        }
    }
}

#[test]
fn prints_source_lines_help_and_a_summary() {
    let run = repo().run(&["check"]);
    for part in [
        "rule `modules/*/files/` (`sre`) and rule `modules/mariadb/` (`dba`) claim the same file",
        "ownership.yaml:5:",
        "- {paths: ['modules/*/files/'], owner: sre}",
        "charts/kask/Chart.yaml:2:7",
        "did you mean `dba`",
        "lost/ has no owner (2 files)",
        "add a rule to the map",
        "1 conflicting-owners",
        "ownlint explain CHECK",
        "%",
    ] {
        assert!(run.out.contains(part), "{part} in\n{}", run.out);
    }
    assert_eq!(run.err, "", "progress is for terminals");
    let quiet = repo().run(&["check", "--quiet"]).out;
    assert!(
        !quiet.contains('%') && quiet.contains("has no owner"),
        "{quiet}"
    );
    let clean = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nteams: {sre: {}}\nrules: [{paths: ['**'], owner: sre}]\n",
    )]);
    let run = clean.run(&["check"]);
    assert!(run.code == 0 && run.out.contains("100"), "{}", run.out);
    assert_eq!(clean.run(&["check", "--quiet"]).out, "");
}

#[test]
fn groups_findings_with_one_cause() {
    let files = [
        ("one", "charts/a", "team: nobody"),
        ("one", "charts/b", "team: nobody"),
        ("one", "charts/c", "team: nowhere"),
        ("one", "charts/d", "x: 1\nteam: nobody"),
        ("two", "charts/e", "team: nobody"),
        // Findings without a common cause are rendered separately.
        ("one", "charts/f", "team: ["),
        ("one", "charts/g", "team: {"),
    ];
    let repo = Repo::new(&[(
        "map/ownership.yaml",
        "version: 1\nrepositories: [{name: one, path: ../one}, {name: two, path: ../two}]\n",
    )]);
    for (repository, chart, text) in files {
        repo.write(format!("{repository}/{chart}/Chart.yaml"), text);
    }
    let out = repo.run(&["check", "--config", "map/ownership.yaml"]).out;
    let drawn = |what: &str| out.matches(&format!("╭─[{what}")).count();
    for (chart, expected) in [
        ("one/charts/a/Chart.yaml:1:7", 1),
        ("one/charts/b", 0),
        ("one/charts/c/Chart.yaml:1:7", 1),
        ("one/charts/d", 0),
        ("two/charts/e/Chart.yaml:1:7", 1),
        ("one/charts/f", 1),
        ("one/charts/g", 1),
    ] {
        assert_eq!(drawn(chart), expected, "{chart} in {out}");
    }
    let others = "
  the same in 2 more places:
    one/charts/b/Chart.yaml:1:7  `helm-chart:b`
    one/charts/d/Chart.yaml:2:7  `helm-chart:d`
";
    assert!(out.contains(others), "{out}");
    assert!(out.contains("(3 places)"), "all are counted: {out}");
}

#[test]
fn prints_the_sign_of_the_severity_before_each_finding() {
    let repo = repo();
    for (severity, sign, color) in [("error", '×', 31), ("warning", '⚠', 33), ("info", '☞', 36)]
    {
        let checks = format!("checks: {{unowned-path: {severity}, unmatched-rule: {severity}}}\n");
        repo.write("ownership.yaml", format!("{MAP}{checks}"));
        let out = repo
            .run(&["check", "--only", "unowned-path,unmatched-rule"])
            .out;
        for line in ["lost/ has no owner", "pattern `gone/` matches no files"] {
            assert!(out.contains(&format!("\n  {sign} {line}")), "{out}");
        }
        let all = ["check", "--only", "unowned-path", "--color", "always"];
        let out = repo.run(&all).out;
        let mark = format!("  \u{1b}[{color};1m{sign}\u{1b}[0m lost/");
        assert!(out.contains(&mark), "{out:?}");
    }
}

#[test]
fn prints_related_places_as_notes() {
    let map = MAP.replace("'modules/*/files/'], owner: sre", "modules/x/], owner: sre");
    let further = "rules: [{paths: ['modules/*/files/'], owner: dba}]\n";
    let repo = Repo::new(&[
        ("ownership.yaml", &format!("{map}include: [more.yaml]\n")),
        ("more.yaml", further),
        ("modules/x/files/a", ""),
    ]);
    let shown = "
  note: claimed for `sre`
   ╭─[ownership.yaml:5:14]
";
    let out = repo.run(&["check"]).out;
    assert!(out.contains(shown), "{out}");
    assert!(!out.contains("Advice"), "{out}");
    let twice = "version: 1\nteams: {sre: {}}\nrules: [{paths: [x], owner: nobody}]\n";
    repo.write("more.yaml", "teams: {sre: {}}\n");
    repo.write("ownership.yaml", format!("{twice}include: [more.yaml]\n"));
    let err = repo.run(&["check"]).err;
    assert!(err.contains("\n  note: first defined here\n"), "{err}");
    assert!(!err.contains("Advice"), "{err}");
}

#[test]
fn warns_about_an_empty_repository() {
    let repo = Repo::new(&[
        ("one/.keep", ""),
        (
            "map/ownership.yaml",
            "version: 1\nrepositories: [{name: one, path: ../one}]\n",
        ),
    ]);
    fs::remove_file(repo.path().join("one/.keep")).unwrap();
    let run = repo.run(&["check", "--config", "map/ownership.yaml"]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("is empty"), "{}", run.err);
}

#[test]
fn prints_the_same_in_every_run() {
    for repo in [repo(), Repo::shipped()] {
        for arguments in [
            &["check"][..],
            &["check", "--format", "compact"],
            &["check", "--format", "json"],
            &["who", ".", "--format", "json"],
        ] {
            let first = repo.run(arguments);
            for _ in 0..3 {
                let again = repo.run(arguments);
                assert_eq!(
                    (&again.out, again.code),
                    (&first.out, first.code),
                    "{arguments:?}"
                );
            }
        }
    }
}

#[test]
fn uses_colors_on_terminals_or_on_request() {
    let repo = repo();
    let is_colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = repo.command();
        command.args(arguments).envs(variables.iter().copied());
        harness::Run::of(command.output().unwrap())
            .out
            .contains('\x1b')
    };
    for (arguments, variables, expected) in [
        (&["check"][..], &[][..], false),
        (&["check", "--color", "auto"], &[], false),
        (
            &["check", "--color", "never"],
            &[("CLICOLOR_FORCE", "1")],
            false,
        ),
        (&["check", "--color", "always"], &[], true),
        (&["check", "--color", "always"], &[("NO_COLOR", "1")], true),
        (&["--color", "always", "check"], &[], true),
        (&["check"], &[("CLICOLOR_FORCE", "1")], true),
        (
            &["check"],
            &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
            false,
        ),
        (
            &["check", "--color", "always", "--format", "json"],
            &[],
            false,
        ),
        (
            &["check", "--color", "always", "--format", "compact"],
            &[],
            false,
        ),
        (&["who", "lost/c", "--color", "always"], &[], true),
        (&["who", "lost/c"], &[], false),
        (
            &["who", "lost/c", "--color", "always", "--format", "json"],
            &[],
            false,
        ),
        (&["explain", "unmatched-rule"], &[], false),
        (
            &["explain", "unmatched-rule", "--color", "always"],
            &[],
            true,
        ),
    ] {
        assert_eq!(
            is_colored(arguments, variables),
            expected,
            "{arguments:?} {variables:?}"
        );
    }
    assert!(
        repo.run(&["explain", "x", "--color", "always"])
            .err
            .contains('\x1b')
    );
    assert!(!repo.run(&["explain", "x"]).err.contains('\x1b'));
}

/// Returns a repository with findings of all severities, and with a rule that matches nothing in `gone/`.
fn with_all_severities() -> Repo {
    let map = "version: 1
teams: {a: {}, idle: {}, unused: {}}
rules:
  - {paths: [ownership.yaml, gone/], owner: a}
";
    Repo::new(&[("ownership.yaml", map), ("lost/x", "")])
}

#[test]
fn findings_that_only_inform_are_counted_by_check() {
    let repo = with_all_severities();
    let human = |arguments: &[&str]| repo.run(&[&["check"], arguments].concat());
    let line = "info[unused-team] × 2 A team in the map owns no files.\n";
    let hint = "\n  use `--min-severity info` to list these findings\n";
    let counted = human(&[]);
    assert!(
        counted.out.contains(line) && counted.out.contains(hint),
        "{}",
        counted.out
    );
    assert!(!counted.out.contains("team `idle`"), "{}", counted.out);
    assert!(
        counted.out.contains("pattern `gone/` matches no files"),
        "{}",
        counted.out
    );
    for all in [
        &["-v"][..],
        &["--min-severity", "info"],
        &["--fail-on", "info"],
        &["--only", "unused-team"],
    ] {
        let run = human(all);
        assert!(
            run.out.contains("team `idle`") && !run.out.contains(hint),
            "{}",
            run.out
        );
    }
    let errors = human(&["--min-severity", "error", "--fail-on", "warning"]);
    assert!(
        errors.out.contains("warning[unmatched-rule] × 1 "),
        "{}",
        errors.out
    );
    assert!(!errors.out.contains("pattern `gone/`"), "{}", errors.out);
    // What is listed does not decide the exit code, and the last lines count everything.
    for run in [&counted, &errors] {
        let total = "1 error, 1 warning, 2 info: 1 unowned-path, 1 unmatched-rule, 2 unused-team";
        assert_eq!(run.code, 1);
        assert!(run.out.contains(total), "{}", run.out);
    }
    repo.write(
        "ownership.yaml",
        "version: 1\nteams: {a: {}, idle: {}}\nrules: [{paths: ['**'], owner: a}]\n",
    );
    assert_eq!(
        human(&["--min-severity", "error", "--fail-on", "info"]).code,
        1
    );
    assert_eq!(human(&["-v", "--min-severity", "info"]).code, 2);
    let json = |arguments: &[&str]| repo.check_with(arguments)["findings"].clone();
    assert_eq!(json(&[]), json(&["--min-severity", "error"]));
}

#[test]
fn lines_fit_the_width() {
    let repo = with_all_severities();
    repo.write("a/long/path/in/the/repository/with/a/name/that/is/long", "");
    for width in [60, 200] {
        let mut command = repo.command();
        command.args(["check"]).env("COLUMNS", width.to_string());
        let run = harness::Run::of(command.output().unwrap());
        let widest = run.out.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{width}\n{}", run.out);
        // Nothing is lost by that.
        let words = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("run `ownlint explain CHECK` to see why a check matters and how to"),
            "{words}"
        );
    }
}

#[test]
fn accepts_a_closed_pipe() {
    let repo = Repo::shipped();
    // The exit code is that of the check.
    for (arguments, code) in [
        (&["check"][..], 1),
        (&["check", "--format", "json"], 1),
        (&["check", "--fail-on", "never"], 0),
        (&["explain"], 0),
        (&["--help"], 0),
        (&["completions", "bash"], 0),
    ] {
        let mut command = repo.command();
        let mut child = command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let run = harness::Run::of(child.wait_with_output().unwrap());
        assert_eq!((run.code, &*run.err), (code, ""), "{arguments:?}");
    }
}

#[test]
fn prints_help_and_versions() {
    let repo = Repo::new(&[]);
    let run = repo.run(&["--version"]);
    assert_eq!(
        (run.code, run.out),
        (0, format!("ownlint {}\n", env!("CARGO_PKG_VERSION")))
    );
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["check", "--help"],
        &["who", "--help"],
        &["explain", "--help"],
        &["completions", "--help"],
    ] {
        let run = repo.run(arguments);
        assert_eq!(run.code, 0);
        assert!(
            run.out.contains("Examples:\n  ownlint "),
            "{arguments:?}: {}",
            run.out
        );
        // The options of the command come before the global options.
        let (own, global) = run.out.split_once("\nGlobal options:\n").unwrap();
        assert!(
            own.contains("-h, --help") && !own.contains("--color"),
            "{own}"
        );
        assert!(global.contains("--color"), "{global}");
        let tilde = run.out.contains("=~");
        assert!(!tilde, "not every shell expands it: {}", run.out);
    }
}

/// The shipped files at the paths of a checkout, with two commits and a remote branch.
fn checkout() -> Repo {
    let repo = Repo::shipped();
    fs::create_dir(repo.path().join("fixtures")).unwrap();
    for name in ["puppet", "deployment-charts", "alerts"] {
        let target = repo.path().join("fixtures").join(name);
        fs::rename(repo.path().join(name), target).unwrap();
    }
    let map = fs::read(project().join("ownership.yaml")).unwrap();
    repo.write("ownership.yaml", map);
    repo.git(&["init", "-q", "-b", "main"]);
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", "first"]);
    repo.write("fixtures/alerts/README.md", "");
    repo.git(&["commit", "-qam", "second"]);
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD^"]);
    repo
}

#[test]
fn runs_every_example_of_the_help() {
    let repo = checkout();
    let help = repo.run(&["--help"]).out;
    let (_, commands) = help.split_once("\nCommands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let is_name = |line: &&str| !line.starts_with("   ") && !line.starts_with("  help ");
    let names = commands.lines().filter(is_name);
    let mut helps = vec![help.clone()];
    for name in names.map(|line| line.split_whitespace().next().unwrap()) {
        helps.push(repo.run(&[name, "--help"]).out);
    }
    assert_eq!(helps.len(), 16);
    for help in helps {
        // Examples under other headings need something that the heading names.
        let (_, examples) = help.split_once("\nExamples:\n").unwrap();
        for line in examples.lines().take_while(|line| line.starts_with("  ")) {
            // Two spaces separate an example from its comment.
            let example = line.trim().split("  ").next().unwrap();
            assert!(example.contains("ownlint "), "{line}");
            let in_ci = "export GERRIT_PATCHSET_REVISION=$(git rev-parse HEAD)";
            let run = repo.shell(&format!("{in_ci}\n{example}"));
            assert!(run.code < 2, "{example}: {} {}", run.code, run.err);
        }
    }
}

#[test]
fn explains_all_checks_or_one() {
    let repo = Repo::new(&[]);
    let all = repo.run(&["explain"]).out;
    let mut names = Vec::new();
    for line in all.lines() {
        let (name, rest) = line.split_once(' ').unwrap();
        let (_, summary) = rest.trim().split_once(' ').unwrap();
        let page = repo.run(&["explain", name, "--format", "markdown"]).out;
        let start = format!("**What it finds.** {} ", summary.trim());
        assert!(page.contains(&start), "{name}");
        names.push(name);
    }
    names.sort_unstable();
    assert_eq!(names, checks());
    for (name, help) in [
        ("unmatched-rul", "did you mean `unmatched-rule`?"),
        ("zzz", "lists all checks"),
    ] {
        let run = repo.run(&["explain", name]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(help), "{}", run.err);
    }
}

/// Collects every path below a directory, with the metadata and content that a write would change.
fn tree(directory: &Path, state: &mut BTreeMap<String, (u32, u64, i64, i64, Vec<u8>)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let about = path.symlink_metadata().unwrap();
        let content = if about.is_file() {
            fs::read(&path).unwrap()
        } else {
            Vec::new()
        };
        let times = (about.mtime(), about.mtime_nsec());
        state.insert(
            path.display().to_string(),
            (about.mode(), about.ino(), times.0, times.1, content),
        );
        if about.is_dir() {
            tree(&path, state);
        }
    }
}

#[test]
fn writes_no_files() {
    let repo = Repo::shipped();
    for name in ["puppet", "deployment-charts"] {
        let git = |arguments: &[&str]| repo.git(&[&["-C", name], arguments].concat());
        git(&["init", "-q"]);
        git(&["add", "-A"]);
        git(&["commit", "-qm", "all"]);
    }
    repo.write("puppet/modules/new", "");
    let state = || {
        let mut state = BTreeMap::new();
        tree(repo.path(), &mut state);
        state
    };
    let before = state();
    for arguments in [
        &["check"][..],
        &["check", "--untracked", "--format", "json"],
        &["check", "puppet/modules", "--format", "compact"],
        &[
            "who",
            "puppet/modules/new",
            "helm-chart:kask",
            "deployment-charts",
        ],
        &["explain"],
        &["completions", "zsh"],
    ] {
        let run = repo.run(arguments);
        assert!(run.code < 2, "{arguments:?}: {}", run.err);
    }
    assert_eq!(state(), before);
}
