//! The patterns of `F:` and `X:`. The program converts their wildcards to a regular expression, in which all other
//! characters keep their meaning, and searches for it at the start of a path.

use std::sync::LazyLock;

use bstr::{BStr, BString, ByteSlice};
use regex_automata::{meta::Regex, util::syntax};

use super::script::Script;
use crate::dialects::{
    Tree,
    glob::{Glob, GlobToken},
};

/// A value of `F:` or `X:`, converted.
#[derive(Debug)]
pub(super) struct SectionPattern {
    /// The regular expression, without the `^` at its start.
    pub regex: Vec<u8>,
    /// The number of `/` that a path must have, if it is limited.
    pub slashes: Option<usize>,
}

impl SectionPattern {
    /// Converts a value. The pattern of an existing directory gets a `/`.
    pub fn new(value: &[u8], script: &Script, tree: &Tree<'_>) -> Self {
        let value = match script.has_braces {
            true => with_alternatives(value),
            false => value.to_vec(),
        };
        let mut regex = Vec::with_capacity(value.len() + 8);
        let mut rest = &*value;
        while let [byte, after @ ..] = rest {
            rest = after;
            match byte {
                b'.' => regex.extend(b"\\."),
                b'?' => regex.push(b'.'),
                b'*' if script.has_deep_stars && rest.starts_with(b"*") => {
                    regex.extend(DEEP);
                    rest = &rest[1..];
                }
                b'*' => regex.extend(b".*"),
                other => regex.push(*other),
            }
        }
        if !regex.ends_with(b"/") && is_directory(regex.as_bstr(), tree) {
            regex.push(b'/');
        }
        let is_deep = regex.ends_with(b"/") || script.has_deep_stars && regex.contains_str("(?:");
        let slashes = (!is_deep).then(|| regex.find_iter("/").count());
        Self { regex, slashes }
    }

    /// Returns an equivalent glob; `None` if the pattern contains other syntax or characters that are not those of paths,
    /// or a wildcard for one byte or for a line break, of which paths have some unless they are `plain`.
    pub fn glob(&self, script: &Script, are_plain: bool) -> Option<Glob> {
        let text = self.regex.to_str().ok()?;
        if script.is_decoded && !text.is_ascii() {
            return None;
        }
        let is_deep = self.slashes.is_none();
        let any = match is_deep {
            true => GlobToken::Anything,
            false => GlobToken::Star,
        };
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(char) = rest.chars().next() {
            let (token, length) = match char {
                '\\' if rest.starts_with("\\.") => (GlobToken::Char('.'), 2),
                '.' | '(' if !are_plain => return None,
                '.' if rest.starts_with(".*") => (any.clone(), 2),
                '(' if rest.starts_with("(?:.*)") => (any.clone(), DEEP.len()),
                '.' if is_deep => (GlobToken::Any, 1),
                '.' => (GlobToken::One, 1),
                '\\' | '^' | '$' | '|' | '?' | '*' | '+' | '(' | ')' | '[' | ']' | '{' | '}' => {
                    return None;
                }
                other => (GlobToken::Char(other), other.len_utf8()),
            };
            rest = &rest[length..];
            tokens.push(token);
        }
        // A path only has to start with the pattern.
        tokens.push(any);
        tokens.dedup_by(|a, b| a == b && matches!(a, GlobToken::Anything | GlobToken::Star));
        Some(Glob {
            tokens,
            with_content: false,
        })
    }
}

/// What `**` becomes.
const DEEP: &[u8] = b"(?:.*)";

/// Returns whether a converted value is the path of an existing directory.
fn is_directory(path: &BStr, tree: &Tree<'_>) -> bool {
    if path.is_empty() {
        return false;
    }
    // Outside of the repository, only its parents are known to exist.
    let outside = || path.split_str("/").all(|name| name == b"..");
    match normalized(path) {
        Some(path) => path.is_empty() || tree.is_directory(path.as_bstr()),
        None => outside(),
    }
}

/// Returns a path without `.`, `..` and empty segments; `None` if it is outside of the repository.
pub(super) fn normalized(path: &BStr) -> Option<BString> {
    let mut names: Vec<&[u8]> = Vec::new();
    if path.starts_with(b"/") {
        return None;
    }
    for name in path.split_str("/") {
        match name {
            b"" | b"." => {}
            b".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(bstr::join("/", names).into())
}

/// Converts braces to alternatives, like the version of Xen: `a{b,c}` becomes `a(b|c)`.
fn with_alternatives(value: &[u8]) -> Vec<u8> {
    static SEVERAL: LazyLock<Regex> =
        LazyLock::new(|| regex(r"([^\\])\{(|[^},]*[^,\\]),((?:|[^},]*[^,\\]),(?:|[^}]*[^\\]))\}"));
    static TWO: LazyLock<Regex> =
        LazyLock::new(|| regex(r"([^\\])\{(|[^},]*[^,\\]),(|[^}]*[^\\])\}"));
    let mut value = value.to_vec();
    while SEVERAL.is_match(&value) {
        value = replaced(&SEVERAL, &value, [b"{", b"|", b"}"]);
    }
    replaced(&TWO, &value, [b"(", b"|", b")"])
}

/// Replaces each match by its three groups, with a text after each of them.
fn replaced(regex: &Regex, value: &[u8], after: [&[u8]; 3]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut end = 0;
    for found in regex.captures_iter(value) {
        let Some(all) = found.get_match() else {
            continue;
        };
        out.extend(&value[end..all.start()]);
        for (group, after) in (1..).zip(after) {
            let group = found.get_group(group).map_or(0..0, |it| it.range());
            out.extend(&value[group]);
            out.extend(after);
        }
        end = all.end();
    }
    out.extend(&value[end..]);
    out
}

fn regex(text: &str) -> Regex {
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let regex = Regex::builder().syntax(syntax).build(text);
    regex.expect("the expression is valid")
}
