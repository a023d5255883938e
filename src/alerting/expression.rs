use std::sync::OnceLock;

use regex_automata::{
    MatchKind,
    hybrid::dfa::{self, DFA},
    meta,
    nfa::thompson,
};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::label_values;
use crate::regexes::re2::{self, Re2Error};

/// The largest number of values that are listed instead of searching with an automaton.
const MAX_VALUES: usize = 512;

/// The size limit of a compiled expression.
const SIZE_LIMIT: usize = 8 << 20;

/// The size limit of the states that a search for values creates.
const STATES_LIMIT: usize = 8 << 20;

/// A regular expression of a matcher, which must match the whole value of the label.
#[derive(Debug)]
pub struct Expression {
    hir: Hir,
    /// All values that it matches, sorted, if they are few.
    values: Option<Vec<String>>,
    regex: OnceLock<Option<meta::Regex>>,
    dfa: OnceLock<Option<DFA>>,
    /// A shortest value that it matches.
    sample: OnceLock<Option<String>>,
}

impl Expression {
    /// Parses an expression in the syntax of RE2.
    ///
    /// # Errors
    /// If RE2 rejects the expression, or it is too large.
    pub fn parse(text: &str) -> Result<Self, Re2Error> {
        // As in Alertmanager, where `a)|(b` is valid and matches everything that begins with `a` or ends with `b`.
        let hir = re2::parse(&format!("^(?:{text})$"))?;
        Ok(Self {
            values: anchored(&hir).and_then(values),
            hir,
            regex: OnceLock::new(),
            dfa: OnceLock::new(),
            sample: OnceLock::new(),
        })
    }

    /// Returns whether it matches a value; `None` if it is too large to be compiled.
    pub fn matches(&self, value: &str) -> Option<bool> {
        match &self.values {
            Some(values) => Some(values.binary_search_by(|it| it.as_str().cmp(value)).is_ok()),
            None => Some(self.regex()?.is_match(value)),
        }
    }

    /// Returns all values that it matches, sorted, if they are few.
    pub fn values(&self) -> Option<&[String]> {
        self.values.as_deref()
    }

    /// Returns a shortest value that it matches, if one was found.
    pub(super) fn sample(&self) -> Option<&str> {
        let search = || label_values::shortest(self).ok().flatten();
        self.sample.get_or_init(search).as_deref()
    }

    fn regex(&self) -> Option<&meta::Regex> {
        let build = || {
            let config = meta::Config::new().nfa_size_limit(Some(SIZE_LIMIT));
            let mut builder = meta::Regex::builder();
            builder.configure(config).build_from_hir(&self.hir).ok()
        };
        self.regex.get_or_init(build).as_ref()
    }

    /// Returns the automaton that searches for a match; `None` if it is too large.
    pub(super) fn dfa(&self) -> Option<&DFA> {
        let build = || {
            let config = thompson::Config::new().nfa_size_limit(Some(SIZE_LIMIT));
            let nfa = thompson::Compiler::new()
                .configure(config)
                .build_from_hir(&self.hir)
                .ok()?;
            // A search for values refers to states, so these must never be dropped.
            let config = dfa::Config::new()
                .match_kind(MatchKind::All)
                .cache_capacity(STATES_LIMIT)
                .skip_cache_capacity_check(true)
                .minimum_cache_clear_count(Some(0));
            dfa::Builder::new()
                .configure(config)
                .build_from_nfa(nfa)
                .ok()
        };
        self.dfa.get_or_init(build).as_ref()
    }
}

/// Returns what is between `^` and `$`.
fn anchored(hir: &Hir) -> Option<&[Hir]> {
    let HirKind::Concat(parts) = hir.kind() else {
        return None;
    };
    let is = |hir: &Hir, look: Look| matches!(hir.kind(), HirKind::Look(it) if *it == look);
    match &parts[..] {
        [first, inner @ .., last] if is(first, Look::Start) && is(last, Look::End) => Some(inner),
        _ => None,
    }
}

/// Returns all strings that match a sequence of parts, sorted and each once, if they are few.
fn values(parts: &[Hir]) -> Option<Vec<String>> {
    let whole = Edges {
        start: true,
        end: true,
    };
    let strings = sequence(parts, whole)?.into_iter().map(String::from_utf8);
    let mut values: Vec<String> = strings.collect::<Result<_, _>>().ok()?;
    values.sort_unstable();
    values.dedup();
    Some(values)
}

/// The ends of the value that a part of an expression touches, where an anchor is certain to match.
#[derive(Debug, Clone, Copy)]
struct Edges {
    start: bool,
    end: bool,
}

fn sequence(parts: &[Hir], edges: Edges) -> Option<Vec<Vec<u8>>> {
    let mut strings = vec![Vec::new()];
    for (at, part) in parts.iter().enumerate() {
        let edges = Edges {
            start: edges.start && parts[..at].iter().all(is_empty),
            end: edges.end && parts[at + 1..].iter().all(is_empty),
        };
        strings = product(&strings, &strings_of(part, edges)?)?;
    }
    Some(strings)
}

fn is_empty(hir: &Hir) -> bool {
    hir.properties().maximum_len() == Some(0)
}

fn product(before: &[Vec<u8>], after: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    if before.len().saturating_mul(after.len()) > MAX_VALUES {
        return None;
    }
    let each = before.iter().flat_map(|start| {
        let ends = after.iter();
        ends.map(move |end| [start.as_slice(), end].concat())
    });
    Some(each.collect())
}

fn strings_of(hir: &Hir, edges: Edges) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Empty => Some(vec![Vec::new()]),
        HirKind::Literal(literal) => Some(vec![literal.0.to_vec()]),
        HirKind::Class(Class::Unicode(class)) => {
            let mut chars = Vec::new();
            for range in class.iter() {
                for char in range.start()..=range.end() {
                    if chars.len() == MAX_VALUES {
                        return None;
                    }
                    chars.push(char.to_string().into_bytes());
                }
            }
            Some(chars)
        }
        // `^` and `$` in the expression itself, and those that `match_re` adds once more.
        HirKind::Look(Look::Start) if edges.start => Some(vec![Vec::new()]),
        HirKind::Look(Look::End) if edges.end => Some(vec![Vec::new()]),
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) => None,
        HirKind::Repetition(repetition) => {
            let max = repetition.max?;
            let inside = Edges {
                start: false,
                end: false,
            };
            let inner = strings_of(&repetition.sub, inside)?;
            let mut power = vec![Vec::new()];
            let mut all = Vec::new();
            for count in 0..=max {
                if count >= repetition.min {
                    all.extend(power.iter().cloned());
                }
                if all.len() > MAX_VALUES {
                    return None;
                }
                if count < max {
                    power = product(&power, &inner)?;
                }
            }
            Some(all)
        }
        HirKind::Capture(capture) => strings_of(&capture.sub, edges),
        HirKind::Concat(parts) => sequence(parts, edges),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(strings_of(part, edges)?);
                if all.len() > MAX_VALUES {
                    return None;
                }
            }
            Some(all)
        }
    }
}
