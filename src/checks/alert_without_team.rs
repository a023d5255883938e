use std::collections::BTreeMap;

use super::{Check, Context, KnownComponent, Properties};
use crate::{
    advice::Advice,
    alerting::TEAM,
    finding::{Finding, Related, Severity},
    inventory::{Alert, AlertKey},
    text::{count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "alert-without-team",
    severity: Severity::Warning,
    summary: "Most alerts in the repository name a team, but some alerts in this file do not.",
    what: "An alert can name its team in a label, in an annotation, or in the metadata or comments \
of its file. The check reports one finding per file, and only if at least half of the alerts in \
the repository name a team. If several files contain alerts with the same names, such as copies \
for several clusters, there is one finding for all of them. The severity is `warning` if a \
notification route that applies to the repository matches on the `team` label, and `info` \
otherwise. Vendored rules are not reported. An alert can also get its team from its series, from \
`external_labels` or by relabeling, which the rules do not show. An alert is therefore not \
reported if its expression contains the word `team`, such as `group_left(team)`.",
    why: "Notifications are usually routed by team. An alert without a team may reach a default \
receiver that nobody reads.",
    impact: "The alert may not reach the team that can fix the problem.",
    fix: "Add a `team` label to the alert.",
    example: "\
groups:
  - name: web
    rules:
      - alert: WebSlow
        expr: latency > 1
        labels: {severity: page}        # add `team: web`",
    properties: Properties::USUAL,
    run,
};

/// The number of alerts that a finding names.
const MAX_NAMED: usize = 5;

/// The number of files with the same alerts that a finding names.
const MAX_COPIES: usize = 10;

/// A file with alerts without a team.
struct WithoutTeam<'c> {
    of: KnownComponent<'c>,
    alerts: Vec<&'c Alert>,
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    let repositories = context.repositories();
    repositories
        .flat_map(|(at, _)| in_repository(context, at))
        .collect()
}

fn in_repository(context: &Context<'_>, at: usize) -> Vec<Finding> {
    let own = context.components_of(at);
    let own = own.filter(|of| context.uses_declarations(of));
    let own: Vec<KnownComponent<'_>> = own.collect();
    let alerts = || own.iter().flat_map(|of| &of.declarations.alerts);
    let with_team = alerts().filter(|alert| !alert.owner.is_empty()).count();
    if 2 * with_team < alerts().count() {
        return Vec::new();
    }
    let key = usual_key(alerts());
    let mut by_names: BTreeMap<Vec<&str>, Vec<WithoutTeam<'_>>> = BTreeMap::new();
    for of in own {
        let is_without = |alert: &&Alert| alert.owner.is_empty() && !alert.may_have_owner;
        let without = of.declarations.alerts.iter().filter(is_without);
        let alerts: Vec<&Alert> = without.collect();
        let names = alerts.iter().map(|alert| alert.name.as_str());
        let same = by_names.entry(names.collect()).or_default();
        same.push(WithoutTeam { of, alerts });
    }
    let findings = by_names.values();
    findings
        .filter_map(|same| finding(context, at, same, key))
        .collect()
}

/// Returns the label or annotation that declares the owners of most alerts.
fn usual_key<'a>(alerts: impl Iterator<Item = &'a Alert>) -> Option<&'a AlertKey> {
    let mut by_key: BTreeMap<&AlertKey, usize> = BTreeMap::new();
    for key in alerts.filter_map(|alert| alert.owner_key.as_ref()) {
        *by_key.entry(key).or_default() += 1;
    }
    // Of several keys, the first label.
    let most = by_key.into_iter().rev();
    most.max_by_key(|(key, alerts)| (*alerts, !key.is_annotation))
        .map(|(key, _)| key)
}

/// Returns the finding for files that contain alerts with the same names.
fn finding(
    context: &Context<'_>,
    at: usize,
    same: &[WithoutTeam<'_>],
    key: Option<&AlertKey>,
) -> Option<Finding> {
    let (WithoutTeam { of, alerts }, copies) = same.split_first()?;
    let (first, others) = alerts.split_first()?;
    let others = others.iter().take(MAX_NAMED - 1);
    let others = others.map(|alert| {
        let name = quoted(&alert.name);
        Related::new(alert.place.clone(), format!("{name} has no team either"))
    });
    let first_of_copies = copies.iter().filter_map(|copy| copy.alerts.first());
    let first_of_copies = first_of_copies.take(MAX_COPIES);
    let first_of_copies =
        first_of_copies.map(|alert| Related::new(alert.place.clone(), "has the same alerts"));
    let number = count(alerts.len() as u64, "alert");
    let more = match copies.len() {
        0 => String::new(),
        1 => ", as does 1 other file with the same alerts".to_owned(),
        more => format!(", as do {more} other files with the same alerts"),
    };
    let repository = &context.repositories[at].name;
    let mut configurations = context.routing().configurations.iter();
    let is_routed_by_team =
        configurations.any(|known| known.applies_to(repository) && known.configuration.tests(TEAM));
    // Notifications are routed by labels, even if most alerts only have annotations.
    let key = key.filter(|_| !is_routed_by_team);
    let name = key.map_or(TEAM, |key| &key.name);
    let advice = match key.is_some_and(|key| key.is_annotation) {
        true => format!("add a {} annotation; most alerts have one", quoted(name)),
        false => format!("add a {} label", quoted(name)),
    };
    Some(Finding {
        label: "has no team".to_owned(),
        at_most: (!is_routed_by_team).then_some(Severity::Info),
        advice: vec![Advice::in_words(advice)],
        related: others.chain(first_of_copies).collect(),
        ..CHECK.of(
            of.component,
            first.place.clone(),
            &format!("has {number} without a team{more}"),
        )
    })
}
