use std::path::Path;

use super::{Check, Context};
use crate::{
    dialects::{Dialect, FileProblem, FileProblemKind, Tree, governing, paths_to_query},
    finding::Finding,
    git::work_tree,
    resolution::ResolvedRepository,
    text::Place,
};

/// Returns the problems in the ownership files of a repository that forges use: in those of the dialect `from`, or else
/// of the detected dialects.
pub(super) fn problems(
    repository: &ResolvedRepository,
    from: Option<&'static Dialect>,
) -> Vec<(&'static Dialect, FileProblem)> {
    let files = &repository.listing.files;
    let tree = Tree::of_repository(repository);
    let mut dialects = governing(&tree, files, from);
    // Forges only read these files in a whole repository, not in a directory of one.
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

/// Returns whether a repository listed in the map is a whole git repository, and not a directory in one.
pub(super) fn is_whole(root: &Path) -> bool {
    work_tree(root).is_none_or(|top| top == root)
}

/// Returns the findings of a check about problems of a kind. The text of the line identifies them, not
/// its number.
pub(super) fn findings(
    context: &Context<'_>,
    check: &Check,
    kind: FileProblemKind,
) -> impl Iterator<Item = Finding> {
    let problems = context.file_problems().iter();
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
