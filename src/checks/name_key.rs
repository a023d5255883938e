//! What identifies findings about a name.

use crate::config::{name_and_address, slug};

/// Returns what the spellings of a name have in common: the name without an address, in lower case and without
/// punctuation.
pub(super) fn name_key(raw: &str) -> String {
    let (name, _) = name_and_address(raw).unwrap_or((raw, ""));
    match slug(name) {
        key if key.is_empty() => raw.to_owned(),
        key => key,
    }
}
