use super::{Check, Context, Properties};
use crate::{
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "orphan-member",
    severity: Severity::Warning,
    summary: "A part of a component of which the rest is not there.",
    what: "\
The file or directory is named like a part of a component, and nothing else of that component is \
there: hieradata for a role without a manifest, a release without its chart.",
    why: "\
What it declares counts for nothing. Mostly the rest was removed or renamed, and this was \
forgotten.",
    fix: "Remove it, or give it the name of what it belongs to.",
    example: "\
hieradata/role/common/karapace.yaml       # there is no modules/role/manifests/karapace.pp",
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
                help: Some("remove it, or give it the name of what it belongs to".to_owned()),
                ..CHECK.at(
                    repository.place(orphan.path.clone()),
                    format!(
                        "{} belongs to {}, which is not there: there is no {}",
                        quoted(&orphan.path),
                        quoted(id),
                        quoted(&orphan.expected)
                    ),
                )
            }
        })
        .collect()
}
