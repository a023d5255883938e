//! The globs of ownership files. Each dialect parses its own syntax into common tokens, which are
//! matched against paths here.

use bstr::ByteSlice;

use crate::pattern::{self, Alternative, Extent, Step};

/// One element of a glob.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum GlobToken {
    /// This character, which can be `/`.
    Char(char),
    /// One character except `/`.
    One,
    /// One character, including `/`; never together with [`Star`](Self::Star).
    Any,
    /// One character of a class, never `/`.
    Class(Class),
    /// Any number of characters except `/`.
    Star,
    /// Any number of whole directories, each with its `/`; only at the start of a segment.
    Directories,
    /// Any number of characters, including `/`.
    Anything,
}

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Class {
    /// Whether it contains the characters outside all ranges.
    pub negated: bool,
    /// First and last character, both inclusive.
    pub ranges: Vec<(char, char)>,
}

/// A glob that is matched against whole paths.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Glob {
    /// Its elements.
    pub tokens: Vec<GlobToken>,
    /// Whether it also matches everything inside what it matches.
    pub with_content: bool,
}

impl GlobToken {
    /// Returns whether this element matches the single character `char`.
    pub fn matches_char(&self, char: char) -> bool {
        match self {
            Self::Char(this) => *this == char,
            Self::One => char != '/',
            Self::Any => true,
            Self::Class(class) => {
                let contains = |(first, last): &(char, char)| (*first..=*last).contains(&char);
                char != '/' && class.ranges.iter().any(contains) != class.negated
            }
            Self::Star | Self::Directories | Self::Anything => false,
        }
    }
}

/// Returns the character at a position and its length; an invalid byte counts as one character.
fn char_at(path: &[u8], at: usize) -> Option<(char, usize)> {
    match path.get(at)? {
        byte if byte.is_ascii() => Some((char::from(*byte), 1)),
        _ => {
            let (char, length) = bstr::decode_utf8(&path[at..]);
            Some(char.map_or((char::REPLACEMENT_CHARACTER, 1), |char| (char, length)))
        }
    }
}

/// The name of a file that no glob names: a character that Unicode reserves.
pub(super) const NEW_NAME: &str = "\u{10ffff}";

impl Glob {
    /// Returns whether it matches `path`.
    ///
    /// Only the last wildcard of a segment and the last one that crosses segments ever need to backtrack:
    /// everything before them has matched as early as possible.
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
                    Some((char, length)) if one.matches_char(char) => {
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

    /// Returns whether it matches everything in a directory, whose path ends in `/` or is empty.
    pub fn matches_all_in(&self, directory: &[u8]) -> bool {
        // Only a part that accepts any name accepts all of these: a new name of one and of many characters, and the
        // characters that classes exclude.
        let excluded = self.tokens.iter().filter_map(|token| match token {
            GlobToken::Class(class) if class.negated => class.ranges.first(),
            _ => None,
        });
        let excluded = excluded.filter(|(first, _)| *first != '/');
        let excluded = excluded.map(|(first, _)| first.to_string());
        let long = NEW_NAME.repeat(self.tokens.len() + 1);
        let nested = [NEW_NAME, NEW_NAME].join("/");
        let new = [NEW_NAME.to_owned(), long, nested];
        let mut entries = new.into_iter().chain(excluded);
        entries.all(|entry| self.matches(&[directory, entry.as_bytes()].concat()))
    }

    /// Returns whether it matches exactly the same paths as its [`outline`](Self::outline).
    pub fn is_outlined(&self) -> bool {
        let plain = |token: &GlobToken| {
            matches!(
                token,
                GlobToken::Char(_) | GlobToken::Star | GlobToken::Directories
            )
        };
        self.tokens.iter().all(plain)
    }

    /// Returns whether it also matches everything inside the directories it matches, which a final `**/*`
    /// implies.
    pub fn holds_content(&self) -> bool {
        let all_below = [GlobToken::Directories, GlobToken::Star];
        self.with_content || self.tokens.ends_with(&all_below)
    }

    /// Returns a pattern that matches every path that this glob matches, and possibly more; `None` if the
    /// glob matches no path.
    pub fn outline(&self) -> Option<Alternative> {
        self.as_pattern(|_| pattern::Token::Star)
    }

    /// Returns the pattern that matches the same paths and everything inside them; `None` if the glob matches no path.
    /// A character beyond ASCII, for which a glob can have a wildcard, counts like one byte.
    pub fn with_all_content(&self) -> Option<Alternative> {
        let pattern = self.pattern()?;
        let extent = match pattern.extent {
            Extent::File => Extent::Whole,
            other => other,
        };
        Some(Alternative { extent, ..pattern })
    }

    /// Returns the pattern that matches the same paths; `None` if the glob matches no path. A character beyond ASCII, for
    /// which a glob can have a wildcard, counts like one byte.
    pub fn pattern(&self) -> Option<Alternative> {
        self.as_pattern(|token| {
            let beyond = token.matches_char(char::REPLACEMENT_CHARACTER);
            let is_in = |byte: &u8| match byte.is_ascii() {
                true => token.matches_char(char::from(*byte)),
                false => beyond,
            };
            // File names cannot contain NUL.
            pattern::Token::One((1..=u8::MAX).filter(is_in).collect())
        })
    }

    /// Converts this glob to a pattern; `one` converts a wildcard for one character.
    fn as_pattern(&self, one: impl Fn(&GlobToken) -> pattern::Token) -> Option<Alternative> {
        // Paths don't end in `/` and are not empty.
        let ends =
            |token: &GlobToken| !matches!(token, GlobToken::Char('/') | GlobToken::Directories);
        self.tokens.last().filter(|last| ends(last))?;
        let mut steps = Vec::new();
        let mut segment = Vec::new();
        // Whether the current segment can match several.
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
                GlobToken::Star => segment.push(pattern::Token::Star),
                GlobToken::One | GlobToken::Class(_) => segment.push(one(token)),
                GlobToken::Directories => push(&mut steps, Vec::new(), true),
                GlobToken::Any | GlobToken::Anything => is_wide = true,
            }
        }
        if !segment.is_empty() || is_wide {
            push(&mut steps, segment, is_wide);
        }
        // A final `*` with its content is everything inside.
        let any_name = Step::of(vec![pattern::Token::Star]);
        let all = self.holds_content() && steps.pop_if(|last| *last == any_name).is_some();
        let inside = steps.pop_if(|last| *last == Step::AnyDepth).is_some();
        let extent = match (inside || all, self.holds_content()) {
            (true, _) => Extent::Inside,
            (false, true) => Extent::Whole,
            (false, false) => Extent::File,
        };
        Some(Alternative { steps, extent })
    }
}

fn push(steps: &mut Vec<Step>, segment: Vec<pattern::Token>, is_wide: bool) {
    if !is_wide {
        steps.push(Step::of(segment));
    } else if steps.last() != Some(&Step::AnyDepth) {
        steps.push(Step::AnyDepth);
    }
}
