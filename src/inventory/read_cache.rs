use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::{Component, Content, Declarations, FileReader, content::Kept, file_reader::Reads};
use crate::git::{BlobId, Commit};

/// How a repository shares what it reads with another state of itself, as in a comparison.
#[derive(Debug, Clone, Default)]
pub enum CacheMode {
    /// Not at all: there is no other state.
    #[default]
    Off,
    /// What is read is recorded for the other state.
    Record(Arc<ReadCache>),
    /// The other state was read first: unchanged files are not read again.
    Reuse(Arc<ReadCache>),
}

/// The declarations of each component in one state of a repository.
#[derive(Debug)]
pub struct ReadCache {
    /// An id of the hash kind that files have.
    ids: BlobId,
    kept: Arc<Kept>,
    readings: Mutex<FxHashMap<Key, Reading>>,
}

/// Kind and name.
type Key = (&'static str, String);

/// The result of reading a component, which may turn out to be none, or several.
type Read = Vec<(Component, Declarations)>;

/// The files from which a component was read, and the result.
#[derive(Debug)]
struct Reading {
    component: Component,
    files: Reads,
    /// The files that the other state read.
    reread: Option<Reads>,
    is_on_disk: bool,
    /// `None` once it was reused.
    read: Option<Read>,
}

impl Reading {
    /// Returns whether reading `component` would give the same result.
    fn is_valid_for(&self, component: &Component, content: &Content) -> bool {
        let mut files = self.files.files.iter();
        self.component == *component
            && !self.files.must_reread
            && files.all(|(path, file)| content.has_same(path.as_ref(), file.id, self.is_on_disk))
    }
}

impl ReadCache {
    /// Creates an empty cache. The ids of files have the hash kind of the id of `commit`.
    pub fn new(commit: &Commit) -> Self {
        Self {
            ids: BlobId::like(commit),
            kept: Arc::default(),
            readings: Mutex::default(),
        }
    }

    fn readings(&self) -> MutexGuard<'_, FxHashMap<Key, Reading>> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheMode {
    /// Returns the place for files that are to be kept, if it is not the listing; the kept files of the other state;
    /// and an id of the hash kind that files need for that.
    pub(super) fn kept(&self) -> (Option<&Arc<Kept>>, Option<&Arc<Kept>>, Option<BlobId>) {
        match self {
            Self::Off => (None, None, None),
            Self::Record(cache) => (Some(&cache.kept), None, Some(cache.ids)),
            Self::Reuse(cache) => (None, Some(&cache.kept), Some(cache.ids)),
        }
    }

    /// Returns the result of reading `component`: the cached one if it is valid, or else that of `read`, which must
    /// depend only on the component and the content of files.
    pub(super) fn read(
        &self,
        component: Component,
        reader: &FileReader<'_>,
        read: impl FnOnce(Component, &FileReader<'_>) -> Read,
    ) -> Read {
        let key = (component.kind, component.name.clone());
        match self {
            Self::Off => read(component, reader),
            Self::Record(cache) => {
                let read = |reader: &FileReader<'_>| read(component.clone(), reader);
                let (found, files) = reader.record(&Reads::default(), read);
                let reading = Reading {
                    component,
                    files,
                    reread: None,
                    is_on_disk: !reader.links.content.snapshot.has_tree(),
                    read: Some(found.clone()),
                };
                cache.readings().insert(key, reading);
                found
            }
            Self::Reuse(cache) => {
                let Some(mut reading) = cache.readings().remove(&key) else {
                    return read(component, reader);
                };
                let known = reading.read.take();
                let known =
                    known.filter(|_| reading.is_valid_for(&component, reader.links.content));
                let read = known.unwrap_or_else(|| {
                    let read = |reader: &FileReader<'_>| read(component, reader);
                    let (read, files) = reader.record(&reading.files, read);
                    reading.reread = Some(files);
                    read
                });
                // Keeping the rest is cheaper than dropping it.
                cache.readings().insert(key, reading);
                read
            }
        }
    }
}
