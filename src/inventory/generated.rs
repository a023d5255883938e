//! Files that ownlint wrote from the map. They only repeat the map, so detectors and dialects must recognize them.

/// The text by which a file that ownlint wrote is recognized.
pub const MARK: &str = "Written by ownlint from ownership.yaml.";

/// Returns whether ownlint wrote a file with this text.
pub fn is_generated(text: &str) -> bool {
    text.contains(MARK)
}
