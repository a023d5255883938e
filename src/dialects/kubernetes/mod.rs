//! Kubernetes' `OWNERS` and `OWNERS_ALIASES`: who may approve, added up from the file's folder to the
//! root.
//!
//! Source: prow's package `repoowners`. The answer is that of approvers; reviewers and labels don't own.

mod aliases;
mod answer;
mod parse;
mod write;

use super::{Dialect, Forge, Signature};

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "kubernetes",
    summary: "Kubernetes OWNERS and OWNERS_ALIASES",
    locations: &["OWNERS"],
    is_per_folder: true,
    forge: Some(Forge {
        name: "Kubernetes' Prow",
        handle_key: "kubernetes",
        takes_review_input: false,
    }),
    signature: Some(Signature {
        home: None,
        traces: &["OWNERS_ALIASES"],
        is_certain,
        is_assumed: false,
    }),
    answer: Some(answer::answer),
    entries: None,
    write: write::write,
};

fn is_certain(text: &str) -> bool {
    const KEYS: [&str; 4] = ["approvers:", "reviewers:", "filters:", "options:"];
    let mut lines = text.lines();
    lines.any(|line| KEYS.iter().any(|key| line.starts_with(key)))
}
