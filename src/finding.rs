//! One answer worth telling, with the place where a person would mend it.

use std::sync::Arc;

use bstr::BString;

use sha2::{Digest as _, Sha256};

use crate::{text::Place, yaml};

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
    /// It weighs no more than this, unless the map says what the check's findings weigh: what is not
    /// in use hurts less.
    pub(crate) at_most: Option<Severity>,
    /// The repository it is about; nothing for one about the map as a whole.
    pub(crate) repository: Option<Arc<str>>,
    /// The path it is about; a directory ends in `/`.
    pub(crate) path: Option<BString>,
    /// Whether the path identifies it; not where files come and go, and the subject says it all.
    pub(crate) is_about_path: bool,
    /// The component it is about, as `kind:name`.
    pub component: Option<String>,
    /// What sets it apart from other findings of its check on the same path and component: the
    /// pattern of a dead rule, the two patterns of a conflict, a name. Never a line or wording.
    pub(crate) subject: String,
    /// Ids of the teams it speaks of.
    pub teams: Vec<String>,
    /// How many files it is about.
    pub files: Option<u64>,
    /// What is so, in one sentence.
    pub message: String,
    /// What to write at the primary place.
    pub(crate) label: String,
    /// What to do about it: a sentence, or a few lines.
    pub(crate) help: Option<String>,
    /// How a program can mend it, where no person has to decide.
    pub(crate) fix: Option<Fix>,
    /// Where a person would mend it.
    pub(crate) place: Place,
    /// What caused it.
    pub(crate) related: Vec<Related>,
    /// Whether it was there before the change that is judged: then it fails nothing.
    pub(crate) is_pre_existing: bool,
    /// Whether the baseline has it, so that it is no reason to fail.
    pub(crate) is_baselined: bool,
}

/// Changes that mend a finding together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What they do, in one sentence.
    pub description: String,
    /// The changes, none of which overlaps another.
    pub edits: Vec<Edit>,
}

/// Words to be put in the place of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes; always words in a file.
    pub place: Place,
    /// What comes.
    pub replacement: String,
}

/// How to give an owner to what has none: by a rule with this pattern.
pub fn add_rule(pattern: &str) -> String {
    let path = yaml::item(pattern);
    format!("add a rule to the map:\n- paths:\n  - {path}\n  owner: TEAM")
}

/// A further place with a sentence of its own.
#[derive(Debug, Clone)]
pub struct Related {
    /// What stands there.
    pub message: String,
    /// Where.
    pub place: Place,
}

impl Related {
    /// At this place, what stands there.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { message, place }
    }
}

impl Finding {
    /// A finding of `check` at `place`; everything that has a sensible default is left to be set.
    pub fn new(check: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            check,
            severity: Severity::Error,
            at_most: None,
            repository: place.repository().cloned(),
            path: None,
            is_about_path: true,
            component: None,
            subject: String::new(),
            teams: Vec::new(),
            files: None,
            message: message.into(),
            label: String::new(),
            help: None,
            fix: None,
            place,
            related: Vec::new(),
            is_baselined: false,
            is_pre_existing: false,
        }
    }

    /// Whether it can fail a run: neither the baseline has it, nor was it there before the change.
    pub fn counts(&self) -> bool {
        !self.is_baselined && !self.is_pre_existing
    }

    /// How severe it is for who acts on the result: what does not count is only worth knowing.
    pub fn weight(&self) -> Severity {
        match self.counts() {
            true => self.severity,
            false => Severity::Info,
        }
    }

    /// What to write after the message of a finding that does not count.
    pub fn mark(&self) -> &'static str {
        match (self.is_baselined, self.is_pre_existing) {
            (true, _) => " (baselined)",
            (false, true) => " (pre-existing)",
            (false, false) => "",
        }
    }

    /// The message, with the mark of a finding that does not count.
    pub fn marked(&self) -> String {
        format!("{}{}", self.message, self.mark())
    }

    /// What identifies the finding over time: check, repository, subject and teams, so that it survives
    /// other wording and any edit that moves lines.
    pub fn identity(&self) -> Identity<'_> {
        let mut teams: Vec<&str> = self.teams.iter().map(String::as_str).collect();
        teams.sort_unstable();
        let path = self.path.as_ref().filter(|_| self.is_about_path);
        let parts = [
            self.check.as_bytes(),
            self.repository.as_deref().unwrap_or_default().as_bytes(),
            path.map_or(&[], |path| path.as_slice()),
            self.component.as_deref().unwrap_or_default().as_bytes(),
            self.subject.as_bytes(),
        ];
        Identity { parts, teams }
    }

    /// Its identity in a few letters.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        let Identity { parts, teams } = self.identity();
        parts.into_iter().for_each(&mut part);
        teams.into_iter().for_each(|team| part(team.as_bytes()));
        let digest = hash.finalize();
        digest[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// What makes two findings the same one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity<'f> {
    parts: [&'f [u8]; 5],
    teams: Vec<&'f str>,
}
