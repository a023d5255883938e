use std::sync::{Arc, Mutex, PoisonError};

use bstr::{BStr, BString};
use rustc_hash::FxHashMap;

use crate::{
    git::{BlobId, Commit},
    text::{Source, Span},
    yaml::{self, Parsed},
};

/// Files that were read, so that what two moments have in common is read and parsed once.
#[derive(Debug)]
pub struct Pool {
    like: BlobId,
    read: Mutex<FxHashMap<Key, Read>>,
    /// By the address of a source, which is kept so that no other takes its place.
    parsed: Mutex<FxHashMap<usize, (Arc<Source>, Parsed)>>,
}

/// Repository, path and content.
type Key = (Arc<str>, BString, BlobId);

/// A file, and the first bytes of it that are not UTF-8.
type Read = (Arc<Source>, Option<Span>);

impl Pool {
    /// Nothing yet. The ids of its files are of the kind that the id of `commit` is.
    pub fn new(commit: &Commit) -> Self {
        Self {
            like: BlobId::like(commit),
            read: Mutex::default(),
            parsed: Mutex::default(),
        }
    }

    /// The id of a file with these bytes.
    pub fn id(&self, bytes: &[u8]) -> Option<BlobId> {
        self.like.same_kind_of(bytes)
    }

    /// A file that was read before.
    pub fn get(&self, repository: &Arc<str>, path: &BStr, id: BlobId) -> Option<Read> {
        let key = (Arc::clone(repository), path.into(), id);
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.get(&key).cloned()
    }

    /// Keeps a file.
    pub fn put(&self, repository: &Arc<str>, path: &BStr, id: BlobId, file: Read) {
        let key = (Arc::clone(repository), path.into(), id);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(key, file);
    }

    /// A file as YAML.
    pub fn parse(&self, source: &Arc<Source>) -> Parsed {
        let address = Arc::as_ptr(source).addr();
        let known = || self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, parsed)) = known().get(&address) {
            return parsed.clone();
        }
        let parsed = yaml::parse(source.text());
        known().insert(address, (Arc::clone(source), parsed.clone()));
        parsed
    }
}
