//! Writing files so that nobody ever sees half of one.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::session::Failure;
use crate::text::quoted;

/// Writes all files; each is complete under another name before any takes its place.
pub(super) fn write_all(targets: &[(PathBuf, &str)]) -> Result<(), Failure> {
    try_all(targets).map_err(|(path, error)| {
        let shown = quoted(path.as_os_str().as_encoded_bytes());
        Failure::new(format!("{shown} could not be written: {error}"))
    })
}

fn try_all(targets: &[(PathBuf, &str)]) -> Result<(), (PathBuf, io::Error)> {
    let mut ready: Vec<(PathBuf, &Path)> = Vec::new();
    for (path, text) in targets {
        match beside(path, text) {
            Ok(temporary) => ready.push((temporary, path)),
            Err(error) => {
                forget(&ready);
                return Err((path.clone(), error));
            }
        }
    }
    for (at, (temporary, path)) in ready.iter().enumerate() {
        if let Err(error) = fs::rename(temporary, path) {
            forget(&ready[at..]);
            return Err((path.to_path_buf(), error));
        }
    }
    Ok(())
}

/// Writes a file next to where it belongs.
fn beside(path: &Path, text: &str) -> io::Result<PathBuf> {
    if path.is_dir() {
        return Err(io::Error::other("it is a directory"));
    }
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".ownlint-{}", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    match written {
        Ok(()) => Ok(temporary),
        Err(error) => {
            let _ = fs::remove_file(&temporary);
            Err(error)
        }
    }
}

fn forget(ready: &[(PathBuf, &Path)]) {
    for (temporary, _) in ready {
        let _ = fs::remove_file(temporary);
    }
}
