use rustc_hash::FxHashSet;

use super::{Check, Context, Properties};
use crate::{
    config::TeamId,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unused-team",
    severity: Severity::Info,
    summary: "A team of the map owns nothing.",
    what: "\
No rule and no declaration gives it a single file, and it is the parent of no team that owns one.",
    why: "\
Either it was renamed or dissolved and its part went to others, or what it owns is not in the map \
yet: then somebody else is paged for it.",
    fix: "Give it what it owns, mark it as `retired`, or take it out.",
    example: "\
teams:
  perf:
    retired: {since: 2024-02-09, successor: observability}   # owned nothing any more",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let teams = &context.map.teams;
    let mut busy: FxHashSet<TeamId> = FxHashSet::default();
    for (_, repository) in context.repositories() {
        for group in repository.resolved.groups() {
            for claim in &group.resolution.winning {
                busy.extend(&repository.claims.get(*claim).owners);
            }
        }
    }
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
            let message = format!("team {} owns nothing", quoted(&team.id.value));
            Finding {
                subject: team.id.value.clone(),
                teams: context.teams(&[id]),
                label: "owns nothing".to_owned(),
                help: Some("give it what it owns, mark it as `retired`, or take it out".to_owned()),
                ..CHECK.finding(team.id.place.clone(), message)
            }
        })
        .collect()
}
