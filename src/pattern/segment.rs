use std::fmt;

use super::ByteSet;

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
        let (mut token, mut at) = (0, 0);
        // Where to go on if the last star has to take one byte more.
        let mut retry: Option<(usize, usize)> = None;
        while at < name.len() {
            match self.tokens.get(token) {
                Some(Token::Star) => {
                    token += 1;
                    retry = Some((token, at));
                }
                Some(Token::Byte(byte)) if *byte == name[at] => (token, at) = (token + 1, at + 1),
                Some(Token::One(set)) if set.contains(name[at]) => {
                    (token, at) = (token + 1, at + 1);
                }
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
    tokens
        .map_while(|token| match token {
            Token::Byte(byte) => Some(*byte),
            _ => None,
        })
        .collect()
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
