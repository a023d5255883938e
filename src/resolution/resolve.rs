use rustc_hash::FxHashMap;

use super::{
    Incomparable, Overruled, Reason, Resolution, Verdict, owner_set,
    precedence::{Precedence, is_less_precise},
};
use crate::{
    claims::{ClaimId, Claims, ComponentId},
    config::{TeamId, Teams},
    inventory::{Component, Files},
    pattern::{PatternId, PatternTree},
};

/// Files that the same patterns match, by its position in [`Resolved`].
pub type GroupId = u32;

/// Files that the same patterns match: they share one resolution.
#[derive(Debug)]
pub struct Group {
    /// The patterns, sorted.
    pub patterns: Box<[PatternId]>,
    /// What the claims about them come to.
    pub resolution: Resolution,
    /// How many files there are.
    pub files: u64,
}

/// A repository with every file resolved.
#[derive(Debug, Default)]
pub struct Resolved {
    groups: Vec<Group>,
    by_file: Vec<GroupId>,
    by_component: Vec<(Option<Verdict>, u64)>,
    tree: PatternTree,
}

impl Resolved {
    /// Resolves all `files` and `components` of a repository.
    ///
    /// # Errors
    /// Where two claims meet that can't be compared within the limits.
    pub fn new(
        files: &Files,
        components: &[Component],
        claims: &Claims,
        teams: &Teams,
    ) -> Result<Self, Incomparable> {
        let mut resolver = Resolver::new(claims, teams);
        let mut resolved = Self::default();
        let tree = PatternTree::new(claims.patterns().iter().map(|pattern| &**pattern));
        let mut walker = tree.walk();
        let mut known: FxHashMap<Box<[PatternId]>, GroupId> = FxHashMap::default();
        // Neighbours mostly belong to the group of the file before.
        let mut last: GroupId = 0;
        resolved.by_file.reserve_exact(files.len());
        for file in files.iter() {
            let id = walker.matches(file.path, file.is_directory(), |patterns| {
                let neighbour = resolved.groups.get(last as usize);
                if neighbour.is_some_and(|group| *group.patterns == *patterns) {
                    return Ok(last);
                }
                if let Some(id) = known.get(patterns) {
                    return Ok(*id);
                }
                let id = GroupId::try_from(resolved.groups.len()).expect("fewer groups than files");
                resolved.groups.push(Group {
                    patterns: patterns.into(),
                    resolution: resolver.resolve(patterns)?,
                    files: 0,
                });
                known.insert(patterns.into(), id);
                Ok(id)
            })?;
            resolved.groups[id as usize].files += 1;
            resolved.by_file.push(id);
            last = id;
        }
        let verdicts = |component: &Component| {
            let files = component.files(files);
            files.fold((None, 0), |(worst, count), file| {
                let verdict = resolved.group_of(file).resolution.verdict;
                (worst.max(Some(verdict)), count + 1)
            })
        };
        resolved.by_component = components.iter().map(verdicts).collect();
        resolved.tree = tree;
        Ok(resolved)
    }

    /// All groups.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The group of the file at a position.
    pub fn group_of(&self, file: usize) -> &Group {
        &self.groups[self.by_file[file] as usize]
    }

    /// The id of the group of the file at a position.
    pub fn group_id_of(&self, file: usize) -> GroupId {
        self.by_file[file]
    }

    /// The worst verdict among a component's files; nothing if it has none.
    pub fn verdict_of(&self, component: ComponentId) -> Option<Verdict> {
        self.by_component[component as usize].0
    }

    /// How many files a component has.
    pub fn files_of(&self, component: ComponentId) -> u64 {
        self.by_component[component as usize].1
    }

    /// The patterns of all claims, to match other paths.
    pub fn tree(&self) -> &PatternTree {
        &self.tree
    }

    /// How many files each pattern matches.
    pub fn files_by_pattern(&self, patterns: usize) -> Vec<u64> {
        let mut files = vec![0; patterns];
        for group in &self.groups {
            for pattern in &group.patterns {
                files[*pattern as usize] += group.files;
            }
        }
        files
    }
}

/// Resolves the claims that meet on a path.
#[derive(Debug)]
pub struct Resolver<'c> {
    claims: &'c Claims,
    teams: &'c Teams,
    precedence: Precedence<'c>,
}

impl<'c> Resolver<'c> {
    /// Resolves among these claims.
    pub fn new(claims: &'c Claims, teams: &'c Teams) -> Self {
        Self {
            claims,
            teams,
            precedence: Precedence::new(claims),
        }
    }

    /// The verdict where exactly these patterns match.
    ///
    /// # Errors
    /// Where two claims meet that can't be compared within the limits.
    pub fn resolve(&mut self, patterns: &[PatternId]) -> Result<Resolution, Incomparable> {
        let mut meeting: Vec<ClaimId> = patterns
            .iter()
            .flat_map(|pattern| self.claims.about(*pattern))
            .copied()
            .collect();
        meeting.sort_unstable();
        meeting.dedup();
        if meeting.len() < 2 {
            return Ok(self.verdict(meeting, Vec::new()));
        }
        let mut standing = Vec::with_capacity(meeting.len());
        let mut overruled = Vec::new();
        for claim in &meeting {
            let mut beaten = None;
            for by in &meeting {
                if by == claim {
                    continue;
                }
                if let Some(reason) = self.precedence.beats(*by, *claim, patterns)? {
                    let by = *by;
                    beaten = Some(Overruled {
                        claim: *claim,
                        by,
                        reason,
                    });
                    break;
                }
            }
            match beaten {
                Some(beaten) => overruled.push(beaten),
                None => standing.push(*claim),
            }
        }
        self.leave_out_less_precise(&mut standing, &mut overruled);
        // What is overruled by something overruled itself is told by what stands.
        for one in &mut overruled {
            let found = standing.iter().find_map(|by| {
                let reason = self.precedence.beats(*by, one.claim, patterns);
                Some((*by, reason.ok()??))
            });
            if let Some((by, reason)) = found {
                (one.by, one.reason) = (by, reason);
            }
        }
        Ok(self.verdict(standing, overruled))
    }

    /// Why claim `a` beats claim `b` where the patterns `here` match; nothing if it does not.
    ///
    /// # Errors
    /// Where they can't be compared within the limits.
    pub fn beats(
        &mut self,
        a: ClaimId,
        b: ClaimId,
        here: &[PatternId],
    ) -> Result<Option<Reason>, Incomparable> {
        self.precedence.beats(a, b, here)
    }

    /// A claim for a parent that meets one for its child says the same, less precisely.
    fn leave_out_less_precise(&self, standing: &mut Vec<ClaimId>, overruled: &mut Vec<Overruled>) {
        let owners = |claim: ClaimId| &self.claims.get(claim).owners[..];
        let finer = |claim: ClaimId| {
            let mut others = standing.iter().copied().filter(|other| *other != claim);
            others.find(|other| is_less_precise(owners(claim), owners(*other), self.teams))
        };
        let coarse: Vec<Overruled> = standing
            .iter()
            .filter(|claim| !owners(**claim).is_empty())
            .filter_map(|claim| {
                Some(Overruled {
                    claim: *claim,
                    by: finer(*claim)?,
                    reason: Reason::Descendant,
                })
            })
            .collect();
        standing.retain(|claim| !coarse.iter().any(|overruled| overruled.claim == *claim));
        overruled.extend(coarse);
    }

    fn verdict(&self, standing: Vec<ClaimId>, overruled: Vec<Overruled>) -> Resolution {
        let claims = || standing.iter().map(|claim| self.claims.get(*claim));
        let exempt = claims().filter(|claim| claim.origin.is_exemption()).count();
        let mut lists: Vec<&[TeamId]> = claims().map(|claim| &claim.owners[..]).collect();
        lists.sort_by_cached_key(|owners| (owner_set(owners), owners.to_vec()));
        lists.dedup_by_key(|owners| owner_set(owners));
        let verdict = match (standing.len(), lists.len()) {
            (0, _) => Verdict::Unowned,
            (all, _) if all == exempt => Verdict::Exempt,
            (_, 1) => Verdict::Owned,
            _ => Verdict::Conflicting,
        };
        Resolution {
            verdict,
            owners: match verdict {
                Verdict::Owned => lists
                    .first()
                    .map(|owners| owners.to_vec())
                    .unwrap_or_default(),
                _ => Vec::new(),
            },
            standing,
            overruled,
        }
    }
}
