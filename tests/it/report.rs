//! Tests `ownlint report`.

use std::{collections::BTreeSet, fs};

use crate::harness::{Repo, csv};

const MAP: &str = "version: 1
teams: {ops: {}, web: {}, idle: {}}
rules:
  - {paths: [modules/], owner: ops}
  - {paths: [modules/both/], owners: [web, ops]}
  - {paths: ['odd\"q/'], owner: web}
  - {components: ['helm-chart:kask'], owner: web}
exemptions:
  - {paths: [ownership.yaml], reason: the map}
";

fn repo() -> Repo {
    let repo = Repo::new(&[("ownership.yaml", MAP)]);
    for path in [
        "modules/a/x/y",
        "modules/both/x",
        "odd\"q/x",
        "free/sub/x",
        "charts/kask/Chart.yaml",
        "charts/lone/Chart.yaml",
    ] {
        repo.write(path, "");
    }
    repo
}

fn report(repo: &Repo, arguments: &[&str]) -> String {
    let run = repo.run(&[&["report", "--color", "never"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.out
}

#[test]
fn prints_bars() {
    let text = report(&repo(), &[]);
    for line in [
        "4 owned · 1 exempt · 2 unowned · 0 conflicting",
        "    files  █████████████████▎······   71.4 %  5 of 7",
        "    ops  ██████▉·················   28.5 %  2 of 7",
        "    charts/         ████████████············   50.0 %  1 of 2",
        "      charts/lone/  ························    0.0 %  0 of 1",
        "    helm-chart  ████████████············   50.0 %  1 of 2",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // Fully covered directories show no subdirectories, and teams without files no bar.
    assert!(
        !text.contains("modules/a/") && !text.contains("idle"),
        "{text}"
    );
}

#[test]
fn writes_markdown_tables() {
    let text = report(&repo(), &["--format", "markdown"]);
    for line in [
        "\n5 of 7 files covered (71.4 %).\n",
        "\n| team | files | share | components |\n| :--- | ---: | ---: | ---: |\n",
        "\n| `web` | 3 | 42.8 % | 1 |\n| `ops` | 2 | 28.5 % | 0 |\n",
        "\n| `./` | 1 | 0 | 1 | 0 | 0 | 100.0 % |\n",
        "\n| `charts/lone/` | 1 | 0 | 0 | 1 | 0 | 0.0 % |\n",
        "\n| `helm-chart` | 2 | 1 | 0 | 1 | 0 | 50.0 % |\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let repo = repo();
    repo.write("a|b`c/x", "");
    let text = report(&repo, &["--format", "markdown"]);
    assert!(text.contains("| `` a\\|b`c/ `` | 1 |"), "{text}");
}

#[test]
fn writes_one_csv_record_per_counted_item() {
    let records = csv(&report(&repo(), &["--format", "csv"]));
    for record in [
        [".", "repository", ".", "files", "7", "4", "1", "2", "0"],
        [".", "team", "idle", "files", "0", "0", "", "", ""],
        [".", "team", "web", "components", "1", "1", "", "", ""],
        [
            ".",
            "directory",
            "modules/",
            "files",
            "2",
            "2",
            "0",
            "0",
            "0",
        ],
        [
            ".",
            "directory",
            "odd\"q/",
            "files",
            "1",
            "1",
            "0",
            "0",
            "0",
        ],
        [
            ".",
            "kind",
            "helm-chart",
            "components",
            "2",
            "1",
            "0",
            "1",
            "0",
        ],
    ] {
        let record = [&record[..], &[""; 4]].concat();
        assert!(records.iter().any(|r| *r == record), "{record:?}");
    }
}

#[test]
fn writes_json_of_version_1_with_matching_sums() {
    let json = repo().run(&["report", "--format", "json"]).json();
    assert_eq!(json["version"], 1);
    let of = &json["repositories"][0];
    assert_eq!(
        (of["name"].as_str(), of["files"].as_u64()),
        (Some("."), Some(7))
    );
    assert_eq!(of["verdicts"]["unowned"], 2);
    assert_eq!(of["teams"][2]["team"], "web");
    assert_eq!(of["teams"][2]["components"]["helm-chart"], 1);
    assert_eq!(of["components"][0]["kind"], "helm-chart");
    let directories = of["directories"].as_array().unwrap().iter();
    let top = directories.filter(|it| it["path"].as_str().unwrap().matches('/').count() == 1);
    let files: u64 = top.map(|it| it["files"].as_u64().unwrap()).sum();
    assert_eq!(files, 7);
}

#[test]
fn writes_valid_prometheus_metrics() {
    let text = report(&repo(), &["--format", "prometheus"]);
    for line in [
        "# HELP ownlint_files Number of files in a repository, by verdict.",
        "# TYPE ownlint_files gauge",
        "ownlint_files{repository=\".\",verdict=\"conflicting\"} 0",
        "ownlint_team_files{repository=\".\",team=\"idle\"} 0",
        "ownlint_directory_files{repository=\".\",directory=\"odd\\\"q/\",verdict=\"owned\"} 1",
        "ownlint_components{repository=\".\",kind=\"helm-chart\",verdict=\"unowned\"} 1",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    assert!(text.ends_with('\n'));
    let mut family = "";
    let mut series = BTreeSet::new();
    let mut families = BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            family = rest.split(' ').next().unwrap();
            assert!(families.insert(family), "{family} is a duplicate");
        } else if line.starts_with("# TYPE ") {
            assert_eq!(line, format!("# TYPE {family} gauge"));
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(name.starts_with(&format!("{family}{{")) && name.ends_with("\"}"));
            assert!(value.parse::<u64>().is_ok(), "{line}");
            assert!(series.insert(name), "{name} is a duplicate");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn escapes_labels_for_prometheus() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let repo = repo();
    for name in [
        &b"new\nline"[..],
        b"back\\slash",
        b"\xff",
        b"\\xff",
        b"\x1b[2J",
    ] {
        let path = [name, b"/x"].concat();
        repo.write(OsStr::from_bytes(&path), "");
    }
    let text = report(&repo, &["--format", "prometheus"]);
    for label in [
        "new\\\\nline/",
        "back\\\\slash/",
        "\\\\xff/",
        "\\\\u{1b}[2J/",
    ] {
        let series = format!("directory=\"{label}\",verdict=\"unowned\"}}");
        assert_eq!(text.matches(&series).count(), 1, "{series}\n{text}");
    }
    // Two directories have the same escaped name: they are one series.
    assert!(text.contains("directory=\"\\\\xff/\",verdict=\"unowned\"} 2"));
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn writes_files_atomically() {
    let repo = repo();
    let printed = report(&repo, &["--format", "prometheus"]);
    let arguments = ["--format", "prometheus", "--output", "out/ownlint.prom"];
    let run = repo.run(&[&["report"][..], &arguments].concat());
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("directory `out` does not exist"),
        "{}",
        run.err
    );
    fs::create_dir(repo.path().join("out")).unwrap();
    assert_eq!(report(&repo, &arguments), "");
    let written = fs::read_to_string(repo.path().join("out/ownlint.prom")).unwrap();
    assert_eq!(written, printed);
    let names: Vec<_> = fs::read_dir(repo.path().join("out")).unwrap().collect();
    assert_eq!(names.len(), 1, "no temporary file remains");
    let run = repo.run(&["report", "--output", "modules"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is a directory"), "{}", run.err);
}

#[test]
fn prints_the_same_for_the_same_tree() {
    let repo = Repo::shipped();
    for format in ["human", "markdown", "csv", "json", "prometheus"] {
        let arguments = ["--format", format];
        assert_eq!(
            report(&repo, &arguments),
            report(&repo, &arguments),
            "{format}"
        );
    }
}

#[test]
fn fails_for_a_missing_repository() {
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nteams: {a: {}}\nrepositories: [{name: gone, path: ../gone}]\n",
    )]);
    let run = repo.run(&["report", "--format", "prometheus", "--output", "x.prom"]);
    assert_eq!(run.code, 2);
    assert!(!repo.path().join("x.prom").exists());
}

#[test]
fn warns_about_unreadable_files() {
    let map = "version: 1\nteams: {a: {}}\nrules: [{paths: ['**'], owner: a}]\n";
    let repo = Repo::new(&[("ownership.yaml", map), ("d/x", "")]);
    repo.pipe("d/.gitignore");
    let warning =
        "d/.gitignore: warning: `d/.gitignore` could not be read: it is not a regular file\n";
    for arguments in [
        &["report"][..],
        &["teams"],
        &["components"],
        &["init"],
        &["who", "a"],
        &["generate", "markdown"],
    ] {
        let run = repo.run(arguments);
        assert_eq!((run.code, &*run.err), (0, warning), "{arguments:?}");
        assert_eq!(repo.run(&[arguments, &["-q"]].concat()).err, "");
    }
}

#[test]
fn counts_the_files_that_only_a_rule_or_line_for_all_files_assigns() {
    let map = "version: 1\nteams: {a: {}, b: {}}\nrules: [{paths: ['**'], owner: a}, {paths: [b/, ownership.yaml], owner: b}]\n";
    let trusting = "version: 1\nteams: {a: {handles: {github: '@o/a', kubernetes: a}}}\n";
    let github = format!("{trusting}ownership_files: {{github: trust}}\n");
    let prow = format!("{trusting}ownership_files: {{kubernetes: trust}}\n");
    for (files, expected) in [
        (
            &[("ownership.yaml", map), ("x", ""), ("c/x", ""), ("b/x", "")][..],
            2,
        ),
        (
            &[
                ("ownership.yaml", &github),
                (".github/CODEOWNERS", "* @o/a\n/b/ @o/a\n"),
                ("b/x", ""),
            ],
            2,
        ),
        (
            &[
                ("ownership.yaml", &github),
                (".github/CODEOWNERS", "/b/ @o/a\n"),
                ("b/x", ""),
            ],
            0,
        ),
        (
            &[
                ("ownership.yaml", &prow),
                ("OWNERS", "approvers: [a]\n"),
                ("b/x", ""),
                ("c/OWNERS", "approvers: [a]\n"),
            ],
            3,
        ),
    ] {
        let repo = Repo::new(files);
        let report = |format| repo.run(&["report", "--format", format]).out;
        let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
        assert_eq!(
            json["repositories"][0]["files_of_catch_all"], expected,
            "{files:?}"
        );
        for (format, shown) in [
            ("csv", format!(",catch-all,,files,{expected},")),
            (
                "prometheus",
                format!("ownlint_catch_all_files{{repository=\".\"}} {expected}"),
            ),
            ("markdown", format!("{expected} files (")),
            ("human", "only by a rule or line for all files".to_owned()),
        ] {
            let out = report(format);
            let is_shown = out
                .lines()
                .any(|line| line.contains(&shown) && !line.ends_with("covered (0.0 %)."));
            assert_eq!(is_shown, expected > 0, "{format}: {out}");
        }
    }
}
