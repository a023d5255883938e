use std::collections::BTreeSet;

use super::{
    Check, Context, Properties, duplicate_rule::duplicates, map_entry::MapEntry,
    overlapping_rules::TOO_COMPLEX,
};
use crate::{
    advice::Advice,
    claims::{Claim, ClaimId, ClaimSource},
    finding::{Finding, Severity},
    pattern::TooComplex,
    text::{joined, quoted_in_brief},
    whatif::{Evaluator, WhatIf},
};

pub(super) const CHECK: Check = Check {
    name: "redundant-rule",
    severity: Severity::Info,
    summary: "\
A pattern in a rule is redundant: removing it would not change the owner of any file.",
    what: "\
Other rules already assign the same owners to every file that the pattern matches, so removing \
the pattern from its rule would not change the owner of any existing or future file. It is safe \
to remove all reported patterns together.",
    why: "The pattern makes the map longer and is easy to overlook when the owners in other rules \
change.",
    impact: "The pattern is easily overlooked when owners in other rules change.",
    fix: "\
If the files that the pattern matches must keep their owners even when other rules change, keep \
the pattern in the rule. Otherwise, remove the pattern.",
    example: "\
rules:
  - paths: [modules/kafka/]
    owner: observability
  - paths: [modules/kafka/files/]     # has no effect
    owner: observability",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut candidates: Vec<&MapEntry<'_>> = candidates_today(context);
    if candidates.is_empty() {
        return Vec::new();
    }
    // If either of two entries can be removed, the order of the map must not decide which one.
    candidates.sort_by_key(|entry| (entry.text(), entry.subject));
    let duplicates = duplicates(context).into_iter();
    let mut removed: BTreeSet<ClaimSource> = duplicates.map(|(entry, _)| entry.subject).collect();
    let mut findings = Vec::new();
    let evaluators = context.what_if.iter().map(WhatIf::evaluator);
    let mut evaluators: Vec<Evaluator<'_>> = evaluators.collect();
    for entry in candidates {
        if removed.contains(&entry.subject) {
            continue;
        }
        match makes_redundant(context, &mut evaluators, entry, &removed) {
            Ok(None) => {}
            Ok(Some(others)) => {
                removed.insert(entry.subject);
                findings.push(finding(context, entry, &others));
            }
            Err(TooComplex) => findings.push(undecided(context, entry)),
        }
    }
    findings
}

/// Returns the entries that win files, but whose removal would not change the owner of any existing
/// file.
fn candidates_today<'e, 'c>(context: &'e Context<'c>) -> Vec<&'e MapEntry<'c>> {
    let needed = context.what_if.iter().map(WhatIf::needed_today);
    let needed: Vec<Vec<bool>> = needed.collect();
    let is_needed = |(at, claim): &(usize, ClaimId)| needed[*at][*claim as usize];
    let entries = context.entries().iter();
    entries
        .filter(|entry| !entry.is_partly_known && entry.is_of_rule())
        .filter(|entry| entry.pattern().is_some() && entry.is_winning)
        .filter(|entry| !entry.claims.iter().any(is_needed))
        .collect()
}

fn undecided(context: &Context<'_>, entry: &MapEntry<'_>) -> Finding {
    let message = format!(
        "cannot determine whether pattern {} is redundant: the comparison is too complex",
        quoted_in_brief(entry.text())
    );
    Finding {
        teams: context.teams(entry.owners(context.repositories)),
        label: "too complex to compare".to_owned(),
        advice: vec![Advice::in_words(TOO_COMPLEX)],
        ..entry.finding(context, &CHECK, message)
    }
}

/// Returns the claims that assign the same paths to the same owners, in all repositories; `None` if they
/// do not cover everything.
fn makes_redundant(
    context: &Context<'_>,
    evaluators: &mut [Evaluator<'_>],
    entry: &MapEntry<'_>,
    removed: &BTreeSet<ClaimSource>,
) -> Result<Option<Vec<(usize, ClaimId)>>, TooComplex> {
    let mut others = Vec::new();
    for (at, claim) in &entry.claims {
        let is_removed = |subject| removed.contains(&subject);
        let found = context.what_if[*at].makes_redundant(&mut evaluators[*at], *claim, is_removed);
        let Some(found) = found? else {
            return Ok(None);
        };
        others.extend(found.into_iter().map(|other| (*at, other)));
    }
    Ok(Some(others))
}

fn finding(context: &Context<'_>, entry: &MapEntry<'_>, others: &[(usize, ClaimId)]) -> Finding {
    let mut known = BTreeSet::new();
    let claims = others.iter();
    let claims = claims.map(|(at, id)| context.repositories[*at].claims.get(*id));
    let claims = claims.filter(|claim| known.insert(ClaimSource::of(claim)));
    let claims: Vec<&Claim> = claims.collect();
    let names = claims.iter().map(|claim| quoted_in_brief(&claim.about));
    let message = format!(
        "pattern {} is redundant: its paths get the same owners from {}",
        quoted_in_brief(entry.text()),
        joined(names, " and ")
    );
    let related = claims.iter().map(|claim| context.related(claim));
    Finding {
        teams: context.teams(entry.owners(context.repositories)),
        label: "redundant pattern".to_owned(),
        advice: vec![Advice::edit("remove it", entry.removal(context.map))],
        related: related.collect(),
        ..entry.finding(context, &CHECK, message)
    }
}
