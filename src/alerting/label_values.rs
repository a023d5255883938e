//! Finds a value of a label that passes some tests and fails others, or proves that there is none.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::LazyLock,
};

use regex_automata::{
    Input,
    hybrid::{
        LazyStateID,
        dfa::{Cache, DFA},
    },
};
use rustc_hash::FxHashMap;

use super::{
    budget::{Budget, TooComplex},
    expression::Expression,
    label_tests::{LabelTests, UNUSUAL, Value},
    matcher::Test,
};
use crate::regexes::re2::Re2Error;

/// The number of steps that it takes to prepare an automaton for a search.
const PREPARATION: usize = 50;

/// The weight of automata whose steps all take about the same time.
const ORDINARY_WEIGHT: usize = 64;

/// The number of requirements that are tested in one step.
const TESTS_IN_STEP: usize = 8;

/// The number of combined states after which a search is abandoned.
const MAX_STATES: usize = 20_000;

/// A test of the value of a label, by position, and whether the value must pass it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Requirement {
    pub test: usize,
    pub passes: bool,
}

/// The result of a search, and the number of steps that it took.
#[derive(Debug, Clone)]
pub(super) struct Searched {
    result: Result<Option<String>, TooComplex>,
    steps: usize,
    /// Whether more steps would not change the result.
    is_complete: bool,
}

/// Returns a value that meets all requirements, or `None` if there is none. Values never contain line breaks, so that
/// `.*` matches all of them. The empty value is the one of a label that is absent.
pub(super) fn find(
    tests: &LabelTests<'_>,
    requirements: &[Requirement],
    budget: &mut Budget,
) -> Result<Option<Rc<Value>>, TooComplex> {
    budget.take(requirements.len() / TESTS_IN_STEP)?;
    if are_contradictory(requirements) {
        return Ok(None);
    }
    let fits = |value: &Value| {
        for requirement in requirements {
            match value.passes(requirement.test) {
                None => return Err(TooComplex),
                Some(passes) if passes != requirement.passes => return Ok(false),
                Some(_) => {}
            }
        }
        Ok(!value.text.contains('\n'))
    };
    let mut first = |texts: &mut dyn Iterator<Item = &str>| {
        for text in texts {
            budget.take(tests.cost(text))?;
            let value = tests.value(text);
            if fits(&value)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    };
    // One of the required tests may allow only a few values.
    let required = requirements.iter().filter(|it| it.passes);
    let required = required.map(|it| tests.test(it.test));
    if let Some(listed) = required.clone().find_map(Test::values) {
        return first(&mut listed.iter().map(String::as_str));
    }
    if let Some(usual) = first(&mut [UNUSUAL, ""].into_iter())? {
        return Ok(Some(usual));
    }
    let samples = required.filter_map(|test| match test {
        Test::Expression(expression) => expression.sample(),
        Test::Equal(_) | Test::Unknown => None,
    });
    let samples: Vec<String> = samples.collect();
    if let Some(sample) = first(&mut samples.iter().map(String::as_str))? {
        return Ok(Some(sample));
    }
    let found = searched(tests, requirements, budget)?;
    Ok(found.map(|text| tests.value(&text)))
}

/// Returns whether the same test must and must not pass. Many routes may have it.
fn are_contradictory(requirements: &[Requirement]) -> bool {
    let (required, excluded): (Vec<&Requirement>, Vec<&Requirement>) =
        requirements.iter().partition(|it| it.passes);
    let mut excluded = excluded.into_iter();
    excluded.any(|it| required.iter().any(|required| required.test == it.test))
}

/// Returns a shortest value that meets all requirements. Each search is made once, but its steps always count, so that
/// the result does not depend on earlier ones.
fn searched(
    tests: &LabelTests<'_>,
    requirements: &[Requirement],
    budget: &mut Budget,
) -> Result<Option<String>, TooComplex> {
    if let Some(known) = tests.searched(requirements)
        && (known.is_complete || known.steps >= budget.remaining())
    {
        budget.take(known.steps)?;
        return known.result;
    }
    let before = budget.remaining();
    let result = search(tests, requirements, budget);
    let searched = Searched {
        result: result.clone(),
        steps: before - budget.remaining(),
        is_complete: !budget.is_empty(),
    };
    tests.add_searched(requirements, searched);
    result
}

/// Returns a shortest value that meets all requirements, none of which is a certain value; `None` if there is none.
fn search(
    tests: &LabelTests<'_>,
    requirements: &[Requirement],
    budget: &mut Budget,
) -> Result<Option<String>, TooComplex> {
    let mut automata = Vec::new();
    let mut excluded = Trie::default();
    for requirement in requirements {
        match tests.test(requirement.test) {
            Test::Equal(value) => excluded.add(value),
            Test::Expression(expression) => {
                let values = expression.values().filter(|_| !requirement.passes);
                match values {
                    Some(values) => values.iter().for_each(|value| excluded.add(value)),
                    None => {
                        budget.take_search(PREPARATION)?;
                        automata.push(Automaton::new(expression, requirement.passes)?);
                    }
                }
            }
            Test::Unknown => return Err(TooComplex),
        }
    }
    Search::new(automata, excluded)?.run(budget)
}

/// The expression that matches all values.
static ANY_VALUE: LazyLock<Result<Expression, Re2Error>> =
    LazyLock::new(|| Expression::parse(".*"));

/// A search through the combined states of all tests.
struct Search<'t> {
    automata: Vec<Automaton<'t>>,
    /// The values that do not pass.
    excluded: Trie,
    /// One byte of each class of bytes that no test distinguishes, the most readable one.
    bytes: Vec<u8>,
}

/// The state of one automaton after some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum State {
    At(LazyStateID),
    /// It has found a match, whatever follows.
    Matched,
}

/// The combined states, and the position among the excluded values.
type States = (Vec<State>, Option<usize>);

impl<'t> Search<'t> {
    fn new(mut automata: Vec<Automaton<'t>>, excluded: Trie) -> Result<Self, TooComplex> {
        let any = ANY_VALUE.as_ref().map_err(|_| TooComplex)?;
        automata.push(Automaton::new(any, true)?);
        let bytes = distinct_bytes(&automata, &excluded);
        Ok(Self {
            automata,
            excluded,
            bytes,
        })
    }

    /// Returns a shortest value.
    fn run(mut self, budget: &mut Budget) -> Result<Option<String>, TooComplex> {
        let weights = self.automata.iter().map(|it| it.weight);
        let weight = weights.fold(0, usize::saturating_add);
        let steps = 1 + weight.saturating_sub(ORDINARY_WEIGHT) / 16;
        let first = self.automata.iter_mut().map(Automaton::start);
        let first: States = (first.collect::<Result<_, _>>()?, Some(0));
        // By combined states: the position of those before, and the byte that leads from there.
        let mut known: FxHashMap<States, Option<(usize, u8)>> = FxHashMap::default();
        let mut order = vec![first.clone()];
        known.insert(first, None);
        let mut at = 0;
        while at < order.len() {
            let states = order[at].clone();
            if self.is_value(&states)? {
                return Ok(Some(spell(&states, &order, &known)));
            }
            for byte in self.bytes.clone() {
                budget.take_search(steps)?;
                let Some(next) = self.step(&states, byte)? else {
                    continue;
                };
                if known.contains_key(&next) {
                    continue;
                }
                if order.len() >= MAX_STATES {
                    return Err(TooComplex);
                }
                known.insert(next.clone(), Some((at, byte)));
                order.push(next);
            }
            at += 1;
        }
        Ok(None)
    }

    fn is_value(&mut self, (states, excluded): &States) -> Result<bool, TooComplex> {
        if excluded.is_some_and(|at| self.excluded.0[at].is_end) {
            return Ok(false);
        }
        for (automaton, state) in self.automata.iter_mut().zip(states) {
            if automaton.matches_at_end(*state)? != automaton.must_match {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the states after one more byte; `None` if no value begins with these bytes.
    fn step(
        &mut self,
        (states, excluded): &States,
        byte: u8,
    ) -> Result<Option<States>, TooComplex> {
        let mut next = Vec::with_capacity(states.len());
        for (automaton, state) in self.automata.iter_mut().zip(states) {
            match automaton.next(*state, byte)? {
                Some(state) => next.push(state),
                None => return Ok(None),
            }
        }
        let excluded = excluded.and_then(|at| self.excluded.0[at].next.get(&byte).copied());
        Ok(Some((next, excluded)))
    }
}

/// Returns the bytes that lead to some states.
fn spell(
    states: &States,
    order: &[States],
    known: &FxHashMap<States, Option<(usize, u8)>>,
) -> String {
    let mut bytes = Vec::new();
    let mut states = states;
    while let Some(Some((from, byte))) = known.get(states) {
        bytes.push(*byte);
        states = &order[*from];
    }
    bytes.reverse();
    // The automaton of all values accepts only UTF-8.
    String::from_utf8_lossy(&bytes).into_owned()
}

struct Automaton<'t> {
    dfa: &'t DFA,
    weight: usize,
    cache: Cache,
    must_match: bool,
}

impl<'t> Automaton<'t> {
    fn new(expression: &'t Expression, must_match: bool) -> Result<Self, TooComplex> {
        let dfa = expression.dfa().ok_or(TooComplex)?;
        Ok(Self {
            dfa,
            weight: expression.weight(),
            cache: dfa.create_cache(),
            must_match,
        })
    }

    fn start(&mut self) -> Result<State, TooComplex> {
        let input = Input::new("");
        let start = self.dfa.start_state_forward(&mut self.cache, &input);
        start.map(State::At).map_err(|_| TooComplex)
    }

    fn matches_at_end(&mut self, state: State) -> Result<bool, TooComplex> {
        let State::At(id) = state else {
            return Ok(true);
        };
        let end = self.dfa.next_eoi_state(&mut self.cache, id);
        Ok(end.map_err(|_| TooComplex)?.is_match())
    }

    /// Returns the state after one more byte; `None` if the result cannot be the required one any more.
    fn next(&mut self, state: State, byte: u8) -> Result<Option<State>, TooComplex> {
        let State::At(id) = state else {
            return Ok(Some(state));
        };
        let next = self.dfa.next_state(&mut self.cache, id, byte);
        let next = next.map_err(|_| TooComplex)?;
        if next.is_quit() {
            return Err(TooComplex);
        }
        Ok(match (next.is_match(), self.must_match) {
            (true, true) => Some(State::Matched),
            (true, false) => None,
            (false, true) if next.is_dead() => None,
            (false, _) => Some(State::At(next)),
        })
    }
}

/// Values by their bytes.
struct Trie(Vec<TrieNode>);

#[derive(Default)]
struct TrieNode {
    next: BTreeMap<u8, usize>,
    is_end: bool,
}

impl Default for Trie {
    fn default() -> Self {
        Self(vec![TrieNode::default()])
    }
}

impl Trie {
    fn add(&mut self, value: &str) {
        let mut at = 0;
        for byte in value.bytes() {
            let new = self.0.len();
            at = *self.0[at].next.entry(byte).or_insert(new);
            if at == new {
                self.0.push(TrieNode::default());
            }
        }
        self.0[at].is_end = true;
    }
}

/// Returns one byte of each class of bytes that no automaton and no value distinguishes, readable ones first.
fn distinct_bytes(automata: &[Automaton<'_>], excluded: &Trie) -> Vec<u8> {
    let in_values = excluded.0.iter().flat_map(|node| node.next.keys());
    let in_values: BTreeSet<u8> = in_values.copied().collect();
    let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
    bytes.sort_by_key(|byte| match byte {
        b'a'..=b'z' => 0,
        b'0'..=b'9' => 1,
        b'A'..=b'Z' => 2,
        b'!'..=b'~' => 3,
        _ => 4,
    });
    let mut known = BTreeSet::new();
    bytes.retain(|byte| {
        let classes = automata.iter();
        let classes = classes.map(|it| it.dfa.byte_classes().get(*byte));
        let own = in_values.contains(byte).then_some(*byte);
        known.insert((classes.collect::<Vec<u8>>(), own))
    });
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerting::{expressions::Expressions, matcher::Operator};

    fn found(requirements: &[(&str, &str, bool)]) -> Option<String> {
        let mut expressions = Expressions::default();
        let tests = requirements.iter().map(|(symbol, value, _)| {
            let operator = Operator::from_symbol(symbol).unwrap();
            expressions.test(operator, value).unwrap()
        });
        let tests: Vec<Test> = tests.collect();
        let mut of_label = LabelTests::default();
        let all = tests.iter().zip(requirements);
        let all = all.map(|(test, (_, _, passes))| Requirement {
            test: of_label.add(test).unwrap(),
            passes: *passes,
        });
        let all: Vec<Requirement> = all.collect();
        let found = find(&of_label, &all, &mut Budget::new(10_000, 1)).unwrap();
        let found = found.map(|value| value.text.clone());
        let is_listed =
            |(test, it): (&Test, &Requirement)| it.passes && matches!(test, Test::Equal(_));
        if !tests.iter().zip(&all).any(is_listed) {
            for _ in 0..2 {
                let value = searched(&of_label, &all, &mut Budget::new(100_000, 1)).unwrap();
                assert_eq!(value.is_some(), found.is_some(), "{value:?}");
            }
        }
        if let Some(value) = &found {
            for (test, it) in tests.iter().zip(&all) {
                let passes = match test {
                    Test::Equal(expected) => expected == value,
                    Test::Expression(expression) => expression.matches(value).unwrap(),
                    Test::Unknown => panic!(),
                };
                assert_eq!(passes, it.passes, "{value:?}");
            }
        }
        found
    }

    #[test]
    fn finds_values_or_proves_that_there_are_none() {
        for (requirements, expected) in [
            (&[][..], Some("other")),
            (&[("=", "a", true), ("=", "b", true)], None),
            (&[("=", "a", true), ("=~", "[ab]", true)], Some("a")),
            (&[("=~", "a|b", true), ("=", "a", false)], Some("b")),
            (&[("=~", "a|b", true), ("=~", "[a-c]", false)], None),
            (&[("=~", ".*", false)], None),
            (&[("=~", ".+", false)], Some("")),
            (&[("=~", ".+", false), ("=", "", false)], None),
            (&[("=~", "a+", true), ("=~", "(aa)*", false)], Some("a")),
            (&[("=~", "a+", true), ("=~", "(aa)*a?", false)], None),
            (&[("=~", "a.*", true), ("=~", ".*b", true)], Some("ab")),
            (&[("=~", "a.*", true), ("=", "a", false)], Some("aa")),
            (&[("=~", "é.*", true), ("=~", "é|é.*", false)], None),
            (&[("=~", r"\d+", true), ("=~", "[0-9]+", false)], None),
            (&[("=~", "x)|(y", true), ("=~", "x.*|.*y", false)], None),
            (
                &[("=~", r".*\bx\b.*", true), ("=~", "x", false)],
                Some("x!"),
            ),
            (
                &[("=~", "(?i)ab.*", true), ("=~", "[aA][bB].*", false)],
                None,
            ),
        ] {
            assert_eq!(found(requirements).as_deref(), expected, "{requirements:?}");
        }
    }
}
