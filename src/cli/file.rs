//! Writing a file so that whoever reads it finds all of the old one or all of the new one.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::session::Failure;
use crate::text::quoted;

/// Fails if the directory of a file that is to be written is not there.
pub(super) fn require_parent(path: &Path) -> Result<(), Failure> {
    let shown = |path: &Path| quoted(path.as_os_str().as_encoded_bytes());
    if path.is_dir() {
        return Err(Failure::new(format!("{} is a directory", shown(path)))
            .help("--output names the file to write"));
    }
    let parent = parent(path);
    if !parent.is_dir() {
        let message = format!(
            "failed to write {}: there is no directory {}",
            shown(path),
            shown(parent)
        );
        return Err(Failure::new(message));
    }
    Ok(())
}

/// Puts `text` in the place of what is there.
pub(super) fn replace(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let shown = quoted(path.as_os_str().as_encoded_bytes());
    try_replace(path, text)
        .map_err(|error| Failure::new(format!("failed to write {shown}: {error}")))
}

fn try_replace(path: &Path, text: &[u8]) -> io::Result<()> {
    // A symbolic link stays one.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let before = match path.metadata() {
        Ok(before) => Some(before),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // Nothing can take the place of a pipe or a device.
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        return OpenOptions::new().write(true).open(&path)?.write_all(text);
    }
    let (temporary, file) = create_beside(&path)?;
    let done = fill(file, text).and_then(|()| {
        if let Some(before) = before {
            fs::set_permissions(&temporary, before.permissions())?;
        }
        fs::rename(&temporary, &path)
    });
    if done.is_err() {
        // The first error says more than one about the rest of it.
        let _ = fs::remove_file(&temporary);
    }
    done
}

fn fill(mut file: File, text: &[u8]) -> io::Result<()> {
    file.write_all(text)?;
    // Some file systems tell of a full disk only now.
    file.sync_all()
}

/// A new file in the directory of `path`, as a rename can't cross file systems.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 0u32;
    loop {
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}-{number}.tmp", std::process::id()));
        let temporary = path.with_file_name(name);
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)
        {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => {
                number += 1
            }
            Err(error) => return Err(error),
        }
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
