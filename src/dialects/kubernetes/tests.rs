//! Compares ownlint with Prow, of which `tests/oracles/prow` records the answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BStr, BString};
use serde::Deserialize;

use super::{DIALECT, aliases::Aliases, parse::is_blank};
use crate::{
    dialects::Tree,
    prow::{Owners, OwnersConfig},
    testing::recorded,
    text::{Source, SourceOrigin},
};

/// Returns the bytes of a recorded text, which may have one character for each byte.
fn bytes(text: &str, is_bytes: bool) -> Vec<u8> {
    match is_bytes {
        true => text
            .chars()
            .map(|char| u8::try_from(char).unwrap())
            .collect(),
        false => text.as_bytes().to_vec(),
    }
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct RecordedSimple {
    owners: [Vec<String>; 4],
    #[serde(default)]
    no_parent: bool,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct RecordedFull {
    filters: BTreeMap<String, [Vec<String>; 4]>,
    #[serde(default)]
    no_parent: bool,
}

#[derive(Debug, Deserialize)]
struct RecordedText {
    text: String,
    #[serde(default)]
    is_bytes: bool,
    simple: Option<RecordedSimple>,
    full: Option<RecordedFull>,
    aliases: Option<BTreeMap<String, BTreeSet<String>>>,
}

/// Returns the texts of an `OWNERS` file by key.
fn lists(owners: &Owners) -> [Vec<String>; 4] {
    let texts = owners
        .lists()
        .map(|list| list.iter().map(|(text, _)| text.clone()).collect());
    texts.collect::<Vec<_>>().try_into().unwrap()
}

#[test]
fn texts_are_read_as_recorded() {
    let mut failures = Vec::new();
    let (mut count, mut uncertain) = (0, 0);
    for recorded in recorded::<RecordedText>("prow/recorded/texts.jsonl") {
        count += 1;
        let content = bytes(&recorded.text, recorded.is_bytes);
        let config = OwnersConfig::read(&content).ok();
        let simple = config.as_ref().and_then(|it| it.simple.as_ref().ok());
        let simple = simple.map(|config| RecordedSimple {
            owners: lists(&config.owners),
            no_parent: config.options.no_parent.is_some(),
        });
        let full = config.as_ref().and_then(|it| it.full.as_ref().ok());
        let full = full.map(|config| {
            let filters = config.filters.iter();
            RecordedFull {
                filters: filters
                    .map(|(text, _, owners)| (text.clone(), lists(owners)))
                    .collect(),
                no_parent: config.options.no_parent.is_some(),
            }
        });
        if simple != recorded.simple || full != recorded.full {
            failures.push(format!("{recorded:?}\n{simple:?}\n{full:?}\n{config:?}"));
        }
        let origin = SourceOrigin::Repository(".".into());
        let (source, _) = Source::new(origin, "OWNERS_ALIASES".into(), content);
        let mut problems = Vec::new();
        let aliases = Aliases::parse(&Arc::new(source), &mut problems);
        let mut messages = problems.iter().map(|problem| &problem.message);
        // Newer versions of Prow read some of these aliases differently, and so does ownlint.
        if messages.any(|message| message.starts_with("Prow may read this file differently")) {
            uncertain += 1;
            continue;
        }
        let aliases: BTreeMap<String, BTreeSet<String>> = aliases.iter().collect();
        if aliases != recorded.aliases.clone().unwrap_or_default() {
            failures.push(format!("{recorded:?}\n{aliases:?}"));
        }
    }
    assert!(
        count >= 10_000 && uncertain < count / 20,
        "{count} {uncertain}"
    );
    let first: Vec<_> = failures.iter().take(10).collect();
    assert!(failures.is_empty(), "{}\n{first:#?}", failures.len());
}

#[derive(Debug, Deserialize)]
struct RecordedTree {
    #[serde(default)]
    is_bytes: bool,
    files: BTreeMap<String, String>,
    answers: BTreeMap<String, BTreeSet<String>>,
}

#[test]
fn trees_are_answered_as_recorded() {
    let mut failures = Vec::new();
    let (mut count, mut uncertain) = (0, 0);
    for recorded in recorded::<RecordedTree>("prow/recorded/trees.jsonl") {
        let bytes = |text: &String| bytes(text, recorded.is_bytes);
        let files = recorded.files.iter();
        let files = files.map(|(path, text)| (BString::from(bytes(path)), bytes(text)));
        let tree = Tree::in_memory(files);
        let paths: Vec<Vec<u8>> = recorded.answers.keys().map(bytes).collect();
        let paths: Vec<&BStr> = paths.iter().map(BStr::new).collect();
        let answers = DIALECT.answer.unwrap()(&tree, &paths);
        let mut messages = answers.problems.iter().map(|problem| &problem.message);
        if messages.any(|message| message.starts_with("Prow may read this file differently")) {
            uncertain += 1;
            continue;
        }
        for (at, (path, owners)) in recorded.answers.iter().enumerate() {
            count += 1;
            let owners = owners.iter().filter(|login| !is_blank(login));
            let owners: Vec<&str> = owners.map(String::as_str).collect();
            if answers.of(at).sorted() != owners {
                let answer = answers.of(at).sorted();
                failures.push(format!(
                    "{path:?}: {owners:?}, not {answer:?}\n{recorded:?}"
                ));
            }
        }
    }
    assert!(count >= 10_000 && uncertain < 100, "{count} {uncertain}");
    let first: Vec<_> = failures.iter().take(10).collect();
    assert!(failures.is_empty(), "{}\n{first:#?}", failures.len());
}
