//! Decides which of two claims is stronger. No other module orders claims.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use rustc_hash::FxHashMap;

use super::owner_set;
use crate::{
    claims::{Claim, ClaimId, Claims},
    config::{TeamId, Teams},
    pattern::{Language, Pattern, PatternId, Relation, TooComplex},
};

/// Why one claim beats another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It has the higher priority.
    Priority,
    /// The paths it matches here are inside those of the other.
    Inside,
    /// Both match the same here, but the other also matches other paths.
    LessElsewhere,
    /// It names the component exactly, the other by a glob.
    Named,
    /// Both have a glob, and its names are a subset of the other's.
    NarrowerDefault,
    /// Its owners are descendants of the other's.
    Descendant,
    /// Its owners are the successors of the other's.
    Successor,
}

impl Reason {
    /// Returns whether the owners decide, and not the claims themselves.
    pub fn is_about_owners(self) -> bool {
        matches!(self, Self::Descendant | Self::Successor)
    }
}

/// Why claims on one path cannot be ordered within the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unordered {
    /// These two cannot be compared.
    Incomparable(ClaimId, ClaimId),
    /// Too many different claims match one path: the first, and how many.
    TooMany(ClaimId, usize),
}

/// Compares claims on the same path, and caches the relations of patterns.
#[derive(Debug)]
pub(crate) struct Precedence<'c> {
    claims: &'c Claims,
    languages: FxHashMap<Box<[PatternId]>, LanguageId>,
    list: Vec<Language<'c>>,
    relations: FxHashMap<(LanguageId, LanguageId), Result<Relation, TooComplex>>,
    names: FxHashMap<Arc<str>, LanguageId>,
}

type LanguageId = u32;

impl<'c> Precedence<'c> {
    pub fn new(claims: &'c Claims) -> Self {
        Self {
            claims,
            languages: FxHashMap::default(),
            list: Vec::new(),
            relations: FxHashMap::default(),
            names: FxHashMap::default(),
        }
    }

    /// Returns why `a` beats `b` where the patterns `here` match, or `None` if it does not.
    ///
    /// A component often has several paths. A claim about it is compared by those that match here first, and
    /// by all of them only if the two are equal here.
    pub fn beats(
        &mut self,
        a: ClaimId,
        b: ClaimId,
        here: &[PatternId],
    ) -> Result<Option<Reason>, Unordered> {
        let (one, other) = (self.claims.get(a), self.claims.get(b));
        if one.priority != other.priority {
            return Ok((one.priority > other.priority).then_some(Reason::Priority));
        }
        let too_complex = |_| Unordered::Incomparable(a.min(b), a.max(b));
        let local = |claim: &'c Claim| -> Cow<'c, [PatternId]> {
            match &claim.patterns[..] {
                one @ [_] => Cow::Borrowed(one),
                several => {
                    let matching = several.iter().filter(|id| here.contains(id));
                    Cow::Owned(matching.copied().collect())
                }
            }
        };
        let is_of_file = one.filed.is_some() || other.filed.is_some();
        let whole = |claim: &'c Claim| Cow::Borrowed(&claim.patterns[..]);
        for (reason, one, other) in [
            (Reason::Inside, local(one), local(other)),
            (Reason::LessElsewhere, whole(one), whole(other)),
        ] {
            let relation = match self.relation(&one, &other) {
                // Whoever changes an ownership file must not stop the run. The claims are shown as a conflict.
                Err(TooComplex) if is_of_file => return Ok(None),
                relation => relation.map_err(too_complex)?,
            };
            match relation {
                Relation::Inside => return Ok(Some(reason)),
                Relation::Around | Relation::Overlapping | Relation::Disjoint => return Ok(None),
                Relation::Equal => {}
            }
        }
        let is_only_files = |claim: &Claim| {
            let filed = claim.filed.as_ref();
            filed.is_some_and(|filed| filed.is_only_files)
        };
        match (is_only_files(one), is_only_files(other)) {
            (true, false) => return Ok(Some(Reason::Inside)),
            (false, true) => return Ok(None),
            _ => {}
        }
        match (&one.default_for, &other.default_for) {
            (None, Some(_)) => Ok(Some(Reason::Named)),
            (Some(one), Some(other)) => {
                let (one, other) = (self.name(one), self.name(other));
                let relation = self.compare(one, other).map_err(too_complex)?;
                Ok((relation == Relation::Inside).then_some(Reason::NarrowerDefault))
            }
            _ => Ok(None),
        }
    }

    fn relation(&mut self, a: &[PatternId], b: &[PatternId]) -> Result<Relation, TooComplex> {
        if a == b {
            return Ok(Relation::Equal);
        }
        let (a, b) = (self.language(a), self.language(b));
        self.compare(a, b)
    }

    fn language(&mut self, patterns: &[PatternId]) -> LanguageId {
        if let Some(id) = self.languages.get(patterns) {
            return *id;
        }
        let claims = self.claims;
        let id = self.add(Language::of(patterns.iter().map(|id| claims.pattern(*id))));
        self.languages.insert(patterns.into(), id);
        id
    }

    fn name(&mut self, pattern: &'c Pattern) -> LanguageId {
        if let Some(id) = self.names.get(pattern.text()) {
            return *id;
        }
        let id = self.add(Language::of([pattern]));
        self.names.insert(Arc::clone(pattern.text()), id);
        id
    }

    fn add(&mut self, language: Language<'c>) -> LanguageId {
        self.list.push(language);
        LanguageId::try_from(self.list.len() - 1).expect("fewer than 2^32 languages")
    }

    fn compare(&mut self, a: LanguageId, b: LanguageId) -> Result<Relation, TooComplex> {
        if let Some(known) = self.relations.get(&(a, b)) {
            return *known;
        }
        let relation = self.list[a as usize].relation(&self.list[b as usize]);
        self.relations.insert((a, b), relation);
        self.relations
            .insert((b, a), relation.map(Relation::reverse));
        relation
    }
}

/// Returns whether two lists of owners are the same in any order, or one is a less precise form of the
/// other.
pub fn agree(one: &[TeamId], other: &[TeamId], teams: &Teams) -> bool {
    one == other
        || (one.len().max(other.len()) > 1 && owner_set(one) == owner_set(other))
        || is_less_precise(one, other, teams)
        || is_less_precise(other, one, teams)
}

pub fn is_less_precise(coarse: &[TeamId], fine: &[TeamId], teams: &Teams) -> bool {
    more_precise(coarse, fine, teams).is_some()
}

/// Returns why `fine` is a more precise form of `coarse`. A retired team counts as its successor, which is more precise.
///
/// This is a strict partial order, because it compares the current teams in such an order, and breaks the ties between
/// lists with the same current teams by whether a list contains only current teams.
pub fn more_precise(coarse: &[TeamId], fine: &[TeamId], teams: &Teams) -> Option<Reason> {
    let mut all = coarse.iter().chain(fine);
    if all.all(|team| teams.successor(*team) == *team) {
        return has_ancestors(coarse, fine, teams).then_some(Reason::Descendant);
    }
    let current = |owners: &[TeamId]| {
        let owners: BTreeSet<TeamId> = owners.iter().map(|team| teams.successor(*team)).collect();
        Vec::from_iter(owners)
    };
    let [own, other] = [coarse, fine].map(current);
    match own == other {
        true => (owner_set(fine) == other && owner_set(coarse) != own).then_some(Reason::Successor),
        false => has_ancestors(&own, &other, teams).then_some(Reason::Descendant),
    }
}

/// Returns whether `coarse` names ancestors of the owners in `fine`, and is less precise for this reason.
///
/// This holds if `coarse` *generalizes* `fine`: each of its owners is in `fine` or an ancestor of an owner in `fine`,
/// and at least one is an ancestor. Two lists can generalize each other if they name the same teams together with
/// different ancestors of these teams. Then the list with the higher ancestors is less precise: each owner that only
/// `fine` names has an ancestor among the owners that only `coarse` names.
///
/// This is a strict partial order. Therefore, of several lists, at least one is not less precise than any other. Proof:
///
/// * `generalizes` is transitive. Therefore, generalizing in one direction only is a strict partial order. Lists that
///   generalize each other have the same place in this order.
/// * Among lists that generalize each other, `has_higher_owners` decides. This is the multiset order of Dershowitz and
///   Manna over the ancestors, which is a strict partial order.
/// * A strict partial order whose ties another strict partial order breaks is a strict partial order.
fn has_ancestors(coarse: &[TeamId], fine: &[TeamId], teams: &Teams) -> bool {
    generalizes(coarse, fine, teams)
        && (!generalizes(fine, coarse, teams) || has_higher_owners(coarse, fine, teams))
}

/// Returns whether each owner in `general` is in `special` or an ancestor of an owner in `special`, and at least one is
/// an ancestor.
fn generalizes(general: &[TeamId], special: &[TeamId], teams: &Teams) -> bool {
    let above = |owner: &TeamId| special.iter().any(|team| teams.is_ancestor(*owner, *team));
    let covered = |owner: &TeamId| special.contains(owner) || above(owner);
    general.iter().all(covered) && general.iter().any(above)
}

/// Returns whether the lists differ, and each owner that only `low` names has an ancestor among those that only `high`
/// names.
fn has_higher_owners(high: &[TeamId], low: &[TeamId], teams: &Teams) -> bool {
    let only_in = |one: &[TeamId], other: &[TeamId]| -> Vec<TeamId> {
        let owners = one.iter().filter(|owner| !other.contains(owner));
        owners.copied().collect()
    };
    let (only_high, only_low) = (only_in(high, low), only_in(low, high));
    let has_ancestor = |team: &TeamId| {
        let mut high = only_high.iter();
        high.any(|owner| teams.is_ancestor(*owner, *team))
    };
    !(only_high.is_empty() && only_low.is_empty()) && only_low.iter().all(has_ancestor)
}
