//! Compares ownlint with Gitea, of which `tests/oracles/gitea` records the answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice as _};
use serde::Deserialize;

use super::{DIALECT, line::lines};
use crate::{
    dialects::Tree,
    regexes::{ExpressionError, Regexes, dotnet},
    testing::{self, RecordedExpression, assert_none},
    text::{Source, SourceOrigin},
};

#[test]
fn splits_lines_as_gitea() {
    #[derive(Debug, Deserialize)]
    struct Recorded {
        line: String,
        tokens: Vec<String>,
    }
    for recorded in testing::recorded::<Recorded>("gitea/recorded/lines.jsonl") {
        let origin = SourceOrigin::Repository(".".into());
        let text = recorded.line.clone().into_bytes();
        let (source, _) = Source::new(origin, "CODEOWNERS".into(), text);
        let found = lines(&Arc::new(source), usize::MAX);
        let tokens = found.iter().flat_map(|line| &line.tokens);
        let tokens: Vec<&str> = tokens.map(|token| &*token.text).collect();
        assert_eq!(tokens, recorded.tokens, "{recorded:?}");
    }
}

#[test]
fn matches_expressions_as_gitea() {
    let (mut compared, mut unsupported) = (0, 0);
    let mut failures = Vec::new();
    for recorded in testing::recorded::<RecordedExpression>("gitea/recorded/expressions.jsonl") {
        let text = recorded.text.strip_prefix('!').unwrap_or(&recorded.text);
        let text = text.strip_prefix('/').unwrap_or(text);
        let expression = match dotnet::parse(&format!("^{text}$")) {
            Err(ExpressionError::Unsupported(_)) => {
                unsupported += 1;
                continue;
            }
            Err(ExpressionError::Rejected(why)) => {
                if recorded.error.is_none() {
                    failures.push(format!("{text:?}: rejected because {why}"));
                }
                continue;
            }
            Ok(expression) => expression,
        };
        if let Some(error) = &recorded.error {
            failures.push(format!("{text:?}: accepted, but {error}"));
            continue;
        }
        let backtracking = expression.backtracking();
        unsupported += usize::from(backtracking.is_err());
        let conditions = expression.conditions(false);
        let regexes = conditions.as_ref().map(|conditions| {
            let hirs = conditions.iter().map(|condition| condition.hir.clone());
            Regexes::new((0..).zip(hirs)).0
        });
        let matches = recorded.matches.iter().map(|path| (path, true));
        for (path, expected) in matches.chain(recorded.others.iter().map(|path| (path, false))) {
            compared += 1;
            let slow = backtracking
                .as_ref()
                .map_or(Some(expected), |it| it.is_match(path));
            if slow != Some(expected) {
                failures.push(format!("{text:?} {path:?}: {slow:?}"));
            }
            if let (Some(regexes), Some(conditions)) = (&regexes, &conditions) {
                let mut found = Vec::new();
                regexes.all(path.as_bytes(), &mut found);
                let fast = (0..)
                    .zip(conditions)
                    .all(|(id, condition)| found.contains(&id) != condition.is_negated);
                if fast != expected {
                    failures.push(format!("{text:?} {path:?}: automaton {fast}"));
                }
            }
        }
    }
    assert_none(&failures, compared);
    assert!(
        compared > 50_000 && unsupported < 300,
        "{compared} {unsupported}"
    );
}

#[derive(Debug, Deserialize)]
struct RecordedFile {
    text: String,
    owners: BTreeMap<String, BTreeSet<String>>,
}

/// Returns the owner as Gitea shows it; `None` if the oracle does not know it.
fn known(owner: &str) -> Option<String> {
    let name = owner.strip_prefix('@').unwrap_or(owner);
    let name = match name.split_once('/') {
        Some((organization, team)) => format!("{}/{team}", organization.to_lowercase()),
        None => name.to_lowercase(),
    };
    const KNOWN: [&str; 10] = [
        "ann", "bob", "carl.d", "dba", "sre", "web", "o/Docs", "o/sre", "o/web", "o/dba",
    ];
    KNOWN.contains(&&*name).then(|| format!("@{name}"))
}

fn check(name: &str, least: usize) {
    let mut compared = 0;
    for recorded in testing::recorded::<RecordedFile>(&format!("gitea/recorded/{name}")) {
        let file = (
            BString::from("CODEOWNERS"),
            recorded.text.clone().into_bytes(),
        );
        let tree = Tree::in_memory([file]);
        let paths: Vec<&BStr> = recorded
            .owners
            .keys()
            .map(|path| path.as_bytes().as_bstr())
            .collect();
        let answers = (DIALECT.answer.unwrap())(&tree, &paths);
        for (at, (path, expected)) in recorded.owners.iter().enumerate() {
            let owners = answers
                .of(at)
                .owners
                .iter()
                .filter_map(|owner| known(owner));
            let owners: BTreeSet<String> = owners.collect();
            assert_eq!(owners, *expected, "{path}: {}", recorded.text);
            compared += 1;
        }
    }
    assert!(compared >= least, "{compared}");
}

#[test]
fn answers_as_gitea() {
    check("files.jsonl", 15_000);
}
