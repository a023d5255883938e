use rustc_hash::FxHashSet;

use super::{ByteSet, Token};

/// Globs that are matched at once, byte by byte.
#[derive(Debug, Default)]
pub struct Globs {
    /// The tokens of all globs; `None` marks the end of a glob.
    tokens: Vec<Option<Token>>,
    starts: Vec<usize>,
    ends: Vec<usize>,
}

/// The places in a [`Globs`], a bit for each, that the bytes read so far may have reached: a state of all
/// its globs.
pub type StateSet = Box<[u64]>;

impl Globs {
    /// Adds a glob after the others.
    pub fn add(&mut self, tokens: impl IntoIterator<Item = Token>) {
        self.starts.push(self.tokens.len());
        self.tokens.extend(tokens.into_iter().map(Some));
        self.ends.push(self.tokens.len());
        self.tokens.push(None);
    }

    /// Returns the tokens of all globs.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().flatten()
    }

    /// Returns the state at the start of a name.
    pub fn start(&self) -> StateSet {
        let mut places = vec![0; self.tokens.len().div_ceil(64)].into();
        for start in &self.starts {
            self.reach(&mut places, *start);
        }
        places
    }

    /// Returns the state after one more byte.
    pub fn next(&self, places: &StateSet, byte: u8) -> StateSet {
        let mut next = vec![0; places.len()].into();
        for (word, bits) in places.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                let at = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                match &self.tokens[at] {
                    Some(Token::Star) => self.reach(&mut next, at),
                    Some(token) if token.takes(byte) => self.reach(&mut next, at + 1),
                    _ => {}
                }
            }
        }
        next
    }

    /// Returns the positions of the globs that match the bytes that led to this state.
    pub fn matching(&self, places: &StateSet) -> impl Iterator<Item = usize> {
        let is_in = |at: usize| places[at / 64] & (1 << (at % 64)) != 0;
        let ends = self.ends.iter().enumerate();
        ends.filter(move |(_, at)| is_in(**at))
            .map(|(glob, _)| glob)
    }

    /// Marks a place, and the next one as well if it is a star, which may match no byte.
    fn reach(&self, places: &mut StateSet, mut at: usize) {
        loop {
            places[at / 64] |= 1 << (at % 64);
            if self.tokens[at] != Some(Token::Star) {
                return;
            }
            at += 1;
        }
    }
}

/// Returns the first of each class of `bytes` that `tokens` do not distinguish.
pub fn classes<'t>(
    bytes: impl Iterator<Item = u8>,
    tokens: impl Iterator<Item = &'t Token>,
) -> Vec<u8> {
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
    let mut known = FxHashSet::default();
    bytes
        .filter(|byte| {
            let single = singles[usize::from(*byte)].then_some(*byte);
            let within: Vec<bool> = sets.iter().map(|set| set.contains(*byte)).collect();
            known.insert((single, within))
        })
        .collect()
}
