//! Repositories at one moment: as they are on disk, or one of them as git has it.

mod git_tree;
mod paths;
mod state;

pub use git_tree::GitTree;
pub(crate) use paths::without_dots;
pub use state::Snapshot;
