//! From what a user types to a path in a repository.

use std::path::{Path, PathBuf};

use bstr::BString;

use super::session::{Failure, Session};
use crate::{config::without_dots, text::quoted};

/// A path in a repository; the root is empty.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub repository: usize,
    pub path: BString,
    /// What is there now.
    pub there: There,
    /// Whether it is a directory, or written as one that is yet to come.
    pub is_directory: bool,
}

/// What a path names in the work tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum There {
    Nothing,
    File,
    Directory,
}

impl Target {
    /// The path that a user in the directory `session.here` means by `typed`.
    pub fn new(session: &Session, typed: &Path) -> Result<Self, Failure> {
        if typed.as_os_str().is_empty() {
            return Err(Failure::new("an empty path names nothing")
                .help("write `.` for the directory that you are in"));
        }
        let full = without_dots(&session.here.join(typed));
        let (repository, below) = innermost(session, &full)
            .or_else(|| {
                // Reached through a symbolic link in a directory above.
                let parent = full.parent()?.canonicalize().ok()?;
                innermost(session, &parent.join(full.file_name()?))
            })
            .ok_or_else(|| outside(session, typed))?;
        let there = match session.roots[repository].join(&below).symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => There::Directory,
            Ok(_) => There::File,
            Err(_) => There::Nothing,
        };
        let written_as_one = typed.as_os_str().as_encoded_bytes().ends_with(b"/");
        Ok(Self {
            is_directory: match there {
                There::Nothing => written_as_one,
                there => there == There::Directory,
            },
            repository,
            path: below.as_os_str().as_encoded_bytes().into(),
            there,
        })
    }
}

/// The repository with the longest root that holds `path`, and the rest of the path.
fn innermost(session: &Session, path: &Path) -> Option<(usize, PathBuf)> {
    session
        .roots
        .iter()
        .enumerate()
        .filter_map(|(at, root)| Some((at, root, path.strip_prefix(root).ok()?)))
        .max_by_key(|(_, root, _)| root.as_os_str().len())
        .map(|(at, _, below)| (at, below.to_path_buf()))
}

fn outside(session: &Session, typed: &Path) -> Failure {
    let shown = quoted(typed.as_os_str().as_encoded_bytes());
    let roots: Vec<String> = session
        .roots
        .iter()
        .map(|root| quoted(root.as_os_str().as_encoded_bytes()))
        .collect();
    Failure::new(format!("{shown} is in no repository of the map"))
        .help(format!("the map covers {}", roots.join(", ")))
}
