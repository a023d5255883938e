use std::sync::Arc;

use super::owner_problem;
use crate::{
    dialects::{
        FileProblem, ignore_lines,
        ignore_pattern::FinalStar,
        lines::{Line, is_blank},
        pattern_line::PatternLine,
    },
    text::{Source, quoted},
};

/// Parses a file. Invalid lines, lines without owners and lines that match no path are skipped, the others count.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<PatternLine> {
    ignore_lines::parse(source, FinalStar::Everything, owners, problems)
}

fn owners(line: &Line<'_>, problems: &mut Vec<FileProblem>) -> Option<Vec<String>> {
    let (_, mut rest) = line.split_pattern();
    let mut owners = Vec::new();
    let mut is_reported = false;
    loop {
        rest = rest.trim(is_blank);
        if rest.text.is_empty() || rest.text.starts_with('#') {
            break;
        }
        let (word, after) = rest.split_pattern();
        rest = after;
        match owner_problem(word.text) {
            None => owners.push(word.text.to_owned()),
            Some(problem) if !is_reported => {
                let message = format!("{} {problem} and is ignored", quoted(word.text));
                problems.push(word.problem(message));
                is_reported = true;
            }
            Some(_) => {}
        }
    }
    if owners.is_empty() {
        if !is_reported {
            let message = "this line has no owner, and Bitbucket does not document what that means: \
                           ownlint skips the line";
            problems.push(line.problem(message));
        }
        return None;
    }
    Some(owners)
}
