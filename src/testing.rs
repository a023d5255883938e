//! Small repositories on disk and marked texts for unit tests.

pub mod ownership_files;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use tempfile::TempDir;

use crate::{
    advice::Fix,
    checks,
    config::{self, Map, Vocabulary},
    dialects,
    inventory::detectors,
    snapshot::Snapshot,
    text::{Place, Source, SourceOrigin, Span},
};

/// An expression, the error of a program that rejects it, and the strings that it matches and does not match.
#[derive(Debug, Deserialize)]
pub struct RecordedExpression {
    pub text: String,
    pub error: Option<String>,
    pub matches: Vec<String>,
    pub others: Vec<String>,
}

/// Asserts that there are no differences among the compared answers.
#[track_caller]
pub fn assert_none(differences: &[String], compared: usize) {
    let all = differences.join("\n");
    assert!(
        differences.is_empty(),
        "{} of {compared}\n{all}",
        differences.len()
    );
}

/// A temporary directory with files.
pub struct Repo(TempDir);

impl Repo {
    /// Creates a directory with these files.
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

    /// Runs `git` in the directory without the settings of the user, and returns its output.
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

/// Returns `text` without the `<` and `>` in it, and the place between them.
#[track_caller]
pub fn marked(file: &str, text: &str) -> (String, Place) {
    let (start, end) = (text.find('<').unwrap(), text.find('>').unwrap() - 1);
    let plain = text.replacen('<', "", 1).replacen('>', "", 1);
    let (source, _) = Source::new(SourceOrigin::Map, file.into(), plain.clone().into_bytes());
    (plain, Place::Text(Arc::new(source), Span::new(start, end)))
}

/// Returns `text` with the edits of a fix.
pub fn fixed(mut text: String, fix: Fix) -> String {
    for edit in fix.edits {
        if let Place::Text(_, span) = edit.place {
            text.replace_range(span.range(), &edit.replacement);
        }
    }
    text
}

/// Loads the map of a directory.
pub fn map(directory: &Path) -> Map {
    let vocabulary = Vocabulary {
        checks: &checks::names(),
        detectors: &detectors::names(),
        outputs: &dialects::outputs(),
        dialects: &dialects::names(),
        owner_keys: &detectors::reading_owner_keys(),
        kinds: &detectors::kinds(),
        forges: &dialects::handle_keys(),
    };
    let map = config::load_from(
        &Snapshot::default(),
        &directory.join(config::MAP_NAME),
        &vocabulary,
        |_, _| (),
    );
    map.unwrap_or_else(|error| panic!("{error:?}"))
}

/// Returns the result of `run`, and fails if it takes longer than `seconds` on an idle machine. The limit should be
/// many times what a slow machine needs, but far below what quadratic work would take. On a busy machine, the limit
/// is multiplied by the number of processes for each processor.
#[track_caller]
pub fn within<T>(seconds: u64, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let outcome = run();
    let took = start.elapsed();
    let limit = Duration::from_secs(seconds).mul_f64(waiting_for_each_processor());
    assert!(took < limit, "took {took:?}, limit {limit:?}");
    outcome
}

/// Returns how many processes wait for each processor, at least one.
fn waiting_for_each_processor() -> f64 {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let waiting: Option<f64> = load.split(' ').next().and_then(|first| first.parse().ok());
    let processors = std::thread::available_parallelism().map_or(1.0, |it| it.get() as f64);
    (waiting.unwrap_or(1.0) / processors).max(1.0)
}

/// Returns the directory of this project.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the recorded answers of a program in a file below `tests/oracles`, without the version in the first line.
pub fn recorded<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let (IgnoredAny, records) = recorded_with_header(file);
    records
}

/// Returns what the first line of such a file contains, and the recorded answers.
pub fn recorded_with_header<H: DeserializeOwned, T: DeserializeOwned>(file: &str) -> (H, Vec<T>) {
    let text = fs::read_to_string(project().join("tests/oracles").join(file)).unwrap();
    let mut lines = text.lines();
    let header = serde_json::from_str(lines.next().unwrap()).unwrap();
    let records: Vec<T> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!records.is_empty());
    (header, records)
}
