//! Walking a tree: where there is no index, and for files that are not tracked yet.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use bstr::BString;
use ignore::{WalkBuilder, WalkState};

use super::{FileKind, Unreadable};

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
pub(super) fn walk(root: &Path, in_git: bool) -> Walked {
    let mut builder = WalkBuilder::new(root);
    builder
        .hidden(false)
        .follow_links(false)
        .ignore(false)
        .require_git(in_git)
        .parents(in_git)
        .git_exclude(in_git)
        .git_global(in_git)
        .threads(std::thread::available_parallelism().map_or(1, usize::from))
        .filter_entry(|entry| entry.file_name() != ".git");
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
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
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

    /// A submodule has a file `.git`; inside a git work tree so is, to git, any other repository.
    fn is_repository(&self, directory: &Path) -> bool {
        let dot_git = directory.join(".git");
        dot_git.is_file() || (self.in_git && dot_git.exists())
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
