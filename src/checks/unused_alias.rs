use rustc_hash::FxHashSet;

use super::{Check, Context, Properties, removal::remove};
use crate::{
    advice::Advice,
    config::{slug, spelling_parts},
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unused-alias",
    severity: Severity::Info,
    summary: "A team has an alias that no declaration or notification route uses.",
    what: "An alias is reported only if a declaration uses another name for the same team.",
    why: "Aliases let ownlint recognize the different names that people use for a team. An unused \
alias may be an old team name, or may never have been needed.",
    impact: "The alias may be an old name that nobody uses.",
    fix: "\
If people search for the alias with `ownlint route`, keep it. If the alias is an old team name, \
move it to `former_names`. Otherwise, remove it.",
    example: "\
teams:
  observability:
    aliases: [Observability, o11y, Monitoring]    # no declaration uses `Monitoring`",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    // A declaration in a repository that is not checked may use an alias.
    if context.map.is_narrowed() {
        return Vec::new();
    }
    // Most names are in many declarations.
    let names = context.declared_names();
    let spellings: FxHashSet<&str> = names
        .flat_map(|declared| declared.name.all_spellings().flatten())
        .map(String::as_str)
        .collect();
    // A team may have an alias for a group that owns nothing yet.
    let groups = context
        .repositories()
        .flat_map(|(_, repository)| repository.owner_catalog.iter())
        .map(|it| it.entity.as_str());
    let routed = context.routing().tested_teams();
    let used: FxHashSet<String> = spellings
        .into_iter()
        .chain(groups)
        .chain(routed.into_keys())
        .flat_map(|spelling| spelling_parts(spelling).map(slug))
        .collect();
    // If no declaration names a team, its aliases may only be meant for searches.
    let named = context.declared_teams();
    let is_used = |alias: &str| spelling_parts(alias).any(|part| used.contains(&slug(part)));
    let teams = context.map.teams.iter();
    teams
        .filter(|(_, team)| team.retired.is_none())
        .flat_map(|(id, team)| {
            // `redundant-alias` reports an alias that repeats a name of the team.
            let aliases = team.aliases.iter();
            let aliases = aliases.filter(|alias| team.repeated_name(&alias.value).is_none());
            aliases.map(move |alias| (id, alias))
        })
        .filter(|(_, alias)| !is_used(&alias.value))
        .map(|(id, alias)| Finding {
            subject: alias.value.clone(),
            teams: context.teams(&[id]),
            is_held_back: !named.contains(&id),
            label: "unused alias".to_owned(),
            advice: vec![Advice::edit(
                "remove the alias, unless people search for it with `ownlint route`",
                remove(&alias.place),
            )],
            ..CHECK.finding(
                alias.place.clone(),
                format!(
                    "no declaration uses alias {} of team {}",
                    quoted(&alias.value),
                    context.team_list(&[id])
                ),
            )
        })
        .collect()
}
