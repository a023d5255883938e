use super::{
    config::{FullConfig, Owners, SimpleConfig},
    json::{Fault, Json, JsonContent, OWNER_KEYS, Target, is_field, to_json},
};
use crate::{
    text::{Span, closest},
    yaml::go_yaml::{self, GoYamlError, Value},
};

/// The pattern of a filter that Prow treats as a match for everything. Others are regular expressions.
pub const EVERYTHING: &str = ".*";

/// The content of an OWNERS file. Prow tries both kinds of files.
#[derive(Debug)]
pub struct OwnersConfig {
    /// The file with owners of all files.
    pub simple: Result<SimpleConfig, Fault>,
    /// The file with filters.
    pub full: Result<FullConfig, Fault>,
    /// The value of `filters` in a simple file, unless it is null.
    pub filters: Option<Span>,
    /// Unknown keys that are similar to known ones, which follow them.
    pub misspelled: Vec<(Span, String, &'static str)>,
    /// The keys that are equal in JSON: any of their values may be the result.
    pub duplicates: Vec<Span>,
}

impl OwnersConfig {
    /// Reads a file.
    ///
    /// # Errors
    /// If Prow cannot read its YAML and ignores it.
    pub fn read(bytes: &[u8]) -> Result<Self, GoYamlError> {
        Ok(Self::of(&go_yaml::read(bytes)?))
    }

    /// Reads the YAML of a file.
    pub fn of(value: &Value) -> Self {
        let mut duplicates = Vec::new();
        let json = to_json(value, Target::Simple, &mut duplicates);
        let filters = json.as_ref().ok().and_then(filters_key);
        let misspelled = json.as_ref().map_or_else(|_| Vec::new(), misspelled_keys);
        let simple = json.and_then(|json| SimpleConfig::read(&json));
        let full = to_json(value, Target::Full, &mut duplicates);
        let full = full.and_then(|json| FullConfig::read(&json));
        Self {
            simple,
            full,
            filters,
            misspelled,
            duplicates,
        }
    }

    /// Returns the owners of all files in the folder, as far as no other filter adds more.
    pub fn of_all_files(&self) -> Option<&Owners> {
        if let Ok(config) = &self.simple
            && !config.owners.is_empty()
        {
            return Some(&config.owners);
        }
        let mut filters = self.full.as_ref().ok()?.filters.iter();
        let filter = filters.find(|(pattern, ..)| pattern == EVERYTHING);
        filter.map(|(_, _, owners)| owners)
    }
}

/// Keys that do not name owners.
const OTHER_KEYS: [&str; 4] = [
    "filters",
    "options",
    "emeritus_approvers",
    "emeritus_reviewers",
];

/// Returns the unknown keys of a file and of its filters that are similar to known ones, which follow them.
fn misspelled_keys(json: &Json) -> Vec<(Span, String, &'static str)> {
    let known = || OWNER_KEYS.into_iter().chain(OTHER_KEYS);
    let own = json.entries().unwrap_or_default();
    let filters = own.iter().filter(|entry| is_field("filters", &entry.key));
    let filters = filters.flat_map(|entry| entry.value.entries().unwrap_or_default());
    let inside = filters.flat_map(|entry| entry.value.entries().unwrap_or_default());
    let unknown = own.iter().chain(inside).filter(|entry| {
        let mut known = known();
        !known.any(|known| is_field(known, &entry.key))
    });
    let similar = unknown.filter_map(|entry| {
        let meant = closest(&entry.key, known())?;
        Some((entry.key_span, entry.key.clone(), meant))
    });
    similar.collect()
}

fn filters_key(json: &Json) -> Option<Span> {
    let mut entries = json.entries().ok()?.iter();
    let filters = entries.find(|entry| is_field("filters", &entry.key))?;
    let value = &filters.value;
    (!matches!(value.content, JsonContent::Null)).then_some(value.span)
}
