//! The order of claims in which the later one decides.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Ownership, new_files::Kinds};
use crate::{
    claims::ClaimId,
    pattern::{Alternative, PatternId, Step},
    resolution::Verdict,
    text::printable_bytes,
};

/// A claim on the files of one pattern, which becomes a line or several.
pub(super) type PatternClaim = (PatternId, ClaimId);

/// All claims that decide about some file, the weaker before the stronger, and whether that is a file
/// of today.
pub(super) fn sorted(
    ownership: &Ownership<'_>,
    kinds: Option<&Kinds<'_>>,
) -> Vec<(PatternClaim, bool)> {
    let repository = ownership.repository;
    let claims = &repository.claims;
    let decided = || {
        let of_today = repository.resolved.groups().iter();
        let of_today = of_today.map(|group| (&group.patterns, &group.resolution, true));
        let new = kinds.into_iter().flat_map(Kinds::all);
        let new = new.map(|(patterns, resolution)| (patterns, resolution, false));
        of_today.chain(new).filter(|(_, resolution, _)| {
            matches!(resolution.verdict, Verdict::Owned | Verdict::Exempt)
        })
    };
    let meeting = |patterns: &[PatternId]| -> Vec<PatternClaim> {
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
    for (patterns, resolution, is_of_today) in decided() {
        for entry @ (pattern, claim) in meeting(patterns) {
            if !resolution.winning.contains(&claim) {
                continue;
            }
            if is_of_today {
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
        let meeting = meeting(patterns);
        let stands = |entry: &&PatternClaim| resolution.winning.contains(&entry.1);
        for weaker in meeting.iter().filter(|entry| keys.contains_key(entry)) {
            if stands(&weaker) {
                continue;
            }
            for stronger in meeting.iter().filter(stands) {
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
        // In a circle the first one by path goes first; files that this does not fit are told later.
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

/// The directory at the top that a pattern is about.
pub(super) fn area(alternative: &Alternative) -> String {
    match &alternative.steps[..] {
        [Step::Literal(name), _, ..] => printable_bytes(name) + "/",
        [Step::Literal(name)] if alternative.inside => printable_bytes(name) + "/",
        _ => String::new(),
    }
}
