use std::{path::Path, sync::Arc};

use bstr::{BString, ByteSlice};

use super::{
    Content, Files, FilesBuilder, Found, Recall, SkipWorktree, Unreadable, content::Kept,
    tracked::tracked, walk::walk,
};
use crate::{config::Settings, git::discover, snapshot::Snapshot, text::quoted_path};

/// The files of a repository and what could not be listed of it.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files.
    pub files: Files,
    /// Places that could not be looked into.
    pub unreadable: Vec<Unreadable>,
    /// Whether the files are those of a git index.
    pub from_index: bool,
    /// Files that are not listed, but may come to be: components know of them.
    pub expected: Vec<BString>,
    /// Those of the index that a sparse checkout leaves out of the work tree.
    pub left_out: Arc<SkipWorktree>,
    /// Where their content is taken from.
    pub snapshot: Snapshot,
    /// What is known of their content from another moment.
    pub recall: Recall,
    /// What was read of their content to be kept.
    pub(super) kept: Arc<Kept>,
    /// What detectors find without any settings, if they were asked ahead of the map.
    pub found: Option<Found>,
}

impl Listing {
    /// Has detectors look for components before the settings are known.
    pub fn find_ahead(&mut self) {
        self.found = Some(Found::by_names(&self.files, &Settings::default()));
    }

    /// What the files hold, of the repository `name` that is checked out at `root`.
    pub fn content(&self, name: &Arc<str>, root: &Path) -> Content {
        let (kept, before, ids) = self.recall.kept();
        Content {
            left_out: Arc::clone(&self.left_out),
            snapshot: self.snapshot.clone(),
            kept: Arc::clone(kept.unwrap_or(&self.kept)),
            before: before.cloned(),
            ids,
            ..Content::on_disk(Arc::clone(name), root.to_path_buf())
        }
    }
}

/// Lists the repository at `root`, an absolute path without symbolic links: the index if it lies in
/// a git work tree, else the tree itself. `untracked` adds files that are new and not ignored.
///
/// # Errors
/// A sentence for a person, where an index can't be read.
pub fn list(root: &Path, untracked: bool) -> Result<Listing, String> {
    let failure = |error| {
        let shown = quoted_path(root);
        format!("repository {shown}: {error}")
    };
    let work_tree = discover(root).map_err(failure)?;
    let (tracked, left_out) = match &work_tree {
        Some(work_tree) => tracked(work_tree, root).map_err(failure)?,
        None => Default::default(),
    };
    let listing = Listing {
        from_index: work_tree.is_some(),
        left_out: Arc::new(left_out),
        ..Listing::default()
    };
    if work_tree.is_some() && !untracked {
        return Ok(Listing {
            files: tracked,
            ..listing
        });
    }
    let mut walked = walk(root, work_tree.as_ref());
    let new = walked.paths.iter().map(|(path, kind)| (path, *kind));
    let new = new.filter(|(path, _)| tracked.find(path.as_bstr()).is_none());
    walked.unreadable.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Listing {
        files: tracked.with(new),
        unreadable: walked.unreadable,
        ..listing
    })
}

/// Lists the repository at `root` at the moment of a snapshot.
///
/// # Errors
/// A sentence for a person, where an index can't be read.
pub fn list_in(snapshot: &Snapshot, root: &Path, untracked: bool) -> Result<Listing, String> {
    let Some((entries, prefix)) = snapshot.below(root) else {
        return list(root, untracked);
    };
    let bytes = entries.iter().map(|entry| entry.path.len() - prefix).sum();
    let mut files = FilesBuilder::with_capacity(entries.len(), bytes);
    for entry in entries {
        files.push(&entry.path[prefix..], entry.kind);
    }
    Ok(Listing {
        files: files.build(),
        from_index: true,
        snapshot: snapshot.clone(),
        ..Listing::default()
    })
}
