//! The paths of a git repository, found without running `git`.

use std::{
    env, fs, io,
    path::{Component, Path, PathBuf},
};

use bstr::{BString, ByteSlice};

use super::{
    error::could_not_be_read,
    pipes::{refuse_all_pipes, refuse_pipes, refuse_pipes_among},
};
use crate::text::{quoted_path, read_regular};

/// The largest size of the small files in which git keeps data about a repository.
const MAX_SMALL: u64 = 1 << 20;

/// The largest size of the file with all names of branches and tags.
const MAX_PACKED_REFS: u64 = 256 << 20;

/// A work tree of a repository, and the directories with its data.
#[derive(Debug)]
pub struct WorkTree {
    /// The top directory.
    pub top: PathBuf,
    git_dir: PathBuf,
    /// The directory with the data that all work trees of the repository share.
    common: PathBuf,
}

/// Returns the work tree that contains `root`, an absolute path without symbolic links.
///
/// # Errors
/// A message for users, if a `.git` is not a valid repository: a damaged repository must not be treated as no
/// repository, nor as a part of the one around it.
pub fn discover(root: &Path) -> Result<Option<WorkTree>, String> {
    if !is_top(root) && is_bare(root) {
        return Err("it is a bare repository, which has no work tree".to_owned());
    }
    top_around(root).map(WorkTree::open).transpose()
}

/// Returns the top directory of the work tree that contains `path`, an absolute path, even if the repository is
/// damaged.
pub fn top_around(path: &Path) -> Option<&Path> {
    path.ancestors().find(|above| is_top(above))
}

/// Returns the top directory of the work tree that contains `path`, an absolute path without symbolic links; `None`
/// if there is no work tree, or the repository is damaged.
pub fn work_tree(path: &Path) -> Option<PathBuf> {
    discover(path).ok()?.map(|work_tree| work_tree.top)
}

/// Returns whether a directory is the top of a work tree.
pub fn is_top(directory: &Path) -> bool {
    exists(&directory.join(".git"))
}

/// Returns whether a path leads into a `.git`, in any letter case, because some file systems ignore it.
pub fn has_git_directory(path: &Path) -> bool {
    let mut parts = path.components();
    parts.any(|part| part.as_os_str().eq_ignore_ascii_case(".git"))
}

/// Makes sure that `git` does not block in `directory`: it opens files without checking their kind. A `named` git
/// directory is checked instead of the repository around `directory`.
///
/// # Errors
/// A message for users, if the repository is damaged, or git would open a pipe or a device.
pub(super) fn guard(directory: &Path, named: Option<&Path>) -> Result<(), String> {
    if let Some(git_dir) = named {
        return refuse_all_pipes(git_dir).map_err(damaged(git_dir));
    }
    let top = top_around(directory);
    let below = directory.ancestors();
    for directory in below.take_while(|directory| Some(*directory) != top) {
        // Git checks whether a directory with a HEAD is a bare repository.
        refuse_pipes_among([directory.join("HEAD")])?;
        if is_bare(directory) {
            return refuse_all_pipes(directory).map_err(damaged(directory));
        }
    }
    let Some(top) = top else {
        return Ok(());
    };
    let work_tree = WorkTree::open(top)?;
    work_tree.refuse_pipes()?;
    refuse_pipes_among([
        top.join(".gitattributes"),
        top.join(".mailmap"),
        work_tree.index(),
    ])
}

/// Returns whether anything exists at the path, even a dangling link.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn is_bare(root: &Path) -> bool {
    root.join("HEAD").is_file() && root.join("objects").is_dir() && root.join("refs").is_dir()
}

/// Returns the path of the git directory in a file `.git`; `None` if it contains none. Submodules and linked work
/// trees have such a file.
pub(super) fn target_of(dot_git: &Path) -> io::Result<Option<BString>> {
    let text = read_regular(dot_git, MAX_SMALL)?;
    let target = text.strip_prefix(b"gitdir:");
    Ok(target.map(|target| target.trim().into()))
}

fn damaged(path: &Path) -> impl Fn(String) -> String {
    let shown = quoted_path(path);
    move |why| format!("the git repository {shown} is damaged: {why}")
}

impl WorkTree {
    fn open(top: &Path) -> Result<Self, String> {
        let dot_git = top.join(".git");
        Self::open_at(top, &dot_git).map_err(damaged(&dot_git))
    }

    fn open_at(top: &Path, dot_git: &Path) -> Result<Self, String> {
        let metadata = fs::metadata(dot_git).map_err(could_not_be_read("its target"))?;
        let git_dir = if metadata.is_dir() {
            dot_git.to_path_buf()
        } else {
            let target = target_of(dot_git).map_err(could_not_be_read("it"))?;
            let target = target
                .as_ref()
                .and_then(|target| target.to_path().ok())
                .ok_or("it has no `gitdir:` line")?;
            let git_dir = top.join(target);
            if !git_dir.is_dir() {
                let shown = quoted_path(target);
                return Err(format!("it points to {shown}, which does not exist"));
            }
            git_dir
        };
        refuse_pipes(&git_dir)?;
        let commondir = git_dir.join("commondir");
        let common = if exists(&commondir) {
            let text =
                read_regular(&commondir, MAX_SMALL).map_err(could_not_be_read("`commondir`"))?;
            let target = text.trim().to_path().map_err(|_| "invalid `commondir`")?;
            let common = git_dir.join(target);
            refuse_pipes(&common)?;
            common
        } else {
            git_dir.clone()
        };
        let work_tree = Self {
            top: top.to_path_buf(),
            git_dir,
            common,
        };
        work_tree.branch()?;
        Ok(work_tree)
    }

    /// Returns the path of the repository's own exclude file.
    pub fn exclude(&self) -> PathBuf {
        self.common.join("info/exclude")
    }

    /// Returns the branch that HEAD names, which may have no commit yet; `None` if HEAD is a commit.
    fn branch(&self) -> Result<Option<PathBuf>, String> {
        let checked = |name: &Path| {
            let is_name = |part| matches!(part, Component::Normal(_));
            if name.starts_with("refs") && name.components().all(is_name) {
                return Ok(Some(name.to_owned()));
            }
            let shown = quoted_path(name);
            Err(format!("`HEAD` points to {shown}, which is not a branch"))
        };
        let path = self.git_dir.join("HEAD");
        // Old versions of git made it a symbolic link to the file of the branch.
        if let Ok(target) = fs::read_link(&path) {
            return checked(&target);
        }
        let text = read_regular(&path, MAX_SMALL).map_err(could_not_be_read("`HEAD`"))?;
        let text = text.trim();
        if let Some(branch) = text.strip_prefix(b"ref:") {
            return checked(branch.trim().to_path().unwrap_or(Path::new("")));
        }
        if text.len() >= 40 && text.iter().all(u8::is_ascii_hexdigit) {
            return Ok(None);
        }
        Err("`HEAD` does not name a branch or commit".to_owned())
    }

    /// Returns whether the repository has commits, so that there must be an index; `None` if only git can find out.
    ///
    /// # Errors
    /// A message for users, if that cannot be read.
    pub(super) fn has_commits(&self) -> Result<Option<bool>, String> {
        let Some(branch) = self.branch()? else {
            return Ok(Some(true));
        };
        if self.common.join(&branch).exists() || self.git_dir.join(&branch).exists() {
            return Ok(Some(true));
        }
        if exists(&self.common.join("reftable")) {
            return Ok(None);
        }
        let packed = self.common.join("packed-refs");
        if !exists(&packed) {
            return Ok(Some(false));
        }
        let packed =
            read_regular(&packed, MAX_PACKED_REFS).map_err(could_not_be_read("`packed-refs`"))?;
        let branch = branch.as_os_str().as_encoded_bytes();
        let mut names = packed.lines().map(|line| line.split_str(" ").nth(1));
        Ok(Some(names.any(|name| name == Some(branch))))
    }

    /// Returns the path of the index: the one in the environment, as git sets it for a commit in progress, if it belongs
    /// to this repository.
    pub fn index(&self) -> PathBuf {
        let own = self.git_dir.join("index");
        let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
        let Some(named) = variable("GIT_INDEX_FILE") else {
            return own;
        };
        let here = env::current_dir().unwrap_or_default();
        let is_git_dir = |path: PathBuf| {
            let path = path.canonicalize().ok();
            path.is_some() && path == self.git_dir.canonicalize().ok()
        };
        let is_selected = variable("GIT_DIR").is_none_or(|git_dir| {
            let mut bases = [&self.top, &here].into_iter();
            bases.any(|base| is_git_dir(base.join(&git_dir)))
        });
        let named = self.top.join(named);
        let holder = named.parent().unwrap_or(&self.top);
        // An index outside of all repositories belongs to the repository of the current directory.
        let is_ours = is_git_dir(holder.to_path_buf())
            || !holder.join("HEAD").is_file() && top_around(&here) == Some(&self.top);
        match is_selected && is_ours {
            true => named,
            false => own,
        }
    }

    /// Returns whether its ids are SHA-1 hashes.
    ///
    /// # Errors
    /// A message for users, if its configuration cannot be read.
    pub(super) fn uses_sha1(&self) -> Result<bool, String> {
        let config = self.common.join("config");
        if !exists(&config) {
            return Ok(true);
        }
        let config = read_regular(&config, MAX_SMALL).map_err(could_not_be_read("`config`"))?;
        Ok(!config.to_ascii_lowercase().contains_str("sha256"))
    }

    fn refuse_pipes(&self) -> Result<(), String> {
        let refuse = || match self.common == self.git_dir {
            true => refuse_all_pipes(&self.git_dir),
            false => refuse_all_pipes(&self.git_dir).and_then(|()| refuse_all_pipes(&self.common)),
        };
        refuse().map_err(damaged(&self.top.join(".git")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Repo;

    #[test]
    fn uses_the_nearest_git_directory_even_if_it_is_damaged() {
        let repo = Repo::new(&[("deep/x", ""), ("damaged/deep/x", "")]);
        let top = repo.path().canonicalize().unwrap();
        repo.git(&["init", "-q"], b"");
        repo.link("damaged/.git", "nowhere");
        let deep = top.join("deep");
        assert_eq!(top_around(&deep), Some(&*top));
        assert_eq!(work_tree(&deep), Some(top.clone()));
        assert!(guard(&deep, None).is_ok());
        let damaged = top.join("damaged");
        let deep = damaged.join("deep");
        assert_eq!(top_around(&deep), Some(&*damaged));
        assert_eq!(work_tree(&deep), None);
        let error = discover(&deep).unwrap_err();
        assert!(error.ends_with("its target does not exist"), "{error}");
        assert_eq!(guard(&deep, None), Err(error));
    }
}
