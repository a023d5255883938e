use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashSet;

use crate::git::{BlobError, Blobs, FileChange, FileKind, Git, TreeEntry, is_top};

/// All files of a git repository as its index or one of its revisions has them.
#[derive(Debug)]
pub struct GitTree {
    top: PathBuf,
    entries: Vec<TreeEntry>,
    blobs: Blobs,
    is_bare: bool,
    lost: Mutex<Vec<BString>>,
}

impl GitTree {
    /// A repository that has these entries.
    pub fn new(git: &Git, entries: Vec<TreeEntry>) -> Self {
        Self::with(Blobs::new(git.clone()), git, entries)
    }

    /// As [`new`](Self::new), with some of its blobs known.
    pub fn with(blobs: Blobs, git: &Git, mut entries: Vec<TreeEntry>) -> Self {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            top: git.top.clone(),
            entries,
            blobs,
            is_bare: git.is_bare,
            lost: Mutex::default(),
        }
    }

    /// `entries` before `changes`.
    pub fn unchanged(mut entries: Vec<TreeEntry>, changes: &[FileChange]) -> Vec<TreeEntry> {
        let gone = changes.iter().filter_map(|change| change.after.as_ref());
        let gone: FxHashSet<&BStr> = gone.map(TreeEntry::path).collect();
        let comes = changes.iter().filter_map(|change| change.before.as_ref());
        entries.retain(|entry| !gone.contains(entry.path()));
        entries.extend(comes.cloned());
        entries
    }

    /// The paths whose content was wanted, and is not in this clone.
    pub fn lost(&self) -> Vec<BString> {
        let mut lost = self
            .lost
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        lost.sort_unstable();
        lost
    }

    /// All entries, sorted by path.
    pub fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    /// The entry of a path.
    pub(super) fn find(&self, path: &BStr) -> Option<&TreeEntry> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.path().cmp(path));
        Some(&self.entries[at.ok()?])
    }

    /// Everything in a directory, which ends in `/` (the top is empty).
    pub(super) fn under(&self, directory: &[u8]) -> &[TreeEntry] {
        let start = self
            .entries
            .partition_point(|entry| entry.path.as_slice() < directory);
        let rest = &self.entries[start..];
        let end = rest.partition_point(|entry| entry.path.starts_with(directory));
        &rest[..end]
    }

    /// An absolute path as git would write it, by its text alone.
    pub(super) fn below_top<'p>(&self, path: &'p Path) -> Option<&'p [u8]> {
        let below = path.strip_prefix(&self.top).ok()?;
        Some(below.as_os_str().as_encoded_bytes())
    }

    /// An absolute path as one of the repository; nothing if it lies elsewhere, or in a repository
    /// inside this one.
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

    /// What a file holds: read from the work tree where that has the very same, which is faster.
    pub(super) fn read(&self, entry: &TreeEntry, limit: u64) -> Result<Vec<u8>, BlobError> {
        if let Some(bytes) = self.on_disk(entry, limit) {
            return Ok(bytes);
        }
        let read = self.blobs.read(&entry.id, limit);
        if matches!(read, Err(BlobError::Missing | BlobError::Io(_))) {
            let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
            lost.push(entry.path.clone());
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
        (entry.id.same_kind_of(&bytes) == entry.id).then_some(bytes)
    }
}
