//! Files that ownlint wrote from the map. They only repeat the map, so detectors and dialects must recognize them.

use crate::config::MAP_NAMES;

/// The start of the text by which a file that ownlint wrote is recognized; the name of the map follows.
const START: &str = "Written by ownlint from ";

/// Returns the text by which a file that ownlint wrote from a map with this name is recognized.
pub fn mark(map: &str) -> String {
    format!("{START}{map}.")
}

/// Returns the text after the mark of a file that ownlint wrote; `None` if it did not write a file with this text.
pub fn after_mark(text: &str) -> Option<&str> {
    text.split(START).skip(1).find_map(|rest| {
        let name = MAP_NAMES.iter().find_map(|name| rest.strip_prefix(name));
        name?.strip_prefix('.')
    })
}

/// Returns whether ownlint wrote a file with this text.
pub fn is_generated(text: &str) -> bool {
    after_mark(text).is_some()
}
