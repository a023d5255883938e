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
    /// In which case.
    pub when: String,
    /// How.
    pub via: String,
}

/// Who owns what.
#[derive(Debug)]
pub struct Rule {
    /// The repository (by position) it is for; nothing for all of them.
    pub repository: Option<usize>,
    /// The paths it is about.
    pub paths: Vec<Spanned<Arc<Pattern>>>,
    /// The components it is about.
    pub components: Vec<Spanned<Selector>>,
    /// The owners, the primary one first.
    pub owners: Vec<Spanned<TeamId>>,
    /// Higher ones beat lower ones, whatever their patterns.
    pub priority: i64,
    /// Why.
    pub note: Option<String>,
    /// The whole entry.
    pub place: Place,
}

/// Paths that need no owner.
#[derive(Debug)]
pub struct Exemption {
    /// The repository (by position) it is for; nothing for all of them.
    pub repository: Option<usize>,
    /// The paths.
    pub paths: Vec<Spanned<Arc<Pattern>>>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Spanned<Date>>,
}

impl Exemption {
    /// Whether its end date has passed.
    pub fn has_expired(&self, today: Date) -> bool {
        self.until.as_ref().is_some_and(|until| until.value < today)
    }
}

/// Findings that are not told.
#[derive(Debug)]
pub struct Suppression {
    /// The repository (by position) it is for; nothing for all of them.
    pub repository: Option<usize>,
    /// The checks that find them.
    pub checks: Vec<Spanned<&'static str>>,
    /// Paths they are about.
    pub paths: Vec<Spanned<Arc<Pattern>>>,
    /// Components they are about.
    pub components: Vec<Spanned<Selector>>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Spanned<Date>>,
}

impl Suppression {
    /// Whether its end date has passed.
    pub fn has_ended(&self, today: Date) -> bool {
        self.until.as_ref().is_some_and(|until| until.value < today)
    }
}

/// The shares that the map asks for; each stands where the map says it.
#[derive(Debug, Default)]
pub struct MinCoverage {
    /// Of all files.
    pub overall: Option<Spanned<Percent>>,
    /// Of the files of one repository, by its position.
    pub repositories: Vec<(usize, Spanned<Percent>)>,
    /// Of the components of one kind.
    pub components: Vec<(&'static str, Spanned<Percent>)>,
    /// Of the components that have to do with a team.
    pub teams: Vec<(TeamId, Spanned<Percent>)>,
}

/// What the declarations that a detector finds are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// They are claims.
    #[default]
    Trust,
    /// They claim nothing, but a difference from the verdict is told.
    Compare,
    /// They are not read.
    Ignore,
}

/// A repository of the map.
#[derive(Debug)]
pub struct Repository {
    /// Its name; `.` for the directory of a map that lists no repositories.
    pub name: Arc<str>,
    /// Where it should be checked out, as the map has it.
    pub root: PathBuf,
    /// Where the map names it; nothing for a map that lists no repositories.
    pub place: Option<Place>,
    /// By detector; one that is not here is trusted.
    pub policies: FxHashMap<&'static str, Policy>,
    /// By check; nothing as a severity is off.
    pub severities: FxHashMap<&'static str, Option<Severity>>,
}

impl Repository {
    /// What this detector's declarations are worth.
    pub fn policy(&self, detector: &str) -> Policy {
        self.policies.get(detector).copied().unwrap_or_default()
    }
}

/// What a person calls a repository: one that the map gives no name is called like its directory.
pub fn repository_title<'r>(name: &'r str, root: &'r Path) -> Cow<'r, str> {
    match name {
        "." => root
            .file_name()
            .map_or(".".into(), |name| name.to_string_lossy()),
        name => name.into(),
    }
}
