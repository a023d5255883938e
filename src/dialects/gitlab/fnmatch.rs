//! Patterns as GitLab passes them to Ruby's `File.fnmatch` with the flags `FNM_DOTMATCH` and
//! `FNM_PATHNAME`, as globs.

use super::header::is_space;
use crate::dialects::glob::{Class, Glob, GlobToken};

/// Returns the key of a pattern; patterns with the same key are the same to GitLab.
pub(super) fn key(pattern: &str) -> String {
    if pattern == "*" {
        return "/**/*".to_owned();
    }
    let unescaped = pattern
        .strip_prefix('\\')
        .filter(|rest| rest.starts_with('#'));
    let mut key = String::with_capacity(pattern.len() + 8);
    let mut chars = unescaped.unwrap_or(pattern).chars().peekable();
    while let Some(char) = chars.next() {
        if char == '\\' && chars.next_if(|next| is_space(*next)).is_some() {
            while chars.next_if(|next| is_space(*next)).is_some() {}
            key.push(' ');
        } else {
            key.push(char);
        }
    }
    if !key.starts_with('/') {
        key.insert_str(0, "/**/");
    }
    if key.ends_with('/') {
        key += "**/*";
    }
    key
}

/// Returns the glob of a key; `None` if it matches no path. Paths don't have the leading `/` of a key.
pub(super) fn glob(key: &str) -> Option<Glob> {
    let mut tokens = Vec::new();
    let mut rest = key.strip_prefix('/')?;
    let mut begins = true;
    while let Some(char) = rest.chars().next() {
        if begins && let Some(after) = rest.strip_prefix("**/") {
            if tokens.last() != Some(&GlobToken::Directories) {
                tokens.push(GlobToken::Directories);
            }
            rest = after;
            continue;
        }
        let mut length = char.len_utf8();
        let token = match char {
            '*' => {
                length = rest.len() - rest.trim_start_matches('*').len();
                GlobToken::Star
            }
            '?' => GlobToken::One,
            '[' => {
                let (class, end) = class(&rest[1..])?;
                length = 1 + end;
                GlobToken::Class(class)
            }
            '\\' => match rest[1..].chars().next() {
                Some(escaped) => {
                    length += escaped.len_utf8();
                    GlobToken::Char(escaped)
                }
                None => GlobToken::Char('\\'),
            },
            other => GlobToken::Char(other),
        };
        begins = token == GlobToken::Char('/');
        tokens.push(token);
        rest = &rest[length..];
    }
    Some(Glob {
        tokens,
        with_content: false,
    })
}

/// Parses the class after a `[` and returns it with the end position; `None` if it is never closed.
/// The first `]` closes it, even directly after the `[`.
fn class(text: &str) -> Option<(Class, usize)> {
    let mut class = Class::default();
    let mut at = 0;
    if text.starts_with(['!', '^']) {
        class.negated = true;
        at = 1;
    }
    loop {
        if text[at..].starts_with(']') {
            return Some((class, at + 1));
        }
        let first = member(text, &mut at)?;
        let after = &text[at..];
        if after.starts_with('-') && !after[1..].starts_with(']') {
            at += 1;
            let last = member(text, &mut at)?;
            class.ranges.push((first, last));
            // Both ends belong to the class even if they are in the wrong order.
            if first > last {
                class.ranges.extend([(first, first), (last, last)]);
            }
        } else {
            class.ranges.push((first, first));
        }
    }
}

fn member(text: &str, at: &mut usize) -> Option<char> {
    let mut chars = text[*at..].chars();
    let mut char = chars.next()?;
    if char == '\\' {
        char = chars.next()?;
    }
    *at = text.len() - chars.as_str().len();
    Some(char)
}
