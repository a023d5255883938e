//! Which names there are: those that some globs match, by which of some others they match too.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{Globs, Part, Segment, StateSet, Token, byteset::bytes, classes};

/// What no file is called, whatever a glob says.
pub(super) const RESERVED: [&[u8]; 2] = [b".", b".."];

/// States that the answer to one question may visit before it is refused.
const MAX_STATES: usize = 50_000;

/// A question that would need an automaton beyond the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("comparing the patterns takes more than {MAX_STATES} steps")]
pub struct TooComplex;

/// How many states are left.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_STATES)
    }
}

impl Budget {
    /// Takes one.
    pub fn spend(&mut self) -> Result<(), TooComplex> {
        self.0 = self.0.checked_sub(1).ok_or(TooComplex)?;
        Ok(())
    }
}

/// Whether there is a name that all of `all` match.
pub(super) fn is_some(all: &[&Segment]) -> bool {
    // Without others to keep apart the states are few: two globs of so many tokens have no more.
    names(all, &[], &[], &mut Budget(usize::MAX)).is_ok_and(|names| !names.is_empty())
}

/// Names that all of `all` match, and none of `avoid`: one, a shortest, for each way to match as
/// few of `rather_not` as can be. A name is left out if another one matches fewer of those.
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
    // Mostly the first that comes to mind will do.
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

/// A name that a glob matches, if each `*` stands for a byte that is easy to read.
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

/// Globs of which it is to be known whether a name matches.
#[derive(Debug, Default)]
struct Watched {
    globs: Globs,
    /// How many of them, the first, must not match.
    avoided: usize,
}

impl Watched {
    /// Which of the globs match what led to `places`; nothing if one does that should not.
    fn matching(&self, places: &StateSet) -> Option<Vec<usize>> {
        let matching = self.globs.matching(places);
        matching
            .map(|glob| (glob >= self.avoided).then_some(glob))
            .collect()
    }
}

/// How much of a name is read: where each of the globs that have to match has come to, and which
/// places the others may have come to.
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
    // By which of the others match.
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

/// The name that led to the last visit.
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

/// Where globs that are at `at` can be one byte further on, all of them.
fn advance(all: &[&Segment], at: &[usize], byte: u8) -> Vec<Vec<usize>> {
    let mut ways = vec![Vec::with_capacity(all.len())];
    for (glob, at) in all.iter().zip(at) {
        let mut next = Vec::new();
        let mut at = *at;
        // A star may take the byte, or none and leave it to what follows.
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
