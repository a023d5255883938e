use rustc_hash::FxHashSet;

use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    config::TeamId,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "missing-contact",
    severity: Severity::Warning,
    summary: "A team owns files but has no contacts in the map.",
    what: "\
A team is not reported if one of its parent teams has contacts. If no team in the map has \
contacts, this check is skipped. Retired teams are also not reported, because `retired-team` \
and `former-team-name` report the rules and declarations that still name them.",
    why: "People usually look up an owner because they want to contact the team.",
    impact: "People cannot find out how to reach the team.",
    fix: "Add a chat channel, an email address or a web page to the team's `contacts`.",
    example: "\
teams:
  traffic:
    contacts: {irc: \"#wikimedia-traffic\"}",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let teams = &context.map.teams;
    let has_contacts = |id: TeamId| !teams.get(id).contacts.is_empty();
    let is_held_back = !teams.iter().any(|(id, _)| has_contacts(id));
    let owners: FxHashSet<TeamId> = context
        .repositories()
        .flat_map(|(_, repository)| repository.resolved.groups())
        .flat_map(|group| group.resolution.owners.iter().copied())
        .collect();
    teams
        .iter()
        .filter(|(id, team)| team.retired.is_none() && owners.contains(id))
        .filter(|(id, _)| !has_contacts(*id) && !teams.ancestors(*id).any(has_contacts))
        .map(|(id, team)| Finding {
            subject: team.id.value.clone(),
            teams: context.teams(&[id]),
            is_held_back,
            label: "no contacts".to_owned(),
            advice: vec![Advice::in_words("add `contacts` to the team")],
            ..CHECK.finding(
                team.id.place.clone(),
                format!(
                    "team {} owns files but has no contacts",
                    quoted(&team.id.value)
                ),
            )
        })
        .collect()
}
