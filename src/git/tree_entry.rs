use bstr::{BStr, BString, ByteSlice as _};

use super::{BlobId, FileKind, IndexEntry};

/// One path of a tree or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Relative to the top of the repository.
    pub path: BString,
    /// The kind of entry.
    pub kind: FileKind,
    /// The id of the content.
    pub id: BlobId,
}

impl TreeEntry {
    /// Parses an entry as git lists it; `None` if there is no entry.
    pub(super) fn listed(mode: &[u8], id: &[u8], path: &[u8]) -> Option<Self> {
        Some(Self {
            path: path.into(),
            kind: FileKind::of_mode(mode)?,
            id: BlobId::new(id)?,
        })
    }

    /// Returns the path.
    pub fn path(&self) -> &BStr {
        self.path.as_bstr()
    }
}

impl From<IndexEntry<'_>> for TreeEntry {
    fn from(entry: IndexEntry<'_>) -> Self {
        Self {
            path: entry.path.into(),
            kind: entry.kind,
            id: entry.id,
        }
    }
}
