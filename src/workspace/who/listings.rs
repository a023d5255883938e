use std::cell::OnceCell;

use bstr::BStr;

use crate::{inventory::Listing, workspace::Workspace};

/// The files of repositories, listed when they are first needed.
pub(super) struct Listings<'w> {
    workspace: &'w Workspace,
    /// By position in the map.
    listed: Vec<OnceCell<Result<Listing, String>>>,
}

impl<'w> Listings<'w> {
    pub fn new(workspace: &'w Workspace) -> Self {
        let listed = workspace.roots.iter().map(|_| OnceCell::new()).collect();
        Self { workspace, listed }
    }

    /// Whether a repository contains a file or directory at a path.
    pub fn holds(&self, repository: usize, path: &BStr) -> bool {
        if !self.workspace.has_checkout(repository) {
            return false;
        }
        let list = || self.workspace.list(repository);
        // Whoever takes the listing reports why it is missing.
        let listing = self.listed[repository].get_or_init(list).as_ref();
        listing.is_ok_and(|listing| listing.files.holds(path))
    }

    /// Returns the listing of a repository.
    ///
    /// # Errors
    /// If the repository cannot be listed.
    pub fn take(&mut self, repository: usize) -> Result<Listing, String> {
        let known = self.listed[repository].take();
        known.unwrap_or_else(|| self.workspace.list(repository))
    }
}
