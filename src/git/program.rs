use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use bstr::ByteSlice;

use super::{Commit, discover, guard};
use crate::text::{printable_bytes, quoted_path};

/// What tells git which repository, and which part of it, is meant. A hook sets some of them.
const LOCATION: [&str; 6] = [
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
];

/// The git repository that a user is in.
#[derive(Debug, Clone)]
pub struct Git {
    /// The top of its work tree, or the git directory of a bare repository; absolute, without symbolic
    /// links.
    pub top: PathBuf,
    /// Whether it has no work tree.
    pub is_bare: bool,
    /// Where it keeps what belongs to this work tree.
    pub(super) git_dir: PathBuf,
    /// The commit that was checked out when it was found, if git could tell.
    pub(super) checked_out: Option<Commit>,
    /// What to set of [`LOCATION`]; the others are cleared.
    location: Vec<(&'static str, OsString)>,
}

/// Why git could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GitError {
    /// What is so, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl GitError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn no_program(error: &std::io::Error) -> Self {
        Self::new(format!("the `git` program could not be run: {error}"))
            .help("looking at changes needs it: install git")
    }
}

impl Git {
    /// The repository that `directory` lies in. What a hook's environment says of it counts, unless
    /// that is about another repository.
    ///
    /// # Errors
    /// Where there is none, or git will not touch it.
    pub fn at(directory: &Path) -> Result<Self, GitError> {
        let bare_hands = Self {
            top: directory.to_path_buf(),
            is_bare: false,
            git_dir: PathBuf::new(),
            checked_out: None,
            location: Vec::new(),
        };
        let asked = bare_hands.clone();
        match asked.locate(directory) {
            Ok(mut found) => {
                let around = Some(&found.top).filter(|_| !found.is_bare);
                if let Some(Ok(Some(work_tree))) = around.map(|top| discover(top)) {
                    let index = work_tree.index().into();
                    found.location.push(("GIT_INDEX_FILE", index));
                }
                Ok(found)
            }
            // The work tree may lie apart from its git directory: then the environment is all there is.
            Err(error) => match env::var_os("GIT_DIR") {
                Some(_) => {
                    let mut inherited = bare_hands;
                    for name in LOCATION {
                        let path = env::var_os(name).filter(|value| !value.is_empty());
                        if let Some(path) = path.filter(|_| name != "GIT_PREFIX") {
                            inherited.location.push((name, directory.join(path).into()));
                        }
                    }
                    inherited.locate(directory)
                }
                None => Err(error),
            },
        }
    }

    /// Asks git where the repository is.
    fn locate(mut self, directory: &Path) -> Result<Self, GitError> {
        let named = self.location.iter().find(|(name, _)| *name == "GIT_DIR");
        guard(directory, named.map(|(_, path)| Path::new(path))).map_err(GitError::new)?;
        // In a bare repository there is no top, at which it ends; without commits there is no last line.
        let arguments = [
            "rev-parse",
            "--is-bare-repository",
            "--absolute-git-dir",
            "--show-toplevel",
            "--revs-only",
            "HEAD^{commit}",
        ];
        let output = self.output(&arguments)?;
        let mut parts = output.stdout.splitn_str(3, "\n");
        let mut part = || parts.next().unwrap_or_default();
        let (bare, git_dir) = (part() == b"true", part());
        let rest = part();
        let rest = rest.strip_suffix(b"\n").unwrap_or(rest);
        let last = rest.rsplit_once_str("\n");
        let commit = last.and_then(|(top, id)| Some((top, Commit::of_line(id)?)));
        let (top, checked_out) = match commit {
            Some((top, commit)) => (top, Some(commit)),
            None => (rest, None),
        };
        self.checked_out = checked_out;
        let path = |bytes: &[u8]| {
            let path = bytes.to_path().ok().filter(|path| path.is_absolute());
            path.map(|path| path.canonicalize().unwrap_or(path.to_path_buf()))
        };
        let Some(git_dir) = path(git_dir) else {
            return Err(not_a_repository(directory, &output));
        };
        let top = if bare {
            Some(git_dir.clone())
        } else {
            path(top)
        };
        let Some(top) = top else {
            return Err(not_a_repository(directory, &output));
        };
        self.top = top;
        self.is_bare = bare;
        self.git_dir = git_dir;
        Ok(self)
    }

    /// The index that is meant.
    pub(super) fn index_path(&self) -> PathBuf {
        let mut named = self.location.iter();
        let named = named.find(|(name, _)| *name == "GIT_INDEX_FILE");
        named.map_or_else(|| self.git_dir.join("index"), |(_, path)| path.into())
    }

    /// The program with everything that keeps it from writing, asking or guessing.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.top);
        for setting in [
            "core.fsmonitor=false",
            "core.quotePath=false",
            "core.warnAmbiguousRefs=true",
        ] {
            command.args(["-c", setting]);
        }
        for name in LOCATION {
            command.env_remove(name);
        }
        command
            .envs(self.location.iter().map(|(name, value)| (name, value)))
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            // Versions that do not know this would fetch by whatever command the repository names.
            .env("GIT_ALLOW_PROTOCOL", "")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }

    /// Runs it, whatever it comes to.
    pub(super) fn output<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Output, GitError> {
        let output = self.command().args(arguments).output();
        output.map_err(|error| GitError::no_program(&error))
    }

    /// What it prints, where it succeeds.
    pub(super) fn read<S: AsRef<OsStr>>(
        &self,
        arguments: &[S],
        task: &str,
    ) -> Result<Vec<u8>, GitError> {
        let output = self.output(arguments)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(GitError::new(format!(
            "git could not {task}: {}",
            said(&output)
        )))
    }
}

/// What git complained about, safe to print: the line that ended it, if there is one.
pub(super) fn said(output: &Output) -> String {
    let lines = || output.stderr.lines().filter(|line| !line.is_empty());
    let fatal = lines().find_map(|line| line.strip_prefix(b"fatal: "));
    let line = fatal.or_else(|| lines().next());
    line.map_or_else(
        || format!("it ended with {}", output.status),
        |line| printable_bytes(line.trim()),
    )
}

fn not_a_repository(directory: &Path, output: &Output) -> GitError {
    let shown = quoted_path(directory);
    if output.stderr.contains_str("not a git repository") {
        return GitError::new(format!("{shown} is in no git repository"))
            .help("what changes is known to git only: run it in the repository that changed");
    }
    let error = GitError::new(format!("git does not look at {shown}: {}", said(output)));
    if output.stderr.contains_str("safe.directory") {
        return error.help(format!(
            "if you trust it: git config --global --add safe.directory {}",
            printable_bytes(directory.as_os_str().as_encoded_bytes())
        ));
    }
    error
}
