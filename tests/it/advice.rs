//! The advice of findings: a change that is applied literally removes its finding and creates no error or warning.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;
use serde_yaml::Value as Yaml;

use crate::harness::{Repo, Run, arguments_for, checks, of_check, project, text};

/// A directory with a map, and what its findings were before any change.
struct Case {
    repo: Repo,
    map: Yaml,
    /// The directories of the repositories, by their names.
    roots: BTreeMap<String, PathBuf>,
    /// The revision that all runs compare with, if they check a change.
    base: Option<&'static str>,
    report: Value,
}

/// The entries in a file of `tests/it/data`, each with the reason why it is listed.
fn listed(file: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(project().join("tests/it/data").join(file)).unwrap();
    let lines = text.lines().map(|line| line.split_once(": ").unwrap());
    lines
        .map(|(check, reason)| (check.to_owned(), reason.to_owned()))
        .collect()
}

impl Case {
    fn new(repo: Repo) -> Self {
        Self::since(None, repo)
    }

    /// A case in which only the advice on what is new since a revision counts.
    fn since(base: Option<&'static str>, repo: Repo) -> Self {
        let text = fs::read_to_string(repo.path().join("ownership.yaml")).unwrap();
        let map: Yaml = serde_yaml::from_str(&text).unwrap();
        let report = Self::run(base, &repo).json();
        let roots = report["repositories"].as_array().unwrap().iter();
        let roots = roots.map(|of| {
            let name = self::text(&of["name"]).to_owned();
            let path = match map.get("repositories") {
                None => ".",
                Some(all) => {
                    let mut all = all.as_sequence().unwrap().iter();
                    let this = all.find(|it| it["name"] == *name).unwrap();
                    this.get("path")
                        .map_or(name.as_str(), |it| it.as_str().unwrap())
                }
            };
            (name.clone(), repo.path().join(path))
        });
        Self {
            roots: roots.collect(),
            repo,
            map,
            base,
            report,
        }
    }

    fn run(base: Option<&str>, repo: &Repo) -> Run {
        let since = base.map(|base| ["--show-pre-existing", "--since", base]);
        if since.is_some() {
            repo.git(&["add", "-A"]);
        }
        let check = ["check", "--format", "json"].into_iter();
        repo.run(&Vec::from_iter(check.chain(since.into_iter().flatten())))
    }

    fn findings(&self) -> &[Value] {
        self.report["findings"].as_array().unwrap()
    }

    /// The ids of the teams that a reader can choose.
    fn teams(&self) -> Vec<String> {
        let teams = self.map.get("teams").and_then(Yaml::as_mapping);
        let active = teams.into_iter().flatten();
        let active = active.filter(|(_, team)| team.get("retired").is_none());
        active
            .map(|(id, _)| id.as_str().unwrap().to_owned())
            .collect()
    }

    fn file(&self, location: &Value) -> PathBuf {
        let root = match location["repository"].as_str() {
            Some(name) => self.roots[name].clone(),
            None => self.repo.path().to_owned(),
        };
        root.join(text(&location["file"]))
    }

    /// Applies one alternative, with `team` where the reader has to choose one. Returns the changed file and its
    /// contents before.
    fn apply(&self, advice: &Value, team: &str) -> (PathBuf, Vec<u8>) {
        let map = self.repo.path().join("ownership.yaml");
        let file = if let Some(edits) = advice["edits"].as_array() {
            self.file(&edits[0]["location"])
        } else if advice["delete"].is_object() {
            self.file(&advice["delete"])
        } else {
            map
        };
        let before = fs::read(&file).unwrap();
        if let Some(edits) = advice["edits"].as_array() {
            let mut text = String::from_utf8(before.clone()).unwrap();
            for edit in edits.iter().rev() {
                let location = &edit["location"];
                let start = offset(&text, &location["line"], &location["column"]);
                let end = offset(&text, &location["end_line"], &location["end_column"]);
                assert_eq!(&text[start..end], self::text(&edit["old"]), "{edit}");
                text.replace_range(start..end, self::text(&edit["new"]));
            }
            fs::write(&file, text).unwrap();
        } else if advice["delete"].is_object() {
            fs::remove_file(&file).unwrap();
        } else {
            fs::write(&file, self.with_entry(advice, team)).unwrap();
        }
        (file, before)
    }

    /// The map with the entry that the advice adds.
    fn with_entry(&self, advice: &Value, team: &str) -> String {
        let mut map = self.map.clone();
        let yaml = |value: Value| serde_yaml::to_value(value).unwrap();
        if advice["rule"].is_object() {
            let rule = &advice["rule"];
            let mut entry = serde_json::Map::new();
            for key in ["paths", "components"] {
                if !rule[key].as_array().unwrap().is_empty() {
                    entry.insert(key.to_owned(), rule[key].clone());
                }
            }
            let owners = match rule["owners"].is_null() {
                true => Value::from(vec![team]),
                false => rule["owners"].clone(),
            };
            entry.insert("owners".to_owned(), owners);
            if rule["priority"].is_number() {
                entry.insert("priority".to_owned(), rule["priority"].clone());
            }
            let place = match rule["repository"].as_str() {
                None => &mut map,
                Some(name) => {
                    let mut all = map["repositories"].as_sequence_mut().unwrap().iter_mut();
                    all.find(|it| it["name"] == *name).unwrap()
                }
            };
            push(place, "rules", yaml(entry.into()));
        } else if advice["alias"].is_object() {
            let alias = &advice["alias"];
            let team = alias["team"].as_str().unwrap_or(team);
            push(
                &mut map["teams"][team],
                "aliases",
                yaml(alias["alias"].clone()),
            );
        } else if advice["team"].is_object() {
            let team = &advice["team"];
            let mut entry = serde_json::Map::new();
            if team["name"].is_string() {
                entry.insert("name".to_owned(), team["name"].clone());
            }
            entry.insert("aliases".to_owned(), team["aliases"].clone());
            map["teams"][text(&team["id"])] = yaml(entry.into());
        } else if advice["person"].is_object() {
            let person = &advice["person"];
            let mut entry = serde_json::Map::new();
            entry.insert("team".to_owned(), team.into());
            if person["name"].is_string() {
                entry.insert("name".to_owned(), person["name"].clone());
            }
            if person["email"].is_string() {
                let emails = vec![person["email"].clone()];
                entry.insert("emails".to_owned(), emails.into());
            }
            push(&mut map, "people", yaml(entry.into()));
        }
        serde_yaml::to_string(&map).unwrap()
    }

    /// Applies all alternatives of a finding, each team in turn where one has to be chosen. Returns what goes wrong.
    fn problems(&self, finding: &Value, follow_ups: &BTreeMap<String, String>) -> Vec<String> {
        let mut problems = Vec::new();
        for advice in finding["advice"].as_array().unwrap() {
            let is_choice = [&advice["rule"]["owners"], &advice["alias"]["team"]]
                .iter()
                .zip(["rule", "alias"])
                .any(|(team, key)| advice[key].is_object() && team.is_null())
                || advice["person"].is_object();
            let is_change = advice.as_object().unwrap().len() > 2;
            let teams = match is_choice {
                true => self.teams(),
                false => vec![String::new()],
            };
            for team in teams.iter().filter(|_| is_change) {
                let (file, before) = self.apply(advice, team);
                let run = Self::run(self.base, &self.repo);
                let changed = fs::read_to_string(&file).unwrap_or_default();
                fs::write(&file, before).unwrap();
                let what = || {
                    let (check, message) = (text(&finding["check"]), text(&finding["message"]));
                    format!("{check}: {message}\n  {} {team}", text(&advice["text"]))
                };
                if run.code == 2 {
                    problems.push(format!("{}\n  {}{changed}", what(), run.err));
                    continue;
                }
                let after = run.json();
                let after = after["findings"].as_array().unwrap();
                let known = fingerprints(self.findings());
                let left = fingerprints(after);
                let this = text(&finding["fingerprint"]);
                if left.get(this).copied() >= known.get(this).copied() {
                    problems.push(format!("{}\n  does not remove it", what()));
                }
                let fails_or_warns = |new: &&Value| new["severity"] != "info";
                for new in after.iter().filter(fails_or_warns) {
                    let pair = format!("{} {}", text(&finding["check"]), text(&new["check"]));
                    let is_expected = follow_ups.contains_key(&pair);
                    let is_known = known.contains_key(text(&new["fingerprint"]))
                        || self.findings().iter().any(|old| is_same(old, new));
                    if !is_expected && !is_known {
                        let new = format!("{}: {}", text(&new["check"]), text(&new["message"]));
                        problems.push(format!("{}\n  creates {new}", what()));
                    }
                }
            }
        }
        problems
    }

    /// Applies all alternatives of all findings.
    fn all_problems(&self) -> Vec<String> {
        let follow_ups = listed("advice_follow_ups.txt");
        let findings = self.findings().iter();
        findings
            .filter(|finding| finding["introduced"] != false)
            .flat_map(|finding| self.problems(finding, &follow_ups))
            .collect()
    }
}

/// Returns whether two findings with different fingerprints are about the same problem. The fingerprint of a finding
/// about a rule depends on its paths, and a directory without owners is reported in parts if one part gets an owner.
fn is_same(old: &Value, new: &Value) -> bool {
    let is_part = || {
        let [old, new] = [old, new].map(|one| text(&one["path"]));
        let is_directory = old.ends_with('/') || old == ".";
        is_directory && (new.starts_with(old) || old == ".")
    };
    let is_about = |check: &str, keys: &[&str]| {
        old["check"] == check && keys.iter().all(|key| old[*key] == new[*key])
    };
    let is_here = |key: &&str| old["location"][*key] == new["location"][*key];
    old["check"] == new["check"]
        && (old["message"] == new["message"]
            || ["repository", "file", "line", "column"].iter().all(is_here)
            || is_about("conflicting-owners", &["path", "component"])
            || is_about("unowned-path", &[]) && is_part())
}

/// Adds an item to the list of a key, which may be missing.
fn push(place: &mut Yaml, key: &str, item: Yaml) {
    if place.is_null() {
        *place = Yaml::Mapping(serde_yaml::Mapping::new());
    }
    match place.get_mut(key).and_then(Yaml::as_sequence_mut) {
        Some(list) => list.push(item),
        None => place[key] = Yaml::Sequence(vec![item]),
    }
}

fn fingerprints(findings: &[Value]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(text(&finding["fingerprint"])).or_default() += 1;
    }
    counts
}

/// The byte at a line and column, which count from 1 and in code points.
fn offset(text: &str, line: &Value, column: &Value) -> usize {
    let [line, column] = [line, column].map(|number| number.as_u64().unwrap() as usize - 1);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let inside = text[start..].char_indices().map(|(at, _)| at);
    start + inside.chain([text.len() - start]).nth(column).unwrap()
}

fn has_change(finding: &Value) -> bool {
    let advice = finding["advice"].as_array().unwrap().iter();
    advice
        .into_iter()
        .any(|it| it.as_object().unwrap().len() > 2)
}

#[test]
fn advice_of_each_check_is_a_change_unless_the_check_is_listed() {
    let listed: BTreeSet<String> = listed("checks_without_edits.txt").into_keys().collect();
    let without = checks().into_iter().filter(|check| {
        let report = Repo::fixture(check, "bad").check_with(arguments_for(check));
        !of_check(&report, check).into_iter().any(has_change)
    });
    assert_eq!(without.collect::<BTreeSet<_>>(), listed);
}

#[test]
fn applied_advice_fixes_its_finding_in_the_fixtures_of_each_check() {
    let problems = checks().into_iter().flat_map(|check| {
        let problems = Case::new(Repo::fixture(&check, "bad"))
            .all_problems()
            .into_iter();
        problems.map(move |problem| format!("fixture {check}: {problem}"))
    });
    let problems: Vec<String> = problems.collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn applied_advice_fixes_its_finding_in_the_shipped_repositories() {
    let problems = Case::new(Repo::shipped()).all_problems();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A file with one of these contents.
type AnyFile = (&'static str, &'static [&'static str]);

const FILES: [AnyFile; 14] = [
    ("a/x.sql", &[""]),
    ("a/y", &[""]),
    ("a/b/x.sql", &[""]),
    ("a/b/C/z", &[""]),
    ("b/a/y", &[""]),
    ("b/core", &[""]),
    ("c.patch", &[""]),
    ("d/c.patch", &[""]),
    ("lost/new", &[""]),
    ("lost/deep/new", &[""]),
    (
        "charts/k/Chart.yaml",
        &[
            "x: 1",
            "team: sre",
            "team: serv",
            "team: nobody",
            "team: 'Old Web'",
        ],
    ),
    ("charts/k/values.yaml", &[""]),
    (
        "charts/k-next/Chart.yaml",
        &["x: 1", "team: web", "team: Nobody at All", "team: gone"],
    ),
    ("roles/OWNED", &[""]),
];

const PATHS: [&str; 16] = [
    "a/",
    "/a/b/",
    "**/a/",
    "a/b/{x.sql,gone}",
    "*.sql",
    "*/*.sql",
    "b/",
    "y",
    "maintenance/",
    "deep/",
    "a/B/",
    "charts/",
    "charts/k/",
    "charts/{k,K-next,gone}/",
    "roles/owned",
    "**",
];

const FILE_PATTERNS: [&str; 10] = [
    "*",
    "*.sql",
    "a/*",
    "a/y",
    "A/y",
    "*/*",
    "deep",
    "{a,b,gone}/*",
    "**/c.patch",
    "{c.patch,gone.patch}",
];

const SELECTORS: [&str; 5] = [
    "helm-chart:k",
    "helm-chart:*",
    "helm-chart:k-nxt",
    "helm-chart:{k,other}",
    "helm-chart:gone",
];

const OWNERS: [&str; 6] = ["sre", "web", "serv", "gone", "sre, web", "gone, web"];

fn any_rule() -> impl Strategy<Value = String> {
    let paths = prop::collection::vec(select(&PATHS[..]), 0..3);
    let selectors = prop::collection::vec(select(&SELECTORS[..]), 0..2);
    let files = prop::collection::vec(select(&FILE_PATTERNS[..]), 0..2);
    let (owners, priority) = (select(&OWNERS[..]), prop::bool::weighted(0.2));
    (paths, files, selectors, owners, priority, any::<bool>()).prop_map(
        |(mut paths, files, selectors, owners, priority, is_block)| {
            if paths.is_empty() && files.is_empty() && selectors.is_empty() {
                paths.push("a/y");
            }
            let lists = [
                ("paths", paths),
                ("files", files),
                ("components", selectors),
            ];
            let lists = lists.into_iter().filter(|(_, items)| !items.is_empty());
            let lists = lists.map(|(key, items)| {
                let items = items.into_iter().map(|item| format!("'{item}'"));
                let items: Vec<String> = items.collect();
                match is_block {
                    true => format!("{key}:\n    - {}", items.join("\n    - ")),
                    false => format!("{key}: [{}]", items.join(", ")),
                }
            });
            let owners = format!("owners: [{owners}]");
            let priority = priority.then(|| "priority: 1".to_owned());
            let keys: Vec<String> = lists.chain([owners]).chain(priority).collect();
            match is_block {
                true => format!("- {}\n", keys.join("\n  ")),
                false => format!("- {{{}}}\n", keys.join(", ")),
            }
        },
    )
}

fn any_repository() -> impl Strategy<Value = (String, Vec<(&'static str, &'static str)>)> {
    let rules = prop::collection::vec(any_rule(), 0..5);
    let exempt = prop::collection::vec((select(&PATHS[..]), any::<bool>()), 0..2);
    let files: Vec<_> = FILES
        .iter()
        .map(|(path, texts)| (Just(*path), select(*texts), prop::bool::weighted(0.7)))
        .collect();
    (rules, exempt, files).prop_map(|(rules, exempt, files)| {
        let exempt = exempt.into_iter().map(|(path, has_ended)| {
            let until = if has_ended { ", until: 2020-01-01" } else { "" };
            format!("- {{paths: ['{path}'], reason: r{until}}}\n")
        });
        let map = format!(
            "version: 1\nteams:\n  sre: {{aliases: [Reliability]}}\n  web: {{former_names: [Old Web]}}\n  \
             serv:\n  gone: {{retired: {{since: 2020-01-01, successor: web}}}}\nrules:\n\
             - {{paths: [ownership.yaml], owner: sre}}\n{}exemptions:\n{}",
            rules.concat(),
            exempt.collect::<String>()
        );
        let files = files.into_iter().filter(|(_, _, is_there)| *is_there);
        let files = files.map(|(path, text, _)| (path, text));
        (map, files.collect())
    })
}

/// Applies all advice in random repositories that `case` makes of a map and files, the same ones in every run.
fn check_random_repositories(cases: u32, case: impl Fn(&str, &[(&str, &str)]) -> Case) {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let checked = TestRunner::new_with_rng(config, rng).run(&any_repository(), |(map, files)| {
        let problems = case(&map, &files).all_problems();
        prop_assert!(problems.is_empty(), "{}\n{map}", problems.join("\n"));
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn applied_advice_fixes_its_finding_in_random_repositories() {
    check_random_repositories(24, |map, files| {
        let repo = Repo::new(&[("ownership.yaml", map)]);
        files.iter().for_each(|(path, text)| repo.write(path, text));
        Case::new(repo)
    });
}

#[test]
fn applied_advice_fixes_its_finding_in_random_changes() {
    check_random_repositories(8, |map, files| {
        let repo = Repo::new(&[("ownership.yaml", map)]);
        // Every second file is new.
        let write = |is_new: usize| {
            let written = files.iter().skip(is_new).step_by(2);
            written.for_each(|(path, text)| repo.write(path, text));
        };
        write(0);
        repo.track().commit();
        write(1);
        Case::since(Some("HEAD"), repo)
    });
}

/// Returns the advice of a check's only finding in a repository with these teams and other files.
fn advice_of(check: &str, rules: &str, files: &[(&str, &str)]) -> Vec<Value> {
    let map = format!(
        "version: 1\nteams: {{sre: , web: , gone: {{retired: {{successor: web}}}}}}\nrules:\n\
         - {{paths: [ownership.yaml], owner: sre}}\n{rules}"
    );
    let repo = Repo::new(&[&[("ownership.yaml", &*map)], files].concat());
    let report = repo.check();
    let findings = of_check(&report, check);
    assert_eq!(findings.len(), 1, "{report:#}");
    findings[0]["advice"].as_array().unwrap().clone()
}

#[test]
fn suggested_rules_give_way_to_overlapping_claims() {
    let priority = |rules: &str, files: &[(&str, &str)]| {
        let advice = advice_of("unowned-path", rules, files);
        advice.last().unwrap()["rule"]["priority"].as_i64()
    };
    let files = [("a/x", ""), ("b/y.sql", "")];
    let of_sql = "- {paths: ['**/*.sql'], owner: web}\n";
    assert_eq!(priority(of_sql, &files), Some(-1));
    let weaker = "- {paths: ['**/*.md'], owner: web, priority: -1}\n";
    assert_eq!(priority(&format!("{of_sql}{weaker}"), &files), Some(-2));
    // No file is added inside an existing file.
    let files = [("Makefile", ""), ("b/y.sql", "")];
    assert_eq!(priority(of_sql, &files), None);
    let other = "- {paths: [b/], owner: web}\n";
    assert_eq!(priority(other, &files), None);
}

#[test]
fn unknown_teams_are_not_suggested_against_the_map() {
    let advice = |rules: &str, files: &[(&str, &str)]| {
        let files = [&[("charts/k/Chart.yaml", "team: Nobody at All")], files].concat();
        let advice = advice_of("unknown-declared-team", rules, &files);
        let kind = |one: &Value| match (one.get("alias"), one.get("team")) {
            (Some(alias), _) => format!("alias of {}", alias["team"]),
            (_, Some(_)) => "team".to_owned(),
            _ => text(&one["text"]).to_owned(),
        };
        advice.iter().map(kind).collect::<Vec<_>>()
    };
    let spelling = "correct the spelling";
    assert_eq!(advice("", &[]), [spelling, "alias of null", "team"]);
    let around = "- {paths: [charts/], owner: sre}\n";
    assert_eq!(advice(around, &[]), [spelling, "alias of \"sre\"", "team"]);
    let equal = "- {components: ['helm-chart:k'], owner: sre}\n";
    assert_eq!(advice(equal, &[]), [spelling, "alias of \"sre\""]);
    let retired = "- {paths: [charts/k/], owner: gone}\n";
    assert_eq!(advice(retired, &[]), [spelling, "alias of \"web\""]);
    let stronger = "- {paths: [charts/], owner: web, priority: 1}\n";
    assert_eq!(advice(stronger, &[]), [spelling, "alias of \"web\""]);
    let joint = "- {components: ['helm-chart:k'], owners: [sre, web]}\n";
    let first = "correct rule `helm-chart:k` before you add the name to the map \
                 (does it belong to `sre` or `web`?)";
    assert_eq!(advice(joint, &[]), [spelling, first]);
    // An alias also matches other spellings, which other components declare.
    let other = "- {paths: [charts/l/], owners: [sre, web]}\n";
    let url = [(
        "charts/l/Chart.yaml",
        "team: https://example.org/Nobody_at_All",
    )];
    let map = format!("version: 1\nteams: {{sre: , web: }}\nrules:\n{other}");
    let files = [
        ("ownership.yaml", &*map),
        ("charts/k/Chart.yaml", "team: Nobody at All"),
        url[0],
    ];
    let report = Repo::new(&files).check();
    for finding in of_check(&report, "unknown-declared-team") {
        let last = finding["advice"].as_array().unwrap().last().unwrap();
        let first = "correct rule `charts/l/` before you add the name to the map \
                     (does it belong to `sre` or `web`?)";
        assert_eq!(last["text"], first);
    }
    // The rule does not apply to the file that declares the name.
    let new_files = "- {paths: ['**/*.sql'], owner: web}\n";
    let first = "correct rule `**/*.sql` before you add the name to the map";
    assert_eq!(advice(new_files, &[("x.sql", "")]), [spelling, first]);
}

#[test]
fn unknown_teams_are_suggested_by_their_names_and_their_files() {
    // Further teams, the directories and team labels of alerts, and the team that gets the alias `shield`. The directories
    // `a` and `b` belong to teams with these names, and all others to `any`, except for `none`.
    let cases: &[(&str, &[&str], &str)] = &[
        // The same name decides, wherever the alerts are.
        (
            "team-shield: ",
            &["x:shield", "y:shield", "a:shield"],
            "team-shield",
        ),
        ("t: {name: Shield Squad}", &["x:shield"], "t"),
        (
            "t: {aliases: ['https://x.org/SRE/Team_Shield']}",
            &["x:shield"],
            "t",
        ),
        (
            "t: {handles: {github: '@org/team-shield'}}",
            &["x:shield"],
            "t",
        ),
        (
            "shield-group: {retired: {successor: a}}",
            &["b:shield"],
            "a",
        ),
        (
            "t: {name: s4d, handles: {github: '@shield/t'}}",
            &["none:shield"],
            "?",
        ),
        (
            "team-shield: , shield-group: ",
            &["a:shield"],
            "team-shield, shield-group or a?",
        ),
        // A longer name needs evidence from files.
        (
            "shield-web: ",
            &["x:shield", "a:shield"],
            "shield-web or a?",
        ),
        ("t: {aliases: [sre-shield-web]}", &["none:shield"], "t?"),
        ("", &["none:shield"], "?"),
        // The owner of two thirds of the places, if most names in the owner's files are this one.
        ("", &["a/1:shield", "a/2:shield", "b:shield"], "a"),
        ("", &["a:shield", "b:shield"], "a or b?"),
        ("", &["a/1:shield", "a/2:other", "a/3:more"], "a?"),
        (
            "",
            &["a/1:shield", "a/2:shield", "a/3:other", "a/4:b"],
            "a?",
        ),
        ("", &["x:shield", "y:r", "z:s", "z/1:t"], "?"),
        ("", &["x:shield", "y:a", "z:b", "z/1:a"], "?"),
        // Everybody owns the file.
        ("", &["three:shield"], "any, a or b?"),
        ("", &["four:shield"], "?"),
        ("team-shield: {name: S}", &["four:shield"], "team-shield"),
    ];
    for (teams, alerts, expected) in cases {
        let map = format!(
            "version: 1\nteams: {{any: , a: , b: , c: , {teams}}}\nrules:\n- {{paths: ['**'], owner: any}}\n\
             - {{paths: [a/], owner: a}}\n- {{paths: [b/], owner: b}}\n\
             - {{paths: [three/], owners: [any, a, b]}}\n- {{paths: [four/], owners: [any, a, b, c]}}\n\
             exemptions:\n- {{paths: [none/], reason: r}}\n"
        );
        let files = alerts.iter().map(|alert| {
            let (path, team) = alert.split_once(':').unwrap();
            let rule = format!("{{alert: A, expr: up == 0, labels: {{team: {team}}}}}");
            (
                format!("{path}/r.yaml"),
                format!("groups: [{{name: g, rules: [{rule}]}}]\n"),
            )
        });
        let files: Vec<(String, String)> = files.collect();
        let files = files.iter().map(|(path, text)| (&**path, &**text));
        let files: Vec<(&str, &str)> = files.chain([("ownership.yaml", &*map)]).collect();
        let report = Repo::new(&files).check();
        let all = of_check(&report, "unknown-declared-team").into_iter();
        let mut all = all.filter(|it| text(&it["message"]).contains("`shield`"));
        let finding = all.next().unwrap_or_else(|| panic!("{map}{report:#}"));
        assert_eq!(all.count(), 0, "{map}");
        let advice = finding["advice"].as_array().unwrap();
        let alias = advice.iter().find(|one| one.get("alias").is_some());
        let alias = alias.unwrap_or_else(|| panic!("{map}{finding:#}"));
        let actual = match alias["alias"]["team"].as_str() {
            Some(team) => team.to_owned(),
            None => {
                let question = text(&alias["text"]).split_once("(is it ");
                let question = question.map_or("?", |(_, question)| question);
                question.replace([')', '`'], "")
            }
        };
        assert_eq!(actual, *expected, "{map}{alerts:?}");
        assert!(
            advice.last().unwrap()["team"].is_object(),
            "{map}{advice:?}"
        );
    }
}

#[test]
fn directories_replace_the_files_that_one_rule_lists() {
    let edits = |rules: &str| {
        let files = [("a/x.sql", ""), ("a/y.sql", ""), ("a/b/z", "")];
        let advice = advice_of("uncovered-directory", rules, &files);
        let edits = advice[0]["edits"].as_array().cloned().unwrap_or_default();
        let words = |edit: &Value| (text(&edit["old"]).to_owned(), text(&edit["new"]).to_owned());
        edits.iter().map(words).collect::<Vec<_>>()
    };
    let edit = |old: &str, new: &str| (old.to_owned(), new.to_owned());
    let of_b = "- {paths: [a/b/], owner: web}\n";
    assert_eq!(
        edits(&format!(
            "{of_b}- {{paths: [a/x.sql, a/y.sql], owner: sre}}\n"
        )),
        [edit("a/x.sql, ", ""), edit("a/y.sql", "a/")]
    );
    assert_eq!(
        edits(&format!(
            "{of_b}- {{paths: ['a/{{x,y}}.sql'], owner: sre}}\n"
        )),
        [edit("a/{x,y}.sql", "a/")]
    );
    for others in [
        "- {paths: [a/x.sql], owner: sre}\n- {paths: [a/y.sql], owner: sre}\n",
        "- {paths: [a/x.sql, a/y.sql], owner: sre, priority: 1}\n",
        "- {paths: [a/x.sql, 'a/y*'], owner: sre}\n",
    ] {
        let files = edits(&format!("{of_b}{others}"));
        assert!(files.is_empty(), "{others}: {files:?}");
    }
}
