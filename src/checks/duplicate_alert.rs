use std::collections::BTreeMap;

use super::{Check, Context, KnownComponent, Properties};
use crate::{
    advice::Advice,
    claims::teams_of,
    config::TeamId,
    finding::{Finding, Related, Severity},
    inventory::Alert,
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "duplicate-alert",
    severity: Severity::Info,
    summary: "Several alerts have the same name, but specify different teams.",
    what: "\
Alerts in all repositories of the map are compared by name. There is one finding per name. A team \
and its parent count as the same team. Alerts without a team, alerts that name a team that the \
map does not list, vendored rules and names that a template fills in are not compared. ownlint \
cannot tell whether the alerts fire for different services or in different clusters, so a shared \
name may be intentional.",
    why: "The person on call often knows only the name of an alert. If several teams have an alert \
with this name, the person may contact the wrong team.",
    impact: "The wrong team may be contacted.",
    fix: "Rename one of the alerts, or correct its `team` label. If several teams share an alert \
on purpose, and each alert selects different series, add an entry to `suppressions`.",
    example: "\
# alerts/web.yaml
- alert: DiskFull
  labels: {team: web}

# alerts/database.yaml
- alert: DiskFull                       # rename it: DatabaseDiskFull
  labels: {team: dba}",
    properties: Properties::USUAL,
    run,
};

/// The number of alerts that a finding lists.
const MAX_LISTED: usize = 5;

/// An alert with a team.
struct OwnedAlert<'c> {
    of: KnownComponent<'c>,
    alert: &'c Alert,
    owners: Vec<TeamId>,
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut by_name: BTreeMap<&str, Vec<OwnedAlert<'_>>> = BTreeMap::new();
    let own = context.components();
    for of in own.filter(|of| context.uses_declarations(of)) {
        for alert in of.declarations.alerts.iter().filter(|it| !it.is_template()) {
            let owners = teams_of(&alert.owner, &context.map.teams);
            if !owners.is_empty() {
                let same = by_name.entry(&alert.name).or_default();
                same.push(OwnedAlert { of, alert, owners });
            }
        }
    }
    let findings = by_name.into_iter();
    findings
        .filter_map(|(name, same)| finding(context, name, &same))
        .collect()
}

fn finding(context: &Context<'_>, name: &str, same: &[OwnedAlert<'_>]) -> Option<Finding> {
    let first = same.first()?;
    let others = same.iter();
    let mut others = others.filter(|of| context.owners_differ(&first.owners, &of.owners));
    let other = others.next()?;
    let listed = [other].into_iter().chain(others).take(MAX_LISTED);
    let listed: Vec<Related> = listed
        .map(|of| {
            let teams = context.team_list(&of.owners);
            Related::new(of.alert.place.clone(), format!("names {teams}"))
        })
        .collect();
    let (one, two) = (
        context.team_list(&first.owners),
        context.team_list(&other.owners),
    );
    Some(Finding {
        subject: name.to_owned(),
        teams: context.teams(
            &same
                .iter()
                .flat_map(|of| of.owners.clone())
                .collect::<Vec<_>>(),
        ),
        label: format!("names {one}"),
        advice: vec![
            Advice::in_words("rename one of the alerts"),
            Advice::in_words("add a suppression to the map if the same name is intended"),
        ],
        related: listed,
        ..CHECK.of(
            first.of.component,
            first.alert.place.clone(),
            &format!(
                "has an alert {} of {one}, but another alert with the same name specifies {two}",
                quoted(name)
            ),
        )
    })
}
