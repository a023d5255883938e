//! What becomes of claims that something stronger has overtaken.

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{Foresight, Oracle};
use crate::{
    claims::ClaimId,
    config::TeamId,
    pattern::{Language, PatternId, TooComplex},
    resolution::{Overruled, Reason, owner_set},
};

/// A claim that wins none of the files that it matches.
#[derive(Debug)]
pub struct Overtaken {
    /// What is stronger on them, each once, with on how many files it is; what is so on most of them first.
    pub stronger: Vec<(Overruled, u64)>,
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
    NeverWins(Vec<Overruled>),
    /// That can't be decided within the limits.
    Undecided,
}

impl Foresight<'_> {
    /// What has become of claims that win nothing today.
    pub fn overtaken(&self, claims: &[ClaimId]) -> Vec<Overtaken> {
        let positions: FxHashMap<ClaimId, usize> = claims.iter().copied().zip(0..).collect();
        let own: Vec<Vec<TeamId>> = claims
            .iter()
            .map(|claim| owner_set(&self.claims.get(*claim).owners))
            .collect();
        let new = || Overtaken {
            stronger: Vec::new(),
            is_said_anyway: true,
            fate: None,
        };
        let mut all: Vec<Overtaken> = claims.iter().map(|_| new()).collect();
        for group in self.resolved.groups() {
            let owners = owner_set(&group.resolution.owners);
            for overruled in &group.resolution.overruled {
                let Some(at) = positions.get(&overruled.claim) else {
                    continue;
                };
                let overtaken = &mut all[*at];
                overtaken.is_said_anyway &= owners == own[*at];
                let mut known = overtaken.stronger.iter_mut();
                match known.find(|(known, _)| known.by == overruled.by) {
                    Some((_, files)) => *files += group.files,
                    None => overtaken.stronger.push((*overruled, group.files)),
                }
            }
        }
        let mut oracle = self.oracle();
        for (claim, overtaken) in claims.iter().zip(&mut all) {
            overtaken
                .stronger
                .sort_by_key(|(it, files)| (std::cmp::Reverse(*files), it.by));
            let fate = self.fate(&mut oracle, *claim, &overtaken.stronger);
            overtaken.fate = fate.unwrap_or(Some(Prospect::Undecided));
        }
        all
    }

    /// A path that is easy to read and that a claim wins as well as `path`.
    pub fn readable_win(&self, oracle: &mut Oracle<'_>, claim: ClaimId, path: &BStr) -> BString {
        let claimed = &self.claims.get(claim).patterns;
        self.readable(path, |path| {
            // Most names don't fit the claim itself: that is known at once.
            let mut patterns = claimed
                .iter()
                .map(|id| &self.claims.patterns()[*id as usize]);
            if !patterns.any(|pattern| pattern.matches(path, false)) {
                return false;
            }
            let resolution = oracle.at(path);
            resolution.is_ok_and(|resolution| resolution.standing.contains(&claim))
        })
    }

    fn fate(
        &self,
        oracle: &mut Oracle<'_>,
        claim: ClaimId,
        today: &[(Overruled, u64)],
    ) -> Result<Option<Prospect>, TooComplex> {
        let Some(pattern) = self.said_of(self.claims.get(claim)) else {
            return Ok(None);
        };
        let own = self.language(pattern);
        let mut stronger: Vec<Overruled> = Vec::new();
        let mut shade: Vec<&Language<'_>> = Vec::new();
        // What is stronger today mostly is so everywhere, and mostly alone.
        for (overruled, _) in today {
            // Of a component, which of its parts is the stronger one shows where they meet.
            if let Some(met) = self.said_of(self.claims.get(overruled.by))
                && own.is_within(self.language(met))?
                && self.is_for_good(oracle, overruled, (claim, pattern))?
            {
                return Ok(Some(Prospect::NeverWins(vec![*overruled])));
            }
        }
        while let Some(path) = Language::path(&[own], &shade)? {
            let resolution = oracle.at(path.as_bstr())?;
            let found = resolution.overruled.iter().find(|one| one.claim == claim);
            let Some(overruled) = found else {
                return Ok(Some(Prospect::Wins(path)));
            };
            if !stronger.iter().any(|known| known.by == overruled.by) {
                stronger.push(*overruled);
            }
            shade.extend(self.languages_at(overruled.by, path.as_bstr()));
        }
        for overruled in &stronger {
            if !self.is_for_good(oracle, overruled, (claim, pattern))? {
                return Ok(None);
            }
        }
        Ok(Some(Prospect::NeverWins(stronger)))
    }

    /// Whether `below` is overruled wherever it meets what is stronger. A claim for a team below counts
    /// only where it stands itself: where nothing beats it but what beats `below` as well.
    fn is_for_good(
        &self,
        oracle: &mut Oracle<'_>,
        overruled: &Overruled,
        below: (ClaimId, PatternId),
    ) -> Result<bool, TooComplex> {
        if overruled.reason != Reason::Descendant {
            return Ok(true);
        }
        let claim = overruled.by;
        for pattern in &self.claims.get(claim).patterns {
            for met in self.overlapping(*pattern) {
                for other in self.claims.about(met) {
                    if *other != claim
                        && oracle.beats((*other, met), (claim, *pattern))?
                        && !oracle.beats((*other, met), below)?
                    {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}
