//! What `.gitignore` files exclude. They are read here, not by the library that walks: it opens
//! whatever has that name, be it a pipe, and passes over what it can't read.

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

/// Files with patterns are not read beyond this.
const MAX_BYTES: u64 = 16 << 20;

/// All that is excluded below a root.
#[derive(Debug)]
pub(super) struct Ignored {
    root: PathBuf,
    /// What holds in the root before its own file: the files above it, and what git knows besides.
    base: Level,
    /// By directory: what holds in it.
    levels: RwLock<FxHashMap<PathBuf, Level>>,
    /// Files that say what to exclude, and could not be read.
    unreadable: Mutex<Vec<(PathBuf, String)>>,
}

/// The patterns of a directory and of those above it, nearest first; nothing where there are none.
type Level = Option<Arc<Patterns>>;

#[derive(Debug)]
struct Patterns {
    own: Gitignore,
    above: Level,
}

impl Ignored {
    /// What is excluded below `root`; in a work tree, also by the files that git reads besides.
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
                base = push(ignored.of_directory(directory), base);
            }
            ignored.base = base;
        }
        ignored
    }

    /// Whether `path`, which is somewhere below the root, is excluded by its own name: what is in an
    /// excluded directory is nobody's question.
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

    /// What could not be read, and why.
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
        // Another thread may have been faster, and told already of what is wrong.
        let new = || push(self.of_directory(directory), above);
        levels.entry(directory.into()).or_insert_with(new).clone()
    }

    fn of_directory(&self, directory: &Path) -> Gitignore {
        let path = directory.join(NAME);
        match fs::symlink_metadata(&path) {
            Ok(there) if there.is_symlink() => {
                let why = "it is a symbolic link, which is never followed";
                self.tell(&path, why.to_owned());
                Gitignore::empty()
            }
            // As in most directories.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Gitignore::empty(),
            _ => self.file(directory, &path),
        }
    }

    /// The patterns in the file `path`, which are about what is in `directory`.
    fn file(&self, directory: &Path, path: &Path) -> Gitignore {
        let bytes = match read_regular(path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) => {
                match error.kind() {
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {}
                    io::ErrorKind::Other => self.tell(path, error.to_string()),
                    kind => self.tell(path, kind.to_string()),
                }
                return Gitignore::empty();
            }
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut builder = GitignoreBuilder::new(directory);
        for (number, line) in (1..).zip(bytes.lines()) {
            let Ok(line) = line.to_str() else {
                self.tell(path, format!("line {number} is not UTF-8 text"));
                continue;
            };
            if let Err(error) = builder.add_line(None, line) {
                self.tell(path, format!("line {number} is no pattern: {error}"));
            }
        }
        builder.build().unwrap_or_else(|error| {
            self.tell(path, error.to_string());
            Gitignore::empty()
        })
    }

    fn tell(&self, path: &Path, why: String) {
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
