use super::{Evidence, Guess};
use crate::inventory::{Files, Subtree};

/// An unowned folder or file.
#[derive(Debug)]
pub struct Unowned {
    /// The path; that of a folder ends in `/`.
    pub path: Vec<u8>,
    /// The number of files in it.
    pub files: usize,
    /// Its recent authors.
    pub guess: Option<Guess>,
}

/// Returns the unowned part of `files` as the smallest set of folders and files.
pub fn unowned(
    files: &Files,
    is_unowned: impl Fn(usize) -> bool,
    evidence: Option<&Evidence<'_>>,
) -> Vec<Unowned> {
    let unowned = |subtree: Subtree<'_>| Unowned {
        path: subtree.path.to_vec(),
        files: subtree.files.len(),
        guess: evidence.and_then(|evidence| evidence.about(subtree.path)),
    };
    files
        .subtrees(is_unowned)
        .into_iter()
        .map(unowned)
        .collect()
}
