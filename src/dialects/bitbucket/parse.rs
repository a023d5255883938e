use std::sync::Arc;

use super::owner_problem;
use crate::{
    dialects::{
        FileProblem,
        ignore_pattern::{self, FinalStar},
        lines::{Line, is_blank, lines},
        pattern_line::PatternLine,
    },
    text::{Source, quoted},
};

/// Parses a file. Invalid lines, lines without owners and lines that match no path are skipped, the others count.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<PatternLine> {
    let lines = lines(source, problems);
    let lines = lines.into_iter().filter(|line| !line.text.starts_with('#'));
    lines.filter_map(|line| rule(line, problems)).collect()
}

fn rule(line: Line<'_>, problems: &mut Vec<FileProblem>) -> Option<PatternLine> {
    let (written, mut rest) = line.split_pattern();
    let glob = match ignore_pattern::parse(written.text, FinalStar::Everything) {
        Ok(read) => {
            if let Some(note) = read.note {
                problems.push(written.problem(note));
            }
            read.glob?
        }
        Err((range, message)) => {
            let part = written.part(range.start, range.end);
            problems.push(part.problem(format!("{message}: the line is skipped")));
            return None;
        }
    };
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
    Some(PatternLine {
        glob,
        owners,
        section: 0,
        is_exclusion: false,
        span: line.span,
    })
}
