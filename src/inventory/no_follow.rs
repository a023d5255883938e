//! Opening files, and reading links, without following symbolic links in any part of the path.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use bstr::BString;

use super::ReadError;

/// Opens the file at `relative` below `root`, which must be an absolute path without symbolic links, and
/// returns the file with its size in bytes.
///
/// # Errors
/// If there is no readable regular file at the path.
pub(super) fn open(root: &Path, relative: &Path) -> Result<(File, u64), ReadError> {
    #[cfg(target_os = "linux")]
    if let Some(opened) = open_in_one_call(&root.join(relative)) {
        return opened;
    }
    let path = without_links(root, relative)?;
    let metadata = fs::symlink_metadata(&path)?;
    if metadata.is_symlink() {
        return Err(ReadError::Symlink);
    }
    if !metadata.is_file() {
        return Err(ReadError::NotAFile);
    }
    checked(File::open(path)?)
}

/// Returns the target in the symbolic link at `relative` below `root`, or `None` if something else is there.
///
/// # Errors
/// If nothing is at the path.
pub(super) fn read_link(root: &Path, relative: &Path) -> Result<Option<BString>, ReadError> {
    let path = without_links(root, relative)?;
    if !fs::symlink_metadata(&path)?.is_symlink() {
        return Ok(None);
    }
    let target = fs::read_link(path)?.into_os_string();
    Ok(Some(target.into_encoded_bytes().into()))
}

/// Returns the full path, after checking that none of its directories below `root` is a symbolic link.
fn without_links(root: &Path, relative: &Path) -> Result<PathBuf, ReadError> {
    let directories = relative.ancestors().skip(1);
    for directory in directories.filter(|directory| !directory.as_os_str().is_empty()) {
        if fs::symlink_metadata(root.join(directory))?.is_symlink() {
            return Err(ReadError::Symlink);
        }
    }
    Ok(root.join(relative))
}

/// Checks the opened file again, because it may have been replaced since its path was checked.
fn checked(file: File) -> Result<(File, u64), ReadError> {
    let metadata = file.metadata()?;
    match metadata.is_file() {
        true => Ok((file, metadata.len())),
        false => Err(ReadError::NotAFile),
    }
}

/// Opens the file with one system call, where `openat2` is available (Linux 5.6) and allowed. Returns `None` for
/// any other error: the caller then finds out the cause step by step.
#[cfg(target_os = "linux")]
fn open_in_one_call(path: &Path) -> Option<Result<(File, u64), ReadError>> {
    use rustix::{
        fs::{CWD, Mode, OFlags, ResolveFlags, openat2},
        io::Errno,
    };
    // Do not block on a pipe or device, and do not take a terminal.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    match openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        Ok(file) => Some(checked(file.into())),
        Err(Errno::LOOP) => Some(Err(ReadError::Symlink)),
        Err(Errno::NOENT) => Some(Err(ReadError::Missing)),
        Err(_) => None,
    }
}
