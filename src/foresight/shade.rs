//! What becomes of claims that something stronger has overtaken.

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{Foresight, Oracle};
use crate::{
    claims::ClaimId,
    pattern::{Language, PatternId, TooComplex},
    resolution::{Overruled, Reason},
};

/// A claim that wins none of the files that it matches.
#[derive(Debug, Default)]
pub struct Overtaken {
    /// What wins them, each once, with how many files it does; what wins most of them first.
    pub winners: Vec<(Overruled, u64)>,
    /// What will come of it; nothing if it is no path of the map.
    pub fate: Option<Fate>,
}

/// What will come of a claim, whatever files there will be.
#[derive(Debug)]
pub enum Fate {
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
        let mut all: Vec<Overtaken> = claims.iter().map(|_| Overtaken::default()).collect();
        for group in self.resolved.groups() {
            for overruled in &group.resolution.overruled {
                let Some(at) = positions.get(&overruled.claim) else {
                    continue;
                };
                let winners = &mut all[*at].winners;
                match winners
                    .iter_mut()
                    .find(|(known, _)| known.by == overruled.by)
                {
                    Some((_, files)) => *files += group.files,
                    None => winners.push((*overruled, group.files)),
                }
            }
        }
        let mut oracle = self.oracle();
        for (claim, overtaken) in claims.iter().zip(&mut all) {
            overtaken
                .winners
                .sort_by_key(|(it, files)| (std::cmp::Reverse(*files), it.by));
            let fate = self.fate(&mut oracle, *claim, &overtaken.winners);
            overtaken.fate = fate.unwrap_or(Some(Fate::Undecided));
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
        winners: &[(Overruled, u64)],
    ) -> Result<Option<Fate>, TooComplex> {
        let Some(pattern) = self.said_of(self.claims.get(claim)) else {
            return Ok(None);
        };
        let own = self.language(pattern);
        let mut stronger: Vec<Overruled> = Vec::new();
        let mut shade: Vec<&Language<'_>> = Vec::new();
        // What wins today mostly wins everywhere, and mostly alone.
        for (winner, _) in winners {
            // Of a component, which of its parts is the stronger one shows where they meet.
            if let Some(pattern) = self.said_of(self.claims.get(winner.by))
                && own.is_within(self.language(pattern))?
            {
                stronger.push(*winner);
                break;
            }
        }
        let is_alone = !stronger.is_empty();
        while !is_alone && let Some(path) = Language::path(&[own], &shade)? {
            let resolution = oracle.at(path.as_bstr())?;
            let found = resolution.overruled.iter().find(|one| one.claim == claim);
            let Some(overruled) = found else {
                return Ok(Some(Fate::Wins(path)));
            };
            if !stronger.iter().any(|known| known.by == overruled.by) {
                stronger.push(*overruled);
            }
            shade.extend(self.languages_at(overruled.by, path.as_bstr()));
        }
        // A claim for a team below counts only where it stands itself.
        let of_descendants = stronger
            .iter()
            .filter(|overruled| overruled.reason == Reason::Descendant);
        for overruled in of_descendants {
            if !self.stands_over(oracle, overruled.by, (claim, pattern))? {
                return Ok(None);
            }
        }
        Ok(Some(Fate::NeverWins(stronger)))
    }

    /// Whether a claim is beaten by nothing but what beats `below` as well.
    fn stands_over(
        &self,
        oracle: &mut Oracle<'_>,
        claim: ClaimId,
        below: (ClaimId, PatternId),
    ) -> Result<bool, TooComplex> {
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
