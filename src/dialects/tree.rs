use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice};

use super::{FileProblem, FileProblemKind};
pub(super) use crate::text::join;
use crate::{
    inventory::{self, Content, FileKind, ReadError},
    resolution::ResolvedRepository,
    text::{Place, Source, SourceOrigin},
};

/// The files that ownership is read from: those of a work tree, or some that are not written yet.
#[derive(Debug)]
pub struct Tree<'f> {
    /// In place of whatever the tree has at its root.
    alone: Option<Arc<Source>>,
    files: TreeFiles<'f>,
}

#[derive(Debug)]
enum TreeFiles<'f> {
    Disk(Content),
    /// What is listed of it; what else is there is no part of the repository.
    Listed(Content, &'f inventory::Files),
    Memory(BTreeMap<BString, Arc<Source>>),
}

impl<'f> Tree<'f> {
    /// What lies in a directory; absolute.
    pub fn on_disk(root: PathBuf) -> Self {
        Self {
            alone: None,
            files: TreeFiles::Disk(Content::on_disk(".".into(), root)),
        }
    }

    /// What is listed of a repository, at the moment that it was listed at.
    pub fn listed(content: Content, files: &'f inventory::Files) -> Self {
        Self {
            alone: None,
            files: TreeFiles::Listed(content, files),
        }
    }

    /// As [`listed`](Self::listed).
    pub fn of_repository(repository: &'f ResolvedRepository) -> Self {
        Self::listed(repository.content(), &repository.listing.files)
    }

    /// One file of it, as if it were the ownership file of a whole tree.
    pub(super) fn alone(&self, path: &BStr) -> Option<Self> {
        Some(Self {
            alone: Some(self.read(path, &mut Vec::new())?),
            files: TreeFiles::Memory(BTreeMap::new()),
        })
    }

    /// One file `name` in the directory `root`, as if it were the ownership file of the whole tree.
    ///
    /// # Errors
    /// Where it can't be read.
    pub fn of_file(root: &Path, name: &BStr) -> Result<Self, ReadError> {
        let content = Content::on_disk(".".into(), root.to_path_buf());
        let file = content.keep(name)?;
        Ok(Self {
            alone: Some(Arc::clone(&file.source)),
            files: TreeFiles::Disk(content),
        })
    }

    /// Files that exist nowhere but here: path and content.
    pub fn in_memory(files: impl IntoIterator<Item = (BString, Vec<u8>)>) -> Self {
        let sources = files.into_iter().map(|(path, bytes)| {
            let origin = SourceOrigin::Repository(".".into());
            let (source, _) = Source::new(origin, path.clone(), bytes);
            (path, Arc::new(source))
        });
        Self {
            alone: None,
            files: TreeFiles::Memory(sources.collect()),
        }
    }

    /// The first of `locations` that exists.
    pub(super) fn first(
        &self,
        locations: &[&str],
        problems: &mut Vec<FileProblem>,
    ) -> Option<Arc<Source>> {
        if let Some(alone) = &self.alone {
            return Some(Arc::clone(alone));
        }
        locations
            .iter()
            .find_map(|path| self.read(BStr::new(path), problems))
    }

    /// The file `name` of a folder, which is empty for the root.
    pub(super) fn of_folder(
        &self,
        folder: &BStr,
        name: &str,
        problems: &mut Vec<FileProblem>,
    ) -> Option<Arc<Source>> {
        if let Some(alone) = &self.alone {
            return folder.is_empty().then(|| Arc::clone(alone));
        }
        self.read(join(folder, name.as_bytes()).as_bstr(), problems)
    }

    /// A file, by its path.
    pub(super) fn read(&self, path: &BStr, problems: &mut Vec<FileProblem>) -> Option<Arc<Source>> {
        let (content, is_listed) = match &self.files {
            TreeFiles::Memory(files) => return files.get(path).cloned(),
            TreeFiles::Listed(content, files) => match files.find(path) {
                // Forges look for a file.
                Some(at) if files.get(at).kind != FileKind::Submodule => (content, true),
                _ => return None,
            },
            TreeFiles::Disk(content) => (content, false),
        };
        let (kind, error) = match content.keep(path) {
            Ok(file) => return Some(Arc::clone(&file.source)),
            Err(ReadError::Missing) if !is_listed => return None,
            Err(error @ ReadError::TooLarge) => (FileProblemKind::Size, error),
            Err(error) => (FileProblemKind::Access, error),
        };
        problems.push(FileProblem {
            place: Place::Path(Arc::clone(&content.repository), path.to_owned()),
            message: format!("it can't be read: {error}"),
            kind,
        });
        None
    }

    /// What is at a path where a forge expects a file, if it is no file and part of the repository.
    pub(super) fn not_a_file(&self, path: &BStr) -> Option<&'static str> {
        let kind = match &self.files {
            TreeFiles::Listed(_, files) => files.find(path).map(|at| files.get(at).kind),
            TreeFiles::Disk(content) => path
                .to_path()
                .ok()
                .and_then(|path| content.root.join(path).symlink_metadata().ok())
                .filter(|metadata| metadata.is_symlink())
                .map(|_| FileKind::Symlink),
            TreeFiles::Memory(_) => None,
        };
        match kind {
            Some(FileKind::Symlink) => Some("symbolic link"),
            Some(FileKind::Submodule) => Some("submodule"),
            _ if self.is_directory(path) => Some("directory"),
            _ => None,
        }
    }

    /// The place of a path as a whole.
    pub(super) fn place(&self, path: &BStr) -> Place {
        let repository = match &self.files {
            TreeFiles::Disk(content) | TreeFiles::Listed(content, _) => {
                Arc::clone(&content.repository)
            }
            TreeFiles::Memory(_) => ".".into(),
        };
        Place::Path(repository, path.to_owned())
    }

    /// Whether there is something of this name.
    pub(super) fn has(&self, path: &BStr) -> bool {
        match &self.files {
            TreeFiles::Memory(files) => files.contains_key(path),
            TreeFiles::Listed(_, files) => files.find(path).is_some(),
            TreeFiles::Disk(content) => path
                .to_path()
                .is_ok_and(|path| content.root.join(path).symlink_metadata().is_ok()),
        }
    }

    /// Whether there is such a directory.
    pub(super) fn is_directory(&self, path: &BStr) -> bool {
        match &self.files {
            TreeFiles::Disk(content) => path
                .to_path()
                .is_ok_and(|path| content.root.join(path).is_dir()),
            TreeFiles::Listed(_, files) => files.any_under(&join(path, b"")),
            TreeFiles::Memory(files) => {
                let prefix = join(path, b"");
                let mut after = files.range(prefix.clone()..);
                after
                    .next()
                    .is_some_and(|(path, _)| path.starts_with(&prefix))
            }
        }
    }
}

/// The folder of a path; empty for the root.
pub(super) fn folder_of(path: &BStr) -> &BStr {
    path.rfind_byte(b'/')
        .map_or(BStr::new(""), |slash| path[..slash].as_bstr())
}

/// A folder and all above it, the root last.
pub(super) fn upwards(folder: &BStr) -> impl Iterator<Item = &BStr> {
    std::iter::successors(Some(folder), |below| {
        (!below.is_empty()).then(|| folder_of(below))
    })
}
