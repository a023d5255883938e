use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "orphan-member",
    severity: Severity::Warning,
    summary: "Part of a component exists, but the component's other parts are missing.",
    what: "\
The name of a file or directory suggests that it belongs to a component, but the rest of the \
component does not exist: for example, hieradata for a role that has no manifest, or a release \
that has no chart.",
    why: "The declarations in the remaining part have no effect. Usually, the other parts were \
removed or renamed, and this part was forgotten.",
    impact: "The declarations in the remaining part have no effect.",
    fix: "If the component was removed, remove what is left of it too. If the component was \
renamed, rename this part to match.",
    example: "\
hieradata/role/common/karapace.yaml       # modules/role/manifests/karapace.pp does not exist",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(_, repository)| repository.orphans.iter().map(move |of| (repository, of)))
        .map(|(repository, orphan)| {
            let id = format!("{}:{}", orphan.kind, orphan.name);
            Finding {
                subject: id.clone(),
                advice: vec![Advice::in_words(
                    "remove this part, or rename it to match an existing component",
                )],
                ..CHECK.at(
                    repository.place(orphan.path.clone()),
                    format!(
                        "{} is part of {}, which does not exist: {} is missing",
                        quoted(&orphan.path),
                        quoted(id),
                        quoted(&orphan.expected)
                    ),
                )
            }
        })
        .collect()
}
