//! The index of a git repository: what is tracked, without touching the tree.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use bstr::{BStr, BString, ByteSlice};

use super::{FileKind, Files, FilesBuilder};
use crate::{
    git::{WorkTree, could_not_be_read, discover, exists, guard, read_index},
    text::{join, quoted},
};

/// No entry of an index takes fewer bytes, but for one of version 4 with a path like the one before.
const SMALLEST_ENTRY: usize = 64;

/// What is tracked below a root.
#[derive(Debug, Default)]
pub(super) struct Tracked {
    pub files: Files,
    pub left_out: LeftOut,
}

/// Files of an index that a sparse checkout leaves out of the work tree.
#[derive(Debug, Default)]
pub struct LeftOut {
    /// Sorted.
    paths: Vec<BString>,
    index: PathBuf,
}

impl LeftOut {
    /// Whether `path` is one of them.
    pub fn holds(&self, path: &BStr) -> bool {
        let known = self
            .paths
            .binary_search_by(|known| known.as_bstr().cmp(path));
        known.is_ok()
    }

    /// The first `limit` bytes of one of them, below `root`; nothing if git has no copy of it.
    pub fn read(&self, root: &Path, path: &BStr, limit: u64) -> Option<Vec<u8>> {
        let name = [b":0:./", path.as_bytes()].concat();
        let mut child = git(root, &self.index)
            .args(["cat-file", "blob"])
            .arg(name.to_os_str().ok()?)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut bytes = Vec::new();
        let read = child.stdout.take()?.take(limit).read_to_end(&mut bytes);
        // Where there is more than was asked for, git finds nobody to write it to.
        let status = child.wait().ok()?;
        (read.is_ok() && (status.success() || bytes.len() as u64 == limit)).then_some(bytes)
    }
}

/// The top directory of the git work tree that `path`, an absolute path without symbolic links, lies in.
pub fn work_tree(path: &Path) -> Option<PathBuf> {
    discover(path).ok()?.map(|work_tree| work_tree.top)
}

/// The tracked files below `root`, relative to it.
///
/// # Errors
/// A sentence for a person, where not even the `git` program can read the index.
pub(super) fn tracked(work_tree: &WorkTree, root: &Path) -> Result<Tracked, String> {
    let prefix = root.strip_prefix(&work_tree.top).unwrap_or(Path::new(""));
    let prefix = join(BStr::new(prefix.as_os_str().as_encoded_bytes()), b"");
    let index = work_tree.index();
    if !exists(&index) {
        return match work_tree.has_commits()? {
            true => Err("its index is missing, though it has commits".to_owned()),
            false => Ok(Tracked::default()),
        };
    }
    let metadata = fs::metadata(&index).map_err(could_not_be_read("its index"))?;
    if !metadata.is_file() {
        return Err("its index is not a file".to_owned());
    }
    if work_tree.uses_sha1()?
        && let Some(tracked) = below(&index, metadata.len(), &prefix)
    {
        let tracked = tracked?;
        if !tracked.left_out.paths.is_empty() {
            guard(root, None)?;
        }
        return Ok(tracked);
    }
    guard(root, None)?;
    listed_by_git(root, index)
}

/// What the index at `at` holds below `prefix`; nothing where it is not of the usual kind.
fn below(at: &Path, bytes: u64, prefix: &[u8]) -> Option<Result<Tracked, String>> {
    let bytes = usize::try_from(bytes).ok()?;
    let mut files = FilesBuilder::with_capacity(bytes / SMALLEST_ENTRY, bytes);
    let mut left_out = Vec::new();
    read_index(at, |entry| {
        let Some(path) = entry.path.strip_prefix(prefix) else {
            return;
        };
        if entry.is_left_out {
            left_out.push(path.into());
        }
        files.push(path, entry.kind);
    })?;
    Some(checked(files, left_out, at.to_path_buf()))
}

/// The `git` program in `root`, reading the index `index` and kept from all else: it fetches nothing
/// that is missing, starts no program that a configuration names, writes nothing, and what the
/// environment says of another repository doesn't reach it.
fn git(root: &Path, index: &Path) -> Command {
    let mut command = Command::new("git");
    for name in [
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    ] {
        command.env_remove(name);
    }
    command
        .args(["--no-pager", "-c", "core.fsmonitor=false", "-C"])
        .arg(root)
        .env("GIT_INDEX_FILE", index)
        .env("GIT_NO_LAZY_FETCH", "1")
        // A git before 2.45 doesn't know the line above, but all know this one.
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    command
}

/// # Errors
/// A path as only a corrupt index holds it: taken at its word, it would lead out of the repository.
fn checked(
    files: FilesBuilder,
    mut left_out: Vec<BString>,
    index: PathBuf,
) -> Result<Tracked, String> {
    let files = files.build();
    if let Some(path) = files.impossible() {
        let shown = quoted(path);
        return Err(format!(
            "its index holds a path that no file can have: {shown}"
        ));
    }
    left_out.sort_unstable();
    Ok(Tracked {
        files,
        left_out: LeftOut {
            paths: left_out,
            index,
        },
    })
}

/// For what is not read here: sparse indexes, other hashes, formats to come.
fn listed_by_git(root: &Path, index: PathBuf) -> Result<Tracked, String> {
    let output = git(root, &index)
        .args(["ls-files", "-z", "-t", "--stage"])
        .output()
        .map_err(|error| format!("its index needs the `git` program, which failed: {error}"))?;
    // What git can't read it leaves out, says so, and succeeds.
    let is_error = |line: &&[u8]| line.starts_with(b"error:") || line.starts_with(b"fatal:");
    let error = output.stderr.lines().find(is_error);
    if error.is_some() || !output.status.success() {
        let said = error.or(output.stderr.lines().next()).unwrap_or_default();
        let said = quoted(said.trim());
        return Err(format!("its index could not be listed: {said}"));
    }
    let mut files = FilesBuilder::default();
    let mut left_out = Vec::new();
    for line in output.stdout.split_str("\0") {
        // A letter, mode, object, stage.
        if let Some((info, path)) = line.split_once_str("\t")
            && let Some((letter, info)) = info.split_once_str(" ")
        {
            if letter == b"S" {
                left_out.push(path.into());
            }
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
    checked(files, left_out, index)
}
