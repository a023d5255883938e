//! `alerting` of the map: where notification routes are.

use std::sync::Arc;

use bstr::BStr;

use super::{
    reader::{Fields, Reader},
    spanned::{Spanned, Text},
    validate::Validator,
    written::WrittenMap,
};
use crate::{config::Repository, pattern::Pattern};

/// The settings for notification routes.
#[derive(Debug, Default)]
pub struct AlertingSettings {
    /// The files with notification routes. If there are none, all files are searched.
    pub configs: Vec<AlertingConfig>,
}

/// A file with notification routes.
#[derive(Debug)]
pub struct AlertingConfig {
    /// Its path, or a pattern for several.
    pub path: Spanned<Arc<Pattern>>,
    /// The names of the repositories whose alerts it routes. If there are none, it routes those of all repositories.
    pub repositories: Vec<Text>,
}

impl AlertingConfig {
    /// Returns whether it lists the file at a path.
    pub fn lists(&self, path: &BStr) -> bool {
        self.path.value.matches(path, false)
    }
}

/// An entry of `configs` as written.
#[derive(Debug)]
pub(super) struct AlertingConfigEntry {
    path: Text,
    repositories: Vec<Text>,
}

pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, written: &mut WrittenMap) {
    let Some(node) = fields.get("alerting") else {
        return;
    };
    let Some(fields) = reader.fields(node, "`alerting`", &["configs"]) else {
        return;
    };
    let configs = reader.list(&fields, "configs", |reader, node| {
        let fields = reader.fields(node, "a config", &["path", "repositories"])?;
        let repositories = reader.texts(&fields, "repositories");
        Some(AlertingConfigEntry {
            path: reader.required(&fields, "path", "a config")?,
            repositories,
        })
    });
    written.alerting.extend(configs);
}

impl Validator<'_> {
    pub(super) fn alerting(
        &mut self,
        entries: Vec<AlertingConfigEntry>,
        repositories: &[Repository],
    ) -> AlertingSettings {
        let names: Vec<&str> = repositories.iter().map(|it| &*it.name).collect();
        let configs = entries.into_iter().filter_map(|entry| {
            for name in &entry.repositories {
                if !names.contains(&name.value.as_str()) {
                    self.unknown(name, "a repository listed in the map", &names);
                }
            }
            Some(AlertingConfig {
                path: self.patterns(std::slice::from_ref(&entry.path)).pop()?,
                repositories: entry.repositories,
            })
        });
        AlertingSettings {
            configs: configs.collect(),
        }
    }
}
