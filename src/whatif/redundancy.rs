//! Redundant claims: claims that can be removed without a change of any verdict.

use std::{cell::OnceCell, sync::Arc};

use bstr::ByteSlice;

use super::{Evaluator, WhatIf};
use crate::{
    claims::{Claim, ClaimId, ClaimSource, Origin},
    config::TeamId,
    pattern::{Language, PatternId, TooComplex},
    resolution::owner_set,
};

/// A claim and the pattern with which it overlaps the tested one.
type Met = (ClaimId, PatternId);

impl WhatIf<'_> {
    /// Returns for each claim whether existing files show that it is needed: without it, some file would have other
    /// owners. Only claims that are paths in the map can be needed.
    pub fn needed_today(&self) -> Vec<bool> {
        let mut needed = vec![false; self.claims.iter().count()];
        let mut resolver = self.evaluator().resolver;
        let mut others: Vec<PatternId> = Vec::new();
        for group in self.resolved.groups() {
            for claim in &group.resolution.winning {
                let it = self.claims.get(*claim);
                let Some(pattern) = self.path_of(it) else {
                    continue;
                };
                if needed[*claim as usize] || self.has_twin(*claim, pattern) {
                    continue;
                }
                others.clear();
                others.extend(group.patterns.iter().filter(|id| **id != pattern));
                let mut about = others.iter().flat_map(|id| self.claims.about(*id));
                let is_same = about.any(|other| self.claims.get(*other).owners == it.owners)
                    && resolver.resolve(&others).is_ok_and(|without| {
                        let with = &group.resolution;
                        (without.verdict, &without.owners) == (with.verdict, &with.owners)
                    });
                needed[*claim as usize] = !is_same;
            }
        }
        needed
    }

    /// Returns whether another claim about the same pattern has the same owners and priority.
    fn has_twin(&self, claim: ClaimId, pattern: PatternId) -> bool {
        let own = self.claims.get(claim);
        let mut about = self.claims.about(pattern).iter();
        about.any(|other| {
            let its = self.claims.get(*other);
            *other != claim
                && its.component.is_none()
                && (&its.owners, its.priority) == (&own.owners, own.priority)
        })
    }

    /// Returns whether another entry of a rule repeats a claim, or would repeat it if the claim had the given owners.
    pub fn is_repeated(&self, claim: ClaimId, owners: &[TeamId]) -> bool {
        let own = self.claims.get(claim);
        let name = |claim: &Claim| {
            claim
                .default_for
                .as_ref()
                .map(|name| Arc::clone(name.text()))
        };
        let mut about = own.patterns[..1]
            .iter()
            .flat_map(|id| self.claims.about(*id));
        about.any(|other| {
            let its = self.claims.get(*other);
            matches!(its.origin, Origin::Rule(_))
                && ClaimSource::of(its) != ClaimSource::of(own)
                && (&its.patterns, its.priority, name(its))
                    == (&own.patterns, own.priority, name(own))
                && owner_set(&its.owners) == owner_set(owners)
        })
    }

    /// Returns the rules that already give the same owners to everything that a path in a rule matches, so that no
    /// verdict would change without it; `None` if one would. Claims for which `removed` returns true don't count.
    ///
    /// # Errors
    /// [`TooComplex`] if this cannot be decided within the limits.
    pub fn makes_redundant(
        &self,
        evaluator: &mut Evaluator<'_>,
        claim: ClaimId,
        removed: impl Fn(ClaimSource) -> bool,
    ) -> Result<Option<Vec<ClaimId>>, TooComplex> {
        let own = self.claims.get(claim);
        let Some(pattern) = self.path_of(own) else {
            return Ok(None);
        };
        // Without this claim, an ownership file could win over the others.
        if self.meets_other_filed(pattern, &own.owners) {
            return Ok(None);
        }
        let is_removed = |id: ClaimId| removed(ClaimSource::of(self.claims.get(id)));
        let mut question = RedundancyTest {
            what_if: self,
            evaluator,
            one: (claim, pattern),
            others: OnceCell::new(),
            is_removed: &is_removed,
        };
        question.answer()
    }
}

/// The test of one claim.
struct RedundancyTest<'q, 'e, 'r> {
    what_if: &'q WhatIf<'r>,
    evaluator: &'q mut Evaluator<'e>,
    one: Met,
    /// The overlapping claims for other owners that are not removed.
    others: OnceCell<Vec<Met>>,
    is_removed: &'q dyn Fn(ClaimId) -> bool,
}

impl RedundancyTest<'_, '_, '_> {
    /// Excludes the paths on which the claim is beaten or another claim gives the same owners, until no path
    /// remains or only this claim gives an owner to some path.
    fn answer(&mut self) -> Result<Option<Vec<ClaimId>>, TooComplex> {
        let what_if = self.what_if;
        let (claim, pattern) = self.one;
        let own = what_if.language(pattern);
        let mut covered: Vec<&Language<'_>> = Vec::new();
        let mut stand_in: Vec<ClaimId> = Vec::new();
        let mut rejected: Vec<ClaimId> = Vec::new();
        while let Some(path) = Language::path(&[own], &covered)? {
            let path = path.as_bstr();
            let resolution = self.evaluator.at(path)?;
            let overridden = resolution.overridden.iter().find(|one| one.claim == claim);
            if let Some(overridden) = overridden
                && !overridden.reason.is_about_owners()
                && !(self.is_removed)(overridden.by)
            {
                covered.extend(what_if.languages_at(overridden.by, path));
                continue;
            }
            let met = resolution.winning.iter().copied();
            let met = met.chain(resolution.overridden.iter().map(|one| one.claim));
            let mut substitutes: Vec<Met> = met
                .filter(|id| !rejected.contains(id) && !(self.is_removed)(*id))
                .filter_map(|id| Some((id, what_if.substitute(claim, id)?)))
                .collect();
            // Prefer a claim that covers everything on its own.
            let is_around = |(_, met): &Met| own.is_within(what_if.language(*met)) != Ok(true);
            substitutes.sort_by_key(|met| (is_around(met), met.0));
            let mut found = None;
            for substitute in substitutes {
                if self.can_stand_in(substitute)? {
                    found = Some(substitute);
                    break;
                }
                rejected.push(substitute.0);
            }
            let Some((id, met)) = found else {
                return Ok(None);
            };
            if own.is_within(what_if.language(met))? {
                return Ok(Some(vec![id]));
            }
            stand_in.push(id);
            covered.push(what_if.language(met));
        }
        let is_covered = own.submodules_are_within(&covered)?;
        Ok((is_covered && !stand_in.is_empty()).then_some(stand_in))
    }

    /// Returns whether `substitute` is at least as strong as the claim against all others, where both match.
    fn can_stand_in(&mut self, substitute: Met) -> Result<bool, TooComplex> {
        let Self {
            what_if,
            evaluator,
            one,
            others,
            is_removed,
        } = self;
        let claims = what_if.claims;
        let owners = &claims.get(one.0).owners;
        let others = others.get_or_init(|| {
            let met = what_if.overlapping(one.1).into_iter();
            let met = met.flat_map(|met| claims.about(met).iter().map(move |id| (*id, met)));
            met.filter(|(id, _)| claims.get(*id).owners != *owners && !is_removed(*id))
                .collect()
        });
        let [own, its] = [one.1, substitute.1].map(|met| what_if.language(met));
        for other in others {
            let language = what_if.language(other.1);
            if !its.meets(language)
                || evaluator.beats(substitute, *other)?
                // Where the claim is beaten, removing it changes nothing.
                || evaluator.beats(*other, *one)?
            {
                continue;
            }
            // An existing conflict remains one.
            let is_open =
                !evaluator.beats(*one, *other)? && !evaluator.beats(*other, substitute)?;
            if !is_open && Language::path(&[own, its, language], &[])?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl WhatIf<'_> {
    /// Returns the pattern of another claim if it is a path in a rule with the same owners in the same order.
    fn substitute(&self, claim: ClaimId, by: ClaimId) -> Option<PatternId> {
        let (own, its) = (self.claims.get(claim), self.claims.get(by));
        let is_same = matches!(its.origin, Origin::Rule(_))
            && ClaimSource::of(its) != ClaimSource::of(own)
            && its.owners == own.owners;
        self.path_of(its).filter(|_| is_same)
    }
}
