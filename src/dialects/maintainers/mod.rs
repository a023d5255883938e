//! Linux' MAINTAINERS: every section that matches contributes.
//!
//! Source: the head of the file itself, and how `get_maintainer.pl` behaves. The answer is that of
//! `M:` lines; reviewers and lists don't own.

mod answer;
mod parse;
mod pattern;
mod write;

use super::{Dialect, Signature};

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "maintainers",
    summary: "Linux MAINTAINERS",
    locations: &["MAINTAINERS"],
    is_per_folder: false,
    forge: None,
    // Many a file of this name is a text for people.
    signature: Some(Signature {
        home: None,
        traces: &[],
        is_certain: |text| text.lines().any(|line| line.starts_with("F:")),
        is_assumed: false,
    }),
    answer: Some(answer::answer),
    entries: None,
    write: write::write,
};
