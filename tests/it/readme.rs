//! The README and the pages in `docs` match the program.

use std::{collections::BTreeSet, fs, process::Command};

use crate::harness::{self, Repo, checks, keys, possible_values, project};

fn readme() -> String {
    fs::read_to_string(project().join("README.md")).unwrap()
}

/// Returns the README and the pages in `docs` that it links to.
fn manual() -> String {
    let mut manual = readme();
    for page in links(&readme())
        .iter()
        .filter(|page| page.starts_with("docs/"))
    {
        manual += &fs::read_to_string(project().join(page)).unwrap();
    }
    manual
}

/// Returns the link targets of a text in this repository.
fn links(text: &str) -> BTreeSet<&str> {
    let targets = text.split("](").skip(1);
    let targets = targets.map(|rest| rest.split([')', '#']).next().unwrap());
    targets
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

#[test]
fn links_to_all_pages_and_existing_files() {
    let readme = readme();
    let (linked, others): (BTreeSet<&str>, BTreeSet<&str>) = links(&readme)
        .into_iter()
        .partition(|target| target.starts_with("docs/"));
    for target in others {
        assert!(project().join(target).is_file(), "{target}");
    }
    let there: BTreeSet<String> = fs::read_dir(project().join("docs"))
        .unwrap()
        .map(|entry| format!("docs/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    assert_eq!(linked, there.iter().map(String::as_str).collect());
    for page in there {
        let text = fs::read_to_string(project().join(&page)).unwrap();
        for link in links(&text) {
            assert!(project().join("docs").join(link).exists(), "{page}: {link}");
        }
    }
}

#[test]
fn the_page_of_checks_matches_explain() {
    let printed = Repo::new(&[]).run(&["explain", "--format", "markdown"]).out;
    let page = project().join("docs/checks.md");
    if std::env::var_os("OWNLINT_UPDATE_EXPECTED").is_some() {
        fs::write(&page, &printed).unwrap();
    }
    let is_same = fs::read_to_string(&page).unwrap() == printed;
    assert!(is_same, "set OWNLINT_UPDATE_EXPECTED to write it");
    let explained = |check: &str| {
        Repo::new(&[])
            .run(&["explain", check, "--format", "markdown"])
            .out
    };
    for check in checks() {
        let text = explained(&check);
        assert!(printed.contains(&text), "{check}");
        for (start, end) in [
            ("**What it finds.** ", "\n\n**Why it matters.** "),
            ("**Why it matters.** ", "\n\n**How to fix it.** "),
            ("**How to fix it.** ", "\n\n```yaml\n"),
            ("```yaml\n", "\n```\n"),
        ] {
            let (_, part) = text.split_once(start).unwrap();
            let (part, _) = part.split_once(end).unwrap();
            assert!(!part.is_empty() && part.trim() == part, "{text}");
        }
    }
}

#[test]
fn the_table_of_outputs_is_complete() {
    let text = manual();
    let (_, table) = text.split_once("\n| `--format` | contents |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let first = |row: &str| row.split('|').nth(1).unwrap_or_default().to_owned();
    let shown: String = table.lines().skip(1).map(first).collect();
    let shown: BTreeSet<&str> = shown.split('`').skip(1).step_by(2).collect();
    let names = possible_values("check", "--format <FORMAT>");
    assert_eq!(shown, names.iter().map(String::as_str).collect());
}

#[test]
fn lists_the_dialects_of_the_program() {
    let text = manual();
    // Another table has outputs with the same names.
    let (_, table) = text.split_once("\n| dialect |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let written = possible_values("generate", "[DIALECT]");
    let answering = possible_values("who", "--from <DIALECT>");
    for name in &written {
        let row = format!("\n| `{name}` | ");
        assert_eq!(table.contains(&row), answering.contains(name), "{row}");
        assert!(text.contains(name), "{name}");
    }
    assert!(text.contains(&format!("`who --from {}`", answering.join("|"))));
    assert!(text.contains(&format!("`generate {}`", written.join("|"))));
}

#[test]
fn lists_the_commands_of_the_program_and_the_gate() {
    let text = manual();
    for block in [
        "```sh\ncargo run --locked -- check\n```",
        "```sh\ncargo test --locked\n```",
    ] {
        assert!(text.contains(block), "{block}");
    }
    let gate = fs::read_to_string(project().join(".ci/run")).unwrap();
    let mut gate = gate.lines().map(str::trim);
    assert!(gate.any(|line| line.starts_with("cargo run --locked -- check")));
    assert!(gate.any(|line| line == "cargo test --locked"));
    let help = Repo::new(&[]).run(&["--help"]).out;
    for command in [
        "check",
        "who",
        "generate",
        "init",
        "report",
        "route",
        "receivers",
        "teams",
        "components",
        "diff",
        "reviewers",
        "hook",
        "explain",
        "schema",
        "completions",
    ] {
        assert!(
            text.contains(&format!("`ownlint {command}")) && help.contains(command),
            "{command}"
        );
    }
}

#[test]
fn examples_show_the_real_output() {
    let text = manual();
    for block in text.split("```console\n$ ownlint ").skip(1) {
        let (command, rest) = block.split_once('\n').unwrap();
        let (shown, _) = rest.split_once("```").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_ownlint"))
            .args(command.split(' '))
            .current_dir(project())
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GITHUB_ACTIONS")
            .env("OWNLINT_TODAY", "2026-11-22")
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), shown, "{command}");
    }
}

#[test]
fn lists_the_keys_of_answers() {
    let text = manual();
    let (_, table) = text.split_once("\n### `who`\n").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let words: BTreeSet<&str> = table.split('`').skip(1).step_by(2).collect();
    let repo = Repo::new(&[
        (
            "ownership.yaml",
            "version: 1\nteams: {sre: {}}\nrules: [{components: ['helm-chart:*'], owner: sre}]\n",
        ),
        ("charts/kask/Chart.yaml", ""),
    ]);
    let answer = repo.who("charts/kask");
    let mut known: BTreeSet<&str> = keys(&answer).into_iter().collect();
    known.extend(keys(&answer["claims"][0]));
    assert_eq!(known.difference(&words).next(), None);
    known.extend(["owned", "exempt", "unowned", "conflicting"]);
    known.extend(["rule", "declaration", "exemption", "ownership-file"]);
    known.extend(["wins", "overridden", "conflicts"]);
    known.extend(["relative_to", "root", "parent", "line", "column"]);
    known.extend(["last_line", "map"]);
    known.extend(["since", "successor", "team", "teams", "details"]);
    known.extend([
        "component",
        "relation",
        "inferred_for",
        "files",
        "name",
        "route",
        "unknown_teams",
    ]);
    known.extend([
        "person", "owns", "dialect", "policy", "trust", "compare", "paths", "group", "is_group",
        "reviews", "team_of",
    ]);
    known.extend(["severity", "response_time", "kind", "address"]);
    known.extend([
        "basis",
        "used",
        "users",
        "team-name",
        "sibling",
        "shared",
        "history",
    ]);
    assert_eq!(words.difference(&known).next(), None);
}

#[test]
fn the_list_of_detectors_is_complete() {
    let text = manual();
    let (_, list) = text.split_once("Use the following detector names").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    // The error for an unknown detector lists all of them.
    let map = "version: 1\ndeclarations: {none: trust}\n";
    let shown = Repo::new(&[("ownership.yaml", map)]).run(&["check"]).err;
    let (_, names) = shown.split_once("help: known names: ").unwrap();
    let (names, _) = names.split_once("\nerror: ").unwrap();
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    assert!(names.len() > 15, "{shown}");
    for name in names {
        assert!(list.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn selectors_work_as_described() {
    let repo = Repo::new(&[
        ("modules/role/manifests/mariadb.pp", ""),
        ("modules/role/manifests/mariadb/core.pp", ""),
        ("modules/role/manifests/mariadb/core/test.pp", ""),
        ("charts/hub/Chart.yaml", ""),
        ("charts/hub/charts/gms/Chart.yaml", ""),
    ]);
    let teams = "teams: {a: {}, b: {}, c: {}, d: {}}";
    let rules = "rules:
- {components: ['puppet-role:mariadb::*'], owner: a}
- {components: ['puppet-role:mariadb'], owner: b}
- {components: ['helm-chart:hub'], owner: c}
- {components: ['helm-subchart:hub'], owner: d}
";
    repo.write("ownership.yaml", format!("version: 1\n{teams}\n{rules}"));
    for (target, owner) in [
        ("puppet-role:mariadb", "b"),
        ("puppet-role:mariadb::core", "a"),
        ("puppet-role:mariadb::core::test", "a"),
        ("helm-chart:hub", "c"),
        ("helm-subchart:hub/gms", "d"),
    ] {
        assert_eq!(repo.verdict(target), owner, "{target}");
    }
}

#[test]
fn lists_the_hooks_of_the_manifest() {
    let manifest = fs::read_to_string(project().join(".pre-commit-hooks.yaml")).unwrap();
    for id in ["ownlint", "ownlint-system"] {
        assert!(manifest.contains(&format!("- id: {id}\n")), "{id}");
        assert!(readme().contains(&format!("`{id}`")), "{id}");
    }
}

#[test]
fn environment_variables_work_as_described() {
    let text = manual();
    let map = "version: 1\nteams: {sre: {}}\nrules: [{paths: ['**'], owner: sre}]\n";
    let repo = Repo::new(&[("map.yaml", map)]);
    let run = |arguments: &[&str]| {
        let mut command = repo.command();
        command
            .args(arguments)
            .envs([("OWNLINT_CONFIG", "map.yaml"), ("OWNLINT_FORMAT", "json")]);
        harness::Run::of(command.output().unwrap())
    };
    assert!(text.contains("`OWNLINT_CONFIG`") && text.contains("`OWNLINT_FORMAT`"));
    assert_eq!(run(&["check"]).json()["version"], 1);
    assert!(run(&["who", "./x"]).out.contains("owned by sre"));
}

#[test]
fn example_maps_are_valid() {
    let manual = manual();
    let maps: Vec<&str> = manual
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split_once("```").unwrap().0)
        .filter(|text| text.starts_with("version: 1\n"))
        .collect();
    assert_eq!(maps.len(), 2);
    for map in maps {
        let repo = Repo::new(&[
            ("puppet/x", ""),
            ("map/ownership.yaml", map),
            ("map/teams.yaml", "teams: {}\n"),
        ]);
        let run = repo.run(&["check", "--config", "map/ownership.yaml"]);
        assert_eq!(run.code, 1, "{}", run.err);
    }
}
