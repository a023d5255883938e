use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    finding::{Finding, Severity},
    inventory::Effect,
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "placeholder-owner",
    severity: Severity::Warning,
    summary: "A component declares a placeholder as its owner.",
    what: "\
The value was copied from the template for new components, or is a common placeholder, such as \
`TODO`, `team name or team wiki URL` or `John Doe`.",
    why: "The owner is a placeholder that was never replaced.",
    impact: "The file does not name the real owner.",
    fix: "Replace the placeholder with the owner.",
    example: "\
# charts/new-thing/Chart.yaml
team: team name or team wiki URL      # copied from the template",
    properties: Properties::ONE_CAUSE,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .declared_names()
        .filter(|declared| declared.effect != Effect::Overridden)
        .filter(|declared| declared.name.is_placeholder() && declared.team.is_none())
        .map(|declared| {
            let raw = declared.name.spellings.first().map_or("", String::as_str);
            Finding {
                subject: raw.to_owned(),
                label: "a placeholder".to_owned(),
                advice: vec![Advice::in_words("replace the placeholder with the owner")],
                ..CHECK.of(
                    declared.component,
                    declared.name.place.clone(),
                    &format!("declares the placeholder {} as its owner", quoted(raw)),
                )
            }
        })
        .collect()
}
