//! Keys of labels, annotations, tags and variables that probably name owners, as proposals for `owner_keys`.

use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice as _};

use crate::{
    config::slug,
    inventory::{Name, detectors},
    resolution::ResolvedRepository,
    text::Place,
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

/// Words in the last part of a key that names owners.
const WORDS: [&str; 6] = ["maintainer", "owned", "owner", "owners", "squad", "team"];

/// Returns the keys in the files of components that occur in several files, with values that could be teams; the most
/// frequent ones first.
pub fn proposed_keys(repository: &ResolvedRepository) -> Vec<ProposedKey> {
    let reading = repository.components.iter().filter_map(|component| {
        let labels = detectors::of(component).labels?;
        // Dockerfiles declare owners only if the map lists keys.
        let paths = component.declares_in.iter().chain([&component.path]);
        Some(paths.map(move |path| (path.as_bstr(), labels)))
    });
    // Several components can declare owners in one file.
    let files: BTreeMap<&BStr, _> = reading.flatten().collect();
    let content = repository.content();
    let mut keys: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (path, labels) in files {
        let Ok(file) = content.keep(path) else {
            continue;
        };
        let mut found = BTreeMap::new();
        for (key, value) in labels(&file) {
            if may_name_owner(&key) {
                found.entry(key).or_insert(value);
            }
        }
        for (key, value) in found {
            let name = Name::new(
                vec![value],
                Place::Path(repository.name.clone(), path.into()),
            );
            if !name.is_template && !name.is_placeholder() {
                let known = keys.entry(key).or_default();
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
