//! GitLab's CODEOWNERS: in each section the last match wins, and the owners of all sections add up.
//!
//! Source: GitLab's documentation of code owners, and the behavior of its parser (17.11 and later).

mod fnmatch;
mod header;
mod parse;
mod references;
mod section_line;
mod write;

use super::{Dialect, Forge, Signature, pattern_line};

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
        home: Some(".gitlab"),
        traces: &[".gitlab-ci.yml"],
        is_certain,
        is_assumed: false,
    }),
    answer: Some(|tree, paths| pattern_line::answer(tree, DIALECT.locations, parse::parse, paths)),
    entries: Some(|tree| pattern_line::entries(tree, DIALECT.locations, parse::parse)),
    write: write::write,
};

/// Returns whether a file has sections or was generated for GitLab.
fn is_certain(text: &str) -> bool {
    text.lines().any(|line| {
        line.starts_with('[')
            || line.starts_with("^[")
            || line.starts_with('#') && line.contains("ownlint generate gitlab")
    })
}
