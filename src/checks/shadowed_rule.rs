use std::collections::BTreeSet;

use super::{Check, Context, Properties, map_entry::MapEntry, overridden::OverriddenEntry};
use crate::{
    advice::Advice,
    claims::ClaimSource,
    finding::{Finding, Related, Severity},
    resolution::{Overridden, Reason, ResolvedRepository},
    text::quoted_in_brief,
    whatif::Prospect,
};

pub(super) const CHECK: Check = Check {
    name: "shadowed-rule",
    severity: Severity::Warning,
    summary: "A pattern in a rule can never take effect: other claims override it for every \
        possible path.",
    what: "For every file that the pattern can match, another claim is stronger: a claim with a \
higher priority, a more precise rule, or a rule for a child team. The comparison also covers \
files that do not exist yet. A pattern that is overridden for all \
existing files, but could win for new files, is reported as `overridden-rule` instead.",
    why: "People who read the map may assume that the pattern determines who owns the files, but \
it never does.",
    impact: "People may assume that the pattern has an effect.",
    fix: "If the pattern should win, give its rule a higher `priority`. Otherwise, remove the \
pattern.",
    example: "\
rules:
  - paths: [modules/kafka/files/]     # can never win
    owner: observability
  - paths: [modules/kafka/]
    owner: data-platform
    priority: 1",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let shadowed = context
        .overridden_claims()
        .filter(|(_, one)| one.never_wins());
    shadowed
        .map(|(entry, one)| finding(context, entry, one))
        .collect()
}

fn finding(
    context: &Context<'_>,
    entry: &MapEntry<'_>,
    overridden_claims: &OverriddenEntry,
) -> Finding {
    let mut seen = BTreeSet::new();
    let mut stronger = Vec::new();
    for (at, _, one) in &overridden_claims.claims {
        let repository = &context.repositories[*at];
        let Some(Prospect::NeverWins(all)) = &one.prospect else {
            continue;
        };
        // A selector has one claim for each component.
        let new = all
            .iter()
            .filter(|one| seen.insert(ClaimSource::of(repository.claims.get(one.by))));
        stronger.extend(new.map(|one| (repository, one)));
    }
    let shown = quoted_in_brief(entry.text());
    let message = match &stronger[..] {
        [(repository, one)] => format!(
            "pattern {shown} can never win: {} always overrides it",
            quoted_in_brief(&repository.claims.get(one.by).about)
        ),
        several => format!(
            "pattern {shown} can never win: together, {} other claims always override it",
            several.len()
        ),
    };
    let related = stronger.into_iter().map(|(repository, one)| {
        Related::new(
            repository.claims.get(one.by).place.clone(),
            reason(context, repository, one),
        )
    });
    Finding {
        label: "can never win".to_owned(),
        advice: vec![
            Advice::edit("remove the pattern", entry.removal(context.map)),
            Advice::in_words("give its rule a higher `priority`"),
        ],
        related: related.collect(),
        ..entry.finding(context, &CHECK, message)
    }
}

fn reason(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    overridden: &Overridden,
) -> String {
    let claim = repository.claims.get(overridden.by);
    let why = match overridden.reason {
        Reason::Priority => "has a higher priority",
        Reason::Inside | Reason::LessElsewhere => "is more precise",
        Reason::Named | Reason::NarrowerDefault => "is more specific",
        Reason::Descendant => "belongs to a child team",
        Reason::Successor => "belongs to the successor",
    };
    format!(
        "{} {why}: {}",
        quoted_in_brief(&claim.about),
        context.says(claim)
    )
}
