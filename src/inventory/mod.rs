//! What a repository contains: its files, and the components they make up.

mod component;
mod content;
pub mod detectors;
mod files;
mod git;
mod list;
mod walk;

use std::path::Path;

use rayon::prelude::*;

pub use component::{Component, Declarations, Name, Problem, ProblemKind, Standing, State, Voice};
pub use content::{Content, MAX_DECLARING_BYTES, ReadError};
pub use files::{File, FileKind, Files, FilesBuilder};
pub use git::work_tree;
pub use list::{Listing, Unreadable, list};

/// What a repository contains, before anybody is asked who owns it.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Its files.
    pub listing: Listing,
    /// The components they make up.
    pub components: Vec<Component>,
}

impl Inventory {
    /// Lists the repository at `root`, as [`list()`] does, and finds its components.
    ///
    /// # Errors
    /// Those of [`list()`].
    pub fn new(root: &Path, untracked: bool) -> Result<Self, String> {
        let listing = list(root, untracked)?;
        let components = detectors::ALL
            .par_iter()
            .flat_map_iter(|detector| (detector.find)(&listing.files))
            .collect();
        Ok(Self {
            listing,
            components,
        })
    }
}
