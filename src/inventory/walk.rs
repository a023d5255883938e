//! Walking a directory tree, where there is no index, and to find files that are not tracked.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bstr::{BString, ByteSlice as _};
use ignore::{WalkBuilder, WalkState};
use rustc_hash::FxHashSet;

use super::{FileKind, Unreadable, ignored::Ignored};
use crate::{
    git::{WorkTree, is_repository, is_submodule},
    text::quoted_path,
};

/// The result of a walk, in no particular order.
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

    /// Adds the directories that are submodules, and removes what was found in them. Few trees have submodules, so
    /// only the given directories are checked.
    fn collapse_submodules(&mut self, root: &Path, directories: &[PathBuf]) {
        let directories = directories.iter();
        let submodules = directories.filter(|directory| is_submodule(directory));
        let submodules: FxHashSet<BString> = submodules
            .map(|directory| relative(root, directory))
            .collect();
        if submodules.is_empty() {
            return;
        }
        let is_inside = |path: &BString| {
            let mut around = path.rfind_iter("/").map(|end| path[..end].as_bstr());
            around.any(|directory| submodules.contains(directory))
        };
        self.paths.retain(|(path, _)| !is_inside(path));
        self.unreadable.retain(|it| !is_inside(&it.path));
        let outermost = submodules.iter().filter(|path| !is_inside(path));
        let named = outermost.map(|path| (path.clone(), FileKind::Submodule));
        self.paths.extend(named);
    }
}

fn relative(root: &Path, path: &Path) -> BString {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.as_os_str().as_encoded_bytes().into()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns everything below `root` that `.gitignore` files do not exclude; in a git work tree, everything that git
/// does not ignore.
pub(super) fn walk(root: &Path, work_tree: Option<&WorkTree>) -> Walked {
    let ignored = Arc::new(Ignored::new(root, work_tree));
    let in_git = work_tree.is_some();
    let mut builder = WalkBuilder::new(root);
    let excluded = Arc::clone(&ignored);
    let inner = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&inner);
    builder
        .standard_filters(false)
        .follow_links(false)
        .threads(rayon::current_num_threads())
        .filter_entry(move |entry| {
            let kind = entry.file_type();
            let is_directory = kind.is_some_and(|kind| kind.is_dir());
            let is_file = kind.is_some_and(|kind| kind.is_file());
            if entry.depth() == 0 {
                return true;
            }
            if entry.file_name() == ".git" {
                if !in_git && is_file && entry.depth() > 1 {
                    lock(&seen).extend(entry.path().parent().map(Path::to_path_buf));
                }
                return false;
            }
            !excluded.excludes(entry.path(), is_directory)
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
            // It is above the root, or a file of git.
            Err(_) => Unreadable {
                path: BString::default(),
                message: format!("{}: {why}", quoted_path(&path)),
            },
        };
        all.unreadable.push(unreadable);
    }
    all.collapse_submodules(root, &lock(&inner));
    all
}

/// What one thread finds, added to the results when the thread ends.
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
        let (kind, next) = if kind.is_dir() {
            if entry.depth() == 0 || !self.in_git || !is_repository(entry.path()) {
                return WalkState::Continue;
            }
            (FileKind::Submodule, WalkState::Skip)
        } else if kind.is_symlink() {
            (FileKind::Symlink, WalkState::Continue)
        } else {
            (FileKind::Regular, WalkState::Continue)
        };
        let path = relative(self.root, entry.path());
        self.found.paths.push((path, kind));
        next
    }

    fn unreadable(&self, error: &ignore::Error) -> Unreadable {
        let mut path = BString::default();
        let mut inner = error;
        loop {
            inner = match inner {
                ignore::Error::WithPath { path: at, err } => {
                    path = relative(self.root, at);
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
