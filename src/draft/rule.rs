use std::collections::BTreeSet;

use crate::{config::name_and_mail, pattern::Pattern};

/// A rule of the draft, or an exemption if it has no owners.
#[derive(Debug, Clone)]
pub struct DraftRule {
    /// Its patterns.
    pub patterns: Vec<Pattern>,
    /// Handles, the primary owner first.
    pub owners: Vec<String>,
    /// The priority; higher ones win.
    pub priority: i64,
    /// The note, taken from a comment.
    pub note: Option<String>,
}

/// Returns a handle in the form that is compared: the address if it is a mailbox, whatever its name, in lower case, as
/// forges ignore letter case.
pub(super) fn handle_key(handle: &str) -> String {
    let mail = name_and_mail(handle).map(|(_, mail)| mail);
    let key = mail.filter(|mail| !mail.is_empty()).unwrap_or(handle);
    key.to_lowercase()
}

/// Returns owners as a set of keys.
pub(super) fn set(owners: &[String]) -> BTreeSet<String> {
    owners.iter().map(|owner| handle_key(owner)).collect()
}
