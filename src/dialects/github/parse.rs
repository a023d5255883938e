use std::sync::Arc;

use super::owner::{OwnerProblem, owner_problem};
use crate::{
    dialects::{
        FileProblem,
        ignore_pattern::{self, FinalStar},
        lines::{Line, is_blank, lines},
        pattern_line::PatternLine,
    },
    text::{Source, quoted},
};

/// Parses a file. Invalid lines and lines that match no path are skipped, the others count.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<PatternLine> {
    let lines = lines(source, problems);
    let lines = lines.into_iter().filter(|line| !line.text.starts_with('#'));
    lines.filter_map(|line| rule(line, problems)).collect()
}

fn rule(line: Line<'_>, problems: &mut Vec<FileProblem>) -> Option<PatternLine> {
    let (written, rest) = line.split_pattern();
    let glob = match ignore_pattern::parse(written.text, FinalStar::Files) {
        Ok(read) => {
            if let Some(note) = read.note {
                problems.push(written.problem(note));
            }
            read.glob
        }
        Err((range, message)) => {
            let part = written.part(range.start, range.end);
            let message = format!("{message}: the line is skipped");
            problems.push(part.problem(message));
            return None;
        }
    };
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
    Some(PatternLine {
        glob: glob.filter(|_| is_valid)?,
        owners,
        section: 0,
        is_exclusion: false,
        span: line.span,
    })
}
