//! Opening files without following a symbolic link anywhere on the way.

use std::{
    fs::{self, File},
    path::Path,
};

use super::ReadError;

/// Opens the file at `relative` below `root`, an absolute path without symbolic links; with its size
/// in bytes.
///
/// # Errors
/// Where there is no regular file that may be read.
pub(super) fn open(root: &Path, relative: &Path) -> Result<(File, u64), ReadError> {
    #[cfg(target_os = "linux")]
    if let Some(opened) = at_once(&root.join(relative)) {
        return opened;
    }
    let directories = relative.ancestors().skip(1);
    for directory in directories.filter(|directory| !directory.as_os_str().is_empty()) {
        if fs::symlink_metadata(root.join(directory))?.is_symlink() {
            return Err(ReadError::Symlink);
        }
    }
    let path = root.join(relative);
    let metadata = fs::symlink_metadata(&path)?;
    if metadata.is_symlink() {
        return Err(ReadError::Symlink);
    }
    if !metadata.is_file() {
        return Err(ReadError::NotAFile);
    }
    checked(File::open(path)?)
}

/// What was opened may have been put there after it was looked at.
fn checked(file: File) -> Result<(File, u64), ReadError> {
    let metadata = file.metadata()?;
    match metadata.is_file() {
        true => Ok((file, metadata.len())),
        false => Err(ReadError::NotAFile),
    }
}

/// The system does it in one step, if it knows how (Linux 5.6) and may; whatever else it says is for
/// the longer way to find out.
#[cfg(target_os = "linux")]
fn at_once(path: &Path) -> Option<Result<(File, u64), ReadError>> {
    use rustix::{
        fs::{CWD, Mode, OFlags, ResolveFlags, openat2},
        io::Errno,
    };
    // Of a pipe or device, nothing is waited for and nothing taken.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    match openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        Ok(file) => Some(checked(file.into())),
        Err(Errno::LOOP) => Some(Err(ReadError::Symlink)),
        Err(Errno::NOENT) => Some(Err(ReadError::Missing)),
        Err(_) => None,
    }
}
