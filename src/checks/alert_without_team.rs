use super::{Check, Context, KnownComponent, Properties};
use crate::{
    advice::Advice,
    finding::{Finding, Related, Severity},
    inventory::Alert,
    text::{count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "alert-without-team",
    severity: Severity::Info,
    summary: "Most alerts of the repository name a team, but some alerts of a file do not.",
    what: "\
An alert names a team in a label, in an annotation, or in the metadata or comments of its file. \
There is one finding per file, and only if at least half of the alerts in the repository name a \
team. Vendored rules are not reported. An alert can also get its team from its series, from \
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
    own.iter().filter_map(|of| finding(*of)).collect()
}

fn finding(of: KnownComponent<'_>) -> Option<Finding> {
    let is_without = |alert: &&Alert| alert.owner.is_empty() && !alert.may_have_owner;
    let without = of.declarations.alerts.iter().filter(is_without);
    let without: Vec<&Alert> = without.collect();
    let first = without.first()?;
    let others = without[1..].iter().take(MAX_NAMED - 1);
    let others = others.map(|alert| {
        let name = quoted(&alert.name);
        Related::new(alert.place.clone(), format!("{name} has no team either"))
    });
    let alerts = count(without.len() as u64, "alert");
    Some(Finding {
        label: "has no team".to_owned(),
        advice: vec![Advice::in_words("add a `team` label")],
        related: others.collect(),
        ..CHECK.of(
            of.component,
            first.place.clone(),
            &format!("has {alerts} without a team"),
        )
    })
}
