use super::{Check, Context, Properties, removal::remove, respell::respell};
use crate::{
    advice::Advice,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "retired-team",
    severity: Severity::Warning,
    summary: "A rule lists a retired team as an owner.",
    what: "\
The map marks the team as retired, but a rule still names it as an owner. If a declaration names a \
retired team, `former-team-name` reports it.",
    why: "A retired team cannot be asked or paged about the files that the rule covers.",
    impact: "A retired team cannot be paged or asked for review.",
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
            let teams = &context.map.teams;
            let successor = Some(teams.successor(owner.value));
            let successor = successor.filter(|id| teams.get(*id).retired.is_none());
            let mut about: Vec<&str> = rule
                .paths
                .iter()
                .map(|path| &**path.value.text())
                .chain(rule.components.iter().map(|of| of.value.text.as_str()))
                .collect();
            // The order in the map must not be part of the identity.
            about.sort_unstable();
            let shown = quoted(&team.id.value);
            let advice = match successor {
                Some(id) if rule.owners.iter().any(|owner| owner.value == id) => {
                    let shown = context.team_list(&[id]);
                    let text = format!(
                        "remove the team, because its successor {shown} is already an \
                            owner"
                    );
                    Advice::edit(text, remove(&owner.place))
                }
                Some(id) => {
                    let name = context.map.teams.name(id);
                    let text = format!("replace the team with its successor {}", quoted(name));
                    Advice::certain(text, respell(&owner.place, None, name))
                }
                None => Advice::in_words("replace the team with the current owner"),
            };
            Some(Finding {
                repository: context.name_of(rule.repository),
                subject: about.join("\n"),
                teams: context.teams(&[owner.value]),
                label: retired.text(),
                advice: vec![advice],
                ..CHECK.finding(
                    owner.place.clone(),
                    format!("team {shown} is retired, but a rule still names it"),
                )
            })
        })
        .collect()
}
