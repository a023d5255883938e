//! From what a user types to a path in a repository.

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

/// A path in a repository; the root is empty.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub repository: usize,
    pub path: BString,
    /// Whether it ends in a slash.
    is_written_as_directory: bool,
}

/// What a path names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoundPath {
    pub there: There,
    /// Whether it is a directory, or written as one that is yet to come.
    pub is_directory: bool,
}

/// Where something of this path was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum There {
    Nowhere,
    /// It can't be looked at, and why.
    Unknown(io::ErrorKind),
    /// In the work tree only: git does not know it yet.
    Untracked,
    /// A file that counts, or a submodule.
    File,
    /// A directory.
    Directory,
}

impl Target {
    /// The path that a user in the directory `workspace.here` means by `typed`.
    pub fn new(workspace: &Workspace, typed: &Path) -> Result<Self, Error> {
        if typed.as_os_str().is_empty() {
            return Err(Error::new("an empty path names nothing")
                .help("write `.` for the directory that you are in"));
        }
        let full = without_dots(&workspace.here.join(typed));
        let (repository, path) =
            innermost(&workspace.roots, &full).ok_or_else(|| outside(workspace, typed))?;
        Ok(Self {
            repository,
            path,
            is_written_as_directory: typed.as_os_str().as_encoded_bytes().ends_with(b"/"),
        })
    }

    /// What the path names in its repository, of which these files are listed. They come first: a
    /// file of the index need not be checked out.
    pub fn find(&self, workspace: &Workspace, listing: &Listing) -> FoundPath {
        let files = &listing.files;
        if let Some(at) = files.find(self.path.as_bstr()) {
            return FoundPath {
                there: There::File,
                is_directory: files.get(at).is_directory(),
            };
        }
        if files.any_under(&join(self.path.as_bstr(), b"")) {
            return FoundPath {
                there: There::Directory,
                is_directory: true,
            };
        }
        let is_directory = match self.on_disk(workspace) {
            Ok(is_directory) => is_directory,
            Err(error) => {
                return FoundPath {
                    there: There::by(&error),
                    is_directory: self.is_written_as_directory,
                };
            }
        };
        // What lies in a submodule, or behind a symbolic link, is not for this git to know.
        let is_beyond = || {
            let above = self.path.rfind_iter("/").map(|end| &self.path[..end]);
            above
                .into_iter()
                .any(|path| files.find(path.as_bstr()).is_some())
        };
        FoundPath {
            there: match is_directory {
                _ if listing.from_index && !self.path.is_empty() && !is_beyond() => {
                    There::Untracked
                }
                true => There::Directory,
                false => There::File,
            },
            is_directory,
        }
    }

    /// Asks whether a name in the path, which stands for `typed`, is misspelt: the first that is not there
    /// is nearly that of something beside it.
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
        // As it was typed, from wherever that begins.
        let typed = typed.to_str()?.trim_end_matches('/');
        let before = typed.strip_suffix(&path[start..])?;
        let meant = format!("{before}{near}{}", &path[end..]);
        did_you_mean([meant.as_str()])
    }

    /// Whether it is a directory in the work tree; nothing if it is not there.
    pub fn is_directory_on_disk(&self, workspace: &Workspace) -> Option<bool> {
        self.on_disk(workspace).ok()
    }

    fn on_disk(&self, workspace: &Workspace) -> io::Result<bool> {
        let path = self.path.to_path().map_err(io::Error::other)?;
        let on_disk = workspace.roots[self.repository].join(path);
        Ok(on_disk.symlink_metadata()?.is_dir())
    }
}

impl There {
    /// What to say of an answer about it, unless it is simply there.
    pub fn note(self) -> Option<String> {
        match self {
            Self::Nowhere => {
                Some("does not exist yet: this is what a new file would get".to_owned())
            }
            Self::Unknown(why) => Some(format!(
                "can't be looked at ({why}): this is what a file would get"
            )),
            Self::Untracked => {
                Some("git does not know it yet: this is what it gets once it is added".to_owned())
            }
            Self::File | Self::Directory => None,
        }
    }

    /// Of what is not to be found.
    fn by(error: &io::Error) -> Self {
        match error.kind() {
            // No file can have such a name.
            io::ErrorKind::InvalidFilename | io::ErrorKind::InvalidInput => Self::Nowhere,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Nowhere,
            why => Self::Unknown(why),
        }
    }
}

impl FoundPath {
    /// Whether it would be one more file of the repository.
    pub fn is_new_file(self) -> bool {
        let is_listed = matches!(self.there, There::File | There::Directory);
        !is_listed && !self.is_directory
    }
}

/// Which is the longest of the roots that hold `path`, and the rest of the path.
pub(super) fn innermost(roots: &[PathBuf], path: &Path) -> Option<(usize, BString)> {
    let inside = |path: &Path| {
        let inside = roots.iter().enumerate();
        inside
            .filter_map(|(at, root)| Some((at, root, path.strip_prefix(root).ok()?)))
            .max_by_key(|(_, root, _)| root.as_os_str().len())
            .map(|(at, _, below)| (at, below.as_os_str().as_encoded_bytes().into()))
    };
    inside(path).or_else(|| {
        // Reached through a symbolic link in a directory above.
        let parent = path.parent()?.canonicalize().ok()?;
        inside(&parent.join(path.file_name()?))
    })
}

fn outside(workspace: &Workspace, typed: &Path) -> Error {
    // Written from the root of a repository, by somebody who is not there.
    let is_below = |part| matches!(part, Component::Normal(_));
    let meant = workspace.roots.iter().map(|root| root.join(typed));
    let meant: Vec<PathBuf> = meant
        .filter(|path| typed.components().all(is_below) && path.symlink_metadata().is_ok())
        .map(|path| match path.strip_prefix(&workspace.here) {
            Ok(below) => below.to_path_buf(),
            Err(_) => path,
        })
        .collect();
    let help = did_you_mean(meant.iter().filter_map(|path| path.to_str()));
    Error::new(format!(
        "{} is in no repository of the map",
        quoted_path(typed)
    ))
    .help(help.unwrap_or_else(|| {
        let roots = workspace.roots.iter().map(|root| quoted_path(root));
        format!("the map covers {}", joined(roots, ", "))
    }))
}
