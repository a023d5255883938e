//! Potential conflicts: pairs of claims that would conflict on a new file, but on no existing one.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use bstr::{BStr, BString, ByteSlice};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Evaluator, WhatIf};
use crate::{
    claims::{Claim, ClaimId, ClaimSource},
    pattern::{Alternative, Language, Overlaps, PatternId, Relation, TooComplex},
    resolution::{Reason, Resolution, Verdict, agree, owner_set},
};

/// The maximum number of potential conflicts to report for one path in the map.
pub const MOST: usize = 100;

/// The number of potential conflicts of claims with one priority after which the search stops: more of them
/// would not be useful.
const MOST_IN_ALL: usize = 2_000;

/// The number of paths in the map to analyze at once.
const CHUNK: usize = 64;

/// Two claims for different owners, and a path on which they would conflict.
#[derive(Debug, Clone)]
pub struct PotentialConflict {
    /// A path in the map.
    pub one: ClaimId,
    /// Another claim.
    pub other: ClaimId,
    /// A path on which neither would be overridden.
    pub path: BString,
}

/// Two claims for which the analysis exceeds the limits.
#[derive(Debug, Clone, Copy)]
pub struct Undecided {
    /// One claim.
    pub one: ClaimId,
    /// The other claim.
    pub other: ClaimId,
}

impl WhatIf<'_> {
    /// Returns the pairs of a path in the map and another claim that can conflict: neither is more precise, no other
    /// claim settles the overlap, and no existing file is in both. Each pair is reported once, even if a selector
    /// selects many components. Pairs in which neither matches a file are skipped. For one path, at most [`MOST`] are
    /// reported, those that match most files first; the search stops when there are too many in total.
    pub fn potential_conflicts(&self) -> Vec<Result<PotentialConflict, Undecided>> {
        let mut by_priority: BTreeMap<i64, Vec<ClaimId>> = BTreeMap::new();
        // Of ownership files, only the claims on existing files are known.
        let claims = self.claims.iter();
        for (id, claim) in claims.filter(|(_, claim)| claim.filed.is_none()) {
            by_priority.entry(claim.priority).or_default().push(id);
        }
        let by_priority = by_priority.into_values().filter(|equals| equals.len() > 1);
        by_priority.flat_map(|equals| self.among(&equals)).collect()
    }

    fn among(&self, equals: &[ClaimId]) -> Vec<Result<PotentialConflict, Undecided>> {
        let claims = equals.iter().map(|id| (*id, self.claims.get(*id)));
        let mut paths: Vec<(ClaimId, PatternId)> = claims
            .filter_map(|(id, claim)| Some((id, self.path_of(claim)?)))
            .filter(|(_, pattern)| self.is_relevant(*pattern))
            .collect();
        // Two literal paths are equal, one is inside the other, or they don't overlap.
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
        paths.retain(|(id, pattern)| index.is_first(*id, *pattern));
        let mut found = Vec::new();
        // The alternatives in the braces of an entry together, because each pair of entries is reported once.
        let source = |(id, _): &(ClaimId, PatternId)| ClaimSource::of(self.claims.get(*id));
        let entries = paths.chunk_by(|one, other| source(one) == source(other));
        let entries: Vec<&[(ClaimId, PatternId)]> = entries.collect();
        // In chunks, so that the result does not depend on the speed of threads.
        for some in entries.chunks(CHUNK) {
            let of_some = some.par_iter().map_init(
                || self.evaluator(),
                |evaluator, entry| self.of_entry(&index, evaluator, entry),
            );
            found.par_extend(of_some.flatten_iter());
            if found.len() >= MOST_IN_ALL {
                break;
            }
        }
        found
    }

    fn of_entry(
        &self,
        index: &ClaimIndex<'_>,
        evaluator: &mut Evaluator<'_>,
        entry: &[(ClaimId, PatternId)],
    ) -> Vec<Result<PotentialConflict, Undecided>> {
        let mut seen = FxHashSet::default();
        let mut potential_conflicts = Vec::new();
        let conflicts = self.conflicts_of(ClaimSource::of(self.claims.get(entry[0].0)));
        for (one, pattern) in entry.iter().copied() {
            for (other, met) in self.rivals(index, one, pattern) {
                if potential_conflicts.len() == MOST {
                    return potential_conflicts;
                }
                let subject = ClaimSource::of(self.claims.get(other));
                if seen.contains(&subject) || meet(conflicts, self.conflicts_of(subject)) {
                    continue;
                }
                match self.potential_conflict(evaluator, (one, pattern), (other, met)) {
                    Ok(None) => continue,
                    Ok(Some(conflict)) => potential_conflicts.push(Ok(conflict)),
                    Err(TooComplex) => potential_conflicts.push(Err(Undecided { one, other })),
                }
                seen.insert(subject);
            }
        }
        potential_conflicts
    }

    /// Returns whether two sources conflict on an existing file.
    pub fn are_in_conflict(&self, one: ClaimSource, other: ClaimSource) -> bool {
        meet(self.conflicts_of(one), self.conflicts_of(other))
    }

    /// Returns a readable path with the same conflict.
    pub fn readable_conflict(&self, potential_conflict: &PotentialConflict) -> BString {
        let mut evaluator = self.evaluator();
        self.readable(potential_conflict.path.as_bstr(), |path| {
            let patterns = [potential_conflict.one, potential_conflict.other]
                .map(|id| &self.claims.get(id).patterns);
            let mut unintended = patterns
                .into_iter()
                .flatten()
                .filter_map(|id| self.unintended_part(*id));
            let resolution = evaluator.at(path);
            !unintended.any(|pattern| pattern.matches(path, false))
                && resolution
                    .is_ok_and(|it| both_win(&it, potential_conflict.one, potential_conflict.other))
        })
    }

    fn is_literal(&self, pattern: PatternId) -> bool {
        self.claims.patterns()[pattern as usize].is_literal()
    }

    fn alternatives(&self, pattern: PatternId) -> &[Alternative] {
        self.claims.patterns()[pattern as usize].alternatives()
    }

    /// Returns the existing groups of files with conflicting claims from a source.
    fn conflicts_of(&self, subject: ClaimSource) -> &[usize] {
        let all = self.in_conflict.get_or_init(|| {
            let mut all: FxHashMap<ClaimSource, Vec<usize>> = FxHashMap::default();
            let groups = self.resolved.groups().iter().map(|group| &group.resolution);
            let groups = groups.enumerate();
            for (at, group) in groups.filter(|(_, it)| it.verdict == Verdict::Conflicting) {
                for id in group.winning.iter().copied().chain(succeeded(group)) {
                    let conflicts = all.entry(ClaimSource::of(self.claims.get(id))).or_default();
                    if conflicts.last() != Some(&at) {
                        conflicts.push(at);
                    }
                }
            }
            all
        });
        all.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// Returns the claims that overlap a path in the map and might conflict with it, each with the overlapping
    /// pattern, those that match most files first. A pair of two paths is found from one side only.
    fn rivals(
        &self,
        index: &ClaimIndex<'_>,
        one: ClaimId,
        pattern: PatternId,
    ) -> Vec<(ClaimId, PatternId)> {
        let claim = self.claims.get(one);
        // Pairs in which neither matches a file are not relevant yet.
        let overlaps = match self.files_of(pattern) {
            0 => &index.matching,
            _ => &index.all,
        };
        let is_literal = self.is_literal(pattern);
        let mut rivals = Vec::new();
        for met in overlaps.of(&self.claims.patterns()[pattern as usize]) {
            let is_seen_from_there = met < pattern && (is_literal || !self.is_literal(met));
            let is_apart = is_literal && self.alternatives(met) != self.alternatives(pattern);
            if is_seen_from_there || is_apart || !self.is_relevant(met) {
                continue;
            }
            let about = index.about(self, met).iter().copied();
            // Two claims about the same pattern are one pair.
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
        let unintended = [pattern, met].map(|id| self.unintended_part(id));
        let unintended: Vec<Language<'_>> = unintended
            .into_iter()
            .flatten()
            .map(|p| Language::of([p]))
            .collect();
        // Exclude paths on which another claim beats one of them, until a conflict or no path remains.
        let mut settled: Vec<&Language<'_>> = unintended.iter().collect();
        while let Some(path) = Language::path(&both, &settled)? {
            let resolution = evaluator.at(path.as_bstr())?;
            if both_win(&resolution, one, other) {
                return Ok(Some(PotentialConflict { one, other, path }));
            }
            let mut overridden = resolution.overridden.iter();
            let overridden = overridden
                .find(|it| [one, other].contains(&it.claim) && it.reason != Reason::Successor);
            let Some(overridden) = overridden else {
                return Ok(None);
            };
            settled.extend(self.languages_at(overridden.by, path.as_bstr()));
        }
        Ok(None)
    }

    /// Returns the languages of a claim that contain a path.
    pub(super) fn languages_at(&self, claim: ClaimId, path: &BStr) -> Vec<&Language<'_>> {
        let patterns = self.claims.get(claim).patterns.iter();
        let here = patterns.filter(|id| self.claims.pattern(**id).matches(path, false));
        here.map(|pattern| self.language(*pattern)).collect()
    }
}

/// The patterns of claims of one priority.
struct ClaimIndex<'p> {
    all: Overlaps<'p>,
    /// The patterns that match files.
    matching: Overlaps<'p>,
    /// For patterns with very many claims, the first claim for each set of owners; the others would only repeat
    /// it.
    crowded: FxHashMap<PatternId, Vec<ClaimId>>,
}

impl<'p> ClaimIndex<'p> {
    fn new(what_if: &WhatIf<'p>, claims: &[ClaimId]) -> Self {
        let patterns = claims
            .iter()
            .flat_map(|id| &what_if.claims.get(*id).patterns);
        let ids: BTreeSet<PatternId> = patterns.copied().collect();
        let pattern = |id: PatternId| (id, what_if.claims.pattern(id));
        let matching = ids.iter().filter(|id| what_if.files_of(**id) > 0);
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
            matching: Overlaps::new(matching.map(|id| pattern(*id))),
            all: Overlaps::new(ids.iter().map(|id| pattern(*id))),
        }
    }

    /// Returns the claims about a pattern to consider.
    fn about<'f>(&'f self, what_if: &'f WhatIf<'_>, pattern: PatternId) -> &'f [ClaimId] {
        let all = || what_if.claims.about(pattern);
        self.crowded.get(&pattern).map_or_else(all, Vec::as_slice)
    }

    /// Returns whether a claim is one of those to consider for a pattern.
    fn is_first(&self, claim: ClaimId, pattern: PatternId) -> bool {
        let crowd = self.crowded.get(&pattern);
        crowd.is_none_or(|firsts| firsts.binary_search(&claim).is_ok())
    }
}

/// Returns whether two sorted lists have a common element.
fn meet(one: &[usize], other: &[usize]) -> bool {
    let (few, many) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    few.iter().any(|at| many.binary_search(at).is_ok())
}

/// Returns whether two claims conflict. A claim for a retired team conflicts with others like one for its successor.
fn both_win(resolution: &Resolution, one: ClaimId, other: ClaimId) -> bool {
    let wins = |id: ClaimId| {
        resolution.winning.contains(&id) || succeeded(resolution).any(|other| other == id)
    };
    resolution.verdict == Verdict::Conflicting && wins(one) && wins(other)
}

/// Returns the claims for retired teams that claims for their successors override.
fn succeeded(resolution: &Resolution) -> impl Iterator<Item = ClaimId> {
    let overridden = resolution.overridden.iter();
    let succeeded = overridden.filter(|one| one.reason == Reason::Successor);
    succeeded.map(|one| one.claim)
}
