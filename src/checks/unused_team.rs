use rustc_hash::FxHashSet;

use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    config::TeamId,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unused-team",
    severity: Severity::Info,
    summary: "A team in the map owns no files.",
    what: "\
No rule or declaration assigns files to the team or its child teams, and no notification route names the team. If a \
component declares the team as its owner, but the map assigns the component's files to another team, only \
`declaration-mismatch` reports that.",
    why: "\
The team may no longer exist. If the team still exists, but is not yet listed as the owner of its \
files, the wrong team may be paged.",
    impact: "The team may no longer exist, or the map may lack rules for it.",
    fix: "If the team is responsible for any files, add rules that assign those files to the team. \
If the team no longer exists, mark the team as `retired`, or remove it.",
    example: "\
teams:
  perf:
    retired: {since: 2024-02-09, successor: observability}   # owns no files",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    // A team may own files in a repository that is not checked.
    if context.map.is_narrowed() {
        return Vec::new();
    }
    let teams = &context.map.teams;
    let mut busy: FxHashSet<TeamId> = FxHashSet::default();
    for (_, repository) in context.repositories() {
        for group in repository.resolved.groups() {
            for claim in &group.resolution.winning {
                busy.extend(&repository.claims.get(*claim).owners);
            }
        }
    }
    let entries = context.entries().iter();
    for entry in entries.filter(|entry| entry.has_untracked_map) {
        busy.extend(entry.owners(context.repositories));
    }
    let routed = context.routing().tested_teams().into_keys();
    busy.extend(routed.filter_map(|name| teams.resolve(name)));
    let named = context.declared_teams();
    // Another check reports declarations that the map overrides.
    busy.extend(context.declared_owners());
    let above: Vec<TeamId> = teams
        .iter()
        .filter(|(id, _)| busy.contains(id))
        .flat_map(|(id, _)| teams.ancestors(id))
        .collect();
    busy.extend(above);
    teams
        .iter()
        .filter(|(id, team)| team.retired.is_none() && !busy.contains(id))
        .map(|(id, team)| {
            let message = format!("team {} owns no files", quoted(&team.id.value));
            let advice = match named.contains(&id) {
                true => "assign files to the team, or correct the declarations that name it",
                false => "assign files to the team, mark the team as `retired`, or remove it",
            };
            Finding {
                subject: team.id.value.clone(),
                teams: context.teams(&[id]),
                label: "owns no files".to_owned(),
                advice: vec![Advice::in_words(advice)],
                ..CHECK.finding(team.id.place.clone(), message)
            }
        })
        .collect()
}
