use bstr::BStr;
use rustc_hash::FxHashSet;

use super::{Check, Context, KnownComponent, Properties};
use crate::{
    advice::Advice,
    finding::{Finding, Severity},
    inventory::{Problem, ProblemKind},
    text::{LineColumn, Place, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unreadable-declaration",
    severity: Severity::Error,
    summary: "ownlint cannot read a file that may declare an owner, or the file's contents are \
        ambiguous.",
    what: "A file that can declare the component's owner is not valid YAML, is not UTF-8, is too \
large, or has a value of the wrong type where a name is expected. The check also warns about parts \
of a file that have no effect: a key that is overridden by a later value, a key in a paragraph \
that does not describe the component, and an invalid glob. If an Argo CD `ApplicationSet` exceeds \
a limit, the check reports this with severity `info`.",
    why: "\
ownlint may miss owners that the file declares. However, ownlint still uses the valid parts of the \
file, and checks the rest of the repository.",
    impact: "Some owners that the file declares may be missing from the result.",
    fix: "Fix the part of the file that the finding points to.",
    example: "\
# hieradata/role/common/dumps.yaml
profile::contacts::role_contacts: ['Data Platform'     # the `]` is missing",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    // Several components can declare their owners in one file, for example by symbolic links to it.
    let mut known: FxHashSet<(usize, &BStr, LineColumn, &str)> = FxHashSet::default();
    // Other checks report the problems of ownership files.
    let of_forges = context.file_problems().iter();
    let of_forges: FxHashSet<_> = of_forges.map(|(_, problem)| problem.place.key()).collect();
    let declared = context.components().flat_map(|of| {
        let problems = of.declarations.problems.iter().enumerate();
        let problems = problems.filter(|(_, it)| !is_of_path(it));
        problems.map(move |(at, problem)| (of.at, at, Some(of), problem))
    });
    let layouts = context.repositories().flat_map(|(repository, of)| {
        let problems = of.problems.iter().enumerate();
        let problems = problems.filter(|(_, problem)| !problem.kind.hides_owners());
        problems.map(move |(at, problem)| (repository, at, None, problem))
    });
    declared
        .chain(layouts)
        .filter(|(.., problem)| !of_forges.contains(&problem.place.key()))
        .filter(|(repository, _, _, problem)| {
            let place = &problem.place;
            known.insert((*repository, place.path(), place.start(), &problem.message))
        })
        .map(|(_, at, of, problem)| Finding {
            subject: at.to_string(),
            at_most: at_most(problem),
            component: of.map(|of| of.component.id()),
            label: "the problem is here".to_owned(),
            advice: problem.help.iter().map(Advice::in_words).collect(),
            ..CHECK.at(problem.place.clone(), message(context, of, problem))
        })
        .collect()
}

/// Returns whether [another check](super::unreadable_path) reports a problem.
fn is_of_path(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::Path | ProblemKind::Link)
}

/// Returns the highest severity for a problem, if it does not hide owners.
fn at_most(problem: &Problem) -> Option<Severity> {
    match problem.kind {
        ProblemKind::Path | ProblemKind::Link | ProblemKind::Declaration => None,
        ProblemKind::Ignored | ProblemKind::Partial => Some(Severity::Warning),
        ProblemKind::Limit => Some(Severity::Info),
    }
}

/// Describes a problem.
fn message(context: &Context<'_>, of: Option<KnownComponent<'_>>, problem: &Problem) -> String {
    let shown = match of {
        Some(of) => quoted(of.component.id()),
        None => quoted(problem.place.path()),
    };
    let what = &problem.message;
    match (problem.kind, of, &problem.place) {
        (ProblemKind::Ignored, ..) => format!("a declaration of {shown} has no effect: {what}"),
        (ProblemKind::Partial | ProblemKind::Limit, ..) => {
            format!("{shown} is only partially read: {what}")
        }
        (_, Some(of), Place::Text(..)) => with_owners(context, of, &shown, what),
        _ => what.clone(),
    }
}

/// Names the owners that could be read despite the problem.
fn with_owners(context: &Context<'_>, of: KnownComponent<'_>, shown: &str, what: &str) -> String {
    let resolved_declarations = of.resolved_declarations;
    let unresolved = resolved_declarations
        .unresolved
        .iter()
        .map(|name| quoted(&name.raw));
    let owners = context.teams(&resolved_declarations.owners);
    let names: Vec<String> = owners.iter().map(quoted).chain(unresolved).collect();
    if names.is_empty() {
        return format!("cannot read the owner of {shown}: {what}");
    }
    format!(
        "{shown} declares {}, but one of its files has an error: {what}",
        names.join(" and "),
    )
}
