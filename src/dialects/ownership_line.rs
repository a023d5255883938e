use std::sync::Arc;

use bstr::BStr;
use rustc_hash::FxHashSet;

use super::{
    glob::{Class, Glob, GlobToken},
    index::Index,
    pattern_line::PatternLine,
};
use crate::{
    inventory::is_generated,
    text::{Place, Source, Span},
};

/// A line of an ownership file that gives what it matches its owners.
#[derive(Debug)]
pub struct OwnershipLine {
    /// Nearly the same as a pattern of the map; nothing where the map has none.
    pub pattern: Option<String>,
    /// The owners as written; none says that what matches is unowned.
    pub owners: Vec<String>,
    /// The lines that decide together: what matches in several sections has the owners of all.
    pub section: usize,
    /// The comments right above the line and behind it.
    pub comment: Option<String>,
    /// The line.
    pub place: Place,
    pub(super) glob: Glob,
}

impl OwnershipLine {
    /// Lines of a file.
    pub(super) fn all(source: &Arc<Source>, lines: Vec<PatternLine>) -> Vec<Self> {
        // What this program wrote has no comments of a person.
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

/// By path: the entries that match it, by their positions.
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

/// The comments of the file that `entries` are from which are about none of them, each as one text.
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
            block.extend(words(text));
            continue;
        }
        let block = std::mem::take(&mut block);
        if !block.is_empty() && !starts.contains(&number) {
            comments.push(block.join(" "));
        }
    }
    comments
}

/// What a line of comment says; nothing if that is a drawing.
fn words(text: &str) -> Option<&str> {
    let text = text.trim_matches(|char: char| char == '#' || char.is_whitespace());
    text.contains(char::is_alphanumeric).then_some(text)
}

/// What comments say of the line at `span`, as one text: those right above it, and what stands behind
/// it.
fn comment(source: &Source, span: Span) -> Option<String> {
    let above = source.text()[..span.range().start].rsplit('\n').skip(1);
    let above = above.map_while(|line| line.trim().strip_prefix('#'));
    let mut lines: Vec<&str> = above.filter_map(words).collect();
    lines.reverse();
    let line = &source.text()[span.range()];
    let mut hashes = line.match_indices('#').map(|(at, _)| at);
    let behind = hashes.find(|at| {
        let before = &line[..*at];
        let blanks = before.trim_end();
        // A blank behind `\` belongs to the pattern.
        before.len() - blanks.len() > usize::from(blanks.ends_with('\\'))
    });
    lines.extend(behind.and_then(|at| words(&line[at..])));
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// How the map would say it. A pattern of the map holds all that is inside what it matches: where a
/// glob does not, the two differ for directories.
fn pattern(glob: &Glob) -> Option<String> {
    let mut tokens = &glob.tokens[..];
    let mut end = "";
    match tokens {
        // Everything that is below something, however deep.
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
                if matches!(char, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
                    text.push('\\');
                }
                text.push(*char);
            }
            GlobToken::One => text.push('?'),
            GlobToken::Star => text.push('*'),
            GlobToken::Directories => text += "**/",
            GlobToken::Class(class) => text += &written(class)?,
            GlobToken::Any | GlobToken::Anything => return None,
        }
    }
    // `x/**` is `x/`, in fewer words.
    let end = if text.ends_with('/') && !text.ends_with("**/") {
        ""
    } else {
        end
    };
    Some(text + end)
}

/// Whether what comes next begins a segment right below a directory or the root.
fn is_inside(before: &[GlobToken]) -> bool {
    matches!(before, [] | [.., GlobToken::Char('/')])
}

fn written(class: &Class) -> Option<String> {
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
