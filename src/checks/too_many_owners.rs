use super::{Check, Context, Properties};
use crate::{
    finding::{Finding, Severity},
    text::{count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "too-many-owners",
    severity: Severity::Warning,
    summary: "A rule or declaration names more owners than the map allows.",
    what: "\
`max_owners` in the map says how many teams may own something jointly; without it this check is \
silent.",
    why: "What everybody owns, nobody owns.",
    mend: "Name the team that is paged first, and settle the rest among the teams.",
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
    let finding = |owners: usize, place, message: String| Finding {
        label: count(owners as u64, "owner"),
        help: Some(format!(
            "the map allows {}",
            count(limit.value as u64, "owner")
        )),
        ..CHECK.finding(place, message)
    };
    let mut findings = Vec::new();
    for rule in &context.map.rules {
        let (Some(first), Some(last)) = (rule.owners.first(), rule.owners.last()) else {
            continue;
        };
        if rule.owners.len() <= limit.value {
            continue;
        }
        let owners: Vec<_> = rule.owners.iter().map(|owner| owner.value).collect();
        let message = format!("a rule names {}", context.team_list(&owners));
        findings.push(Finding {
            repository: context.name_of(rule.repository),
            teams: context.teams(&owners),
            ..finding(owners.len(), first.place.to(&last.place), message)
        });
    }
    for (_, repository) in context.repositories() {
        for (component, heard) in repository.components.iter().zip(&repository.heard) {
            let Some(first) = heard.statements.first() else {
                continue;
            };
            if heard.owners.len() <= limit.value {
                continue;
            }
            let message = format!(
                "{} declares {}",
                quoted(component.id()),
                context.team_list(&heard.owners)
            );
            findings.push(Finding {
                path: Some(first.place.path().into()),
                component: Some(component.id()),
                teams: context.teams(&heard.owners),
                ..finding(heard.owners.len(), first.place.clone(), message)
            });
        }
    }
    findings
}
