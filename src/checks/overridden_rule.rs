use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    Check, Context, Properties, map_entry::MapEntry, overlapping_rules::TOO_COMPLEX,
    overridden::OverriddenEntry,
};
use crate::{
    claims::ClaimId,
    finding::{Finding, Related, Severity},
    text::{count, quoted, quoted_in_brief},
    whatif::{ClaimSource, Evaluator, WhatIf},
};

pub(super) const CHECK: Check = Check {
    name: "overridden-rule",
    severity: Severity::Info,
    summary: "A path or selector of a rule matches files, but something else wins all of them.",
    what: "\
Where it can be told, the finding names a new file that the entry would win. An entry that could not \
win any is told as shadowed-rule instead, and one whose files all have its owners anyway is not told.",
    why: "\
Nobody owns anything today because of this entry. That is as it should be for a rule that is there \
for what comes, such as a default for new directories; else it is a rule that others have overridden_claims.",
    fix: "\
Keep it if it is there for what comes; otherwise take it out.",
    example: "\
rules:
  - paths: [modules/]                 # every module that there is has a rule of its own
    owner: sre
  - paths: [\"modules/{kafka,varnish}/\"]
    owner: traffic",
    properties: Properties::USUAL,
    run,
};

/// How many of the stronger claims a finding names.
const STRONGER: usize = 3;

fn run(context: &Context<'_>) -> Vec<Finding> {
    let evaluators = context.what_if.iter().map(WhatIf::evaluator);
    let mut evaluators: Vec<Evaluator<'_>> = evaluators.collect();
    context
        .overridden_claims()
        .filter(|(_, one)| !one.is_said_anyway())
        .filter(|(entry, one)| !(one.never_wins() && is_told_as_shadowed(context, entry)))
        .map(|(entry, one)| finding(context, &mut evaluators, entry, one))
        .collect()
}

fn is_told_as_shadowed(context: &Context<'_>, entry: &MapEntry<'_>) -> bool {
    super::shadowed_rule::CHECK.is_on(context, entry.repository)
}

fn finding(
    context: &Context<'_>,
    evaluators: &mut [Evaluator<'_>],
    entry: &MapEntry<'_>,
    overridden_claims: &OverriddenEntry,
) -> Finding {
    let what = match entry.pattern() {
        Some(_) => "pattern",
        None => "selector",
    };
    let message = format!(
        "{what} {} matches {}, but wins none of them today",
        quoted_in_brief(entry.text()),
        count(entry.files, "file")
    );
    let help = match overridden_claims.could_win(&context.what_if, evaluators) {
        Some(path) => format!(
            "it would win a new file {}; take it out if it is not there for what comes",
            quoted(path)
        ),
        None if overridden_claims.is_undecided() => {
            format!("whether it ever could takes too much to decide: {TOO_COMPLEX}")
        }
        None => "take it out if it is not there for what comes".to_owned(),
    };
    Finding {
        label: "wins nothing today".to_owned(),
        help: Some(help),
        related: stronger(context, overridden_claims),
        ..entry.finding(context, &CHECK, message)
    }
}

/// What is stronger on most of the files that an entry matches.
fn stronger(context: &Context<'_>, overridden_claims: &OverriddenEntry) -> Vec<Related> {
    let mut files: BTreeMap<(usize, ClaimSource), (ClaimId, u64)> = BTreeMap::new();
    for (at, _, one) in &overridden_claims.claims {
        for (overridden, on) in &one.stronger {
            let subject = ClaimSource::of(context.repositories[*at].claims.get(overridden.by));
            files.entry((*at, subject)).or_insert((overridden.by, 0)).1 += on;
        }
    }
    let mut stronger: Vec<(usize, ClaimId, u64)> = files
        .into_iter()
        .map(|((at, _), (claim, files))| (at, claim, files))
        .collect();
    stronger.sort_by_key(|(at, claim, files)| (Reverse(*files), *at, *claim));
    let claim = |at: usize, id| context.repositories[at].claims.get(id);
    // One more takes no more room than to say that there is one.
    let shown = match stronger.len() {
        all if all <= STRONGER + 1 => all,
        _ => STRONGER,
    };
    let (shown, rest) = stronger.split_at(shown);
    let shown = shown.iter().map(|(at, id, files)| {
        let claim = claim(*at, *id);
        let (about, files) = (quoted_in_brief(&claim.about), count(*files, "file"));
        Related::new(
            claim.place.clone(),
            format!("{about} is stronger on {files}: {}", context.says(claim)),
        )
    });
    let others = rest.split_first().map(|((at, id, files), further)| {
        let files = files + further.iter().map(|(.., files)| files).sum::<u64>();
        let (others, files) = (count(further.len(), "other"), count(files, "file"));
        Related::new(
            claim(*at, *id).place.clone(),
            format!("this and {others} are stronger on {files}"),
        )
    });
    shown.chain(others).collect()
}
