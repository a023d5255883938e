//! Owners in labels and annotations of Kubernetes resources. Only keys that the map lists are read, because there is
//! no common key for an owner.

use std::sync::Arc;

use super::declared::YamlFile;
use crate::{
    config::Settings,
    inventory::{Declaration, Declarations, Effect},
    yaml::Node,
};

/// Adds the declarations in the labels or annotations `values`.
pub(super) fn read(
    file: &YamlFile,
    values: Option<&Arc<Node>>,
    key: &'static str,
    settings: &Settings,
    declarations: &mut Declarations,
) {
    let Some(values) = values else {
        return;
    };
    for owner_key in &settings.owner_keys {
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
