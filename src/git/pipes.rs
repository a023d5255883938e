//! What the `git` program would wait for, for ever: it does not ask what it opens.

use std::{
    fs, io,
    os::unix::fs::FileTypeExt as _,
    path::{Path, PathBuf},
};

use super::error::could_not_be_read;
use crate::text::quoted_path;

/// The directories of a repository from which git opens whatever they hold.
const OPENED: [&str; 6] = [
    "info",
    "logs",
    "objects/info",
    "objects/pack",
    "reftable",
    "refs",
];

/// Fails if something right in a git directory is a pipe or a device.
pub(super) fn refuse_pipes(git_dir: &Path) -> Result<(), String> {
    refuse(first_pipe(git_dir, |_| false))
}

/// Fails if anything in a git directory that git may open is a pipe or a device, but for loose objects:
/// to look at each would take longer than the run.
pub(super) fn refuse_all_pipes(git_dir: &Path) -> Result<(), String> {
    let is_opened = |path: &Path| {
        let mut opened = OPENED.iter().map(Path::new);
        opened.any(|opened| path.starts_with(opened) || opened.starts_with(path))
    };
    refuse(first_pipe(git_dir, is_opened))
}

/// Fails if one of these is a pipe or a device.
pub(super) fn refuse_pipes_among<const N: usize>(paths: [PathBuf; N]) -> Result<(), String> {
    match paths.into_iter().find(|path| waits(path)) {
        None => Ok(()),
        Some(path) => {
            let shown = quoted_path(&path);
            Err(format!("git would wait for {shown}, which is not a file"))
        }
    }
}

fn refuse(found: io::Result<Option<PathBuf>>) -> Result<(), String> {
    match found.map_err(could_not_be_read("it"))? {
        None => Ok(()),
        Some(path) => {
            let shown = quoted_path(&path);
            Err(format!("its {shown} is not a file"))
        }
    }
}

/// The first pipe or device in a directory, relative to it, and below in those that are entered.
fn first_pipe(directory: &Path, is_entered: impl Fn(&Path) -> bool) -> io::Result<Option<PathBuf>> {
    let mut left = vec![PathBuf::new()];
    while let Some(inside) = left.pop() {
        let entries = match fs::read_dir(directory.join(&inside)) {
            Ok(entries) => entries,
            Err(error) if inside.as_os_str().is_empty() => return Err(error),
            // What git can't look into, it tells itself.
            Err(_) => continue,
        };
        for entry in entries {
            let entry = entry?;
            let path = || inside.join(entry.file_name());
            match entry.file_type() {
                Ok(kind) if kind.is_file() => {}
                Ok(kind) if kind.is_dir() => left.extend(Some(path()).filter(|it| is_entered(it))),
                _ if waits(&entry.path()) => return Ok(Some(path())),
                _ => {}
            }
        }
    }
    Ok(None)
}

/// Whether a path is, or leads to, something that may have nothing to read for ever.
fn waits(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| {
        let kind = metadata.file_type();
        kind.is_fifo() || kind.is_char_device() || kind.is_block_device()
    })
}
