use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "missing-member",
    severity: Severity::Warning,
    summary: "A component is missing a required member.",
    what: "\
The map marks the member as `required` for all components of this kind, but this component does \
not have it.",
    why: "\
The component may be incomplete, the member may have been moved, or the member's name may not \
match the component's name.",
    impact: "The component may be incomplete.",
    fix: "If components of this kind can exist without this path, remove `required`. Otherwise, \
add the path. If the file or directory exists under a different name, rename it to match the \
component's name.",
    example: "\
kinds:
  - kind: service
    members:
      chart:   {path: \"charts/{name}/\", required: true}
      release: {path: \"helmfile.d/services/{name}/\", required: true}   # `kask` has only a chart",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .components()
        .flat_map(|of| of.component.missing.iter().map(move |part| (of, part)))
        .map(|(of, part)| Finding {
            subject: part.member.clone(),
            advice: vec![Advice::in_words(format!(
                "create {}, or remove `required` from the member",
                quoted(&part.path)
            ))],
            ..CHECK.of(
                of.component,
                of.repository.place(of.component.path.clone()),
                &format!(
                    "has no member {}: {} does not exist",
                    quoted(&part.member),
                    quoted(&part.path)
                ),
            )
        })
        .collect()
}
