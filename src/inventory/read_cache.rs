use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::{Component, Content, Declarations, FileReader, content::Kept, file_reader::Notes};
use crate::git::{BlobId, Commit};

/// What a repository and another moment of it have to do with each other.
#[derive(Debug, Clone, Default)]
pub enum Recall {
    /// Nothing: there is no other moment.
    #[default]
    Nothing,
    /// What is read is kept for the other.
    Keep(Arc<Memory>),
    /// The other was read before: what is the same need not be read again.
    Use(Arc<Memory>),
}

/// What the files of each component said at one moment.
#[derive(Debug)]
pub struct Memory {
    /// An id of the kind that files have.
    ids: BlobId,
    kept: Arc<Kept>,
    readings: Mutex<FxHashMap<Key, Reading>>,
}

/// Kind and name.
type Key = (&'static str, String);

/// What reading a component may come to: it may prove to be none, or several.
type Read = Vec<(Component, Declarations)>;

/// What a component was read from, and what that came to.
#[derive(Debug)]
struct Reading {
    component: Component,
    notes: Notes,
    /// What the other moment needed.
    further: Option<Notes>,
    is_on_disk: bool,
    /// Nothing once it was of use.
    read: Option<Read>,
}

impl Reading {
    /// Whether reading `component` would come to the same.
    fn holds(&self, component: &Component, content: &Content) -> bool {
        let mut files = self.notes.files.iter();
        self.component == *component
            && !self.notes.have_failed
            && files.all(|(path, file)| content.holds(path.as_ref(), file.id, self.is_on_disk))
    }
}

impl Memory {
    /// Nothing yet. The ids of files are of the kind that the id of `commit` is.
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

impl Recall {
    /// Where files that are to be kept go, if not with the listing; what was kept of the other moment; and
    /// an id of the kind that files need for that.
    pub(super) fn kept(&self) -> (Option<&Arc<Kept>>, Option<&Arc<Kept>>, Option<BlobId>) {
        match self {
            Self::Nothing => (None, None, None),
            Self::Keep(memory) => (Some(&memory.kept), None, Some(memory.ids)),
            Self::Use(memory) => (None, Some(&memory.kept), Some(memory.ids)),
        }
    }

    /// What the files of `component` say: what is known of them, or else as `read` has it, which
    /// depends on nothing but the component and the content of files.
    pub(super) fn read(
        &self,
        component: Component,
        reader: &FileReader<'_>,
        read: impl FnOnce(Component, &FileReader<'_>) -> Read,
    ) -> Read {
        let key = (component.kind, component.name.clone());
        match self {
            Self::Nothing => read(component, reader),
            Self::Keep(memory) => {
                let read = |reader: &FileReader<'_>| read(component.clone(), reader);
                let (found, notes) = reader.noting(&Notes::default(), read);
                let reading = Reading {
                    component,
                    notes,
                    further: None,
                    is_on_disk: !reader.content.snapshot.has_tree(),
                    read: Some(found.clone()),
                };
                memory.readings().insert(key, reading);
                found
            }
            Self::Use(memory) => {
                let Some(mut reading) = memory.readings().remove(&key) else {
                    return read(component, reader);
                };
                let known = reading.read.take();
                let known = known.filter(|_| reading.holds(&component, reader.content));
                let read = known.unwrap_or_else(|| {
                    let read = |reader: &FileReader<'_>| read(component, reader);
                    let (read, notes) = reader.noting(&reading.notes, read);
                    reading.further = Some(notes);
                    read
                });
                // To take the rest apart costs more than to have it.
                memory.readings().insert(key, reading);
                read
            }
        }
    }
}
