use std::collections::BTreeMap;

use super::{
    Check, Context, KnownComponent, Properties,
    filed_names::{FiledName, filed_names},
    name_key::name_key,
    unknown_catalog_owner,
};
use crate::{
    advice::{Advice, NewPerson},
    claims::{UnknownName, Unresolved},
    config::name_and_address,
    finding::{Finding, Related, Severity},
    text::{Place, and_more, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "person-not-team",
    severity: Severity::Info,
    summary: "A declaration or a trusted ownership file names a person who is in no team in the map.",
    what: "If a declaration names a person who is listed under `people` in the map, the \
declaration counts as naming the person's team and is not reported. If the name looks like a team \
name, or if the component also names a team that is not in the map, `unknown-declared-team` \
reports the name instead. Each person gets one finding, which lists every place that names them. \
The people in the trusted ownership files of a dialect get one finding together.",
    why: "\
People go on leave or change jobs, but a team can always be paged. In addition, a person's name \
does not show which team is responsible.",
    impact: "A person may be on leave, but a team can always be paged.",
    fix: "\
Name the team in the component's own file, or list the person with their team under `people` in \
the map; components that name the person then belong to that team.",
    example: "\
# images/golang/control
Maintainer: Jane Doe <jane@example.org>

# ownership.yaml
people:
  - name: Jane Doe
    emails: [jane@example.org]
    team: service-operations",
    properties: Properties::ONE_FINDING,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let findings = context.components().flat_map(|of| {
        // unknown-declared-team reports the names that could be teams.
        let could_be_team = of
            .resolved_declarations
            .unresolved
            .iter()
            .any(|name| name.could_be_team());
        let is_relevant = of.resolved_declarations.owners.is_empty() && !could_be_team;
        let persons = context
            .unknown_names(of)
            .filter(move |name| is_relevant && name.seems == UnknownName::Person)
            .filter(move |name| {
                let reference = name.reference.as_ref();
                !reference.is_some_and(|it| unknown_catalog_owner::reports(context, of.at, it))
            });
        persons.map(move |person| Finding {
            subject: name_key(&person.raw),
            label: "a person".to_owned(),
            advice: vec![
                Advice::in_words("declare a team instead of the person"),
                Advice::add_person(new_person(of, person)),
            ],
            ..CHECK.of(
                of.component,
                person.place.clone(),
                &format!("names a person ({}) instead of a team", quoted(&person.raw)),
            )
        })
    });
    findings.chain(in_ownership_files(context)).collect()
}

/// Returns a finding for each dialect whose trusted ownership files name people who are in no team in the map.
fn in_ownership_files(context: &Context<'_>) -> Vec<Finding> {
    const EXAMPLES: usize = 3;
    let mut findings = Vec::new();
    for (at, repository) in context.repositories() {
        let mut people: BTreeMap<&str, BTreeMap<&str, &Place>> = BTreeMap::new();
        let names = filed_names(context, at, repository);
        let is_person = |name: &&FiledName<'_>| {
            name.is_trusted && name.team.is_none() && !name.is_group && !name.is_in_team
        };
        for name in names.iter().filter(is_person) {
            let of_dialect = people.entry(name.dialect).or_default();
            of_dialect.entry(name.text).or_insert(name.place);
        }
        for (dialect, people) in people {
            let Some((_, place)) = people.first_key_value() else {
                continue;
            };
            let shown = people.keys().take(EXAMPLES).map(quoted);
            let others = people.iter().skip(1);
            let others = others.map(|(name, place)| Related::new((*place).clone(), quoted(name)));
            let message = format!(
                "the {dialect} ownership files name {} who {} in no team in the map: {}",
                match people.len() {
                    1 => "1 person".to_owned(),
                    many => format!("{many} people"),
                },
                if people.len() == 1 { "is" } else { "are" },
                and_more(shown, people.len())
            );
            findings.push(Finding {
                repository: Some(repository.name.clone()),
                is_about_path: false,
                related: others.collect(),
                subject: format!("ownership files: {dialect}"),
                advice: vec![Advice::in_words(
                    "list logins under `handles` of their team, and email addresses under `people`",
                )],
                ..CHECK.finding((*place).clone(), message)
            });
        }
    }
    findings
}

/// Returns the person to add to the map for a name: the user of the catalog, if there is one.
fn new_person(of: KnownComponent<'_>, person: &Unresolved) -> NewPerson {
    let raw = person.raw.as_str();
    let user = person.reference.as_ref();
    if let Some(user) = user.and_then(|it| of.repository.owner_catalog.get(&it.entity)) {
        return NewPerson {
            name: Some(user.titles.first().unwrap_or(&user.name).clone()),
            email: user.email.clone(),
        };
    }
    let (name, address) = match name_and_address(raw) {
        Some((name, address)) => (name, address),
        None if raw.contains('@') => ("", raw),
        None => (raw, ""),
    };
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    NewPerson {
        name: text(name),
        email: text(address),
    }
}
