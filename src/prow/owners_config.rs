use super::{
    config::{FullConfig, Owners, SimpleConfig},
    json::{Fault, Json, JsonContent, Target, is_field, to_json},
};
use crate::{
    text::Span,
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
        let simple = json.and_then(|json| SimpleConfig::read(&json));
        let full = to_json(value, Target::Full, &mut duplicates);
        let full = full.and_then(|json| FullConfig::read(&json));
        Self {
            simple,
            full,
            filters,
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

fn filters_key(json: &Json) -> Option<Span> {
    let mut entries = json.entries().ok()?.iter();
    let filters = entries.find(|entry| is_field("filters", &entry.key))?;
    let value = &filters.value;
    (!matches!(value.content, JsonContent::Null)).then_some(value.span)
}
