//! Small repositories on disk, and runs of the program in them.

pub mod map_schema;
pub mod schema;

use std::{
    ffi::OsStr,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// A temporary directory with files.
pub struct Repo(TempDir);

/// The result of a run of the program.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Repo {
    /// Creates a directory with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let repo = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            repo.write(path, text);
        }
        repo
    }

    /// Copies a directory of this project.
    pub fn copy_of(source: &Path) -> Self {
        let repo = Self::new(&[]);
        copy(source, repo.path());
        repo
    }

    /// Copies the fixture `bad` or `good` of a check. That of a check of changes is a change of a commit with the
    /// files of `base`.
    pub fn fixture(check: &str, which: &str) -> Self {
        let fixture = project().join("fixtures/checks").join(check);
        let base = fixture.join("base");
        if !base.exists() {
            return Self::copy_of(&fixture.join(which));
        }
        let repo = Self::copy_of(&base);
        repo.track().git(&["commit", "-q", "-m", "base"]);
        repo.git(&["rm", "-q", "-r", "."]);
        copy(&fixture.join(which), repo.path());
        repo.git(&["add", "-A"]);
        repo
    }

    /// Copies the fixtures of this project with its map.
    pub fn shipped() -> Self {
        let repo = Self::new(&[]);
        for name in ["puppet", "deployment-charts", "alerts"] {
            copy(
                &project().join("fixtures").join(name),
                &repo.path().join(name),
            );
        }
        let map = fs::read_to_string(project().join("ownership.yaml")).unwrap();
        repo.write("ownership.yaml", map.replace("path: fixtures/", "path: "));
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

    /// Replaces a path with a pipe that has no writer.
    pub fn pipe(&self, path: &str) {
        let full = self.path().join(path);
        let _ = fs::remove_file(&full);
        let made = Command::new("mkfifo").arg(&full).status();
        assert!(made.unwrap().success());
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        self.try_git(arguments)
            .unwrap_or_else(|error| panic!("git {arguments:?}: {error}"))
    }

    /// Runs git, and returns its output or its error; for features that only some versions have.
    pub fn try_git(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new("git");
        isolate(&mut command);
        let output = command
            .args(["-c", "user.name=test", "-c", "user.email=test@example.org"])
            .args(arguments)
            .current_dir(self.path())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => Err(text(&output.stderr)),
        }
    }

    /// Makes it a git repository that tracks all files.
    pub fn track(&self) -> &Self {
        self.git(&["init", "-q"]);
        self.git(&["add", "-A"]);
        self
    }

    /// Commits all files.
    pub fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "x"]);
    }

    /// Commits all files of the git repository in a directory. Returns the id of the commit.
    pub fn commit_in(&self, directory: &str) -> String {
        self.git(&["-C", directory, "add", "-A"]);
        self.git(&["-C", directory, "commit", "-q", "-m", "x"]);
        let id = self.git(&["-C", directory, "rev-parse", "HEAD"]);
        id.trim().to_owned()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ownlint"));
        command
            .current_dir(self.path())
            .env("OWNLINT_TODAY", "2026-11-22")
            .env("COLUMNS", "100");
        isolate(&mut command);
        command
    }

    /// Runs the program. The schema of the map must accept each map that `check` accepts.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Run {
        let run = Run::of(self.command().args(arguments).output().unwrap());
        let has_checked = arguments.first().is_some_and(|it| it.as_ref() == "check");
        if has_checked
            && run.code < 2
            && let Ok(text) = fs::read_to_string(self.path().join("ownership.yaml"))
            && let Ok(map) = map_schema::read(&text)
            // The files of other programs are not maps.
            && map.get("version").is_some() && map.get("ownership").is_none()
        {
            let errors = map_schema::errors(&map);
            assert_eq!(
                errors, "",
                "the schema rejects a map that `check` accepts:\n{text}"
            );
        }
        run
    }

    /// Runs a shell script that can call the program by its name.
    pub fn shell(&self, script: &str) -> Run {
        let program = Path::new(env!("CARGO_BIN_EXE_ownlint")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .current_dir(self.path())
            .env("PATH", format!("{}:{path}", program.display()))
            .env("OWNLINT_TODAY", "2026-11-22");
        isolate(&mut command);
        Run::of(command.output().unwrap())
    }

    /// Runs the program with `input` on its standard input.
    pub fn run_on(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
        let mut command = self.command();
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_ref()).unwrap();
        drop(stdin);
        Run::of(child.wait_with_output().unwrap())
    }

    /// Returns the parsed output of `check --format json`.
    pub fn check(&self) -> Value {
        self.check_with(&[])
    }

    /// Returns the parsed output of `check --format json` with further arguments.
    pub fn check_with(&self, arguments: &[&str]) -> Value {
        self.run(&[&["check", "--format", "json"], arguments].concat())
            .json()
    }

    /// Returns the answer of `who --format json` for one target.
    pub fn who(&self, target: &str) -> Value {
        self.run(&["who", "--format", "json", target]).json()["answers"][0].clone()
    }

    /// Returns the answers of `who --format json` for many targets in one run.
    pub fn who_all<S: AsRef<str>>(&self, targets: &[S]) -> Vec<Value> {
        let input: String = targets
            .iter()
            .map(|t| format!("{}\0", t.as_ref()))
            .collect();
        let run = self.run_on(&["who", "--stdin", "-0", "--format", "json"], input);
        serde_json::from_value(run.json()["answers"].clone()).unwrap()
    }

    /// Returns the owners of a path, or else its verdict.
    pub fn verdict(&self, path: &str) -> String {
        outcome(&self.who(path))
    }
}

/// Returns the owners in an answer of `who`, or else its verdict.
pub fn outcome(answer: &Value) -> String {
    match text(&answer["verdict"]) {
        "owned" => strings(&answer["owners"]).join(" "),
        verdict => verdict.to_owned(),
    }
}

/// Returns a string of a JSON document, `-` for null.
pub fn text(value: &Value) -> &str {
    if value.is_null() {
        return "-";
    }
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a string: {value}"))
}

/// Returns a list of strings of a JSON document.
pub fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(text).collect()
}

/// Returns the sorted keys of an object of a JSON document.
pub fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

/// Returns the findings of one check in a report.
pub fn of_check<'r>(report: &'r Value, check: &str) -> Vec<&'r Value> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|f| f["check"] == check).collect()
}

/// Removes settings of the user or of a hook from the environment of a test.
fn isolate(command: &mut Command) {
    for name in [
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "GIT_CEILING_DIRECTORIES",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "NO_COLOR",
        "OWNLINT_CONFIG",
        "OWNLINT_FORMAT",
        "OWNLINT_ROOT",
    ] {
        command.env_remove(name);
    }
    // CI systems and hooks describe the change that they are building.
    const DESCRIBES_A_CHANGE: [&str; 5] = ["CI", "GERRIT_", "GITHUB_", "PRE_COMMIT", "ZUUL_"];
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if DESCRIBES_A_CHANGE
            .iter()
            .any(|start| name.starts_with(start))
        {
            command.env_remove(&*name);
        }
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", "/nonexistent")
        .env("XDG_CONFIG_HOME", "/nonexistent");
}

impl Run {
    /// Returns the parsed standard output.
    pub fn json(&self) -> Value {
        let shown = || format!("{}{}", self.out, self.err);
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", shown()))
    }

    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Returns findings as `check path component`, in the order of the report.
pub fn findings(report: &Value) -> Vec<String> {
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

/// Parses CSV as defined in RFC 4180.
pub fn csv(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = vec![String::new()];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let cell = record.last_mut().unwrap();
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'));
                records.push(std::mem::replace(&mut record, vec![String::new()]));
            }
            char => cell.push(char),
        }
    }
    assert!(
        !quoted && record == [""],
        "the last record ends with a line end"
    );
    records
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

/// Returns the names of all checks, which are the names of their fixtures.
pub fn checks() -> Vec<String> {
    let fixtures = fs::read_dir(project().join("fixtures/checks")).unwrap();
    let mut names: Vec<String> = fixtures
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Returns the arguments with which a check reports its fixture.
pub fn arguments_for(check: &str) -> &'static [&'static str] {
    let base = project().join("fixtures/checks").join(check).join("base");
    if base.exists() {
        &["--since", "HEAD"]
    } else {
        &[]
    }
}

/// Returns the possible values of an argument from the help of a command.
pub fn possible_values(command: &str, argument: &str) -> Vec<String> {
    let help = Repo::new(&[]).run(&[command, "--help"]).out;
    let (_, about) = help.split_once(argument).unwrap();
    let (_, list) = about.split_once("Possible values:\n").unwrap();
    let lines = list
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("- ")?.split(':').next());
    names.map(str::to_owned).collect()
}

/// Returns the directory of this project.
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
