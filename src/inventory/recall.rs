use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bstr::BStr;
use rustc_hash::FxHashMap;

use super::{Component, Content, Declarations};
use crate::snapshot::Notes;

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
    empty: Notes,
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
    notes: Arc<Notes>,
    /// What the other moment needed besides.
    further: Option<Arc<Notes>>,
    is_on_disk: bool,
    /// Nothing once it was of use.
    read: Option<Read>,
}

impl Reading {
    /// Whether reading `component` would come to the same.
    fn holds(&self, component: &Component, content: &Content) -> bool {
        let holds = |path: &BStr, id| content.holds(path, id, self.is_on_disk);
        self.component == *component && self.notes.all(holds)
    }
}

impl Memory {
    /// Nothing yet; files are noted as in `empty` notes.
    pub fn new(empty: Notes) -> Self {
        Self {
            empty,
            readings: Mutex::default(),
        }
    }

    fn readings(&self) -> MutexGuard<'_, FxHashMap<Key, Reading>> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recall {
    /// What the files of `component` say: what is known of them, or else as `read` has it, which
    /// depends on nothing but the component and the content of files.
    pub fn read(
        &self,
        component: Component,
        content: &Content,
        read: impl FnOnce(Component, &Content) -> Read,
    ) -> Read {
        let noting = |notes: &Arc<Notes>| Content {
            snapshot: content.snapshot.noting(Arc::clone(notes)),
            ..content.clone()
        };
        match self {
            Self::Nothing => read(component, content),
            Self::Keep(memory) => {
                let key = (component.kind, component.name.clone());
                let notes = Arc::new(memory.empty.anew());
                let found = read(component.clone(), &noting(&notes));
                let reading = Reading {
                    component,
                    notes,
                    further: None,
                    is_on_disk: !content.snapshot.has_tree(),
                    read: Some(found.clone()),
                };
                memory.readings().insert(key, reading);
                found
            }
            Self::Use(memory) => {
                let key = (component.kind, component.name.clone());
                let Some(mut reading) = memory.readings().remove(&key) else {
                    return read(component, content);
                };
                let known = reading.read.take();
                let known = known.filter(|_| reading.holds(&component, content));
                let read = known.unwrap_or_else(|| {
                    let notes = Arc::new(reading.notes.copy());
                    let read = read(component, &noting(&notes));
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
