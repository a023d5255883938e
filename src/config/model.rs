use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{Percent, Selector, Spanned, TeamId};
use crate::{finding::Severity, pattern::Pattern, text::Place};

/// The organisation as a whole.
#[derive(Debug, Default)]
pub struct Organization {
    /// Its name.
    pub name: Option<String>,
    /// How to reach it when no team is known, in the order of the map.
    pub escalation: Vec<Escalation>,
}

/// One way to reach the organisation.
#[derive(Debug, Serialize)]
pub struct Escalation {
    /// When to use it.
    pub when: String,
    /// The contact.
    pub via: String,
}

/// Returns the key under which an entry lists `pattern`, one of its `paths`, and the number of patterns under this key.
pub fn list_of(paths: &[Spanned<Arc<Pattern>>], pattern: &Pattern) -> (&'static str, usize) {
    let of_files = pattern.is_of_files();
    let alike = paths
        .iter()
        .filter(|path| path.value.is_of_files() == of_files);
    let key = match of_files {
        true => "files",
        false => "paths",
    };
    (key, alike.count())
}

/// A rule: the owners of some paths and components.
#[derive(Debug)]
pub struct Rule {
    /// The position of the repository that it applies to; `None` for all repositories.
    pub repository: Option<usize>,
    /// The paths it selects: those under `paths`, then those under `files`.
    pub paths: Vec<Spanned<Arc<Pattern>>>,
    /// The components it selects.
    pub components: Vec<Spanned<Selector>>,
    /// The owners, the primary one first.
    pub owners: Vec<Spanned<TeamId>>,
    /// A higher priority beats a lower one, whatever the patterns are; 0 if it is missing.
    pub priority: Option<Spanned<i64>>,
    /// Why.
    pub note: Option<String>,
    /// The place of the whole entry.
    pub place: Place,
}

impl Rule {
    /// Returns its paths and selectors as written.
    pub fn texts(&self) -> Vec<String> {
        let paths = self.paths.iter().map(|it| it.value.text().to_string());
        let components = self.components.iter().map(|it| it.value.text.clone());
        paths.chain(components).collect()
    }
}

/// Paths that need no owner.
#[derive(Debug)]
pub struct Exemption {
    /// The position of the repository that it applies to; `None` for all repositories.
    pub repository: Option<usize>,
    /// The paths: those under `paths`, then those under `files`.
    pub paths: Vec<Spanned<Arc<Pattern>>>,
    /// Why.
    pub reason: String,
    /// A higher priority beats a lower one, whatever the patterns are; 0 if it is missing.
    pub priority: Option<Spanned<i64>>,
    /// The last day on which it applies.
    pub until: Option<Spanned<Date>>,
    /// The place of the whole entry.
    pub place: Place,
}

impl Exemption {
    /// Returns whether its end date has passed.
    pub fn has_expired(&self, today: Date) -> bool {
        self.until.as_ref().is_some_and(|until| until.value < today)
    }
}

/// A suppression: findings that are not reported.
#[derive(Debug)]
pub struct Suppression {
    /// The position of the repository that it applies to; `None` for all repositories.
    pub repository: Option<usize>,
    /// The checks that it suppresses.
    pub checks: Vec<Spanned<&'static str>>,
    /// The paths of the findings: those under `paths`, then those under `files`.
    pub paths: Vec<Spanned<Arc<Pattern>>>,
    /// The components of the findings.
    pub components: Vec<Spanned<Selector>>,
    /// Why.
    pub reason: String,
    /// The last day on which it applies.
    pub until: Option<Spanned<Date>>,
    /// The place of the whole entry.
    pub place: Place,
}

impl Suppression {
    /// Returns whether its end date has passed.
    pub fn has_ended(&self, today: Date) -> bool {
        self.until.as_ref().is_some_and(|until| until.value < today)
    }
}

/// The minimum coverage that the map requires.
#[derive(Debug, Default)]
pub struct MinCoverage {
    /// Of all files.
    pub overall: Option<Spanned<Percent>>,
    /// Of the files of one repository, by its position.
    pub repositories: Vec<(usize, Spanned<Percent>)>,
    /// Of the components of one kind.
    pub components: Vec<(&'static str, Spanned<Percent>)>,
    /// Of the components of a team.
    pub teams: Vec<(TeamId, Spanned<Percent>)>,
}

/// A repository that the map lists, but that is not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncheckedRepository {
    /// Its name in the map.
    pub name: Arc<str>,
    /// The number of paths and selectors in the map that apply only to it.
    pub entries: usize,
}

/// How the declarations that a detector finds, or the ownership files of a dialect, are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// They become claims.
    #[default]
    Trust,
    /// They are not claims, but a difference from the verdict is reported.
    Compare,
    /// They are not read.
    Ignore,
}

impl Policy {
    /// All policies, by their names in the map.
    pub const ALL: [(&str, Self); 3] = [
        ("trust", Self::Trust),
        ("compare", Self::Compare),
        ("ignore", Self::Ignore),
    ];

    /// Returns its name in the map.
    pub fn name(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find_map(|(name, policy)| (policy == self).then_some(name))
            .unwrap_or_default()
    }
}

/// A repository in the map.
#[derive(Debug)]
pub struct Repository {
    /// Its name; `.` for the directory of a map that lists no repositories.
    pub name: Arc<str>,
    /// The directory of the checkout, according to the map.
    pub root: PathBuf,
    /// The place of its name; `None` for a map that lists no repositories.
    pub place: Option<Place>,
    /// The policy by detector; `Trust` if a detector is missing.
    pub policies: FxHashMap<&'static str, Policy>,
    /// The policy by dialect of ownership files; if a dialect is missing, its files are compared where they exist.
    pub ownership_files: FxHashMap<&'static str, Policy>,
    /// The dialect of the forge that is in use, if the map names it.
    pub forge: Option<&'static str>,
    /// The severity by check; `None` turns the check off.
    pub severities: FxHashMap<&'static str, Option<Severity>>,
}

impl Repository {
    /// Returns the policy for this detector.
    pub fn policy(&self, detector: &str) -> Policy {
        self.policies.get(detector).copied().unwrap_or_default()
    }

    /// Returns the dialects whose ownership files make claims.
    pub fn trusted_dialects(&self) -> Vec<&'static str> {
        let dialects = self.ownership_files.iter();
        let trusted = dialects.filter(|(_, policy)| **policy == Policy::Trust);
        let mut trusted: Vec<&'static str> = trusted.map(|(name, _)| *name).collect();
        trusted.sort_unstable();
        trusted
    }
}

/// Returns the name of a repository for display: the name of its directory if the map gives it no name.
pub fn repository_title<'r>(name: &'r str, root: &'r Path) -> Cow<'r, str> {
    match name {
        "." => root
            .file_name()
            .map_or(".".into(), |name| name.to_string_lossy()),
        name => name.into(),
    }
}
