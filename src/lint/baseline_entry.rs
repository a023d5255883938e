use serde::{Deserialize, Serialize};

use super::FileHashes;
use crate::text::{count, joined, printable};

/// Findings with one fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// The check that reports them.
    pub check: String,
    /// Their repository.
    pub repository: Option<String>,
    /// Their path, in printable form.
    pub path: Option<String>,
    /// Their component.
    pub component: Option<String>,
    /// The fingerprint that identifies them.
    pub fingerprint: String,
    /// How many findings there are. A `u32`, so that the sum over a baseline fits into a `u64`.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// The number of files without an owner in the directory; `None` for other checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    /// The short hashes of these files, if the finding replaces many findings about files in a directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_hashes: Option<FileHashes>,
}

impl BaselineEntry {
    /// Describes the entry on one line.
    pub fn description(&self) -> String {
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
