//! The map as written.

use jiff::civil::Date;

use super::{
    OwnerKeys, Requirement,
    alerting::AlertingConfigEntry,
    generated::WrittenGenerateEntry,
    model::Organization,
    settings::CustomKind,
    spanned::{Spanned, Text},
    teams::Team,
};
use crate::text::Place;

/// The content of the map and its includes, in the order of reading.
#[derive(Debug, Default)]
pub(super) struct WrittenMap {
    pub requires: Option<Spanned<Requirement>>,
    pub organization: Option<Spanned<Organization>>,
    pub teams: Vec<WrittenTeam>,
    /// The entries for all repositories.
    pub of_all: ScopeEntry,
    pub repositories: Vec<WrittenRepository>,
    pub people: Vec<WrittenPerson>,
    pub kinds: Vec<CustomKind>,
    pub vendored: Vec<Text>,
    pub owner_keys: OwnerKeys,
    pub namespace_owner: bool,
    pub manifests: Vec<Text>,
    pub rule_files: Vec<Text>,
    pub max_owners: Option<Spanned<usize>>,
    pub min_coverage: Option<Spanned<MinCoverageEntry>>,
    pub alerting: Vec<AlertingConfigEntry>,
    pub generated: Vec<WrittenGenerateEntry>,
}

#[derive(Debug)]
pub(super) struct WrittenPerson {
    pub name: Option<Text>,
    pub emails: Vec<Text>,
    pub handles: Vec<WrittenHandle>,
    pub team: Text,
}

/// A name on a forge.
#[derive(Debug, Clone)]
pub(super) struct WrittenHandle {
    pub forge: String,
    pub name: Text,
}

#[derive(Debug)]
pub(super) struct WrittenTeam {
    /// The team without the teams that it refers to, which follow.
    pub team: Team,
    pub handles: Vec<WrittenHandle>,
    pub parent: Option<Text>,
    pub successor: Option<Text>,
}

/// The patterns of an entry.
#[derive(Debug)]
pub(super) struct PathTexts {
    /// Those for paths and everything inside them.
    pub paths: Vec<Text>,
    /// Those for files.
    pub files: Vec<Text>,
}

impl PathTexts {
    /// Returns all patterns, each with whether it is for files.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, bool)> {
        let paths = self.paths.iter().map(|text| (text, false));
        paths.chain(self.files.iter().map(|text| (text, true)))
    }
}

#[derive(Debug)]
pub(super) struct RuleEntry {
    pub place: Place,
    pub paths: PathTexts,
    pub components: Vec<Text>,
    pub owners: Vec<Text>,
    pub priority: Option<Spanned<i64>>,
    pub note: Option<Text>,
}

#[derive(Debug)]
pub(super) struct ExemptionEntry {
    pub paths: PathTexts,
    pub reason: String,
    pub priority: Option<Spanned<i64>>,
    pub until: Option<Spanned<Date>>,
    pub place: Place,
}

/// The entries that the map and a repository have in common.
#[derive(Debug, Default)]
pub(super) struct ScopeEntry {
    pub rules: Vec<RuleEntry>,
    pub exemptions: Vec<ExemptionEntry>,
    pub declarations: Vec<(Text, Text)>,
    /// The dialect of the forge that is in use.
    pub forge: Option<Text>,
    pub ownership_files: Vec<(Text, Text)>,
    pub checks: Vec<(Text, Text)>,
    pub suppressions: Vec<SuppressionEntry>,
}

/// A repository; by default the directory of the map.
#[derive(Debug, Default)]
pub(super) struct WrittenRepository {
    pub name: Option<Text>,
    pub path: Option<Text>,
    pub kinds: Vec<CustomKind>,
    pub own: ScopeEntry,
}

#[derive(Debug)]
pub(super) struct SuppressionEntry {
    pub checks: Vec<Text>,
    pub paths: PathTexts,
    pub components: Vec<Text>,
    pub reason: String,
    pub until: Option<Spanned<Date>>,
    pub place: Place,
}

#[derive(Debug)]
pub(super) struct MinCoverageEntry {
    pub overall: Option<Text>,
    pub repositories: Vec<(Text, Text)>,
    pub components: Vec<(Text, Text)>,
    pub teams: Vec<(Text, Text)>,
}
