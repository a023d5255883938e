//! Opening files, and reading links, without following symbolic links in any part of the path.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};
#[cfg(target_os = "linux")]
use std::{os::fd::OwnedFd, sync::OnceLock};

use bstr::BString;

use super::ReadError;

/// The root of a repository: an absolute path without symbolic links.
#[derive(Debug)]
pub(super) struct Root {
    path: PathBuf,
    /// The opened directory, from which a file is found faster than from the root of the file system. `None` if it
    /// cannot be opened.
    #[cfg(target_os = "linux")]
    directory: OnceLock<Option<OwnedFd>>,
}

impl Root {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            #[cfg(target_os = "linux")]
            directory: OnceLock::new(),
        }
    }

    /// Opens the file at `relative`, and returns it with its size in bytes.
    ///
    /// # Errors
    /// If there is no readable regular file at the path.
    pub fn open(&self, relative: &Path) -> Result<(File, u64), ReadError> {
        #[cfg(target_os = "linux")]
        if let Some(opened) = self.open_in_one_call(relative) {
            return opened;
        }
        let path = self.without_links(relative)?;
        let metadata = fs::symlink_metadata(&path)?;
        if metadata.is_symlink() {
            return Err(ReadError::Symlink);
        }
        if !metadata.is_file() {
            return Err(ReadError::NotAFile);
        }
        checked(File::open(path)?)
    }

    /// Returns the target in the symbolic link at `relative`, or `None` if something else is there.
    ///
    /// # Errors
    /// If nothing is at the path.
    pub fn read_link(&self, relative: &Path) -> Result<Option<BString>, ReadError> {
        let path = self.without_links(relative)?;
        if !fs::symlink_metadata(&path)?.is_symlink() {
            return Ok(None);
        }
        let target = fs::read_link(path)?.into_os_string();
        Ok(Some(target.into_encoded_bytes().into()))
    }

    /// Returns the full path, after checking that none of its directories below the root is a symbolic link.
    fn without_links(&self, relative: &Path) -> Result<PathBuf, ReadError> {
        let directories = relative.ancestors().skip(1);
        for directory in directories.filter(|directory| !directory.as_os_str().is_empty()) {
            if fs::symlink_metadata(self.path.join(directory))?.is_symlink() {
                return Err(ReadError::Symlink);
            }
        }
        Ok(self.path.join(relative))
    }

    /// Opens the file with one system call, where `openat2` is available (Linux 5.6) and allowed. Returns `None` for
    /// any other error: the caller then finds out the cause step by step.
    #[cfg(target_os = "linux")]
    fn open_in_one_call(&self, relative: &Path) -> Option<Result<(File, u64), ReadError>> {
        use rustix::{
            fs::{Mode, OFlags, ResolveFlags, open, openat2},
            io::Errno,
        };
        let directory = self.directory.get_or_init(|| {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            open(&self.path, flags, Mode::empty()).ok()
        });
        // Do not block on a pipe or device, and do not take a terminal.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
        let resolve = ResolveFlags::NO_SYMLINKS;
        match openat2(directory.as_ref()?, relative, flags, Mode::empty(), resolve) {
            Ok(file) => Some(checked(file.into())),
            Err(Errno::LOOP) => Some(Err(ReadError::Symlink)),
            Err(Errno::NOENT) => Some(Err(ReadError::Missing)),
            Err(_) => None,
        }
    }
}

/// Checks the opened file again, because it may have been replaced since its path was checked.
fn checked(file: File) -> Result<(File, u64), ReadError> {
    let metadata = file.metadata()?;
    match metadata.is_file() {
        true => Ok((file, metadata.len())),
        false => Err(ReadError::NotAFile),
    }
}
