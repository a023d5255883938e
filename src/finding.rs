//! One answer worth telling, with the place where a person would mend it.

use std::sync::Arc;

use bstr::BString;

use crate::text::Place;

/// How much a finding weighs. Ordered: `Info < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth mending.
    Warning,
    /// Fails the run, by default.
    Error,
}

impl Severity {
    /// All, most severe first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// The word for it in the map, on the command line and in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a check has to say about one subject.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Name of the check.
    pub check: &'static str,
    /// Set where findings are collected, from the check and the map.
    pub severity: Severity,
    /// The repository it is about; nothing for one about the map as a whole.
    pub repository: Option<Arc<str>>,
    /// The path it is about; a directory ends in `/`.
    pub path: Option<BString>,
    /// The component it is about, as `kind:name`.
    pub component: Option<String>,
    /// What sets it apart from other findings of its check on the same path and component: the
    /// pattern of a dead rule, the two patterns of a conflict, a name. Never a line or wording.
    pub subject: String,
    /// Ids of the teams it speaks of.
    pub teams: Vec<String>,
    /// How many files it is about.
    pub files: Option<u64>,
    /// What is so, in one sentence.
    pub message: String,
    /// What to write at the primary place.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where a person would mend it.
    pub place: Place,
    /// What caused it.
    pub related: Vec<Related>,
}

/// A further place with a sentence of its own.
#[derive(Debug, Clone)]
pub struct Related {
    /// What stands there.
    pub message: String,
    /// Where.
    pub place: Place,
}
