use bstr::{BStr, BString, ByteSlice as _};

use super::{BlobId, FileKind, IndexEntry};

/// One path of a tree or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Relative to the top of the repository.
    pub path: BString,
    /// What it is.
    pub kind: FileKind,
    /// What it holds.
    pub id: BlobId,
}

impl TreeEntry {
    /// An entry as git lists it; nothing if it is none.
    pub(super) fn listed(mode: &[u8], id: &[u8], path: &[u8]) -> Option<Self> {
        Some(Self {
            path: path.into(),
            kind: FileKind::of_mode(mode)?,
            id: BlobId::new(id)?,
        })
    }

    /// Its path.
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
