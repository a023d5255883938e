//! What `F:` and `X:` mean: the beginning of a path.

use crate::dialects::glob::{Glob, GlobToken};

/// A value of `F:` or `X:`.
#[derive(Debug)]
pub(super) enum SectionPattern {
    /// Wildcards and plain characters.
    Glob(Glob),
    /// The program turns wildcards into a regular expression without more ado, so that what else
    /// means something in one keeps its meaning; and how many `/` a path must have, if that counts.
    Regex(String, Option<usize>),
}

/// Reads a value; `is_directory` says that there is a directory of that name.
pub(super) fn parse(text: &str, is_directory: bool) -> SectionPattern {
    let text = text.strip_prefix('/').unwrap_or(text);
    // In and below a directory; else only as deep as written. `**` takes depth out of the question.
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
