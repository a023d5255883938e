use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use regex_automata::{Input, MatchKind, PatternSet, meta, util::syntax};
use regex_syntax::hir::Hir;
use rustc_hash::FxHashMap;

/// Regular expressions, ready to be searched for at once.
#[derive(Debug)]
pub(super) struct Regexes {
    /// If they are small: quick to build, not to search for.
    together: Option<meta::Regex>,
    /// The other way round; built when that pays.
    often: OnceLock<Option<meta::Regex>>,
    searches: AtomicUsize,
    /// What that is built from; nothing if they are not small.
    parsed: Vec<Hir>,
    each: Vec<meta::Regex>,
    /// By position among those that could be read: the id.
    ids: Vec<u32>,
}

/// What one expression may take.
const EXPRESSION_LIMIT: usize = 1 << 20;

/// How many searches it takes for a quicker way to be worth building: most folders of a tree that has
/// expressions in each hold few files.
const OFTEN: usize = 200;

/// What they may take to be small.
const SMALL: usize = 1 << 16;

/// What all of them together may take; where they take more, they are searched for one by one.
const TOGETHER_LIMIT: usize = 32 << 20;

/// Expressions that were built: many files of a tree say the same of files that are called the same.
#[derive(Debug, Default)]
pub(super) struct KnownRegexes(FxHashMap<Vec<String>, (Arc<Regexes>, Faults)>);

/// Which expressions can't be read, and why.
type Faults = Vec<(u32, String)>;

impl KnownRegexes {
    /// As [`Regexes::new`] of expressions, whose positions are their ids, in which blanks count.
    pub fn get(&mut self, texts: Vec<String>) -> (Arc<Regexes>, &Faults) {
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
    /// Of expressions with their ids, and why some of them can't be read. `extended` says that blanks
    /// in them don't count.
    pub fn new<'t>(
        texts: impl IntoIterator<Item = (u32, &'t str)>,
        extended: bool,
    ) -> (Self, Faults) {
        let syntax = syntax::Config::new()
            .utf8(false)
            .ignore_whitespace(extended)
            .nest_limit(100);
        let (mut parsed, mut ids): (Vec<Hir>, Vec<u32>) = Default::default();
        let mut errors = Faults::new();
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
        let together = small.or_else(|| build(&parsed, TOGETHER_LIMIT, true));
        let mut each = Vec::new();
        if together.is_none() {
            let mut kept = Vec::new();
            for (hir, id) in std::mem::take(&mut parsed).into_iter().zip(&ids) {
                match build(&[hir], EXPRESSION_LIMIT, true) {
                    Some(regex) => {
                        each.push(regex);
                        kept.push(*id);
                    }
                    None => errors.push((*id, "it is too large".to_owned())),
                }
            }
            ids = kept;
        }
        let regexes = Self {
            together,
            often: OnceLock::new(),
            searches: AtomicUsize::new(0),
            parsed: if is_small { parsed } else { Vec::new() },
            each,
            ids,
        };
        (regexes, errors)
    }

    /// The ids of all that are found in `text`, in order.
    pub fn all(&self, text: &[u8], found: &mut Vec<u32>) {
        found.clear();
        if self.ids.is_empty() {
            return;
        }
        match &self.together {
            Some(together) => {
                let is_often = !self.parsed.is_empty()
                    && self.searches.fetch_add(1, Ordering::Relaxed) >= OFTEN;
                let often = is_often.then(|| {
                    let build = || build(&self.parsed, TOGETHER_LIMIT, true);
                    self.often.get_or_init(build).as_ref()
                });
                let together = often.flatten().unwrap_or(together);
                let mut set = PatternSet::new(together.pattern_len());
                together.which_overlapping_matches(&Input::new(text), &mut set);
                found.extend(set.iter().map(|at| self.ids[at.as_usize()]));
            }
            None => {
                let each = self.each.iter().zip(&self.ids);
                found.extend(
                    each.filter(|(one, _)| one.is_match(text))
                        .map(|(_, id)| *id),
                );
            }
        }
    }
}

/// All of `expressions`, within a limit; `is_quick` says that searching is to be quick, not building.
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

/// The last line of what the library says: what is wrong, without a drawing of where.
fn reason(error: &regex_syntax::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}
