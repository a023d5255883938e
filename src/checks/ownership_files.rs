use std::path::Path;

use super::{Check, Context};
use crate::{
    dialects::{Dialect, FileProblem, FileProblemKind, Tree, governing, paths_to_query},
    finding::Finding,
    git::work_tree,
    resolution::ResolvedRepository,
    text::Place,
};

/// What is wrong with the ownership files by which a forge goes in a repository.
pub(super) fn problems(repository: &ResolvedRepository) -> Vec<(&'static Dialect, FileProblem)> {
    let files = &repository.listing.files;
    let tree = Tree::of_repository(repository);
    let mut dialects = governing(&tree, files);
    // No forge looks into the middle of what it hosts.
    dialects.retain(|_| is_whole(&repository.root));
    dialects
        .into_iter()
        .filter_map(|dialect| {
            let answers = (dialect.answer?)(&tree, &paths_to_query(dialect, files));
            Some(
                answers
                    .problems
                    .into_iter()
                    .map(move |problem| (dialect, problem)),
            )
        })
        .flatten()
        .collect()
}

/// Whether a repository of the map is all of a git repository, and not a directory of one.
pub(super) fn is_whole(root: &Path) -> bool {
    work_tree(root).is_none_or(|top| top == root)
}

/// The findings of a check about the problems of a kind: what sets each apart is the line, wherever it
/// stands.
pub(super) fn findings(
    context: &Context<'_>,
    check: &Check,
    kind: FileProblemKind,
) -> impl Iterator<Item = Finding> {
    let problems = context.misread().iter();
    problems
        .filter(move |(_, problem)| problem.kind == kind)
        .map(|(_, problem)| Finding {
            subject: subject(&problem.place),
            ..check.at(problem.place.clone(), problem.message.clone())
        })
}

fn subject(place: &Place) -> String {
    let Place::Text(source, span) = place else {
        return String::new();
    };
    let before = source.text()[..span.range().start].rsplit('\n').next();
    let after = source.text()[span.range().start..].lines().next();
    [
        place.words(),
        ": ",
        before.unwrap_or_default(),
        after.unwrap_or_default(),
    ]
    .concat()
}
