//! The patterns of `F:` and `X:`, which match the beginning of a path.

use crate::dialects::glob::{Glob, GlobToken};

/// A value of `F:` or `X:`.
#[derive(Debug)]
pub(super) enum SectionPattern {
    /// A pattern with wildcards and plain characters only.
    Glob(Glob),
    /// A pattern with regular expression syntax, since `get_maintainer.pl` converts wildcards to a regular expression
    /// without escaping other characters; and the number of `/` that a path must have, if it is limited.
    Regex(String, Option<usize>),
}

/// Parses a value; `is_directory` is true if a directory with this name exists.
pub(super) fn parse(text: &str, is_directory: bool) -> SectionPattern {
    let text = text.strip_prefix('/').unwrap_or(text);
    // A directory matches at any depth below it, other values only at their own depth. `**` matches at any depth.
    let is_directory = is_directory || text.ends_with('/');
    let is_deep = is_directory || text.contains("**");
    let slash = if is_directory && !text.ends_with('/') {
        "/"
    } else {
        ""
    };
    if text.contains(['[', ']', '(', ')', '{', '}', '+', '|', '^', '$', '\\']) {
        let mut regex = String::from("^(?:");
        for char in text.chars() {
            match char {
                '.' => regex += "\\.",
                '*' => regex += ".*",
                '?' => regex += ".",
                other => regex.push(other),
            }
        }
        regex += ")";
        let slashes = text.matches('/').count();
        return SectionPattern::Regex(regex + slash, (!is_deep).then_some(slashes));
    }
    let token = |char| match char {
        '*' if is_deep => GlobToken::Anything,
        '?' if is_deep => GlobToken::Any,
        '*' => GlobToken::Star,
        '?' => GlobToken::One,
        other => GlobToken::Char(other),
    };
    let mut tokens: Vec<GlobToken> = text.chars().chain(slash.chars()).map(token).collect();
    tokens.push(if is_deep {
        GlobToken::Anything
    } else {
        GlobToken::Star
    });
    tokens.dedup_by(|a, b| a == b && matches!(a, GlobToken::Anything | GlobToken::Star));
    SectionPattern::Glob(Glob {
        tokens,
        with_content: false,
    })
}
