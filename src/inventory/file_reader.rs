use std::{cell::RefCell, sync::Arc};

use bstr::{BStr, BString};
use rustc_hash::FxHashMap;

use super::{Content, ReadError, SourceFile, content::Read};

/// Reads the files of components that may share files. Each file is opened once and dropped with the reader.
#[derive(Debug)]
pub struct FileReader<'c> {
    /// Where the files are.
    pub content: &'c Content,
    files: RefCell<FxHashMap<BString, Read>>,
    /// Files of the other state in a comparison.
    before: RefCell<FxHashMap<BString, Arc<SourceFile>>>,
    /// The files that were read since the recording began.
    recorded: RefCell<Option<Reads>>,
}

/// The files that were read for one component.
#[derive(Debug, Default)]
pub(super) struct Reads {
    pub files: FxHashMap<BString, Arc<SourceFile>>,
    /// Whether a file could not be read; reading it again may give another result.
    pub has_failures: bool,
}

impl<'c> FileReader<'c> {
    /// Creates a reader that has read no file yet.
    pub fn new(content: &'c Content) -> Self {
        Self {
            content,
            files: RefCell::default(),
            before: RefCell::default(),
            recorded: RefCell::default(),
        }
    }

    /// Reads the file `path`, relative to the root.
    ///
    /// # Errors
    /// If there is no readable regular file at the path, or it is too large.
    pub fn read(&self, path: &BStr) -> Result<Arc<SourceFile>, ReadError> {
        let cached = self.files.borrow().get(path).cloned();
        let read = cached.unwrap_or_else(|| {
            let read = self.open(path);
            self.files.borrow_mut().insert(path.into(), read.clone());
            read
        });
        if let Some(recorded) = &mut *self.recorded.borrow_mut() {
            match &read {
                Ok(file) => drop(recorded.files.insert(path.into(), Arc::clone(file))),
                Err(_) => recorded.has_failures = true,
            }
        }
        read
    }

    fn open(&self, path: &BStr) -> Read {
        // Files at the root may be ownership files, which dialects read again.
        match path.contains(&b'/') {
            true => self.content.open(path, self.before.borrow().get(path)),
            false => self.content.keep(path),
        }
    }

    /// Returns the result of `read`, and records the files that it reads. Files in `before` are not read again if they
    /// are unchanged.
    pub(super) fn record<T>(&self, before: &Reads, read: impl FnOnce(&Self) -> T) -> (T, Reads) {
        let files = before.files.iter();
        let files = files.map(|(path, file)| (path.clone(), Arc::clone(file)));
        self.before.borrow_mut().extend(files);
        self.recorded.replace(Some(Reads::default()));
        let read = read(self);
        (read, self.recorded.take().unwrap_or_default())
    }
}
