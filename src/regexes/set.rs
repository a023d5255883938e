use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use regex_automata::{Input, MatchKind, PatternSet, meta};
use regex_syntax::hir::Hir;

use super::weight::weight;

/// A set of compiled regular expressions.
#[derive(Debug, Default)]
pub struct Regexes {
    /// All expressions in one automaton. For small sets, it is fast to build but slow to search with.
    combined: Option<meta::Regex>,
    /// The same, slow to build but fast to search with; built after many searches.
    fast: OnceLock<Option<meta::Regex>>,
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
        let small = build(&parsed, SMALL, false, is_text);
        let is_small = small.is_some();
        let mut combined = small.or_else(|| build(&parsed, SIZE_LIMIT, true, is_text));
        // The weight is an estimate.
        while combined.is_none() && !parsed.is_empty() {
            parsed.truncate(parsed.len() / 2);
            too_large.extend(ids.drain(parsed.len()..));
            combined = build(&parsed, SIZE_LIMIT, true, is_text);
        }
        too_large.sort_unstable();
        let regexes = Self {
            combined,
            fast: OnceLock::new(),
            searches: AtomicUsize::new(0),
            parsed: if is_small { parsed } else { Vec::new() },
            ids,
            is_text,
        };
        (regexes, too_large)
    }

    /// Returns whether any expression matches in `text`.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.automaton()
            .is_some_and(|automaton| automaton.is_match(text))
    }

    /// Collects the ids of all expressions that match in `text`, in order.
    pub fn all(&self, text: &[u8], found: &mut Vec<u32>) {
        found.clear();
        let Some(combined) = self.automaton() else {
            return;
        };
        let mut set = PatternSet::new(combined.pattern_len());
        combined.which_overlapping_matches(&Input::new(text), &mut set);
        found.extend(set.iter().map(|at| self.ids[at.as_usize()]));
    }

    /// Returns the automaton for the next search; `None` if there are no expressions.
    fn automaton(&self) -> Option<&meta::Regex> {
        let combined = self.combined.as_ref().filter(|_| !self.ids.is_empty())?;
        let is_frequent =
            !self.parsed.is_empty() && self.searches.fetch_add(1, Ordering::Relaxed) >= FAST_AFTER;
        let fast = is_frequent.then(|| {
            let build = || build(&self.parsed, SIZE_LIMIT, true, self.is_text);
            self.fast.get_or_init(build).as_ref()
        });
        Some(fast.flatten().unwrap_or(combined))
    }
}

/// Compiles `expressions` within a size limit; `is_quick` optimizes for searching instead of building.
fn build(expressions: &[Hir], limit: usize, is_quick: bool, is_text: bool) -> Option<meta::Regex> {
    let config = meta::Config::new()
        .match_kind(MatchKind::All)
        .utf8_empty(is_text)
        .nfa_size_limit(Some(limit))
        .hybrid(is_quick)
        .dfa(is_quick)
        .onepass(is_quick)
        .backtrack(is_quick)
        .hybrid_cache_capacity(16 << 20);
    meta::Regex::builder()
        .configure(config)
        .build_many_from_hir(expressions)
        .ok()
}
