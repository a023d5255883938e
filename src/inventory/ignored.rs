//! The exclusions of `.gitignore` files. The `ignore` crate does not read them here, because it opens anything
//! of that name, even a pipe, and skips what it cannot read.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use bstr::ByteSlice;
use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};
use rustc_hash::FxHashMap;

use crate::{git::WorkTree, text::read_regular};

const NAME: &str = ".gitignore";

/// The largest size of a file with patterns.
const MAX_BYTES: u64 = 16 << 20;

/// The exclusions below a root.
#[derive(Debug)]
pub(super) struct Ignored {
    root: PathBuf,
    /// The patterns that apply to the root apart from its own file: those of directories above it and of git.
    base: Level,
    /// By directory: the patterns that apply in it.
    levels: RwLock<FxHashMap<PathBuf, Level>>,
    /// Files with patterns that could not be read.
    unreadable: Mutex<Vec<(PathBuf, String)>>,
}

/// The patterns of a directory and of those above it, nearest first; `None` if there are none.
type Level = Option<Arc<Patterns>>;

#[derive(Debug)]
struct Patterns {
    own: Gitignore,
    above: Level,
}

impl Ignored {
    /// Returns the exclusions below `root`; in a work tree, also those of the other files that git reads.
    pub fn new(root: &Path, work_tree: Option<&WorkTree>) -> Self {
        let mut ignored = Self {
            root: root.to_owned(),
            base: None,
            levels: RwLock::default(),
            unreadable: Mutex::default(),
        };
        if let Some(work_tree) = work_tree {
            let top = &work_tree.top;
            let (global, _) = GitignoreBuilder::new(top).build_global();
            let mut base = push(global, None);
            base = push(ignored.file(top, &work_tree.exclude()), base);
            let above = root.ancestors().skip(1);
            let above: Vec<&Path> = above.take_while(|dir| dir.starts_with(top)).collect();
            for directory in above.into_iter().rev() {
                base = push(ignored.patterns_in(directory), base);
            }
            ignored.base = base;
        }
        ignored
    }

    /// Returns whether a pattern matches `path`, which is below the root. The caller must not ask for paths
    /// inside excluded directories.
    pub fn excludes(&self, path: &Path, is_directory: bool) -> bool {
        let mut level = path.parent().and_then(|directory| self.level(directory));
        while let Some(patterns) = level {
            match patterns.own.matched(path, is_directory) {
                Match::None => level = patterns.above.clone(),
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }

    /// Takes the files that could not be read, each with the reason.
    pub fn unreadable(&self) -> Vec<(PathBuf, String)> {
        let mut unreadable = lock(&self.unreadable);
        std::mem::take(&mut *unreadable)
    }

    fn level(&self, directory: &Path) -> Level {
        let known = self.levels.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(level) = known.get(directory) {
            return level.clone();
        }
        drop(known);
        let above = match directory.parent() {
            Some(parent) if directory != self.root => self.level(parent),
            _ => self.base.clone(),
        };
        let mut levels = self.levels.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have read the file already and recorded its errors.
        let new = || push(self.patterns_in(directory), above);
        levels.entry(directory.into()).or_insert_with(new).clone()
    }

    fn patterns_in(&self, directory: &Path) -> Gitignore {
        let path = directory.join(NAME);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => {
                let why = "it is a symbolic link, and symbolic links are not followed";
                self.report(&path, why.to_owned());
                Gitignore::empty()
            }
            // Most directories have no such file.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Gitignore::empty(),
            _ => self.file(directory, &path),
        }
    }

    /// Reads the patterns in the file `path`, which apply in `directory`.
    fn file(&self, directory: &Path, path: &Path) -> Gitignore {
        let bytes = match read_regular(path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) => {
                match error.kind() {
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {}
                    io::ErrorKind::Other => self.report(path, error.to_string()),
                    kind => self.report(path, kind.to_string()),
                }
                return Gitignore::empty();
            }
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut builder = GitignoreBuilder::new(directory);
        for (number, line) in (1..).zip(bytes.lines()) {
            let Ok(line) = line.to_str() else {
                self.report(path, format!("line {number} is not valid UTF-8"));
                continue;
            };
            if let Err(error) = builder.add_line(None, line) {
                self.report(path, format!("line {number} is invalid: {error}"));
            }
        }
        builder.build().unwrap_or_else(|error| {
            self.report(path, error.to_string());
            Gitignore::empty()
        })
    }

    fn report(&self, path: &Path, why: String) {
        lock(&self.unreadable).push((path.to_owned(), why));
    }
}

fn push(own: Gitignore, above: Level) -> Level {
    match own.is_empty() {
        true => above,
        false => Some(Arc::new(Patterns { own, above })),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
