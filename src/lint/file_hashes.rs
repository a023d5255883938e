use std::collections::BTreeSet;

use bstr::BString;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The number of hexadecimal digits of each hash: enough to name new files, which does not decide whether a finding is
/// new.
const DIGITS: usize = 6;

/// More files have no hashes, so that a baseline stays small.
const MOST: usize = 10_000;

/// The short hashes of files, sorted, one directly after the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileHashes(String);

impl FileHashes {
    /// Returns the hashes of files; `None` if there are no files or too many.
    pub fn of(files: &[BString]) -> Option<Self> {
        let is_usual = (1..=MOST).contains(&files.len());
        let hashes = || files.iter().map(hash).collect::<BTreeSet<String>>();
        is_usual.then(|| Self(hashes().into_iter().collect()))
    }

    /// Returns those of the files that have other hashes.
    pub fn new_among<'f>(&self, files: &'f [BString]) -> Vec<&'f BString> {
        let known = self.0.as_bytes().chunks(DIGITS);
        let known: BTreeSet<&[u8]> = known.collect();
        let files = files.iter();
        files
            .filter(|file| !known.contains(hash(file).as_bytes()))
            .collect()
    }
}

fn hash(file: &BString) -> String {
    let digest = Sha256::digest(file.as_slice());
    let bytes = digest[..DIGITS / 2].iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_new_files() {
        let files: Vec<BString> = (0..MOST).map(|at| format!("x/{at}").into()).collect();
        let hashes = FileHashes::of(&files[1..5]).unwrap();
        assert_eq!(hashes.0.len(), 4 * DIGITS);
        assert_eq!(
            hashes.new_among(&files[..7]),
            [&files[0], &files[5], &files[6]]
        );
        assert_eq!(FileHashes::of(&[]), None);
        assert!(FileHashes::of(&files).is_some());
        assert_eq!(FileHashes::of(&[&files[..], &["y".into()]].concat()), None);
    }
}
