use bstr::BStr;

use super::{DIALECT, SIZE_LIMIT, parse::parse};
use crate::{
    dialects::{Answer, Answers, FileProblem, FileProblemKind, Tree, index::Index},
    text::{Place, Span},
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
    let rules = parse(&source, &mut answers.problems).into_iter();
    let (globs, rules): (Vec<_>, Vec<_>) = rules
        .map(|rule| (rule.glob, (rule.owners, rule.span)))
        .unzip();
    let index = Index::new(globs);
    let mut lookup = index.lookup();
    for path in paths {
        match lookup.last(path) {
            None => answers.push(&[], Answer::default),
            Some(id) => answers.push(&[id], || {
                let (owners, span) = &rules[id as usize];
                let owners = owners.iter().map(String::as_str);
                Answer::new(owners, vec![Place::Text(source.clone(), *span)])
            }),
        }
    }
    answers.finish()
}
