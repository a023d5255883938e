//! Owners in labels, annotations and other mappings, under the keys that the map lists.

use std::sync::Arc;

use super::declared::YamlFile;
use crate::{
    inventory::{Declaration, Declarations, Effect},
    yaml::Node,
};

/// Returns the value in a tag that consists of an owner key, a separator and a value.
pub(super) fn in_tag<'t, 'k>(
    tag: &'t str,
    separator: char,
    mut keys: impl Iterator<Item = &'k str>,
) -> Option<&'t str> {
    let value = keys.find_map(|key| tag.strip_prefix(key)?.strip_prefix(separator));
    value.map(str::trim).filter(|value| !value.is_empty())
}

/// Adds the declarations in the mapping `values`.
pub(super) fn read<'k>(
    file: &YamlFile,
    values: Option<&Arc<Node>>,
    key: &'static str,
    keys: impl Iterator<Item = &'k str>,
    declarations: &mut Declarations,
) {
    let Some(values) = values else {
        return;
    };
    for owner_key in keys {
        let Some(value) = values.get(owner_key).filter(|value| !value.is_null()) else {
            continue;
        };
        let names = file.names(owner_key, value, &mut declarations.problems);
        if !names.is_empty() {
            let declaration = Declaration::new(key, Effect::Owner, file.place(value), names);
            declarations.declarations.push(declaration);
        }
    }
}
