//! Which names there are: those that some globs match, by which of some others they match too.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{ByteSet, Part, Segment, Token, byteset::bytes};

/// What no file is called, whatever a glob says.
pub(super) const RESERVED: [&[u8]; 2] = [b".", b".."];

/// States that the answer to one question may visit before it is refused.
pub(super) const MAX_STATES: usize = 50_000;

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
    for (parts, kind) in [
        (&reserved[..], Kind::Avoid),
        (avoid, Kind::Avoid),
        (rather_not, Kind::RatherNot),
    ] {
        let mut known = FxHashSet::default();
        for part in parts {
            let tokens = match part {
                Part::Name(name) if all.iter().all(|glob| glob.matches(name)) => literal(name),
                Part::Glob(glob) => glob.tokens().to_vec(),
                _ => continue,
            };
            if known.insert(tokens.clone()) {
                watched.add(tokens, kind);
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
            Token::Byte(byte) => Some(*byte),
            Token::One(set) => set.sample(),
            Token::Star => Some(b'x'),
        })
        .collect()
}

fn literal(name: &[u8]) -> Vec<Token> {
    name.iter().map(|byte| Token::Byte(*byte)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Avoid,
    RatherNot,
}

/// Globs of which it is to be known whether a name matches, token after token in one row. A set of
/// places in that row is a state of all of them.
#[derive(Debug, Default)]
struct Watched {
    /// Nothing marks the end of a glob.
    tokens: Vec<Option<Token>>,
    starts: Vec<usize>,
    ends: Vec<(usize, Kind)>,
}

type Places = Vec<u64>;

impl Watched {
    fn add(&mut self, tokens: Vec<Token>, kind: Kind) {
        self.starts.push(self.tokens.len());
        self.tokens.extend(tokens.into_iter().map(Some));
        self.ends.push((self.tokens.len(), kind));
        self.tokens.push(None);
    }

    fn start(&self) -> Places {
        let mut places = vec![0; self.tokens.len().div_ceil(64)];
        for start in &self.starts {
            self.reach(&mut places, *start);
        }
        places
    }

    fn reach(&self, places: &mut Places, mut at: usize) {
        loop {
            places[at / 64] |= 1 << (at % 64);
            if self.tokens[at] != Some(Token::Star) {
                return;
            }
            at += 1;
        }
    }

    fn next(&self, places: &Places, byte: u8) -> Places {
        let mut next = vec![0; places.len()];
        for (word, bits) in places.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                let at = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                match &self.tokens[at] {
                    Some(Token::Star) => self.reach(&mut next, at),
                    Some(Token::Byte(own)) if *own == byte => self.reach(&mut next, at + 1),
                    Some(Token::One(set)) if set.contains(byte) => self.reach(&mut next, at + 1),
                    _ => {}
                }
            }
        }
        next
    }

    /// Which of the globs match what led to `places`; nothing if one does that should not.
    fn matching(&self, places: &Places) -> Option<Vec<usize>> {
        let is_in = |at: &usize| places[at / 64] & (1 << (at % 64)) != 0;
        let mut matching = Vec::new();
        for (at, kind) in self.ends.iter().filter(|(at, _)| is_in(at)) {
            match kind {
                Kind::Avoid => return None,
                Kind::RatherNot => matching.push(*at),
            }
        }
        Some(matching)
    }
}

/// How much of a name is read: where each of the globs that have to match has come to, and which
/// places the others may have come to.
struct Visit {
    at: Vec<usize>,
    places: Places,
    from: usize,
    byte: u8,
}

fn search(
    all: &[&Segment],
    watched: &Watched,
    budget: &mut Budget,
) -> Result<Vec<Vec<u8>>, TooComplex> {
    let bytes = representatives(all, watched);
    let mut visits = vec![Visit {
        at: vec![0; all.len()],
        places: watched.start(),
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
            let places = watched.next(&visits[done].places, *byte);
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
        match glob.tokens().get(at) {
            Some(Token::Byte(own)) if *own == byte => next.push(at + 1),
            Some(Token::One(set)) if set.contains(byte) => next.push(at + 1),
            _ => {}
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

/// One byte of each class that no glob tells apart, the one that is easiest to read.
fn representatives(all: &[&Segment], watched: &Watched) -> Vec<u8> {
    let tokens = all.iter().flat_map(|glob| glob.tokens());
    let tokens = tokens.chain(watched.tokens.iter().flatten());
    let mut singles = [false; 256];
    let mut sets: Vec<&ByteSet> = Vec::new();
    for token in tokens {
        match token {
            Token::Byte(byte) => singles[usize::from(*byte)] = true,
            Token::One(set) => sets.push(set),
            Token::Star => {}
        }
    }
    sets.sort_unstable();
    sets.dedup();
    let mut classes = FxHashSet::default();
    bytes()
        .filter(|byte| {
            let single = singles[usize::from(*byte)].then_some(*byte);
            let within: Vec<bool> = sets.iter().map(|set| set.contains(*byte)).collect();
            classes.insert((single, within))
        })
        .collect()
}
