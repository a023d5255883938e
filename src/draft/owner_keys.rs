//! Keys of labels and annotations that probably name owners, as proposals for `owner_keys`.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, ByteSlice as _};

use crate::{
    config::slug,
    inventory::{Name, detectors},
    resolution::ResolvedRepository,
    text::Place,
    yaml::Node,
};

/// A key that probably names owners.
#[derive(Debug)]
pub struct ProposedKey {
    /// The key.
    pub key: String,
    /// The number of files with the key.
    pub files: usize,
    /// One of its values.
    pub example: String,
}

/// How many files must have a key.
const LEAST_FILES: usize = 3;

/// The mappings in which keys are looked for.
const MAPPINGS: [&str; 5] = [
    "annotations",
    "commonAnnotations",
    "commonLabels",
    "labels",
    "pairs",
];

/// Words in the last part of a key that names owners.
const WORDS: [&str; 6] = ["maintainer", "owned", "owner", "owners", "squad", "team"];

/// How deep mappings may be nested.
const DEPTH: usize = 16;

/// Returns the keys in the YAML files of components that occur in several files, with values that could be teams; the
/// most frequent ones first. Keys that the detectors read without being listed are skipped.
pub fn proposed_keys(repository: &ResolvedRepository) -> Vec<ProposedKey> {
    let components = repository.components.iter();
    let reading = components.filter(|of| detectors::of(of).reads_owner_keys);
    let files: BTreeSet<&BStr> = reading
        .flat_map(|of| of.declares_in.iter().map(|path| path.as_bstr()))
        .filter(|path| path.ends_with(b".yaml") || path.ends_with(b".yml"))
        .collect();
    let content = repository.content();
    let mut keys: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for path in files {
        let Ok(file) = content.keep(path) else {
            continue;
        };
        let mut found = BTreeMap::new();
        for document in &file.yaml().documents {
            collect(document, DEPTH, &mut found);
        }
        for (key, value) in found {
            let name = Name::new(
                vec![value.to_owned()],
                Place::Path(repository.name.clone(), path.into()),
            );
            if !name.is_template && !name.is_placeholder() {
                let known = keys.entry(key.to_owned()).or_default();
                known.0 += 1;
                known.1.clone_from(&name.spellings[0]);
            }
        }
    }
    let frequent = keys
        .into_iter()
        .filter(|(_, (files, _))| *files >= LEAST_FILES);
    let mut proposed: Vec<ProposedKey> = frequent
        .map(|(key, (files, example))| ProposedKey {
            key,
            files,
            example,
        })
        .collect();
    proposed.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.key.cmp(&b.key)));
    proposed
}

/// Adds the first value of each key that seems to name an owner.
fn collect<'n>(node: &'n Node, depth: usize, found: &mut BTreeMap<&'n str, &'n str>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    for item in node.items().unwrap_or_default() {
        collect(item, depth, found);
    }
    for entry in node.entries().unwrap_or_default() {
        if entry
            .key
            .as_str()
            .is_some_and(|key| MAPPINGS.contains(&key))
        {
            for label in entry.value.entries().unwrap_or_default() {
                let pair = label.key.as_str().zip(label.value.as_str());
                if let Some((key, value)) = pair.filter(|(key, _)| may_name_owner(key)) {
                    found.entry(key).or_insert(value);
                }
            }
        }
        collect(&entry.value, depth, found);
    }
}

fn may_name_owner(key: &str) -> bool {
    let end = key.rsplit(['/', '.']).next().unwrap_or(key);
    slug(end).split('-').any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::may_name_owner;

    #[test]
    fn recognizes_keys_of_owners() {
        for key in [
            "team",
            "example.org/owner",
            "io.example.team",
            "owned-by",
            "app_team",
        ] {
            assert!(may_name_owner(key), "{key}");
        }
        for key in ["app.kubernetes.io/name", "example.team/version", "teamcity"] {
            assert!(!may_name_owner(key), "{key}");
        }
    }
}
