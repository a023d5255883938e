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
    what: "\
A file that may declare the component's owner is not valid YAML, is not UTF-8, is too large, or \
has a value of the wrong type where a name is expected. As a warning, the check also reports a key \
without effect: a later value overrides it, or it is in a paragraph that is not about the component.",
    why: "\
ownlint may miss owners that the file declares. However, ownlint still uses the valid parts of the \
file, and checks the rest of the repository.",
    impact: "Some owners that the file declares may be missing from the result.",
    fix: "Fix the part of the file that the finding reports.",
    example: "\
# hieradata/role/common/dumps.yaml
profile::contacts::role_contacts: ['Data Platform'     # the `]` is missing",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    // Several components can declare their owners in one file, for example by symbolic links to it.
    let mut known: FxHashSet<(usize, &BStr, LineColumn, &str)> = FxHashSet::default();
    let components = context.components();
    components
        .flat_map(|of| {
            of.declarations
                .problems
                .iter()
                .enumerate()
                .map(move |it| (of, it))
        })
        .filter(|(_, (_, problem))| {
            matches!(
                problem.kind,
                ProblemKind::Declaration | ProblemKind::Ignored
            )
        })
        .filter(|(of, (_, problem))| {
            let place = &problem.place;
            known.insert((of.at, place.path(), place.start(), &problem.message))
        })
        .map(|(of, (at, problem))| Finding {
            subject: at.to_string(),
            at_most: (problem.kind == ProblemKind::Ignored).then_some(Severity::Warning),
            component: Some(of.component.id()),
            label: "the problem is here".to_owned(),
            advice: problem.help.iter().map(Advice::in_words).collect(),
            ..CHECK.at(problem.place.clone(), message(context, of, problem))
        })
        .collect()
}

/// Describes the problem and the owners that could be read despite the problem.
fn message(context: &Context<'_>, of: KnownComponent<'_>, problem: &Problem) -> String {
    if let Place::Path(..) = problem.place {
        return problem.message.clone();
    }
    if problem.kind == ProblemKind::Ignored {
        let shown = quoted(of.component.id());
        return format!(
            "a declaration of {shown} has no effect: {}",
            problem.message
        );
    }
    let (shown, resolved_declarations) = (quoted(of.component.id()), of.resolved_declarations);
    let unresolved = resolved_declarations
        .unresolved
        .iter()
        .map(|name| quoted(&name.raw));
    let owners = context.teams(&resolved_declarations.owners);
    let names: Vec<String> = owners.iter().map(quoted).chain(unresolved).collect();
    if names.is_empty() {
        return format!("cannot read the owner of {shown}: {}", problem.message);
    }
    format!(
        "{shown} declares {}, but one of its files has an error: {}",
        names.join(" and "),
        problem.message
    )
}
