use bstr::BStr;

use super::{DIALECT, SIZE_LIMIT, parse::parse};
use crate::{
    dialects::{Answers, FileProblem, FileProblemKind, Tree, pattern_line},
    text::Span,
};

/// What GitHub says of `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut answers = Answers::default();
    let Some(source) = tree.first(DIALECT.locations, &mut answers.problems) else {
        return Answers::same(paths.len(), answers.problems);
    };
    answers.read.push(source.path.clone());
    if source.text().len() >= SIZE_LIMIT {
        let message = "a file of 3 MB or more is not loaded: nobody owns anything";
        let problem = FileProblem {
            kind: FileProblemKind::Size,
            ..FileProblem::new(&source, Span::default(), message)
        };
        let mut nothing = Answers::same(paths.len(), vec![problem]);
        nothing.read = answers.read;
        return nothing;
    }
    let lines = parse(&source, &mut answers.problems);
    pattern_line::answer(&source, lines, paths, &mut answers);
    answers.finish()
}
