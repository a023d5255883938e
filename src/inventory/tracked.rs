use std::path::Path;

use bstr::{BStr, BString};

use super::{Files, FilesBuilder, SkipWorktree};
use crate::{
    git::{BlobId, IndexEntry, WorkTree},
    text::{join, quoted},
};

/// No entry of an index takes fewer bytes, but for one of version 4 with a path like the one before.
const SMALLEST_ENTRY: usize = 64;

/// The files that git tracks below `root`, relative to it, and those that it has left out of the
/// work tree.
///
/// # Errors
/// A sentence for a person, where the index can't be read.
pub(super) fn tracked(work_tree: &WorkTree, root: &Path) -> Result<(Files, SkipWorktree), String> {
    let prefix = root.strip_prefix(&work_tree.top).unwrap_or(Path::new(""));
    let prefix = join(BStr::new(prefix.as_os_str().as_encoded_bytes()), b"");
    let (files, left_out) = work_tree.collect_index(
        |bytes| {
            let files = FilesBuilder::with_capacity(bytes / SMALLEST_ENTRY, bytes);
            (files, Vec::new())
        },
        |(files, left_out): &mut (FilesBuilder, Vec<(BString, BlobId)>), entry: IndexEntry<'_>| {
            let Some(path) = entry.path.strip_prefix(prefix.as_slice()) else {
                return;
            };
            if entry.is_left_out {
                left_out.push((path.into(), entry.id));
            }
            files.push(path, entry.kind);
        },
    )?;
    let files = files.build();
    // Only a corrupt index holds such a path. Taken at its word, it would lead out of the repository.
    if let Some(path) = files.impossible() {
        let shown = quoted(path);
        return Err(format!(
            "its index holds a path that no file can have: {shown}"
        ));
    }
    Ok((files, SkipWorktree::new(work_tree, left_out)?))
}
