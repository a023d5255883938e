//! The outputs of `route`: the teams to ask.

mod human;
mod json;

pub(crate) use human::RouteText;
pub(crate) use json::write as json;

use std::borrow::Cow;

use crate::{
    alerting::{Pages, TeamPages},
    config::Teams,
    inventory::NameKind,
    lookup::NamedThing,
    routing::{FoundTeam, MatchKind, Route},
};

/// Returns the receivers to show for a team: those of the named alerts of the team if it is found because of them, or
/// else those of all its alerts.
fn pages_of<'p>(
    pages: &'p TeamPages,
    teams: &Teams,
    answer: &Route<'_>,
    found: &FoundTeam,
) -> Cow<'p, [Pages]> {
    if found.reasons[0].match_kind != MatchKind::Named(NameKind::Alert) {
        return Cow::Borrowed(pages.of(found.team));
    }
    let is_theirs = |thing: &&NamedThing<'_>| {
        let mut owners = thing.teams().into_iter();
        owners.any(|owner| teams.successor(owner) == found.team)
    };
    let alerts = answer.named.iter().filter(is_theirs);
    let alerts: Vec<_> = alerts.filter_map(NamedThing::rule).collect();
    Cow::Owned(pages.of_alerts(alerts))
}
