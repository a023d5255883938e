//! Kubernetes' `OWNERS` and `OWNERS_ALIASES`: who may approve, added up from the file's folder to the
//! root.
//!
//! Source: prow's package `repoowners`. The answer is that of approvers; reviewers and labels don't own.

mod aliases;
mod answer;
mod parse;
mod write;

use super::Dialect;

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "kubernetes",
    summary: "Kubernetes OWNERS and OWNERS_ALIASES",
    locations: &["OWNERS"],
    is_per_folder: true,
    answer: Some(answer::answer),
    entries: None,
    write: write::write,
};
