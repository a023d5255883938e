use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Places;
use crate::{dialects::FileProblem, resolution::ResolvedRepository};

/// Something that a person should know besides the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub level: NoticeLevel,
    /// The file and line it is about, as a user would type them.
    pub position: Option<String>,
    /// One sentence or several lines.
    pub text: String,
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeLevel {
    /// Good to know.
    Note,
    /// The answer may not be what was meant.
    Warning,
}

/// The notices of a workspace, in the order in which they came up.
#[derive(Debug, Default)]
pub(crate) struct Notices(Mutex<Vec<Notice>>);

impl Notices {
    /// Adds something good to know.
    pub fn note(&self, text: impl Into<String>) {
        self.push(NoticeLevel::Note, None, text.into());
    }

    /// Adds a warning.
    pub fn warn(&self, text: impl Into<String>) {
        self.push(NoticeLevel::Warning, None, text.into());
    }

    /// Adds a warning about a position in a file.
    pub fn warn_at(&self, position: String, text: impl Into<String>) {
        self.push(NoticeLevel::Warning, Some(position), text.into());
    }

    /// Adds all that is wrong with ownership files.
    pub fn warn_of(&self, problems: &[FileProblem], places: &Places) {
        for problem in problems {
            self.warn_at(places.position(&problem.place), &problem.message);
        }
    }

    /// Adds what in a repository could not be read: figures that leave it out would look like a change of
    /// ownership.
    pub fn warn_of_unreadable(&self, repository: &ResolvedRepository, places: &Places) {
        for unreadable in &repository.listing.unreadable {
            let place = repository.place(unreadable.shown_path());
            self.warn_at(places.position(&place), unreadable.sentence());
        }
    }

    /// Returns those that came up since the last call.
    pub fn take(&self) -> Vec<Notice> {
        std::mem::take(&mut self.all())
    }

    fn push(&self, level: NoticeLevel, position: Option<String>, text: String) {
        let notice = Notice {
            level,
            position,
            text,
        };
        self.all().push(notice);
    }

    fn all(&self) -> MutexGuard<'_, Vec<Notice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
