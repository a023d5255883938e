//! Which regular expressions match the names of machines without their domains.

use std::collections::BTreeSet;

use regex_automata::{
    Input, MatchKind,
    hybrid::{
        LazyStateID,
        dfa::{Cache, Config, DFA},
    },
    util::syntax,
};
use rustc_hash::FxHashSet;

/// The maximum number of states that are visited.
const MAX_STATES: usize = 20_000;

/// A state of the automaton, and the first expression that has matched so far.
type Visited = (LazyStateID, Option<usize>);

/// Returns the positions of the expressions that can be the first to match a machine called `name`, in any domain.
/// Returns none if that takes too many steps or an expression is not valid.
pub(super) fn first_matches(expressions: &[&str], name: &str) -> BTreeSet<usize> {
    search(expressions, name).unwrap_or_default()
}

fn search(expressions: &[&str], name: &str) -> Option<BTreeSet<usize>> {
    // The states must stay valid.
    let config = Config::new()
        .match_kind(MatchKind::All)
        .minimum_cache_clear_count(Some(0));
    let dfa = DFA::builder()
        .configure(config)
        .syntax(syntax::Config::new().nest_limit(100))
        .build_many(expressions)
        .ok()?;
    let mut cache = dfa.create_cache();
    let start = dfa.start_state_forward(&mut cache, &Input::new("")).ok()?;
    let mut at: Visited = (start, None);
    for byte in name.bytes().chain([b'.']) {
        at = next(&dfa, &mut cache, at, byte)?;
    }
    let domain = || (b'a'..=b'z').chain(b'0'..=b'9').chain([b'-', b'.']);
    let mut found = BTreeSet::new();
    let mut known: FxHashSet<Visited> = FxHashSet::default();
    let mut open = vec![at];
    while let Some(at) = open.pop() {
        for byte in domain() {
            let after = next(&dfa, &mut cache, at, byte)?;
            if !known.insert(after) {
                continue;
            }
            if known.len() > MAX_STATES {
                return None;
            }
            let (state, first) = after;
            let end = dfa.next_eoi_state(&mut cache, state).ok()?;
            found.extend(smaller(first, first_in(&dfa, &cache, end)));
            open.push(after);
        }
    }
    Some(found)
}

fn next(dfa: &DFA, cache: &mut Cache, (state, first): Visited, byte: u8) -> Option<Visited> {
    let state = dfa.next_state(cache, state, byte).ok()?;
    Some((state, smaller(first, first_in(dfa, cache, state))))
}

/// Returns the first expression that matches in a state.
fn first_in(dfa: &DFA, cache: &Cache, state: LazyStateID) -> Option<usize> {
    if !state.is_match() {
        return None;
    }
    let matches = 0..dfa.match_len(cache, state);
    matches
        .map(|at| dfa.match_pattern(cache, state, at).as_usize())
        .min()
}

fn smaller(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_expression_in_any_domain() {
        for (expressions, name, expected) in [
            (&["^cp\\d+\\.a\\.org$", "^cp"][..], "cp1", &[0, 1][..]),
            (&["^cp", "^cp\\d+\\.a\\.org$"], "cp1", &[0]),
            (&["^cp\\d\\.(a|b)\\.org$", "^db"], "cp1", &[0]),
            (&["^cp\\d\\.a$"], "cp11", &[]),
            (&["^cp\\d$"], "cp1", &[]),
            (&["^db", "^cp"], "cp1", &[1]),
            (&["1\\.a\\.org"], "cp1", &[0]),
            (&["^(a|"], "a", &[]),
        ] {
            let found = first_matches(expressions, name);
            let expected = expected.iter().copied().collect();
            assert_eq!(found, expected, "{expressions:?} {name}");
        }
    }
}
