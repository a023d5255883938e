use std::{cell::RefCell, sync::Arc};

use bstr::{BStr, BString};
use rustc_hash::FxHashMap;

use super::{Links, ReadError, SourceFile, content::Read};

/// Reads the files of components that may share files. Each file is opened once and dropped with the reader. Symbolic
/// links are followed.
#[derive(Debug)]
pub struct FileReader<'c> {
    /// Where the files are.
    pub links: &'c Links<'c>,
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
    /// Whether a file could not be read, or is a symbolic link; reading it again may give another result.
    pub must_reread: bool,
}

impl<'c> FileReader<'c> {
    /// Creates a reader that has read no file yet.
    pub fn new(links: &'c Links<'c>) -> Self {
        Self {
            links,
            files: RefCell::default(),
            before: RefCell::default(),
            recorded: RefCell::default(),
        }
    }

    /// Reads the file `path`, relative to the root. If it is a symbolic link, reads the file to which it leads.
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
                Ok(file) if file.source.path == path => {
                    recorded.files.insert(path.into(), Arc::clone(file));
                }
                Ok(_) | Err(_) => recorded.must_reread = true,
            }
        }
        read
    }

    fn open(&self, path: &BStr) -> Read {
        let content = self.links.content;
        // Files at the root may be ownership files, which dialects read again. Components that do not share files
        // otherwise can have links to the same file.
        let read = match !path.contains(&b'/') || self.links.lead_to(path) {
            true => content.keep(path),
            false => content.open(path, self.before.borrow().get(path)),
        };
        match read {
            Err(ReadError::Symlink) => self.links.read(path),
            read => read,
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
