//! A change: both sides of it, each resolved by its own map.

mod base;
mod change_question;
mod sides;

pub use change_question::ChangeQuestion;
pub use sides::{Base, ComparedWorkspaces};
