use std::path::Path;

use bstr::{BStr, BString};

use super::{Files, FilesBuilder, SkipWorktree};
use crate::{
    git::{BlobId, FileKind, IndexEntry, WorkTree},
    text::{join, quoted},
};

/// The smallest size of an index entry, except for an entry of version 4 that shares a prefix with the one before.
const SMALLEST_ENTRY: usize = 64;

/// Returns the files that git tracks below `root`, relative to it, and those that are skip-worktree.
///
/// # Errors
/// A message for users, if the index cannot be read.
pub(super) fn tracked(work_tree: &WorkTree, root: &Path) -> Result<(Files, SkipWorktree), String> {
    let prefix = root.strip_prefix(&work_tree.top).unwrap_or(Path::new(""));
    let prefix = join(BStr::new(prefix.as_os_str().as_encoded_bytes()), b"");
    let (files, skip_worktree) = work_tree.collect_index(
        |bytes| {
            let files = FilesBuilder::with_capacity(bytes / SMALLEST_ENTRY, bytes);
            (files, Vec::new())
        },
        |(files, skip_worktree): &mut (FilesBuilder, Vec<(BString, BlobId, FileKind)>),
         entry: IndexEntry<'_>| {
            let Some(path) = entry.path.strip_prefix(prefix.as_slice()) else {
                return;
            };
            if entry.is_skip_worktree {
                skip_worktree.push((path.into(), entry.id, entry.kind));
            }
            files.push(path, entry.kind);
        },
    )?;
    let files = files.build();
    // Only a corrupt index contains such a path, which could lead outside the repository.
    if let Some(path) = files.first_invalid() {
        let shown = quoted(path);
        return Err(format!("the index contains an invalid path: {shown}"));
    }
    Ok((files, SkipWorktree::new(work_tree, skip_worktree)?))
}
