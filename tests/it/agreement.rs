//! Consumers such as GitLab's widget compare the report of a change with the full report of its base by fingerprint.
//! They find the same as the run that checks the change, and so do two full checks.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use crate::harness::{Repo, text};
use proptest::prelude::*;
use serde_json::Value;

const FILES: [(&str, &str); 11] = [
    ("d/a", ""),
    ("d/b", ""),
    ("d/e/c", ""),
    ("d/e/f", ""),
    ("g/a", ""),
    ("g/b", ""),
    ("h", ""),
    ("charts/x/Chart.yaml", "name: x\n"),
    ("charts/x/t", ""),
    ("services/x/helmfile.yaml", RELEASE),
    ("services/other/helmfile.yaml", OTHER),
];

/// A release of the chart.
const RELEASE: &str = "releases: [{name: main, chart: local/x}]\n";

/// A release of another chart: without a release, it is not known whether a chart is in use.
const OTHER: &str = "releases: [{name: main, chart: local/other}]\n";

const RULES: [(&str, &str); 9] = [
    ("d/", "one"),
    ("d/e/", "two"),
    ("d/a", "one"),
    ("g/*", "one"),
    ("*/a", "two"),
    ("**/b", "two"),
    ("h", "one"),
    ("charts/", "one"),
    ("services/", "one"),
];

/// Which files exist, which rules the map has, and whether it suppresses findings in `g/`.
type State = (Vec<bool>, Vec<bool>, bool);

fn state() -> impl Strategy<Value = State> {
    let files = prop::collection::vec(prop::bool::weighted(0.7), FILES.len());
    let rules = prop::collection::vec(prop::bool::weighted(0.4), RULES.len());
    (files, rules, prop::bool::weighted(0.1))
}

fn write(repo: &Repo, (files, rules, suppresses): &State) {
    for ((file, content), exists) in FILES.iter().zip(files) {
        match exists {
            true => repo.write(file, content),
            false => drop(fs::remove_file(repo.path().join(file))),
        }
    }
    let rules = RULES.iter().zip(rules).filter(|(_, is)| **is);
    let rules: String = rules
        .map(|((path, owner), _)| format!("  - {{paths: [\"{path}\"], owner: {owner}}}\n"))
        .collect();
    let suppressions = match suppresses {
        true => "suppressions: [{check: unowned-path, paths: [g/, g/a, g/b], reason: x}]\n",
        false => "",
    };
    let map = format!(
        "version: 1\nteams: {{one: {{}}, two: {{}}, map: {{}}}}\n{suppressions}rules:\n  \
         - {{paths: [ownership.yaml, baseline.json], owner: map}}\n{rules}"
    );
    repo.write("ownership.yaml", map);
}

fn commit(repo: &Repo, state: &State) {
    write(repo, state);
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
}

/// Returns the fingerprints in a report for GitLab.
fn prints(repo: &Repo, arguments: &[&str]) -> BTreeSet<String> {
    let run = repo.run(&[&["check", "--format", "gitlab"], arguments].concat());
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let entries = list(&report);
    // Several parts of a directory of the base have its fingerprint.
    let prints = entries.iter().map(|entry| text(&entry["fingerprint"]));
    prints.map(str::to_owned).collect()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

/// Returns how many findings there are with each fingerprint and severity.
fn counts<'f>(
    findings: impl IntoIterator<Item = &'f Value>,
) -> BTreeMap<(&'f str, &'f str), usize> {
    let mut all = BTreeMap::new();
    for finding in findings {
        let key = (text(&finding["fingerprint"]), text(&finding["severity"]));
        *all.entry(key).or_default() += 1;
    }
    all
}

/// What a commit is and what its checks report.
struct Base {
    id: String,
    full: Value,
    prints: BTreeSet<String>,
}

impl Base {
    fn new(repo: &Repo) -> Self {
        Self {
            id: repo.git(&["rev-parse", "HEAD"]).trim().to_owned(),
            full: repo.check(),
            prints: prints(repo, &[]),
        }
    }

    fn has_chart(&self, repo: &Repo) -> bool {
        let chart = format!("{}:charts/x/Chart.yaml", self.id);
        repo.try_git(&["cat-file", "-e", &chart]).is_ok()
    }
}

/// Checks that a consumer that has the report of `base` agrees with the check of the change to `head`.
fn agrees_with_consumer(repo: &Repo, base: &Base) -> Result<(), TestCaseError> {
    let since = ["--since", &base.id, "--no-merge-base"];
    let with_pre_existing = [&since[..], &["--show-pre-existing"]].concat();
    let report = repo.check_with(&with_pre_existing);
    let shown = format!("{:#}\n{report:#}", base.full);
    let now = prints(repo, &with_pre_existing);
    let new: BTreeSet<String> = now.difference(&base.prints).cloned().collect();
    prop_assert_eq!(&new, &prints(repo, &since), "{}", &shown);
    // What a consumer does not count as fixed is a part of an entry that remains, and no consumer counts more.
    let fixed = list(&report["change"]["fixed"]);
    let fixed_prints: BTreeSet<&str> = fixed.iter().map(|it| text(&it["fingerprint"])).collect();
    let mut resolved = base.prints.difference(&now);
    prop_assert!(
        resolved.all(|print| fixed_prints.contains(&**print)),
        "{}",
        &shown
    );
    let was = list(&base.full["findings"]);
    for finding in fixed {
        let (print, path) = (text(&finding["fingerprint"]), text(&finding["path"]));
        let is_of = |it: &&Value| {
            let area = text(&it["path"]);
            it["check"] == finding["check"]
                && (area == "." || area.ends_with('/') && path.starts_with(area))
        };
        let mut entries = was.iter().filter(is_of);
        let is_resolved = base.prints.contains(print) && !now.contains(print);
        let remains = |it: &Value| now.contains(text(&it["fingerprint"]));
        prop_assert!(is_resolved || entries.any(remains), "{path} {}", &shown);
    }
    Ok(())
}

/// Checks that a change introduces and fixes what differs in full checks of both sides. Directories without an owner are
/// compared file by file, and a new component without an owner
/// and an entry that stops matching have full severity.
fn agrees_with_full_checks(repo: &Repo, base: &Base, head: &Base) -> Result<(), TestCaseError> {
    let report = repo.check_with(&["--since", &base.id, "--no-merge-base"]);
    let shown = format!("{:#}\n{:#}\n{report:#}", base.full, head.full);
    // A full check does not know what changes owners.
    let is_compared =
        |it: &&Value| !["unowned-path", "owner-changed"].contains(&text(&it["check"]));
    let of = |report: &'_ Value| -> BTreeMap<(String, String), usize> {
        let all = counts(list(report).iter().filter(is_compared)).into_iter();
        all.map(|((print, severity), count)| ((print.to_owned(), severity.to_owned()), count))
            .collect()
    };
    let without = |one: &Value, other: &Value| {
        let (mut one, other) = (of(one), of(other));
        one.retain(|key, count| {
            *count = count.saturating_sub(other.get(key).copied().unwrap_or_default());
            *count > 0
        });
        one
    };
    let [was, is] = [base, head].map(|side| &side.full["findings"]);
    let mut introduced = report["findings"].clone();
    for finding in introduced.as_array_mut().unwrap() {
        let is_stricter = match text(&finding["check"]) {
            "unowned-component" => !base.has_chart(repo),
            "unmatched-rule" => true,
            _ => false,
        };
        if is_stricter && finding["severity"] == "error" {
            let full = list(is).iter();
            let mut full = full.filter(|it| it["fingerprint"] == finding["fingerprint"]);
            finding["severity"] = full.next().unwrap()["severity"].clone();
        }
    }
    prop_assert_eq!(without(is, was), of(&introduced), "{}", &shown);
    prop_assert_eq!(
        without(was, is),
        of(&report["change"]["fixed"]),
        "{}",
        &shown
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn consumers_and_full_checks_agree_with_the_check_of_a_change(states in prop::collection::vec(state(), 3)) {
        let repo = Repo::new(&[]);
        repo.git(&["init", "-q", "-b", "main"]);
        let mut before: Vec<Base> = Vec::new();
        for state in &states {
            commit(&repo, state);
            let head = Base::new(&repo);
            for base in &before {
                agrees_with_consumer(&repo, base)?;
                agrees_with_full_checks(&repo, base, &head)?;
            }
            before.push(head);
        }
    }

    #[test]
    fn a_baseline_that_the_change_updates_accepts_it(states in prop::collection::vec(state(), 3)) {
        let repo = Repo::new(&[]);
        repo.git(&["init", "-q", "-b", "main"]);
        // What changes owners is not in a baseline.
        let options = ["--fail-on", "info", "--skip", "owner-changed"];
        let baseline = [&["check", "--baseline", "baseline.json"], &options[..]].concat();
        let update = [&baseline[..], &["--update-baseline"]].concat();
        write(&repo, &states[0]);
        repo.git(&["add", "-A"]);
        repo.run(&update);
        commit(&repo, &states[0]);
        // The third state has findings that the updated baseline may not have.
        for (state, updates) in [(&states[1], true), (&states[2], false)] {
            write(&repo, state);
            repo.git(&["add", "-A"]);
            if updates {
                repo.run(&update);
            }
            let all = repo.run(&baseline);
            let since = repo.run(&[&baseline[..], &["--since", "HEAD"]].concat());
            prop_assert!(!updates || all.code == 0, "{}", all.out);
            // A change cannot fail for what the baseline accepts.
            prop_assert!(since.code <= all.code, "{}{}", all.out, since.out);
            repo.git(&["add", "-A"]);
            repo.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        }
    }
}
