//! Findings and their severities.

use std::sync::Arc;

use bstr::BString;

use sha2::{Digest as _, Sha256};

use crate::{
    advice::{Advice, Fix},
    text::Place,
};

/// The severity of a finding. Ordered: `Info < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth fixing.
    Warning,
    /// Fails the run by default.
    Error,
}

impl Severity {
    /// All severities, most severe first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// Returns its name in the map, on the command line and in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A problem that a check reports.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The name of the check.
    pub check: &'static str,
    /// Set from the check and the map when findings are collected.
    pub severity: Severity,
    /// The highest severity that it can have, unless the map sets the severity of the check. Problems
    /// in unused components, for example, are less severe. It is part of the identity, so that a finding
    /// that becomes more severe is a new one.
    pub(crate) at_most: Option<Severity>,
    /// The lowest severity that it has, unless the map sets the severity of the check.
    pub(crate) at_least: Option<Severity>,
    /// Whether `at_most` does not apply in a change that adds the component.
    pub(crate) is_strict_if_added: bool,
    /// The repository that it is about; `None` for a finding about the whole map.
    pub(crate) repository: Option<Arc<str>>,
    /// The path that it is about; a directory ends in `/`.
    pub(crate) path: Option<BString>,
    /// Whether the path is part of its identity. It is not if files come and go, and the subject is enough.
    pub(crate) is_about_path: bool,
    /// The component that it is about, as `kind:name`.
    pub component: Option<String>,
    /// Whether the component is part of its identity. It is not if it only describes the path.
    pub(crate) is_about_component: bool,
    /// If it is about several components, one part for each of them.
    pub(crate) parts: Vec<Part>,
    /// What distinguishes it from other findings of its check about the same path and component: the
    /// pattern of an unmatched rule, the two patterns of a conflict, a name. Never a line or wording.
    pub(crate) subject: String,
    /// The ids of the teams that it mentions.
    pub teams: Vec<String>,
    /// Whether the teams are part of its identity. They are not if the subject is enough.
    pub(crate) is_about_teams: bool,
    /// The number of files that it is about.
    pub files: Option<u64>,
    /// These files, if the finding is about a directory of files without an owner. Empty if the path is enough.
    pub(crate) contents: Vec<BString>,
    /// Whether the finding replaces many about the files, so that others in the directory may have owners.
    pub(crate) is_rolled_up: bool,
    /// One of these files. `None` if the path is enough.
    pub(crate) example: Option<BString>,
    /// Who loses and who gains what it is about, if it is about a change of owners.
    pub(crate) owner_change: Option<OwnerChange>,
    /// The problem, in one sentence.
    pub message: String,
    /// The label at the primary place.
    pub(crate) label: String,
    /// The ways to fix it.
    pub(crate) advice: Vec<Advice>,
    /// The primary place, where a person would fix it.
    pub(crate) place: Place,
    /// Other places that are part of the cause.
    pub(crate) related: Vec<Related>,
    /// Whether it is not reported, because the map or the repository does not show that it matters. A change that shows
    /// this does not introduce it.
    pub(crate) is_held_back: bool,
    /// Whether the check could not look for its other problems in the repository because of it. So a change does not fix
    /// those that are no longer found.
    pub(crate) hides_others: bool,
    /// Whether it existed before the change. Such a finding does not fail the run.
    pub(crate) is_pre_existing: bool,
    /// Whether it is in the baseline. Such a finding does not fail the run.
    pub(crate) is_baselined: bool,
    /// What identifies it in the report of a change, for consumers that compare the report with the one of the base.
    pub(crate) report_id: Option<String>,
}

/// The part of a finding that is about one of several components.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The path of the part; a directory ends in `/`.
    pub path: Option<BString>,
    /// The component, as `kind:name`.
    pub component: String,
}

/// The owners before and after a change; none if something is unowned or exempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnerChange {
    /// The ids of the teams before.
    pub from: Vec<String>,
    /// The ids of the teams after.
    pub to: Vec<String>,
}

/// Another place with its own message.
#[derive(Debug, Clone)]
pub struct Related {
    /// The message at the place.
    pub message: String,
    /// The place.
    pub place: Place,
}

impl Related {
    /// Creates a related place with its message.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { message, place }
    }
}

impl Finding {
    /// Creates a finding of `check` at `place` with default values for everything else.
    pub fn new(check: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            check,
            severity: Severity::Error,
            at_most: None,
            at_least: None,
            is_strict_if_added: false,
            repository: place.repository().cloned(),
            path: None,
            is_about_path: true,
            component: None,
            is_about_component: true,
            parts: Vec::new(),
            subject: String::new(),
            teams: Vec::new(),
            is_about_teams: true,
            files: None,
            contents: Vec::new(),
            is_rolled_up: false,
            example: None,
            owner_change: None,
            message: message.into(),
            label: String::new(),
            advice: Vec::new(),
            place,
            related: Vec::new(),
            is_held_back: false,
            hides_others: false,
            is_baselined: false,
            is_pre_existing: false,
            report_id: None,
        }
    }

    /// Returns whether it can fail a run: it is neither baselined nor pre-existing.
    pub fn counts(&self) -> bool {
        !self.is_baselined && !self.is_pre_existing
    }

    /// Returns its effective severity: a finding that does not count is only info.
    pub fn weight(&self) -> Severity {
        match self.counts() {
            true => self.severity,
            false => Severity::Info,
        }
    }

    /// Returns the suffix of the message if the finding does not count, or else an empty string.
    pub fn mark(&self) -> &'static str {
        match (self.is_baselined, self.is_pre_existing) {
            (true, _) => " (baselined)",
            (false, true) => " (pre-existing)",
            (false, false) => "",
        }
    }

    /// Returns how to fix it, in a sentence or a few lines.
    pub fn help(&self) -> Option<String> {
        Advice::help(&self.advice)
    }

    /// Returns the fix that a program can apply, if no person has to decide.
    pub(crate) fn fix(&self) -> Option<&Fix> {
        self.advice.iter().find_map(Advice::fix)
    }

    /// Returns the message with its suffix.
    pub fn marked(&self) -> String {
        format!("{}{}", self.message, self.mark())
    }

    /// Returns what identifies the finding over time: check, repository, path, component, subject, teams
    /// and the limit of its severity. It does not change if the wording or the map's severity for the check
    /// changes, or if an edit moves lines.
    pub fn identity(&self) -> Identity<'_> {
        let teams = self.teams.iter().filter(|_| self.is_about_teams);
        let mut teams: Vec<&str> = teams.map(String::as_str).collect();
        teams.sort_unstable();
        let path = self.path.as_ref().filter(|_| self.is_about_path);
        let component = self.component.as_deref();
        let component = component.filter(|_| self.is_about_component);
        let parts = [
            self.check.as_bytes(),
            self.repository.as_deref().unwrap_or_default().as_bytes(),
            path.map_or(&[], |path| path.as_slice()),
            component.unwrap_or_default().as_bytes(),
            self.subject.as_bytes(),
        ];
        Identity {
            parts,
            teams,
            at_most: self.at_most,
        }
    }

    /// Returns a hash of its identity.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        let Identity {
            parts,
            teams,
            at_most,
        } = self.identity();
        parts.into_iter().for_each(&mut part);
        teams.into_iter().for_each(|team| part(team.as_bytes()));
        // No team has this id, because ids contain no spaces.
        if let Some(severity) = at_most {
            part(format!("at most {}", severity.name()).as_bytes());
        }
        let digest = hash.finalize();
        digest[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// The identity of a finding. Findings with equal identities are the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity<'f> {
    parts: [&'f [u8]; 5],
    teams: Vec<&'f str>,
    at_most: Option<Severity>,
}
