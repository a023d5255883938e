use std::collections::BTreeMap;

/// The names of the keys under which a convention expects owners.
const PRESETS: [(&str, &[&str]); 3] = [
    ("a8r.io", &["a8r.io/owner"]),
    (
        "app.kubernetes.io",
        &["app.kubernetes.io/owner", "app.kubernetes.io/team"],
    ),
    ("backstage.io", &["backstage.io/owner", "backstage.io/team"]),
];

/// The labels, annotations, tags and variables that name owners, in addition to those that a format defines. Empty
/// unless the map lists some, since no such key is common.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct OwnerKeys {
    /// The keys for all detectors.
    all: Vec<String>,
    by_detector: BTreeMap<String, Vec<String>>,
}

impl OwnerKeys {
    /// Adds a key, or the keys of a preset, for a detector or for all.
    pub fn add(&mut self, detector: Option<&str>, key: &str) {
        let keys = match detector {
            Some(detector) => self.by_detector.entry(detector.to_owned()).or_default(),
            None => &mut self.all,
        };
        match PRESETS.iter().find(|(preset, _)| *preset == key) {
            Some((_, preset)) => keys.extend(preset.iter().map(|key| (*key).to_owned())),
            None => keys.push(key.to_owned()),
        }
    }

    /// Returns the keys that one of these detectors reads.
    pub fn of<'k>(&'k self, detectors: &'k [&str]) -> impl Iterator<Item = &'k str> + Clone {
        let own = detectors.iter().filter_map(|it| self.by_detector.get(*it));
        let keys = std::iter::once(&self.all).chain(own).flatten();
        keys.map(String::as_str)
    }

    /// Returns whether there are keys that this detector reads.
    pub fn are_any_of(&self, detector: &str) -> bool {
        self.of(&[detector]).next().is_some()
    }

    /// Returns whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.by_detector.is_empty()
    }
}
