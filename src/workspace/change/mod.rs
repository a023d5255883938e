//! A change: both sides of it, each resolved by its own map.

mod base;
mod change_question;
mod compared_workspaces;

pub use change_question::ChangeQuestion;
pub use compared_workspaces::{Base, ComparedWorkspaces};
