use std::sync::Arc;

use bstr::BStr;

use super::{
    Component, Content, Files, Found, Links, Problem, ReadError, SourceFile,
    detectors::{Detector, declared},
};
use crate::config::Settings;

/// Where detectors search for components.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// The files of the repository, and files that do not exist yet.
    pub files: &'a Files,
    /// The settings of detectors in the map.
    pub settings: &'a Settings,
    /// The detectors that must find the components that lists do not include.
    pub(super) unlisted: &'a [&'static str],
    /// The files of the repository.
    pub(super) listed: &'a Files,
    /// Where the files are.
    pub(super) content: &'a Content,
}

impl Search<'_> {
    /// Returns the name of the repository.
    pub fn repository(&self) -> &str {
        &self.content.repository
    }

    /// Returns whether this detector must find the components that lists do not include.
    pub fn finds_unlisted(&self, detector: &Detector) -> bool {
        self.unlisted.contains(&detector.name)
    }

    /// Returns what `find` finds for a detector whose components are all unlisted.
    pub fn unlisted(&self, detector: &Detector, find: fn(&Files) -> Vec<Component>) -> Found {
        match self.finds_unlisted(detector) {
            true => find(self.files).into(),
            false => Found::default(),
        }
    }

    /// Reads a file that shows where components are, and keeps it for later calls. Returns `None` if the file does not
    /// exist, or if it cannot be read; the latter adds a problem.
    pub fn read(&self, path: &BStr, problems: &mut Vec<Problem>) -> Option<Arc<SourceFile>> {
        self.listed.find(path)?;
        let read = match self.content.keep(path) {
            Err(ReadError::Symlink) => Links::new(self.content, self.listed, &[]).read(path),
            read => read,
        };
        let problem = |error| declared::unreadable(&self.content.repository, path, &error);
        read.map_err(|error| problems.push(problem(error))).ok()
    }
}
