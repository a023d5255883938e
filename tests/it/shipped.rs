//! The map and the fixtures of this project match the tables in `fixtures/README.md`.

use std::{collections::BTreeSet, fs};

use crate::harness::{Repo, checks, keys, of_check, outcome, project, text};
use serde_json::Value;

/// One row of `fixtures/README.md`.
#[derive(Debug)]
struct Row {
    repository: String,
    /// Empty if the row is about an entry in the map.
    paths: Vec<String>,
    situation: String,
    says: String,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(project().join("fixtures/README.md")).unwrap();
    let mut repository = String::new();
    let mut rows = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            repository = name.to_owned();
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", paths, situation, says, ""] = cells[..] else {
            continue;
        };
        if paths == "path" || paths.starts_with("---") {
            continue;
        }
        rows.push(Row {
            repository: repository.clone(),
            paths: quoted(paths),
            situation: situation.to_owned(),
            says: says.to_owned(),
        });
    }
    rows
}

/// Returns the parts of a text in backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

impl Row {
    /// Returns the verdict or the owners, as `harness::outcome` writes them.
    fn outcome(&self) -> Option<String> {
        let first = self.says.split(';').next()?;
        let word = first.split([':', ',', ' ']).next()?;
        match word {
            "owned" => {
                let (_, owners) = first.split_once(": ")?;
                let words = owners.split(", ").map(str::trim);
                let is_id = |w: &&str| !w.contains(' ') && !w.is_empty();
                let owners: Vec<&str> = words
                    .map(|w| w.strip_suffix(" again").unwrap_or(w))
                    .take_while(is_id)
                    .collect();
                Some(owners.join(" "))
            }
            "unowned" | "exempt" | "conflicting" => Some(word.to_owned()),
            _ => None,
        }
    }

    /// Returns the checks that should report it.
    fn found_by(&self) -> BTreeSet<String> {
        let denied = |name: &str| self.says.contains(&format!("not `{name}`"));
        let names = quoted(&self.says).into_iter();
        let checks = checks();
        names
            .filter(|name| checks.contains(name) && !denied(name))
            .collect()
    }

    /// Whether a finding is about it.
    fn is_about(&self, finding: &Value) -> bool {
        if self.paths.is_empty() {
            let pattern = &quoted(&self.situation)[0];
            return text(&finding["message"]).contains(&format!("`{pattern}`"));
        }
        let same_repository = finding["repository"] == *self.repository;
        let area = text(&finding["path"]);
        let files = [area, text(&finding["location"]["file"])];
        let is_area = finding["check"] == "unowned-path" && area.ends_with('/');
        // An overlap is about two patterns, not about the example of a new file.
        let message = text(&finding["message"]).split(": a new file").next();
        let message = message.unwrap_or_default();
        self.paths.iter().any(|path| {
            files.contains(&path.as_str())
                || (is_area && path.starts_with(area))
                || message.contains(&format!("`{path}`"))
        }) && same_repository
    }
}

#[test]
fn every_row_has_the_expected_owners() {
    let repo = Repo::shipped();
    let rows = rows();
    assert!(rows.len() > 60, "{}", rows.len());
    let mut targets = Vec::new();
    let mut expected = Vec::new();
    for row in rows.iter().filter(|row| !row.paths.is_empty()) {
        let outcome = row
            .outcome()
            .unwrap_or_else(|| panic!("no verdict in {row:?}"));
        // With as many owners as paths, each path has one of them.
        let owners: Vec<&str> = outcome.split(' ').collect();
        let each = row.paths.len() > 1 && owners.len() == row.paths.len();
        for (at, path) in row.paths.iter().enumerate() {
            targets.push(format!("{}/{path}", row.repository));
            expected.push(if each { owners[at] } else { &outcome }.to_owned());
        }
    }
    let answers = repo.who_all(&targets);
    assert_eq!(answers.len(), targets.len());
    for ((target, answer), expected) in targets.iter().zip(&answers).zip(&expected) {
        assert_eq!(answer["exists"], true, "{target}");
        assert_eq!(outcome(answer), *expected, "{target}");
    }
}

#[test]
fn every_row_has_exactly_the_expected_findings() {
    let report = Repo::shipped().check();
    let findings = report["findings"].as_array().unwrap();
    let rows = rows();
    for row in &rows {
        let found: BTreeSet<String> = findings
            .iter()
            .filter(|finding| row.is_about(finding))
            .map(|finding| text(&finding["check"]).to_owned())
            .collect();
        let mut expected = row.found_by();
        if expected.is_empty() && row.outcome().as_deref() == Some("unowned") {
            expected.insert("unowned-path".to_owned());
        }
        assert_eq!(found, expected, "{row:?}");
    }
    for finding in findings {
        let is_expected = rows.iter().any(|row| row.is_about(finding));
        assert!(is_expected, "no row for {finding:#}");
    }
}

#[test]
fn the_fixtures_trigger_the_expected_checks() {
    let report = Repo::shipped().check();
    for (check, count) in [
        ("conflicting-owners", 2),
        ("unowned-path", 4),
        ("unowned-component", 5),
        ("unknown-declared-team", 2),
        ("unreadable-declaration", 1),
        // This check needs a symbolic link or missing permissions.
        ("unreadable-path", 0),
        ("declaration-mismatch", 3),
        ("expired-exemption", 1),
        ("overlapping-rules", 1),
        ("case-mismatch", 1),
        ("unmatched-rule", 2),
        ("unmatched-exemption", 1),
    ] {
        assert_eq!(of_check(&report, check).len(), count, "{check}");
    }
    let all = checks();
    let triggered = all.iter().filter(|it| !of_check(&report, it).is_empty());
    let counted = format!("{} of the {} checks", triggered.count(), all.len());
    for page in ["README.md", "fixtures/README.md"] {
        let text = fs::read_to_string(project().join(page)).unwrap();
        assert!(text.contains(&counted), "{page}: {counted}");
    }
    let repositories = report["repositories"].as_array().unwrap();
    for (repository, files) in repositories.iter().zip([99, 98]) {
        assert_eq!(repository["files"], files);
        for verdict in keys(&repository["verdicts"]) {
            let count = repository["verdicts"][verdict].as_u64().unwrap();
            assert!(count > 0, "{verdict} in {}", repository["name"]);
        }
    }
}
