//! A change as commands see it: both sides of it, each resolved by its own map.

mod base;
mod sides;

pub(super) use sides::{Base, Sides};

use super::args::ChangeArguments;

/// Which change is meant.
#[derive(Debug, Clone)]
pub(super) enum Question {
    /// From HEAD to the index.
    Staged,
    /// From where HEAD and this revision parted to what is there now.
    Since(String),
    /// From this revision itself to what is there now.
    From(String),
    /// From one revision to another.
    Between(String, String),
}

impl Question {
    /// What the options ask; nothing without such an option.
    pub fn new(arguments: &ChangeArguments) -> Option<Self> {
        if arguments.staged {
            return Some(Self::Staged);
        }
        let revision = arguments.since.clone()?;
        Some(match arguments.exact {
            true => Self::From(revision),
            false => Self::Since(revision),
        })
    }
}
