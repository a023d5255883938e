use std::{
    fs, io,
    path::{Component, PathBuf},
    sync::Arc,
};

use bstr::{BStr, ByteSlice};

use super::LeftOut;
use crate::text::{Origin, Source, Span, read_regular};

/// A file that may declare owners is not read beyond this.
pub const MAX_DECLARING_BYTES: u64 = 16 << 20;

/// Reads the files of a repository.
#[derive(Debug, Clone)]
pub struct Content {
    /// The repository.
    pub repository: Arc<str>,
    /// Where it is checked out.
    pub root: PathBuf,
    /// What is not checked out with it, and has to be asked of git.
    pub left_out: Arc<LeftOut>,
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
    /// Beyond [`MAX_DECLARING_BYTES`].
    #[error("it is larger than {} MiB", MAX_DECLARING_BYTES >> 20)]
    TooLarge,
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

impl Content {
    /// Reads the file `path`, relative to the root; with the place of the first bytes that are not
    /// UTF-8.
    ///
    /// # Errors
    /// Where there is no regular file of a bearable size that may be read.
    pub fn read(&self, path: &BStr) -> Result<(Arc<Source>, Option<Span>), ReadError> {
        let bytes = match self.bytes(path) {
            Err(ReadError::Missing) if self.left_out.holds(path) => {
                let limit = MAX_DECLARING_BYTES + 1;
                let bytes = self.left_out.read(&self.root, path, limit);
                bytes.ok_or(ReadError::LeftOut)?
            }
            bytes => bytes?,
        };
        if bytes.len() as u64 > MAX_DECLARING_BYTES {
            return Err(ReadError::TooLarge);
        }
        let origin = Origin::Repository(Arc::clone(&self.repository));
        let (source, fault) = Source::new(origin, path.into(), bytes);
        Ok((Arc::new(source), fault))
    }

    fn bytes(&self, path: &BStr) -> Result<Vec<u8>, ReadError> {
        let relative = path.to_path().map_err(|_| ReadError::Missing)?;
        let is_name = |part| matches!(part, Component::Normal(_));
        if !relative.components().all(is_name) {
            return Err(ReadError::Outside);
        }
        let full = self.root.join(relative);
        for directory in relative
            .ancestors()
            .skip(1)
            .filter(|d| !d.as_os_str().is_empty())
        {
            if fs::symlink_metadata(self.root.join(directory))?.is_symlink() {
                return Err(ReadError::Symlink);
            }
        }
        let metadata = fs::symlink_metadata(&full)?;
        if metadata.is_symlink() {
            return Err(ReadError::Symlink);
        }
        if !metadata.is_file() {
            return Err(ReadError::NotAFile);
        }
        if metadata.len() > MAX_DECLARING_BYTES {
            return Err(ReadError::TooLarge);
        }
        Ok(read_regular(&full, MAX_DECLARING_BYTES)?)
    }
}
