//! GitLab's CODEOWNERS: in each section the last match wins, and the owners of all sections add up.
//!
//! Source: GitLab's documentation of code owners, and the behavior of its parser (17.11 and later).

mod fnmatch;
mod header;
mod parse;
mod references;
mod section_line;
mod write;

use std::sync::Arc;

use self::{
    header::{Start, is_space},
    references::{is_role, references},
};
use super::{
    Dialect, Forge, Signature,
    lines::{comment, lines},
    pattern_line,
};
use crate::text::Source;

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "gitlab",
    summary: "GitLab CODEOWNERS",
    locations: &["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
    is_per_folder: false,
    forge: Some(Forge {
        name: "GitLab",
        handle_key: "gitlab",
        takes_review_input: false,
    }),
    signature: Some(Signature {
        homes: &[".gitlab"],
        traces: &[".gitlab-ci.yml"],
        is_certain,
        is_assumed: false,
        is_foreign: |_| false,
        yields: false,
    }),
    answer: Some(|tree, paths| pattern_line::answer(tree, &DIALECT, parse::parse, paths)),
    entries: Some(|tree| pattern_line::entries(tree, DIALECT.locations, parse::parse)),
    sections: Some(parse::sections),
    has_exempting_lines: true,
    groups: None,
    reviewers: None,
    extra,
    write: write::write,
};

/// Returns what a line states besides owners of paths.
fn extra(line: &str) -> Option<&'static str> {
    let is_header = line.starts_with('[') || line.starts_with("^[");
    is_header
        .then_some("section header")
        .or_else(|| comment(line))
}

/// Returns whether a file was generated for GitLab, or has a section, a role or a nested group: GitHub rejects all of
/// these.
fn is_certain(source: &Arc<Source>) -> bool {
    let lines = lines(source, &mut Vec::new());
    lines.into_iter().any(|line| {
        if line.text.starts_with('#') {
            return line.text.contains("ownlint generate gitlab");
        }
        match header::parse(line) {
            Some(Start::Header(header)) => header.is_certain(),
            Some(Start::Unclosed) => false,
            None => {
                // GitHub supports comments behind owners.
                let words = line.words(is_space).skip(1);
                let mut words = words.take_while(|word| !word.text.starts_with('#'));
                words.any(|word| is_certain_owner(word.text))
            }
        }
    })
}

/// Returns whether only GitLab has such owners: roles, and groups in groups.
fn is_certain_owner(word: &str) -> bool {
    let is_nested = || word.starts_with('@') && word.matches('/').count() > 1;
    is_role(word) || is_nested() && references(word).owners == [word]
}
