//! Both sides of a change, each resolved with its own map.

mod base;
mod change_question;
mod ci;
mod compared_workspaces;
mod hook;
mod submodules;
mod touched;

pub use change_question::ChangeQuestion;
pub(super) use ci::is_job;
pub use compared_workspaces::{Base, ComparedWorkspaces};
pub(super) use submodules::Submodule;
pub use touched::TouchedFiles;
