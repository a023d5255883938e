//! `hook`: installs ownlint as a hook of git, and removes it.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use super::{Error, Options, file, map_file, relative};
use crate::{
    config,
    git::Git,
    snapshot::{Snapshot, canonicalize_existing},
    text::{joined, printable_bytes, quoted_path, read_regular, shell_word},
};

/// The hooks that git runs before a commit. It runs `pre-commit` for a merge only if the merge had conflicts.
const HOOKS: [&str; 2] = ["pre-commit", "pre-merge-commit"];

/// The start of every hook that ownlint writes.
const HEADER: &str = "#!/bin/sh
# Rejects commits that introduce ownership errors, such as files without an owner or with \
conflicting owners. To skip
# this hook, use `--no-verify`. Written by `ownlint hook install`; to remove it, run `ownlint hook \
uninstall`.
";

/// The end of the command of every hook that ownlint writes.
const CHECK: &str = "check --staged";

/// A longer hook is not one that ownlint wrote.
const MAX_HOOK: u64 = 1 << 20;

/// The hooks of a git repository.
#[derive(Debug)]
pub struct GitHooks {
    /// The directory in which git looks for hooks.
    directory: PathBuf,
    /// Whether the directory belongs to the repository alone.
    is_own: bool,
    /// The top of the work tree.
    top: PathBuf,
    here: PathBuf,
}

/// The state of a hook, by what a file with its name contains.
enum Hook {
    Missing,
    /// ownlint wrote it.
    Ours(String),
    /// It is somebody else's, but runs ownlint.
    RunsOwnlint,
    Foreign,
}

impl GitHooks {
    /// Finds the hooks of the git repository that contains the current directory.
    ///
    /// # Errors
    /// If there is none, or git cannot be run.
    pub fn at(options: &Options) -> Result<Self, Error> {
        let here = options.real_here()?;
        let git = Git::at(&here)?;
        let directory = git.hooks_directory()?;
        let real = canonicalize_existing(&directory);
        let homes = [git.top.clone(), git.common_directory()?];
        let is_own = homes
            .iter()
            .any(|home| real.starts_with(canonicalize_existing(home)));
        Ok(Self {
            directory,
            is_own,
            top: git.top,
            here,
        })
    }

    /// Writes hooks that check the staged change with the map and the repositories of the options. Returns a line for
    /// each hook. `is_shared` allows a directory that other repositories may use too.
    ///
    /// # Errors
    /// If there is no map, or a hook exists that ownlint did not write and that does not run it. Then no hook is
    /// written.
    pub fn install(&self, options: &Options, is_shared: bool) -> Result<Vec<String>, Error> {
        let command = command(options, &self.here, &self.top)?;
        let shown = quoted_path(&relative(&self.directory, &self.here));
        if self.directory.exists() && !self.directory.is_dir() {
            return Err(
                Error::new(format!("{shown} is not a directory, so git runs no hooks"))
                    .help("change `core.hooksPath` in your git configuration"),
            );
        }
        if !self.is_own && !is_shared {
            return Err(Error::new(format!(
                "the hooks directory {shown} is outside the git repository, so other repositories \
                    may use it too"
            ))
            .help("to install the hooks there anyway, use `--shared`"));
        }
        let states = HOOKS.map(|name| (name, self.state(name)));
        let foreign: Vec<String> = states
            .iter()
            .filter(|(_, state)| matches!(state, Hook::Foreign))
            .map(|(name, _)| self.shown(name))
            .collect();
        if !foreign.is_empty() {
            let exist = if foreign.len() == 1 {
                "exists"
            } else {
                "exist"
            };
            let names = joined(foreign, " and ");
            let error = Error::new(format!("{names} already {exist}; no hook was written"));
            return Err(error.help(format!(
                "add the line `{command} || exit 1` to the existing hooks, and run `ownlint hook \
                 install` again; if another program manages the hooks, configure that program to \
                 run the command"
            )));
        }
        let text = format!("{HEADER}exec {command}\n");
        fs::create_dir_all(&self.directory)
            .map_err(|error| Error::new(format!("failed to create {shown}: {error}")))?;
        let mut lines = Vec::new();
        for (name, state) in states {
            let path = self.directory.join(name);
            let shown = self.shown(name);
            lines.push(match state {
                Hook::Missing => {
                    write_new(&path, &text)?;
                    format!("installed {shown}")
                }
                Hook::Ours(before) if before == text && is_executable(&path) => {
                    format!("{shown} is already installed")
                }
                Hook::Ours(_) => {
                    remove(&path)?;
                    write_new(&path, &text)?;
                    format!("updated {shown}")
                }
                Hook::RunsOwnlint | Hook::Foreign => {
                    format!("{shown} already runs ownlint")
                }
            });
        }
        Ok(lines)
    }

    /// Removes the hooks that ownlint wrote. Returns a line for each hook that exists.
    ///
    /// # Errors
    /// If one of them cannot be removed.
    pub fn uninstall(&self) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        for name in HOOKS {
            let shown = self.shown(name);
            match self.state(name) {
                Hook::Ours(_) => {
                    remove(&self.directory.join(name))?;
                    lines.push(format!("removed {shown}"));
                }
                Hook::RunsOwnlint => lines.push(format!(
                    "kept {shown}: it runs ownlint, but either ownlint did not install it or it \
                     has been changed since"
                )),
                Hook::Foreign => lines.push(format!("kept {shown}, which does not run ownlint")),
                Hook::Missing => {}
            }
        }
        if lines.is_empty() {
            lines.push("no hooks are installed".to_owned());
        }
        Ok(lines)
    }

    /// Reads a hook. Anything other than a regular file is foreign, as a link could lead anywhere.
    fn state(&self, name: &str) -> Hook {
        let path = self.directory.join(name);
        let is_file = match path.symlink_metadata() {
            Ok(metadata) => metadata.is_file(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Hook::Missing,
            Err(_) => return Hook::Foreign,
        };
        let text = read_regular(&path, MAX_HOOK).ok();
        let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return Hook::Foreign;
        };
        let is_ours = text.strip_prefix(HEADER).is_some_and(|command| {
            command.starts_with("exec ownlint ") && command.lines().count() == 1
        });
        let runs_it = |line: &str| {
            let code = line.split('#').next().unwrap_or_default();
            code.contains("ownlint ") && code.contains(CHECK)
        };
        match is_ours && is_file {
            true => Hook::Ours(text),
            false if text.lines().any(runs_it) => Hook::RunsOwnlint,
            false => Hook::Foreign,
        }
    }

    fn shown(&self, name: &str) -> String {
        quoted_path(&relative(&self.directory.join(name), &self.here))
    }
}

/// Returns the command that checks the staged change with these options. git runs hooks at the top of the work tree.
fn command(options: &Options, here: &Path, top: &Path) -> Result<String, Error> {
    let map = options
        .find_map()?
        .filter(|map| map.is_file())
        .and_then(|map| map.canonicalize().ok())
        .ok_or_else(|| map_file::missing(here))?;
    let mut words = vec!["ownlint".to_owned()];
    // From there, this map may be found without the option.
    let found = config::find_in(top, &Snapshot::default()).ok().flatten();
    let is_found = found.and_then(|found| found.canonicalize().ok()).as_ref() == Some(&map);
    if !is_found {
        words.extend(["--config".to_owned(), word(seen_from(&map, top))?]);
    }
    for root in &options.roots {
        let text = root.to_str().unwrap_or_default();
        let (name, directory) = text.split_once('=').ok_or_else(|| {
            Error::new("`--root` must have the form `NAME=DIR` and be valid UTF-8")
        })?;
        let directory = here.join(directory);
        let directory = directory.canonicalize().unwrap_or(directory);
        let directory = seen_from(&directory, top);
        words.extend([
            "--root".to_owned(),
            word(Path::new(&format!("{name}={}", directory.display())))?,
        ]);
    }
    words.push(CHECK.to_owned());
    if let Some(name) = &options.repository {
        words.extend(["--repository".to_owned(), word(Path::new(name))?]);
    }
    words.push("--format compact".to_owned());
    Ok(words.join(" "))
}

/// Returns a path inside the work tree relative to its top, as each linked work tree has its own.
fn seen_from<'p>(path: &'p Path, top: &Path) -> &'p Path {
    match path.strip_prefix(top) {
        Ok(below) if below.as_os_str().is_empty() => Path::new("."),
        Ok(below) => below,
        Err(_) => path,
    }
}

/// Quotes a word for the shell.
fn word(text: &Path) -> Result<String, Error> {
    let bytes = text.as_os_str().as_encoded_bytes();
    if printable_bytes(bytes).as_bytes() != bytes {
        let shown = quoted_path(text);
        return Err(Error::new(format!("{shown} cannot be written to a hook")));
    }
    Ok(shell_word(bytes))
}

fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0)
}

/// Writes an executable file that does not exist yet.
fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let mut options = fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o777).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| file::write_error(path, &error))
}

fn remove(path: &Path) -> Result<(), Error> {
    fs::remove_file(path).map_err(|error| {
        let shown = quoted_path(path);
        Error::new(format!("failed to remove {shown}: {error}"))
    })
}
