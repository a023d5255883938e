//! Finds the path in a repository that a user means.

use std::{
    ffi::OsStr,
    io,
    path::{Component, Path, PathBuf},
};

use bstr::{BString, ByteSlice};

use super::{Error, Workspace};
use crate::{
    config::without_dots,
    inventory::{Files, Listing},
    text::{closest, did_you_mean, join, joined, quoted_path},
};

/// A path in a repository. The path of the root is empty.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub repository: usize,
    pub path: BString,
    /// Whether it ends in a slash.
    is_written_as_directory: bool,
}

/// What exists at a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoundPath {
    pub existence: Existence,
    /// Whether it is a directory, or does not exist and is written as one.
    pub is_directory: bool,
}

/// Whether and where a path exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existence {
    Missing,
    /// It cannot be accessed, and why.
    Unknown(io::ErrorKind),
    /// In the work tree only: git does not track it.
    Untracked,
    /// A file of the repository, or a submodule.
    File,
    /// A directory.
    Directory,
}

impl Target {
    /// Returns the path that a user in the directory `workspace.here` means by `typed`.
    ///
    /// # Errors
    /// If it is not in any repository in the map.
    pub fn new(workspace: &Workspace, typed: &Path) -> Result<Self, Error> {
        if typed.as_os_str().is_empty() {
            return Err(empty());
        }
        let full = workspace.here.join(typed);
        Self::at(&workspace.roots, &full).ok_or_else(|| outside(workspace, typed))
    }

    /// Returns an absolute path in the innermost of the repositories at `roots` that contain it.
    pub fn at(roots: &[PathBuf], full: &Path) -> Option<Self> {
        let (repository, path) = innermost(roots, &without_dots(full))?;
        Some(Self {
            repository,
            path,
            is_written_as_directory: full.as_os_str().as_encoded_bytes().ends_with(b"/"),
        })
    }

    /// Looks the path up in the listing of its repository, and then on disk: a file of the index need not be
    /// checked out.
    pub fn find(&self, workspace: &Workspace, listing: &Listing) -> FoundPath {
        let files = &listing.files;
        if let Some(at) = files.find(self.path.as_bstr()) {
            return FoundPath {
                existence: Existence::File,
                is_directory: files.get(at).is_directory(),
            };
        }
        if files.any_under(&join(self.path.as_bstr(), b"")) {
            return FoundPath {
                existence: Existence::Directory,
                is_directory: true,
            };
        }
        let is_directory = match self.on_disk(workspace) {
            Ok(is_directory) => is_directory,
            Err(error) => {
                return FoundPath {
                    existence: Existence::of_error(&error),
                    is_directory: self.is_written_as_directory,
                };
            }
        };
        // This git repository does not track paths in a submodule or behind a symbolic link.
        let is_beyond = || {
            let above = self.path.rfind_iter("/").map(|end| &self.path[..end]);
            above
                .into_iter()
                .any(|path| files.find(path.as_bstr()).is_some())
        };
        FoundPath {
            existence: match is_directory {
                _ if listing.from_index && !self.path.is_empty() && !is_beyond() => {
                    Existence::Untracked
                }
                true => Existence::Directory,
                false => Existence::File,
            },
            is_directory,
        }
    }

    /// Returns a suggestion if a name in `typed` looks misspelled: the first name that does not exist is similar to
    /// one in the same directory.
    pub fn near(&self, typed: &OsStr, files: &Files) -> Option<String> {
        let path = self.path.to_str().ok()?;
        let ends = path.match_indices('/').map(|(at, _)| at);
        let mut ends = ends.chain([path.len()]);
        let end = ends.find(|end| !files.holds(path.as_bytes()[..*end].into()))?;
        let start = path[..end].rfind('/').map_or(0, |slash| slash + 1);
        let beside = files.directly_in(&path[..start]);
        let beside = beside.filter_map(|(_, name)| name.to_str().ok());
        let near = closest(
            &path[start..end],
            beside.map(|name| name.trim_end_matches('/')),
        )?;
        // The suggestion starts from the same directory as the typed path.
        let typed = typed.to_str()?.trim_end_matches('/');
        let before = typed.strip_suffix(&path[start..])?;
        let meant = format!("{before}{near}{}", &path[end..]);
        did_you_mean([meant.as_str()])
    }

    /// Whether it is a directory in the work tree; `None` if it does not exist there.
    pub fn is_directory_on_disk(&self, workspace: &Workspace) -> Option<bool> {
        self.on_disk(workspace).ok()
    }

    fn on_disk(&self, workspace: &Workspace) -> io::Result<bool> {
        let path = self.path.to_path().map_err(io::Error::other)?;
        let on_disk = workspace.roots[self.repository].join(path);
        Ok(on_disk.symlink_metadata()?.is_dir())
    }
}

impl Existence {
    /// Returns a note for an answer about a path that does not exist, or is not in the repository.
    pub fn note(self) -> Option<String> {
        match self {
            Self::Missing => {
                Some("does not exist: showing the owner that a new file would have".to_owned())
            }
            Self::Unknown(why) => Some(format!(
                "cannot be accessed ({why}): showing the owner that a file at this path would have"
            )),
            Self::Untracked => {
                Some("not tracked by git: showing the owner it would have if added".to_owned())
            }
            Self::File | Self::Directory => None,
        }
    }

    /// Returns the reason why a path was not found.
    fn of_error(error: &io::Error) -> Self {
        match error.kind() {
            // No file can have such a name.
            io::ErrorKind::InvalidFilename | io::ErrorKind::InvalidInput => Self::Missing,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            why => Self::Unknown(why),
        }
    }
}

impl FoundPath {
    /// Whether it would be a new file of the repository.
    pub fn is_new_file(self) -> bool {
        let is_listed = matches!(self.existence, Existence::File | Existence::Directory);
        !is_listed && !self.is_directory
    }
}

/// Returns the innermost of the roots that contain `path`, and the path below it.
pub(super) fn innermost(roots: &[PathBuf], path: &Path) -> Option<(usize, BString)> {
    let inside = |path: &Path| {
        let inside = roots.iter().enumerate();
        inside
            .filter_map(|(at, root)| Some((at, root, path.strip_prefix(root).ok()?)))
            .max_by_key(|(_, root, _)| root.as_os_str().len())
            .map(|(at, _, below)| (at, below.as_os_str().as_encoded_bytes().into()))
    };
    inside(path).or_else(|| {
        // The path can lead through a symbolic link.
        let parent = path.parent()?.canonicalize().ok()?;
        inside(&parent.join(path.file_name()?))
    })
}

/// Returns the error for an empty path.
pub(super) fn empty() -> Error {
    Error::new("the path is empty").help("use `.` for the current directory")
}

/// Suggests existing paths that are `typed` from the root of a repository.
pub(super) fn below_a_root(workspace: &Workspace, typed: &Path) -> Option<String> {
    let is_below = |part| matches!(part, Component::Normal(_));
    let meant = workspace.roots.iter().map(|root| root.join(typed));
    let meant: Vec<PathBuf> = meant
        .filter(|path| typed.components().all(is_below) && path.symlink_metadata().is_ok())
        .map(|path| match path.strip_prefix(&workspace.here) {
            Ok(below) => below.to_path_buf(),
            Err(_) => path,
        })
        .collect();
    did_you_mean(meant.iter().filter_map(|path| path.to_str()))
}

/// Returns the error for a path that is not in any repository.
pub(super) fn outside(workspace: &Workspace, typed: &Path) -> Error {
    let help = below_a_root(workspace, typed);
    let shown = quoted_path(typed);
    Error::new(match workspace.map.is_narrowed() {
        true => format!("{shown} is not in the selected repository"),
        false => format!("{shown} is not in any repository listed in the map"),
    })
    .help(help.unwrap_or_else(|| {
        let roots = workspace.roots.iter().map(|root| quoted_path(root));
        let roots = joined(roots, ", ");
        match workspace.map.is_narrowed() {
            true => format!("the selected repository is at {roots}"),
            false => format!("the map covers {roots}"),
        }
    }))
}
