//! Compares ownlint with Perl, of which `tests/oracles/maintainers` records the answers.

use regex_automata::{MatchKind, meta};
use serde::Deserialize;

use super::{PerlSyntax, parse};
use crate::{
    regexes::ExpressionError,
    testing::{assert_none, recorded_with_header},
};

/// What the first line contains.
#[derive(Debug, Deserialize)]
struct Header {
    /// The subjects, in hexadecimal.
    subjects: Vec<String>,
}

/// An expression, and the answer: one digit for each subject, or `None` if Perl died.
#[derive(Debug, Deserialize)]
struct RecordedExpression {
    /// In hexadecimal.
    text: String,
    extended: bool,
    decoded: bool,
    matches: Option<String>,
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}

/// Returns whether an expression without backtracking matches each subject.
fn by_automaton(hir: &regex_syntax::hir::Hir, subjects: &[Vec<u8>]) -> Option<String> {
    let config = meta::Config::new()
        .match_kind(MatchKind::All)
        .utf8_empty(false);
    let regex = meta::Regex::builder().configure(config).build_from_hir(hir);
    // Some are too large.
    let regex = regex.ok()?;
    let digits = subjects.iter().map(|it| digit(regex.is_match(it)));
    Some(digits.collect())
}

fn digit(is_match: bool) -> char {
    if is_match { '1' } else { '0' }
}

#[test]
fn the_answers_are_those_of_perl() {
    let (header, all): (Header, Vec<RecordedExpression>) =
        recorded_with_header("maintainers/recorded/expressions.jsonl");
    let subjects: Vec<Vec<u8>> = header.subjects.iter().map(|it| bytes(it)).collect();
    let (mut compared, mut backtracked, mut skipped) = (0, 0, 0);
    let mut differences = Vec::new();
    for recorded in &all {
        let mut text = bytes(&recorded.text);
        if recorded.extended && text.is_empty() {
            // It stands for another one.
            continue;
        }
        if !recorded.extended {
            text.insert(0, b'^');
        }
        let syntax = PerlSyntax {
            is_extended: recorded.extended,
            is_decoded: recorded.decoded,
        };
        let mut found = Vec::new();
        match parse(&text, syntax) {
            Err(ExpressionError::Unsupported(_)) => skipped += 1,
            Err(ExpressionError::Rejected(_)) => found.push(None),
            Ok(perl) => {
                found.extend(
                    perl.hir(false)
                        .and_then(|hir| by_automaton(&hir, &subjects))
                        .map(Some),
                );
                if let Ok(expression) = perl.backtracking() {
                    let digits = subjects
                        .iter()
                        .map(|it| expression.is_match_in_bytes(it).map(digit));
                    found.extend(digits.collect::<Option<String>>().map(Some));
                    backtracked += 1;
                }
            }
        }
        compared += found.len();
        for found in found.iter().filter(|it| **it != recorded.matches) {
            let text = String::from_utf8_lossy(&text);
            differences.push(format!("{text:?}: {found:?}, not {recorded:?}"));
        }
    }
    assert_none(&differences, compared);
    assert!(
        compared >= 4_000 && backtracked >= 1_500 && skipped * 20 < compared,
        "{compared}, {backtracked} with backtracking, {skipped} skipped"
    );
}
