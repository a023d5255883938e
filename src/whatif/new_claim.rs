//! Claims that do not exist yet: whether they would conflict with others.

use std::cmp::Ordering;

use bstr::ByteSlice;

use super::{Evaluator, WhatIf};
use crate::{
    claims::{Claim, ClaimId, ClaimSource},
    config::{TeamId, Teams},
    pattern::{Language, Pattern, PatternId, Relation, TooComplex},
    resolution::agree,
};

/// A claim about paths or one component that somebody may add.
#[derive(Debug)]
pub struct NewClaim<'n> {
    /// Its patterns.
    pub patterns: &'n [Pattern],
    /// Its owners; empty if they are unknown, so that they may differ from the owners of any other claim.
    pub owners: &'n [TeamId],
    /// The claims that it replaces.
    pub replaced: &'n [ClaimSource],
}

impl NewClaim<'_> {
    /// Returns whether it has the same owners as another claim, or owners that do not contradict them.
    pub fn agrees(&self, other: &Claim, teams: &Teams) -> bool {
        !self.owners.is_empty() && agree(&other.owners, self.owners, teams)
    }
}

impl WhatIf<'_> {
    /// Returns the highest priority, but none above 0, with which a new claim would conflict with no other claim.
    pub fn free_priority(&self, new: &NewClaim<'_>) -> i64 {
        let mut priorities = (i64::MIN..=0).rev();
        let free = priorities.find(|priority| self.rival(new, *priority).is_none());
        free.unwrap_or_default()
    }

    /// Returns a claim with which a new claim of the same priority would conflict, on existing or new files. Claims that
    /// are too complex to compare count as well.
    pub fn rival(&self, new: &NewClaim<'_>, priority: i64) -> Option<ClaimId> {
        let mut evaluator = None;
        for pattern in new.patterns {
            for met in self.overlaps().of(pattern) {
                let is_apart = || {
                    let other = &self.claims.patterns()[met as usize];
                    pattern.is_literal()
                        && other.is_literal()
                        && pattern.alternatives() != other.alternatives()
                };
                // Most claims have another priority or the same owners, which is quick to check.
                let mut about = self.claims.about(met).iter().copied().filter(|id| {
                    let claim = self.claims.get(*id);
                    claim.priority == priority
                        && !new.agrees(claim, self.teams)
                        && !new.replaced.contains(&ClaimSource::of(claim))
                });
                let Some(first) = about.next().filter(|_| !is_apart()) else {
                    continue;
                };
                if !self.is_relevant(met) {
                    continue;
                }
                for id in std::iter::once(first).chain(about) {
                    let evaluator = evaluator.get_or_insert_with(|| self.evaluator());
                    if self.conflict(evaluator, new, pattern, (id, met)) != Ok(false) {
                        return Some(id);
                    }
                }
            }
        }
        None
    }

    /// Returns whether a new claim and another one of the same priority would conflict on a path that `pattern` and
    /// `met` match.
    fn conflict(
        &self,
        evaluator: &mut Evaluator<'_>,
        new: &NewClaim<'_>,
        pattern: &Pattern,
        (other, met): (ClaimId, PatternId),
    ) -> Result<bool, TooComplex> {
        let claim = self.claims.get(other);
        let both = [&Language::of([pattern]), self.language(met)];
        match both[0].relation(both[1])? {
            Relation::Overlapping => {}
            Relation::Equal => {
                let whole = Language::of(new.patterns).relation(&self.whole(claim))?;
                let is_ordered = matches!(whole, Relation::Inside | Relation::Around);
                if is_ordered || claim.default_for.is_some() {
                    return Ok(false);
                }
            }
            Relation::Inside | Relation::Around | Relation::Disjoint => return Ok(false),
        }
        let unintended = self.unintended_part_of(pattern);
        let unintended = unintended.iter().chain(self.unintended_part(met));
        let unintended: Vec<Language<'_>> = unintended.map(|part| Language::of([part])).collect();
        // Exclude paths on which another claim beats one of them, until a conflict or no path remains.
        let mut settled: Vec<&Language<'_>> = unintended.iter().collect();
        while let Some(path) = Language::path(&both, &settled)? {
            let path = path.as_bstr();
            let resolution = evaluator.at(path)?;
            let relation =
                |id: ClaimId| self.relation(both[0], claim.priority, self.claims.get(id));
            let overridden = resolution.overridden.iter();
            let mut all = overridden
                .clone()
                .map(|it| it.claim)
                .chain(resolution.winning.iter().copied());
            let stronger = all.find(|id| relation(*id) == Ok(Relation::Around));
            let overridden = || overridden.clone().find(|it| it.claim == other);
            let by = stronger.or_else(|| match overridden()? {
                // The more precise team does not win if the new claim beats its claim.
                it if it.reason.is_about_owners() => {
                    let mut winning = resolution.winning.iter().copied();
                    winning.find(|id| {
                        let owners = &self.claims.get(*id).owners;
                        agree(owners, &claim.owners, self.teams)
                            && relation(*id) != Ok(Relation::Inside)
                    })
                }
                it => Some(it.by),
            });
            match by {
                Some(by) => settled.extend(self.languages_at(by, path)),
                None => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Returns whether an existing claim beats a new one with priority 0 where both match.
    pub fn beats(&self, id: ClaimId, new: &NewClaim<'_>) -> bool {
        self.relation(&Language::of(new.patterns), 0, self.claims.get(id)) == Ok(Relation::Around)
    }

    /// Returns how a new claim with this language and priority relates to an existing claim. It counts as inside a claim
    /// that has a lower priority, and around one that has a higher priority.
    fn relation(
        &self,
        language: &Language<'_>,
        priority: i64,
        other: &Claim,
    ) -> Result<Relation, TooComplex> {
        match priority.cmp(&other.priority) {
            Ordering::Less => Ok(Relation::Around),
            Ordering::Equal => language.relation(&self.whole(other)),
            Ordering::Greater => Ok(Relation::Inside),
        }
    }

    fn whole(&self, claim: &Claim) -> Language<'_> {
        let patterns = claim.patterns.iter();
        Language::of(patterns.map(|id| self.claims.pattern(*id)))
    }
}
