//! Orders the patterns of the map so that the last match wins, for every path that may ever exist.
//!
//! A line is written for each pattern whose claim wins on the paths that no narrower pattern matches. The lines are
//! sorted by priority. Among those with the same priority, a pattern comes after the patterns that contain it, and
//! after overlapping ones with less precise owners. These are the reasons why one claim beats another, so the last
//! line that matches a path has the owners that the map assigns, for any combination of matching patterns:
//! combinations need not be examined.
//!
//! Claims on components with several overlapping paths are the exception, because they are compared by all paths that
//! match. Paths on which two such patterns match are samples for the comparison with the map.

use std::{collections::BTreeSet, sync::Arc};

use bstr::BString;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Ownership;
use crate::{
    claims::ClaimId,
    config::TeamId,
    pattern::{
        Alternative, Extent, Language, Overlaps, Pattern, PatternId, Step, TooComplex, Walker,
    },
    resolution::{Resolution, Resolver, Verdict, more_precise, owner_set},
    text::printable_bytes,
};

/// The maximum number of pairs of overlapping patterns to compare for their owners.
const MAX_PAIRS: usize = 2_000_000;

/// The maximum number of pairs of overlapping paths of components that become samples.
const MAX_SAMPLES: usize = 1_000;

/// The number of patterns per parallel task.
const PATTERNS_OF_A_PART: usize = 256;

/// The patterns of the map in the order of their lines.
#[derive(Debug)]
pub(super) struct Order<'o> {
    /// The patterns, weaker ones first.
    pub patterns: Vec<OrderedPattern>,
    /// The patterns in the map by [`PatternId`], and the language of each.
    in_map: &'o [Arc<Pattern>],
    languages: Vec<Language<'o>>,
    /// Paths on which the order may be wrong.
    pub samples: Vec<BString>,
    /// Whether the order is right for all other paths.
    pub is_complete: bool,
}

/// A pattern with the claim that wins on the paths that no narrower pattern matches.
#[derive(Debug)]
pub(super) struct OrderedPattern {
    /// The pattern.
    pub pattern: PatternId,
    /// The claim.
    pub claim: ClaimId,
    /// The owners, primary owner first; empty if the files have no owner.
    pub owners: Vec<TeamId>,
    /// Whether it decides about an existing file.
    pub is_needed: bool,
    /// The positions of the patterns that contain it, sorted.
    pub around: Vec<usize>,
    /// The positions of the patterns that it contains.
    pub inside: Vec<usize>,
}

/// What the map says about a pattern.
#[derive(Default)]
struct Found {
    /// The patterns that contain it, sorted. This includes itself and equal ones.
    around: Vec<PatternId>,
    /// The resolution where only these patterns match; `None` if the claims cannot be compared.
    resolution: Option<Resolution>,
    /// Whether all patterns around it are known.
    is_sure: bool,
}

impl<'o> Order<'o> {
    /// Orders the patterns of the map.
    pub fn new(ownership: &Ownership<'o>) -> Self {
        let repository = ownership.repository;
        let claims = &repository.claims;
        let patterns = claims.patterns();
        let languages: Vec<Language<'_>> = patterns
            .iter()
            .map(|pattern| Language::of([&**pattern]))
            .collect();
        let found = around_each(ownership, &languages);
        let needed = needed(ownership);
        let is_equal = |one: PatternId, other: PatternId| {
            let around = |one: PatternId, other| found[one as usize].around.binary_search(&other);
            around(one, other).is_ok() && around(other, one).is_ok()
        };
        let mut is_complete = true;
        let mut chosen: Vec<OrderedPattern> = Vec::new();
        // By pattern, the position in `chosen` of the line with the same paths.
        let mut line_of: FxHashMap<PatternId, usize> = FxHashMap::default();
        for (found, pattern) in found.iter().zip(0..) {
            let equal: Vec<PatternId> = (found.around.iter().copied())
                .filter(|other| is_equal(pattern, *other))
                .collect();
            if equal.first() != Some(&pattern) {
                continue;
            }
            is_complete &= found.is_sure && found.resolution.is_some();
            let of_equal = || {
                equal.iter().flat_map(|one| {
                    let about = claims.about(*one).iter();
                    about.map(move |claim| (*one, *claim))
                })
            };
            // A claim that also contains these paths by a wider pattern says nothing more here.
            let about = || {
                of_equal().filter(|(_, claim)| {
                    let mut others = claims.get(*claim).patterns.iter();
                    !others.any(|it| !equal.contains(it) && found.around.binary_search(it).is_ok())
                })
            };
            let decided = found.resolution.as_ref().filter(|resolution| {
                matches!(resolution.verdict, Verdict::Owned | Verdict::Exempt)
            });
            let winner = match (decided, &found.resolution) {
                (Some(resolution), _) => {
                    let winner = about().find(|(_, claim)| resolution.winning.contains(claim));
                    winner.map(|winner| (winner, resolution.owners.clone()))
                }
                // Narrower patterns of the same claim can still decide.
                (None, Some(_)) => about()
                    .find(|winner| needed.contains(winner))
                    .map(|winner| (winner, claims.get(winner.1).owners.clone())),
                (None, None) => about()
                    .max_by_key(|(_, claim)| claims.get(*claim).priority)
                    .map(|winner| (winner, claims.get(winner.1).owners.clone())),
            };
            let Some(((pattern, claim), owners)) = winner else {
                continue;
            };
            line_of.extend(equal.iter().map(|one| (*one, chosen.len())));
            chosen.push(OrderedPattern {
                pattern,
                claim,
                owners,
                is_needed: of_equal().any(|one| needed.contains(&one)),
                around: Vec::new(),
                inside: Vec::new(),
            });
        }
        for (at, one) in chosen.iter_mut().enumerate() {
            let around = found[one.pattern as usize].around.iter();
            let around = around.filter_map(|other| line_of.get(other).copied());
            one.around = around.filter(|other| *other != at).collect();
            one.around.sort_unstable();
            one.around.dedup();
        }
        let mut order = Self {
            patterns: chosen,
            in_map: patterns,
            languages,
            samples: Vec::new(),
            is_complete,
        };
        order.sample_components(ownership);
        order.sort(ownership);
        order
    }

    /// Adds paths on which several patterns of one claim match, none of which contains the other.
    fn sample_components(&mut self, ownership: &Ownership<'o>) {
        let claims = &ownership.repository.claims;
        let mut seen: FxHashSet<&[PatternId]> = FxHashSet::default();
        for (_, claim) in claims.iter() {
            if claim.patterns.len() < 2 || !seen.insert(&claim.patterns) {
                continue;
            }
            let index = Overlaps::new(claim.patterns.iter().map(|id| (*id, claims.pattern(*id))));
            for one in &claim.patterns {
                for other in index.of(&claims.patterns()[*one as usize]) {
                    if other <= *one {
                        continue;
                    }
                    let both = [one, &other].map(|id| &self.languages[*id as usize]);
                    let is_inside = |a: &Language<'_>, b: &Language<'_>| a.is_within(b) == Ok(true);
                    if is_inside(both[0], both[1]) || is_inside(both[1], both[0]) {
                        continue;
                    }
                    if self.samples.len() == MAX_SAMPLES {
                        self.is_complete = false;
                        return;
                    }
                    match ownership.new_path(&both, &[]) {
                        Ok(path) => self.samples.extend(path),
                        Err(_) => self.is_complete = false,
                    }
                }
            }
        }
    }

    /// Sorts the patterns, those with equal priority by area and text as far as precedence allows.
    fn sort(&mut self, ownership: &Ownership<'o>) {
        let claims = &ownership.repository.claims;
        let priority = |one: &OrderedPattern| claims.get(one.claim).priority;
        let priorities: Vec<i64> = self.patterns.iter().map(priority).collect();
        let mut stronger: Vec<Vec<usize>> = vec![Vec::new(); self.patterns.len()];
        for (one, at) in self.patterns.iter().zip(0..) {
            for around in &one.around {
                if priorities[*around] == priorities[at] {
                    stronger[*around].push(at);
                }
            }
        }
        for (weak, strong) in self.by_owners(ownership, &priorities) {
            stronger[weak].push(strong);
        }
        let mut weaker = vec![0_usize; self.patterns.len()];
        for at in stronger.iter().flatten() {
            weaker[*at] += 1;
        }
        let keys: Vec<(i64, String, &str)> = self
            .patterns
            .iter()
            .zip(&priorities)
            .map(|(one, priority)| {
                let pattern = &claims.patterns()[one.pattern as usize];
                let area = pattern.alternatives().first().map(area);
                (*priority, area.unwrap_or_default(), &**pattern.text())
            })
            .collect();
        let key = |at: usize| (&keys[at], at);
        let mut waiting: BTreeSet<_> = (0..self.patterns.len()).map(key).collect();
        let mut ready: BTreeSet<_> = (waiting.iter().copied())
            .filter(|(_, at)| weaker[*at] == 0)
            .collect();
        let mut order = Vec::with_capacity(self.patterns.len());
        let mut is_placed = vec![false; self.patterns.len()];
        while let Some(first) = waiting.first() {
            // In a cycle of less precise owners, the first one by path goes first.
            let next = ready.pop_first().unwrap_or(*first);
            waiting.remove(&next);
            let (_, at) = next;
            order.push(at);
            is_placed[at] = true;
            for strong in &stronger[at] {
                weaker[*strong] -= 1;
                if is_placed[*strong] {
                    let both = [at, *strong].map(|at| self.language(at));
                    let path = ownership.new_path(&both, &[]);
                    self.samples.extend(path.ok().flatten());
                    self.is_complete = false;
                } else if weaker[*strong] == 0 {
                    ready.insert(key(*strong));
                }
            }
        }
        let mut position = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            position[*old] = new;
        }
        let mut unsorted: Vec<Option<OrderedPattern>> = std::mem::take(&mut self.patterns)
            .into_iter()
            .map(Some)
            .collect();
        self.patterns = order.iter().filter_map(|at| unsorted[*at].take()).collect();
        for one in &mut self.patterns {
            for around in &mut one.around {
                *around = position[*around];
            }
            one.around.sort_unstable();
        }
        for at in 0..self.patterns.len() {
            for around in self.patterns[at].around.clone() {
                self.patterns[around].inside.push(at);
            }
        }
    }

    /// Returns pairs of overlapping patterns of the same priority, of which the second has more precise owners and
    /// neither contains the other.
    fn by_owners(&mut self, ownership: &Ownership<'o>, priorities: &[i64]) -> Vec<(usize, usize)> {
        let teams = ownership.teams();
        let mut sets: FxHashMap<Vec<TeamId>, Vec<usize>> = FxHashMap::default();
        for (one, at) in self.patterns.iter().zip(0..) {
            sets.entry(owner_set(&one.owners)).or_default().push(at);
        }
        // Only a retired team has a successor, and only a team with a parent is more precise.
        let is_retired = |team: &TeamId| teams.successor(*team) != *team;
        let is_precise =
            |team: &TeamId| is_retired(team) || teams.ancestors(*team).next().is_some();
        let mut coarse: Vec<(&Vec<TeamId>, &Vec<usize>)> = sets
            .iter()
            .filter(|(owners, _)| !owners.is_empty())
            .collect();
        coarse.sort_unstable();
        let (mut pairs, mut left) = (Vec::new(), MAX_PAIRS);
        for (owners, of_coarse) in &coarse {
            let finer = coarse.iter().filter(|(finer, _)| {
                let is_possible = owners.iter().any(is_retired) || finer.iter().any(is_precise);
                is_possible && more_precise(owners, finer, teams).is_some()
            });
            let mut finer = finer.flat_map(|(_, at)| at.iter().copied()).peekable();
            if finer.peek().is_none() {
                continue;
            }
            let index = of_coarse.iter();
            let index = index.map(|at| (*at as PatternId, self.pattern(*at)));
            let index = Overlaps::new(index);
            for fine in finer {
                for weak in index.of(self.pattern(fine)) {
                    let weak = weak as usize;
                    if left == 0 {
                        self.is_complete = false;
                        return pairs;
                    }
                    left -= 1;
                    let is_around = |one: usize, other: usize| {
                        self.patterns[one].around.binary_search(&other).is_ok()
                    };
                    let is_nested = is_around(weak, fine) || is_around(fine, weak);
                    if priorities[weak] == priorities[fine] && !is_nested {
                        pairs.push((weak, fine));
                    }
                }
            }
        }
        pairs
    }

    /// Returns the pattern at a position.
    pub fn pattern(&self, at: usize) -> &'o Pattern {
        &self.in_map[self.patterns[at].pattern as usize]
    }

    /// Returns an index of all patterns, to find those that overlap another one.
    pub fn index(&self) -> Overlaps<'o> {
        let positions = (0..).zip(0..self.patterns.len());
        Overlaps::new(positions.map(|(id, at)| (id, self.pattern(at))))
    }

    /// Returns the language of the pattern at a position.
    pub fn language(&self, at: usize) -> &Language<'o> {
        &self.languages[self.patterns[at].pattern as usize]
    }
}

/// Returns for each pattern of the map what the map says about it.
fn around_each(ownership: &Ownership<'_>, languages: &[Language<'_>]) -> Vec<Found> {
    let repository = ownership.repository;
    let tree = repository.tree();
    let ids: Vec<PatternId> = (0..).take(languages.len()).collect();
    let start = || {
        let resolver = Resolver::new(&repository.claims, ownership.teams());
        (tree.walk(), resolver)
    };
    let of_part = |(walker, resolver): &mut (Walker<'_>, Resolver<'_>), ids: &[PatternId]| {
        let of_one = |id: &PatternId| {
            let own = &languages[*id as usize];
            let sample = match own.member() {
                Ok(Some(sample)) => sample,
                // It matches no path.
                Ok(None) => return Found::default(),
                Err(TooComplex) => {
                    return Found {
                        around: vec![*id],
                        resolution: None,
                        is_sure: false,
                    };
                }
            };
            // A pattern that contains this one matches each of its paths.
            let candidates = walker.matches(sample.as_ref(), false, <[PatternId]>::to_vec);
            let mut is_sure = true;
            let is_around = |other: &PatternId| {
                let is_within = own.is_within(&languages[*other as usize]);
                is_sure &= is_within.is_ok();
                other == id || is_within == Ok(true)
            };
            let around: Vec<PatternId> = candidates.into_iter().filter(is_around).collect();
            Found {
                resolution: resolver.resolve(&around).ok(),
                around,
                is_sure,
            }
        };
        ids.iter().map(of_one).collect::<Vec<Found>>()
    };
    let parts: Vec<Vec<Found>> = ids
        .par_chunks(PATTERNS_OF_A_PART)
        .map_init(start, of_part)
        .collect();
    parts.into_iter().flatten().collect()
}

/// Returns the claims that win for an existing file, each with its pattern.
fn needed(ownership: &Ownership<'_>) -> FxHashSet<(PatternId, ClaimId)> {
    let repository = ownership.repository;
    let mut needed = FxHashSet::default();
    for group in repository.resolved.groups() {
        let resolution = &group.resolution;
        if !matches!(resolution.verdict, Verdict::Owned | Verdict::Exempt) {
            continue;
        }
        for pattern in &group.patterns {
            let about = repository.claims.about(*pattern).iter();
            let winning = about.filter(|claim| resolution.winning.contains(claim));
            needed.extend(winning.map(|claim| (*pattern, *claim)));
        }
    }
    needed
}

/// Returns the top-level directory of a pattern, with a final `/`; empty if it has none.
pub(super) fn area(alternative: &Alternative) -> String {
    match &alternative.steps[..] {
        [Step::Literal(name), _, ..] => printable_bytes(name) + "/",
        [Step::Literal(name)] if alternative.extent == Extent::Inside => {
            printable_bytes(name) + "/"
        }
        _ => String::new(),
    }
}
