//! Compares ownlint with versions of `get_maintainer.pl`, of which `tests/oracles/maintainers` records the answers.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice};
use serde::{Deserialize, de::IgnoredAny};

use super::{DIALECT, script};
use crate::{
    dialects::{Answers, Tree},
    testing::{assert_none, recorded},
};

/// The ownership files of a repository, and the answers for some paths. Text contains one character for each byte.
#[derive(Debug, Deserialize)]
struct RecordedFiles {
    flavor: String,
    files: BTreeMap<String, String>,
    paths: BTreeMap<String, RecordedAnswer>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum RecordedAnswer {
    Maintainers(BTreeSet<String>),
    /// The program died with a message.
    Died(IgnoredAny),
}

fn bytes(text: &str) -> BString {
    text.chars()
        .map(|char| u8::try_from(char).unwrap())
        .collect::<Vec<u8>>()
        .into()
}

/// Returns the lines by which the version of a program is recognized.
fn marks(flavor: &str) -> &'static str {
    match flavor {
        "linux-7.2" => {
            "use open qw(:std :encoding(UTF-8));\n/^\\s*\\#/ s/\\*\\*/\\x00/g eq 'N' find-maintainer-files"
        }
        "linux-6.1" | "u-boot" => "/^\\s*\\#/ eq 'N' find-maintainer-files",
        "qemu" => "/^(.):\\s*(.*)/",
        "xen" => "brace expansion eq 'N'",
        "coreboot" => "eq 'N'",
        other => panic!("{other}"),
    }
}

fn answers(tree: &[String], recorded: &RecordedFiles) -> Answers {
    let marks = (script::LOCATIONS[0].into(), marks(&recorded.flavor).into());
    let files = recorded.files.iter();
    let files = files.map(|(path, text)| (bytes(path), bytes(text).into()));
    let others = tree.iter().map(|path| (bytes(path), Vec::new()));
    let tree = Tree::in_memory(others.chain([marks]).chain(files));
    let paths: Vec<BString> = recorded.paths.keys().map(|path| bytes(path)).collect();
    let paths: Vec<&BStr> = paths.iter().map(|path| path.as_bstr()).collect();
    (DIALECT.answer.unwrap())(&tree, &paths)
}

#[test]
fn the_answers_are_those_of_the_program() {
    let tree: Vec<String> = recorded("maintainers/recorded/tree.jsonl");
    let all: Vec<RecordedFiles> = recorded("maintainers/recorded/files.jsonl");
    let (mut compared, mut skipped) = (0, 0);
    let mut differences = Vec::new();
    for recorded in &all {
        let answers = answers(&tree, recorded);
        let mut problems = answers.problems.iter();
        if problems.any(|problem| problem.message.contains("cannot evaluate")) {
            skipped += recorded.paths.len();
            continue;
        }
        for ((path, expected), at) in recorded.paths.iter().zip(0..) {
            compared += 1;
            let answer = answers.of(at);
            let owners = answer.owners.iter().cloned().collect();
            let is_same = match expected {
                RecordedAnswer::Maintainers(expected) => {
                    let expected = expected
                        .iter()
                        .map(|it| bytes(it).to_str_lossy().into_owned());
                    let is_same = expected.collect::<BTreeSet<String>>() == owners;
                    is_same && answer.failure.is_none()
                }
                RecordedAnswer::Died(_) => answer.failure.is_some(),
            };
            if !is_same {
                differences.push(format!(
                    "{}: {path:?} of {:?}: {expected:?}, not {owners:?}; {:?}",
                    recorded.flavor,
                    recorded.files,
                    answers
                        .problems
                        .iter()
                        .map(|it| &it.message)
                        .collect::<Vec<_>>()
                ));
            }
        }
    }
    assert_none(&differences, compared);
    assert!(
        compared >= 10_000 && skipped * 20 < compared,
        "{compared}, {skipped} skipped"
    );
}
