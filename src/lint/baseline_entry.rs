use serde::{Deserialize, Serialize};

use crate::text::{count, joined, printable};

/// Findings with one fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// The check that finds them.
    pub check: String,
    /// Their repository.
    pub repository: Option<String>,
    /// Their path, as people read it.
    pub path: Option<String>,
    /// Their component.
    pub component: Option<String>,
    /// What identifies them.
    pub fingerprint: String,
    /// How many there are. So few that all of a baseline can be added up.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// How many files without an owner it knows in its directory; nothing for other checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
}

impl BaselineEntry {
    /// What it is about, on one line.
    pub fn told(&self) -> String {
        let parts = [&self.repository, &self.path, &self.component];
        let parts = parts.into_iter().flatten().map(|part| printable(part));
        let mut about = joined(parts, " ");
        if let Some(files) = self.files {
            about += &format!(", {}", count(files, "file"));
        }
        let check = printable(&self.check);
        match about.as_str() {
            "" => check,
            about => format!("{check} ({about})"),
        }
    }
}

fn one() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_one(count: &u32) -> bool {
    *count == 1
}
