use bstr::BStr;

use super::{DIALECT, parse::parse};
use crate::dialects::{Answers, Tree, pattern_line};

/// What GitLab says of `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut answers = Answers::default();
    let Some(source) = tree.first(DIALECT.locations, &mut answers.problems) else {
        return Answers::same(paths.len(), answers.problems);
    };
    answers.read.push(source.path.clone());
    let lines = parse(&source, &mut answers.problems);
    pattern_line::answer(&source, lines, paths, &mut answers);
    answers.finish()
}
