//! Repositories at one moment: as they are on disk, or one of them as git has it.

mod notes;
mod paths;
mod state;
mod tree;

pub use notes::Notes;
pub(crate) use paths::without_dots;
pub use state::Snapshot;
pub use tree::Tree;
