use super::{Check, Context, Properties};
use crate::{
    claims::team,
    finding::{Finding, Severity},
    inventory::{Effect, Name},
    resolution::Verdict,
    text::{and_more, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "person-not-team",
    severity: Severity::Info,
    summary: "A component names a person as its owner, and no team.",
    what: "\
A person whom the map lists under `people` stands for her team and is not told. Where a team is named \
that the map does not know, unknown-declared-team says so, and nothing is told here.",
    why: "\
People move on and take leave; a team can be paged. Where only persons are named, nobody knows \
which team they meant to speak for.",
    fix: "\
Name the team in the component's own file, or list the person under `people` of the map with her \
team: then what she is named for is her team's.",
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
        // Who names a team that the map does not know is told of that.
        let names_team = of
            .resolved_declarations
            .unresolved
            .iter()
            .any(|name| name.could_be_team);
        of.resolved_declarations.owners.is_empty() && !names_team && !of.said.is_vendored
    });
    let findings = components.filter_map(|of| {
        // Maintainers and authors need not be owners: who they are matters where nobody is.
        let is_unowned = of.repository.verdict_of(of.id) == Verdict::Unowned;
        let counts = of
            .said
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
            help: Some("name the team, or list the person under `people` of the map".to_owned()),
            ..CHECK.of(
                of.component,
                first.place.clone(),
                &format!("names a person, {shown}, and no team"),
            )
        })
    });
    findings.collect()
}
