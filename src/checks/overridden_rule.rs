use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    Check, Context, Properties, map_entry::MapEntry, overlapping_rules::TOO_COMPLEX,
    overridden::OverriddenEntry,
};
use crate::{
    advice::Advice,
    claims::{ClaimId, ClaimSource},
    finding::{Finding, Related, Severity},
    text::{count, quoted, quoted_in_brief},
    whatif::{Evaluator, WhatIf},
};

pub(super) const CHECK: Check = Check {
    name: "overridden-rule",
    severity: Severity::Info,
    summary: "A pattern or selector in a rule matches files, but other claims override it for \
              every one of these files.",
    what: "If possible, the finding gives an example of a new file for which the pattern or \
selector would win. Patterns that can never win are reported by `shadowed-rule` instead. A pattern \
or selector is not reported if other claims already assign all of its files to the owners that the \
rule lists. Rules with a `priority` below 0 are not reported either, because they are meant for \
files that no other claim matches.",
    why: "The pattern or selector has no effect on existing files. This is fine if the pattern or \
selector is meant for new files, for example, as a default for new directories. Otherwise, the \
pattern or selector is probably obsolete.",
    impact: "The pattern or selector has no effect on existing files.",
    fix: "If the pattern or selector is meant for new files, keep it. Otherwise, remove it.",
    example: "\
rules:
  - paths: [modules/]                 # every existing module has a rule of its own
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
        .filter(|(_, one)| !one.is_owned_anyway())
        .filter(|(entry, one)| one.never_wins() || entry.priority(context.repositories) >= 0)
        .filter(|(entry, one)| !(one.never_wins() && is_reported_as_shadowed(context, entry)))
        .map(|(entry, one)| finding(context, &mut evaluators, entry, one))
        .collect()
}

fn is_reported_as_shadowed(context: &Context<'_>, entry: &MapEntry<'_>) -> bool {
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
        "{what} {} matches {}, but is fully overridden by other claims",
        quoted_in_brief(entry.text()),
        count(entry.files, "file")
    );
    let removal = |why: String| {
        let text = format!("remove the {what}, unless it is meant for new files{why}");
        Advice::edit(text, entry.removal(context.map))
    };
    let advice = match overridden_claims.could_win(&context.what_if, evaluators) {
        Some(path) => removal(format!(", such as {}", quoted(path))),
        None if overridden_claims.is_undecided() => Advice::in_words(format!(
            "cannot determine whether the {what} could take precedence for new files: {TOO_COMPLEX}"
        )),
        None => removal(String::new()),
    };
    Finding {
        label: "overridden".to_owned(),
        advice: vec![advice],
        related: stronger(context, overridden_claims),
        ..entry.finding(context, &CHECK, message)
    }
}

/// Returns the stronger claims, those on most files of the entry first.
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
    // Showing one more takes as much space as counting it.
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
            format!(
                "{about} takes precedence for {files}: {}",
                context.says(claim)
            ),
        )
    });
    let others = rest.split_first().map(|((at, id, files), further)| {
        let files = files + further.iter().map(|(.., files)| files).sum::<u64>();
        let (others, files) = (count(further.len(), "other"), count(files, "file"));
        Related::new(
            claim(*at, *id).place.clone(),
            format!("this claim and {others} take precedence for {files}"),
        )
    });
    shown.chain(others).collect()
}
