use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use regex_automata::{Input, MatchKind, PatternSet, meta, util::syntax};
use regex_syntax::hir::Hir;
use rustc_hash::FxHashMap;

/// A set of compiled regular expressions.
#[derive(Debug)]
pub(super) struct Regexes {
    /// All expressions in one automaton. For small sets, it is fast to build but slow to search with.
    combined: Option<meta::Regex>,
    /// The same, slow to build but fast to search with; built after many searches.
    fast: OnceLock<Option<meta::Regex>>,
    searches: AtomicUsize,
    /// The input for `fast`; empty unless the set is small.
    parsed: Vec<Hir>,
    /// The expressions one by one, if they are too large together.
    single: Vec<meta::Regex>,
    /// The ids of the valid expressions.
    ids: Vec<u32>,
}

/// The size limit of one expression.
const EXPRESSION_LIMIT: usize = 1 << 20;

/// The number of searches after which the fast automaton is built: in a tree with expressions in every folder,
/// most folders hold few files.
const FAST_AFTER: usize = 200;

/// The size limit of a small set.
const SMALL: usize = 1 << 16;

/// The size limit of a set; larger sets are searched one expression at a time.
const TOGETHER_LIMIT: usize = 32 << 20;

/// Caches compiled sets: many folders of a tree contain the same expressions.
#[derive(Debug, Default)]
pub(super) struct RegexCache(FxHashMap<Vec<String>, (Arc<Regexes>, Errors)>);

/// The ids of invalid expressions with the reason.
type Errors = Vec<(u32, String)>;

impl RegexCache {
    /// Like [`Regexes::new`] with positions as ids and significant blanks.
    pub fn get(&mut self, texts: Vec<String>) -> (Arc<Regexes>, &Errors) {
        let build = |texts: &Vec<String>| {
            let texts = texts.iter().map(String::as_str);
            let (regexes, errors) = Regexes::new((0..).zip(texts), false);
            (Arc::new(regexes), errors)
        };
        let entry = self.0.entry(texts);
        let (regexes, errors) = entry.or_insert_with_key(build);
        (Arc::clone(regexes), errors)
    }
}

impl Regexes {
    /// Compiles expressions and returns the invalid ones with the reason. With `extended`, blanks in
    /// expressions are ignored.
    pub fn new<'t>(
        texts: impl IntoIterator<Item = (u32, &'t str)>,
        extended: bool,
    ) -> (Self, Errors) {
        let syntax = syntax::Config::new()
            .utf8(false)
            .ignore_whitespace(extended)
            .nest_limit(100);
        let (mut parsed, mut ids): (Vec<Hir>, Vec<u32>) = Default::default();
        let mut errors = Errors::new();
        for (id, text) in texts {
            match syntax::parse_with(text, &syntax) {
                Ok(hir) => {
                    parsed.push(hir);
                    ids.push(id);
                }
                Err(error) => errors.push((id, reason(&error))),
            }
        }
        let small = build(&parsed, SMALL, false);
        let is_small = small.is_some();
        let combined = small.or_else(|| build(&parsed, TOGETHER_LIMIT, true));
        let mut single = Vec::new();
        if combined.is_none() {
            let mut kept = Vec::new();
            for (hir, id) in std::mem::take(&mut parsed).into_iter().zip(&ids) {
                match build(&[hir], EXPRESSION_LIMIT, true) {
                    Some(regex) => {
                        single.push(regex);
                        kept.push(*id);
                    }
                    None => errors.push((*id, "it is too large".to_owned())),
                }
            }
            ids = kept;
        }
        let regexes = Self {
            combined,
            fast: OnceLock::new(),
            searches: AtomicUsize::new(0),
            parsed: if is_small { parsed } else { Vec::new() },
            single,
            ids,
        };
        (regexes, errors)
    }

    /// Collects the ids of all expressions that match in `text`, in order.
    pub fn all(&self, text: &[u8], found: &mut Vec<u32>) {
        found.clear();
        if self.ids.is_empty() {
            return;
        }
        match &self.combined {
            Some(combined) => {
                let is_frequent = !self.parsed.is_empty()
                    && self.searches.fetch_add(1, Ordering::Relaxed) >= FAST_AFTER;
                let fast = is_frequent.then(|| {
                    let build = || build(&self.parsed, TOGETHER_LIMIT, true);
                    self.fast.get_or_init(build).as_ref()
                });
                let combined = fast.flatten().unwrap_or(combined);
                let mut set = PatternSet::new(combined.pattern_len());
                combined.which_overlapping_matches(&Input::new(text), &mut set);
                found.extend(set.iter().map(|at| self.ids[at.as_usize()]));
            }
            None => {
                let each = self.single.iter().zip(&self.ids);
                found.extend(
                    each.filter(|(one, _)| one.is_match(text))
                        .map(|(_, id)| *id),
                );
            }
        }
    }
}

/// Compiles `expressions` within a size limit; `is_quick` optimizes for searching instead of building.
fn build(expressions: &[Hir], limit: usize, is_quick: bool) -> Option<meta::Regex> {
    let config = meta::Config::new()
        .match_kind(MatchKind::All)
        .utf8_empty(false)
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

/// Returns the last line of an error: the cause without the marked position.
fn reason(error: &regex_syntax::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}
