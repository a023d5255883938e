use std::path::Path;

use bstr::{BStr, ByteSlice};

use super::{Answers, Entry, Ownership, Refusal, Tree, Written, is_generated};

/// Writes the ownership of a repository, or says what of it can't be written.
pub type Writer = fn(&Ownership<'_>) -> Result<Written, Vec<Refusal>>;

/// A kind of ownership file that forges know.
#[derive(Debug)]
pub struct Dialect {
    /// The word for it on the command line.
    pub name: &'static str,
    /// What it is.
    pub summary: &'static str,
    /// Where its file is: the first of these that exists.
    pub locations: &'static [&'static str],
    /// Whether every folder may have such a file.
    pub is_per_folder: bool,
    /// Says what a tree's files answer for these paths; nothing for what no forge asks about paths.
    pub answer: Option<fn(&Tree<'_>, &[&BStr]) -> Answers>,
    /// The lines of a tree's file, where it consists of patterns of which later ones decide.
    pub entries: Option<fn(&Tree<'_>) -> Vec<Entry>>,
    /// Writes what the map says.
    pub write: Writer,
}

impl Dialect {
    /// Whether a file has the name of one of this dialect.
    pub fn is_one(&self, path: &BStr) -> bool {
        let name = &path[path.rfind_byte(b'/').map_or(0, |slash| slash + 1)..];
        self.locations
            .iter()
            .any(|location| location.as_bytes() == name)
    }

    /// Whether this program wrote the file of this dialect that stands at `path` below `root`.
    pub fn has_written(&self, root: &Path, path: &BStr) -> bool {
        self.is_one(path)
            && read(root, path).is_some_and(|bytes| is_generated(&bytes.to_str_lossy()))
    }
}

/// The content of a regular file.
pub(super) fn read(root: &Path, path: &BStr) -> Option<Vec<u8>> {
    let full = root.join(path.to_path().ok()?);
    let is_file = full
        .symlink_metadata()
        .is_ok_and(|metadata| metadata.is_file());
    is_file.then(|| std::fs::read(full).ok()).flatten()
}
