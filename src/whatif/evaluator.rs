use std::{rc::Rc, sync::OnceLock};

use bstr::{BStr, BString, ByteSlice as _};

use rustc_hash::{FxHashMap, FxHashSet};

use super::existing_names::ExistingNames;
use crate::{
    claims::{Claim, ClaimId, ClaimSource, Claims},
    config::{TeamId, Teams},
    inventory::Files,
    pattern::{
        Language, Overlaps, Pattern, PatternId, PatternTree, Relation, Step, TooComplex, Walker,
        readable,
    },
    resolution::{Resolution, Resolved, ResolvedRepository, Resolver, owner_set},
};

/// What-if analysis of a repository: evaluates its patterns as languages. Expensive parts are computed on first
/// use.
#[derive(Debug)]
pub struct WhatIf<'r> {
    pub(super) claims: &'r Claims,
    pub(super) teams: &'r Teams,
    pub(super) files: &'r Files,
    pub(super) resolved: &'r Resolved,
    tree: &'r PatternTree,
    files_by_pattern: OnceLock<Vec<u64>>,
    languages: OnceLock<Vec<Language<'r>>>,
    unintended: OnceLock<Vec<Option<Pattern>>>,
    overlaps: OnceLock<Overlaps<'r>>,
    /// The patterns of the claims of ownership files on existing files.
    filed: OnceLock<Overlaps<'r>>,
    existing_names: OnceLock<ExistingNames<'r>>,
    /// By source of claims: the existing groups of files with conflicting claims from it, in order.
    pub(super) in_conflict: OnceLock<FxHashMap<ClaimSource, Vec<usize>>>,
}

/// Resolves paths that may not exist.
#[derive(Debug)]
pub struct Evaluator<'f> {
    walker: Walker<'f>,
    pub(super) resolver: Resolver<'f>,
    /// The resolutions so far: example paths often match the same patterns.
    known: FxHashMap<Box<[PatternId]>, Rc<Resolution>>,
}

impl<'r> WhatIf<'r> {
    /// Creates the analysis of a repository.
    pub fn new(repository: &'r ResolvedRepository, teams: &'r Teams) -> Self {
        Self {
            claims: &repository.claims,
            teams,
            files: &repository.listing.files,
            resolved: &repository.resolved,
            tree: repository.tree(),
            files_by_pattern: OnceLock::new(),
            languages: OnceLock::new(),
            unintended: OnceLock::new(),
            overlaps: OnceLock::new(),
            filed: OnceLock::new(),
            existing_names: OnceLock::new(),
            in_conflict: OnceLock::new(),
        }
    }

    /// Returns an evaluator of paths.
    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator {
            walker: self.tree.walk(),
            resolver: Resolver::new(self.claims, self.teams),
            known: FxHashMap::default(),
        }
    }

    /// Returns the number of files that a pattern matches.
    pub fn files_of(&self, pattern: PatternId) -> u64 {
        let count = || self.resolved.files_by_pattern(self.claims.patterns().len());
        let files = self.files_by_pattern.get_or_init(count);
        files.get(pattern as usize).copied().unwrap_or_default()
    }

    /// Returns the number of files that a claim matches. Files in several parts of a component count several times.
    pub fn files_of_claim(&self, claim: ClaimId) -> u64 {
        let patterns = self.claims.get(claim).patterns.iter();
        patterns.map(|pattern| self.files_of(*pattern)).sum()
    }

    /// Returns the language of a pattern.
    pub(super) fn language(&self, pattern: PatternId) -> &Language<'r> {
        let languages = self.languages.get_or_init(|| {
            let patterns = self.claims.patterns().iter();
            patterns.map(|pattern| Language::of([&**pattern])).collect()
        });
        &languages[pattern as usize]
    }

    /// Returns whether a path in place of the one that makes the claims of `source` would add to the problems of the map:
    /// it would conflict with other claims or repeat them, or a priority would decide.
    pub fn is_contested(
        &self,
        path: &Pattern,
        source: ClaimSource,
        owners: &[TeamId],
        priority: i64,
    ) -> bool {
        let overlapping: FxHashSet<PatternId> = self.overlaps().of(path).into_iter().collect();
        let language = Language::of([path]);
        let mut claims = self.claims.iter().map(|(_, claim)| claim);
        claims.any(|claim| {
            let mut patterns = claim.patterns.iter();
            if !patterns.any(|id| overlapping.contains(id))
                || ClaimSource::of(claim) == source
                || self.is_of_a_file(claim)
            {
                return false;
            }
            let patterns = claim.patterns.iter();
            let other = Language::of(patterns.map(|id| self.claims.pattern(*id)));
            let has_same_owners = owner_set(&claim.owners) == owner_set(owners);
            claim.priority != priority
                || match language.relation(&other) {
                    Ok(Relation::Disjoint) => false,
                    Ok(Relation::Inside) => false,
                    Ok(Relation::Around) => has_same_owners,
                    Ok(Relation::Overlapping) => !has_same_owners,
                    Ok(Relation::Equal) | Err(TooComplex) => true,
                }
        })
    }

    /// Returns whether a claim is about an existing file, so that it will hardly match other files.
    fn is_of_a_file(&self, claim: &Claim) -> bool {
        let path = self.path_of(claim);
        let path = path.and_then(|id| self.claims.pattern(id).literal_path());
        path.is_some_and(|path| self.files.find(path.as_bstr()).is_some())
    }

    /// Returns the part of a pattern that was probably not intended.
    pub(super) fn unintended_part(&self, pattern: PatternId) -> Option<&Pattern> {
        let all = self.unintended.get_or_init(|| {
            let patterns = self.claims.patterns().iter();
            let unintended = patterns.map(|pattern| self.unintended_part_of(pattern));
            unintended.collect()
        });
        all[pattern as usize].as_ref()
    }

    pub(super) fn unintended_part_of(&self, pattern: &Pattern) -> Option<Pattern> {
        pattern.unintended_part(|path| {
            let file = self.files.find(path);
            file.is_some_and(|at| !self.files.get(at).is_directory())
        })
    }

    /// Returns the patterns that overlap a pattern, including itself.
    pub(super) fn overlapping(&self, pattern: PatternId) -> Vec<PatternId> {
        self.overlaps()
            .of(&self.claims.patterns()[pattern as usize])
    }

    pub(super) fn overlaps(&self) -> &Overlaps<'r> {
        self.overlaps.get_or_init(|| {
            let patterns = self.claims.patterns().iter();
            Overlaps::new((0..).zip(patterns.map(|pattern| &**pattern)))
        })
    }

    /// Returns whether an ownership file can have a claim for other owners on a path that a pattern matches.
    pub(super) fn meets_other_filed(&self, pattern: PatternId, owners: &[TeamId]) -> bool {
        let filed = self.filed.get_or_init(|| {
            let claims = self.claims.iter().map(|(_, claim)| claim);
            let filed = claims.filter(|claim| claim.filed.is_some());
            let patterns = filed.flat_map(|claim| &claim.patterns);
            Overlaps::new(patterns.map(|id| (*id, self.claims.pattern(*id))))
        });
        let met = filed.of(self.claims.pattern(pattern)).into_iter();
        let mut about = met.flat_map(|id| self.claims.about(id));
        about.any(|id| self.claims.get(*id).owners != owners)
    }

    /// Returns the example path `proof` with more readable names, if it is still the path of a new file and
    /// `proves` still returns true.
    pub(super) fn readable(&self, proof: &BStr, mut proves: impl FnMut(&BStr) -> bool) -> BString {
        let existing_names = self
            .existing_names
            .get_or_init(|| ExistingNames::new(self.files));
        let suggest = |above: &BStr, is_file| existing_names.suggest(self.files, above, is_file);
        readable(proof, suggest, |path| {
            proves(path) && !self.files.holds(path)
        })
    }

    /// Returns whether a pattern is relevant: it matches a file, or starts in an existing directory. Other patterns
    /// have no effect yet.
    pub(super) fn is_relevant(&self, pattern: PatternId) -> bool {
        let is_in_existing = |pattern: &Pattern| {
            pattern.alternatives().iter().any(|alternative| {
                let names = alternative.steps.iter().map_while(|step| match step {
                    Step::Literal(name) => Some(&name[..]),
                    _ => None,
                });
                let names: Vec<&[u8]> = names.collect();
                let is_literal = names.len() == alternative.steps.len();
                let directory = bstr::join("/", &names);
                !is_literal && (directory.is_empty() || self.files.holds(BStr::new(&directory)))
            })
        };
        self.files_of(pattern) > 0 || is_in_existing(&self.claims.patterns()[pattern as usize])
    }

    /// Returns the pattern of a claim that is a path in the map; `None` for other claims.
    pub(super) fn path_of(&self, claim: &Claim) -> Option<PatternId> {
        match (&claim.patterns[..], claim.component) {
            ([pattern], None) if claim.origin.is_in_map() => Some(*pattern),
            _ => None,
        }
    }
}

impl Evaluator<'_> {
    /// Resolves a path.
    ///
    /// # Errors
    /// [`TooComplex`] if claims that match it cannot be compared.
    pub fn at(&mut self, path: &BStr) -> Result<Rc<Resolution>, TooComplex> {
        let Self {
            walker,
            resolver,
            known,
        } = self;
        walker.matches(path, false, |patterns| {
            if let Some(resolution) = known.get(patterns) {
                return Ok(Rc::clone(resolution));
            }
            let resolution = resolver.resolve(patterns).map_err(|_| TooComplex)?;
            let resolution = Rc::new(resolution);
            known.insert(patterns.into(), Rc::clone(&resolution));
            Ok(resolution)
        })
    }

    /// Returns whether no claim matches a path.
    pub fn is_unclaimed(&mut self, path: &BStr) -> bool {
        self.walker.matches(path, false, <[PatternId]>::is_empty)
    }

    /// Returns whether claim `a` beats claim `b` on paths that both patterns match.
    pub(super) fn beats(
        &mut self,
        (a, a_pattern): (ClaimId, PatternId),
        (b, b_pattern): (ClaimId, PatternId),
    ) -> Result<bool, TooComplex> {
        let reason = self
            .resolver
            .precedence
            .beats(a, b, &[a_pattern, b_pattern]);
        Ok(reason.map_err(|_| TooComplex)?.is_some())
    }
}
