use std::{
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use bstr::ByteSlice;

use super::{
    Commit, GitError, WorkTree, discover, environment::Environment, error::error_message,
    work_tree::guard,
};
use crate::text::{quoted_path, shell_word};

/// A git repository that is read with the `git` program.
#[derive(Debug, Clone)]
pub struct Git {
    /// The top of its work tree, or the git directory of a bare repository; absolute, without symbolic
    /// links.
    pub top: PathBuf,
    /// Whether it has no work tree.
    pub is_bare: bool,
    /// The git directory of this work tree.
    pub(super) git_dir: PathBuf,
    /// The commit that was checked out when the repository was located, if there was one.
    pub(super) checked_out: Option<Commit>,
    environment: Environment,
}

impl Git {
    /// Returns the user's repository, which contains `directory`. The environment of a hook is used, unless it belongs
    /// to another repository.
    ///
    /// # Errors
    /// If there is no repository, or git refuses to read it.
    pub fn at(directory: &Path) -> Result<Self, GitError> {
        match Self::new(directory, Environment::with_objects()).locate(directory) {
            Ok(mut found) => {
                let around = Some(&found.top).filter(|_| !found.is_bare);
                if let Some(Ok(Some(work_tree))) = around.map(|top| discover(top)) {
                    found.environment.set_index(&work_tree.index());
                }
                Ok(found)
            }
            // The work tree may be apart from its git directory: then only the environment names it.
            Err(error) => match Environment::with_places(directory) {
                Some(environment) => Self::new(directory, environment).locate(directory),
                None => Err(error),
            },
        }
    }

    /// Returns the repository of a scanned work tree. It may not be the user's repository, so only the index is taken
    /// from the environment.
    ///
    /// # Errors
    /// A message for users, if git could block.
    pub fn of(work_tree: &WorkTree) -> Result<Self, String> {
        guard(&work_tree.top, None)?;
        let mut environment = Environment::default();
        environment.set_index(&work_tree.index());
        Ok(Self::new(&work_tree.top, environment))
    }

    fn new(directory: &Path, environment: Environment) -> Self {
        Self {
            top: directory.to_path_buf(),
            is_bare: false,
            git_dir: PathBuf::new(),
            checked_out: None,
            environment,
        }
    }

    /// Asks git where the repository is.
    fn locate(mut self, directory: &Path) -> Result<Self, GitError> {
        guard(directory, self.environment.path("GIT_DIR")).map_err(GitError::new)?;
        // In a bare repository, git stops at `--show-toplevel`; without commits, there is no last line.
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
        let git_dir = path(git_dir);
        let top = match bare {
            true => git_dir.clone(),
            false => path(top),
        };
        let (Some(git_dir), Some(top)) = (git_dir, top) else {
            return Err(not_a_repository(directory, &output));
        };
        self.top = top;
        self.is_bare = bare;
        self.git_dir = git_dir;
        Ok(self)
    }

    /// Returns the path of the selected index.
    pub(super) fn index_path(&self) -> PathBuf {
        let named = self.environment.path("GIT_INDEX_FILE");
        named.map_or_else(|| self.git_dir.join("index"), Path::to_path_buf)
    }

    /// Returns the `git` command in the top directory.
    pub(super) fn command(&self) -> Command {
        self.environment.command(&self.top)
    }

    /// Starts `git`, to read its output while it runs.
    pub(super) fn start(&self, arguments: &[&str], input: Stdio) -> Result<Child, GitError> {
        let mut command = self.command();
        command
            .args(arguments)
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
            .spawn()
            .map_err(|error| GitError::no_program(&error))
    }

    /// Runs `git` and returns its output, even if it fails.
    pub(super) fn run(&self, arguments: &[&str]) -> io::Result<Output> {
        self.command().args(arguments).output()
    }

    /// Like [`run`](Self::run), with an error for users.
    pub(super) fn output(&self, arguments: &[&str]) -> Result<Output, GitError> {
        let output = self.run(arguments);
        output.map_err(|error| GitError::no_program(&error))
    }

    /// Runs `git` and returns what it prints, if it succeeds.
    pub(super) fn read(&self, arguments: &[&str], task: &str) -> Result<Vec<u8>, GitError> {
        let output = self.output(arguments)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(GitError::new(format!(
            "git could not {task}: {}",
            error_message(&output)
        )))
    }

    /// Runs `git` and returns the path that it prints, which may be relative to the top.
    pub(super) fn read_path(&self, arguments: &[&str], task: &str) -> Result<PathBuf, GitError> {
        let printed = self.read(arguments, task)?;
        let path = printed.strip_suffix(b"\n").unwrap_or(&printed);
        Ok(self.top.join(path.to_path_lossy()))
    }
}

fn not_a_repository(directory: &Path, output: &Output) -> GitError {
    let shown = quoted_path(directory);
    if output.stderr.contains_str("not a git repository") {
        return GitError::new(format!("{shown} is not in a git repository"))
            .help("run ownlint in the git repository that contains the change");
    }
    let error = GitError::new(format!("git cannot use {shown}: {}", error_message(output)));
    if output.stderr.contains_str("safe.directory") {
        return error.help(format!(
            "if you trust the repository, run: git config --global --add safe.directory {}",
            shell_word(directory.as_os_str().as_encoded_bytes())
        ));
    }
    error
}
