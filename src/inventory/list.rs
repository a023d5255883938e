use std::{path::Path, sync::Arc};

use bstr::{BString, ByteSlice};

use super::{
    CacheMode, Content, Files, FilesBuilder, Found, Kinds, Mentions, Search, SkipWorktree,
    Unreadable, content::Kept, tracked::tracked, walk::walk,
};
use crate::{
    config::{ONLY_REPOSITORY, Settings},
    git::discover,
    snapshot::Snapshot,
    text::quoted_path,
};

/// The files of a repository, and the paths that could not be listed.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files.
    pub files: Files,
    /// Paths that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Whether the files come from a git index.
    pub from_index: bool,
    /// The kinds of components to find.
    pub kinds: Kinds,
    /// Files that do not exist yet but that components may belong to.
    pub expected: Vec<BString>,
    /// The skip-worktree files of the index.
    pub skip_worktree: Arc<SkipWorktree>,
    /// The source of the files' content.
    pub snapshot: Snapshot,
    /// The cache of what was read in another state of the repository.
    pub cache: CacheMode,
    /// The ends of the names of files that detectors open wherever they are. Empty if not all files are read.
    pub opened_ends: Vec<&'static str>,
    /// The search for files that contain a name, if there is one.
    pub mentions: Option<Arc<Mentions>>,
    /// The files that were read and are kept.
    pub(super) kept: Arc<Kept>,
    /// What detectors find without settings, if they ran before the map was read.
    pub found: Option<Found>,
}

impl Listing {
    /// Runs the detectors on the only repository of a map, which is checked out at `root`, before the settings are
    /// known.
    pub fn find_early(&mut self, root: &Path) {
        let content = self.content(&ONLY_REPOSITORY.into(), root);
        self.found = Some(Found::by(&Search {
            files: &self.files,
            settings: &Settings::default(),
            unlisted: &[],
            listed: &self.files,
            content: &content,
        }));
    }

    /// Returns the content of the files of the repository `name`, which is checked out at `root`.
    pub fn content(&self, name: &Arc<str>, root: &Path) -> Content {
        let (kept, before, ids) = self.cache.kept();
        Content {
            skip_worktree: Arc::clone(&self.skip_worktree),
            snapshot: self.snapshot.clone(),
            opened_ends: self.opened_ends.clone(),
            mentions: self.mentions.clone(),
            kept: Arc::clone(kept.unwrap_or(&self.kept)),
            before: before.cloned(),
            ids,
            ..Content::on_disk(Arc::clone(name), root.to_path_buf())
        }
    }
}

/// Lists the repository at `root`, an absolute path without symbolic links: the index if it is in a git work tree,
/// otherwise the directory tree. `untracked` adds files that are not tracked and not ignored.
///
/// # Errors
/// A message for users, if an index cannot be read.
pub fn list(root: &Path, untracked: bool) -> Result<Listing, String> {
    let failure = |error| {
        let shown = quoted_path(root);
        format!("repository {shown}: {error}")
    };
    let work_tree = discover(root).map_err(failure)?;
    let (tracked, skip_worktree) = match &work_tree {
        Some(work_tree) => tracked(work_tree, root).map_err(failure)?,
        None => Default::default(),
    };
    let listing = Listing {
        from_index: work_tree.is_some(),
        skip_worktree: Arc::new(skip_worktree),
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

/// Lists the repository at `root` in the state of a snapshot.
///
/// # Errors
/// A message for users, if an index cannot be read.
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
