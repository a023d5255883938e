//! Repositories in the map that are submodules of the git repository that changes: a change of the commit of
//! a submodule is a change of that repository.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice as _};

use crate::{
    git::{Changes, Commit, FileKind, Git, GitError, TreeEntry, discover, is_top, top_around},
    snapshot::{GitTree, Snapshot},
    text::{join, quoted, shell_word},
    workspace::Error,
};

/// A submodule on one side of a change.
#[derive(Debug, Clone)]
pub(in crate::workspace) struct Submodule {
    pub git: Git,
    pub tree: Arc<GitTree>,
    /// `None` if the submodule does not exist on this side.
    commit: Option<Commit>,
}

/// One side of a change: which submodules it has, and at which commits.
pub(super) struct Side<'s> {
    /// The entries of the side, sorted by path.
    entries: &'s [TreeEntry],
    /// The submodules of the other side.
    others: &'s [TreeEntry],
    /// Whether the other side is the work tree.
    is_before_work_tree: bool,
}

impl Submodule {
    /// Returns the content of the submodule.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of_tree(Arc::clone(&self.tree))
    }

    /// Returns the id of its commit, for users; empty if the submodule does not exist on this side.
    pub fn short(&self) -> &str {
        self.commit.as_ref().map_or("", Commit::short)
    }

    /// Returns the same submodule on another side, if that side has it.
    pub fn on<'s>(&self, side: &'s [Self]) -> Option<&'s Self> {
        side.iter().find(|it| it.git.top == self.git.top)
    }

    /// Returns the changes from this side to the `head`, or else to the commit that is checked out. Their paths are
    /// relative to the directory `top`.
    ///
    /// # Errors
    /// If git cannot compare the commits.
    pub fn changes(&self, head: Option<&Self>, top: &Path) -> Result<Changes, GitError> {
        let head = match head.and_then(|head| head.commit.clone()) {
            Some(head) => head,
            None => self.git.commit("HEAD")?,
        };
        let mut changes = self.git.between(self.commit.as_ref(), &head)?;
        let prefix = below(&self.git.top, top);
        let entries = changes
            .iter_mut()
            .flat_map(|change| [&mut change.before, &mut change.after]);
        for entry in entries.flatten() {
            entry.path = join(prefix.as_bstr(), entry.path());
        }
        Ok(changes)
    }
}

impl<'s> Side<'s> {
    /// The side before a change, after which these are the `submodules` and `head` is the content.
    pub fn before(tree: &'s GitTree, submodules: &'s [TreeEntry], head: &Snapshot) -> Self {
        Self {
            entries: tree.entries(),
            others: submodules,
            is_before_work_tree: !head.has_tree(),
        }
    }

    /// The side after a change, as a commit or in the index.
    pub fn after(entries: &'s [TreeEntry]) -> Self {
        Self {
            entries,
            others: entries,
            is_before_work_tree: false,
        }
    }

    /// Returns the submodules of `git` that contain one of these directories.
    ///
    /// # Errors
    /// If a submodule that changes is not checked out, or does not contain its commit.
    pub fn submodules(&self, git: &Git, roots: &[PathBuf]) -> Result<Vec<Submodule>, Error> {
        let found = roots.iter().map(|root| self.around(git, root));
        let found: Vec<Option<Submodule>> = found.collect::<Result<_, _>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Returns the innermost submodule of `git` that contains a directory.
    fn around(&self, git: &Git, root: &Path) -> Result<Option<Submodule>, Error> {
        let above = root.ancestors().take_while(|path| *path != git.top);
        let mut above: Vec<&Path> = above.collect();
        if above.iter().all(|path| !path.starts_with(&git.top)) {
            return Ok(None);
        }
        above.reverse();
        for directory in above {
            let path = below(directory, &git.top);
            let links = [self.entries, self.others].map(|entries| link(entries, path.as_bstr()));
            if links != [None, None] {
                return self.at(git, directory, links, root);
            }
        }
        Ok(None)
    }

    /// Returns the submodule in `directory`, whose commits are on this side and on the other one, or a submodule of
    /// it that contains `root`.
    fn at(
        &self,
        git: &Git,
        directory: &Path,
        [ours, theirs]: [Option<Commit>; 2],
        root: &Path,
    ) -> Result<Option<Submodule>, Error> {
        let path = below(directory, &git.top);
        let (shown, word) = (quoted(&path), shell_word(&path));
        if !is_top(directory) {
            if ours == theirs {
                return Ok(None);
            }
            let message =
                format!("submodule {shown} is not checked out, so its change cannot be checked");
            return Err(Error::new(message).help(format!(
                "check out the submodule: `git submodule update --init {word}`"
            )));
        }
        let Some(work_tree) = discover(directory).map_err(Error::new)? else {
            return Ok(None);
        };
        let git = Git::of(&work_tree).map_err(Error::new)?;
        let entries = match &ours {
            None => Vec::new(),
            Some(commit) if git.has_commit(&commit.id)? => git.tree(commit)?,
            Some(commit) => {
                let id = &commit.id;
                let message = format!("submodule {shown} does not contain commit {id}");
                let fetch = format!("git -C {word} fetch --depth=1 origin {id}");
                return Err(Error::new(message).help(format!("fetch it first: `{fetch}`")));
            }
        };
        if let (true, Some(ours), Some(theirs)) = (self.is_before_work_tree, &ours, &theirs)
            && ours != theirs
            && git.commit("HEAD")? == *ours
        {
            let message = format!(
                "submodule {shown} is still at {}, but the change moves it to {}",
                ours.short(),
                theirs.short()
            );
            return Err(
                Error::new(message).help(format!("update it: `git submodule update {word}`"))
            );
        }
        if top_around(root) != Some(directory) {
            let checked_out = git.tree(&git.commit("HEAD")?)?;
            let inside = Side {
                entries: &entries,
                others: &submodules_in(&checked_out),
                is_before_work_tree: self.is_before_work_tree,
            };
            return inside.around(&git, root);
        }
        let tree = Arc::new(GitTree::new(&git, entries));
        Ok(Some(Submodule {
            git,
            tree,
            commit: ours,
        }))
    }
}

/// Returns the submodules among some entries.
pub(super) fn submodules_in(entries: &[TreeEntry]) -> Vec<TreeEntry> {
    let submodules = entries
        .iter()
        .filter(|entry| entry.kind == FileKind::Submodule);
    submodules.cloned().collect()
}

/// Returns the commit of the submodule at a path.
fn link(entries: &[TreeEntry], path: &BStr) -> Option<Commit> {
    let at = entries.binary_search_by(|entry| entry.path().cmp(path));
    let entry = &entries[at.ok()?];
    (entry.kind == FileKind::Submodule).then(|| Commit {
        id: entry.id.to_string(),
    })
}

/// Returns the path of a directory below another one, as git writes it.
fn below(directory: &Path, top: &Path) -> BString {
    let path = directory.strip_prefix(top).unwrap_or(directory);
    path.as_os_str().as_encoded_bytes().into()
}
