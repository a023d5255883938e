use std::sync::Arc;

use super::owner::{OwnerProblem, owner_problem};
use crate::{
    dialects::{
        FileProblem, ignore_lines,
        ignore_pattern::FinalStar,
        lines::{Line, is_blank},
        pattern_line::PatternLine,
    },
    text::{Source, quoted},
};

/// Parses a file. Invalid lines and lines that match no path are skipped, the others count.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<PatternLine> {
    ignore_lines::parse(source, FinalStar::Files, owners, problems)
}

fn owners(line: &Line<'_>, problems: &mut Vec<FileProblem>) -> Option<Vec<String>> {
    let (_, rest) = line.split_pattern();
    let mut owners = Vec::new();
    let mut is_valid = true;
    for word in rest.words(is_blank) {
        if word.text.starts_with('#') {
            break;
        }
        match owner_problem(word.text) {
            None => owners.push(word.text.to_owned()),
            Some(OwnerProblem::TwoHandles) => {
                let message = format!(
                    "{} contains two handles, so GitHub ignores it",
                    quoted(word.text)
                );
                problems.push(word.problem(message));
            }
            // The documentation implies that the whole line is skipped, but does not state it.
            Some(OwnerProblem::Malformed) => {
                let message = format!(
                    "{} is not a valid owner (`@user`, `@org/team` or an email address): the line is skipped",
                    quoted(word.text)
                );
                problems.push(word.problem(message));
                is_valid = false;
            }
        }
    }
    is_valid.then_some(owners)
}
