//! Where a git repository keeps things, found without the `git` program.

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

/// What git keeps about a repository in single small files is not read beyond this.
const MAX_SMALL: u64 = 1 << 20;

/// All names of branches and tags in one file.
const MAX_PACKED_REFS: u64 = 256 << 20;

/// Where a repository keeps what belongs to one of its work trees.
#[derive(Debug)]
pub struct WorkTree {
    /// Its top directory.
    pub top: PathBuf,
    git_dir: PathBuf,
    /// Where all work trees of the repository keep what they share.
    common: PathBuf,
}

/// The work tree that `root`, an absolute path without symbolic links, lies in.
///
/// # Errors
/// A sentence for a person, where there is a `.git` that is no repository: a damaged one must not
/// be taken for none, nor for the one around it.
pub fn discover(root: &Path) -> Result<Option<WorkTree>, String> {
    if !is_top(root) && is_bare(root) {
        return Err("it is a bare repository, which has no files".to_owned());
    }
    top_around(root).map(WorkTree::open).transpose()
}

/// Returns the top directory of the work tree that `path`, an absolute path, lies in, whether it can be
/// used or is damaged.
pub fn top_around(path: &Path) -> Option<&Path> {
    path.ancestors().find(|above| is_top(above))
}

/// Returns the top directory of the work tree that `path`, an absolute path without symbolic links, lies
/// in; `None` where it is damaged, too.
pub fn work_tree(path: &Path) -> Option<PathBuf> {
    discover(path).ok()?.map(|work_tree| work_tree.top)
}

/// Whether a directory is the top of a work tree.
pub fn is_top(directory: &Path) -> bool {
    exists(&directory.join(".git"))
}

/// Makes sure that the `git` program does not wait for ever in `directory`: it does not ask what it
/// opens. A git directory that is `named` takes the place of what is around.
///
/// # Errors
/// A sentence for a person, where the repository is damaged, or a pipe or a device is in the place of
/// something that git would open.
pub(super) fn guard(directory: &Path, named: Option<&Path>) -> Result<(), String> {
    if let Some(git_dir) = named {
        return refuse_all_pipes(git_dir).map_err(damaged(git_dir));
    }
    let top = top_around(directory);
    let below = directory.ancestors();
    for directory in below.take_while(|directory| Some(*directory) != top) {
        // To git, a directory with a HEAD may be a bare repository.
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

/// Whether anything is there, be it a link to nowhere.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn is_bare(root: &Path) -> bool {
    root.join("HEAD").is_file() && root.join("objects").is_dir() && root.join("refs").is_dir()
}

/// Returns where a file `.git` says that the git directory is; `None` where it does not say. A submodule
/// and a further work tree have such a file.
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
        let metadata = fs::metadata(dot_git).map_err(could_not_be_read("what it leads to"))?;
        let git_dir = if metadata.is_dir() {
            dot_git.to_path_buf()
        } else {
            let target = target_of(dot_git).map_err(could_not_be_read("it"))?;
            let target = target
                .as_ref()
                .and_then(|target| target.to_path().ok())
                .ok_or("it does not say where the repository is")?;
            let git_dir = top.join(target);
            if !git_dir.is_dir() {
                let shown = quoted_path(target);
                return Err(format!("it leads to {shown}, which is not there"));
            }
            git_dir
        };
        refuse_pipes(&git_dir)?;
        let commondir = git_dir.join("commondir");
        let common = if exists(&commondir) {
            let text = read_regular(&commondir, MAX_SMALL)
                .map_err(could_not_be_read("its `commondir`"))?;
            let target = text.trim().to_path().map_err(|_| "its `commondir`")?;
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

    /// The file of patterns that git keeps to itself.
    pub fn exclude(&self) -> PathBuf {
        self.common.join("info/exclude")
    }

    /// The branch that HEAD names, which may have no commit yet; `None` where HEAD is a commit.
    fn branch(&self) -> Result<Option<PathBuf>, String> {
        let checked = |name: &Path| {
            let is_name = |part| matches!(part, Component::Normal(_));
            if name.starts_with("refs") && name.components().all(is_name) {
                return Ok(Some(name.to_owned()));
            }
            let shown = quoted_path(name);
            Err(format!("its `HEAD` names {shown}, which is no branch"))
        };
        let path = self.git_dir.join("HEAD");
        // Long ago it was a link to the file of the branch.
        if let Ok(target) = fs::read_link(&path) {
            return checked(&target);
        }
        let text = read_regular(&path, MAX_SMALL).map_err(could_not_be_read("its `HEAD`"))?;
        let text = text.trim();
        if let Some(branch) = text.strip_prefix(b"ref:") {
            return checked(branch.trim().to_path().unwrap_or(Path::new("")));
        }
        if text.len() >= 40 && text.iter().all(u8::is_ascii_hexdigit) {
            return Ok(None);
        }
        Err("its `HEAD` names neither a branch nor a commit".to_owned())
    }

    /// Whether there is a commit that an index should be of; `None` where only git can tell.
    ///
    /// # Errors
    /// A sentence for a person, where that can't be read.
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
        let packed = read_regular(&packed, MAX_PACKED_REFS)
            .map_err(could_not_be_read("its `packed-refs`"))?;
        let branch = branch.as_os_str().as_encoded_bytes();
        let mut names = packed.lines().map(|line| line.split_str(" ").nth(1));
        Ok(Some(names.any(|name| name == Some(branch))))
    }

    /// The index: the one that the environment names, as git has it for a commit in progress, if that
    /// speaks of this repository.
    pub fn index(&self) -> PathBuf {
        let own = self.git_dir.join("index");
        let says = |name| env::var_os(name).filter(|value| !value.is_empty());
        let Some(named) = says("GIT_INDEX_FILE") else {
            return own;
        };
        let here = env::current_dir().unwrap_or_default();
        let is_git_dir = |path: PathBuf| {
            let path = path.canonicalize().ok();
            path.is_some() && path == self.git_dir.canonicalize().ok()
        };
        let is_meant = says("GIT_DIR").is_none_or(|git_dir| {
            let mut bases = [&self.top, &here].into_iter();
            bases.any(|base| is_git_dir(base.join(&git_dir)))
        });
        let named = self.top.join(named);
        let holder = named.parent().unwrap_or(&self.top);
        // Of one that lies apart from all repositories, only the user's place tells whose it is.
        let is_ours = is_git_dir(holder.to_path_buf())
            || !holder.join("HEAD").is_file() && top_around(&here) == Some(&self.top);
        match is_meant && is_ours {
            true => named,
            false => own,
        }
    }

    /// Whether its ids are of the usual kind.
    ///
    /// # Errors
    /// A sentence for a person, where its configuration can't be read.
    pub(super) fn uses_sha1(&self) -> Result<bool, String> {
        let config = self.common.join("config");
        if !exists(&config) {
            return Ok(true);
        }
        let config = read_regular(&config, MAX_SMALL).map_err(could_not_be_read("its `config`"))?;
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
    fn the_nearest_git_directory_decides_even_if_it_is_damaged() {
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
        assert!(error.ends_with("what it leads to is not there"), "{error}");
        assert_eq!(guard(&deep, None), Err(error));
    }
}
