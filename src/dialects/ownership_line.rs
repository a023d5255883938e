use std::sync::Arc;

use bstr::BStr;
use rustc_hash::FxHashSet;

use super::{
    FileProblem, FileProblemKind,
    glob::{Class, Glob, GlobToken},
    index::Index,
    pattern_line::PatternLine,
};
use crate::{
    inventory::is_generated,
    pattern::{Pattern, SPECIAL, with_literal_ends},
    text::{Place, Source, Span},
};

/// A line of an ownership file with a pattern and its owners.
#[derive(Debug)]
pub struct OwnershipLine {
    /// The closest pattern in the map; `None` if the map has no similar pattern.
    pub pattern: Option<String>,
    /// The owners as written; empty if the files are unowned.
    pub owners: Vec<String>,
    /// The section: a path that matches in several sections has the owners of all of them.
    pub section: usize,
    /// The comments directly above the line and after it.
    pub comment: Option<String>,
    /// The line.
    pub place: Place,
    pub(super) glob: Glob,
}

impl OwnershipLine {
    /// Returns the pattern in the map for the same paths, which is for files only if the line is; `None` if the map has no
    /// similar pattern.
    pub fn map_pattern(&self) -> Option<Pattern> {
        let text = self.pattern.as_deref()?;
        let pattern = match self.glob.holds_content() {
            true => Pattern::parse(text),
            false => Pattern::parse_files(text),
        };
        pattern.ok()
    }

    /// Converts the lines of a file.
    pub(super) fn all(source: &Arc<Source>, lines: Vec<PatternLine>) -> Vec<Self> {
        // Comments in a generated file are not written by people.
        let has_comments = !is_generated(source.text());
        let entry = |line: PatternLine| Self {
            pattern: pattern(&line.glob),
            owners: line.owners,
            section: line.section,
            comment: comment(source, line.span).filter(|_| has_comments),
            place: Place::Text(Arc::clone(source), line.span),
            glob: line.glob,
        };
        lines.into_iter().map(entry).collect()
    }
}

/// Returns the lines among `entries` that name no valid owner because of one of the problems of their file.
pub fn without_valid_owners(entries: &[OwnershipLine], problems: &[FileProblem]) -> Vec<Place> {
    let problems = problems.iter();
    let invalid = problems.filter(|problem| problem.kind == FileProblemKind::Line);
    let invalid: FxHashSet<usize> = invalid.map(|it| it.place.start().line).collect();
    let unowned = entries.iter().filter(|entry| entry.owners.is_empty());
    let places = unowned.map(|entry| &entry.place);
    let places = places.filter(|place| invalid.contains(&place.start().line));
    places.cloned().collect()
}

/// Returns for each path the positions of the entries that match it.
pub fn matching(entries: &[OwnershipLine], paths: &[&BStr]) -> Vec<Vec<u32>> {
    let index = Index::new(entries.iter().map(|entry| entry.glob.clone()).collect());
    let mut lookup = index.lookup();
    let mut found = Vec::new();
    let of = |path: &&BStr| {
        lookup.all(path, &mut found);
        found.clone()
    };
    paths.iter().map(of).collect()
}

/// Returns the comments in the file of `entries` that belong to none of them, each as one string.
pub fn comments(entries: &[OwnershipLine]) -> Vec<String> {
    let Some(Place::Text(source, _)) = entries.first().map(|entry| &entry.place) else {
        return Vec::new();
    };
    if is_generated(source.text()) {
        return Vec::new();
    }
    let starts: FxHashSet<usize> = entries
        .iter()
        .filter_map(|entry| match &entry.place {
            Place::Text(source, span) => Some(source.line_column(span.start).line),
            Place::Path(..) => None,
        })
        .collect();
    let mut comments = Vec::new();
    let mut block: Vec<&str> = Vec::new();
    let lines = source.text().lines().chain([""]);
    for (line, number) in lines.zip(1..) {
        if let Some(text) = line.trim().strip_prefix('#') {
            block.extend(comment_text(text));
            continue;
        }
        let block = std::mem::take(&mut block);
        if !block.is_empty() && !starts.contains(&number) {
            comments.push(block.join(" "));
        }
    }
    comments
}

/// Returns the text of a comment line; `None` if it is only decoration.
fn comment_text(text: &str) -> Option<&str> {
    let text = text.trim_matches(|char: char| char == '#' || char.is_whitespace());
    text.contains(char::is_alphanumeric).then_some(text)
}

/// Returns the comments of the line at `span` as one string: those directly above it, and the one after
/// it.
fn comment(source: &Source, span: Span) -> Option<String> {
    let above = source.text()[..span.range().start].rsplit('\n').skip(1);
    let above = above.map_while(|line| line.trim().strip_prefix('#'));
    let mut lines: Vec<&str> = above.filter_map(comment_text).collect();
    lines.reverse();
    let line = &source.text()[span.range()];
    let mut hashes = line.match_indices('#').map(|(at, _)| at);
    let behind = hashes.find(|at| {
        let before = &line[..*at];
        let blanks = before.trim_end();
        // A blank after `\` belongs to the pattern.
        before.len() - blanks.len() > usize::from(blanks.ends_with('\\'))
    });
    lines.extend(behind.and_then(|at| comment_text(&line[at..])));
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// Returns the closest pattern in the map. A pattern in the map also matches everything inside what it
/// matches; for a glob that does not, the two differ for directories.
fn pattern(glob: &Glob) -> Option<String> {
    let mut tokens = &glob.tokens[..];
    let mut end = "";
    match tokens {
        // Everything below a path, at any depth.
        [before @ .., GlobToken::Directories, GlobToken::Star] => (tokens, end) = (before, "**"),
        [before @ .., GlobToken::Star] if glob.with_content && is_inside(before) => {
            (tokens, end) = (before, if before.is_empty() { "**" } else { "" });
        }
        _ => {}
    }
    let mut text = String::new();
    for token in tokens {
        match token {
            GlobToken::Char(char) => {
                if SPECIAL.contains(char) {
                    text.push('\\');
                }
                text.push(*char);
            }
            GlobToken::One => text.push('?'),
            GlobToken::Star => text.push('*'),
            GlobToken::Directories => text += "**/",
            GlobToken::Class(class) => text += &class_text(class)?,
            GlobToken::Any | GlobToken::Anything => return None,
        }
    }
    // `x/**` is the same as `x/`.
    let end = if text.ends_with('/') && !text.ends_with("**/") {
        ""
    } else {
        end
    };
    Some(with_literal_ends(text + end))
}

/// Returns whether the next token starts a segment directly below a directory or the root.
fn is_inside(before: &[GlobToken]) -> bool {
    matches!(before, [] | [.., GlobToken::Char('/')])
}

fn class_text(class: &Class) -> Option<String> {
    let mut text = String::from(if class.negated { "[!" } else { "[" });
    for (first, last) in &class.ranges {
        if !first.is_ascii_alphanumeric() || !last.is_ascii_alphanumeric() || first > last {
            return None;
        }
        match first == last {
            true => text.push(*first),
            false => text += &format!("{first}-{last}"),
        }
    }
    (!class.ranges.is_empty()).then(|| text + "]")
}
