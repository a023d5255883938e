use bstr::BStr;

use super::{
    DIALECT, SIZE_LIMIT,
    parse::{PatternLine, parse},
};
use crate::{
    dialects::{Answer, Answers, FileProblem, FileProblemKind, Tree, glob::Glob, index::Index},
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
    let mut rules: Vec<PatternLine> = parse(&source, &mut answers.problems);
    rules.retain(|rule| rule.glob.is_some());
    let globs: Vec<Glob> = rules
        .iter_mut()
        .filter_map(|rule| rule.glob.take())
        .collect();
    let index = Index::new(globs);
    let mut lookup = index.lookup();
    for path in paths {
        match lookup.last(path) {
            None => answers.push(&[], Answer::default),
            Some(id) => answers.push(&[id], || {
                let rule = &rules[id as usize];
                let owners = rule.owners.iter().map(String::as_str);
                Answer::new(owners, vec![Place::Text(source.clone(), rule.span)])
            }),
        }
    }
    answers.finish()
}
