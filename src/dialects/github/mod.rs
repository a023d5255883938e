//! GitHub's CODEOWNERS: the last match wins.
//!
//! Source: GitHub's documentation of code owners and of the REST endpoint that lists their errors; where
//! they are silent, the observed behavior.

mod answer;
mod owner;
mod parse;
mod write;

use super::{Dialect, Forge, Signature, lines::comment, pattern_line};

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "github",
    summary: "GitHub CODEOWNERS",
    locations: &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
    is_per_folder: false,
    forge: Some(Forge {
        name: "GitHub",
        handle_key: "github",
        takes_review_input: false,
    }),
    signature: Some(Signature {
        homes: &[".github"],
        traces: &[],
        is_certain: |_| false,
        is_assumed: true,
        is_foreign: |_| false,
        yields: false,
    }),
    answer: Some(answer::answer),
    entries: Some(|tree| pattern_line::entries(tree, DIALECT.locations, parse::parse)),
    sections: None,
    has_exempting_lines: true,
    groups: None,
    reviewers: None,
    extra: comment,
    write: write::write,
};

/// GitHub does not load files of this size or larger.
const SIZE_LIMIT: usize = 3 << 20;
