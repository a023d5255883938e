use super::{
    fnmatch::{glob, key},
    header::is_space,
    references::references,
};
use crate::{
    dialects::{
        FileProblem, FileProblemKind, lines::Line, pattern_line::PatternLine,
        unintended::instead_of_others,
    },
    text::quoted,
};

/// Parses an entry of a section with these default owners. Returns its key, which is unique in a section,
/// and the entry; `None` if it matches no path.
pub(super) fn parse(
    line: Line<'_>,
    section: usize,
    defaults: &[String],
    problems: &mut Vec<FileProblem>,
) -> Option<(String, PatternLine)> {
    let (pattern, rest) = split(line);
    instead_of_others(line, pattern, problems, |problems| {
        parse_parts(line, (pattern, rest), section, defaults, problems)
    })
}

fn parse_parts(
    line: Line<'_>,
    (pattern, rest): (Line<'_>, Line<'_>),
    section: usize,
    defaults: &[String],
    problems: &mut Vec<FileProblem>,
) -> Option<(String, PatternLine)> {
    let is_exclusion = pattern.text.starts_with('!');
    let text = &pattern.text[usize::from(is_exclusion)..];
    let key = key(text);
    let glob = glob(&key);
    if glob.is_none() {
        let message = format!(
            "pattern {} has no closing bracket and matches no paths",
            quoted(text)
        );
        problems.push(pattern.problem(message));
    }
    let has_no_owners = rest.text.trim_matches(is_space).is_empty();
    let owners = match is_exclusion {
        true => Vec::new(),
        false if has_no_owners => defaults.to_vec(),
        false => owners(rest, problems),
    };
    if owners.is_empty() && !is_exclusion {
        let message = format!("{} has no owner and requires no approval", quoted(text));
        // This can be intended: there is no other way to write it.
        let kind = match has_no_owners {
            true => FileProblemKind::NoOwner,
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

/// Returns the owners in a text. Other words are ignored. GitLab has no comments here, so owners in them
/// count.
pub(super) fn owners(text: Line<'_>, problems: &mut Vec<FileProblem>) -> Vec<String> {
    let references = references(text.text);
    if let Some(first) = references.malformed.first() {
        let word = text.part(first.start, first.end);
        let shown = quoted(word.text);
        let message = if word.text.starts_with('#') {
            "GitLab does not support comments after owners: it treats names in the comment as \
             owners and ignores the rest"
                .to_owned()
        } else {
            format!(
                "{shown} is not a valid owner (`@user`, `@group`, `@@role` or an email address) and is ignored"
            )
        };
        problems.push(word.problem(message));
    }
    references.owners.into_iter().map(str::to_owned).collect()
}

/// Splits a line into the pattern, which ends at the first blank without a `\` before it, and the rest.
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
