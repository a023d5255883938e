use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bstr::{BStr, ByteSlice};

use super::{
    GitTree,
    paths::{canonicalize_existing, without_dots},
};
use crate::{
    git::{BlobError, FileKind, TreeEntry},
    text::join,
};

/// The source of file content: the disk, except for the files of one git repository if its tree is given.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    tree: Option<Arc<GitTree>>,
}

/// The longest chain of symbolic links to follow.
const MAX_LINKS: usize = 8;

impl Snapshot {
    /// Creates a snapshot with a tree of one repository.
    pub fn of_tree(tree: Arc<GitTree>) -> Self {
        Self { tree: Some(tree) }
    }

    /// Returns whether there is a tree.
    pub fn has_tree(&self) -> bool {
        self.tree.is_some()
    }

    /// Returns whether the content of a path in the repository at `top` is available.
    pub fn has_content(&self, top: &Path, path: &BStr) -> bool {
        match &self.tree {
            Some(tree) => tree.find(path).is_some() && !tree.missing().iter().any(|it| it == path),
            None => path.to_path().is_ok_and(|path| top.join(path).is_file()),
        }
    }

    /// Returns the entries of the tree below a directory, and the length of its path in theirs; `None` if the tree does
    /// not cover the directory.
    pub fn below(&self, directory: &Path) -> Option<(&[TreeEntry], usize)> {
        let tree = self.tree.as_ref()?;
        let prefix = join(tree.relative(directory)?.as_bstr(), b"");
        Some((tree.under(&prefix), prefix.len()))
    }

    /// Returns the entry of the tree at `path` in the directory `root`, which the tree must cover.
    pub fn entry(&self, root: &Path, path: &BStr) -> Option<&TreeEntry> {
        let tree = self.tree.as_ref()?;
        let full = join(BStr::new(tree.below_top(root)?), path);
        tree.find(full.as_bstr())
    }

    /// Returns the content of an entry of the tree.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(&self, entry: &TreeEntry, limit: u64) -> Result<Vec<u8>, BlobError> {
        match &self.tree {
            Some(tree) => tree.read(entry, limit),
            None => Err(BlobError::Missing),
        }
    }

    /// Returns whether a file exists.
    pub fn has_file(&self, path: &Path) -> bool {
        self.canonicalize(path).is_ok_and(|path| match &self.tree {
            Some(tree) if tree.relative(&path).is_some() => true,
            _ => path.is_file(),
        })
    }

    /// Returns whether anything exists at the path, even a dangling link.
    pub fn has_entry(&self, path: &Path) -> bool {
        let in_tree = self.tree.as_ref().and_then(|tree| {
            let directory = canonicalize_existing(path.parent()?);
            let path = tree.relative(&directory.join(path.file_name()?))?;
            Some(tree.find(path.as_bstr()).is_some())
        });
        in_tree.unwrap_or_else(|| fs::symlink_metadata(path).is_ok())
    }

    /// Returns the absolute path, without symbolic links, of the file that `path` names.
    ///
    /// # Errors
    /// If it does not exist.
    pub fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let Some(tree) = &self.tree else {
            return path.canonicalize();
        };
        let parent = path.parent().unwrap_or(Path::new(""));
        let name = path.file_name().unwrap_or_default();
        let mut at = canonicalize_existing(&canonicalize_existing(parent).join(name));
        // The file itself may be a link on disk but not in the tree.
        let unlinked = canonicalize_existing(parent).join(name);
        if tree.relative(&unlinked).is_some() {
            at = unlinked;
        }
        for _ in 0..MAX_LINKS {
            let Some(relative) = tree.relative(&at) else {
                return at.canonicalize();
            };
            let entry = tree.find(relative.as_bstr());
            let entry = entry.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
            if entry.kind != FileKind::Symlink {
                return Ok(at);
            }
            let target = tree.read(entry, 1 << 16).map_err(io::Error::other)?;
            let target = target.to_path().map_err(io::Error::other)?;
            at = without_dots(&at.parent().unwrap_or(Path::new("/")).join(target));
        }
        Err(io::Error::other("too many levels of symbolic links"))
    }

    /// Returns the content of the file at a canonical path, if the tree covers it.
    pub fn file(&self, path: &Path, limit: u64) -> Option<io::Result<Vec<u8>>> {
        let tree = self.tree.as_ref()?;
        let relative = tree.relative(path)?;
        let Some(entry) = tree.find(relative.as_bstr()) else {
            return Some(Err(io::ErrorKind::NotFound.into()));
        };
        Some(match entry.kind {
            FileKind::Regular => tree.read(entry, limit).map_err(io::Error::other),
            FileKind::Symlink | FileKind::Submodule => {
                Err(io::Error::other("it is not a regular file"))
            }
        })
    }

    /// Returns whether the file at a canonical path has the same content in another snapshot.
    pub fn has_same(&self, other: &Self, path: &Path) -> bool {
        let of = |snapshot: &Self| {
            let tree = snapshot.tree.as_ref()?;
            let entry = tree.find(tree.relative(path)?.as_bstr());
            let file = entry.filter(|entry| entry.kind == FileKind::Regular);
            Some(file.map(|file| file.id))
        };
        match (of(self), of(other)) {
            (None, None) => true,
            (Some(Some(id)), None) | (None, Some(Some(id)))
                if !(self.has_tree() && other.has_tree()) =>
            {
                fs::read(path).is_ok_and(|bytes| id.of_content(&bytes) == id)
            }
            (ours, theirs) => ours.is_some_and(|id| id.is_some()) && ours == theirs,
        }
    }

    /// Returns the absolute path of the directory that `path` names, if the tree covers it. The inner value is `None`
    /// if the tree has no file in it.
    pub fn directory(&self, path: &Path) -> Option<Option<PathBuf>> {
        let full = canonicalize_existing(path);
        let (entries, prefix) = self.below(&full)?;
        Some((prefix == 0 || !entries.is_empty()).then_some(full))
    }
}
