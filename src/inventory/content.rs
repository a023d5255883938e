use std::{
    io::{self, Read as _},
    path::{Component, PathBuf},
    sync::Arc,
};

use bstr::{BStr, ByteSlice};

use super::{
    LeftOut,
    straight::{self, OpenError},
};
use crate::{
    git::{BlobError, BlobId, FileKind},
    snapshot::Snapshot,
    text::{Origin, Source, Span},
    yaml::{self, Parsed},
};

/// A file that may declare owners is not read beyond this.
const MAX_DECLARING_BYTES: u64 = 16 << 20;

/// Reads the files of a repository.
#[derive(Debug, Clone)]
pub struct Content {
    /// The repository.
    pub repository: Arc<str>,
    /// Where it is checked out.
    pub root: PathBuf,
    /// What is not checked out with it, and has to be asked of git.
    pub left_out: Arc<LeftOut>,
    /// At which moment.
    pub snapshot: Snapshot,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Never followed.
    #[error("it is a symbolic link, which is never followed")]
    Symlink,
    /// Listed, but not there.
    #[error("it is listed, but not in the work tree")]
    Missing,
    /// Left out of the work tree, and git has no copy of it.
    #[error("it is not checked out (sparse), and git has no copy of it")]
    LeftOut,
    /// The path leads out of the repository, or could.
    #[error("its path leads out of the repository")]
    Outside,
    /// A directory, a pipe, a device.
    #[error("it is not a file")]
    NotAFile,
    /// More than is read of any file that can declare owners.
    #[error("it is larger than {} MiB", MAX_DECLARING_BYTES >> 20)]
    TooLarge,
    /// A partial clone.
    #[error("its content is not in this clone")]
    NotCloned,
    /// Git says no.
    #[error("{0}")]
    Git(BlobError),
    /// The system says no.
    #[error("{}", .0.kind())]
    Io(io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Io(error),
        }
    }
}

impl From<OpenError> for ReadError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Symlink => Self::Symlink,
            OpenError::NotAFile => Self::NotAFile,
            OpenError::Io(error) => error.into(),
        }
    }
}

impl From<BlobError> for ReadError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Missing => Self::NotCloned,
            BlobError::TooLarge => Self::TooLarge,
            error => Self::Git(error),
        }
    }
}

impl Content {
    /// Reads the file `path`, relative to the root; with the place of the first bytes that are not
    /// UTF-8.
    ///
    /// # Errors
    /// Where there is no regular file of a bearable size that may be read.
    pub fn read(&self, path: &BStr) -> Result<(Arc<Source>, Option<Span>), ReadError> {
        let read = match self.snapshot.has_tree() {
            true => self.in_tree(path),
            false => self.on_disk(path),
        };
        if read.is_err()
            && let Some(notes) = self.snapshot.notes()
        {
            notes.fail();
        }
        read
    }

    /// A file that was read, as YAML.
    pub fn parse(&self, source: &Arc<Source>) -> Parsed {
        match self.snapshot.notes() {
            Some(notes) => notes.parse(source),
            None => yaml::parse(source.text()),
        }
    }

    /// Whether a file that held this when it was read on disk, or of a tree, is sure to hold it still.
    pub(super) fn holds(&self, path: &BStr, id: BlobId, was_on_disk: bool) -> bool {
        if !self.snapshot.has_tree() {
            return was_on_disk;
        }
        let entry = self.snapshot.entry(&self.root, path);
        entry.is_some_and(|entry| entry.kind == FileKind::Regular && entry.id == id)
    }

    fn in_tree(&self, path: &BStr) -> Result<(Arc<Source>, Option<Span>), ReadError> {
        let entry = self.snapshot.entry(&self.root, path);
        let entry = entry.ok_or(ReadError::Missing)?;
        match entry.kind {
            FileKind::Regular => self.noted(path, Some(entry.id), || {
                Ok(self.snapshot.read(entry, MAX_DECLARING_BYTES)?)
            }),
            FileKind::Symlink => Err(ReadError::Symlink),
            FileKind::Submodule => Err(ReadError::NotAFile),
        }
    }

    fn on_disk(&self, path: &BStr) -> Result<(Arc<Source>, Option<Span>), ReadError> {
        let bytes = self.bytes(path).or_else(|error| {
            let left_out = || self.left_out.read(path, MAX_DECLARING_BYTES);
            match error {
                ReadError::Missing => left_out().ok_or(error)?.map_err(|why| match why {
                    BlobError::TooLarge => ReadError::TooLarge,
                    _ => ReadError::LeftOut,
                }),
                error => Err(error),
            }
        })?;
        if bytes.len() as u64 > MAX_DECLARING_BYTES {
            return Err(ReadError::TooLarge);
        }
        let id = self.snapshot.notes().map(|notes| notes.id(&bytes));
        self.noted(path, id, || Ok(bytes))
    }

    /// The file of an id, read if that was not done before.
    fn noted(
        &self,
        path: &BStr,
        id: Option<BlobId>,
        read: impl FnOnce() -> Result<Vec<u8>, ReadError>,
    ) -> Result<(Arc<Source>, Option<Span>), ReadError> {
        let Some((notes, id)) = self.snapshot.notes().zip(id) else {
            return Ok(self.source(path, read()?));
        };
        if let Some(known) = notes.get(path, id) {
            return Ok(known);
        }
        let file = self.source(path, read()?);
        notes.put(path, id, file.clone());
        Ok(file)
    }

    fn source(&self, path: &BStr, bytes: Vec<u8>) -> (Arc<Source>, Option<Span>) {
        let origin = Origin::Repository(Arc::clone(&self.repository));
        let (source, fault) = Source::new(origin, path.into(), bytes);
        (Arc::new(source), fault)
    }

    fn bytes(&self, path: &BStr) -> Result<Vec<u8>, ReadError> {
        let relative = path.to_path().map_err(|_| ReadError::Missing)?;
        let is_name = |part| matches!(part, Component::Normal(_));
        if !relative.components().all(is_name) {
            return Err(ReadError::Outside);
        }
        let (file, size) = straight::open(&self.root, relative)?;
        if size > MAX_DECLARING_BYTES {
            return Err(ReadError::TooLarge);
        }
        // With room for all of it and one more byte, its end is found at once.
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
        file.take(MAX_DECLARING_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
