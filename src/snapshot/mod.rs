//! A state of the repositories: all of them on disk, or one of them in a state that git has.

mod git_tree;
mod paths;
mod state;

pub use git_tree::GitTree;
pub(crate) use paths::{canonicalize_existing, without_dots};
pub use state::Snapshot;
