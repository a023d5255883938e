use std::collections::BTreeMap;

use super::{DraftProof, DraftRule, rule::set};
use crate::pattern::{Pattern, escape};

/// Returns rules for the files that have other owners in a draft with these rules, with a higher priority than all of them.
pub fn corrections(proof: &DraftProof, rules: &[DraftRule]) -> Vec<DraftRule> {
    let highest = rules.iter().map(|rule| rule.priority).max();
    let mut by_owners: BTreeMap<_, DraftRule> = BTreeMap::new();
    for difference in &proof.files {
        let owners = set(&difference.expected);
        let rule = by_owners.entry(owners).or_insert_with(|| DraftRule {
            patterns: Vec::new(),
            owners: difference.expected.clone(),
            priority: highest.unwrap_or_default() + 1,
            note: None,
        });
        rule.patterns
            .extend(Pattern::parse(&escape(difference.path.as_ref())));
    }
    by_owners.into_values().collect()
}
