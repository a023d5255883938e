//! Repositories at one moment: as they are on disk, or one of them as git has it.

mod paths;
mod pool;
mod state;
mod tree;

pub(crate) use paths::without_dots;
pub use pool::Pool;
pub use state::Snapshot;
pub use tree::Tree;
