use std::{fmt, fs};

use bstr::{BStr, BString, ByteSlice};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::{Commit, FileKind, Git, GitError, read_index};

/// The id of a blob: equal ids, equal bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobId {
    bytes: [u8; 32],
    /// Of two kinds of hash, one is shorter.
    is_long: bool,
}

/// One path of a tree or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the top of the repository.
    pub path: BString,
    /// What it is.
    pub kind: FileKind,
    /// What it holds.
    pub id: BlobId,
}

impl BlobId {
    /// An id as git writes it.
    pub(super) fn new(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let digit = |at: usize| char::from(digits[at]).to_digit(16);
            *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
        }
        Some(Self {
            bytes,
            is_long: text.len() > 40,
        })
    }

    /// An id of the kind that a commit's is; of no blob.
    pub fn like(commit: &Commit) -> Self {
        Self {
            bytes: [0; 32],
            is_long: commit.id.len() > 40,
        }
    }

    /// The id of a blob with these bytes, by the kind of hash that this one is.
    pub fn same_kind_of(self, content: &[u8]) -> Self {
        let header = format!("blob {}\0", content.len());
        let mut bytes = [0; 32];
        if self.is_long {
            let mut hash = Sha256::new();
            hash.update(header);
            hash.update(content);
            bytes.copy_from_slice(&hash.finalize());
        } else {
            let mut hash = Sha1::new();
            hash.update(header);
            hash.update(content);
            bytes[..20].copy_from_slice(&hash.finalize());
        }
        Self {
            bytes,
            is_long: self.is_long,
        }
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = if self.is_long { 32 } else { 20 };
        let mut bytes = self.bytes[..length].iter();
        bytes.try_for_each(|byte| write!(formatter, "{byte:02x}"))
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
        Ok(entries(&listed, 2))
    }

    /// Everything in the index, sorted by path: conflicts among it, but not what is only meant to be
    /// added later (`add -N`).
    ///
    /// # Errors
    /// Where it can't be read.
    pub fn index(&self) -> Result<Vec<Entry>, GitError> {
        if let Some(entries) = self.index_file() {
            return Ok(entries);
        }
        let arguments = ["ls-files", "--stage", "--full-name", "-z"];
        let listed = self.read(&arguments, "list the index")?;
        // `<mode> <id> <stage>\t<path>`
        let mut entries = entries(&listed, 1);
        // Git does not say which these are, but that they are empty.
        let mut ids = entries.iter().map(|entry| entry.id);
        if ids.any(|id| id == id.same_kind_of(b"")) {
            let later = self.added_later()?;
            entries.retain(|entry| !later.contains(&entry.path));
        }
        Ok(entries)
    }

    /// The same, if it is of the usual kind: without the program that is had for much less.
    fn index_file(&self) -> Option<Vec<Entry>> {
        let is_usual = |commit: &Commit| commit.id.len() == 40;
        self.checked_out.as_ref().filter(|it| is_usual(it))?;
        let path = self.index_path();
        path.metadata().ok().filter(fs::Metadata::is_file)?;
        let mut entries = Vec::new();
        read_index(&path, |entry| {
            if !entry.is_added_later {
                let mut bytes = [0; 32];
                bytes[..20].copy_from_slice(entry.id);
                entries.push(Entry {
                    path: entry.path.into(),
                    kind: entry.kind,
                    id: BlobId {
                        bytes,
                        is_long: false,
                    },
                });
            }
        })?;
        Some(entries)
    }
}

/// Entries as git lists them: the mode, further words of which one is the id, and the path.
fn entries(listed: &[u8], id: usize) -> Vec<Entry> {
    let entry = |line: &[u8]| {
        let (info, path) = line.split_once_str("\t")?;
        let mut words = info.split_str(" ");
        let kind = FileKind::of_mode(words.next()?)?;
        Some(Entry {
            path: path.into(),
            kind,
            id: BlobId::new(words.nth(id - 1)?)?,
        })
    };
    let mut entries: Vec<Entry> = listed.split_str("\0").filter_map(entry).collect();
    // It is in order but for what git takes for directories.
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries
}

impl Entry {
    /// Its path.
    pub fn path(&self) -> &BStr {
        self.path.as_bstr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_that_git_gives() {
        for (commit, empty) in [
            ("0".repeat(40), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
            (
                "0".repeat(64),
                "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
            ),
        ] {
            let like = BlobId::like(&Commit { id: commit });
            let id = like.same_kind_of(b"");
            assert_eq!(id.to_string(), empty);
            assert_eq!(BlobId::new(empty.as_bytes()), Some(id));
        }
        assert_eq!(BlobId::new(b"no id at all"), None);
    }
}
