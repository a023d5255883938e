use std::{collections::BTreeSet, path::Path};

use bstr::BStr;

use super::{Check, Context};
use crate::{
    claims::Claim,
    config::{Repository, Settings},
    dialects::{
        self, Dialect, FileProblem, FileProblemKind, IdleLines, Misplaced, Tree, governing,
        misplaced, paths_to_query,
    },
    finding::Finding,
    git::work_tree,
    pattern::PatternId,
    resolution::{ResolvedRepository, is_vendored},
    text::Place,
};

/// Returns the problems in the ownership files of a repository that forges use: in those of the dialect `from`, or else
/// of the detected dialects.
pub(super) fn problems(
    repository: &ResolvedRepository,
    in_map: &Repository,
    from: Option<&'static Dialect>,
) -> Vec<(&'static Dialect, FileProblem)> {
    let files = &repository.listing.files;
    let tree = Tree::of_repository(repository);
    let mut dialects = governing(&tree, files, from, Some(in_map));
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

/// Returns the lines without an effect in the ownership files of a repository that forges use: in those of the dialect
/// `from`, or else of the detected dialects.
pub(super) fn idle_lines(
    repository: &ResolvedRepository,
    in_map: &Repository,
    from: Option<&'static Dialect>,
) -> Vec<IdleLines> {
    let files = &repository.listing.files;
    let tree = Tree::of_repository(repository);
    let governing = governing(&tree, files, from, Some(in_map)).into_iter();
    let lines = governing.filter(|_| is_whole(&repository.root));
    let lines = lines.map(|dialect| dialects::idle_lines(dialect, &tree, files));
    lines.collect()
}

/// Returns the files of a repository that seem to be ownership files, but that no forge reads.
pub(super) fn misplaced_files(
    repository: &ResolvedRepository,
    settings: &Settings,
) -> Vec<Misplaced> {
    // Forges only look for these files in a whole repository.
    if !is_whole(&repository.root) {
        return Vec::new();
    }
    let foreign = |path: &BStr| is_vendored(path, settings);
    let tree = Tree::of_repository(repository);
    misplaced(&tree, &repository.listing.files, foreign)
}

/// Returns the claims of trusted ownership files on the files of a repository, in order.
pub(super) fn filed_claims(repository: &ResolvedRepository) -> impl Iterator<Item = &Claim> {
    let groups = repository.resolved.groups().iter();
    let patterns: BTreeSet<PatternId> = groups.flat_map(|group| &group.patterns).copied().collect();
    let own = repository.claims.patterns().len();
    let filed = patterns.into_iter().filter(move |id| *id as usize >= own);
    let claims = filed.flat_map(|id| repository.claims.about(id));
    claims.map(|id| repository.claims.get(*id))
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
            subject: line_subject(&problem.place),
            ..check.at(problem.place.clone(), problem.message.clone())
        })
}

/// Returns what identifies a finding about a part of a line: the text of the line, not its number.
pub(super) fn line_subject(place: &Place) -> String {
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
