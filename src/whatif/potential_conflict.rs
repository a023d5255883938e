//! Which claims would both stand on a new file, though no file of today tells.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use bstr::{BStr, BString, ByteSlice};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{ClaimSource, Evaluator, WhatIf};
use crate::{
    claims::{Claim, ClaimId},
    pattern::{Alternative, Language, Overlaps, PatternId, Relation, TooComplex},
    resolution::{Resolution, Verdict, agree, owner_set},
};

/// How many contests of one path are found before the others no longer matter.
pub const MOST: usize = 100;

/// How many contests of claims of one priority are found before a map is too much at odds with itself
/// for more of them to be of use.
const MOST_IN_ALL: usize = 2_000;

/// How many paths of the map are asked about at once.
const PIECE: usize = 64;

/// Two claims for different owners, and a path that they would leave without one.
#[derive(Debug, Clone)]
pub struct PotentialConflict {
    /// A path of the map.
    pub one: ClaimId,
    /// Something else that claims.
    pub other: ClaimId,
    /// Where both would stand.
    pub path: BString,
}

/// Two claims of which it can't be decided within the limits what they have in common.
#[derive(Debug, Clone, Copy)]
pub struct Undecided {
    /// The one.
    pub one: ClaimId,
    /// The other.
    pub other: ClaimId,
}

impl WhatIf<'_> {
    /// The pairs of a path of the map and something else that claims, of which neither is more precise,
    /// that nothing settles where they meet, and that give no file of today to both. Each pair is told
    /// once, however many components a selector names; of one path [`MOST`] are found, beginning with
    /// what matches most files, and none of two that match nothing; in all, no more are looked for than
    /// anybody would read of.
    pub fn potential_conflicts(&self) -> Vec<Result<PotentialConflict, Undecided>> {
        let mut by_priority: BTreeMap<i64, Vec<ClaimId>> = BTreeMap::new();
        for (id, claim) in self.claims.iter() {
            by_priority.entry(claim.priority).or_default().push(id);
        }
        let by_priority = by_priority.into_values().filter(|equals| equals.len() > 1);
        by_priority.flat_map(|equals| self.among(&equals)).collect()
    }

    fn among(&self, equals: &[ClaimId]) -> Vec<Result<PotentialConflict, Undecided>> {
        let claims = equals.iter().map(|id| (*id, self.claims.get(*id)));
        let mut paths: Vec<(ClaimId, PatternId)> = claims
            .filter_map(|(id, claim)| Some((id, self.said_of(claim)?)))
            .filter(|(_, pattern)| self.is_about_something(*pattern))
            .collect();
        // Two literal paths are the same, one inside the other, or have nothing in common.
        let mut literal: FxHashMap<&[Alternative], usize> = FxHashMap::default();
        let is_literal = |(_, pattern): &&(ClaimId, PatternId)| self.is_literal(*pattern);
        for (_, pattern) in paths.iter().filter(is_literal) {
            *literal.entry(self.alternatives(*pattern)).or_default() += 1;
        }
        paths.retain(|(_, pattern)| {
            let same = literal.get(self.alternatives(*pattern));
            same.is_none_or(|same| *same > 1)
        });
        if paths.is_empty() {
            return Vec::new();
        }
        let index = ClaimIndex::new(self, equals);
        paths.retain(|(id, pattern)| index.speaks_for_itself(*id, *pattern));
        let mut found = Vec::new();
        // Piece by piece, so that what is left out in the end does not depend on who is faster.
        for some in paths.chunks(PIECE) {
            let of_some = some.par_iter().map_init(
                || self.evaluator(),
                |evaluator, one| self.of_path(&index, evaluator, *one),
            );
            found.par_extend(of_some.flatten_iter());
            if found.len() >= MOST_IN_ALL {
                break;
            }
        }
        found
    }

    fn of_path(
        &self,
        index: &ClaimIndex<'_>,
        evaluator: &mut Evaluator<'_>,
        (one, pattern): (ClaimId, PatternId),
    ) -> Vec<Result<PotentialConflict, Undecided>> {
        let mut told = FxHashSet::default();
        let mut potential_conflicts = Vec::new();
        let conflicts = self.conflicts_of(ClaimSource::of(self.claims.get(one)));
        for (other, met) in self.rivals(index, one, pattern) {
            if potential_conflicts.len() == MOST {
                break;
            }
            let subject = ClaimSource::of(self.claims.get(other));
            if told.contains(&subject) || meet(conflicts, self.conflicts_of(subject)) {
                continue;
            }
            match self.potential_conflict(evaluator, (one, pattern), (other, met)) {
                Ok(None) => continue,
                Ok(Some(potential_conflict)) => potential_conflicts.push(Ok(potential_conflict)),
                Err(TooComplex) => potential_conflicts.push(Err(Undecided { one, other })),
            }
            told.insert(subject);
        }
        potential_conflicts
    }

    /// Whether two give files of today to different owners.
    pub fn are_in_conflict(&self, one: ClaimSource, other: ClaimSource) -> bool {
        meet(self.conflicts_of(one), self.conflicts_of(other))
    }

    /// A path that is easy to read and shows the same.
    pub fn readable_conflict(&self, potential_conflict: &PotentialConflict) -> BString {
        let mut evaluator = self.evaluator();
        self.readable(potential_conflict.path.as_bstr(), |path| {
            let patterns = [potential_conflict.one, potential_conflict.other]
                .map(|id| &self.claims.get(id).patterns);
            let mut odd = patterns
                .into_iter()
                .flatten()
                .filter_map(|id| self.odd_part(*id));
            let resolution = evaluator.at(path);
            !odd.any(|pattern| pattern.matches(path, false))
                && resolution.is_ok_and(|it| {
                    both_stand(&it, potential_conflict.one, potential_conflict.other)
                })
        })
    }

    fn is_literal(&self, pattern: PatternId) -> bool {
        self.claims.patterns()[pattern as usize].is_literal()
    }

    fn alternatives(&self, pattern: PatternId) -> &[Alternative] {
        self.claims.patterns()[pattern as usize].alternatives()
    }

    /// The groups of files that it and others give to different owners today.
    fn conflicts_of(&self, subject: ClaimSource) -> &[usize] {
        let all = self.in_conflict.get_or_init(|| {
            let mut all: FxHashMap<ClaimSource, Vec<usize>> = FxHashMap::default();
            let groups = self.resolved.groups().iter().map(|group| &group.resolution);
            let groups = groups.enumerate();
            for (at, group) in groups.filter(|(_, it)| it.verdict == Verdict::Conflicting) {
                for id in &group.winning {
                    let conflicts = all
                        .entry(ClaimSource::of(self.claims.get(*id)))
                        .or_default();
                    if conflicts.last() != Some(&at) {
                        conflicts.push(at);
                    }
                }
            }
            all
        });
        all.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// The claims that meet a path of the map and that it might be in conflict with, each with the
    /// pattern with which it does; what matches most files first. A pair of two paths is found from
    /// one side only.
    fn rivals(
        &self,
        index: &ClaimIndex<'_>,
        one: ClaimId,
        pattern: PatternId,
    ) -> Vec<(ClaimId, PatternId)> {
        let claim = self.claims.get(one);
        // Two that match nothing are of no interest yet.
        let overlaps = match self.files_of(pattern) {
            0 => &index.alive,
            _ => &index.all,
        };
        let is_literal = self.is_literal(pattern);
        let mut rivals = Vec::new();
        for met in overlaps.of(&self.claims.patterns()[pattern as usize]) {
            let is_seen_from_there = met < pattern && (is_literal || !self.is_literal(met));
            let is_apart = is_literal && self.alternatives(met) != self.alternatives(pattern);
            if is_seen_from_there || is_apart || !self.is_about_something(met) {
                continue;
            }
            let about = index.about(self, met).iter().copied();
            // Two of one pattern are a pair once.
            let about = about.filter(|id| met != pattern || *id > one);
            let is_rival = |id: &ClaimId| self.are_rivals(claim, self.claims.get(*id));
            rivals.extend(about.filter(is_rival).map(|id| (id, met)));
        }
        rivals.sort_by_key(|(id, met)| (Reverse(self.files_of(*met)), *met, *id));
        rivals
    }

    fn are_rivals(&self, a: &Claim, b: &Claim) -> bool {
        a.priority == b.priority && !agree(&a.owners, &b.owners, self.teams)
    }

    fn potential_conflict(
        &self,
        evaluator: &mut Evaluator<'_>,
        (one, pattern): (ClaimId, PatternId),
        (other, met): (ClaimId, PatternId),
    ) -> Result<Option<PotentialConflict>, TooComplex> {
        let both = [self.language(pattern), self.language(met)];
        match both[0].relation(both[1])? {
            Relation::Overlapping | Relation::Equal => {}
            Relation::Inside | Relation::Around | Relation::Disjoint => return Ok(None),
        }
        let odd = [pattern, met].map(|id| self.odd_part(id));
        let odd: Vec<Language<'_>> = odd
            .into_iter()
            .flatten()
            .map(|p| Language::of([p]))
            .collect();
        // What beats one of them where they meet is left out, until nothing does or nothing is left.
        let mut settled: Vec<&Language<'_>> = odd.iter().collect();
        while let Some(path) = Language::path(&both, &settled)? {
            let resolution = evaluator.at(path.as_bstr())?;
            if both_stand(&resolution, one, other) {
                return Ok(Some(PotentialConflict { one, other, path }));
            }
            let mut overridden = resolution.overridden.iter();
            let Some(overridden) = overridden.find(|it| [one, other].contains(&it.claim)) else {
                return Ok(None);
            };
            settled.extend(self.languages_at(overridden.by, path.as_bstr()));
        }
        Ok(None)
    }

    /// The languages of a claim that hold a path.
    pub(super) fn languages_at(&self, claim: ClaimId, path: &BStr) -> Vec<&Language<'_>> {
        let patterns = self.claims.get(claim).patterns.iter();
        let here = patterns.filter(|id| self.claims.patterns()[**id as usize].matches(path, false));
        here.map(|pattern| self.language(*pattern)).collect()
    }
}

/// The patterns of claims of one priority.
struct ClaimIndex<'p> {
    all: Overlaps<'p>,
    /// Those that match files.
    alive: Overlaps<'p>,
    /// Of those that very many claims are about, the first claim for each set of owners. The others say
    /// the same once more.
    crowded: FxHashMap<PatternId, Vec<ClaimId>>,
}

impl<'p> ClaimIndex<'p> {
    fn new(what_if: &WhatIf<'p>, claims: &[ClaimId]) -> Self {
        let patterns = claims
            .iter()
            .flat_map(|id| &what_if.claims.get(*id).patterns);
        let ids: BTreeSet<PatternId> = patterns.copied().collect();
        let pattern = |id: PatternId| (id, &*what_if.claims.patterns()[id as usize]);
        let alive = ids.iter().filter(|id| what_if.files_of(**id) > 0);
        let about = |id: PatternId| what_if.claims.about(id);
        let crowded = ids.iter().filter(|id| about(**id).len() > MOST);
        let firsts = |id: PatternId| {
            let mut known = FxHashSet::default();
            let mut firsts = about(id).to_vec();
            firsts.retain(|id| {
                let claim = what_if.claims.get(*id);
                let name = claim.default_for.as_ref().map(|name| name.text());
                let patterns = &claim.patterns[..];
                known.insert((claim.priority, owner_set(&claim.owners), patterns, name))
            });
            firsts
        };
        Self {
            crowded: crowded.map(|id| (*id, firsts(*id))).collect(),
            alive: Overlaps::new(alive.map(|id| pattern(*id))),
            all: Overlaps::new(ids.iter().map(|id| pattern(*id))),
        }
    }

    /// The claims about a pattern that are worth a look.
    fn about<'f>(&'f self, what_if: &'f WhatIf<'_>, pattern: PatternId) -> &'f [ClaimId] {
        let all = || what_if.claims.about(pattern);
        self.crowded.get(&pattern).map_or_else(all, Vec::as_slice)
    }

    /// Whether a claim is one of those about a pattern.
    fn speaks_for_itself(&self, claim: ClaimId, pattern: PatternId) -> bool {
        let crowd = self.crowded.get(&pattern);
        crowd.is_none_or(|firsts| firsts.binary_search(&claim).is_ok())
    }
}

/// Whether two sorted lists have something in common.
fn meet(one: &[usize], other: &[usize]) -> bool {
    let (few, many) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    few.iter().any(|at| many.binary_search(at).is_ok())
}

fn both_stand(resolution: &Resolution, one: ClaimId, other: ClaimId) -> bool {
    resolution.verdict == Verdict::Conflicting
        && [one, other]
            .iter()
            .all(|id| resolution.winning.contains(id))
}
