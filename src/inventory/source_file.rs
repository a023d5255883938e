use std::sync::{Arc, OnceLock};

use super::needles::{Needles, Sets};
use crate::{
    git::BlobId,
    text::{Source, Span},
    yaml::{self, Parsed},
};

/// A file that was read. Parsing and scanning it happen at most once.
#[derive(Debug)]
pub struct SourceFile {
    /// The text.
    pub source: Arc<Source>,
    /// The first bytes that are not UTF-8.
    pub not_utf8: Option<Span>,
    /// Its id in git, where another state is compared.
    pub(super) id: Option<BlobId>,
    yaml: OnceLock<Parsed>,
    /// The sets of needles that were searched for, and those that were found.
    scanned: OnceLock<(Sets, Sets)>,
}

impl SourceFile {
    pub(super) fn new((source, not_utf8): (Source, Option<Span>), id: Option<BlobId>) -> Self {
        Self {
            source: Arc::new(source),
            not_utf8,
            id,
            yaml: OnceLock::new(),
            scanned: OnceLock::new(),
        }
    }

    /// Returns the file parsed as YAML.
    pub fn yaml(&self) -> &Parsed {
        self.yaml.get_or_init(|| yaml::parse(self.source.text()))
    }

    /// Returns the `wanted` sets of needles that the file contains needles of.
    pub(super) fn scan(&self, needles: &Needles, wanted: Sets) -> Sets {
        let scan = || needles.found_in(self.source.text().as_bytes(), wanted);
        let (looked_for, found) = *self.scanned.get_or_init(|| (wanted, scan()));
        match looked_for.holds(wanted) {
            true => found,
            // It was scanned in another state of the repository, for fewer sets.
            false => scan(),
        }
    }
}
