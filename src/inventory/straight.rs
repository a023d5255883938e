//! Opening files without following a symbolic link anywhere on the way.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// Opens the file at `relative` below `root`, an absolute path without symbolic links. Nothing if
/// there is a link on the way.
///
/// # Errors
/// Where the system says so.
pub(super) fn open(root: &Path, relative: &Path) -> io::Result<Option<File>> {
    #[cfg(target_os = "linux")]
    if let Some(opened) = at_once(&root.join(relative)) {
        return opened.map(Some);
    }
    let directories = relative.ancestors().skip(1);
    for directory in directories.filter(|directory| !directory.as_os_str().is_empty()) {
        if fs::symlink_metadata(root.join(directory))?.is_symlink() {
            return Ok(None);
        }
    }
    File::open(root.join(relative)).map(Some)
}

/// The system does it in one step, if it knows how (Linux 5.6) and may; whatever else it says is for
/// the longer way to find out.
#[cfg(target_os = "linux")]
fn at_once(path: &Path) -> Option<io::Result<File>> {
    use rustix::{
        fs::{CWD, Mode, OFlags, ResolveFlags, openat2},
        io::Errno,
    };
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    match openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        Ok(file) => Some(Ok(file.into())),
        Err(Errno::NOENT) => Some(Err(Errno::NOENT.into())),
        Err(_) => None,
    }
}
