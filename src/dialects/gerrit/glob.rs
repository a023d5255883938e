//! Globs as Java's file systems have them, tried in the folder and in every folder below.

use crate::dialects::glob::{Class, Glob, GlobToken};

/// How many globs the braces of one may write out to.
const MAX_ALTERNATIVES: usize = 1_000;

/// What a glob with braces is written out to, so far.
type Branches = Vec<Vec<GlobToken>>;

/// What `text` matches, with its braces written out.
///
/// # Errors
/// Why it matches nothing at all: Java would refuse it.
pub(super) fn parse(text: &str) -> Result<Vec<Glob>, &'static str> {
    let mut alternatives = vec![vec![GlobToken::Directories]];
    // Inside braces: what each branch is put behind, and the branches that are done.
    let mut group: Option<(Branches, Branches)> = None;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let token = match (char, &mut group) {
            ('{', Some(_)) => return Err("braces cannot be nested"),
            ('{', None) => {
                group = Some((alternatives.clone(), Vec::new()));
                continue;
            }
            (',', Some((before, done))) => {
                done.append(&mut alternatives);
                alternatives.clone_from(before);
                if done.len() > MAX_ALTERNATIVES {
                    return Err("its braces expand to too many globs");
                }
                continue;
            }
            ('}', Some((_, done))) => {
                done.append(&mut alternatives);
                alternatives = std::mem::take(done);
                group = None;
                if alternatives.len() > MAX_ALTERNATIVES {
                    return Err("its braces expand to too many globs");
                }
                continue;
            }
            ('*', _) if chars.next_if_eq(&'*').is_some() => GlobToken::Anything,
            ('*', _) => GlobToken::Star,
            ('?', _) => GlobToken::One,
            ('[', _) => GlobToken::Class(class(&mut chars)?),
            ('\\', _) => GlobToken::Char(
                chars
                    .next()
                    .ok_or("`\\` at the end has no character to escape")?,
            ),
            (other, _) => GlobToken::Char(other),
        };
        for tokens in &mut alternatives {
            tokens.push(token.clone());
        }
    }
    if group.is_some() {
        return Err("`{` is never closed");
    }
    let glob = |tokens| Glob {
        tokens,
        with_content: false,
    };
    Ok(alternatives.into_iter().map(glob).collect())
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Class, &'static str> {
    const UNCLOSED: &str = "`[` is never closed";
    let mut class = Class {
        negated: chars.next_if_eq(&'!').is_some(),
        ranges: Vec::new(),
    };
    // A `-` that begins a class stands for itself; so does every other character, `\` among them.
    let mut first = chars.next_if_eq(&'-');
    if let Some(dash) = first.take() {
        class.ranges.push((dash, dash));
    }
    loop {
        match chars.next().ok_or(UNCLOSED)? {
            ']' if class.ranges.is_empty() => return Err("a character class is empty"),
            ']' => return Ok(class),
            '/' => return Err("a character class cannot contain `/`"),
            '-' => {
                let from = first.take().ok_or("a character range has no start")?;
                match chars.next().ok_or(UNCLOSED)? {
                    ']' => {
                        class.ranges.push(('-', '-'));
                        return Ok(class);
                    }
                    to if to < from => return Err("a character range ends before it starts"),
                    to => class.ranges.push((from, to)),
                }
            }
            one => {
                class.ranges.push((one, one));
                first = Some(one);
            }
        }
    }
}
