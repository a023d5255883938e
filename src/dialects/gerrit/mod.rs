//! Gerrit's `OWNERS` files, as the `find-owners` backend of the code-owners plugin reads them: owners
//! of all folders above a file add up until `set noparent`.
//!
//! Source: the documentation of the plugin and of that backend, and how the plugin behaves. What
//! only the server knows is not checked: `refs/meta/config`, other projects, accounts.

mod answer;
mod file_name;
mod folder;
mod glob;
mod parse;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use super::{Dialect, Forge, Signature, lines::comment};
use crate::text::Source;

/// What reviews the changes.
pub(super) const FORGE: Forge = Forge {
    name: "Gerrit",
    handle_key: "gerrit",
    takes_review_input: true,
};

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "gerrit",
    summary: "Gerrit OWNERS (code-owners plugin, find-owners backend)",
    locations: &["OWNERS"],
    is_per_folder: true,
    forge: Some(FORGE),
    signature: Some(Signature {
        homes: &[],
        traces: &[".gitreview"],
        is_certain,
        is_assumed: true,
        is_foreign: |_| false,
        yields: false,
    }),
    answer: Some(answer::answer),
    entries: None,
    sections: None,
    has_exempting_lines: true,
    groups: None,
    reviewers: None,
    extra,
    write: write::write,
};

/// Whether a file has a statement of Gerrit's, or an owner that stands alone on its line.
fn is_certain(source: &Arc<Source>) -> bool {
    const STATEMENTS: [&str; 5] = ["*", "file:", "include ", "per-file ", "set noparent"];
    let mut lines = source.text().lines().map(str::trim_start);
    lines.any(|line| {
        let is_owner = || line.contains('@') && !line.starts_with(['#', '-']);
        STATEMENTS.iter().any(|start| line.starts_with(start)) || is_owner()
    })
}

/// Returns what a line states besides owners of paths.
fn extra(line: &str) -> Option<&'static str> {
    let line = line.trim();
    let is_include = line.starts_with("include ") || line.starts_with("file:");
    is_include.then_some("include").or_else(|| comment(line))
}
