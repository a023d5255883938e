//! Orders claims so that the last match wins.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Ownership, new_files::Kinds};
use crate::{
    claims::ClaimId,
    pattern::{Alternative, PatternId, Step},
    resolution::Verdict,
    text::printable_bytes,
};

/// A claim with one of its patterns; it becomes one or several lines.
pub(super) type PatternClaim = (PatternId, ClaimId);

/// Returns all claims that win for some file, weaker ones before stronger ones, and whether an existing
/// file is among them.
pub(super) fn sorted(
    ownership: &Ownership<'_>,
    kinds: Option<&Kinds<'_>>,
) -> Vec<(PatternClaim, bool)> {
    let repository = ownership.repository;
    let claims = &repository.claims;
    let decided = || {
        let existing = repository.resolved.groups().iter();
        let existing = existing.map(|group| (&group.patterns, &group.resolution, true));
        let new = kinds.into_iter().flat_map(Kinds::all);
        let new = new.map(|(patterns, resolution)| (patterns, resolution, false));
        existing.chain(new).filter(|(_, resolution, _)| {
            matches!(resolution.verdict, Verdict::Owned | Verdict::Exempt)
        })
    };
    let matching = |patterns: &[PatternId]| -> Vec<PatternClaim> {
        let all = patterns.iter().flat_map(|pattern| {
            claims
                .about(*pattern)
                .iter()
                .map(|claim| (*pattern, *claim))
        });
        all.collect()
    };
    let mut keys: BTreeMap<PatternClaim, (String, String)> = BTreeMap::new();
    let mut needed: FxHashSet<PatternClaim> = FxHashSet::default();
    for (patterns, resolution, is_existing) in decided() {
        for entry @ (pattern, claim) in matching(patterns) {
            if !resolution.winning.contains(&claim) {
                continue;
            }
            if is_existing {
                needed.insert(entry);
            }
            keys.entry(entry).or_insert_with(|| {
                let pattern = &claims.patterns()[pattern as usize];
                let area = pattern.alternatives().first().map(area);
                (area.unwrap_or_default(), pattern.text().to_string())
            });
        }
    }
    let mut before: FxHashMap<PatternClaim, FxHashSet<PatternClaim>> = FxHashMap::default();
    let mut after: FxHashMap<PatternClaim, Vec<PatternClaim>> = FxHashMap::default();
    for (patterns, resolution, _) in decided() {
        let matching = matching(patterns);
        let wins = |entry: &&PatternClaim| resolution.winning.contains(&entry.1);
        for weaker in matching.iter().filter(|entry| keys.contains_key(entry)) {
            if wins(&weaker) {
                continue;
            }
            for stronger in matching.iter().filter(wins) {
                if before.entry(*stronger).or_default().insert(*weaker) {
                    after.entry(*weaker).or_default().push(*stronger);
                }
            }
        }
    }
    let key = |entry: &PatternClaim| (keys[entry].clone(), *entry);
    let mut waiting: BTreeSet<PatternClaim> = keys.keys().copied().collect();
    let mut ready: BTreeSet<_> = waiting
        .iter()
        .filter(|entry| !before.contains_key(entry))
        .map(key)
        .collect();
    let mut order = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        // In a cycle, the first one by path goes first; wrong owners are reported later.
        let next = ready.pop_first().map(|(_, entry)| entry);
        let next = next.or_else(|| waiting.iter().min_by_key(|entry| key(entry)).copied());
        let Some(entry) = next else {
            break;
        };
        if !waiting.remove(&entry) {
            continue;
        }
        order.push((entry, needed.contains(&entry)));
        for stronger in after.remove(&entry).unwrap_or_default() {
            if let Some(rest) = before.get_mut(&stronger) {
                rest.remove(&entry);
                if rest.is_empty() && waiting.contains(&stronger) {
                    ready.insert(key(&stronger));
                }
            }
        }
    }
    order
}

/// Returns the top-level directory of a pattern, with a final `/`; empty if it has none.
pub(super) fn area(alternative: &Alternative) -> String {
    match &alternative.steps[..] {
        [Step::Literal(name), _, ..] => printable_bytes(name) + "/",
        [Step::Literal(name)] if alternative.inside => printable_bytes(name) + "/",
        _ => String::new(),
    }
}
