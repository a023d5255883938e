use std::fmt;

use super::{ByteSet, bit_rows::with_rows, byteset::bytes, names};

/// One element of a segment's glob.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Token {
    /// Exactly this byte.
    Byte(u8),
    /// One of these bytes: `?`, or a class.
    One(ByteSet),
    /// Any number of bytes, `*`.
    Star,
}

impl Token {
    /// Returns whether both can match the same byte.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Star, _) | (_, Self::Star) => true,
            (Self::Byte(byte), one) | (one, Self::Byte(byte)) => one.takes(*byte),
            (Self::One(a), Self::One(b)) => a.meets(b),
        }
    }

    /// Returns whether it matches this byte; `false` for `*`.
    #[inline]
    pub(super) fn takes(&self, byte: u8) -> bool {
        match self {
            Self::Byte(own) => *own == byte,
            Self::One(set) => set.contains(byte),
            Self::Star => false,
        }
    }

    /// Returns the byte of a literal token.
    pub(super) fn literal(&self) -> Option<u8> {
        match self {
            Self::Byte(byte) => Some(*byte),
            _ => None,
        }
    }

    /// Returns the most readable byte that it matches, or `None` for `*`.
    pub(super) fn sample(&self) -> Option<u8> {
        match self {
            Self::Byte(byte) => Some(*byte),
            Self::One(set) => set.sample(),
            Self::Star => None,
        }
    }

    /// Returns the most readable byte that both match.
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
    /// Creates a segment of these tokens; a run of `*` counts as one.
    pub(super) fn new(mut tokens: Vec<Token>) -> Self {
        tokens.dedup_by(|a, b| *a == Token::Star && *b == Token::Star);
        Self {
            tokens: tokens.into(),
        }
    }

    /// Returns the tokens.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Returns whether it matches the whole of `name`.
    pub fn matches(&self, name: &[u8]) -> bool {
        self.takes(name.len(), |token, at| token.takes(name[at]))
    }

    /// Returns `true` only if this segment matches every name that `other` matches. This is a cheap test,
    /// wildcard by wildcard: it may return `false` although it does.
    pub(super) fn surely_holds(&self, other: &Self) -> bool {
        self.takes(other.tokens.len(), |token, at| {
            match (token, &other.tokens[at]) {
                (own, Token::Byte(byte)) => own.takes(*byte),
                (Token::One(set), Token::One(other)) => other.is_within(set),
                _ => false,
            }
        })
    }

    /// Returns whether the tokens match a sequence of `things`. `takes` decides whether a token other than
    /// `*` matches the thing at a position.
    fn takes(&self, things: usize, takes: impl Fn(&Token, usize) -> bool) -> bool {
        let (mut token, mut at) = (0, 0);
        // Where to continue if the last star must match one thing more.
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

    /// Returns whether it matches every name.
    pub fn is_any(&self) -> bool {
        const ANY_BYTE: Token = Token::One(ByteSet::WITHIN_SEGMENT);
        match &*self.tokens {
            [Token::Star] => true,
            // No name is empty.
            [Token::Star, one] | [one, Token::Star] => *one == ANY_BYTE,
            _ => false,
        }
    }

    /// Returns whether some name matches both.
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
        // They may have only names in common that no file has.
        both(b"x") || both(b"xx") || names::is_some(&[self, other])
    }

    fn meets_by_token(&self, other: &Self) -> bool {
        let end = other.tokens.len();
        // By number of tokens of the other: whether they can match the same bytes as those of this one so far.
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

    /// Returns a shortest name that both match.
    pub(super) fn common_name(&self, other: &Self) -> Option<Vec<u8>> {
        // By number of tokens matched in both: a shortest start of a name that reaches this state.
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
            // Both match any name, but no name is empty.
            empty if empty.is_empty() => Some(b"x".to_vec()),
            name => Some(name),
        }
    }

    /// Returns the literal bytes at its start.
    pub fn prefix(&self) -> Vec<u8> {
        literal(self.tokens.iter())
    }

    /// Returns the literal bytes at its end.
    pub fn suffix(&self) -> Vec<u8> {
        let mut bytes = literal(self.tokens.iter().rev());
        bytes.reverse();
        bytes
    }

    /// Returns its runs of literal bytes, none of them empty.
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
