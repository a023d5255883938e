//! Gerrit's `OWNERS` files, as the `find-owners` backend of the code-owners plugin reads them: owners
//! of all folders above a file add up until `set noparent`.
//!
//! Source: the documentation of the plugin and of that backend, and how the plugin behaves. What
//! only the server knows is left out: `refs/meta/config`, other projects, accounts.

mod answer;
mod folder;
mod glob;
mod parse;
mod write;

use super::Dialect;

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "gerrit",
    summary: "Gerrit OWNERS (code-owners plugin, find-owners backend)",
    locations: &["OWNERS"],
    is_per_folder: true,
    answer: Some(answer::answer),
    entries: None,
    write: write::write,
};
