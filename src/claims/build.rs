use std::sync::Arc;

use bstr::ByteSlice;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Claim, ClaimId, ComponentId};
use crate::{
    config::TeamId,
    inventory::Component,
    pattern::{Pattern, PatternId},
};

/// All claims on one repository, and their patterns.
#[derive(Debug, Default)]
pub struct Claims {
    claims: Vec<Claim>,
    patterns: Vec<Arc<Pattern>>,
    /// The ids of patterns; equal patterns have one id.
    ids: FxHashMap<Arc<Pattern>, PatternId>,
    /// The claims by pattern.
    by_pattern: Vec<Vec<ClaimId>>,
    /// The part of each component in a claim that several components make together.
    parts: FxHashMap<(ClaimId, ComponentId), Claim>,
    /// The patterns of components with claims.
    by_component: FxHashMap<ComponentId, Vec<PatternId>>,
}

impl Claims {
    /// Returns the patterns of a component, the same ones for every claim about it.
    pub(super) fn patterns_of(&mut self, id: ComponentId, component: &Component) -> Vec<PatternId> {
        if let Some(known) = self.by_component.get(&id) {
            return known.clone();
        }
        let parts = component.paths.iter();
        let patterns: Vec<PatternId> = parts
            .map(|part| self.add_pattern(Pattern::literal(part.as_bstr()).into()))
            .collect();
        self.by_component.insert(id, patterns.clone());
        patterns
    }

    pub(super) fn add_pattern(&mut self, pattern: Arc<Pattern>) -> PatternId {
        if let Some(known) = self.ids.get(&pattern) {
            return *known;
        }
        let id = PatternId::try_from(self.patterns.len()).expect("fewer than 2^32 patterns");
        self.ids.insert(Arc::clone(&pattern), id);
        self.patterns.push(pattern);
        self.by_pattern.push(Vec::new());
        id
    }

    /// Returns the id of the claim that is added next.
    pub(super) fn next_id(&self) -> ClaimId {
        ClaimId::try_from(self.claims.len()).expect("fewer than 2^32 claims")
    }

    /// Adds the owners that a further component declares to a claim, which becomes a joint claim.
    pub(super) fn join(&mut self, id: ClaimId, part: Claim) {
        let joint = &mut self.claims[id as usize];
        if let Some(first) = joint.component {
            let first = self.parts.entry((id, first));
            first.or_insert_with(|| joint.clone());
        }
        let owners = &mut joint.owners;
        let new = part.owners.iter().filter(|team| !owners.contains(team));
        let new: Vec<TeamId> = new.copied().collect();
        owners.extend(new);
        if let Some(component) = part.component {
            self.parts.insert((id, component), part);
        }
    }

    pub(super) fn add(&mut self, claim: Claim) {
        let id = self.next_id();
        for pattern in &claim.patterns {
            self.by_pattern[*pattern as usize].push(id);
        }
        self.claims.push(claim);
    }

    /// Returns the claim with this id.
    pub fn get(&self, id: ClaimId) -> &Claim {
        &self.claims[id as usize]
    }

    /// Returns what a claim states about one component: its own part of a joint claim, or else the whole claim.
    pub fn about_component(&self, id: ClaimId, component: ComponentId) -> &Claim {
        let part = self.parts.get(&(id, component));
        part.unwrap_or_else(|| self.get(id))
    }

    /// Returns the claims with these ids, of several alternatives in the braces of an entry only the first.
    pub fn distinct(&self, ids: impl IntoIterator<Item = ClaimId>) -> Vec<(ClaimId, &Claim)> {
        let mut known = FxHashSet::default();
        let claims = ids.into_iter().map(|id| (id, self.get(id)));
        claims
            .filter(|(_, claim)| known.insert(claim.unsplit()))
            .collect()
    }

    /// Returns all claims with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ClaimId, &Claim)> {
        (0..).zip(&self.claims)
    }

    /// Returns all patterns; their positions are their ids.
    pub fn patterns(&self) -> &[Arc<Pattern>] {
        &self.patterns
    }

    /// Returns the claims with this pattern.
    pub fn about(&self, pattern: PatternId) -> &[ClaimId] {
        &self.by_pattern[pattern as usize]
    }
}
