//! CODEOWNERS files with patterns as in gitignore(5): reads their lines, and writes their patterns.

use std::sync::Arc;

use bstr::BStr;

use super::{
    FileProblem,
    ignore_pattern::{self, FinalStar},
    lines::{Line, lines},
    pattern_line::PatternLine,
    spelling::{self, escaped},
    unintended::instead_of_others,
};
use crate::{
    pattern::{Alternative, ByteSet},
    text::Source,
};

/// Returns the owners in a line; `None` if the forge skips the line.
type ReadOwners = fn(&Line<'_>, &mut Vec<FileProblem>) -> Option<Vec<String>>;

/// Parses a file. Invalid lines and lines that match no path are skipped, the others count.
pub(super) fn parse(
    source: &Arc<Source>,
    final_star: FinalStar,
    owners: ReadOwners,
    problems: &mut Vec<FileProblem>,
) -> Vec<PatternLine> {
    let lines = lines(source, problems);
    let lines = lines.into_iter().filter(|line| !line.text.starts_with('#'));
    lines
        .filter_map(|line| rule(&line, final_star, owners, problems))
        .collect()
}

fn rule(
    line: &Line<'_>,
    final_star: FinalStar,
    owners: ReadOwners,
    problems: &mut Vec<FileProblem>,
) -> Option<PatternLine> {
    let (written, _) = line.split_pattern();
    instead_of_others(*line, written, problems, |problems| {
        read_rule(line, written, final_star, owners, problems)
    })
}

fn read_rule(
    line: &Line<'_>,
    written: Line<'_>,
    final_star: FinalStar,
    owners: ReadOwners,
    problems: &mut Vec<FileProblem>,
) -> Option<PatternLine> {
    let glob = match ignore_pattern::parse(written.text, final_star) {
        Ok(read) => {
            if let Some(note) = read.note {
                problems.push(written.problem(note));
            }
            read.glob
        }
        Err((range, message)) => {
            let part = written.part(range.start, range.end);
            problems.push(part.problem(format!("{message}: the line is skipped")));
            return None;
        }
    };
    let owners = owners(line, problems);
    Some(PatternLine {
        glob: glob?,
        owners: owners?,
        section: 0,
        is_exclusion: false,
        span: line.span,
    })
}

/// Returns the patterns for an alternative; `None` if there are none.
pub(super) fn patterns(alternative: &Alternative) -> Option<Vec<String>> {
    spelling::patterns(alternative, escape, class)
}

/// Returns the pattern for a file.
pub(super) fn file(path: &BStr) -> String {
    format!("/{}", escaped(path, escape))
}

fn escape(char: char) -> String {
    spelling::escape(char, "\\*?[] ", "#")
}

fn class(set: &ByteSet) -> Option<Vec<String>> {
    spelling::single_bytes(set, escape)
}
