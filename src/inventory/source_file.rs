use std::sync::{Arc, OnceLock};

use super::needles::{Needles, Sets};
use crate::{
    git::BlobId,
    text::{Source, Span},
    yaml::{self, Parsed},
};

/// A file that was read. What its text is taken for is found out once, whoever asks.
#[derive(Debug)]
pub struct SourceFile {
    /// Its text.
    pub source: Arc<Source>,
    /// The first bytes of it that are not UTF-8.
    pub not_utf8: Option<Span>,
    /// What git calls it, where that matters to another moment.
    pub(super) id: Option<BlobId>,
    yaml: OnceLock<Parsed>,
    /// What was looked for in it, and what of that it has.
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

    /// The file as YAML.
    pub fn yaml(&self) -> &Parsed {
        self.yaml.get_or_init(|| yaml::parse(self.source.text()))
    }

    /// Which of the `wanted` sets of needles it has some of.
    pub(super) fn having(&self, needles: &Needles, wanted: Sets) -> Sets {
        let scan = || needles.found_in(self.source.text().as_bytes(), wanted);
        let (looked_for, found) = *self.scanned.get_or_init(|| (wanted, scan()));
        match looked_for.holds(wanted) {
            true => found,
            // It was read at another moment, when fewer asked.
            false => scan(),
        }
    }
}
