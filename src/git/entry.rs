use std::fmt;

use bstr::{BStr, BString, ByteSlice};
use sha2::{Digest as _, Sha256};

use super::{Commit, Git, GitError};

/// The id of a blob: equal ids, equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobId(BString);

/// What an entry of a tree or index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A symbolic link.
    Symlink,
    /// A commit of another repository.
    Submodule,
}

/// One path of a tree or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the top of the repository.
    pub path: BString,
    /// What it is.
    pub kind: EntryKind,
    /// What it holds.
    pub id: BlobId,
}

impl BlobId {
    pub(super) fn new(text: &[u8]) -> Self {
        Self(text.into())
    }

    /// An id of the kind that a commit's is; of no blob.
    pub fn like(commit: &Commit) -> Self {
        Self(commit.id.as_str().into())
    }

    /// The id of a blob with these bytes, by the kind of hash that this one is.
    pub fn same_kind_of(&self, bytes: &[u8]) -> Option<Self> {
        let header = format!("blob {}\0", bytes.len());
        if self.0.len() > 40 {
            let mut hash = Sha256::new();
            hash.update(header);
            hash.update(bytes);
            let hex = hash
                .finalize()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>();
            return Some(Self(hex.into()));
        }
        let mut hash = gix_index::hash::hasher(gix_index::hash::Kind::Sha1);
        hash.update(header.as_bytes());
        hash.update(bytes);
        let id = hash.try_finalize().ok()?;
        Some(Self(id.to_string().into()))
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl EntryKind {
    /// By a mode as git writes it; nothing where there is no entry.
    pub(super) fn of_mode(mode: &[u8]) -> Option<Self> {
        match mode {
            b"120000" => Some(Self::Symlink),
            b"160000" => Some(Self::Submodule),
            b"000000" => None,
            _ => Some(Self::File),
        }
    }
}

impl Git {
    /// Everything in a commit, sorted by path.
    ///
    /// # Errors
    /// Where its trees can't be read.
    pub fn tree(&self, commit: &Commit) -> Result<Vec<Entry>, GitError> {
        let arguments = ["ls-tree", "-r", "-z", "--full-tree", &commit.id];
        let listed = self.read(&arguments, &format!("list {}", commit.short()))?;
        // `<mode> <type> <id>\t<path>`
        let entry = |line: &[u8]| {
            let (info, path) = line.split_once_str("\t")?;
            let mut info = info.split_str(" ");
            let kind = EntryKind::of_mode(info.next()?)?;
            Some(Entry {
                path: path.into(),
                kind,
                id: BlobId::new(info.nth(1)?),
            })
        };
        let mut entries: Vec<Entry> = listed.split_str("\0").filter_map(entry).collect();
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }
}

impl Entry {
    /// Its path.
    pub fn path(&self) -> &BStr {
        self.path.as_bstr()
    }
}
