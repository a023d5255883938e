use std::fmt;

use super::{ByteSet, bit_rows::with_rows, byteset::bytes, names};

/// One element of a segment's glob.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Token {
    /// This byte.
    Byte(u8),
    /// One byte of these: `?`, or a class.
    One(ByteSet),
    /// Any number of bytes, `*`.
    Star,
}

impl Token {
    /// Whether some byte is in both; not for `*`.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Star, _) | (_, Self::Star) => true,
            (Self::Byte(byte), one) | (one, Self::Byte(byte)) => one.takes(*byte),
            (Self::One(a), Self::One(b)) => a.meets(b),
        }
    }

    /// Whether it stands for this byte alone, or among others; not for `*`.
    #[inline]
    pub(super) fn takes(&self, byte: u8) -> bool {
        match self {
            Self::Byte(own) => *own == byte,
            Self::One(set) => set.contains(byte),
            Self::Star => false,
        }
    }

    /// The byte that is all it stands for.
    pub(super) fn literal(&self) -> Option<u8> {
        match self {
            Self::Byte(byte) => Some(*byte),
            _ => None,
        }
    }

    /// The byte that is easiest to read of those that it stands for; nothing for `*`.
    pub(super) fn sample(&self) -> Option<u8> {
        match self {
            Self::Byte(byte) => Some(*byte),
            Self::One(set) => set.sample(),
            Self::Star => None,
        }
    }

    /// The byte that is easiest to read of those that both stand for.
    fn common_byte(&self, other: &Self) -> Option<u8> {
        match (self, other) {
            (Self::One(a), Self::One(b)) => {
                bytes().find(|byte| a.contains(*byte) && b.contains(*byte))
            }
            (Self::Byte(byte), _) | (_, Self::Byte(byte)) => self.meets(other).then_some(*byte),
            _ => None,
        }
    }
}

/// The glob of one path segment that is more than a literal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Segment {
    tokens: Box<[Token]>,
}

impl Segment {
    /// A segment of these tokens; runs of `*` count as one.
    pub(super) fn new(mut tokens: Vec<Token>) -> Self {
        tokens.dedup_by(|a, b| *a == Token::Star && *b == Token::Star);
        Self {
            tokens: tokens.into(),
        }
    }

    /// The tokens.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Whether the whole of `name` matches.
    pub fn matches(&self, name: &[u8]) -> bool {
        self.takes(name.len(), |token, at| token.takes(name[at]))
    }

    /// A cheap yes to whether every name that `other` matches matches this: its wildcards are taken by
    /// wildcards. There are others of which that is so.
    pub(super) fn surely_holds(&self, other: &Self) -> bool {
        self.takes(other.tokens.len(), |token, at| {
            match (token, &other.tokens[at]) {
                (own, Token::Byte(byte)) => own.takes(*byte),
                (Token::One(set), Token::One(other)) => other.is_within(set),
                _ => false,
            }
        })
    }

    /// Whether the tokens can take so many things, one after the other; `takes` says which can be taken
    /// by a token other than `*`.
    fn takes(&self, things: usize, takes: impl Fn(&Token, usize) -> bool) -> bool {
        let (mut token, mut at) = (0, 0);
        // Where to go on if the last star has to take one thing more.
        let mut retry: Option<(usize, usize)> = None;
        while at < things {
            match self.tokens.get(token) {
                Some(Token::Star) => {
                    token += 1;
                    retry = Some((token, at));
                }
                Some(one) if takes(one, at) => (token, at) = (token + 1, at + 1),
                _ => {
                    let Some((after_star, taken)) = retry else {
                        return false;
                    };
                    (token, at) = (after_star, taken + 1);
                    retry = Some((after_star, at));
                }
            }
        }
        self.tokens[token..].iter().all(|rest| *rest == Token::Star)
    }

    /// Whether every name matches.
    pub fn is_any(&self) -> bool {
        const ANY_BYTE: Token = Token::One(ByteSet::WITHIN_SEGMENT);
        match &*self.tokens {
            [Token::Star] => true,
            // No name is empty.
            [Token::Star, one] | [one, Token::Star] => *one == ANY_BYTE,
            _ => false,
        }
    }

    /// Whether some name matches both.
    pub fn meets(&self, other: &Self) -> bool {
        let ends = [
            (self.tokens.first(), other.tokens.first()),
            (self.tokens.last(), other.tokens.last()),
        ];
        let differ = |(a, b): &(Option<&Token>, Option<&Token>)| match (a, b) {
            (Some(Token::Byte(a)), Some(Token::Byte(b))) => a != b,
            _ => false,
        };
        if ends.iter().any(differ) {
            return false;
        }
        if !self.meets_by_token(other) {
            return false;
        }
        let both = |name: &[u8]| self.matches(name) && other.matches(name);
        if !names::RESERVED.iter().any(|name| both(name)) {
            return true;
        }
        // What they have in common might be no more than what no file is called.
        both(b"x") || both(b"xx") || names::is_some(&[self, other])
    }

    fn meets_by_token(&self, other: &Self) -> bool {
        let end = other.tokens.len();
        // How many tokens of the other are done where so many of this one are.
        with_rows(end + 1, |mut row, mut below| {
            row[0] = true;
            for token in &self.tokens {
                below.fill(false);
                for there in 0..=end {
                    if !row[there] {
                        continue;
                    }
                    match (token, other.tokens.get(there)) {
                        (Token::Star, None) => below[there] = true,
                        (_, None) => {}
                        (Token::Star, _) | (_, Some(Token::Star)) => {
                            below[there] = true;
                            row[there + 1] = true;
                        }
                        (one, Some(other)) => below[there + 1] |= one.meets(other),
                    }
                }
                std::mem::swap(&mut row, &mut below);
            }
            let rest_may_be_empty =
                |at: usize| other.tokens[at..].iter().all(|t| *t == Token::Star);
            (0..=end).any(|at| row[at] && rest_may_be_empty(at))
        })
    }

    /// A shortest name that both match.
    pub(super) fn common_name(&self, other: &Self) -> Option<Vec<u8>> {
        // By tokens that are done of both: a shortest beginning of a name that gets there.
        let width = other.tokens.len() + 1;
        let mut best: Vec<Option<Vec<u8>>> = vec![None; (self.tokens.len() + 1) * width];
        best[0] = Some(Vec::new());
        for at in 0..best.len() {
            let Some(name) = best[at].clone() else {
                continue;
            };
            let (here, there) = (self.tokens.get(at / width), other.tokens.get(at % width));
            let mut reach = |at: usize, byte: Option<u8>| {
                let length = name.len() + usize::from(byte.is_some());
                if best[at].as_ref().is_none_or(|known| length < known.len()) {
                    let name = name.iter().copied().chain(byte);
                    best[at] = Some(name.collect());
                }
            };
            if here == Some(&Token::Star) {
                reach(at + width, None);
            }
            if there == Some(&Token::Star) {
                reach(at + 1, None);
            }
            let (next, byte) = match (here, there) {
                (Some(Token::Star), Some(token)) => (at + 1, token.sample()),
                (Some(token), Some(Token::Star)) => (at + width, token.sample()),
                (Some(one), Some(other)) => (at + width + 1, one.common_byte(other)),
                _ => continue,
            };
            if byte.is_some() {
                reach(next, byte);
            }
        }
        match best.pop()?? {
            // Both match any name, and none is empty.
            empty if empty.is_empty() => Some(b"x".to_vec()),
            name => Some(name),
        }
    }

    /// The literal bytes it begins with.
    pub fn prefix(&self) -> Vec<u8> {
        literal(self.tokens.iter())
    }

    /// The literal bytes it ends with.
    pub fn suffix(&self) -> Vec<u8> {
        let mut bytes = literal(self.tokens.iter().rev());
        bytes.reverse();
        bytes
    }

    /// The runs of literal bytes in it, none of them empty.
    pub fn literals(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        self.tokens
            .split(|token| !matches!(token, Token::Byte(_)))
            .filter(|run| !run.is_empty())
            .map(|run| literal(run.iter()))
    }
}

fn literal<'t>(tokens: impl Iterator<Item = &'t Token>) -> Vec<u8> {
    tokens.map_while(Token::literal).collect()
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for token in &self.tokens {
            match token {
                Token::Byte(byte) => write!(f, "{}", byte.escape_ascii())?,
                Token::One(_) => f.write_str("?")?,
                Token::Star => f.write_str("*")?,
            }
        }
        Ok(())
    }
}
