use std::collections::BTreeMap;

use super::{
    Check, Context, Properties,
    map_entry::{EntryTarget, MapEntry, mix},
};
use crate::{
    advice::Advice,
    claims::{Claim, ClaimSource},
    finding::{Finding, Related, Severity},
    pattern::{Language, Pattern, Relation},
    resolution::{ResolvedRepository, owner_set},
    text::quoted_in_brief,
};

pub(super) const CHECK: Check = Check {
    name: "duplicate-rule",
    severity: Severity::Warning,
    summary: "Two rule entries match the same paths and have the same owners.",
    what: "Both entries match exactly the same existing and future paths, although they may be \
written differently: for example, `modules/kafka/` and `modules/kafka/**`. A rule for all \
repositories can also duplicate a rule for one repository.",
    why: "If you change only one of the two entries, the change either has no effect or makes the \
          entries conflict.",
    impact: "Changing only one of the entries has no effect or causes a conflict.",
    fix: "Remove one of the two entries.",
    example: "\
rules:
  - paths: [modules/kafka/]
    owner: observability
  - paths: [\"modules/kafka/**\"]       # a duplicate
    owner: observability",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    duplicates(context)
        .into_iter()
        .map(|(entry, first)| {
            let message = format!(
                "{} is a duplicate of {}",
                quoted_in_brief(entry.text()),
                quoted_in_brief(first.text())
            );
            let mut subject = [entry.text(), first.text()];
            subject.sort_unstable();
            Finding {
                subject: subject.join("\n"),
                teams: context.teams(entry.owners(context.repositories)),
                label: "duplicate entry".to_owned(),
                advice: vec![Advice::edit(
                    "remove one of the two entries",
                    entry.removal(context.map),
                )],
                related: vec![Related::new(first.place.clone(), "other entry")],
                ..entry.finding(context, &CHECK, message)
            }
        })
        .collect()
}

/// Returns the duplicate entries of rules in the order of the map, each with the entry that it duplicates.
/// Unmatched entries are excluded, because other checks report them.
pub(super) fn duplicates<'e, 'c>(
    context: &'e Context<'c>,
) -> Vec<(&'e MapEntry<'c>, &'e MapEntry<'c>)> {
    let mut first_of: BTreeMap<ClaimSource, (&MapEntry<'_>, &MapEntry<'_>)> = BTreeMap::new();
    for (at, repository) in context.repositories() {
        // Duplicates match the same files, so only such entries are compared.
        let matched = matched(repository);
        let rules = context.entries().iter().enumerate();
        let rules = rules.filter(|(_, entry)| entry.is_of_rule() && !entry.is_unmatched());
        let mut alike: Vec<(u64, usize)> = rules
            .filter_map(|(position, entry)| {
                let mut claims = claims(entry, at, repository).peekable();
                claims.peek()?;
                let patterns = claims.flat_map(|claim| &claim.patterns);
                let likeness = patterns.fold(0, |all, id| mix(all, matched[*id as usize]));
                // The order of alternatives in braces does not matter.
                let likeness = entry.matched.get(&at).map_or(likeness, |all| mix(0, *all));
                Some((likeness, position))
            })
            .collect();
        // The entry that the others are compared with does not depend on the order of the map.
        let text = |position: usize| context.entries()[position].text();
        alike.sort_unstable_by(|(one, a), (other, b)| {
            one.cmp(other)
                .then_with(|| (text(*a), a).cmp(&(text(*b), b)))
        });
        for alike in alike.chunk_by(|(one, _), (other, _)| one == other) {
            let mut firsts: Vec<&MapEntry<'_>> = Vec::new();
            for (_, position) in alike {
                let entry = &context.entries()[*position];
                let is_same = |first: &&&MapEntry<'_>| {
                    have_same_owners(first, entry, at, repository) && match_the_same(first, entry)
                };
                match firsts.iter().find(is_same) {
                    Some(first) => {
                        first_of.entry(entry.subject).or_insert((entry, first));
                    }
                    None => firsts.push(entry),
                }
            }
        }
    }
    first_of.into_values().collect()
}

/// Returns the claims of an entry in one repository.
fn claims<'r>(
    entry: &MapEntry<'_>,
    at: usize,
    repository: &'r ResolvedRepository,
) -> impl Iterator<Item = &'r Claim> {
    let here = entry.claims.iter().filter(move |(of, _)| *of == at);
    here.map(|(_, id)| repository.claims.get(*id))
}

/// Returns whether two entries have the same owners and the same priority.
fn have_same_owners(
    one: &MapEntry<'_>,
    other: &MapEntry<'_>,
    at: usize,
    repository: &ResolvedRepository,
) -> bool {
    let key = |entry| {
        let claim = claims(entry, at, repository).next();
        claim.map(|claim| (owner_set(&claim.owners), claim.priority))
    };
    key(one) == key(other)
}

/// Returns, for each pattern, a hash of the files that it matches.
fn matched(repository: &ResolvedRepository) -> Vec<u64> {
    let mut matched = vec![0u64; repository.claims.patterns().len()];
    for (id, group) in (1..).zip(repository.resolved.groups()) {
        for pattern in &group.patterns {
            // Those of ownership files come after those of the map.
            if let Some(so_far) = matched.get_mut(*pattern as usize) {
                *so_far = mix(*so_far, id);
            }
        }
    }
    matched
}

fn match_the_same(one: &MapEntry<'_>, other: &MapEntry<'_>) -> bool {
    let patterns: Option<[&Pattern; 2]> = match (one.target, other.target) {
        (EntryTarget::Path(one), EntryTarget::Path(other)) => Some([one, other]),
        (EntryTarget::Selector(one), EntryTarget::Selector(other)) if one.kind == other.kind => {
            Some([&one.name, &other.name])
        }
        _ => None,
    };
    patterns.is_some_and(|[one, other]| {
        let relation = Language::of([one]).relation(&Language::of([other]));
        relation == Ok(Relation::Equal)
    })
}
