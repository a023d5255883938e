//! What becomes of claims that something stronger has overtaken.

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{Evaluator, WhatIf};
use crate::{
    claims::ClaimId,
    config::TeamId,
    pattern::{Language, PatternId, TooComplex},
    resolution::{Overridden, Reason, owner_set},
};

/// A claim that wins none of the files that it matches.
#[derive(Debug)]
pub struct OverriddenClaim {
    /// What is stronger on them, each once, with on how many files it is; what is so on most of them first.
    pub stronger: Vec<(Overridden, u64)>,
    /// Whether its owners have all the files anyway.
    pub is_said_anyway: bool,
    /// What will come of it; nothing if it is no path of the map.
    pub fate: Option<Prospect>,
}

/// What will come of a claim, whatever files there will be.
#[derive(Debug)]
pub enum Prospect {
    /// It wins a new file of this path.
    Wins(BString),
    /// It wins nothing: everywhere one of these is stronger. Each is told once, with the reason at the
    /// first place.
    NeverWins(Vec<Overridden>),
    /// That can't be decided within the limits.
    Undecided,
}

impl WhatIf<'_> {
    /// What has become of claims that win nothing today.
    pub fn overridden_claims(&self, claims: &[ClaimId]) -> Vec<OverriddenClaim> {
        let positions: FxHashMap<ClaimId, usize> = claims.iter().copied().zip(0..).collect();
        let own: Vec<Vec<TeamId>> = claims
            .iter()
            .map(|claim| owner_set(&self.claims.get(*claim).owners))
            .collect();
        let new = || OverriddenClaim {
            stronger: Vec::new(),
            is_said_anyway: true,
            fate: None,
        };
        let mut all: Vec<OverriddenClaim> = claims.iter().map(|_| new()).collect();
        for group in self.resolved.groups() {
            let owners = owner_set(&group.resolution.owners);
            for overridden in &group.resolution.overridden {
                let Some(at) = positions.get(&overridden.claim) else {
                    continue;
                };
                let overridden_claims = &mut all[*at];
                overridden_claims.is_said_anyway &= owners == own[*at];
                let mut known = overridden_claims.stronger.iter_mut();
                match known.find(|(known, _)| known.by == overridden.by) {
                    Some((_, files)) => *files += group.files,
                    None => overridden_claims.stronger.push((*overridden, group.files)),
                }
            }
        }
        let mut evaluator = self.evaluator();
        for (claim, overridden_claims) in claims.iter().zip(&mut all) {
            overridden_claims
                .stronger
                .sort_by_key(|(it, files)| (std::cmp::Reverse(*files), it.by));
            let fate = self.fate(&mut evaluator, *claim, &overridden_claims.stronger);
            overridden_claims.fate = fate.unwrap_or(Some(Prospect::Undecided));
        }
        all
    }

    /// A path that is easy to read and that a claim wins as well as `path`.
    pub fn readable_win(
        &self,
        evaluator: &mut Evaluator<'_>,
        claim: ClaimId,
        path: &BStr,
    ) -> BString {
        let claimed = &self.claims.get(claim).patterns;
        self.readable(path, |path| {
            // Most names don't fit the claim itself: that is known at once.
            let mut patterns = claimed
                .iter()
                .map(|id| &self.claims.patterns()[*id as usize]);
            if !patterns.any(|pattern| pattern.matches(path, false)) {
                return false;
            }
            let resolution = evaluator.at(path);
            resolution.is_ok_and(|resolution| resolution.winning.contains(&claim))
        })
    }

    fn fate(
        &self,
        evaluator: &mut Evaluator<'_>,
        claim: ClaimId,
        today: &[(Overridden, u64)],
    ) -> Result<Option<Prospect>, TooComplex> {
        let Some(pattern) = self.said_of(self.claims.get(claim)) else {
            return Ok(None);
        };
        let own = self.language(pattern);
        let mut stronger: Vec<Overridden> = Vec::new();
        let mut shade: Vec<&Language<'_>> = Vec::new();
        // What is stronger today mostly is so everywhere, and mostly alone.
        for (overridden, _) in today {
            // Of a component, which of its parts is the stronger one shows where they meet.
            if let Some(met) = self.said_of(self.claims.get(overridden.by))
                && own.is_within(self.language(met))?
                && self.is_for_good(evaluator, overridden, (claim, pattern))?
            {
                return Ok(Some(Prospect::NeverWins(vec![*overridden])));
            }
        }
        while let Some(path) = Language::path(&[own], &shade)? {
            let resolution = evaluator.at(path.as_bstr())?;
            let found = resolution.overridden.iter().find(|one| one.claim == claim);
            let Some(overridden) = found else {
                return Ok(Some(Prospect::Wins(path)));
            };
            if !stronger.iter().any(|known| known.by == overridden.by) {
                stronger.push(*overridden);
            }
            shade.extend(self.languages_at(overridden.by, path.as_bstr()));
        }
        for overridden in &stronger {
            if !self.is_for_good(evaluator, overridden, (claim, pattern))? {
                return Ok(None);
            }
        }
        Ok(Some(Prospect::NeverWins(stronger)))
    }

    /// Whether `below` is overridden wherever it meets what is stronger. A claim for a team below counts
    /// only where it stands itself: where nothing beats it but what beats `below` as well.
    fn is_for_good(
        &self,
        evaluator: &mut Evaluator<'_>,
        overridden: &Overridden,
        below: (ClaimId, PatternId),
    ) -> Result<bool, TooComplex> {
        if overridden.reason != Reason::Descendant {
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
