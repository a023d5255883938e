use super::{Evidence, Guess};
use crate::inventory::{Files, Subtree};

/// What nobody owns.
#[derive(Debug)]
pub struct Unowned {
    /// A folder, ending in `/`, or a file.
    pub path: Vec<u8>,
    /// How many files it stands for.
    pub files: usize,
    /// Who changed it lately.
    pub guess: Option<Guess>,
}

/// What nobody owns of `files`, as few folders and files as possible.
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
