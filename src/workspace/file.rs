//! Writing files so that whoever reads one finds all of the old text or all of the new.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::Error;
use crate::{config::Map, text::quoted_path};

/// Fails if the directory of a file that is to be written is not there.
pub(crate) fn require_parent(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Err(Error::new(format!("{} is a directory", quoted_path(path)))
            .help("--output names the file to write"));
    }
    let parent = parent(path);
    if !parent.is_dir() {
        let message = format!(
            "failed to write {}: there is no directory {}",
            quoted_path(path),
            quoted_path(parent)
        );
        return Err(Error::new(message));
    }
    Ok(())
}

/// The file that is written to by this name, whichever links lead there.
pub(crate) fn place(path: &Path) -> PathBuf {
    let place = || {
        let place = target_of_links(path).ok()??;
        let directory = parent(&place).canonicalize().ok()?;
        Some(directory.join(place.file_name()?))
    };
    place().unwrap_or_else(|| path.to_path_buf())
}

/// Fails if what is to be written to `path` would take the place of a file of the map.
pub(crate) fn spare_map(path: &Path, map: &Map) -> Result<(), Error> {
    if !map.has_file(&place(path)) {
        return Ok(());
    }
    let shown = quoted_path(path);
    Err(Error::new(format!("{shown} is a file of the map"))
        .help("--output names the file to write; --config the map to read"))
}

/// Puts `text` in the place of what is there.
pub(crate) fn replace(path: &Path, text: &[u8]) -> Result<(), Error> {
    replace_all(&[(path.to_path_buf(), text)])
}

/// Puts each text in the place of what is there: none, if one can't be written beside its place.
pub(crate) fn replace_all(targets: &[(PathBuf, &[u8])]) -> Result<(), Error> {
    let mut ready = Vec::new();
    for (path, text) in targets {
        let new = Replacement::prepare(path, text).map_err(|error| error_of(path, &error))?;
        ready.push((path, new));
    }
    for (path, new) in ready {
        new.commit().map_err(|error| error_of(path, &error))?;
    }
    Ok(())
}

fn error_of(path: &Path, error: &io::Error) -> Error {
    let shown = quoted_path(path);
    Error::new(format!("failed to write {shown}: {error}"))
}

/// A text that has yet to take its place.
enum Replacement<'t> {
    /// Complete in a file beside its place.
    Beside {
        temporary: NamedTempFile,
        place: PathBuf,
    },
    /// For a pipe, a device or what is open already: nothing can take its place.
    Into { file: File, text: &'t [u8] },
}

impl<'t> Replacement<'t> {
    fn prepare(path: &Path, text: &'t [u8]) -> io::Result<Self> {
        let before = match path.metadata() {
            Ok(before) => Some(before),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let is_file = before.as_ref().is_none_or(fs::Metadata::is_file);
        let Some(place) = target_of_links(path)?.filter(|_| is_file) else {
            let file = OpenOptions::new().append(true).open(path)?;
            return Ok(Self::Into { file, text });
        };
        let permissions = before.map(|before| before.permissions());
        let temporary = write_beside(&place, text, permissions)?;
        Ok(Self::Beside { temporary, place })
    }

    fn commit(self) -> io::Result<()> {
        match self {
            Self::Beside { temporary, place } => {
                temporary.persist(place)?;
                Ok(())
            }
            Self::Into { mut file, text } => file.write_all(text),
        }
    }
}

/// Where a file is that a symbolic link stands for, or would be: the link stays one. Nothing for what
/// is open already, as `/dev/stdout`: it may be a file that others write to as well.
fn target_of_links(path: &Path) -> io::Result<Option<PathBuf>> {
    const MOST_LINKS: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        if is_open_already(&path) {
            return Ok(None);
        }
        match fs::read_link(&path) {
            Ok(target) => path = parent(&path).join(target),
            Err(_) => return Ok(Some(path)),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn is_open_already(path: &Path) -> bool {
    let is_number = path.starts_with("/proc") && parent(path).ends_with("fd");
    let mut names = ["/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"].into_iter();
    is_number || names.any(|name| path.starts_with(name))
}

/// Writes `text` into a new file in the directory of `place`, as a rename can't cross file systems. It
/// is removed again, unless it is persisted.
fn write_beside(
    place: &Path,
    text: &[u8],
    permissions: Option<Permissions>,
) -> io::Result<NamedTempFile> {
    let mut prefix = OsString::from(".");
    prefix.push(place.file_name().unwrap_or_default());
    prefix.push(".");
    // With the permissions that any new file gets, where no other file had some.
    let create = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    let temporary = Builder::new()
        .prefix(&prefix)
        .suffix(".tmp")
        .make_in(parent(place), create)?;
    let mut file = temporary.as_file();
    file.write_all(text)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    // Some file systems tell of a full disk only now.
    file.sync_all()?;
    Ok(temporary)
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
