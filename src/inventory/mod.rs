//! What a repository contains: its files, and the components they make up.

mod component;
mod content;
pub mod detectors;
mod files;
mod git;
mod list;
mod walk;

pub use component::{Component, Declarations, Name, Problem, ProblemKind, Standing, State, Voice};
pub use content::{Content, MAX_DECLARING_BYTES, ReadError};
pub use files::{File, FileKind, Files, FilesBuilder};
pub use list::{Listing, Unreadable, list};
