use std::{collections::hash_map::Entry, mem::discriminant, sync::Arc};

use bstr::BString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    advice::Advice,
    alerting::UnreadFile,
    dialects::FileProblemKind,
    finding::{Finding, Severity},
    inventory::{Problem, ProblemKind, ReadError},
    text::{Place, count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unreadable-path",
    severity: Severity::Error,
    summary: "ownlint could not read a file or directory that it needs.",
    what: "The file permissions deny access, a file in the git index is missing from the work tree \
or is not a regular file, or a path is a symbolic link that ownlint does not follow. If the file \
in which a component declares its owner is a symbolic link, ownlint reads the target of the link, \
but only if the target is a tracked file in the repository. If the link points anywhere else, or \
if the link is a forge's ownership file, such as CODEOWNERS, the severity is at most `warning`. For \
a file that may contain notification routes or a dashboard but declares no owner, the severity is at \
most `warning`. If several such files are not in the work tree, there is one finding for all of \
them, with severity `info`.",
    why: "\
The result is incomplete, because it does not include the contents of the file or directory.",
    impact: "The result is incomplete.",
    fix: "\
Make the file or directory readable by the user who runs ownlint. If the path is a symbolic link, \
correct its target, or replace the link with a regular file.",
    example: "\
chmod -R u+rX hieradata/",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let of_forges = findings(context, &CHECK, FileProblemKind::Access);
    let of_forges = of_forges.map(|finding| Finding {
        at_most: Some(Severity::Warning),
        message: format!("{}: {}", quoted(finding.place.path()), finding.message),
        ..finding
    });
    let unreadable = context.repositories().flat_map(|(_, repository)| {
        let unreadable = repository.listing.unreadable.iter();
        unreadable.map(|it| CHECK.at(repository.place(it.shown_path()), it.sentence()))
    });
    let declared = context.components().flat_map(|of| {
        let problems = of.declarations.problems.iter();
        let of_paths = problems
            .filter(|problem| matches!(problem.kind, ProblemKind::Path | ProblemKind::Link));
        of_paths.map(move |problem| Finding {
            component: Some(of.component.id()),
            ..finding(problem)
        })
    });
    let layouts = context.repositories();
    let layouts = layouts.flat_map(|(_, of)| &of.problems);
    let layouts = layouts.filter(|problem| problem.kind.hides_owners());
    let layouts = layouts.map(finding);
    let declared = layouts.chain(declared);
    // Several components can declare their owners in one file.
    let mut known: FxHashSet<(Option<Arc<str>>, BString)> = FxHashSet::default();
    let mut is_new =
        |place: &Place| known.insert((place.repository().cloned(), place.path().to_owned()));
    let declared: Vec<Finding> = declared.filter(|it| is_new(&it.place)).collect();
    // Those that are too large are reported by another check.
    for problem in all_problems(context) {
        is_new(&problem.place);
    }
    let of_routes = context.routing().unread.iter();
    let of_routes = of_routes.filter(|it| is_new(&it.place)).collect();
    let found = of_forges.chain(unreadable).chain(declared);
    found
        .chain(of_routes_findings(context, of_routes))
        .collect()
}

/// Returns everything that is wrong with files that declare owners.
fn all_problems<'c>(context: &'c Context<'_>) -> impl Iterator<Item = &'c Problem> {
    let declared = context
        .components()
        .flat_map(|of| &of.declarations.problems);
    let layouts = context.repositories().flat_map(|(_, of)| &of.problems);
    declared.chain(layouts)
}

/// Returns the findings for files that may contain notification routes or a dashboard, or nothing of interest. Those that
/// are not in the work tree, as in a sparse checkout, are many but have one cause: one finding per repository and error.
fn of_routes_findings(context: &Context<'_>, files: Vec<&UnreadFile>) -> Vec<Finding> {
    let (elsewhere, here): (Vec<_>, Vec<_>) = files.into_iter().partition(|it| {
        use ReadError::{Missing, NotCloned, SkipWorktree};
        matches!(it.error, Missing | SkipWorktree | NotCloned)
    });
    let label = || "may contain notification routes".to_owned();
    let mut findings: Vec<Finding> = here
        .into_iter()
        .map(|it| Finding {
            at_most: Some(Severity::Warning),
            label: label(),
            ..CHECK.at(it.place.clone(), it.sentence())
        })
        .collect();
    let names = context.repositories().map(|(at, of)| (Some(&of.name), at));
    let positions: FxHashMap<_, usize> = names.collect();
    let mut causes: Vec<(&UnreadFile, usize)> = Vec::new();
    let mut known: FxHashMap<_, usize> = FxHashMap::default();
    for file in elsewhere {
        let repository = file.place.repository();
        let at = positions.get(&repository);
        if at.is_none_or(|at| !context.scope.holds(*at, file.place.path())) {
            continue;
        }
        match known.entry((repository, discriminant(&file.error))) {
            Entry::Occupied(cause) => causes[*cause.get()].1 += 1,
            Entry::Vacant(cause) => {
                cause.insert(causes.len());
                causes.push((file, 0));
            }
        }
    }
    findings.extend(causes.into_iter().map(|(first, others)| {
        let mut message = first.sentence();
        if others > 0 {
            let others = count(others, "other file");
            message = format!("{message}; the same applies to {others}");
        }
        Finding {
            at_most: Some(Severity::Info),
            label: label(),
            ..CHECK.at(first.place.clone(), message)
        }
    }));
    findings
}

fn finding(problem: &Problem) -> Finding {
    let is_link = problem.kind == ProblemKind::Link;
    Finding {
        at_most: is_link.then_some(Severity::Warning),
        advice: problem.help.iter().map(Advice::in_words).collect(),
        ..CHECK.at(problem.place.clone(), problem.message.clone())
    }
}
