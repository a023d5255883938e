//! The globs of ownership files. Each dialect has a reader of its own for them; what they can mean is
//! a few tokens, and a path is matched against those in one place.

use bstr::ByteSlice;

use crate::pattern::{self, Alternative, Step};

/// One element of a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GlobToken {
    /// This character; `/` among them.
    Char(char),
    /// One character but `/`.
    One,
    /// One character, `/` among them; never together with [`Star`](Self::Star).
    Any,
    /// One character of some, never `/`.
    Class(Class),
    /// Any number of characters but `/`.
    Star,
    /// Any number of whole directories, each with its `/`; only at the beginning of a segment.
    Directories,
    /// Any number of characters, `/` among them.
    Anything,
}

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Class {
    /// Whether it is those that no range holds.
    pub negated: bool,
    /// First and last, both belong.
    pub ranges: Vec<(char, char)>,
}

/// A glob that is matched against whole paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Glob {
    /// What it consists of.
    pub tokens: Vec<GlobToken>,
    /// Whether it also matches everything inside what it matches.
    pub with_content: bool,
}

impl GlobToken {
    /// Whether this element, which stands for one character, stands for this one.
    pub fn takes(&self, char: char) -> bool {
        match self {
            Self::Char(this) => *this == char,
            Self::One => char != '/',
            Self::Any => true,
            Self::Class(class) => {
                let held = |(first, last): &(char, char)| (*first..=*last).contains(&char);
                char != '/' && class.ranges.iter().any(held) != class.negated
            }
            Self::Star | Self::Directories | Self::Anything => false,
        }
    }
}

/// The character at a position and its length; a byte that is part of none counts as one.
fn char_at(path: &[u8], at: usize) -> Option<(char, usize)> {
    match path.get(at)? {
        byte if byte.is_ascii() => Some((char::from(*byte), 1)),
        _ => {
            let (char, length) = bstr::decode_utf8(&path[at..]);
            Some(char.map_or((char::REPLACEMENT_CHARACTER, 1), |char| (char, length)))
        }
    }
}

impl Glob {
    /// Whether it matches `path`.
    ///
    /// Only the last wildcard of a segment, and the last one that crosses segments, ever need
    /// another try: whatever came before them has matched as early as it can.
    pub fn matches(&self, path: &[u8]) -> bool {
        let (mut token, mut at) = (0, 0);
        let mut star = None;
        let mut crossing = None;
        loop {
            let goes_on = match self.tokens.get(token) {
                None if at == path.len() => return true,
                None if self.with_content && path[at] == b'/' => return true,
                None => false,
                Some(GlobToken::Star) => {
                    token += 1;
                    star = Some((token, at));
                    true
                }
                Some(wide @ (GlobToken::Directories | GlobToken::Anything)) => {
                    token += 1;
                    star = None;
                    crossing = Some((token, at, *wide == GlobToken::Directories));
                    true
                }
                Some(one) => match char_at(path, at) {
                    Some((char, length)) if one.takes(char) => {
                        (token, at) = (token + 1, at + length);
                        true
                    }
                    _ => false,
                },
            };
            if goes_on {
                continue;
            }
            if let Some((after, taken)) = star
                && let Some((char, length)) = char_at(path, taken)
                && char != '/'
            {
                star = Some((after, taken + length));
                (token, at) = (after, taken + length);
                continue;
            }
            let Some((after, taken, whole)) = crossing else {
                return false;
            };
            let next = match whole {
                true => path[taken..].find_byte(b'/').map(|slash| taken + slash + 1),
                false => char_at(path, taken).map(|(_, length)| taken + length),
            };
            let Some(next) = next else {
                return false;
            };
            star = None;
            crossing = Some((after, next, whole));
            (token, at) = (after, next);
        }
    }

    /// Whether it matches exactly what its [`outline`](Self::outline) does.
    pub fn is_outlined(&self) -> bool {
        let plain = |token: &GlobToken| {
            matches!(
                token,
                GlobToken::Char(_) | GlobToken::Star | GlobToken::Directories
            )
        };
        self.holds_content() && self.tokens.iter().all(plain)
    }

    /// Whether it matches what is inside what it matches: what ends in all that is below something
    /// does so anyway.
    fn holds_content(&self) -> bool {
        let all_below = [GlobToken::Directories, GlobToken::Star];
        self.with_content || self.tokens.ends_with(&all_below)
    }

    /// A pattern that matches everything that this does and may match more; nothing if this matches
    /// no path at all.
    pub fn outline(&self) -> Option<Alternative> {
        // No path ends in `/`, and none is empty.
        let ends =
            |token: &GlobToken| !matches!(token, GlobToken::Char('/') | GlobToken::Directories);
        self.tokens.last().filter(|last| ends(last))?;
        let mut steps = Vec::new();
        let mut segment = Vec::new();
        // Where a segment may turn out to be several.
        let mut is_wide = false;
        for token in &self.tokens {
            match token {
                GlobToken::Char('/') => {
                    if !is_wide && segment.is_empty() {
                        return None;
                    }
                    push(&mut steps, std::mem::take(&mut segment), is_wide);
                    is_wide = false;
                }
                GlobToken::Char(char) => {
                    let mut buffer = [0; 4];
                    let bytes = char.encode_utf8(&mut buffer).bytes();
                    segment.extend(bytes.map(pattern::Token::Byte));
                }
                GlobToken::One | GlobToken::Class(_) | GlobToken::Star => {
                    segment.push(pattern::Token::Star)
                }
                GlobToken::Directories => push(&mut steps, Vec::new(), true),
                GlobToken::Any | GlobToken::Anything => is_wide = true,
            }
        }
        if !segment.is_empty() || is_wide {
            push(&mut steps, segment, is_wide);
        }
        // All that is in a directory, with its content, is what is inside.
        let any_name = Step::of(vec![pattern::Token::Star]);
        let all = self.holds_content() && steps.pop_if(|last| *last == any_name).is_some();
        let inside = steps.pop_if(|last| *last == Step::AnyDepth).is_some();
        Some(Alternative {
            inside: inside || all,
            steps,
        })
    }
}

fn push(steps: &mut Vec<Step>, segment: Vec<pattern::Token>, is_wide: bool) {
    if !is_wide {
        steps.push(Step::of(segment));
    } else if steps.last() != Some(&Step::AnyDepth) {
        steps.push(Step::AnyDepth);
    }
}
