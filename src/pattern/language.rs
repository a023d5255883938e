//! Whether every path that one pattern could ever match is also matched by another: decided
//! exactly, on automata over bytes, never on the text of the patterns or on today's files.

use std::{collections::BTreeMap, sync::OnceLock};

use bstr::{BString, ByteSlice};
use rustc_hash::FxHashSet;

use super::{Alternative, ByteSet, Pattern, Step, Token};

/// States that a comparison may visit before it is refused.
const MAX_STATES: usize = 50_000;

/// The set of all paths that some patterns could ever match.
#[derive(Debug)]
pub struct Language<'p> {
    alternatives: Vec<&'p Alternative>,
    automaton: OnceLock<Automaton>,
    sample: OnceLock<BString>,
}

/// A comparison that would need an automaton beyond the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("comparing the patterns takes more than {MAX_STATES} steps")]
pub struct TooComplex;

impl<'p> Language<'p> {
    /// What any of `patterns` matches.
    pub fn of(patterns: impl IntoIterator<Item = &'p Pattern>) -> Self {
        let alternatives = patterns.into_iter().flat_map(Pattern::alternatives);
        Self {
            alternatives: alternatives.collect(),
            automaton: OnceLock::new(),
            sample: OnceLock::new(),
        }
    }

    /// Whether every path of this language is in `other`.
    ///
    /// # Errors
    /// [`TooComplex`] where that can't be decided within the limit.
    pub fn is_within(&self, other: &Language<'_>) -> Result<bool, TooComplex> {
        // What holds a path holds everything below it, so most answers need no automaton.
        if !other.matches(self.sample()) {
            return Ok(false);
        }
        let surely = |alternative: &&Alternative| other.surely_holds(alternative);
        if self.alternatives.iter().all(surely) {
            return Ok(true);
        }
        Ok(self.path_outside(other)?.is_none())
    }

    /// A shortest path of this language that is not in `other`.
    ///
    /// # Errors
    /// [`TooComplex`] where that can't be decided within the limit.
    pub fn path_outside(&self, other: &Language<'_>) -> Result<Option<BString>, TooComplex> {
        path_outside(self.automaton(), other.automaton())
    }

    fn matches(&self, path: &BString) -> bool {
        self.alternatives
            .iter()
            .any(|alternative| alternative.matches(path.as_bstr(), false))
    }

    fn automaton(&self) -> &Automaton {
        self.automaton
            .get_or_init(|| Automaton::new(self.alternatives.iter().copied()))
    }

    /// A path of this language that few others hold: wildcards stand for an odd byte.
    fn sample(&self) -> &BString {
        const ODD: u8 = 1;
        self.sample.get_or_init(|| {
            let mut path = BString::default();
            let Some(alternative) = self.alternatives.first() else {
                return path;
            };
            for step in &alternative.steps {
                let start = path.len();
                match step {
                    Step::AnyDepth => path.push(ODD),
                    Step::Literal(name) => path.extend_from_slice(name),
                    Step::Glob(glob) => {
                        path.extend(glob.tokens().iter().map(|token| match token {
                            Token::Byte(byte) => *byte,
                            Token::One(set) if set.contains(ODD) => ODD,
                            Token::One(set) => set.sample().unwrap_or(ODD),
                            Token::Star => ODD,
                        }));
                    }
                }
                debug_assert!(path.len() > start);
                path.push(b'/');
            }
            if alternative.inside {
                path.push(ODD);
            } else {
                path.pop();
            }
            path
        })
    }

    /// A cheap yes: all that `alternative` matches is at or below a literal path that lies, with
    /// everything below it, in this language.
    fn surely_holds(&self, alternative: &Alternative) -> bool {
        if self.alternatives.contains(&alternative) {
            return true;
        }
        let literals: Vec<&[u8]> = alternative
            .steps
            .iter()
            .map_while(|step| match step {
                Step::Literal(name) => Some(&**name),
                _ => None,
            })
            .collect();
        let path = BString::from(bstr::join("/", &literals));
        let strictly_below = alternative.inside || alternative.steps.len() > literals.len();
        !literals.is_empty()
            && (self.matches(&path) || (strictly_below && self.holds_all_inside(&path)))
    }

    /// Whether some alternative is the literal `path/` or lies above it.
    fn holds_all_inside(&self, path: &BString) -> bool {
        self.alternatives.iter().any(|alternative| {
            let is_literal = |step| matches!(step, &Step::Literal(_));
            alternative.steps.iter().all(is_literal) && alternative.matches(path.as_bstr(), true)
        })
    }
}

/// A nondeterministic automaton over the bytes of a path, without empty transitions.
#[derive(Debug)]
struct Automaton {
    /// By state: on one of these bytes, to these states.
    edges: Vec<Vec<(ByteSet, u32)>>,
    start: Vec<u32>,
    accepting: Vec<bool>,
}

/// What is being built, with empty transitions.
#[derive(Default)]
struct Draft {
    edges: Vec<Vec<(ByteSet, u32)>>,
    empty: Vec<Vec<u32>>,
    accepting: Vec<bool>,
}

impl Draft {
    fn state(&mut self) -> u32 {
        self.edges.push(Vec::new());
        self.empty.push(Vec::new());
        self.accepting.push(false);
        u32::try_from(self.edges.len() - 1).expect("patterns are short")
    }

    fn edge(&mut self, from: u32, on: ByteSet, to: u32) {
        self.edges[from as usize].push((on, to));
    }

    /// From `at`, the beginning of a segment, to what accepts.
    fn alternative(&mut self, mut at: u32, alternative: &Alternative) {
        let slash = ByteSet::of(b'/');
        let name = ByteSet::within_segment();
        let mut segment_end = None;
        for step in &alternative.steps {
            if let Some(end) = segment_end.take() {
                at = self.state();
                self.edge(end, slash, at);
            }
            match step {
                Step::AnyDepth => {
                    let (middle, after) = (self.state(), self.state());
                    self.edge(at, name, middle);
                    self.edge(middle, name, middle);
                    self.edge(middle, slash, at);
                    self.empty[at as usize].push(after);
                    at = after;
                }
                Step::Literal(literal) => {
                    let tokens = literal.iter().map(|byte| Token::Byte(*byte));
                    segment_end = Some(self.segment(at, tokens));
                }
                Step::Glob(glob) => {
                    segment_end = Some(self.segment(at, glob.tokens().iter().cloned()));
                }
            }
        }
        let inside = self.state();
        self.edge(inside, ByteSet::all(), inside);
        self.accepting[inside as usize] = true;
        match segment_end {
            Some(end) => {
                self.edge(end, slash, inside);
                self.accepting[end as usize] = !alternative.inside;
            }
            None => self.empty[at as usize].push(inside),
        }
    }

    fn segment(&mut self, mut at: u32, tokens: impl Iterator<Item = Token>) -> u32 {
        for token in tokens {
            let next = self.state();
            match token {
                Token::Byte(byte) => self.edge(at, ByteSet::of(byte), next),
                Token::One(set) => self.edge(at, set, next),
                Token::Star => {
                    self.empty[at as usize].push(next);
                    self.edge(next, ByteSet::within_segment(), next);
                }
            }
            at = next;
        }
        at
    }

    /// All states that `state` reaches without reading.
    fn closure(&self, state: u32) -> Vec<u32> {
        let mut reached = vec![state];
        let mut done = 0;
        while let Some(next) = reached.get(done) {
            let more: Vec<u32> = self.empty[*next as usize]
                .iter()
                .filter(|state| !reached.contains(state))
                .copied()
                .collect();
            reached.extend(more);
            done += 1;
        }
        reached
    }
}

impl Automaton {
    fn new<'a>(alternatives: impl Iterator<Item = &'a Alternative>) -> Self {
        let mut draft = Draft::default();
        let mut starts = Vec::new();
        for alternative in alternatives {
            let start = draft.state();
            starts.push(start);
            draft.alternative(start, alternative);
        }
        let closures: Vec<Vec<u32>> = (0..draft.edges.len())
            .map(|state| draft.closure(state as u32))
            .collect();
        let edges = draft
            .edges
            .iter()
            .map(|edges| {
                edges
                    .iter()
                    .flat_map(|(on, to)| closures[*to as usize].iter().map(|to| (*on, *to)))
                    .collect()
            })
            .collect();
        let mut start: Vec<u32> = starts
            .iter()
            .flat_map(|state| &closures[*state as usize])
            .copied()
            .collect();
        start.sort_unstable();
        start.dedup();
        Self {
            edges,
            start,
            accepting: draft.accepting,
        }
    }

    fn next(&self, states: &[u32], byte: u8) -> Vec<u32> {
        let mut next: Vec<u32> = states
            .iter()
            .flat_map(|state| &self.edges[*state as usize])
            .filter(|(on, _)| on.contains(byte))
            .map(|(_, to)| *to)
            .collect();
        next.sort_unstable();
        next.dedup();
        next
    }

    fn accepts(&self, states: &[u32]) -> bool {
        states.iter().any(|state| self.accepting[*state as usize])
    }

    fn sets(&self) -> impl Iterator<Item = &ByteSet> {
        self.edges.iter().flatten().map(|(on, _)| on)
    }
}

/// One byte of each class that neither automaton tells apart, readable where there is a choice.
fn representatives(a: &Automaton, b: &Automaton) -> Vec<u8> {
    let mut sets: Vec<&ByteSet> = a.sets().chain(b.sets()).collect();
    sets.sort_unstable();
    sets.dedup();
    let mut classes: BTreeMap<Vec<bool>, u8> = BTreeMap::new();
    for byte in (b'a'..=b'z').chain(0..=u8::MAX) {
        let signature = sets.iter().map(|set| set.contains(byte)).collect();
        classes.entry(signature).or_insert(byte);
    }
    classes.into_values().collect()
}

/// A shortest path that `a` accepts and `b` does not.
fn path_outside(a: &Automaton, b: &Automaton) -> Result<Option<BString>, TooComplex> {
    struct Visit {
        a: Vec<u32>,
        b: Vec<u32>,
        at_boundary: bool,
        from: usize,
        byte: u8,
    }
    let bytes = representatives(a, b);
    let mut visits = vec![Visit {
        a: a.start.clone(),
        b: b.start.clone(),
        at_boundary: true,
        from: 0,
        byte: 0,
    }];
    let mut seen = FxHashSet::default();
    let mut done = 0;
    while done < visits.len() {
        for byte in &bytes {
            let visit = &visits[done];
            // A path has no empty segment.
            if *byte == b'/' && visit.at_boundary {
                continue;
            }
            let next_a = a.next(&visit.a, *byte);
            if next_a.is_empty() {
                continue;
            }
            let next_b = b.next(&visit.b, *byte);
            let at_boundary = *byte == b'/';
            let outside = !at_boundary && a.accepts(&next_a) && !b.accepts(&next_b);
            if outside || seen.insert((next_a.clone(), next_b.clone(), at_boundary)) {
                visits.push(Visit {
                    a: next_a,
                    b: next_b,
                    at_boundary,
                    from: done,
                    byte: *byte,
                });
            }
            if outside {
                let mut path = Vec::new();
                let mut at = visits.len() - 1;
                while at != 0 {
                    path.push(visits[at].byte);
                    at = visits[at].from;
                }
                path.reverse();
                return Ok(Some(path.into()));
            }
            if visits.len() > MAX_STATES {
                return Err(TooComplex);
            }
        }
        done += 1;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    #[track_caller]
    fn relation(a: &str, b: &str) -> (bool, bool) {
        let (a, b) = (pattern(a), pattern(b));
        let (a, b) = (Language::of([&a]), Language::of([&b]));
        (a.is_within(&b).unwrap(), b.is_within(&a).unwrap())
    }

    #[test]
    fn decides_inclusion_on_languages() {
        for (a, b, expected) in [
            ("modules/kafka/", "modules/", (true, false)),
            ("modules/kafka", "modules/kafka/", (false, true)),
            ("/a", "a", (true, true)),
            ("a/**", "a/", (true, true)),
            ("docs/*", "docs/", (true, true)),
            ("docs/*/", "docs/*", (true, false)),
            ("docs/a/b.md", "docs/*", (true, false)),
            ("docs/sub/", "docs/?*", (true, false)),
            ("src/foo.rs", "**/*.rs", (true, false)),
            ("src/foo.rs", "*.rs", (false, false)),
            ("build/logs/", "b*/", (true, false)),
            ("{a,b}/x", "*/x", (true, false)),
            ("**/a/**/b", "**/b", (true, false)),
            ("**/[ab]", "{**/a,**/b}", (true, true)),
            ("**", "{*,*/**}", (true, true)),
            ("*a", "*a*", (true, false)),
            ("[!a]", "*", (true, false)),
            ("a*b", "a*", (true, false)),
            ("a*", "*b", (false, false)),
            (
                "modules/*/files/kafka/",
                "modules/kafka/**/*.yaml",
                (false, false),
            ),
        ] {
            assert_eq!(relation(a, b), expected, "{a} and {b}");
        }
    }

    #[test]
    fn a_union_is_more_than_its_parts() {
        let parts = ["x/[!a]*", "x/a*"].map(|text| Pattern::parse(text).unwrap());
        let whole = pattern("x/");
        let whole = Language::of([&whole]);
        assert!(whole.is_within(&Language::of(&parts)).unwrap());
        assert!(!whole.is_within(&Language::of(&parts[..1])).unwrap());
    }

    #[test]
    fn a_witness_is_shortest_and_readable() {
        let (modules, some) = (pattern("modules/*/"), pattern("modules/a*/"));
        let outside = Language::of([&modules]).path_outside(&Language::of([&some]));
        assert_eq!(outside.unwrap().unwrap(), "modules/b/b");
    }

    #[test]
    fn an_automaton_beyond_the_limit_is_refused() {
        let a = pattern(&format!("*a{}", "?".repeat(40)));
        let ab = pattern(&format!("*{{a,b}}{}b", "?".repeat(39)));
        let outside = Language::of([&a]).path_outside(&Language::of([&ab]));
        assert_eq!(outside.err(), Some(TooComplex));
    }
}
