use std::sync::Arc;

use bstr::BString;
use rustc_hash::FxHashSet;

use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    advice::Advice,
    dialects::FileProblemKind,
    finding::{Finding, Severity},
    inventory::{Problem, ProblemKind},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unreadable-path",
    severity: Severity::Error,
    summary: "ownlint could not read a file or directory that it needs.",
    what: "The file permissions deny access, a file in the git index is missing from the work tree \
or is not a regular file, or a path is a symbolic link that ownlint does not follow. If the file \
in which a component declares its owner is a symbolic link, ownlint reads the target of the link, \
but only if the target is a tracked file in the repository. If the link points anywhere else, or \
if the link is a forge's ownership file, such as CODEOWNERS, the severity is at most `warning`.",
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
    let declared = declared.filter(|finding| {
        let place = &finding.place;
        known.insert((place.repository().cloned(), place.path().to_owned()))
    });
    of_forges.chain(unreadable).chain(declared).collect()
}

fn finding(problem: &Problem) -> Finding {
    let is_link = problem.kind == ProblemKind::Link;
    Finding {
        at_most: is_link.then_some(Severity::Warning),
        advice: problem.help.iter().map(Advice::in_words).collect(),
        ..CHECK.at(problem.place.clone(), problem.message.clone())
    }
}
