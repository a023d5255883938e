use std::collections::BTreeSet;

/// A rule of the draft; an exemption, if it has no owners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRule {
    /// Patterns of the map.
    pub paths: Vec<String>,
    /// Handles, the primary owner first.
    pub owners: Vec<String>,
    /// Higher ones beat lower ones.
    pub priority: i64,
    /// What a comment says of it.
    pub note: Option<String>,
}

/// What forges take for the same owner: they do not tell letter case.
pub(super) fn same(handle: &str) -> String {
    handle.to_lowercase()
}

/// Owners as a set.
pub(super) fn set(owners: &[String]) -> BTreeSet<String> {
    owners.iter().map(|owner| same(owner)).collect()
}
