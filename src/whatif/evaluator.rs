use std::{rc::Rc, sync::OnceLock};

use bstr::{BStr, BString};

use rustc_hash::FxHashMap;

use super::{ClaimSource, existing_names::ExistingNames};
use crate::{
    claims::{Claim, ClaimId, Claims},
    config::Teams,
    inventory::Files,
    pattern::{
        Language, Overlaps, Pattern, PatternId, PatternTree, Step, TooComplex, Walker, readable,
    },
    resolution::{Resolution, Resolved, ResolvedRepository, Resolver},
};

/// Everything that the languages of one repository's patterns tell. What costs more than nothing is
/// found out when it is first asked for.
#[derive(Debug)]
pub struct WhatIf<'r> {
    pub(super) claims: &'r Claims,
    pub(super) teams: &'r Teams,
    pub(super) files: &'r Files,
    pub(super) resolved: &'r Resolved,
    tree: &'r PatternTree,
    files_by_pattern: OnceLock<Vec<u64>>,
    languages: OnceLock<Vec<Language<'r>>>,
    odd_parts: OnceLock<Vec<Option<Pattern>>>,
    overlaps: OnceLock<Overlaps<'r>>,
    existing_names: OnceLock<ExistingNames<'r>>,
    /// By what claims: the groups of files that it and others give to different owners today, in order.
    pub(super) in_conflict: OnceLock<FxHashMap<ClaimSource, Vec<usize>>>,
}

/// Answers what would come to a path, one after the other.
#[derive(Debug)]
pub struct Evaluator<'f> {
    walker: Walker<'f>,
    pub(super) resolver: Resolver<'f>,
    /// What was found out already: paths that prove something are often alike.
    known: FxHashMap<Box<[PatternId]>, Rc<Resolution>>,
}

impl<'r> WhatIf<'r> {
    /// Of a repository.
    pub fn new(repository: &'r ResolvedRepository, teams: &'r Teams) -> Self {
        Self {
            claims: &repository.claims,
            teams,
            files: &repository.listing.files,
            resolved: &repository.resolved,
            tree: repository.tree(),
            files_by_pattern: OnceLock::new(),
            languages: OnceLock::new(),
            odd_parts: OnceLock::new(),
            overlaps: OnceLock::new(),
            existing_names: OnceLock::new(),
            in_conflict: OnceLock::new(),
        }
    }

    /// Ready to ask.
    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator {
            walker: self.tree.walk(),
            resolver: Resolver::new(self.claims, self.teams),
            known: FxHashMap::default(),
        }
    }

    /// How many files a pattern matches.
    pub fn files_of(&self, pattern: PatternId) -> u64 {
        let count = || self.resolved.files_by_pattern(self.claims.patterns().len());
        self.files_by_pattern.get_or_init(count)[pattern as usize]
    }

    /// How many files a claim is about; those in several parts of a component count as often.
    pub fn files_of_claim(&self, claim: ClaimId) -> u64 {
        let patterns = self.claims.get(claim).patterns.iter();
        patterns.map(|pattern| self.files_of(*pattern)).sum()
    }

    /// The language of a pattern.
    pub(super) fn language(&self, pattern: PatternId) -> &Language<'r> {
        let languages = self.languages.get_or_init(|| {
            let patterns = self.claims.patterns().iter();
            patterns.map(|pattern| Language::of([&**pattern])).collect()
        });
        &languages[pattern as usize]
    }

    /// What a pattern matches, but hardly was meant to.
    pub(super) fn odd_part(&self, pattern: PatternId) -> Option<&Pattern> {
        let odd = self.odd_parts.get_or_init(|| {
            let patterns = self.claims.patterns().iter();
            patterns.map(|pattern| pattern.unintended_part()).collect()
        });
        odd[pattern as usize].as_ref()
    }

    /// The patterns that overlap a pattern, itself among them.
    pub(super) fn overlapping(&self, pattern: PatternId) -> Vec<PatternId> {
        let overlaps = self.overlaps.get_or_init(|| {
            let patterns = self.claims.patterns().iter();
            Overlaps::new((0..).zip(patterns.map(|pattern| &**pattern)))
        });
        overlaps.of(&self.claims.patterns()[pattern as usize])
    }

    /// The path `proof` in names that people know, as long as it is that of a new file and `proves`
    /// what it is to prove.
    pub(super) fn readable(&self, proof: &BStr, mut proves: impl FnMut(&BStr) -> bool) -> BString {
        let existing_names = self
            .existing_names
            .get_or_init(|| ExistingNames::new(self.files));
        let suggest = |above: &BStr, is_file| existing_names.suggest(self.files, above, is_file);
        readable(proof, suggest, |path| {
            proves(path) && !self.files.holds(path)
        })
    }

    /// Whether a pattern is about places that there are: it matches something, or begins in a
    /// directory that exists. What it says of all other places matters to nobody yet.
    pub(super) fn is_about_something(&self, pattern: PatternId) -> bool {
        let is_there = |pattern: &Pattern| {
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
        self.files_of(pattern) > 0 || is_there(&self.claims.patterns()[pattern as usize])
    }

    /// The claim that is a path of the map, by its pattern.
    pub(super) fn said_of(&self, claim: &Claim) -> Option<PatternId> {
        match (&claim.patterns[..], claim.component) {
            ([pattern], None) if claim.origin.is_in_map() => Some(*pattern),
            _ => None,
        }
    }
}

impl Evaluator<'_> {
    /// What would come to a file of this path.
    ///
    /// # Errors
    /// [`TooComplex`] where claims that meet there can't be compared.
    pub fn at(&mut self, path: &BStr) -> Result<Rc<Resolution>, TooComplex> {
        let Self {
            walker,
            resolver,
            known,
        } = self;
        walker.matches(path, false, |patterns| {
            if let Some(known) = known.get(patterns) {
                return Ok(Rc::clone(known));
            }
            let resolution = resolver.resolve(patterns).map_err(|_| TooComplex)?;
            let resolution = Rc::new(resolution);
            known.insert(patterns.into(), Rc::clone(&resolution));
            Ok(resolution)
        })
    }

    /// Whether nothing at all is said of this path.
    pub fn is_unclaimed(&mut self, path: &BStr) -> bool {
        self.walker.matches(path, false, <[PatternId]>::is_empty)
    }

    /// Whether claim `a` beats claim `b` where these patterns of theirs meet.
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
