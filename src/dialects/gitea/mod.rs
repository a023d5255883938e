//! The CODEOWNERS of Gitea and Forgejo: lines with regular expressions, whose owners add up.
//!
//! Source: the behavior of Gitea 1.27 and of the `regexp2` package that it uses. Forgejo reads the same lines, but
//! uses the `regexp` package of Go. Where the two differ, the lines are reported in repositories of Forgejo.

mod answer;
mod globs;
mod habits;
mod line;
mod owner;
mod parse;
mod remainder;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use bstr::BStr;

use super::{
    Dialect, Forge, OwnershipLine, Signature, Tree, lines::comment, pattern_line::PatternLine,
};
use crate::text::Source;

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "gitea",
    summary: "Gitea and Forgejo CODEOWNERS",
    locations: &[
        "CODEOWNERS",
        "docs/CODEOWNERS",
        ".gitea/CODEOWNERS",
        // Only Forgejo reads this one.
        ".forgejo/CODEOWNERS",
    ],
    is_per_folder: false,
    forge: Some(Forge {
        name: "Gitea",
        handle_key: "gitea",
        takes_review_input: false,
    }),
    signature: Some(Signature {
        homes: &[".gitea", FORGEJO],
        traces: &[],
        is_certain,
        is_assumed: false,
        is_foreign: |_| false,
        yields: true,
    }),
    answer: Some(answer::answer),
    entries: Some(entries),
    sections: None,
    has_exempting_lines: false,
    groups: None,
    reviewers: None,
    extra: comment,
    write: write::write,
};

/// The directory that only Forgejo reads.
const FORGEJO: &str = ".forgejo";

/// Returns whether Forgejo reads the files of a repository.
fn is_on_forgejo(tree: &Tree<'_>) -> bool {
    tree.is_directory(BStr::new(FORGEJO))
}

/// Returns whether a file was generated for Gitea, or a pattern has an escape that only makes sense in an expression: in
/// the other dialects, two backslashes stand for one, which file names hardly ever contain.
fn is_certain(source: &Arc<Source>) -> bool {
    source.text().lines().any(|line| {
        let line = line.trim();
        if line.starts_with('#') {
            return line.contains("ownlint generate gitea");
        }
        let pattern = line.split(char::is_whitespace).next().unwrap_or_default();
        let mut escapes = pattern.match_indices("\\\\");
        escapes.any(|(at, _)| {
            pattern[at + 2..].starts_with(['.', '+', '*', '?', '(', '[', '$', 'd', 'w'])
        })
    })
}

/// Returns the lines that globs can express. Each is a section, because their owners add up. Lookaheads are ignored: the
/// paths that a line excludes usually match another line.
fn entries(tree: &Tree<'_>) -> Vec<OwnershipLine> {
    let mut problems = Vec::new();
    let Some(source) = tree.first(DIALECT.locations, &mut problems) else {
        return Vec::new();
    };
    let rules = parse::parse(tree, &source, &mut problems);
    let lines = rules.iter().enumerate().flat_map(|(section, rule)| {
        let globs = match rule.is_negated {
            true => None,
            false => globs::split(&rule.expression).map(|(_, globs)| globs),
        };
        globs.into_iter().flatten().map(move |glob| PatternLine {
            glob,
            owners: rule.owners.clone(),
            section,
            is_exclusion: false,
            span: rule.span,
        })
    });
    OwnershipLine::all(&source, lines.collect())
}
