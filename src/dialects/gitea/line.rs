use std::sync::Arc;

use crate::text::{Source, Span};

/// A word of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Its text, without the backslashes that made the next character literal.
    pub text: String,
    /// Its characters, each with whether a backslash was before it.
    pub chars: Vec<(char, bool)>,
    /// Where it is, with the backslashes.
    pub span: Span,
}

/// A line with at least one word.
#[derive(Debug)]
pub(super) struct TokenLine {
    pub tokens: Vec<Token>,
    /// Where it is, without surrounding blanks.
    pub span: Span,
}

/// Returns the lines of the first `limit` bytes of a file, as Gitea splits them.
pub(super) fn lines(source: &Arc<Source>, limit: usize) -> Vec<TokenLine> {
    let mut limit = limit.min(source.text().len());
    while !source.text().is_char_boundary(limit) {
        limit -= 1;
    }
    let mut lines = Vec::new();
    let mut at = 0;
    for whole in source.text()[..limit].split('\n') {
        let span = Span::new(at, at + whole.len());
        at += whole.len() + 1;
        let start = whole.len() - whole.trim_start().len();
        let span = span.slice(start, start + whole.trim().len());
        let tokens = tokens(source, whole.trim(), span);
        if !tokens.is_empty() {
            lines.push(TokenLine { tokens, span });
        }
    }
    lines
}

/// Splits a trimmed line. Blanks separate words, a backslash makes the next character literal, and a `#` ends the line.
fn tokens(source: &Arc<Source>, line: &str, span: Span) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars: Vec<(char, bool)> = Vec::new();
    let mut start = None;
    let mut is_escaped = false;
    let end = |chars: &mut Vec<(char, bool)>, start: &mut Option<usize>, end: usize| {
        let chars = std::mem::take(chars);
        let start = start.take().unwrap_or(end);
        (!chars.is_empty()).then(|| Token {
            text: chars.iter().map(|(char, _)| *char).collect(),
            chars,
            span: span.slice(start, end),
        })
    };
    let mut ended = line.len();
    for (at, char) in line.char_indices() {
        let char = match char {
            '\t' => ' ',
            // Gitea reads each invalid byte as this character.
            '?' if source.is_faulty(span.slice(at, at + 1)) => char::REPLACEMENT_CHARACTER,
            char => char,
        };
        match char {
            '\\' if !is_escaped => {
                start.get_or_insert(at);
                is_escaped = true;
                continue;
            }
            '#' if !is_escaped => {
                ended = at;
                break;
            }
            ' ' if !is_escaped => tokens.extend(end(&mut chars, &mut start, at)),
            char => {
                start.get_or_insert(at);
                chars.push((char, is_escaped));
            }
        }
        is_escaped = false;
    }
    tokens.extend(end(&mut chars, &mut start, ended));
    tokens
}
