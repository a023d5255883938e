use super::{
    Check, Context, Properties,
    team_candidates::{TeamCandidates, new_id},
};
use crate::{
    advice::{Advice, NewTeam},
    alerting::Matcher,
    config::{TeamId, Teams},
    finding::{Finding, Related, Severity},
    text::{did_you_mean, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unknown-team-in-notification-route",
    severity: Severity::Warning,
    summary: "A notification route names a team that is not in the map, or uses a former team \
        name.",
    what: "A matcher requires a `team` label whose value is a former team name, the name of a \
retired team, or a name that is not in the map. If a regular expression matches only a few \
fixed values, as in `sre|traffic`, all of them count. ownlint cannot know what expressions such as \
`sre-.*` are meant for, so it does not check them. There is one finding for each name.",
    why: "\
If the name is misspelled or was changed, the team's alerts do not match the route, and its pages \
go to the default receiver.",
    impact: "Pages for this team may go to the default receiver.",
    fix: "Correct the name in the route, or add it to the team's aliases in the map. If the team \
itself is missing in the map, add it under `teams`. If a matcher lists the name together with a \
team in the map, as in `observability|o11y`, both may be names of the same team, so ownlint \
reports that they may be.",
    example: "\
# alertmanager.yml
route:
  receiver: default
  routes:
    - matchers: ['team=\"trafic\"']           # write `traffic`
      receiver: traffic-irc",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let tested = context.routing().tested_teams().into_iter();
    tested
        .filter_map(|(value, matchers)| of_value(context, value, &matchers))
        .collect()
}

fn of_value(context: &Context<'_>, value: &str, matchers: &[&Matcher]) -> Option<Finding> {
    let teams = &context.map.teams;
    let (first, others) = matchers.split_first()?;
    // Such a route takes the alerts without a team.
    if value.is_empty() {
        return None;
    }
    let (message, label, advice) = match teams.find([value]) {
        None => {
            let suggestion = did_you_mean(teams.suggest(value).map(|(name, _)| name));
            let advice = match suggestion {
                Some(suggestion) => vec![Advice::in_words(suggestion)],
                None => new_name(teams, value, matchers),
            };
            (
                format!(
                    "notification route names {}, which is not in the map",
                    quoted(value)
                ),
                "unknown team",
                advice,
            )
        }
        Some(found) => {
            let team = teams.get(found.team);
            let is_retired = team.retired.is_some();
            if !found.is_former && !is_retired {
                return None;
            }
            let now = teams.get(teams.successor(found.team));
            let what = match found.is_former {
                true => format!("a former name of team {}", quoted(&team.id.value)),
                false => "a retired team".to_owned(),
            };
            let advice = match now.retired {
                None => format!("write {}, or remove the route", quoted(&now.id.value)),
                Some(_) => "remove the route, or name the current owner".to_owned(),
            };
            (
                format!("notification route names {}, {what}", quoted(value)),
                "no longer in use",
                vec![Advice::in_words(advice)],
            )
        }
    };
    let related = others.iter();
    let related = related.map(|matcher| Related::new(matcher.place.clone(), "the same name"));
    Some(Finding {
        subject: value.to_owned(),
        label: label.to_owned(),
        advice,
        related: related.collect(),
        ..CHECK.at(first.place.clone(), message)
    })
}

/// Returns the advice for a name that is not similar to any spelling of a team.
fn new_name(teams: &Teams, value: &str, matchers: &[&Matcher]) -> Vec<Advice> {
    // A matcher with several names may list all names of one team.
    let listed = matchers.iter();
    let listed = listed.flat_map(|matcher| matcher.values().unwrap_or_default());
    let listed = listed.filter_map(|name| teams.active(teams.resolve(name)?));
    let mut listed: Vec<(TeamId, bool)> = listed.map(|team| (team, false)).collect();
    listed.sort_unstable();
    listed.dedup();
    let mut advice = vec![
        Advice::in_words("correct the name"),
        TeamCandidates::new(teams, value, &listed).alias(teams, value),
    ];
    advice.extend(new_id(teams, value).map(|id| {
        Advice::add_team(NewTeam {
            name: (id != value).then(|| value.to_owned()),
            id,
            aliases: Vec::new(),
            handle: None,
        })
    }));
    advice
}
