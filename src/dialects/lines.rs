use std::sync::Arc;

use super::FileProblem;
use crate::text::{Source, Span};

/// A line of an ownership file, without its line ending.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'s> {
    /// Its text, trimmed.
    pub text: &'s str,
    /// The span of the text.
    pub span: Span,
    /// The file.
    pub source: &'s Arc<Source>,
}

impl<'s> Line<'s> {
    /// Returns a part of it by byte positions in [`text`](Self::text).
    pub fn part(&self, from: usize, to: usize) -> Line<'s> {
        Line {
            text: &self.text[from..to],
            span: self.span.slice(from, to),
            source: self.source,
        }
    }

    /// Creates a problem at this line.
    pub fn problem(&self, message: impl Into<String>) -> FileProblem {
        FileProblem::new(self.source, self.span, message)
    }

    /// Returns it without surrounding `blank` characters.
    pub fn trim(&self, blank: fn(char) -> bool) -> Line<'s> {
        let start = self.text.len() - self.text.trim_start_matches(blank).len();
        let end = start + self.text[start..].trim_end_matches(blank).len();
        self.part(start, end)
    }

    /// Splits it into a pattern, which ends at the first blank without a `\` before it, and the rest.
    pub fn split_pattern(&self) -> (Line<'s>, Line<'s>) {
        let mut is_escaped = false;
        let end = self.text.find(|char| {
            let ends = !is_escaped && is_blank(char);
            is_escaped = !is_escaped && char == '\\';
            ends
        });
        let end = end.unwrap_or(self.text.len());
        (self.part(0, end), self.part(end, self.text.len()))
    }

    /// Returns its parts between `blank` characters.
    pub fn words(&self, blank: fn(char) -> bool) -> impl Iterator<Item = Line<'s>> {
        let line = *self;
        let mut at = 0;
        std::iter::from_fn(move || {
            let rest = &line.text[at..];
            let start = at + (rest.len() - rest.trim_start_matches(blank).len());
            let word = line.text[start..].split(blank).next().unwrap_or_default();
            at = start + word.len();
            (!word.is_empty()).then(|| line.part(start, at))
        })
    }
}

/// Returns whether every dialect treats a character as blank: space, tab, and other line endings.
pub(super) fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\r' | '\u{b}' | '\u{c}')
}

/// Returns the trimmed lines of a file, without empty ones. Lines that are not UTF-8 are problems: how
/// forges read them is not documented.
pub(super) fn lines<'s>(source: &'s Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<Line<'s>> {
    let mut lines = Vec::new();
    let mut at = 0;
    if source.text().starts_with('\u{feff}') {
        let span = Span::new(0, 3);
        let message = "ownlint ignores the byte order mark at the start of the file, but a forge may \
                       treat it as part of the first line";
        problems.push(FileProblem::new(source, span, message));
        at = 3;
    }
    for whole in source.text()[at..].split('\n') {
        let line = Line {
            text: whole,
            span: Span::new(at, at + whole.len()),
            source,
        };
        at += whole.len() + 1;
        let line = line.trim(is_blank);
        if line.text.is_empty() {
            continue;
        }
        if source.is_faulty(line.span) {
            let message = "this line is not valid UTF-8 and is skipped";
            problems.push(line.problem(message));
            continue;
        }
        lines.push(line);
    }
    lines
}

/// Returns what a line states besides owners: it can be a comment.
pub(super) fn comment(line: &str) -> Option<&'static str> {
    line.trim_start().starts_with('#').then_some("comment")
}
