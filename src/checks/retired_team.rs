use super::{Check, Context, Properties, respell::respell};
use crate::{
    config::TeamId,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "retired-team",
    severity: Severity::Warning,
    summary: "A rule names a retired team.",
    what: "\
The map marks the team as retired, but a rule still names it as an owner. If a declaration names a \
retired team, `former-team-name` reports it.",
    why: "A retired team cannot be asked or paged about the files that the rule covers.",
    impact: "A retired team cannot be asked or paged.",
    fix: "Replace the team with its successor or with the current owner.",
    example: "\
teams:
  data-engineering:
    retired: {since: 2024-02-09, successor: data-platform}
rules:
  - paths: [modules/hadoop/]
    owner: data-engineering         # write `data-platform`",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let rules = context.map.rules.iter();
    rules
        .flat_map(|rule| rule.owners.iter().map(move |owner| (rule, owner)))
        .filter_map(|(rule, owner)| {
            let team = context.map.teams.get(owner.value);
            let retired = team.retired.as_ref()?;
            let successor = retired.successor;
            let mut about: Vec<&str> = rule
                .paths
                .iter()
                .map(|path| &**path.value.text())
                .chain(rule.components.iter().map(|of| of.value.text.as_str()))
                .collect();
            // The order in the map must not be part of the identity.
            about.sort_unstable();
            let shown = quoted(&team.id.value);
            let takes_over = |id: &TeamId| {
                let is_active = context.map.teams.get(*id).retired.is_none();
                is_active && rule.owners.iter().all(|owner| owner.value != *id)
            };
            let fix = successor.filter(takes_over).and_then(|id| {
                let id = context.map.teams.name(id);
                respell(&owner.place, None, id)
            });
            Some(Finding {
                repository: context.name_of(rule.repository),
                subject: about.join("\n"),
                teams: context.teams(&[owner.value]),
                label: retired.text(),
                help: Some(match successor {
                    Some(id) => {
                        format!(
                            "replace the team with its successor {}",
                            context.team_list(&[id])
                        )
                    }
                    None => "replace the team with the current owner".to_owned(),
                }),
                fix,
                ..CHECK.finding(
                    owner.place.clone(),
                    format!("team {shown} is retired, but a rule still names it"),
                )
            })
        })
        .collect()
}
