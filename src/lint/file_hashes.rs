use std::collections::BTreeSet;

use bstr::BString;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The number of hexadecimal digits of each hash. Of a million new files, about two look like one of 10,000 others.
const DIGITS: usize = 8;

/// The short hashes of files, sorted, one directly after the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileHashes(String);

impl FileHashes {
    /// Returns the hashes of files.
    pub fn of(files: &[BString]) -> Self {
        let hashes: BTreeSet<String> = files.iter().map(|file| hash(file)).collect();
        Self(hashes.into_iter().collect())
    }

    /// Returns whether a file has one of the hashes.
    pub fn contains(&self, file: &[u8]) -> bool {
        let (hashes, _) = self.0.as_bytes().as_chunks::<DIGITS>();
        let hash = hash(file);
        hashes
            .binary_search_by(|known| known[..].cmp(hash.as_bytes()))
            .is_ok()
    }
}

fn hash(file: &[u8]) -> String {
    let digest = Sha256::digest(file);
    let bytes = digest[..DIGITS / 2].iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_files() {
        let files: Vec<BString> = (0..1000).map(|at| format!("x/{at}").into()).collect();
        for known in [0, 1, 2, 7, 999] {
            let hashes = FileHashes::of(&files[..known]);
            assert_eq!(hashes.0.len(), known * DIGITS);
            let found = files.iter().filter(|file| hashes.contains(file));
            assert!(found.eq(&files[..known]));
        }
        assert!(!FileHashes("damaged".to_owned()).contains(b"x"));
    }
}
