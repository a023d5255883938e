use bstr::BStr;

use super::{Tree, tree::folder_of};

/// How a repository shows that it goes by the files of a dialect, and not of another that has files
/// of the same name.
#[derive(Debug)]
pub struct Signature {
    /// The directory for what only its forge reads.
    pub(super) home: Option<&'static str>,
    /// Files that only those have who use it.
    pub(super) traces: &'static [&'static str],
    /// Whether a text can be of no other dialect.
    pub(super) is_certain: fn(&str) -> bool,
    /// Whether a file is taken for one of it where nothing shows whose it is.
    pub(super) is_assumed: bool,
}

impl Signature {
    /// Whether its forge's own directory is there.
    pub(super) fn has_home(&self, tree: &Tree<'_>) -> bool {
        self.home
            .is_some_and(|home| tree.is_directory(BStr::new(home)))
    }

    /// Whether there is anything that only its users have.
    pub(super) fn is_used(&self, tree: &Tree<'_>) -> bool {
        self.traces.iter().any(|path| tree.has(BStr::new(path))) || self.has_home(tree)
    }

    /// Whether a file is in its forge's own directory.
    pub(super) fn is_home_of(&self, path: &str) -> bool {
        self.home
            .is_some_and(|home| folder_of(BStr::new(path)) == home)
    }

    /// Whether a directory is deeper in its forge's own.
    pub(super) fn is_below_home(&self, folder: &BStr) -> bool {
        let inside = self
            .home
            .and_then(|home| folder.strip_prefix(home.as_bytes()));
        inside.is_some_and(|rest| rest.starts_with(b"/"))
    }
}
