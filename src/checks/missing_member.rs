use super::{Check, Context, Properties};
use crate::{
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "missing-member",
    severity: Severity::Warning,
    summary: "A component lacks a part that all of its kind must have.",
    what: "\
The map says that components of this kind have a member here, and this one has not.",
    why: "\
It was never finished, or the member has moved or has another name than the rest.",
    fix: "\
Add the member, give all members one name, or take `required` away if the kind can do without.",
    example: "\
kinds:
  - kind: service
    members:
      chart:   {path: \"charts/{name}/\", required: true}
      release: {path: \"helmfile.d/services/{name}/\", required: true}   # `kask` has a chart only",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .components()
        .flat_map(|of| of.component.missing.iter().map(move |part| (of, part)))
        .map(|(of, part)| Finding {
            subject: part.member.clone(),
            help: Some(format!("it would be {}", quoted(&part.path))),
            ..CHECK.of(
                of.component,
                of.repository.place(of.component.path.clone()),
                &format!(
                    "has no {}: there is no {}",
                    quoted(&part.member),
                    quoted(&part.path)
                ),
            )
        })
        .collect()
}
