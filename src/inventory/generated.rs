//! What this program writes from the map says no more than the map: whoever reads a repository, detectors
//! and dialects alike, has to know it.

/// What a file that this program wrote is known by.
pub const MARK: &str = "Written by ownlint from ownership.yaml.";

/// Whether a file was written by this program.
pub fn is_generated(text: &str) -> bool {
    text.contains(MARK)
}
