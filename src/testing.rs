//! Small repositories on disk, for the tests of modules.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use tempfile::TempDir;

use crate::{
    checks,
    config::{self, Map, Vocabulary},
    inventory::detectors,
    snapshot::Snapshot,
};

/// A directory with files, that goes away with the test.
pub struct Repo(TempDir);

impl Repo {
    /// A directory with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let repo = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            repo.write(path, text);
        }
        repo
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let full = self.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }

    pub fn link(&self, path: &str, target: &str) {
        let full = self.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, full).unwrap();
    }

    /// Runs `git` in the directory, with none of the user's settings, and returns what it prints.
    #[track_caller]
    pub fn git(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut child = Command::new("git")
            .args(arguments)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        output.stdout
    }
}

/// The valid map of a directory.
pub fn map(directory: &Path) -> Map {
    let vocabulary = Vocabulary {
        checks: &checks::names(),
        detectors: &detectors::names(),
        kinds: &detectors::kinds(),
    };
    let map = config::load_from(
        &Snapshot::default(),
        &directory.join(config::MAP_NAME),
        &vocabulary,
    );
    map.unwrap_or_else(|error| panic!("{error:?}"))
}

/// What `run` comes to, which takes no more than so many seconds: many times what a slow machine needs,
/// and few of those that the work would take if it grew with the square of what is given.
#[track_caller]
pub fn within<T>(seconds: u64, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let outcome = run();
    let took = start.elapsed();
    assert!(took.as_secs() < seconds, "{took:?}");
    outcome
}

/// The directory of this project.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
