//! Atomic writes: a reader sees either the complete old text or the complete new text.

use std::{
    env,
    ffi::OsString,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, ErrorKind, Write as _},
    path::{Component, Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::Error;
use crate::{
    config::{self, Map},
    git::{has_git_directory, top_around},
    snapshot::Snapshot,
    text::quoted_path,
};

/// Fails if the directory of an output file does not exist, or if the file must not be written.
pub(crate) fn require_parent(path: &Path) -> Result<(), Error> {
    refuse_links(path)?;
    if path.is_dir() {
        return Err(Error::new(format!("{} is a directory", quoted_path(path)))
            .help("pass a file to `--output`"));
    }
    let parent = parent(path);
    if !parent.is_dir() {
        let message = format!(
            "failed to write {}: directory {} does not exist",
            quoted_path(path),
            quoted_path(parent)
        );
        return Err(Error::new(message));
    }
    Ok(())
}

/// Returns the path of the file that is written for `path`, with symbolic links resolved.
pub(crate) fn resolve_links(path: &Path) -> PathBuf {
    let target = Target::of(path).ok().flatten();
    target.map_or_else(|| path.to_path_buf(), |target| target.path)
}

/// Fails if a write to `path` would go through a symbolic link in a repository, or into a git directory. Everybody who
/// may propose a change can add such a link, which may lead anywhere.
pub(crate) fn refuse_links(path: &Path) -> Result<(), Error> {
    let Ok(Some(target)) = Target::of(path) else {
        return Ok(());
    };
    if let Some(link) = target.links.iter().find(|link| is_in_repository(link)) {
        let here = env::current_dir().unwrap_or_default();
        let message = format!(
            "failed to write {}: {} is a symbolic link in a repository, which ownlint does not follow",
            quoted_path(path),
            quoted_path(link.strip_prefix(here).unwrap_or(link))
        );
        return Err(Error::new(message).help("remove the link, or choose another path"));
    }
    if has_git_directory(&target.path) {
        let message = format!(
            "failed to write {}: it is in a git directory",
            quoted_path(path)
        );
        return Err(Error::new(message).help("choose another path"));
    }
    Ok(())
}

/// Returns whether a path, without symbolic links above it, is in a git repository or in a directory with a map.
fn is_in_repository(path: &Path) -> bool {
    let directory = parent(path);
    top_around(directory).is_some()
        || !matches!(config::find_in(directory, &Snapshot::default()), Ok(None))
}

/// Fails if a write to `path` would overwrite a file of the map.
pub(crate) fn refuse_map_file(path: &Path, map: &Map) -> Result<(), Error> {
    if !map.has_file(&resolve_links(path)) {
        return Ok(());
    }
    let shown = quoted_path(path);
    let message = format!("{shown} is part of the map and cannot be overwritten");
    Err(Error::new(message)
        .help("pass another file to `--output` (to select a map, use `--config`)"))
}

/// Replaces the content of a file.
pub(crate) fn replace(path: &Path, text: &[u8]) -> Result<(), Error> {
    replace_all(&[(path.to_path_buf(), text)])
}

/// Replaces the content of all targets, or of none if one of the temporary files cannot be written.
pub(crate) fn replace_all(targets: &[(PathBuf, &[u8])]) -> Result<(), Error> {
    let mut ready = Vec::new();
    for (path, text) in targets {
        refuse_links(path)?;
        let new = Replacement::prepare(path, text).map_err(|error| write_error(path, &error))?;
        ready.push((path, new));
    }
    for (path, new) in ready {
        new.commit().map_err(|error| write_error(path, &error))?;
    }
    Ok(())
}

pub(super) fn write_error(path: &Path, error: &io::Error) -> Error {
    let shown = quoted_path(path);
    Error::new(format!("failed to write {shown}: {error}"))
}

/// A text to write.
enum Replacement<'t> {
    /// The text is in a temporary file, which a rename moves to its target.
    Rename {
        temporary: NamedTempFile,
        target: PathBuf,
    },
    /// The target is a pipe, a device or an open file, which cannot be replaced.
    Append { file: File, text: &'t [u8] },
}

impl<'t> Replacement<'t> {
    fn prepare(path: &Path, text: &'t [u8]) -> io::Result<Self> {
        let before = match path.metadata() {
            Ok(before) => Some(before),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let is_file = before.as_ref().is_none_or(fs::Metadata::is_file);
        let Some(target) = Target::of(path)?.filter(|_| is_file) else {
            let file = OpenOptions::new().append(true).open(path)?;
            return Ok(Self::Append { file, text });
        };
        let permissions = before.map(|before| before.permissions());
        let target = target.path;
        let temporary = write_temporary(&target, text, permissions)?;
        Ok(Self::Rename { temporary, target })
    }

    fn commit(self) -> io::Result<()> {
        match self {
            Self::Rename { temporary, target } => {
                temporary.persist(target)?;
                Ok(())
            }
            Self::Append { mut file, text } => file.write_all(text),
        }
    }
}

/// The file at which a path ends.
struct Target {
    /// Its absolute path, without symbolic links.
    path: PathBuf,
    /// The symbolic links on the way to it.
    links: Vec<PathBuf>,
}

impl Target {
    /// Follows all symbolic links in a path, so that a write keeps them. The file need not exist. Returns `None` for an
    /// open file, such as `/dev/stdout`: other programs may write to it too.
    fn of(path: &Path) -> io::Result<Option<Self>> {
        const MAX_LINKS: usize = 40;
        let absolute = env::current_dir()?.join(path);
        let mut links = Vec::new();
        let mut at = PathBuf::new();
        // The parts that are still to be followed, last first.
        let mut parts: Vec<OsString> = Vec::new();
        let push = |parts: &mut Vec<OsString>, path: &Path| {
            let new = path.components().rev();
            parts.extend(new.map(|part| part.as_os_str().to_owned()));
        };
        push(&mut parts, &absolute);
        while let Some(part) = parts.pop() {
            match Path::new(&part).components().next() {
                Some(Component::ParentDir) => {
                    at.pop();
                    continue;
                }
                Some(Component::CurDir) | None => continue,
                Some(_) => at.push(&part),
            }
            if is_open_already(&at) {
                return Ok(None);
            }
            if let Ok(target) = fs::read_link(&at) {
                if links.len() == MAX_LINKS {
                    return Err(io::Error::other("too many symbolic links"));
                }
                links.push(at.clone());
                at.pop();
                push(&mut parts, &target);
            }
        }
        Ok(Some(Self { path: at, links }))
    }
}

fn is_open_already(path: &Path) -> bool {
    let is_number = path.starts_with("/proc") && parent(path).ends_with("fd");
    let mut names = ["/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"].into_iter();
    is_number || names.any(|name| path.starts_with(name))
}

/// Writes `text` to a temporary file in the directory of `target`, since a rename cannot cross file systems.
/// The file is removed again, unless it is persisted.
fn write_temporary(
    target: &Path,
    text: &[u8],
    permissions: Option<Permissions>,
) -> io::Result<NamedTempFile> {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or_default());
    prefix.push(".");
    // A new file gets the default permissions; an existing file keeps its own.
    let create = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    let temporary = Builder::new()
        .prefix(&prefix)
        .suffix(".tmp")
        .make_in(parent(target), create)?;
    let mut file = temporary.as_file();
    file.write_all(text)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    // Some file systems report a full disk only now.
    file.sync_all()?;
    Ok(temporary)
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
