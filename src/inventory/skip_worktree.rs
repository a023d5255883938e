use bstr::{BStr, BString, ByteSlice as _};

use crate::git::{BlobError, BlobId, Blobs, FileKind, Git, WorkTree};

/// Files of an index that are not in the work tree (skip-worktree), as in a sparse checkout.
#[derive(Debug, Default)]
pub struct SkipWorktree {
    /// Sorted by path.
    files: Vec<(BString, BlobId, FileKind)>,
    /// `None` if there are no such files.
    blobs: Option<Blobs>,
}

impl SkipWorktree {
    /// Creates the reader of these files.
    ///
    /// # Errors
    /// A message for users, if git cannot be run safely.
    pub(super) fn new(
        work_tree: &WorkTree,
        mut files: Vec<(BString, BlobId, FileKind)>,
    ) -> Result<Self, String> {
        files.sort_unstable();
        let blobs = match files.is_empty() {
            true => None,
            false => Some(Blobs::new(Git::of(work_tree)?)),
        };
        Ok(Self { files, blobs })
    }

    /// Returns whether a path is one of the files, or a directory with one of them.
    pub fn holds(&self, path: &BStr) -> bool {
        self.find(path).is_some() || self.is_directory(path)
    }

    /// Returns whether a path is a directory with one of the files.
    pub fn is_directory(&self, path: &BStr) -> bool {
        let prefix = [path.as_bytes(), b"/"].concat();
        let at = self
            .files
            .partition_point(|(file, ..)| file.as_slice() < &*prefix);
        let file = self.files.get(at);
        file.is_some_and(|(file, ..)| file.starts_with(&prefix))
    }

    /// Returns the paths of the files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &BStr> {
        self.files.iter().map(|(path, ..)| path.as_bstr())
    }

    /// Returns the kind of one of the files.
    pub(super) fn kind(&self, path: &BStr) -> Option<FileKind> {
        Some(self.find(path)?.1)
    }

    fn find(&self, path: &BStr) -> Option<(&BlobId, FileKind)> {
        let at = self
            .files
            .binary_search_by(|(file, ..)| file.as_bstr().cmp(path));
        let (_, id, kind) = &self.files[at.ok()?];
        Some((id, *kind))
    }

    /// Reads one of the files, or the target of a symbolic link, if it has at most `limit` bytes. Returns `None` for
    /// any other path.
    pub fn read(&self, path: &BStr, limit: u64) -> Option<Result<Vec<u8>, BlobError>> {
        let (id, _) = self.find(path)?;
        Some(self.blobs.as_ref()?.read(id, limit))
    }
}
