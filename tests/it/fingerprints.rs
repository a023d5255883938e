//! Fingerprints of findings are stable when the lines around them change.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::harness::{Repo, checks, project, text};
use serde_yaml::{Mapping, Value};

/// Pseudo-random numbers that are the same in each run: `below(n)` is less than `n`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// Returns the number of findings for each fingerprint.
fn prints(repo: &Repo) -> BTreeMap<String, usize> {
    let report = repo.check();
    let mut prints = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let print = format!(
            "{} {}",
            text(&finding["check"]),
            text(&finding["fingerprint"])
        );
        *prints.entry(print).or_default() += 1;
    }
    prints
}

/// Shuffles all lists and mappings except owners, where the first one is primary.
fn reorder(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Sequence(items) => {
            items.iter_mut().for_each(|item| reorder(item, dice));
            dice.shuffle(items);
        }
        Value::Mapping(mapping) => {
            let mut entries: Vec<(Value, Value)> = std::mem::take(mapping).into_iter().collect();
            for (key, value) in &mut entries {
                if key != "owners" && key != "key" {
                    reorder(value, dice);
                }
            }
            dice.shuffle(&mut entries);
            *mapping = entries.into_iter().collect::<Mapping>();
        }
        _ => {}
    }
}

/// Inserts rules for other paths, with an owner from an existing rule.
fn add_rules(map: &mut Value, dice: &mut Dice) -> bool {
    let Some(rules) = map.get_mut("rules").and_then(Value::as_sequence_mut) else {
        return false;
    };
    let Some(owner) = rules.iter().find_map(|rule| rule.get("owner")).cloned() else {
        return false;
    };
    for path in ["zz/elsewhere/", "zz/*/deep/"] {
        let mut rule = Mapping::new();
        rule.insert("paths".into(), Value::Sequence(vec![path.into()]));
        rule.insert("owner".into(), owner.clone());
        rules.insert(dice.below(rules.len() + 1), Value::Mapping(rule));
    }
    true
}

/// Adds a comment at the top of every YAML file.
fn comment(directory: &Path) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let is_yaml = path.extension().is_some_and(|it| it == "yaml");
        if path.is_dir() && !path.is_symlink() {
            comment(&path);
        } else if is_yaml && path.is_file() {
            let text = fs::read(&path).unwrap();
            fs::write(&path, [b"# on top\n\n".as_slice(), &text].concat()).unwrap();
        }
    }
}

fn write(repo: &Repo, map: &Value) {
    repo.write("ownership.yaml", serde_yaml::to_string(map).unwrap());
}

/// Returns a repository with several entries in every ordered part of the map.
fn crowded() -> Repo {
    Repo::new(&[
        (
            "ownership.yaml",
            "version: 1
teams: {sre: {aliases: [S, R, E]}, dba: {}, web: {}, perf: {retired: {}}}
rules:
  - {paths: ['*'], owner: sre}
  - {paths: ['a/*', gone/, 'a/y'], owner: sre}
  - {paths: ['*/x', nowhere/], owners: [dba, web]}
  - {paths: ['?/x', lost/], owner: perf}
  - {paths: ['a/x*', gone/], owner: perf}
  - {components: ['helm-chart:k*', 'helm-chart:gone'], owner: dba}
  - {components: ['helm-chart:*k', 'helm-chart:x'], owner: perf}
exemptions:
  - {paths: [never/, 'b/', ever/], reason: r}
  - {paths: [d/, c/, b/], reason: r, until: 2026-01-31}
suppressions:
  - {check: [unmatched-rule, unowned-path], paths: [a/, b/, nowhere/], components: ['helm-chart:a'], reason: r}
  - {check: [unmatched-rule, unowned-path], paths: [y/, x/], reason: r}
min_coverage: {overall: 100, components: {helm-chart: 100, puppet-role: 5}, teams: {web: 100, dba: 100}}
",
        ),
        ("a/x", ""),
        ("a/y", ""),
        ("b/x", ""),
        ("new/y", ""),
        ("new/deep/y", ""),
        ("charts/kask/Chart.yaml", "name: kask\nteam: srre\n"),
        ("charts/kask/values.yaml", ""),
        ("charts/echo/Chart.yaml", "name: echo\nteam: E\n"),
    ])
}

#[test]
fn equivalent_edits_keep_fingerprints() {
    let bad = |name: &str| Repo::copy_of(&project().join("fixtures/checks").join(name).join("bad"));
    let checks = checks();
    let mut all: Vec<(&str, Repo)> = checks.iter().map(|it| (&**it, bad(it))).collect();
    all.push(("shipped", Repo::shipped()));
    all.push(("crowded", crowded()));
    let mut dice = Dice(7);
    for (name, repo) in all {
        let before = prints(&repo);
        let written = fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
        let map: Value = serde_yaml::from_str(&written).unwrap();

        let moved = |line: &str| match line.starts_with([' ', '#']) {
            true => format!("{line}\n"),
            false => format!("# more\n\n\n{line}\n"),
        };
        let lines: String = written.lines().map(moved).collect();
        repo.write("ownership.yaml", format!("# on top\n\n{lines}"));
        assert_eq!(prints(&repo), before, "{name}: lines moved");

        repo.write("ownership.yaml", &written);
        comment(repo.path());
        assert_eq!(prints(&repo), before, "{name}: lines of declarations moved");

        for round in 0..3 {
            let mut other = map.clone();
            reorder(&mut other, &mut dice);
            write(&repo, &other);
            assert_eq!(
                prints(&repo),
                before,
                "{name}: another order, round {round}"
            );
        }

        let mut other = map.clone();
        if add_rules(&mut other, &mut dice) {
            for root in ["", "puppet/", "deployment-charts/"] {
                if repo.path().join(root).is_dir() {
                    repo.write(format!("{root}zz/elsewhere/x"), "");
                    repo.write(format!("{root}zz/elsewhere/deep/x"), "");
                }
            }
            write(&repo, &other);
            // The new rules may have findings of their own.
            let mut after = prints(&repo);
            after.retain(|print, _| before.contains_key(print));
            assert_eq!(after, before, "{name}: more rules");
        }
    }
}

#[test]
fn the_components_in_an_unowned_directory_do_not_change_its_fingerprint() {
    let map = "version: 1\nteams: {x: {}}\nrules: [{paths: [ownership.yaml], owner: x}]\n";
    let repo = Repo::new(&[("ownership.yaml", map)]);
    let mut seen = BTreeSet::new();
    for releases in ["{name: a, chart: x/a}", "{name: b, chart: x/b}", ""] {
        let helmfile = format!("releases: [{releases}]\n");
        repo.write("services/one/helmfile.yaml", helmfile);
        let report = repo.check();
        let found = report["findings"].as_array().unwrap();
        let found = found.iter().find(|it| it["path"] == "services/");
        seen.insert(text(&found.unwrap()["fingerprint"]).to_owned());
        repo.write(
            "services/helmfile.yaml",
            format!("releases: [{releases}]\n"),
        );
    }
    assert_eq!(seen.len(), 1);
}

/// GitLab and code scanning compare the report of a change with the report of its base, by fingerprint.
#[test]
fn consumers_find_exactly_what_a_change_introduces_and_fixes() {
    const MAP: &str = "\
version: 1
teams: {x: {}, y: {}}
checks: {missing-contact: off, overlapping-rules: off, overridden-rule: off, unmatched-rule: off, unused-team: off}
rules:
  - {paths: ['c/x*'], owner: x}
  - {paths: ['c/*y'], owner: y}
exemptions: [{paths: [ownership.yaml], reason: x}]
";
    // What each change adds and removes, and how many entries are then new and resolved.
    let cases = [
        ("a new file in an unowned directory", "a/3", "", [1, 0]),
        ("all files are others", "a/3", "a/1 a/2", [1, 1]),
        ("a group with fewer files", "", "a/1", [0, 0]),
        ("a group that is split", "b/owned", "", [0, 0]),
        ("one more conflict", "c/x2y", "", [1, 0]),
        ("another conflict", "c/x2y", "c/x1y", [1, 1]),
        ("the conflict is gone", "", "c/x1y", [0, 1]),
    ];
    for (format, list) in [("gitlab", ""), ("sarif", "/runs/0/results")] {
        for (case, add, remove, counts) in cases {
            let files = ["a/1", "a/2", "b/1", "b/d/2", "c/x1y"].map(|path| (path, ""));
            let map = MAP.replace("rules:\n", "rules:\n  - {paths: [b/owned], owner: x}\n");
            let repo = Repo::new(&files);
            repo.write("ownership.yaml", map);
            repo.git(&["init", "-q"]);
            repo.commit();
            let prints = |arguments: &[&str]| {
                let run = repo.run(&[&["check", "--format", format], arguments].concat());
                let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
                let entries = report.pointer(list).unwrap().as_array().unwrap().clone();
                let print = |entry: &serde_json::Value| {
                    let own = entry.get("fingerprint");
                    let own = own.or_else(|| entry.pointer("/partialFingerprints/ownlint~1v1"));
                    own.unwrap().as_str().unwrap().to_owned()
                };
                entries.iter().map(print).collect::<BTreeSet<String>>()
            };
            let base = prints(&[]);
            for path in add.split_whitespace() {
                repo.write(path, "");
            }
            for path in remove.split_whitespace() {
                fs::remove_file(repo.path().join(path)).unwrap();
            }
            repo.commit();
            let head = prints(&["--since", "HEAD^", "--show-pre-existing"]);
            let new = head.difference(&base).count();
            let resolved = base.difference(&head).count();
            assert_eq!([new, resolved], counts, "{format}: {case}");
            let change = &repo.check_with(&["--since", "HEAD^"])["change"];
            assert_eq!(change["introduced"], serde_json::json!(new), "{case}");
        }
    }
}
