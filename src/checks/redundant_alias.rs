use super::{Check, Context, Properties, removal::remove};
use crate::{
    advice::Advice,
    finding::{Finding, Related, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "redundant-alias",
    severity: Severity::Warning,
    summary: "A team has an alias that duplicates the team's name.",
    what: "ownlint ignores letter case and punctuation when it compares names, so the alias \
matches only names that the team's own name already matches. An alias that is identical to the \
team's id is also reported. The check does not report an alias that is a different spelling of the \
id, such as `Data Platform` for `data-platform`, because the alias may show how people write the \
id. The check does not report an alias that ends with `@` either, because such an alias also \
matches email addresses.",
    why: "\
The alias has no effect. It may be a typo, or may have been added before the team was renamed.",
    impact: "The alias has no effect.",
    fix: "Remove the alias, or replace it with the spelling that you meant.",
    example: "\
teams:
  data-platform:
    name: Data Platform
    aliases: [DPE, Data-Platform]    # `Data-Platform` duplicates the team's name",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let teams = context.map.teams.iter();
    teams
        .flat_map(|(id, team)| team.aliases.iter().map(move |alias| (id, team, alias)))
        .filter_map(|(id, team, alias)| {
            let name = team.repeated_name(&alias.value)?;
            let what = match std::ptr::eq(name, &team.id) {
                true => "id",
                false => "name",
            };
            Some(Finding {
                subject: alias.value.clone(),
                teams: context.teams(&[id]),
                label: "redundant alias".to_owned(),
                advice: vec![Advice::certain("remove the alias", remove(&alias.place))],
                related: vec![Related::new(
                    name.place.clone(),
                    format!("the {what} of the team"),
                )],
                ..CHECK.finding(
                    alias.place.clone(),
                    format!(
                        "alias {} duplicates the {what} of team {}",
                        quoted(&alias.value),
                        context.team_list(&[id])
                    ),
                )
            })
        })
        .collect()
}
