//! The index of a git repository: what is tracked, without touching the tree.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use bstr::{BStr, ByteSlice};

use super::{FileKind, Files, FilesBuilder};

/// Where a repository keeps what belongs to one of its work trees.
#[derive(Debug)]
pub(super) struct WorkTree {
    /// Its top directory.
    pub top: PathBuf,
    git_dir: PathBuf,
}

/// The top directory of the git work tree that `path`, an absolute path without symbolic links, lies in.
pub fn work_tree(path: &Path) -> Option<PathBuf> {
    discover(path).map(|work_tree| work_tree.top)
}

/// The work tree that `root`, an absolute path without symbolic links, lies in.
pub(super) fn discover(root: &Path) -> Option<WorkTree> {
    root.ancestors().find_map(|top| {
        let dot_git = top.join(".git");
        let git_dir = if dot_git.is_dir() {
            dot_git
        } else {
            // A submodule or a further work tree: the file says where.
            let text = fs::read(&dot_git).ok()?;
            let target = text.strip_prefix(b"gitdir:")?.trim().to_path().ok()?;
            top.join(target)
        };
        git_dir.join("HEAD").exists().then(|| WorkTree {
            top: top.to_path_buf(),
            git_dir,
        })
    })
}

impl WorkTree {
    /// The tracked files below `root`, relative to it.
    ///
    /// # Errors
    /// A sentence for a person, where neither the library nor the `git` program can read the index.
    pub fn tracked(&self, root: &Path) -> Result<Files, String> {
        let prefix = root.strip_prefix(&self.top).unwrap_or(Path::new(""));
        let mut prefix = Vec::from(prefix.as_os_str().as_encoded_bytes());
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        let index = self.index();
        if !index.exists() {
            return Ok(Files::default());
        }
        if self.uses_sha1()
            && let Ok(file) = gix_index::File::at(
                &index,
                gix_index::hash::Kind::Sha1,
                true,
                gix_index::decode::Options::default(),
            )
            && !file.is_sparse()
        {
            return Ok(below(&file, prefix.as_bstr()));
        }
        listed_by_git(root)
    }

    /// The index: the one that git made for a commit in progress, if this is its repository.
    fn index(&self) -> PathBuf {
        let own = self.git_dir.join("index");
        let Some(named) = env::var_os("GIT_INDEX_FILE") else {
            return own;
        };
        let named = self.top.join(named);
        let belongs = |path: &Path| path.parent().and_then(|dir| dir.canonicalize().ok());
        if belongs(&named) == belongs(&own) {
            named
        } else {
            own
        }
    }

    fn uses_sha1(&self) -> bool {
        let common = fs::read(self.git_dir.join("commondir"));
        let common = common
            .ok()
            .and_then(|text| Some(self.git_dir.join(text.trim().to_path().ok()?)))
            .unwrap_or_else(|| self.git_dir.clone());
        let config = fs::read(common.join("config")).unwrap_or_default();
        !config.to_ascii_lowercase().contains_str("sha256")
    }
}

fn below(index: &gix_index::File, prefix: &BStr) -> Files {
    let entries = if prefix.is_empty() {
        index.entries()
    } else {
        index.prefixed_entries(prefix).unwrap_or_default()
    };
    let bytes = entries.iter().map(|entry| entry.path(index).len()).sum();
    let mut files = FilesBuilder::with_capacity(entries.len(), bytes);
    for entry in entries {
        let kind = if entry.mode == gix_index::entry::Mode::SYMLINK {
            FileKind::Symlink
        } else if entry.mode.is_submodule() {
            FileKind::Submodule
        } else {
            FileKind::Regular
        };
        files.push(&entry.path(index)[prefix.len()..], kind);
    }
    files.build()
}

/// For what the library can't read: sparse indexes, other hashes, formats to come.
fn listed_by_git(root: &Path) -> Result<Files, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["-c", "core.fsmonitor=false", "ls-files", "-z", "--stage"])
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("its index needs the `git` program, which failed: {error}"))?;
    if !output.status.success() {
        let said = output.stderr.trim().to_str_lossy();
        return Err(format!("its index could not be listed: {said}"));
    }
    let mut files = FilesBuilder::default();
    for line in output.stdout.split_str("\0") {
        if let Some((info, path)) = line.split_once_str("\t") {
            files.push(
                path,
                match info.get(..6) {
                    Some(b"120000") => FileKind::Symlink,
                    Some(b"160000") => FileKind::Submodule,
                    _ => FileKind::Regular,
                },
            );
        }
    }
    Ok(files.build())
}
