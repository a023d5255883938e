//! Files of other programs with the default name of the map.

use super::schema;
use crate::yaml::{self, Node};

/// The key of a map that other programs use, too.
const VERSION: &str = "version";

/// What a file of another program contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// A list of services under `ownership`, which GitHub and others use.
    Services,
    /// No key of a map.
    Other,
}

impl Foreign {
    /// The key under which other programs list services.
    pub(super) const SERVICES: &str = "ownership";

    /// Returns what a text contains; `None` if it is a map, which may have errors.
    pub fn of_text(text: &str) -> Option<Self> {
        let keys = || {
            text.lines()
                .filter_map(|line| Some(line.split_once(':')?.0))
        };
        // Nearly all maps are recognized by a line, so they are not parsed twice.
        if keys().any(is_own) {
            return None;
        }
        match yaml::parse(text).documents.first() {
            Some(document) => Self::of(document),
            // It is not valid YAML.
            None => keys()
                .any(|key| key == Self::SERVICES)
                .then_some(Self::Services),
        }
    }

    /// Returns what a document contains; `None` if it is a map, which may have errors.
    pub fn of(document: &Node) -> Option<Self> {
        let entries = document.entries()?.iter();
        let keys: Vec<&str> = entries.filter_map(|entry| entry.key.as_str()).collect();
        if keys.iter().any(|key| is_own(key)) {
            return None;
        }
        if keys.contains(&Self::SERVICES) {
            return Some(Self::Services);
        }
        // A version shows that it is a map, although all other keys are misspelled.
        (!keys.is_empty() && !keys.contains(&VERSION)).then_some(Self::Other)
    }

    /// Describes the file, as the end of a sentence.
    pub fn description(self) -> &'static str {
        match self {
            Self::Services => "it lists services under `ownership`",
            Self::Other => "it has none of the keys of an ownership map",
        }
    }
}

/// Returns whether a top-level key occurs only in maps.
fn is_own(key: &str) -> bool {
    key != VERSION && schema::KEYS.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_maps_from_files_of_other_programs() {
        use Foreign::{Other, Services};
        for (text, expected) in [
            ("", None),
            ("version: 1\n", None),
            ("version: 1\nteams: {}\n", None),
            ("{version: 1, teams: {}}", None),
            ("version: 1\nteems: {}\n", None),
            ("schemaVersion: example/v1\nconcepts: {}\n", Some(Other)),
            ("rules: []\nownership: []\n", None),
            ("{ownership: [], teams: {}}", None),
            ("- a\n", None),
            ("teams: [\n", None),
            ("version: 1\nownership: []\n", Some(Services)),
            ("ownership:\n- {team: a/b, name: c}\n", Some(Services)),
            ("# rules: no\n---\nownership:\n", Some(Services)),
            (
                "{\"version\": 1, \"ownership\": [{\"name\": \"c\"}]}",
                Some(Services),
            ),
            ("module: {}\nownership: [{team: A B}]\n", Some(Services)),
            ("ownership:\n  - name: a\n\tb: c\n", Some(Services)),
            ("configured: false\norg: \"@org\"\n", Some(Other)),
            (
                "apiVersion: example.org/v1\nkind: Owners\nspec: {}\n",
                Some(Other),
            ),
        ] {
            assert_eq!(Foreign::of_text(text), expected, "{text}");
        }
    }
}
