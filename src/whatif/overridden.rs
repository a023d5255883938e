//! Overridden claims: whether they can ever win a file.

use std::collections::hash_map::Entry;

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{Evaluator, WhatIf};
use crate::{
    claims::ClaimId,
    config::TeamId,
    pattern::{Language, PatternId, TooComplex},
    resolution::{Overridden, owner_set},
};

/// A claim that wins none of the files that it matches.
#[derive(Debug)]
pub struct OverriddenClaim {
    /// The stronger claims, each with the number of files on which it wins, most files first.
    pub stronger: Vec<(Overridden, u64)>,
    /// Whether its owners own all of the files anyway.
    pub owners_agree: bool,
    /// Whether it can win a new file; `None` if this is unknown or it is not a path in the map.
    pub prospect: Option<Prospect>,
}

/// Whether a claim can win new files.
#[derive(Debug)]
pub enum Prospect {
    /// It wins a new file with this path.
    Wins(BString),
    /// It never wins: one of these is stronger on every path. Each is listed once, with the reason at its
    /// first path.
    NeverWins(Vec<Overridden>),
    /// This cannot be decided within the limits.
    Undecided,
}

impl WhatIf<'_> {
    /// Analyzes claims that win none of the existing files.
    pub fn overridden_claims(&self, claims: &[ClaimId]) -> Vec<OverriddenClaim> {
        let positions: FxHashMap<ClaimId, usize> = claims.iter().copied().zip(0..).collect();
        let own: Vec<Vec<TeamId>> = claims
            .iter()
            .map(|claim| owner_set(&self.claims.get(*claim).owners))
            .collect();
        let new = || OverriddenClaim {
            stronger: Vec::new(),
            owners_agree: true,
            prospect: None,
        };
        let mut all: Vec<OverriddenClaim> = claims.iter().map(|_| new()).collect();
        // By claim and stronger claim: the position of the latter in the list.
        let mut known: FxHashMap<(usize, ClaimId), usize> = FxHashMap::default();
        for group in self.resolved.groups() {
            let owners = owner_set(&group.resolution.owners);
            for overridden in &group.resolution.overridden {
                let Some(at) = positions.get(&overridden.claim) else {
                    continue;
                };
                let overridden_claims = &mut all[*at];
                overridden_claims.owners_agree &= owners == own[*at];
                let stronger = &mut overridden_claims.stronger;
                match known.entry((*at, overridden.by)) {
                    Entry::Occupied(known) => stronger[*known.get()].1 += group.files,
                    Entry::Vacant(new) => {
                        new.insert(stronger.len());
                        stronger.push((*overridden, group.files));
                    }
                }
            }
        }
        let mut evaluator = self.evaluator();
        for (claim, overridden_claims) in claims.iter().zip(&mut all) {
            overridden_claims
                .stronger
                .sort_by_key(|(it, files)| (std::cmp::Reverse(*files), it.by));
            let prospect = self.prospect(&mut evaluator, *claim, &overridden_claims.stronger);
            overridden_claims.prospect = prospect.unwrap_or(Some(Prospect::Undecided));
        }
        all
    }

    /// Returns a readable path that the claim wins like `path`.
    pub fn readable_win(
        &self,
        evaluator: &mut Evaluator<'_>,
        claim: ClaimId,
        path: &BStr,
    ) -> BString {
        let claimed = &self.claims.get(claim).patterns;
        self.readable(path, |path| {
            // Most names don't match the claim itself, which is quick to check.
            let mut patterns = claimed.iter().map(|id| self.claims.pattern(*id));
            if !patterns.any(|pattern| pattern.matches(path, false)) {
                return false;
            }
            let resolution = evaluator.at(path);
            resolution.is_ok_and(|resolution| resolution.winning.contains(&claim))
        })
    }

    fn prospect(
        &self,
        evaluator: &mut Evaluator<'_>,
        claim: ClaimId,
        today: &[(Overridden, u64)],
    ) -> Result<Option<Prospect>, TooComplex> {
        let Some(pattern) = self.path_of(self.claims.get(claim)) else {
            return Ok(None);
        };
        let own = self.language(pattern);
        let mut stronger: Vec<Overridden> = Vec::new();
        let mut covered: Vec<&Language<'_>> = Vec::new();
        // A claim that is stronger on existing files is mostly stronger everywhere, without others.
        for (overridden, _) in today {
            // For claims about components, the stronger part depends on the path.
            if let Some(met) = self.path_of(self.claims.get(overridden.by))
                && own.is_within(self.language(met))?
                && self.always_wins(evaluator, overridden, (claim, pattern))?
            {
                return Ok(Some(Prospect::NeverWins(vec![*overridden])));
            }
        }
        while let Some(path) = Language::path(&[own], &covered)? {
            let resolution = evaluator.at(path.as_bstr())?;
            let found = resolution.overridden.iter().find(|one| one.claim == claim);
            let Some(overridden) = found else {
                return Ok(Some(Prospect::Wins(path)));
            };
            if !stronger.iter().any(|known| known.by == overridden.by) {
                stronger.push(*overridden);
            }
            covered.extend(self.languages_at(overridden.by, path.as_bstr()));
        }
        // The claim can win a submodule, for which there is no example path.
        if !own.submodules_are_within(&covered)? {
            return Ok(None);
        }
        for overridden in &stronger {
            if !self.always_wins(evaluator, overridden, (claim, pattern))? {
                return Ok(None);
            }
        }
        Ok(Some(Prospect::NeverWins(stronger)))
    }

    /// Returns whether the stronger claim wins wherever it meets `below`. A claim for a descendant or the
    /// successor of a team wins only where no other claim beats it that does not beat `below` as well.
    fn always_wins(
        &self,
        evaluator: &mut Evaluator<'_>,
        overridden: &Overridden,
        below: (ClaimId, PatternId),
    ) -> Result<bool, TooComplex> {
        if !overridden.reason.is_about_owners() {
            return Ok(true);
        }
        let claim = overridden.by;
        for pattern in &self.claims.get(claim).patterns {
            for met in self.overlapping(*pattern) {
                for other in self.claims.about(met) {
                    if *other != claim
                        && evaluator.beats((*other, met), (claim, *pattern))?
                        && !evaluator.beats((*other, met), below)?
                    {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}
