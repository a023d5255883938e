use std::sync::{Arc, Mutex, PoisonError};

use bstr::{BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Claim, ClaimId, ComponentId, FileStatement, append_only::AppendOnly, filed};
use crate::{
    config::{TeamId, Teams},
    inventory::Component,
    pattern::{Pattern, PatternId},
    text::Span,
};

/// All claims on one repository, and their patterns.
#[derive(Debug, Default)]
pub struct Claims {
    claims: Vec<Claim>,
    patterns: Vec<Arc<Pattern>>,
    /// The ids of patterns; equal patterns have one id.
    ids: FxHashMap<Arc<Pattern>, PatternId>,
    /// The claims by pattern.
    by_pattern: Vec<Vec<ClaimId>>,
    /// The part of each component in a claim that several components make together.
    parts: FxHashMap<(ClaimId, ComponentId), Claim>,
    /// The patterns of components with claims.
    by_component: FxHashMap<ComponentId, Vec<PatternId>>,
    /// The claims of ownership files, whose ids follow those of all others.
    filed: AppendOnly<FiledClaim>,
    /// The patterns of these claims, by dialect and deciding lines.
    filed_ids: Mutex<FxHashMap<FiledKey, PatternId>>,
}

/// The claim of an ownership file. No path matches its pattern by itself: only the file decides which paths it is about.
#[derive(Debug)]
struct FiledClaim {
    claim: Claim,
    pattern: Pattern,
    id: ClaimId,
}

/// A dialect, the places that decide with the number of those in each file, and all owners.
type FiledKey = (&'static str, Vec<Span>, Vec<(BString, usize)>, String);

impl Claims {
    /// Returns the patterns of a component, the same ones for every claim about it.
    pub(super) fn patterns_of(&mut self, id: ComponentId, component: &Component) -> Vec<PatternId> {
        if let Some(known) = self.by_component.get(&id) {
            return known.clone();
        }
        let parts = component.paths.iter();
        let patterns: Vec<PatternId> = parts
            .map(|part| self.add_pattern(Pattern::literal(part.as_bstr()).into()))
            .collect();
        self.by_component.insert(id, patterns.clone());
        patterns
    }

    pub(super) fn add_pattern(&mut self, pattern: Arc<Pattern>) -> PatternId {
        if let Some(known) = self.ids.get(&pattern) {
            return *known;
        }
        let id = PatternId::try_from(self.patterns.len()).expect("fewer than 2^32 patterns");
        self.ids.insert(Arc::clone(&pattern), id);
        self.patterns.push(pattern);
        self.by_pattern.push(Vec::new());
        id
    }

    /// Returns the id of the claim that is added next.
    pub(super) fn next_id(&self) -> ClaimId {
        ClaimId::try_from(self.claims.len()).expect("fewer than 2^32 claims")
    }

    /// Adds the owners that a further component declares to a claim, which becomes a joint claim.
    pub(super) fn join(&mut self, id: ClaimId, part: Claim) {
        let joint = &mut self.claims[id as usize];
        if let Some(first) = joint.component {
            let first = self.parts.entry((id, first));
            first.or_insert_with(|| joint.clone());
        }
        let owners = &mut joint.owners;
        let new = part.owners.iter().filter(|team| !owners.contains(team));
        let new: Vec<TeamId> = new.copied().collect();
        owners.extend(new);
        if let Some(component) = part.component {
            self.parts.insert((id, component), part);
        }
    }

    /// Adds the claim of a statement, unless it exists. Returns its pattern, which matches the paths that the statement is
    /// about in addition to those of [`patterns`](Self::patterns). No other claims can be added later.
    pub fn file(
        &self,
        statement: FileStatement,
        dialect: &'static str,
        key: &'static str,
        teams: &Teams,
    ) -> PatternId {
        let known_as = filed_key(&statement, dialect);
        let mut ids = self
            .filed_ids
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *ids.entry(known_as).or_insert_with(|| {
            let position = self.filed.push(|at| {
                let id = self.patterns.len() + at;
                let id = PatternId::try_from(id).expect("fewer than 2^32 patterns");
                let (claim, pattern) = filed::claim(statement, dialect, key, teams, id);
                FiledClaim {
                    claim,
                    pattern,
                    id: ClaimId::try_from(self.claims.len() + at).expect("fewer than 2^32 claims"),
                }
            });
            PatternId::try_from(self.patterns.len() + position).expect("fewer than 2^32 patterns")
        })
    }

    /// Returns whether any ownership file makes claims.
    pub fn has_filed(&self) -> bool {
        self.filed.len() > 0
    }

    pub(super) fn add(&mut self, claim: Claim) {
        let id = self.next_id();
        for pattern in &claim.patterns {
            self.by_pattern[*pattern as usize].push(id);
        }
        self.claims.push(claim);
    }

    /// Returns the claim with this id.
    pub fn get(&self, id: ClaimId) -> &Claim {
        let at = id as usize;
        let filed = || self.filed.get(at - self.claims.len()).map(|it| &it.claim);
        self.claims.get(at).or_else(filed).expect("a known claim")
    }

    /// Returns what a claim states about one component: its own part of a joint claim, or else the whole claim.
    pub fn about_component(&self, id: ClaimId, component: ComponentId) -> &Claim {
        let part = self.parts.get(&(id, component));
        part.unwrap_or_else(|| self.get(id))
    }

    /// Returns the claims with these ids, of several alternatives in the braces of an entry only the first.
    pub fn distinct(&self, ids: impl IntoIterator<Item = ClaimId>) -> Vec<(ClaimId, &Claim)> {
        let mut known = FxHashSet::default();
        let claims = ids.into_iter().map(|id| (id, self.get(id)));
        claims
            .filter(|(_, claim)| known.insert(claim.unsplit()))
            .collect()
    }

    /// Returns all claims with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ClaimId, &Claim)> {
        let filed = self.filed.iter().map(|filed| &filed.claim);
        (0..).zip(self.claims.iter().chain(filed))
    }

    /// Returns all patterns that paths can match by themselves; their positions are their ids.
    pub fn patterns(&self) -> &[Arc<Pattern>] {
        &self.patterns
    }

    /// Returns the pattern with this id.
    pub fn pattern(&self, id: PatternId) -> &Pattern {
        let at = id as usize;
        let filed = || {
            self.filed
                .get(at - self.patterns.len())
                .map(|it| &it.pattern)
        };
        let own = self.patterns.get(at).map(|pattern| &**pattern);
        own.or_else(filed).expect("a known pattern")
    }

    /// Returns the claims with this pattern.
    pub fn about(&self, pattern: PatternId) -> &[ClaimId] {
        let at = pattern as usize;
        let filed = || {
            let filed = self.filed.get(at - self.patterns.len())?;
            Some(std::slice::from_ref(&filed.id))
        };
        let own = self.by_pattern.get(at).map(Vec::as_slice);
        own.or_else(filed).unwrap_or_default()
    }
}

/// Returns what distinguishes the claim of a statement from all others.
fn filed_key(statement: &FileStatement, dialect: &'static str) -> FiledKey {
    let (mut spans, mut files) = (Vec::new(), Vec::<(BString, usize)>::new());
    for place in statement.lines.iter().flat_map(|line| &line.places) {
        let (_, path, span) = place.key();
        spans.push(span);
        match files.last_mut().filter(|(last, _)| last == path) {
            Some((_, places)) => *places += 1,
            None => files.push((path.to_owned(), 1)),
        }
    }
    let mut names = String::new();
    for name in statement.owners().chain(&statement.may_also_approve) {
        // No name contains a line break.
        names += &name.text;
        names.push('\n');
    }
    (dialect, spans, files, names)
}
