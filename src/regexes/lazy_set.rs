use regex_automata::{
    Input, MatchError, MatchKind, PatternSet,
    hybrid::dfa::{Cache, DFA},
    nfa::thompson::{self, WhichCaptures},
    util::pool::Pool,
};
use regex_syntax::hir::Hir;

/// The memory for the states that a search finds, in bytes. Larger automata get as much as they need.
const CACHE: usize = 16 << 20;

/// Expressions in one automaton whose states are found when they are needed. Unlike those of
/// [`meta::Regex`](regex_automata::meta::Regex), its searches never need memory for each pair of a state and an
/// expression.
#[derive(Debug)]
pub(super) struct LazySet {
    automaton: DFA,
    caches: Pool<Option<Cache>, fn() -> Option<Cache>>,
}

impl LazySet {
    /// Compiles expressions within a size limit in bytes. `is_text` means that no match may be in a character.
    pub fn new(expressions: &[Hir], limit: usize, is_text: bool) -> Option<Self> {
        let config = thompson::Config::new()
            .utf8(is_text)
            .nfa_size_limit(Some(limit))
            .which_captures(WhichCaptures::None);
        let states = thompson::Compiler::new()
            .configure(config)
            .build_many_from_hir(expressions);
        let config = DFA::config()
            .match_kind(MatchKind::All)
            .cache_capacity(CACHE)
            .skip_cache_capacity_check(true);
        let automaton = DFA::builder()
            .configure(config)
            .build_from_nfa(states.ok()?);
        Some(Self {
            automaton: automaton.ok()?,
            caches: Pool::new(|| None),
        })
    }

    /// Returns whether any expression matches in `text`.
    pub fn is_match(&self, text: &[u8]) -> bool {
        let input = Input::new(text).earliest(true);
        self.search(|automaton, cache| automaton.try_search_fwd(cache, &input))
            .is_some()
    }

    /// Adds the positions of all expressions that match in `text`.
    pub fn all(&self, text: &[u8], found: &mut PatternSet) {
        let input = Input::new(text);
        self.search(|automaton, cache| {
            automaton.try_which_overlapping_matches(cache, &input, found)
        });
    }

    fn search<T>(&self, search: impl FnOnce(&DFA, &mut Cache) -> Result<T, MatchError>) -> T {
        let mut cache = self.caches.get();
        let cache = cache.get_or_insert_with(|| self.automaton.create_cache());
        search(&self.automaton, cache).expect("it neither gives up nor stops at some bytes")
    }
}
