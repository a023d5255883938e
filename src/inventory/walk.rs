//! Walking a tree: where there is no index, and for files that are not tracked yet.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use bstr::BString;
use ignore::{WalkBuilder, WalkState};

use super::{FileKind, Unreadable, git::WorkTree, ignored::Ignored};
use crate::text::{quoted, read_regular};

/// A file `.git` that is larger says something else than where a repository is.
const MAX_GIT_FILE: u64 = 1 << 16;

/// What a walk found, in no order.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub paths: Vec<(BString, FileKind)>,
    pub unreadable: Vec<Unreadable>,
}

impl Walked {
    fn append(&mut self, other: &mut Self) {
        self.paths.append(&mut other.paths);
        self.unreadable.append(&mut other.unreadable);
    }
}

/// Everything below `root` that `.gitignore` files don't exclude; in a git work tree, everything
/// that git would not ignore.
pub(super) fn walk(root: &Path, work_tree: Option<&WorkTree>) -> Walked {
    let ignored = Arc::new(Ignored::new(root, work_tree));
    let in_git = work_tree.is_some();
    let mut builder = WalkBuilder::new(root);
    let excluded = Arc::clone(&ignored);
    builder
        .standard_filters(false)
        .follow_links(false)
        .threads(std::thread::available_parallelism().map_or(1, usize::from))
        .filter_entry(move |entry| {
            let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_root = entry.depth() == 0;
            is_root
                || (entry.file_name() != ".git" && !excluded.excludes(entry.path(), is_directory))
        });
    let all = Mutex::new(Walked::default());
    builder.build_parallel().run(|| {
        let mut collector = Collector {
            root,
            in_git,
            found: Walked::default(),
            all: &all,
        };
        Box::new(move |entry| collector.visit(entry))
    });
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (path, why) in ignored.unreadable() {
        let unreadable = match path.strip_prefix(root) {
            Ok(below) => Unreadable {
                path: below.as_os_str().as_encoded_bytes().into(),
                message: why,
            },
            // Above the root, or git's own.
            Err(_) => Unreadable {
                path: BString::default(),
                message: format!("{}: {why}", quoted(path.as_os_str().as_encoded_bytes())),
            },
        };
        all.unreadable.push(unreadable);
    }
    all
}

/// What one thread finds, handed over when the thread is done.
struct Collector<'w> {
    root: &'w Path,
    in_git: bool,
    found: Walked,
    all: &'w Mutex<Walked>,
}

impl Collector<'_> {
    fn visit(&mut self, entry: Result<ignore::DirEntry, ignore::Error>) -> WalkState {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                self.found.unreadable.push(self.unreadable(&error));
                return WalkState::Continue;
            }
        };
        if let Some(error) = entry.error() {
            let unreadable = self.unreadable(error);
            self.found.unreadable.push(unreadable);
        }
        let Some(kind) = entry.file_type() else {
            return WalkState::Continue;
        };
        if kind.is_dir() {
            if entry.depth() == 0 || !self.is_repository(entry.path()) {
                return WalkState::Continue;
            }
            self.found
                .paths
                .push((self.relative(entry.path()), FileKind::Submodule));
            return WalkState::Skip;
        }
        let kind = if kind.is_symlink() {
            FileKind::Symlink
        } else {
            FileKind::Regular
        };
        self.found.paths.push((self.relative(entry.path()), kind));
        WalkState::Continue
    }

    /// A submodule has a file `.git` that says where its repository is; inside a git work tree so is,
    /// to git, any other repository. Anything else of that name is nothing to git.
    fn is_repository(&self, directory: &Path) -> bool {
        let dot_git = directory.join(".git");
        match fs::symlink_metadata(&dot_git) {
            Ok(there) if there.is_dir() => {
                self.in_git
                    && dot_git.join("objects").is_dir()
                    && fs::symlink_metadata(dot_git.join("HEAD")).is_ok()
            }
            Ok(there) if there.is_file() => {
                read_regular(&dot_git, MAX_GIT_FILE).is_ok_and(|text| text.starts_with(b"gitdir:"))
            }
            _ => false,
        }
    }

    fn relative(&self, path: &Path) -> BString {
        let path = path.strip_prefix(self.root).unwrap_or(path);
        path.as_os_str().as_encoded_bytes().into()
    }

    fn unreadable(&self, error: &ignore::Error) -> Unreadable {
        let mut path = BString::default();
        let mut inner = error;
        loop {
            inner = match inner {
                ignore::Error::WithPath { path: at, err } => {
                    path = self.relative(at);
                    err
                }
                ignore::Error::WithDepth { err, .. }
                | ignore::Error::WithLineNumber { err, .. } => err,
                other => {
                    break Unreadable {
                        path,
                        message: match other.io_error() {
                            Some(error) => error.kind().to_string(),
                            None => other.to_string(),
                        },
                    };
                }
            };
        }
    }
}

impl Drop for Collector<'_> {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.append(&mut self.found);
    }
}
