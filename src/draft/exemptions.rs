use std::collections::BTreeSet;

use super::DraftRule;
use crate::{
    dialects::{Answers, OwnershipLine},
    text::Place,
};

/// Exemptions give way to every line that names owners, also to later ones.
const PRIORITY: i64 = -1;

/// Returns exemptions for the lines without owners that decide about a file, unless a map cannot express their patterns.
pub fn exemptions(entries: &[OwnershipLine], answers: &Answers) -> Vec<DraftRule> {
    let unowned = (0..answers.len()).map(|at| answers.of(at));
    let unowned = unowned.filter(|answer| answer.owners.is_empty());
    let places: BTreeSet<_> = unowned
        .flat_map(|answer| &answer.rules)
        .map(Place::key)
        .collect();
    let deciding = entries
        .iter()
        .filter(|entry| entry.owners.is_empty() && places.contains(&entry.place.key()));
    let exemption = |entry: &OwnershipLine| {
        Some(DraftRule {
            patterns: vec![entry.map_pattern()?],
            owners: Vec::new(),
            priority: PRIORITY,
            note: entry.comment.clone(),
        })
    };
    deciding.filter_map(exemption).collect()
}
