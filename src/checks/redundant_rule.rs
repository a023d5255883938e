use std::collections::BTreeSet;

use super::{
    Check, Context, Properties, duplicate_rule::duplicates, map_entry::MapEntry,
    overlapping_rules::TOO_COMPLEX,
};
use crate::{
    claims::{Claim, ClaimId},
    finding::{Finding, Severity},
    pattern::TooComplex,
    text::{joined, quoted_in_brief},
    whatif::{ClaimSource, WhatIf},
};

pub(super) const CHECK: Check = Check {
    name: "redundant-rule",
    severity: Severity::Info,
    summary: "A path of a rule could go, and no path would change its owner.",
    what: "\
Other rules give everything that it matches to the same owners, and nothing that is less precise than \
it would win in its place: not today, and not for any file to come. All entries that are told can go at \
once.",
    why: "\
A longer map is harder to read, and the entry will be missed when the others change hands.",
    fix: "\
Take it out. Keep it if it is to hold when the rule around it changes.",
    example: "\
rules:
  - paths: [modules/kafka/]
    owner: observability
  - paths: [modules/kafka/files/]     # changes nothing
    owner: observability",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut maybe: Vec<&MapEntry<'_>> = maybe_redundant(context);
    if maybe.is_empty() {
        return Vec::new();
    }
    // Of two that could stand in for each other, the order of the map must not choose.
    maybe.sort_by_key(|entry| (entry.text(), entry.subject));
    let duplicates = duplicates(context).into_iter();
    let mut gone: BTreeSet<ClaimSource> = duplicates.map(|(entry, _)| entry.subject).collect();
    let mut findings = Vec::new();
    for entry in maybe {
        if gone.contains(&entry.subject) {
            continue;
        }
        match makes_redundant(context, entry, &gone) {
            Ok(None) => {}
            Ok(Some(others)) => {
                gone.insert(entry.subject);
                findings.push(finding(context, entry, &others));
            }
            Err(TooComplex) => findings.push(undecided(context, entry)),
        }
    }
    findings
}

/// The entries that win files, but that no file of today needs.
fn maybe_redundant<'e, 'c>(context: &'e Context<'c>) -> Vec<&'e MapEntry<'c>> {
    let needed = context.what_if.iter().map(WhatIf::needed_today);
    let needed: Vec<Vec<bool>> = needed.collect();
    let is_needed = |(at, claim): &(usize, ClaimId)| needed[*at][*claim as usize];
    let entries = context.entries().iter();
    entries
        .filter(|entry| entry.is_of_rule() && entry.pattern().is_some() && entry.stands)
        .filter(|entry| !entry.claims.iter().any(is_needed))
        .collect()
}

fn undecided(context: &Context<'_>, entry: &MapEntry<'_>) -> Finding {
    let message = format!(
        "whether pattern {} changes anything takes too much to decide",
        quoted_in_brief(entry.text())
    );
    Finding {
        teams: context.teams(entry.owners(context.repositories)),
        label: "compared with all that it meets".to_owned(),
        help: Some(TOO_COMPLEX.to_owned()),
        ..entry.finding(context, &CHECK, message)
    }
}

/// What gives the same to the same owners, in each repository; nothing if that is not all.
fn makes_redundant(
    context: &Context<'_>,
    entry: &MapEntry<'_>,
    gone: &BTreeSet<ClaimSource>,
) -> Result<Option<Vec<(usize, ClaimId)>>, TooComplex> {
    let mut others = Vec::new();
    for (at, claim) in &entry.claims {
        let is_gone = |subject| gone.contains(&subject);
        let found = context.what_if[*at].makes_redundant(*claim, is_gone);
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
    let give = if claims.len() == 1 { "gives" } else { "give" };
    let message = format!(
        "pattern {} changes nothing: {} {give} the same to the same owners",
        quoted_in_brief(entry.text()),
        joined(names, " and ")
    );
    let related = claims.iter().map(|claim| context.related(claim));
    Finding {
        teams: context.teams(entry.owners(context.repositories)),
        label: "changes nothing".to_owned(),
        help: Some("take it out".to_owned()),
        related: related.collect(),
        ..entry.finding(context, &CHECK, message)
    }
}
