use std::sync::OnceLock;

use regex_automata::{
    MatchKind,
    hybrid::dfa::{self, DFA},
    nfa::thompson,
};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::regexes::{
    Regexes,
    re2::{self, MAX_RANGES, Re2Error},
    weight,
};

/// The largest number of values that are listed instead of searching with an automaton.
const MAX_VALUES: usize = 512;

/// The number of bytes that take about as much memory as one state of an automaton.
const BYTES_PER_STATE: usize = 100;

/// About how many bytes of memory a listed value takes in addition to its text.
const BYTES_PER_VALUE: usize = 40;

/// The size limit of a compiled expression.
const SIZE_LIMIT: usize = 8 << 20;

/// The size limit of the states that a search for values creates.
const STATES_LIMIT: usize = 8 << 20;

/// A regular expression of a matcher, which must match the whole value of the label.
#[derive(Debug)]
pub struct Expression {
    hir: Hir,
    /// About how many states the automaton has.
    weight: usize,
    /// All values that it matches, sorted, if they are few.
    values: Option<Vec<String>>,
    regex: OnceLock<Option<Regexes>>,
    dfa: OnceLock<Option<DFA>>,
}

impl Expression {
    /// Parses an expression in the syntax of RE2.
    ///
    /// # Errors
    /// If RE2 rejects the expression, or it is too large.
    pub fn parse(text: &str) -> Result<Self, Re2Error> {
        Self::parse_within(text, &mut { MAX_RANGES })
    }

    /// Parses an expression in the syntax of RE2, and subtracts the ranges of its large classes from those that are
    /// allowed.
    ///
    /// # Errors
    /// If RE2 rejects the expression, or it is too large.
    pub(super) fn parse_within(text: &str, ranges: &mut usize) -> Result<Self, Re2Error> {
        // As in Alertmanager, where `a)|(b` is valid and matches everything that begins with `a` or ends with `b`.
        let hir = re2::parse_within(&format!("^(?:{text})$"), ranges)?;
        Ok(Self {
            weight: weight(&hir),
            values: anchored(&hir).and_then(values),
            hir,
            regex: OnceLock::new(),
            dfa: OnceLock::new(),
        })
    }

    /// Returns whether it matches a value; `None` if it is too large to be compiled.
    pub fn matches(&self, value: &str) -> Option<bool> {
        match &self.values {
            Some(values) => Some(values.binary_search_by(|it| it.as_str().cmp(value)).is_ok()),
            None => Some(self.regex()?.is_match(value.as_bytes())),
        }
    }

    /// Returns all values that it matches, sorted, if they are few.
    pub fn values(&self) -> Option<&[String]> {
        self.values.as_deref()
    }

    /// Returns it parsed, with the anchors around it.
    pub(super) fn hir(&self) -> &Hir {
        &self.hir
    }

    /// Returns about how many states its automaton has, or takes as much memory as.
    pub(super) fn weight(&self) -> usize {
        match &self.values {
            Some(values) => {
                let sizes = values.iter().map(|value| value.len() + BYTES_PER_VALUE);
                1 + sizes.sum::<usize>() / BYTES_PER_STATE
            }
            None => self.weight,
        }
    }

    /// Returns a short value that it probably matches: anchors inside the expression are not considered.
    pub(super) fn sample(&self) -> Option<String> {
        let mut sample = String::new();
        add_sample(&self.hir, &mut sample)?;
        Some(sample)
    }

    /// Returns whether it can match at the end of any text, so that each character of a value has to be compared with its
    /// start.
    pub(super) fn is_floating(&self) -> bool {
        self.values.is_none() && is_floating(&self.hir)
    }

    fn regex(&self) -> Option<&Regexes> {
        let build = || {
            let (regex, too_large) = Regexes::new([(0, self.hir.clone())]);
            too_large.is_empty().then_some(regex)
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

/// The longest value that is made without a search.
const MAX_SAMPLE: usize = 1_000;

/// Adds a string that an expression matches if it has no anchors inside. Returns `None` if the string is too long, or if
/// the expression matches no string.
fn add_sample(hir: &Hir, sample: &mut String) -> Option<()> {
    if sample.len() > MAX_SAMPLE {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => sample.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let holds = |char: &char| {
                let mut ranges = class.iter();
                ranges.any(|range| (range.start()..=range.end()).contains(char))
            };
            let mut readable = ('a'..='z').chain('0'..='9').chain('A'..='Z');
            let first = || class.iter().next().map(|range| range.start());
            sample.push(readable.find(holds).or_else(first)?);
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                add_sample(&repetition.sub, sample)?;
            }
        }
        HirKind::Capture(capture) => add_sample(&capture.sub, sample)?,
        HirKind::Concat(parts) => {
            for part in parts {
                add_sample(part, sample)?;
            }
        }
        HirKind::Alternation(parts) => {
            let length = |part: &&Hir| part.properties().minimum_len();
            let shortest = parts.iter().filter(|part| length(part).is_some());
            add_sample(shortest.min_by_key(length)?, sample)?;
        }
    }
    Some(())
}

/// Returns whether the first character that an expression matches is repeated.
fn is_floating(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => repetition.max.is_none(),
        HirKind::Capture(capture) => is_floating(&capture.sub),
        HirKind::Concat(parts) => {
            let mut parts = parts.iter().filter(|part| !is_empty(part));
            parts.next().is_some_and(is_floating)
        }
        HirKind::Alternation(parts) => parts.iter().any(is_floating),
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => false,
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
