//! The line of a trusted ownership file that leaves a path without an owner.

use bstr::BStr;

use crate::{
    dialects::{self, FileProblem, Tree},
    resolution::ResolvedRepository,
    text::{Place, quoted},
    workspace::Workspace,
};

/// Names the line of a trusted ownership file that decides about a path without an owner, and what is wrong with the line;
/// `None` if no line matches the path.
pub(super) fn deciding_line(
    workspace: &Workspace,
    at: usize,
    repository: &ResolvedRepository,
    path: &BStr,
) -> Option<String> {
    let trusted = workspace.map.repositories[at].trusted_dialects();
    let mut dialects = trusted.into_iter().filter_map(dialects::by_name);
    dialects.find_map(|dialect| {
        let tree = Tree::of_repository(repository).without_vendored(&workspace.map.settings);
        let answers = (dialect.answer?)(&tree, &[path]);
        let answer = answers.of(0);
        let place = answer.rules.first().filter(|_| answer.owners.is_empty())?;
        let position = workspace.places([repository]).position(place);
        let mut problems = answers.problems.iter();
        let why = problems.find(|problem| is_in_line(problem, place));
        let why = why.map_or_else(String::new, |problem| format!(": {}", problem.message));
        Some(format!(
            "{} decides, but names no owner{why}",
            quoted(position)
        ))
    })
}

/// Returns whether a problem is in the line of a place.
fn is_in_line(problem: &FileProblem, place: &Place) -> bool {
    let line = |place: &Place| (place.path().to_owned(), place.start().line);
    line(&problem.place) == line(place)
}
