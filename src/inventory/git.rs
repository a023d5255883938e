//! The index of a git repository: what is tracked, without touching the tree.

use std::{
    env, fs,
    io::{self, Read as _},
    os::unix::fs::FileTypeExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use bstr::{BStr, BString, ByteSlice};

use super::{FileKind, Files, FilesBuilder};
use crate::{
    git::read_index,
    text::{quoted, read_regular},
};

/// What git keeps about a repository in single small files is not read beyond this.
const MAX_SMALL: u64 = 1 << 20;

/// All names of branches and tags in one file.
const MAX_PACKED_REFS: u64 = 256 << 20;

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

/// Where a repository keeps what belongs to one of its work trees.
#[derive(Debug)]
pub(super) struct WorkTree {
    /// Its top directory.
    pub top: PathBuf,
    git_dir: PathBuf,
    /// Where all work trees of the repository keep what they share.
    common: PathBuf,
}

/// The top directory of the git work tree that `path`, an absolute path without symbolic links, lies in.
pub fn work_tree(path: &Path) -> Option<PathBuf> {
    discover(path).ok()?.map(|work_tree| work_tree.top)
}

/// The work tree that `root`, an absolute path without symbolic links, lies in.
///
/// # Errors
/// A sentence for a person, where there is a `.git` that is no repository: a damaged one must not
/// be taken for none, nor for the one around it.
pub(super) fn discover(root: &Path) -> Result<Option<WorkTree>, String> {
    if !exists(&root.join(".git")) && is_bare(root) {
        return Err("it is a bare repository, which has no files".to_owned());
    }
    let Some(top) = root.ancestors().find(|top| exists(&top.join(".git"))) else {
        return Ok(None);
    };
    let dot_git = top.join(".git");
    WorkTree::open(top, &dot_git).map(Some).map_err(|why| {
        let shown = quoted(dot_git.as_os_str().as_encoded_bytes());
        format!("its git repository {shown} is damaged: {why}")
    })
}

/// Whether anything is there, be it a link to nowhere.
fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn is_bare(root: &Path) -> bool {
    root.join("HEAD").is_file() && root.join("objects").is_dir() && root.join("refs").is_dir()
}

fn could_not_be_read(what: &str) -> impl Fn(io::Error) -> String {
    move |error| match error.kind() {
        io::ErrorKind::NotFound => format!("{what} is not there"),
        // An error of our own says what it is.
        io::ErrorKind::Other => format!("{what} can't be used: {error}"),
        kind => format!("{what} could not be read: {kind}"),
    }
}

impl WorkTree {
    fn open(top: &Path, dot_git: &Path) -> Result<Self, String> {
        let metadata = fs::metadata(dot_git).map_err(could_not_be_read("what it leads to"))?;
        let git_dir = if metadata.is_dir() {
            dot_git.to_path_buf()
        } else {
            // A submodule or a further work tree: the file says where.
            let text = read_regular(dot_git, MAX_SMALL).map_err(could_not_be_read("it"))?;
            let target = text
                .strip_prefix(b"gitdir:")
                .and_then(|target| target.trim().to_path().ok())
                .ok_or("it does not say where the repository is")?;
            let git_dir = top.join(target);
            if !git_dir.is_dir() {
                let shown = quoted(target.as_os_str().as_encoded_bytes());
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
        work_tree.head()?;
        Ok(work_tree)
    }

    /// The file of patterns that git keeps to itself.
    pub fn exclude(&self) -> PathBuf {
        self.common.join("info/exclude")
    }

    /// What HEAD names: a commit, or a branch that may have none yet.
    fn head(&self) -> Result<Head, String> {
        let path = self.git_dir.join("HEAD");
        // Long ago it was a link to the file of the branch.
        if let Ok(target) = fs::read_link(&path) {
            return Ok(Head::Branch(target));
        }
        let text = read_regular(&path, MAX_SMALL).map_err(could_not_be_read("its `HEAD`"))?;
        let text = text.trim();
        if let Some(branch) = text.strip_prefix(b"ref:") {
            let branch = branch.trim().to_path();
            return Ok(Head::Branch(branch.unwrap_or(Path::new("")).to_owned()));
        }
        if text.len() >= 40 && text.iter().all(u8::is_ascii_hexdigit) {
            return Ok(Head::Commit);
        }
        Err("its `HEAD` names neither a branch nor a commit".to_owned())
    }

    /// Whether there is a commit that an index should be of.
    fn has_commits(&self) -> Result<bool, String> {
        let Head::Branch(branch) = self.head()? else {
            return Ok(true);
        };
        if self.common.join(&branch).exists() || self.git_dir.join(&branch).exists() {
            return Ok(true);
        }
        let packed = self.common.join("packed-refs");
        if !exists(&packed) {
            return Ok(false);
        }
        let packed = read_regular(&packed, MAX_PACKED_REFS)
            .map_err(could_not_be_read("its `packed-refs`"))?;
        let branch = branch.as_os_str().as_encoded_bytes();
        Ok(packed
            .lines()
            .any(|line| line.split_str(" ").nth(1) == Some(branch)))
    }

    /// The tracked files below `root`, relative to it.
    ///
    /// # Errors
    /// A sentence for a person, where not even the `git` program can read the index.
    pub fn tracked(&self, root: &Path) -> Result<Tracked, String> {
        let prefix = root.strip_prefix(&self.top).unwrap_or(Path::new(""));
        let mut prefix = Vec::from(prefix.as_os_str().as_encoded_bytes());
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        let index = self.index();
        if !exists(&index) {
            return match self.has_commits()? {
                true => Err("its index is missing, though it has commits".to_owned()),
                false => Ok(Tracked::default()),
            };
        }
        let metadata = fs::metadata(&index).map_err(could_not_be_read("its index"))?;
        if !metadata.is_file() {
            return Err("its index is not a file".to_owned());
        }
        if self.uses_sha1()?
            && let Some(tracked) = below(&index, metadata.len(), &prefix)
        {
            return tracked;
        }
        listed_by_git(root, index)
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

    fn uses_sha1(&self) -> Result<bool, String> {
        let config = self.common.join("config");
        if !exists(&config) {
            return Ok(true);
        }
        let config = read_regular(&config, MAX_SMALL).map_err(could_not_be_read("its `config`"))?;
        Ok(!config.to_ascii_lowercase().contains_str("sha256"))
    }
}

/// What HEAD names.
enum Head {
    Commit,
    Branch(PathBuf),
}

/// The `git` program does not ask what it opens; what waits for ever is found before.
fn refuse_pipes(directory: &Path) -> Result<(), String> {
    let entries = fs::read_dir(directory).map_err(could_not_be_read("it"))?;
    for entry in entries {
        let entry = entry.map_err(could_not_be_read("it"))?;
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_symlink() => match fs::metadata(entry.path()) {
                Ok(metadata) => metadata.file_type(),
                Err(_) => continue,
            },
            Ok(kind) => kind,
            Err(_) => continue,
        };
        if kind.is_fifo() || kind.is_char_device() || kind.is_block_device() {
            let name = entry.file_name();
            let shown = quoted(name.as_encoded_bytes());
            return Err(format!("its {shown} is not a file"));
        }
    }
    Ok(())
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
        files.push(path, entry.kind.into());
    })?;
    Some(tracked(files, left_out, at.to_path_buf()))
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
fn tracked(
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
    tracked(files, left_out, index)
}
