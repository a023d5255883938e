use super::{
    fnmatch::{glob, key},
    header::is_space,
    references::references,
};
use crate::{
    dialects::{FileProblem, FileProblemKind, lines::Line, pattern_line::PatternLine},
    text::quoted,
};

/// Reads an entry below the header of a section with these default owners: the key that two entries of
/// a section can't share, and the entry. Nothing if it matches no path.
pub(super) fn parse(
    line: Line<'_>,
    section: usize,
    defaults: &[String],
    problems: &mut Vec<FileProblem>,
) -> Option<(String, PatternLine)> {
    let (pattern, rest) = split(line);
    let is_exclusion = pattern.text.starts_with('!');
    let text = &pattern.text[usize::from(is_exclusion)..];
    let key = key(text);
    let glob = glob(&key);
    if glob.is_none() {
        let message = format!(
            "the bracket in {} never closes: it matches nothing",
            quoted(text)
        );
        problems.push(pattern.problem(message));
    }
    let is_bare = rest.text.trim_matches(is_space).is_empty();
    let owners = match is_exclusion {
        true => Vec::new(),
        false if is_bare => defaults.to_vec(),
        false => owners(rest, problems),
    };
    if owners.is_empty() && !is_exclusion {
        let message = format!("{} has no owner: it needs no approval", quoted(text));
        // That nothing stands there may well be meant: there is no other way to say it.
        let kind = match is_bare {
            true => FileProblemKind::Nobody,
            false => FileProblemKind::Line,
        };
        problems.push(FileProblem {
            kind,
            ..pattern.problem(message)
        });
    }
    let entry = PatternLine {
        glob: glob?,
        owners,
        section,
        is_exclusion,
        span: line.span,
    };
    Some((key, entry))
}

/// The owners in a text. What is none is ignored, and so are comments, which GitLab does not know
/// here: owners in them count.
pub(super) fn owners(text: Line<'_>, problems: &mut Vec<FileProblem>) -> Vec<String> {
    let references = references(text.text);
    if let Some(first) = references.malformed.first() {
        let word = text.part(first.start, first.end);
        let shown = quoted(word.text);
        let message = if word.text.starts_with('#') {
            "there are no comments behind owners: owners in this one count, the rest is ignored"
                .to_owned()
        } else {
            format!(
                "{shown} is no owner (`@user`, `@group`, `@@role` or an e-mail address): it is ignored"
            )
        };
        problems.push(word.problem(message));
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
