use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashSet;

use crate::git::{BlobError, Blobs, FileChange, FileKind, Git, TreeEntry, is_top};

/// All files of a git repository in its index or one of its revisions.
#[derive(Debug)]
pub struct GitTree {
    top: PathBuf,
    entries: Vec<TreeEntry>,
    blobs: Blobs,
    is_bare: bool,
    missing: Mutex<Vec<BString>>,
}

impl GitTree {
    /// Creates a tree with these entries.
    pub fn new(git: &Git, entries: Vec<TreeEntry>) -> Self {
        Self::with(Blobs::new(git.clone()), git, entries)
    }

    /// Like [`new`](Self::new), with a reader that may have read some of the blobs.
    pub fn with(blobs: Blobs, git: &Git, mut entries: Vec<TreeEntry>) -> Self {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            top: git.top.clone(),
            entries,
            blobs,
            is_bare: git.is_bare,
            missing: Mutex::default(),
        }
    }

    /// Returns the entries as they were before `changes`.
    pub fn unchanged(mut entries: Vec<TreeEntry>, changes: &[FileChange]) -> Vec<TreeEntry> {
        let after = changes.iter().filter_map(|change| change.after.as_ref());
        let after: FxHashSet<&BStr> = after.map(TreeEntry::path).collect();
        let before = changes.iter().filter_map(|change| change.before.as_ref());
        entries.retain(|entry| !after.contains(entry.path()));
        entries.extend(before.cloned());
        entries
    }

    /// Returns the paths that were read, but with content that is not in this clone.
    pub fn missing(&self) -> Vec<BString> {
        let mut missing = self
            .missing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        missing.sort_unstable();
        missing
    }

    /// Returns all entries, sorted by path.
    pub fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    /// Returns the entry of a path.
    pub(super) fn find(&self, path: &BStr) -> Option<&TreeEntry> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.path().cmp(path));
        Some(&self.entries[at.ok()?])
    }

    /// Returns all entries in a directory, which ends in `/` (the top is empty).
    pub(super) fn under(&self, directory: &[u8]) -> &[TreeEntry] {
        let start = self
            .entries
            .partition_point(|entry| entry.path.as_slice() < directory);
        let rest = &self.entries[start..];
        let end = rest.partition_point(|entry| entry.path.starts_with(directory));
        &rest[..end]
    }

    /// Returns an absolute path as git would write it, without looking at the file system.
    pub(super) fn below_top<'p>(&self, path: &'p Path) -> Option<&'p [u8]> {
        let below = path.strip_prefix(&self.top).ok()?;
        Some(below.as_os_str().as_encoded_bytes())
    }

    /// Returns an absolute path relative to the repository; `None` if it is outside, or in a nested repository.
    pub(super) fn relative(&self, path: &Path) -> Option<BString> {
        let below = BStr::new(self.below_top(path)?);
        let within = path.ancestors().take_while(|above| *above != self.top);
        let is_other = |directory: &Path| !self.is_bare && is_top(directory);
        if within.into_iter().any(is_other) {
            return None;
        }
        let mut ends = below.find_iter("/").chain([below.len()]);
        let is_submodule = |end: usize| {
            let entry = self.find(below[..end].as_bstr());
            entry.is_some_and(|entry| entry.kind == FileKind::Submodule)
        };
        (!ends.any(is_submodule)).then(|| below.into())
    }

    /// Returns the content of a file. It is read from the work tree if that has the same content, which is faster.
    pub(super) fn read(&self, entry: &TreeEntry, limit: u64) -> Result<Vec<u8>, BlobError> {
        if let Some(bytes) = self.on_disk(entry, limit) {
            return Ok(bytes);
        }
        let read = self.blobs.read(&entry.id, limit);
        if matches!(read, Err(BlobError::Missing | BlobError::Io(_))) {
            let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
            missing.push(entry.path.clone());
        }
        read
    }

    fn on_disk(&self, entry: &TreeEntry, limit: u64) -> Option<Vec<u8>> {
        if self.is_bare {
            return None;
        }
        let full = self.top.join(entry.path.to_path().ok()?);
        let metadata = fs::symlink_metadata(&full).ok()?;
        if !metadata.is_file() || metadata.len() > limit {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()? + 1);
        let file = fs::File::open(&full).ok()?;
        file.take(limit).read_to_end(&mut bytes).ok()?;
        (entry.id.of_content(&bytes) == entry.id).then_some(bytes)
    }
}
