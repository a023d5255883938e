use std::sync::Arc;

use super::{Check, Context, KnownComponent, Properties};
use crate::{
    advice::Advice,
    config::{Percent, Spanned, TeamId},
    finding::{Finding, Severity},
    resolution::{ResolvedRepository, VerdictCounts},
    text::{grouped, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "low-coverage",
    severity: Severity::Error,
    summary: "Coverage is below the minimum set by `min_coverage`.",
    what: "Coverage is the share of files or components that are owned or exempt. A component \
counts as covered only if all its files are owned or exempt. `overall` sets a minimum for all \
repositories combined, `repositories` for the files in each repository, and `components` for the \
components of each kind. `teams` sets a minimum for the components of one team: those that declare \
the team or contain a file that the team owns. Coverage is always calculated for whole \
repositories, even if the run is limited to some paths.",
    why: "Coverage drops slowly, one file at a time, so the loss is easy to miss.",
    impact: "The number of files without an owner may keep growing.",
    fix: "\
Fix the `unowned-path`, `unowned-component` and `conflicting-owners` findings. Lower the \
minimum only if it was set too high by mistake.",
    example: "\
min_coverage:
  overall: 95
  repositories: {puppet: 99.5}
  components: {helm-chart: 90}
  teams: {traffic: 100}",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let goals = &context.map.min_coverage;
    let mut findings = Vec::new();
    // The share of several repositories is unknown if some of them are not checked.
    let is_known = !context.map.is_narrowed();
    if let Some(goal) = goals.overall.as_ref().filter(|_| is_known) {
        let share = files(context.repositories);
        findings.extend(finding("overall", "all files", share, goal));
    }
    for (at, goal) in &goals.repositories {
        let repository = &context.repositories[*at];
        let share = files(std::slice::from_ref(repository));
        let name = quoted(&*repository.name);
        let what = format!("files in {name}");
        let found = finding("repository", &what, share, goal);
        findings.extend(found.map(|finding| Finding {
            repository: Some(Arc::clone(&repository.name)),
            ..finding
        }));
    }
    for (kind, goal) in goals.components.iter().filter(|_| is_known) {
        let share = components(context, |of| of.component.kind == *kind);
        let what = format!("{} components", quoted(kind));
        let subject = format!("components {kind}");
        findings.extend(finding(&subject, &what, share, goal));
    }
    for (team, goal) in goals.teams.iter().filter(|_| is_known) {
        let share = components(context, |of| of.component.is_listed && involves(of, *team));
        let what = format!("components of {}", context.team_list(&[*team]));
        let found = finding("team", &what, share, goal);
        findings.extend(found.map(|finding| Finding {
            teams: context.teams(&[*team]),
            ..finding
        }));
    }
    findings
}

fn files(repositories: &[ResolvedRepository]) -> VerdictCounts {
    let mut share = VerdictCounts::default();
    for group in repositories.iter().flat_map(|it| it.resolved.groups()) {
        share.add(group.resolution.verdict, group.files);
    }
    share
}

fn components(
    context: &Context<'_>,
    counts: impl Fn(&KnownComponent<'_>) -> bool,
) -> VerdictCounts {
    let mut share = VerdictCounts::default();
    for of in context.components().filter(counts) {
        // A component without files does not count.
        if let Some(verdict) = of.repository.resolved.verdict_of(of.id) {
            share.add(verdict, 1);
        }
    }
    share
}

fn involves(of: &KnownComponent<'_>, team: TeamId) -> bool {
    let owns = |file| {
        let owners = &of.repository.resolved.group_of(file).resolution.owners;
        owners.contains(&team)
    };
    let mut files = of.component.files(&of.repository.listing.files);
    of.resolved_declarations.owners.contains(&team) || files.any(owns)
}

fn finding(
    subject: &str,
    what: &str,
    share: VerdictCounts,
    goal: &Spanned<Percent>,
) -> Option<Finding> {
    let (covered, total) = (share.covered(), share.total());
    if goal.value.is_met(covered, total) {
        return None;
    }
    let actual = goal.value.share(covered, total);
    let (covered, total) = (grouped(covered), grouped(total));
    let message = format!(
        "coverage for {what} is {actual} ({covered} of {total}), below the minimum of {}",
        goal.value
    );
    Some(Finding {
        subject: subject.to_owned(),
        label: format!("currently {actual}"),
        advice: vec![Advice::in_words(
            "assign owners to unowned paths, resolve conflicts, or exempt paths and give a reason",
        )],
        ..CHECK.finding(goal.place.clone(), message)
    })
}
