use std::sync::Arc;

use bstr::BStr;

use super::{Tree, tree::folder_of};
use crate::text::Source;

/// How to recognize that a repository uses a dialect and not another one with the same file name.
#[derive(Debug)]
pub struct Signature {
    /// The directories that only its forge reads.
    pub(super) homes: &'static [&'static str],
    /// Files that only its users have.
    pub(super) traces: &'static [&'static str],
    /// Returns whether a file cannot be in another dialect.
    pub(super) is_certain: fn(&Arc<Source>) -> bool,
    /// Whether it is assumed without any evidence.
    pub(super) is_assumed: bool,
    /// Returns whether a file in such a directory belongs to another program, which reads another syntax.
    pub(super) is_foreign: fn(&Arc<Source>) -> bool,
    /// Whether a directory of the assumed dialect's forge is better evidence than these directories, because mirrors of a
    /// repository have both.
    pub(super) yields: bool,
}

impl Signature {
    /// Returns whether a directory of its forge exists.
    pub(super) fn has_home(&self, tree: &Tree<'_>) -> bool {
        self.home(tree).is_some()
    }

    /// Returns the first directory of its forge that exists.
    fn home(&self, tree: &Tree<'_>) -> Option<&'static str> {
        let mut homes = self.homes.iter().copied();
        homes.find(|home| tree.is_directory(BStr::new(home)))
    }

    /// Returns whether anything exists that only its users have.
    pub(super) fn is_used(&self, tree: &Tree<'_>) -> bool {
        self.evidence(tree).is_some()
    }

    /// Returns the first file or directory that exists and that only its users have.
    pub(super) fn evidence(&self, tree: &Tree<'_>) -> Option<&'static str> {
        let mut traces = self.traces.iter().copied();
        let trace = traces.find(|path| tree.has(BStr::new(path)));
        trace.or_else(|| self.home(tree))
    }

    /// Returns whether a file is directly in a directory of its forge.
    pub(super) fn is_home_of(&self, path: &str) -> bool {
        let folder = folder_of(BStr::new(path));
        self.homes.iter().any(|home| folder == *home)
    }

    /// Returns whether a directory is below a directory of its forge.
    pub(super) fn is_below_home(&self, folder: &BStr) -> bool {
        let mut homes = self.homes.iter();
        homes.any(|home| {
            let inside = folder.strip_prefix(home.as_bytes());
            inside.is_some_and(|rest| rest.starts_with(b"/"))
        })
    }
}
