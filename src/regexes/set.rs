use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use regex_automata::{Input, MatchKind, PatternSet, meta};
use regex_syntax::hir::Hir;

use super::{lazy_set::LazySet, weight::weight};

/// A set of compiled regular expressions.
#[derive(Debug, Default)]
pub struct Regexes {
    /// All expressions of a small set in one automaton, which is fast to build but slow to search with.
    small: Option<meta::Regex>,
    /// All expressions in one automaton that is slow to build but fast to search with; for small sets, built after many
    /// searches.
    fast: OnceLock<Option<LazySet>>,
    searches: AtomicUsize,
    /// The input for `fast`; empty unless the set is small.
    parsed: Vec<Hir>,
    /// The ids of the expressions.
    ids: Vec<u32>,
    /// Whether no match may be in a character.
    is_text: bool,
}

/// The largest [weight] of a set. Compiling this much takes about half a second.
const WEIGHT_LIMIT: usize = 1 << 20;

/// The number of searches after which the fast automaton is built: in a tree with expressions in every folder,
/// most folders hold few files.
const FAST_AFTER: usize = 200;

/// The size limit of a small set, in bytes.
const SMALL: usize = 1 << 16;

/// The size limit of a set, in bytes.
const SIZE_LIMIT: usize = 64 << 20;

impl Regexes {
    /// Compiles expressions, which are combined into one automaton. Returns the ids of those that are too large together.
    pub fn new(expressions: impl IntoIterator<Item = (u32, Hir)>) -> (Self, Vec<u32>) {
        Self::compile(expressions, false)
    }

    /// Like [`new`](Self::new), but searches text: an expression such as `\B` does not match between the bytes of a
    /// character.
    pub fn of_text(expressions: impl IntoIterator<Item = (u32, Hir)>) -> (Self, Vec<u32>) {
        Self::compile(expressions, true)
    }

    fn compile(
        expressions: impl IntoIterator<Item = (u32, Hir)>,
        is_text: bool,
    ) -> (Self, Vec<u32>) {
        let (mut parsed, mut ids): (Vec<Hir>, Vec<u32>) = Default::default();
        let mut too_large = Vec::new();
        let mut total = 0_usize;
        for (id, hir) in expressions {
            let sum = total.saturating_add(weight(&hir));
            if sum > WEIGHT_LIMIT {
                too_large.push(id);
                continue;
            }
            total = sum;
            parsed.push(hir);
            ids.push(id);
        }
        let small = build_small(&parsed, is_text);
        let fast = OnceLock::new();
        if small.is_none() {
            let mut built = LazySet::new(&parsed, SIZE_LIMIT, is_text);
            // The weight is an estimate.
            while built.is_none() && !parsed.is_empty() {
                parsed.truncate(parsed.len() / 2);
                too_large.extend(ids.drain(parsed.len()..));
                built = LazySet::new(&parsed, SIZE_LIMIT, is_text);
            }
            fast.get_or_init(|| built);
            parsed = Vec::new();
        }
        too_large.sort_unstable();
        let regexes = Self {
            small,
            fast,
            searches: AtomicUsize::new(0),
            parsed,
            ids,
            is_text,
        };
        (regexes, too_large)
    }

    /// Returns whether any expression matches in `text`.
    pub fn is_match(&self, text: &[u8]) -> bool {
        if self.ids.is_empty() {
            return false;
        }
        match (self.fast(), &self.small) {
            (Some(fast), _) => fast.is_match(text),
            (None, Some(small)) => small.is_match(text),
            (None, None) => false,
        }
    }

    /// Collects the ids of all expressions that match in `text`, in order.
    pub fn all(&self, text: &[u8], found: &mut Vec<u32>) {
        found.clear();
        if self.ids.is_empty() {
            return;
        }
        let mut set = PatternSet::new(self.ids.len());
        match (self.fast(), &self.small) {
            (Some(fast), _) => fast.all(text, &mut set),
            (None, Some(small)) => small.which_overlapping_matches(&Input::new(text), &mut set),
            (None, None) => {}
        }
        found.extend(set.iter().map(|at| self.ids[at.as_usize()]));
    }

    /// Returns the fast automaton for the next search, if it is worth its time or the only one.
    fn fast(&self) -> Option<&LazySet> {
        let is_worth_it =
            self.small.is_none() || self.searches.fetch_add(1, Ordering::Relaxed) >= FAST_AFTER;
        let build = || LazySet::new(&self.parsed, SIZE_LIMIT, self.is_text);
        is_worth_it.then(|| self.fast.get_or_init(build).as_ref())?
    }
}

/// Compiles the expressions of a small set. Its memory grows with the product of states and expressions.
fn build_small(expressions: &[Hir], is_text: bool) -> Option<meta::Regex> {
    let config = meta::Config::new()
        .match_kind(MatchKind::All)
        .utf8_empty(is_text)
        .nfa_size_limit(Some(SMALL))
        .hybrid(false)
        .dfa(false)
        .onepass(false)
        .backtrack(false);
    meta::Regex::builder()
        .configure(config)
        .build_many_from_hir(expressions)
        .ok()
}
