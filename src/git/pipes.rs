//! Checks for pipes and devices on which `git` would block: it opens files without checking their kind.

use std::{
    fs, io,
    os::unix::fs::FileTypeExt as _,
    path::{Path, PathBuf},
};

use super::error::could_not_be_read;
use crate::text::quoted_path;

/// The directories of a repository in which git opens any file.
const OPENED: [&str; 6] = [
    "info",
    "logs",
    "objects/info",
    "objects/pack",
    "reftable",
    "refs",
];

/// Fails if an entry directly in a git directory is a pipe or a device.
pub(super) fn refuse_pipes(git_dir: &Path) -> Result<(), String> {
    refuse(first_pipe(git_dir, |_| false))
}

/// Fails if anything in a git directory that git may open is a pipe or a device, except for loose objects, because
/// checking all of them would take too long.
pub(super) fn refuse_all_pipes(git_dir: &Path) -> Result<(), String> {
    let is_opened = |path: &Path| {
        let mut opened = OPENED.iter().map(Path::new);
        opened.any(|opened| path.starts_with(opened) || opened.starts_with(path))
    };
    refuse(first_pipe(git_dir, is_opened))
}

/// Fails if one of these paths is a pipe or a device.
pub(super) fn refuse_pipes_among<const N: usize>(paths: [PathBuf; N]) -> Result<(), String> {
    match paths.into_iter().find(|path| blocks(path)) {
        None => Ok(()),
        Some(path) => {
            let shown = quoted_path(&path);
            Err(format!(
                "git would hang on {shown}, which is not a regular file"
            ))
        }
    }
}

fn refuse(found: io::Result<Option<PathBuf>>) -> Result<(), String> {
    match found.map_err(could_not_be_read("it"))? {
        None => Ok(()),
        Some(path) => {
            let shown = quoted_path(&path);
            Err(format!("{shown} is not a regular file"))
        }
    }
}

/// Returns the first pipe or device in a directory and the entered directories below, relative to it.
fn first_pipe(directory: &Path, is_entered: impl Fn(&Path) -> bool) -> io::Result<Option<PathBuf>> {
    let mut left = vec![PathBuf::new()];
    while let Some(inside) = left.pop() {
        let entries = match fs::read_dir(directory.join(&inside)) {
            Ok(entries) => entries,
            Err(error) if inside.as_os_str().is_empty() => return Err(error),
            // Git reports directories that it cannot read.
            Err(_) => continue,
        };
        for entry in entries {
            let entry = entry?;
            let path = || inside.join(entry.file_name());
            match entry.file_type() {
                Ok(kind) if kind.is_file() => {}
                Ok(kind) if kind.is_dir() => left.extend(Some(path()).filter(|it| is_entered(it))),
                _ if blocks(&entry.path()) => return Ok(Some(path())),
                _ => {}
            }
        }
    }
    Ok(None)
}

/// Returns whether a path is, or links to, a pipe or device, from which reading may block forever.
fn blocks(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| {
        let kind = metadata.file_type();
        kind.is_fifo() || kind.is_char_device() || kind.is_block_device()
    })
}
