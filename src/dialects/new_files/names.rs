//! Into which kinds some globs divide the names that a file or folder can have.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::pattern::{ByteSet, Segment, Token};

/// How many names are looked at before that is given up.
const MAX_NAMES: usize = 20_000;

/// Names that the same of some globs match.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    /// Which ones, by position.
    pub globs: Vec<usize>,
    /// One of the names, a shortest.
    pub sample: Vec<u8>,
}

/// All kinds of names but those in `taken`: a kind for each set of `globs` that match some name of
/// ASCII characters that no others match. Nothing if that takes too much.
pub(super) fn kinds(globs: &[&Segment], taken: &FxHashSet<&[u8]>) -> Option<Vec<Kind>> {
    let together = Together::new(globs, taken);
    // As many names as lead to one state have to be looked at until one of them is not taken.
    let mut most = 1;
    loop {
        let (kinds, is_sure) = together.search(taken, most)?;
        // `.` and `..` are as good as taken.
        if is_sure || most > taken.len() + 2 {
            return Some(kinds);
        }
        most *= 4;
    }
}

/// Whether a file can have this name.
fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"." | b"..")
}

/// Some globs, read at once: the tokens of all, each glob followed by an end.
struct Together {
    tokens: Vec<Option<Token>>,
    starts: Vec<usize>,
    ends: Vec<usize>,
    /// One byte of each class that no token and no taken name tells apart, readable where there is a
    /// choice.
    bytes: Vec<u8>,
}

/// The positions that the tokens read so far may have come to.
type State = Box<[u64]>;

impl Together {
    fn new(globs: &[&Segment], taken: &FxHashSet<&[u8]>) -> Self {
        let mut together = Self {
            tokens: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            bytes: Vec::new(),
        };
        for glob in globs {
            together.starts.push(together.tokens.len());
            together
                .tokens
                .extend(glob.tokens().iter().cloned().map(Some));
            together.ends.push(together.tokens.len());
            together.tokens.push(None);
        }
        let mut classes: FxHashSet<(Option<u8>, Vec<bool>)> = FxHashSet::default();
        let mut sets: Vec<ByteSet> = Vec::new();
        let mut is_single = [false; 256];
        for byte in taken.iter().copied().flatten() {
            is_single[usize::from(*byte)] = true;
        }
        for token in together.tokens.iter().flatten() {
            match token {
                Token::Byte(byte) => is_single[usize::from(*byte)] = true,
                Token::One(set) => sets.push(*set),
                Token::Star => {}
            }
        }
        sets.sort_unstable();
        sets.dedup();
        let readable = (b'a'..=b'z')
            .chain(b'0'..=b'9')
            .chain(*b"-_.")
            .chain(b'!'..=b'~');
        for byte in readable.chain(1..0x80).filter(|byte| *byte != b'/') {
            let single = is_single[usize::from(byte)].then_some(byte);
            let held = sets.iter().map(|set| set.contains(byte)).collect();
            if classes.insert((single, held)) {
                together.bytes.push(byte);
            }
        }
        together
    }

    /// A name of each kind, if names that lead to the same state are looked at `most` times at most.
    /// Whether that is all kinds.
    fn search(&self, taken: &FxHashSet<&[u8]>, most: usize) -> Option<(Vec<Kind>, bool)> {
        let mut start = vec![0; self.tokens.len() / 64 + 1].into_boxed_slice();
        self.starts
            .iter()
            .for_each(|at| self.reach(&mut start, *at));
        let mut seen: FxHashMap<State, usize> = FxHashMap::default();
        let mut found: FxHashMap<Vec<usize>, Option<usize>> = FxHashMap::default();
        let mut kinds: Vec<Kind> = Vec::new();
        let mut names = vec![(start, Vec::new())];
        let mut done = 0;
        while done < names.len() {
            for byte in &self.bytes {
                let (state, name) = &names[done];
                let next = self.next(state, *byte);
                let count = seen.entry(next.clone()).or_default();
                if *count == most {
                    continue;
                }
                *count += 1;
                let name = [&name[..], &[*byte]].concat();
                let globs: Vec<usize> = (0..self.ends.len())
                    .filter(|at| holds(&next, self.ends[*at]))
                    .collect();
                let known = found.entry(globs.clone()).or_default();
                if known.is_none() && is_name(&name) && !taken.contains(&name[..]) {
                    *known = Some(kinds.len());
                    kinds.push(Kind {
                        globs,
                        sample: name.clone(),
                    });
                }
                if names.len() >= MAX_NAMES {
                    return None;
                }
                names.push((next, name));
            }
            done += 1;
        }
        Some((kinds, found.values().all(Option::is_some)))
    }

    fn reach(&self, state: &mut State, mut at: usize) {
        state[at / 64] |= 1 << (at % 64);
        while self.tokens[at] == Some(Token::Star) {
            at += 1;
            state[at / 64] |= 1 << (at % 64);
        }
    }

    fn next(&self, state: &State, byte: u8) -> State {
        let mut next = vec![0; state.len()].into_boxed_slice();
        for (word, bits) in state.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                let at = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                match &self.tokens[at] {
                    Some(Token::Star) => self.reach(&mut next, at),
                    Some(Token::Byte(this)) if *this == byte => self.reach(&mut next, at + 1),
                    Some(Token::One(set)) if set.contains(byte) => self.reach(&mut next, at + 1),
                    _ => {}
                }
            }
        }
        next
    }
}

fn holds(state: &State, at: usize) -> bool {
    state[at / 64] & (1 << (at % 64)) != 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pattern::{Pattern, Step};

    fn segment(text: &str) -> Option<Segment> {
        let pattern = Pattern::parse(text).ok()?;
        match &pattern.alternatives()[0].steps[..] {
            [Step::Glob(segment)] => Some(segment.clone()),
            _ => None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn every_name_is_of_one_of_the_kinds(
            globs in prop::collection::vec("[ab*?]{1,4}", 0..4),
            taken in prop::collection::hash_set("[abc]{1,2}", 0..20),
            names in prop::collection::vec("[abc]{1,5}", 40),
        ) {
            let globs: Vec<Segment> = globs.iter().filter_map(|text| segment(text)).collect();
            let globs: Vec<&Segment> = globs.iter().collect();
            let taken: FxHashSet<&[u8]> = taken.iter().map(|name| name.as_bytes()).collect();
            let of = |name: &[u8]| -> Vec<usize> {
                (0..globs.len()).filter(|at| globs[*at].matches(name)).collect()
            };
            let kinds = kinds(&globs, &taken).unwrap();
            for kind in &kinds {
                prop_assert_eq!(&of(&kind.sample), &kind.globs);
                prop_assert!(!taken.contains(&kind.sample[..]) && is_name(&kind.sample));
            }
            for name in names.iter().map(|name| name.as_bytes()) {
                let is_known = kinds.iter().filter(|kind| kind.globs == of(name)).count();
                prop_assert!(is_known == 1 || taken.contains(name), "{:?}", name);
            }
        }
    }
}
