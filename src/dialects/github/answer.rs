use std::sync::Arc;

use bstr::BStr;

use super::{DIALECT, SIZE_LIMIT, parse::parse};
use crate::{
    dialects::{
        Answers, FileProblem, FileProblemKind, Tree,
        file_problem::nearly_too_large,
        pattern_line::{self, PatternLine},
    },
    text::{Source, Span},
};

/// Returns the answers of GitHub for `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    pattern_line::answer(tree, &DIALECT, lines, paths)
}

fn lines(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<PatternLine> {
    if source.text().len() < SIZE_LIMIT {
        let lines = parse(source, problems);
        problems.extend(nearly_too_large(source, "GitHub", SIZE_LIMIT, "3 MB"));
        return lines;
    }
    let message = "GitHub ignores CODEOWNERS files of 3 MB or more, so no path has an owner";
    *problems = vec![FileProblem {
        kind: FileProblemKind::Size,
        ..FileProblem::new(source, Span::default(), message)
    }];
    Vec::new()
}
