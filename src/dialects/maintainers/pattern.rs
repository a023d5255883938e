//! What `F:` and `X:` mean: the beginning of a path.

use crate::dialects::glob::{Glob, Token};

/// A value of `F:` or `X:`.
#[derive(Debug)]
pub(super) enum Pattern {
    /// Wildcards and plain characters.
    Glob(Glob),
    /// The program turns wildcards into a regular expression without more ado, so that what else
    /// means something in one keeps its meaning; and how many `/` a path must have, if that counts.
    Regex(String, Option<usize>),
}

/// Reads a value; `is_directory` says that there is a directory of that name.
pub(super) fn parse(text: &str, is_directory: bool) -> Pattern {
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
        return Pattern::Regex(regex + slash, (!is_deep).then_some(slashes));
    }
    let token = |char| match char {
        '*' if is_deep => Token::Anything,
        '?' if is_deep => Token::Any,
        '*' => Token::Star,
        '?' => Token::One,
        other => Token::Char(other),
    };
    let mut tokens: Vec<Token> = text.chars().chain(slash.chars()).map(token).collect();
    tokens.push(if is_deep {
        Token::Anything
    } else {
        Token::Star
    });
    tokens.dedup_by(|a, b| a == b && matches!(a, Token::Anything | Token::Star));
    Pattern::Glob(Glob {
        tokens,
        with_content: false,
    })
}
