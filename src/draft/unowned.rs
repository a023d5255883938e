use crate::evidence::{Changes, EvidenceSearch};

/// An unowned folder or file.
#[derive(Debug)]
pub struct Unowned {
    /// The path; that of a folder ends in `/`.
    pub path: Vec<u8>,
    /// The number of files in it.
    pub files: usize,
    /// Its recent changes.
    pub changes: Option<Changes>,
}

/// Returns the unowned part of a repository as the smallest set of folders and files.
pub fn unowned(search: &EvidenceSearch<'_>) -> Vec<Unowned> {
    let areas = search.unowned().iter();
    let unowned = areas.map(|area| Unowned {
        path: area.path.to_vec(),
        files: area.files.len(),
        changes: search.changes(&[area.path]),
    });
    unowned.collect()
}
