use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    claims::team,
    finding::{Finding, Severity},
    inventory::{Effect, Name},
    resolution::Verdict,
    text::{and_more, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "person-not-team",
    severity: Severity::Info,
    summary: "A component declares a person instead of a team as its owner.",
    what: "If a declaration names a person who is listed under `people` in the map, the \
declaration counts as naming the person's team and is not reported. If the component names a team \
that is not in the map, `unknown-declared-team` reports the name instead.",
    why: "\
People go on leave or change jobs, but a team can always be paged. In addition, a person's name \
does not show which team is responsible.",
    impact: "A person may be on leave, but a team can always be paged.",
    fix: "\
Name the team in the component's own file, or list the person with their team under `people` in \
the map, so that components that name the person belong to that team.",
    example: "\
# images/golang/control
Maintainer: Jane Doe <jane@example.org>

# ownership.yaml
people:
  - name: Jane Doe
    emails: [jane@example.org]
    team: service-operations",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let teams = &context.map.teams;
    let is_person = |name: &&Name| {
        name.is_person()
            && !name.is_template
            && !name.is_placeholder()
            && team(name, teams).is_none()
    };
    let components = context.components().filter(|of| {
        // unknown-declared-team reports names of teams that are not in the map.
        let names_team = of
            .resolved_declarations
            .unresolved
            .iter()
            .any(|name| name.could_be_team);
        of.resolved_declarations.owners.is_empty() && !names_team && !of.declarations.is_vendored
    });
    let findings = components.filter_map(|of| {
        // Maintainers and authors need not be owners, so they count only if there is no owner.
        let is_unowned = of.repository.verdict_of(of.id) == Verdict::Unowned;
        let counts =
            of.declarations
                .declarations
                .iter()
                .filter(|declaration| match declaration.effect {
                    Effect::Owner => true,
                    Effect::Hint => is_unowned,
                    Effect::Overridden => false,
                });
        let persons = counts
            .flat_map(|declaration| &declaration.names)
            .filter(is_person);
        let persons: Vec<&Name> = persons.collect();
        let first = persons.first()?;
        let raw = quoted(first.spellings.first().map_or("", String::as_str));
        let shown = and_more([raw], persons.len());
        Some(Finding {
            label: "a person".to_owned(),
            advice: vec![Advice::in_words(
                "declare a team instead of the person, or list the person under `people` in the \
                    map",
            )],
            ..CHECK.of(
                of.component,
                first.place.clone(),
                &format!("names a person ({shown}) instead of a team"),
            )
        })
    });
    findings.collect()
}
