use std::sync::Arc;

use bstr::BStr;

use super::{Tree, tree::folder_of};
use crate::text::Source;

/// How to recognize that a repository uses a dialect and not another one with the same file name.
#[derive(Debug)]
pub struct Signature {
    /// The directory that only its forge reads.
    pub(super) home: Option<&'static str>,
    /// Files that only its users have.
    pub(super) traces: &'static [&'static str],
    /// Returns whether a file cannot be in another dialect.
    pub(super) is_certain: fn(&Arc<Source>) -> bool,
    /// Whether it is assumed without any evidence.
    pub(super) is_assumed: bool,
}

impl Signature {
    /// Returns whether the directory of its forge exists.
    pub(super) fn has_home(&self, tree: &Tree<'_>) -> bool {
        self.home
            .is_some_and(|home| tree.is_directory(BStr::new(home)))
    }

    /// Returns whether anything exists that only its users have.
    pub(super) fn is_used(&self, tree: &Tree<'_>) -> bool {
        self.traces.iter().any(|path| tree.has(BStr::new(path))) || self.has_home(tree)
    }

    /// Returns whether a file is directly in the directory of its forge.
    pub(super) fn is_home_of(&self, path: &str) -> bool {
        self.home
            .is_some_and(|home| folder_of(BStr::new(path)) == home)
    }

    /// Returns whether a directory is below the directory of its forge.
    pub(super) fn is_below_home(&self, folder: &BStr) -> bool {
        let inside = self
            .home
            .and_then(|home| folder.strip_prefix(home.as_bytes()));
        inside.is_some_and(|rest| rest.starts_with(b"/"))
    }
}
