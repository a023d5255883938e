use bstr::{BStr, BString, ByteSlice as _};

use crate::git::{BlobError, BlobId, Blobs, Git, WorkTree};

/// Files of an index that a sparse checkout leaves out of the work tree.
#[derive(Debug, Default)]
pub struct SkipWorktree {
    /// Sorted by path.
    files: Vec<(BString, BlobId)>,
    /// `None` where there are no such files.
    blobs: Option<Blobs>,
}

impl SkipWorktree {
    /// # Errors
    /// A sentence for a person, where git can't be asked for them.
    pub(super) fn new(
        work_tree: &WorkTree,
        mut files: Vec<(BString, BlobId)>,
    ) -> Result<Self, String> {
        files.sort_unstable();
        let blobs = match files.is_empty() {
            true => None,
            false => Some(Blobs::new(Git::of(work_tree)?)),
        };
        Ok(Self { files, blobs })
    }

    /// Reads one of them, if it has no more than `limit` bytes; `None` for any other path.
    pub fn read(&self, path: &BStr, limit: u64) -> Option<Result<Vec<u8>, BlobError>> {
        let find = |(known, _): &(BString, BlobId)| known.as_bstr().cmp(path);
        let at = self.files.binary_search_by(find).ok()?;
        Some(self.blobs.as_ref()?.read(&self.files[at].1, limit))
    }
}
