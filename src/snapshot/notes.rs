use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use bstr::{BStr, BString};
use rustc_hash::FxHashMap;

use crate::{
    git::{BlobId, Commit},
    text::{Source, Span},
    yaml::{self, Parsed},
};

/// The files that were read for one purpose, and what they held: what is still the same at another
/// moment is neither read nor parsed again.
#[derive(Debug)]
pub struct Notes {
    like: BlobId,
    files: Mutex<FxHashMap<BString, Note>>,
    has_failed: AtomicBool,
}

/// A file, and the first bytes of it that are not UTF-8.
type Read = (Arc<Source>, Option<Span>);

#[derive(Debug, Clone)]
struct Note {
    id: BlobId,
    read: Read,
    parsed: Option<Parsed>,
}

impl Notes {
    /// Nothing yet. The ids of its files are of the kind that the id of `commit` is.
    pub fn new(commit: &Commit) -> Self {
        Self::like(BlobId::like(commit))
    }

    /// Nothing yet, with ids of the same kind.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self::like(self.like)
    }

    /// The same files, for a moment at which some may be others.
    #[must_use]
    pub fn copy(&self) -> Self {
        let copy = self.anew();
        copy.files().clone_from(&self.files());
        copy
    }

    fn like(like: BlobId) -> Self {
        Self {
            like,
            files: Mutex::default(),
            has_failed: AtomicBool::new(false),
        }
    }

    fn files(&self) -> MutexGuard<'_, FxHashMap<BString, Note>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of a file with these bytes.
    pub fn id(&self, bytes: &[u8]) -> BlobId {
        self.like.same_kind_of(bytes)
    }

    /// A file that was read before, if it held the same.
    pub fn get(&self, path: &BStr, id: BlobId) -> Option<Read> {
        let files = self.files();
        let note = files.get(path).filter(|note| note.id == id)?;
        Some(note.read.clone())
    }

    /// Keeps a file.
    pub fn put(&self, path: &BStr, id: BlobId, read: Read) {
        let note = Note {
            id,
            read,
            parsed: None,
        };
        self.files().insert(path.into(), note);
    }

    /// Notes that something could not be read: what that comes to may be different at any moment.
    pub fn fail(&self) {
        self.has_failed.store(true, Ordering::Relaxed);
    }

    /// Whether everything could be read, and each file satisfies `holds`.
    pub fn all(&self, mut holds: impl FnMut(&BStr, BlobId) -> bool) -> bool {
        let has_failed = self.has_failed.load(Ordering::Relaxed);
        let files = self.files();
        let mut files = files.iter();
        !has_failed && files.all(|(path, note)| holds(path.as_ref(), note.id))
    }

    /// A file as YAML.
    pub fn parse(&self, source: &Arc<Source>) -> Parsed {
        let is_it = |note: &&mut Note| Arc::ptr_eq(&note.read.0, source);
        if let Some(note) = self.files().get_mut(&source.path).filter(is_it) {
            let parse = || yaml::parse(source.text());
            return note.parsed.get_or_insert_with(parse).clone();
        }
        yaml::parse(source.text())
    }
}
