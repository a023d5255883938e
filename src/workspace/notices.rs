use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::Places;
use crate::{
    alerting::NotificationRouting,
    dialects::FileProblem,
    lookup::NameIndex,
    resolution::ResolvedRepository,
    text::{Place, count, quoted},
};

/// The number of unread files that are named.
const MOST_UNREAD: usize = 5;

/// A note or warning in addition to the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The level.
    pub level: NoticeLevel,
    /// The file and line, as a user would type them.
    pub position: Option<String>,
    /// The message, on one or several lines.
    pub text: String,
}

/// The level of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeLevel {
    /// For information.
    Note,
    /// The answer may be incomplete or unintended.
    Warning,
}

/// The notices of a workspace, in order.
#[derive(Debug, Default)]
pub(crate) struct Notices(Mutex<Vec<Notice>>);

impl Notices {
    /// Adds a note.
    pub fn note(&self, text: impl Into<String>) {
        self.push(NoticeLevel::Note, None, text.into());
    }

    /// Adds a warning.
    pub fn warn(&self, text: impl Into<String>) {
        self.push(NoticeLevel::Warning, None, text.into());
    }

    /// Adds a warning for a position in a file.
    pub fn warn_at(&self, position: String, text: impl Into<String>) {
        self.push(NoticeLevel::Warning, Some(position), text.into());
    }

    /// Adds warnings for problems in ownership files.
    pub fn warn_of(&self, problems: &[FileProblem], places: &Places) {
        for problem in problems {
            self.warn_at(places.position(&problem.place), &problem.message);
        }
    }

    /// Adds warnings for unreadable paths of a repository. Without them, lower figures would look like an
    /// ownership change.
    pub fn warn_of_unreadable(&self, repository: &ResolvedRepository, places: &Places) {
        for unreadable in &repository.listing.unreadable {
            let place = repository.place(unreadable.shown_path());
            self.warn_at(places.position(&place), unreadable.sentence());
        }
    }

    /// Adds warnings for files that contain a name but could not be parsed, so that they may define what has the name.
    pub fn warn_of_unparsed<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
        index: &NameIndex<'_>,
        places: &Places,
    ) {
        let names = names.into_iter();
        let unparsed = names.flat_map(|name| {
            let unparsed = index.unparsed(name).into_iter();
            unparsed.map(move |place| (places.position(&place), name))
        });
        let unparsed: BTreeMap<String, &str> = unparsed.collect();
        for (position, name) in unparsed.into_iter().take(MOST_UNREAD) {
            let name = quoted(name);
            let message = format!("this file contains {name}, but is not valid YAML");
            self.warn_at(position, message);
        }
    }

    /// Adds warnings for files that could not be read and that may contain notification routes, dashboards or machines, so
    /// that the answer may lack them.
    pub fn warn_of_unread<'r>(
        &self,
        routing: &NotificationRouting,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
        places: &Places,
    ) {
        let unread = routing.unread.iter();
        let unread = unread.map(|it| (&it.place, it.sentence()));
        let problems = routing.problems.iter().filter(|it| it.kind.hides_routes());
        let problems = problems.map(|it| (&it.place, it.message.clone()));
        let layouts = repositories.into_iter().flat_map(|it| &it.problems);
        let layouts = layouts.filter(|it| it.kind.hides_owners());
        let layouts = layouts.map(|it| (&it.place, it.message.clone()));
        let all: Vec<(&Place, String)> = unread.chain(problems).chain(layouts).collect();
        let more = all.len().saturating_sub(MOST_UNREAD);
        for (place, message) in all.into_iter().take(MOST_UNREAD) {
            self.warn_at(places.position(place), message);
        }
        if more > 0 {
            let files = count(more as u64, "more file");
            self.warn(format!(
                "{files} could not be read\nhelp: to list all of them, use `ownlint check`"
            ));
        }
    }

    /// Returns the notices since the last call.
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
