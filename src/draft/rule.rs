use std::collections::BTreeSet;

/// A rule of the draft, or an exemption if it has no owners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRule {
    /// Patterns of the map.
    pub paths: Vec<String>,
    /// Handles, the primary owner first.
    pub owners: Vec<String>,
    /// The priority; higher ones win.
    pub priority: i64,
    /// The note, taken from a comment.
    pub note: Option<String>,
}

/// Returns a handle in lower case, as forges ignore letter case.
pub(super) fn lower(handle: &str) -> String {
    handle.to_lowercase()
}

/// Returns owners as a set of lowercase handles.
pub(super) fn set(owners: &[String]) -> BTreeSet<String> {
    owners.iter().map(|owner| lower(owner)).collect()
}
