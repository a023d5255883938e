use std::sync::Arc;

use super::{
    fnmatch::{glob, key},
    header::is_space,
    references::references,
};
use crate::{
    dialects::{FileProblem, FileProblemKind, glob::Glob, lines::Line},
    text::{Source, Span, quoted},
};

/// A line that gives a pattern its owners in a section.
#[derive(Debug, Clone)]
pub(super) struct SectionLine {
    /// What two entries of a section can't share.
    pub key: String,
    /// What it matches; nothing if it matches no path.
    pub glob: Option<Glob>,
    /// Begins with `!`: what matches gets nothing from the section.
    pub is_exclusion: bool,
    /// The owners as written, or the defaults.
    pub owners: Vec<String>,
    /// The line.
    pub span: Span,
}

/// Reads an entry below a header with these default owners.
pub(super) fn parse(
    source: &Arc<Source>,
    line: Line<'_>,
    defaults: &[String],
    problems: &mut Vec<FileProblem>,
) -> SectionLine {
    let (pattern, rest) = split(line);
    let is_exclusion = pattern.text.starts_with('!');
    let text = if is_exclusion {
        &pattern.text[1..]
    } else {
        pattern.text
    };
    let key = key(text);
    let glob = glob(&key);
    if glob.is_none() {
        let message = format!(
            "the bracket in {} never closes: it matches nothing",
            quoted(text)
        );
        problems.push(FileProblem::new(source, pattern.span, message));
    }
    let mut entry = SectionLine {
        key,
        glob,
        is_exclusion,
        owners: Vec::new(),
        span: line.span,
    };
    if is_exclusion {
        return entry;
    }
    let is_bare = rest.text.trim_matches(is_space).is_empty();
    if is_bare {
        entry.owners = defaults.to_vec();
    } else {
        entry.owners = owners(source, rest, problems);
    }
    if entry.owners.is_empty() {
        let message = format!("{} has no owner: it needs no approval", quoted(text));
        // That nothing stands there may well be meant: there is no other way to say it.
        let kind = match is_bare {
            true => FileProblemKind::Nobody,
            false => FileProblemKind::Line,
        };
        problems.push(FileProblem {
            kind,
            ..FileProblem::new(source, pattern.span, message)
        });
    }
    entry
}

/// The owners in a text. What is none is ignored, and so are comments, which GitLab does not know
/// here: owners in them count.
pub(super) fn owners(
    source: &Arc<Source>,
    text: Line<'_>,
    problems: &mut Vec<FileProblem>,
) -> Vec<String> {
    let references = references(text.text);
    if let Some(first) = references.malformed.first() {
        let span = text.span.slice(first.start, first.end);
        let word = quoted(&text.text[first.clone()]);
        let message = if text.text[first.clone()].starts_with('#') {
            "there are no comments behind owners: owners in this one count, the rest is ignored"
                .to_owned()
        } else {
            format!(
                "{word} is no owner (`@user`, `@group`, `@@role` or an e-mail address): it is ignored"
            )
        };
        problems.push(FileProblem::new(source, span, message));
    }
    references.owners.into_iter().map(str::to_owned).collect()
}

/// The pattern, which ends at the first blank without a `\` before it, and the rest.
fn split(line: Line<'_>) -> (Line<'_>, Line<'_>) {
    let mut before = ' ';
    let end = line.text.find(|char| {
        let ends = is_space(char) && before != '\\';
        before = char;
        ends
    });
    let end = end.unwrap_or(line.text.len());
    (line.part(0, end), line.part(end, line.text.len()))
}
