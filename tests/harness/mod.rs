//! A small repository on disk, and the program run in it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

/// A directory with files, that goes away with the test.
pub struct Repo(TempDir);

/// What a run of the program came to.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Repo {
    /// A directory with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let repo = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            repo.write(path, text);
        }
        repo
    }

    /// A copy of a directory of this project.
    pub fn copy_of(source: &Path) -> Self {
        let repo = Self::new(&[]);
        copy(source, repo.path());
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

    pub fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.org"])
            .args(arguments)
            .current_dir(self.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Makes it a git repository that tracks everything.
    pub fn track(&self) -> &Self {
        self.git(&["init", "-q"]);
        self.git(&["add", "-A"]);
        self
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ownlint"));
        command
            .current_dir(self.path())
            .env("OWNLINT_TODAY", "2026-11-22")
            .env("COLUMNS", "100");
        for name in [
            "GIT_DIR",
            "GIT_INDEX_FILE",
            "GIT_WORK_TREE",
            "OWNLINT_FORMAT",
            "NO_COLOR",
        ] {
            command.env_remove(name);
        }
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Run {
        Run::of(self.command().args(arguments).output().unwrap())
    }

    /// `check --format json`, parsed.
    pub fn check(&self) -> Value {
        let run = self.run(&["check", "--format", "json"]);
        serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}", run.err))
    }

    /// `who --format json` about one thing, parsed.
    pub fn who(&self, target: &str) -> Value {
        let run = self.run(&["who", "--format", "json", target]);
        let answers: Value =
            serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}", run.err));
        answers[0].clone()
    }

    /// The verdict on a path, or its owners.
    pub fn verdict(&self, path: &str) -> String {
        let answer = self.who(path);
        let owners: Vec<&str> = answer["owners"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        match answer["verdict"].as_str().unwrap() {
            "owned" => owners.join(" "),
            verdict => verdict.to_owned(),
        }
    }
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Findings as `check path component`, sorted as reported.
pub fn findings(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            format!(
                "{} {} {}",
                text(&f["check"]),
                text(&f["path"]),
                text(&f["component"])
            )
        })
        .collect()
}

/// The directory of this project.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&entry.path(), &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path()).unwrap(), target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
