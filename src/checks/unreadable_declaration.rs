use super::{Check, Context};
use crate::{
    finding::{Finding, Help, Severity},
    inventory::ProblemKind,
    text::{Place, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unreadable-declaration",
    severity: Severity::Error,
    summary: "A file that can declare an owner can't be understood.",
    explanation: "\
The file may say who owns the component, but it is not valid YAML, not UTF-8, too large, or holds \
something else than names where names belong. What could be read of it is used; the rest of the \
repository is checked all the same.

Mend the file at the place that is shown.",
    example: "\
# hieradata/role/common/dumps.yaml
profile::contacts::role_contacts: ['Data Platform'     # the `]` is missing",
    knows_scope: false,
    one_cause: false,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(_, repository)| repository.components.iter().zip(&repository.declarations))
        .flat_map(|(component, said)| {
            let problems = said.problems.iter().enumerate();
            problems.map(move |(at, problem)| (component, at, problem))
        })
        .filter(|(_, _, problem)| problem.kind == ProblemKind::Declaration)
        .map(|(component, at, problem)| {
            let message = match &problem.place {
                Place::Text(..) => format!(
                    "what {} declares can't be read: {}",
                    quoted(component.id()),
                    problem.message
                ),
                Place::Path(..) => problem.message.clone(),
            };
            Finding {
                path: Some(problem.place.path().into()),
                component: Some(component.id()),
                subject: at.to_string(),
                label: "here".to_owned(),
                help: problem.help.clone().map(Help::Say),
                ..Finding::new(CHECK.name, problem.place.clone(), message)
            }
        })
        .collect()
}
