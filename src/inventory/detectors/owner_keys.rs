//! Owners in labels, annotations and other mappings, under the keys that the map lists.

use std::sync::Arc;

use super::{declared::YamlFile, detector::Label};
use crate::{
    inventory::{Declaration, Declarations, Effect, SourceFile},
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

/// Returns the keys and values of tags that consist of a key, a separator and a value.
pub(super) fn of_tags<'t>(tags: impl Iterator<Item = &'t str>, separator: char) -> Vec<Label> {
    tags.filter_map(|tag| tag.rsplit_once(separator))
        .map(|(key, value)| (key.to_owned(), value.trim().to_owned()))
        .collect()
}

/// The mappings of YAML files that consist of labels or annotations.
const MAPPINGS: [&str; 5] = [
    "annotations",
    "commonAnnotations",
    "commonLabels",
    "labels",
    "pairs",
];

/// How deep mappings may be nested.
const DEPTH: usize = 16;

/// Returns the labels and annotations in a YAML file.
pub(super) fn in_yaml(file: &SourceFile) -> Vec<Label> {
    let mut labels = Vec::new();
    for document in &file.yaml().documents {
        add_labels(document, DEPTH, &mut labels);
    }
    labels
}

fn add_labels(node: &Node, depth: usize, labels: &mut Vec<Label>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    for item in node.items().unwrap_or_default() {
        add_labels(item, depth, labels);
    }
    for entry in node.entries().unwrap_or_default() {
        let key = entry.key.as_str();
        if key.is_some_and(|key| MAPPINGS.contains(&key)) {
            let values = entry.value.entries().unwrap_or_default().iter();
            labels.extend(values.filter_map(|label| {
                let (key, value) = label.key.as_str().zip(label.value.as_str())?;
                Some((key.to_owned(), value.to_owned()))
            }));
        }
        add_labels(&entry.value, depth, labels);
    }
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
