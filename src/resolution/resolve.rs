use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Group, GroupId, Overridden, Reason, Resolution, Unordered, Verdict,
    group::{Grouping, Matched},
    owner_set,
    precedence::{Precedence, more_precise},
};
use crate::{
    claims::{Claim, ClaimId, Claims, ComponentId},
    config::{TeamId, Teams},
    inventory::{Component, Files},
    pattern::{PatternId, PatternTree},
};

/// How many claims that cannot be ordered are reported at once: it takes long to find each.
const MAX_UNORDERED: usize = 10;

/// How many claims with different subjects may match one path. Each is compared with every other.
pub(super) const MAX_MEETING: usize = 500;

/// The number of groups that one task resolves.
const GROUPS_OF_A_PART: usize = 256;

/// The resolution of every file of a repository.
#[derive(Debug, Default)]
pub struct Resolved {
    groups: Vec<Group>,
    by_file: Vec<GroupId>,
    by_component: Vec<(Option<Verdict>, u64)>,
}

impl Resolved {
    /// Resolves all `files` and `components` of a repository. `tree` contains the patterns of `claims`, and `filed` has for
    /// each trusted dialect the pattern of its claim on each file.
    ///
    /// # Errors
    /// Claims on the same path that cannot be ordered within the limits, up to a maximum number.
    pub fn new(
        files: &Files,
        components: &[Component],
        claims: &Claims,
        tree: &PatternTree,
        filed: &[Vec<Option<PatternId>>],
        teams: &Teams,
    ) -> Result<Self, Vec<Unordered>> {
        let Grouping { groups, by_file } = Grouping::new(files, tree, filed);
        // The first part with enough errors. Later parts are skipped, so that the same errors are always reported.
        let full = AtomicUsize::new(usize::MAX);
        let resolve = |resolver: &mut Resolver<'_>, (at, groups): (usize, &[Matched])| {
            let mut resolved = Vec::with_capacity(groups.len());
            let mut unordered = BTreeSet::new();
            if at > full.load(Ordering::Relaxed) {
                return (resolved, unordered);
            }
            for (patterns, files) in groups {
                let resolution = resolver.resolve(patterns).unwrap_or_else(|found| {
                    unordered.extend(found);
                    Resolution::default()
                });
                if unordered.len() >= MAX_UNORDERED {
                    full.fetch_min(at, Ordering::Relaxed);
                    break;
                }
                resolved.push(Group {
                    patterns: patterns.clone(),
                    resolution,
                    files: *files,
                });
            }
            (resolved, unordered)
        };
        let parts: Vec<(Vec<Group>, BTreeSet<Unordered>)> = groups
            .par_chunks(GROUPS_OF_A_PART)
            .enumerate()
            .map_init(|| Resolver::new(claims, teams), resolve)
            .collect();
        let mut resolved = Self {
            groups: Vec::with_capacity(groups.len()),
            by_file,
            by_component: Vec::new(),
        };
        let mut unordered = BTreeSet::new();
        for (groups, found) in parts {
            resolved.groups.extend(groups);
            unordered.extend(found);
            if unordered.len() >= MAX_UNORDERED {
                break;
            }
        }
        if !unordered.is_empty() {
            return Err(unordered.into_iter().take(MAX_UNORDERED).collect());
        }
        let verdicts = |component: &Component| {
            let files = component.files(files);
            files.fold((None, 0), |(worst, count), file| {
                let verdict = resolved.group_of(file).resolution.verdict;
                (worst.max(Some(verdict)), count + 1)
            })
        };
        resolved.by_component = components
            .par_iter()
            .with_min_len(256)
            .map(verdicts)
            .collect();
        Ok(resolved)
    }

    /// Returns all groups.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Returns the group of the file at a position.
    pub fn group_of(&self, file: usize) -> &Group {
        &self.groups[self.by_file[file] as usize]
    }

    /// Returns the id of the group of the file at a position.
    pub fn group_id_of(&self, file: usize) -> GroupId {
        self.by_file[file]
    }

    /// Returns the worst verdict on the files of a component, or `None` if it has no files.
    pub fn verdict_of(&self, component: ComponentId) -> Option<Verdict> {
        self.by_component[component as usize].0
    }

    /// Returns the number of files of a component.
    pub fn files_of(&self, component: ComponentId) -> u64 {
        self.by_component[component as usize].1
    }

    /// Returns the number of files that each pattern matches.
    pub fn files_by_pattern(&self, patterns: usize) -> Vec<u64> {
        let mut files = vec![0; patterns];
        for group in &self.groups {
            for pattern in &group.patterns {
                // Those of ownership files come after those of the map.
                if let Some(files) = files.get_mut(*pattern as usize) {
                    *files += group.files;
                }
            }
        }
        files
    }
}

/// Resolves the claims on a path.
#[derive(Debug)]
pub struct Resolver<'c> {
    claims: &'c Claims,
    teams: &'c Teams,
    pub(crate) precedence: Precedence<'c>,
}

impl<'c> Resolver<'c> {
    /// Creates a resolver for these claims.
    pub fn new(claims: &'c Claims, teams: &'c Teams) -> Self {
        Self {
            claims,
            teams,
            precedence: Precedence::new(claims),
        }
    }

    /// Resolves a path that exactly these patterns match.
    ///
    /// # Errors
    /// Returns the claims that cannot be ordered within the limits.
    pub fn resolve(&mut self, patterns: &[PatternId]) -> Result<Resolution, Vec<Unordered>> {
        self.resolve_with(patterns, |_| true)
    }

    /// Resolves a path that exactly these patterns match by the claims that `counts` selects.
    ///
    /// # Errors
    /// Returns the claims that cannot be ordered within the limits.
    pub fn resolve_with(
        &mut self,
        patterns: &[PatternId],
        counts: impl Fn(ClaimId) -> bool,
    ) -> Result<Resolution, Vec<Unordered>> {
        let mut meeting: Vec<ClaimId> = patterns
            .iter()
            .flat_map(|pattern| self.claims.about(*pattern))
            .copied()
            .filter(|claim| counts(*claim))
            .collect();
        meeting.sort_unstable();
        meeting.dedup();
        if meeting.len() < 2 {
            return Ok(self.verdict(meeting, Vec::new()));
        }
        let of = |claim: &ClaimId| self.claims.get(*claim);
        let highest = meeting.iter().map(|claim| of(claim).priority).max();
        let is_lower = |claim: &ClaimId| Some(of(claim).priority) < highest;
        // Claims with the same subject are equally strong: compare only the first of each subject, and
        // only those of the highest priority. Alternatives in braces are not compared with each other, so
        // they need subjects of their own.
        let mut subjects: FxHashMap<_, usize> = FxHashMap::default();
        let mut firsts: Vec<ClaimId> = Vec::new();
        let mut subject_of: FxHashMap<ClaimId, usize> = FxHashMap::default();
        for claim in meeting.iter().filter(|claim| !is_lower(claim)) {
            let default_for = of(claim).default_for.as_ref().map(|name| name.text());
            let entry = of(claim).is_alternative.then(|| of(claim).unsplit());
            let subject = *subjects
                .entry((&of(claim).patterns[..], default_for, entry))
                .or_insert(firsts.len());
            if subject == firsts.len() {
                firsts.push(*claim);
            }
            subject_of.insert(*claim, subject);
        }
        if firsts.len() > MAX_MEETING {
            // Alternatives in the braces of one entry count once.
            let entries = firsts.iter().map(|claim| of(claim).unsplit());
            let different = entries.collect::<FxHashSet<_>>().len();
            if different > MAX_MEETING {
                return Err(vec![Unordered::TooMany(firsts[0], different)]);
            }
        }
        let beaten = self.beaten(&firsts, patterns)?;
        let mut winning = Vec::with_capacity(meeting.len());
        let mut overridden = Vec::new();
        for claim in meeting {
            let by = match subject_of.get(&claim) {
                Some(subject) => beaten[*subject],
                None => Some((firsts[0], Reason::Priority)),
            };
            match by {
                Some((by, reason)) => overridden.push(Overridden { claim, by, reason }),
                None => winning.push(claim),
            }
        }
        self.drop_less_precise(&mut winning, &mut overridden);
        // Name a winning claim as the one that overrides, not one that is overridden itself.
        let mut winning_subjects: Vec<ClaimId> = Vec::new();
        let mut is_known = vec![false; firsts.len()];
        for claim in &winning {
            if !std::mem::replace(&mut is_known[subject_of[claim]], true) {
                winning_subjects.push(*claim);
            }
        }
        let mut replacements: FxHashMap<usize, Option<(ClaimId, Reason)>> = FxHashMap::default();
        for one in &mut overridden {
            let found = match subject_of.get(&one.claim) {
                None => winning_subjects.first().map(|by| (*by, Reason::Priority)),
                Some(subject) => *replacements.entry(*subject).or_insert_with(|| {
                    winning_subjects.iter().find_map(|by| {
                        let reason = self.precedence.beats(*by, one.claim, patterns);
                        Some((*by, reason.ok()??))
                    })
                }),
            };
            if let Some((by, reason)) = found {
                (one.by, one.reason) = (by, reason);
            }
        }
        Ok(self.verdict(winning, overridden))
    }

    /// Returns, for each of the claims, one of the others that beats it.
    ///
    /// Of claims inside each other, the innermost beats all others. So the claim that has beaten the most recent one is
    /// tried first: among nested claims, nearly every claim is then compared only once.
    fn beaten(
        &mut self,
        claims: &[ClaimId],
        patterns: &[PatternId],
    ) -> Result<Vec<Option<(ClaimId, Reason)>>, Vec<Unordered>> {
        let mut unordered = Vec::new();
        let mut beaten = Vec::with_capacity(claims.len());
        let mut strongest = None;
        for claim in claims {
            let mut beaten_by = None;
            let before = unordered.len();
            let own = self.claims.get(*claim);
            // Alternatives of one entry have the same owners: which of them is stronger does not matter.
            let is_other = |by: &ClaimId| {
                by != claim
                    && !(own.is_alternative && own.unsplit() == self.claims.get(*by).unsplit())
            };
            // Inner claims usually follow outer ones.
            let others = strongest.into_iter().chain(claims.iter().rev().copied());
            for by in others.filter(is_other) {
                match self.precedence.beats(by, *claim, patterns) {
                    Ok(None) => {}
                    Ok(Some(reason)) => {
                        beaten_by = Some((by, reason));
                        strongest = Some(by);
                        // How the claim compares with others is not needed any more.
                        unordered.truncate(before);
                        break;
                    }
                    Err(found) if unordered.contains(&found) => {}
                    Err(found) => unordered.push(found),
                }
                if unordered.len() >= MAX_UNORDERED {
                    return Err(unordered);
                }
            }
            beaten.push(beaten_by);
        }
        match unordered.is_empty() {
            true => Ok(beaten),
            false => Err(unordered),
        }
    }

    /// Drops claims for a parent team where a claim for its child applies, and those for a retired team where a claim
    /// for its successor applies. At least one claim remains: being less precise is a strict partial order, like each of
    /// the orders by which `winning` was selected.
    fn drop_less_precise(&self, winning: &mut Vec<ClaimId>, overridden: &mut Vec<Overridden>) {
        let set = |claim: &ClaimId| owner_set(&self.claims.get(*claim).owners);
        let mut by_owners: FxHashMap<Vec<TeamId>, Vec<ClaimId>> = FxHashMap::default();
        for claim in &*winning {
            by_owners.entry(set(claim)).or_default().push(*claim);
        }
        if by_owners.len() < 2 {
            return;
        }
        let finer = |owners: &Vec<TeamId>| -> Vec<&Vec<TeamId>> {
            let others = by_owners.keys().filter(|others| {
                !owners.is_empty() && more_precise(owners, others, self.teams).is_some()
            });
            others.collect()
        };
        let finer: FxHashMap<&Vec<TeamId>, Vec<&Vec<TeamId>>> = by_owners
            .keys()
            .map(|owners| (owners, finer(owners)))
            .collect();
        // Name a claim that is not overridden itself, independently of the order of claims.
        let by = |owners: &Vec<TeamId>| {
            let most_precise = finer[owners]
                .iter()
                .filter(|others| finer[*others].is_empty());
            let claims = most_precise.filter_map(|others| {
                let reason = more_precise(owners, others, self.teams)?;
                let claims = by_owners[*others].iter();
                Some(claims.map(move |claim| (*claim, reason)))
            });
            claims
                .flatten()
                .min_by_key(|(claim, _)| (&self.claims.get(*claim).about, *claim))
        };
        let finer: FxHashMap<&Vec<TeamId>, (ClaimId, Reason)> = by_owners
            .keys()
            .filter_map(|owners| Some((owners, by(owners)?)))
            .collect();
        winning.retain(|claim| match finer.get(&set(claim)) {
            None => true,
            Some((by, reason)) => {
                overridden.push(Overridden {
                    claim: *claim,
                    by: *by,
                    reason: *reason,
                });
                false
            }
        });
    }

    fn verdict(&self, winning: Vec<ClaimId>, overridden: Vec<Overridden>) -> Resolution {
        let all = || winning.iter().map(|claim| self.claims.get(*claim));
        // People conflict with nobody: they decide only if no other claim does.
        let is_of_people_only = all().all(Claim::is_of_people);
        let claims = || all().filter(|claim| is_of_people_only || !claim.is_of_people());
        let exempt = claims().filter(|claim| claim.is_exemption()).count();
        let mut lists: Vec<&[TeamId]> = claims().map(|claim| &claim.owners[..]).collect();
        // Use the first of the agreeing lists by the text of its ids, independently of the order of claims.
        lists.sort_by_cached_key(|owners| (owner_set(owners), self.teams.names(owners)));
        lists.dedup_by_key(|owners| owner_set(owners));
        let verdict = match (claims().count(), lists.len()) {
            (0, _) => Verdict::Unowned,
            (all, _) if all == exempt => Verdict::Exempt,
            (_, 1) => Verdict::Owned,
            _ => Verdict::Conflicting,
        };
        let (mut owners, mut people) = (Vec::new(), Vec::new());
        if verdict == Verdict::Owned {
            owners.extend(lists.first().into_iter().copied().flatten());
            let all = all().flat_map(Claim::people);
            let mut known = FxHashSet::default();
            people.extend(all.filter(|person| known.insert(*person)).cloned());
        }
        Resolution {
            verdict,
            owners,
            people,
            winning,
            overridden,
        }
    }
}
