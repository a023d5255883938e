use std::{
    any::{Any, TypeId},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustc_hash::FxHashMap;

use super::{
    detectors::{NEEDLES, NOTIFICATION},
    needles::Sets,
    notification_files::may_route,
};
use crate::{
    git::BlobId,
    text::{Source, Span},
    yaml::{self, Parsed},
};

/// The name of a parser and the type of its result.
type Parser = (&'static str, TypeId);

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
    /// The results of other parsers.
    parsed: Mutex<FxHashMap<Parser, Arc<dyn Any + Send + Sync>>>,
    /// The sets of needles that it contains needles of.
    found: OnceLock<Sets>,
}

impl SourceFile {
    /// Creates a file from its text, with the first bytes that are not UTF-8 and its id in git.
    pub fn new((source, not_utf8): (Source, Option<Span>), id: Option<BlobId>) -> Self {
        Self {
            source: Arc::new(source),
            not_utf8,
            id,
            yaml: OnceLock::new(),
            parsed: Mutex::default(),
            found: OnceLock::new(),
        }
    }

    /// Returns the file parsed as YAML.
    pub fn yaml(&self) -> &Parsed {
        self.yaml.get_or_init(|| yaml::parse(self.source.text()))
    }

    /// Returns the result of `parse`, which is called the first time. It must depend on nothing but the text, because states
    /// of a repository share unchanged files.
    pub fn parsed<T: Any + Send + Sync>(
        &self,
        parser: &'static str,
        parse: impl FnOnce() -> T,
    ) -> Arc<T> {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = parsed
            .entry((parser, TypeId::of::<T>()))
            .or_insert_with(|| Arc::new(parse()));
        let known = Arc::clone(known).downcast();
        known.expect("the type in the key")
    }

    /// Returns whether the file may contain notification routes.
    pub(super) fn may_route(&self) -> bool {
        self.found().holds(Sets::at(NOTIFICATION)) && may_route(self.source.text())
    }

    /// Returns the sets of needles that the file contains needles of. One scan searches for the needles of all detectors.
    pub(super) fn found(&self) -> Sets {
        let scan = || NEEDLES.found_in(self.source.text().as_bytes());
        *self.found.get_or_init(scan)
    }
}
