use rustc_hash::FxHashSet;

use super::{Check, Context, Properties};
use crate::{
    claims::team,
    config::{slug, spelling_parts},
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unused-alias",
    severity: Severity::Info,
    summary: "No declaration spells a team in this way.",
    what: "It is told only where the repositories declare owners at all.",
    why: "\
Aliases are there so that every spelling in use finds its team. One that nothing uses any more is \
left over from a rename, or was never spelled like that.",
    fix: "\
Take it out; a name that is no longer in use belongs under `former_names`. `ownlint route` finds \
teams by aliases too, so keep those that people say.",
    example: "\
teams:
  observability:
    aliases: [Observability, o11y, Monitoring]    # nothing says `Monitoring`",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut used: FxHashSet<String> = FxHashSet::default();
    for declared in context.declared_names() {
        for spelling in &declared.name.spellings {
            used.extend(spelling_parts(spelling).map(slug));
        }
    }
    if used.is_empty() {
        return Vec::new();
    }
    // Of a team that nothing names, unused-team tells.
    let named: FxHashSet<_> = context
        .declared_names()
        .filter_map(|declared| team(declared.name, &context.map.teams))
        .collect();
    let is_used = |alias: &str| spelling_parts(alias).any(|part| used.contains(&slug(part)));
    let teams = context.map.teams.iter();
    teams
        .filter(|(id, team)| team.retired.is_none() && named.contains(id))
        .flat_map(|(id, team)| team.aliases.iter().map(move |alias| (id, alias)))
        .filter(|(_, alias)| !is_used(&alias.value))
        .map(|(id, alias)| Finding {
            subject: alias.value.clone(),
            teams: context.teams(&[id]),
            label: "nothing spells it so".to_owned(),
            help: Some("take it out, unless people say it".to_owned()),
            ..CHECK.finding(
                alias.place.clone(),
                format!(
                    "no declaration uses {}, an alias of {}",
                    quoted(&alias.value),
                    context.team_list(&[id])
                ),
            )
        })
        .collect()
}
