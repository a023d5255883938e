use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    config::TeamId,
    finding::{Finding, Severity},
    text::count,
};

pub(super) const CHECK: Check = Check {
    name: "too-many-owners",
    severity: Severity::Warning,
    summary: "A rule or declaration lists more owners than the map allows.",
    what: "\
`max_owners` in the map limits how many teams a rule or declaration may name. Without \
`max_owners`, this check is skipped.",
    why: "If many teams share ownership, none of them feels responsible.",
    impact: "If many teams share responsibility, none of them may act on it.",
    fix: "\
Keep only the teams to page first, and record other responsibilities elsewhere.",
    example: "\
max_owners: 2
rules:
  - paths: [modules/kafka/]
    owners: [observability, data-platform, service-operations]    # one too many",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let Some(limit) = &context.map.max_owners else {
        return Vec::new();
    };
    let finding = |owners: &[TeamId], finding: Finding| Finding {
        teams: context.teams(owners),
        label: count(owners.len(), "owner"),
        advice: vec![Advice::in_words(format!(
            "list at most {}, the limit that `max_owners` sets in the map",
            count(limit.value, "owner")
        ))],
        ..finding
    };
    let rules = context.map.rules.iter();
    let rules = rules.filter(|rule| rule.owners.len() > limit.value);
    let rules = rules.filter_map(|rule| {
        let place = rule.owners.first()?.place.to(&rule.owners.last()?.place);
        let owners: Vec<TeamId> = rule.owners.iter().map(|owner| owner.value).collect();
        let message = format!(
            "a rule names too many owners: {}",
            context.team_list(&owners)
        );
        Some(Finding {
            repository: context.name_of(rule.repository),
            ..finding(&owners, CHECK.finding(place, message))
        })
    });
    let components = context.components();
    let components = components.filter(|of| of.resolved_declarations.owners.len() > limit.value);
    let components = components.filter_map(|of| {
        let place = of.resolved_declarations.statements.first()?.place.clone();
        let what = format!(
            "declares too many owners: {}",
            context.team_list(&of.resolved_declarations.owners)
        );
        Some(finding(
            &of.resolved_declarations.owners,
            CHECK.of(of.component, place, &what),
        ))
    });
    rules.chain(components).collect()
}
