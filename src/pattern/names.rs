//! Finds names that some globs match, and that match as few of some other globs as possible.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{Globs, Part, Segment, StateSet, Token, byteset::bytes, classes};

/// Names that no file has, even if a glob matches them.
pub(super) const RESERVED: [&[u8]; 2] = [b".", b".."];

/// The number of states that one search may visit.
const MAX_STATES: usize = 50_000;

/// The error of a comparison that would exceed the limit of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("comparing the patterns takes more than {MAX_STATES} steps")]
pub struct TooComplex;

/// The number of states that may still be visited.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_STATES)
    }
}

impl Budget {
    /// Takes one state.
    pub fn spend(&mut self) -> Result<(), TooComplex> {
        self.0 = self.0.checked_sub(1).ok_or(TooComplex)?;
        Ok(())
    }
}

/// Returns whether there is a name that all of `all` match.
pub(super) fn is_some(all: &[&Segment]) -> bool {
    // Without globs to avoid, the states are few: no more than the pairs of tokens.
    names(all, &[], &[], &mut Budget(usize::MAX)).is_ok_and(|names| !names.is_empty())
}

/// Returns names that all of `all` match, and none of `avoid`: a shortest one for each way to match as
/// few of `rather_not` as possible. Excludes a name if another one matches a subset of those.
pub(super) fn names(
    all: &[&Segment],
    avoid: &[Part<'_>],
    rather_not: &[Part<'_>],
    budget: &mut Budget,
) -> Result<Vec<Vec<u8>>, TooComplex> {
    if avoid.iter().any(|part| matches!(part, Part::Any)) {
        return Ok(Vec::new());
    }
    let is_free = |name: &[u8]| {
        !RESERVED.contains(&name)
            && all.iter().all(|glob| glob.matches(name))
            && !avoid.iter().any(|part| part.matches(name))
    };
    let is_best = |name: &[u8]| {
        let mut others = rather_not.iter();
        !others.any(|part| !matches!(part, Part::Any) && part.matches(name))
    };
    // A simple candidate is mostly enough.
    let filled = all.iter().filter_map(|glob| filled(glob));
    let common = match all {
        [one, other] => one.common_name(other),
        _ => None,
    };
    for name in std::iter::once(b"x".to_vec()).chain(filled).chain(common) {
        if is_free(&name) && is_best(&name) {
            return Ok(vec![name]);
        }
    }
    let reserved = RESERVED.map(Part::Name);
    let mut watched = Watched::default();
    for (parts, is_avoided) in [(&reserved[..], true), (avoid, true), (rather_not, false)] {
        let mut known = FxHashSet::default();
        for part in parts {
            let tokens = match part {
                Part::Name(name) if all.iter().all(|glob| glob.matches(name)) => literal(name),
                Part::Glob(glob) => glob.tokens().to_vec(),
                _ => continue,
            };
            if known.insert(tokens.clone()) {
                watched.globs.add(tokens);
                watched.avoided += usize::from(is_avoided);
            }
        }
    }
    search(all, &watched, budget)
}

/// Returns a name that a glob matches, with a readable byte for each `*`.
fn filled(glob: &Segment) -> Option<Vec<u8>> {
    let tokens = glob.tokens().iter();
    tokens
        .map(|token| match token {
            Token::Star => Some(b'x'),
            token => token.sample(),
        })
        .collect()
}

fn literal(name: &[u8]) -> Vec<Token> {
    name.iter().map(|byte| Token::Byte(*byte)).collect()
}

/// Globs to watch for matches during a search.
#[derive(Debug, Default)]
struct Watched {
    globs: Globs,
    /// How many of the first globs must not match.
    avoided: usize,
}

impl Watched {
    /// Returns the globs that match the name that led to `places`, or `None` if one of them must not.
    fn matching(&self, places: &StateSet) -> Option<Vec<usize>> {
        let matching = self.globs.matching(places);
        matching
            .map(|glob| (glob >= self.avoided).then_some(glob))
            .collect()
    }
}

/// A state of the search: the position in each glob that must match, and the state of the watched
/// globs.
struct Visit {
    at: Vec<usize>,
    places: StateSet,
    from: usize,
    byte: u8,
}

fn search(
    all: &[&Segment],
    watched: &Watched,
    budget: &mut Budget,
) -> Result<Vec<Vec<u8>>, TooComplex> {
    let tokens = all.iter().flat_map(|glob| glob.tokens());
    let bytes = classes(bytes(), tokens.chain(watched.globs.tokens()));
    let mut visits = vec![Visit {
        at: vec![0; all.len()],
        places: watched.globs.start(),
        from: 0,
        byte: 0,
    }];
    let mut seen = FxHashSet::default();
    // The names by the watched globs that match.
    let mut found: BTreeMap<Vec<usize>, Vec<u8>> = BTreeMap::new();
    let mut done = 0;
    while done < visits.len() {
        for byte in &bytes {
            let ways = advance(all, &visits[done].at, *byte);
            if ways.is_empty() {
                continue;
            }
            let places = watched.globs.next(&visits[done].places, *byte);
            for at in ways {
                if !seen.insert((at.clone(), places.clone())) {
                    continue;
                }
                budget.spend()?;
                let is_whole = all.iter().zip(&at).all(|(glob, at)| may_end(glob, *at));
                visits.push(Visit {
                    at,
                    places: places.clone(),
                    from: done,
                    byte: *byte,
                });
                if is_whole && let Some(matching) = watched.matching(&places) {
                    if matching.is_empty() {
                        return Ok(vec![spell(&visits)]);
                    }
                    found.entry(matching).or_insert_with(|| spell(&visits));
                }
            }
        }
        done += 1;
    }
    let is_least = |matching: &Vec<usize>| {
        !found.keys().any(|other| {
            other.len() < matching.len() && other.iter().all(|at| matching.contains(at))
        })
    };
    let least = found.iter().filter(|(matching, _)| is_least(matching));
    Ok(least.map(|(_, name)| name.clone()).collect())
}

/// Returns the name that led to the last visit.
fn spell(visits: &[Visit]) -> Vec<u8> {
    let mut name = Vec::new();
    let mut at = visits.len() - 1;
    while at != 0 {
        name.push(visits[at].byte);
        at = visits[at].from;
    }
    name.reverse();
    name
}

/// Returns all combinations of positions that the globs can reach from `at` with one more byte.
fn advance(all: &[&Segment], at: &[usize], byte: u8) -> Vec<Vec<usize>> {
    let mut ways = vec![Vec::with_capacity(all.len())];
    for (glob, at) in all.iter().zip(at) {
        let mut next = Vec::new();
        let mut at = *at;
        // A star may match the byte, or no byte, so that the next token matches it.
        while glob.tokens().get(at) == Some(&Token::Star) {
            next.push(at);
            at += 1;
        }
        let token = glob.tokens().get(at);
        if token.is_some_and(|token| token.takes(byte)) {
            next.push(at + 1);
        }
        let longer = ways.iter().flat_map(|way| {
            next.iter().map(|next| {
                let mut way = way.clone();
                way.push(*next);
                way
            })
        });
        ways = longer.collect();
    }
    ways
}

fn may_end(glob: &Segment, at: usize) -> bool {
    glob.tokens()[at..].iter().all(|t| *t == Token::Star)
}
