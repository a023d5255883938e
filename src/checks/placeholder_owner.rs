use super::{Check, Context, Properties};
use crate::{
    claims::team,
    finding::{Finding, Severity},
    inventory::Effect,
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "placeholder-owner",
    severity: Severity::Warning,
    summary: "A component declares an owner that a template left behind.",
    what: "\
The value is what the scaffold for new components has in its place, or a word that stands for no \
answer: `TODO`, `team name or team wiki URL`, `John Doe`.",
    why: "It looks like an answer, and nobody ever said who owns the component.",
    fix: "Write the owner.",
    example: "\
# charts/new-thing/Chart.yaml
team: team name or team wiki URL      # as in the scaffold",
    properties: Properties::ONE_CAUSE,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .declared_names()
        .filter(|declared| declared.effect != Effect::Overridden)
        .filter(|declared| {
            declared.name.is_placeholder() && team(declared.name, &context.map.teams).is_none()
        })
        .map(|declared| {
            let raw = declared.name.spellings.first().map_or("", String::as_str);
            Finding {
                subject: raw.to_owned(),
                label: "a placeholder".to_owned(),
                help: Some("write the owner".to_owned()),
                ..CHECK.of(
                    declared.component,
                    declared.name.place.clone(),
                    &format!("declares {}, which a template left behind", quoted(raw)),
                )
            }
        })
        .collect()
}
