use std::{cell::RefCell, sync::Arc};

use bstr::{BStr, BString};
use rustc_hash::FxHashMap;

use super::{Content, ReadError, SourceFile, content::Read};

/// Reads the files of some components, which may have files in common: each is opened once, and let
/// go of with the reader.
#[derive(Debug)]
pub struct FileReader<'c> {
    /// Where the files are.
    pub content: &'c Content,
    files: RefCell<FxHashMap<BString, Read>>,
    /// What some of them held at another moment.
    before: RefCell<FxHashMap<BString, Arc<SourceFile>>>,
    /// What was asked for since somebody began to take notes.
    notes: RefCell<Option<Notes>>,
}

/// The files that were read for one purpose.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub files: FxHashMap<BString, Arc<SourceFile>>,
    /// Whether something could not be read: what that comes to may be different at any moment.
    pub have_failed: bool,
}

impl<'c> FileReader<'c> {
    /// Nothing is read yet.
    pub fn new(content: &'c Content) -> Self {
        Self {
            content,
            files: RefCell::default(),
            before: RefCell::default(),
            notes: RefCell::default(),
        }
    }

    /// Reads the file `path`, relative to the root.
    ///
    /// # Errors
    /// Where there is no regular file of a bearable size that may be read.
    pub fn read(&self, path: &BStr) -> Result<Arc<SourceFile>, ReadError> {
        let known = self.files.borrow().get(path).cloned();
        let read = known.unwrap_or_else(|| {
            let read = self.open(path);
            self.files.borrow_mut().insert(path.into(), read.clone());
            read
        });
        if let Some(notes) = &mut *self.notes.borrow_mut() {
            match &read {
                Ok(file) => drop(notes.files.insert(path.into(), Arc::clone(file))),
                Err(_) => notes.have_failed = true,
            }
        }
        read
    }

    fn open(&self, path: &BStr) -> Read {
        // Beside what describes components, ownership files lie at the root.
        match path.contains(&b'/') {
            true => self.content.open(path, self.before.borrow().get(path)),
            false => self.content.keep(path),
        }
    }

    /// What `read` comes to, with notes of the files that it read; those of `before` need not be read
    /// again if they are still the same.
    pub(super) fn noting<T>(&self, before: &Notes, read: impl FnOnce(&Self) -> T) -> (T, Notes) {
        let files = before.files.iter();
        let files = files.map(|(path, file)| (path.clone(), Arc::clone(file)));
        self.before.borrow_mut().extend(files);
        self.notes.replace(Some(Notes::default()));
        let read = read(self);
        (read, self.notes.take().unwrap_or_default())
    }
}
