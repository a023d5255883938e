//! What ownlint costs next to what it can't do without: ratios of medians of paired runs, never
//! times against a clock.
//!
//! `cargo bench` runs all but the largest; `cargo bench -- --large` adds a million files. With
//! `OWNLINT_CORPORA=DIR`, `DIR/puppet` is measured too.

#![expect(
    clippy::print_stdout,
    reason = "a benchmark reports to whoever runs it"
)]

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

mod corpus;

use bstr::ByteSlice as _;
use corpus::{Rule, map_text, paths, rules_for, time};
use ownlint::{
    checks::{self, Context, Scope},
    config::{self, Vocabulary},
    inventory::{Inventory, detectors},
    pattern::{Pattern, PatternTree},
    report::Report,
    resolution::ResolvedRepository,
};

const OWNLINT: &str = env!("CARGO_BIN_EXE_ownlint");

/// Runs of each pair.
const PAIRS: usize = 15;

fn main() {
    let large = env::args().any(|argument| argument == "--large");
    let scratch = tempfile::tempdir().expect("a scratch directory");
    println!(
        "{:<58} {:>9} {:>9} {:>6}  target",
        "what", "ownlint", "other", "ratio"
    );
    matching();
    synthetic(scratch.path(), 100_000, 2_000, 1.5);
    if large {
        synthetic(scratch.path(), 1_000_000, 10_000, 2.0);
    }
    outside_git(scratch.path());
    if let Some(corpora) = env::var_os("OWNLINT_CORPORA") {
        puppet(scratch.path(), &PathBuf::from(corpora).join("puppet"));
    }
}

/// Matching alone: what a hundred times as many rules cost.
fn matching() {
    let paths = paths(100_000);
    let tree = |rules| {
        let rules = rules_for(&paths, rules);
        let patterns: Vec<Pattern> = rules
            .iter()
            .map(|rule| Pattern::parse(&rule.pattern).expect("a pattern"))
            .collect();
        PatternTree::new(&patterns)
    };
    let (few, many) = (tree(100), tree(10_000));
    let run = |tree: &PatternTree| {
        let mut walker = tree.walk();
        let hits =
            |path: &String| walker.matches(path.as_bytes().as_bstr(), false, |ids| ids.len());
        paths.iter().map(hits).sum::<usize>()
    };
    compare(
        "match 100,000 files: 10,000 rules against 100",
        2.0,
        || time(|| run(&many)),
        || time(|| run(&few)),
    );
}

/// Whole runs on a repository that is nothing but an index.
fn synthetic(scratch: &Path, files: usize, rules: usize, target: f64) {
    let root = scratch.join(format!("synthetic-{files}"));
    let paths = paths(files);
    index_only(&root, &paths);
    let what = format!("check {files} files × {rules} rules against `git ls-files`");
    write_map(&root, &rules_for(&paths, rules));
    whole_run(&what, target, &root, &["check", "--format", "compact"]);
    println!(
        "{:<58} {:>6} MB",
        "  its peak memory",
        peak_memory(&root) / 1024
    );
    checks("  all checks against listing and resolving", &root);
    let floating: Vec<Rule> = (0..2_000)
        .map(|at| {
            let letters = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or(0));
            let [a, b, c, d] = [at, at / 26, at * 7 + 3, at / 3 + 11].map(letters);
            Rule {
                pattern: format!("**/*{a}{b}*{c}{d}*"),
                priority: at,
            }
        })
        .collect();
    write_map(&root, &floating);
    let what = format!("check {files} files × 2000 floating rules");
    whole_run(
        &what,
        3.0 * target,
        &root,
        &["check", "--format", "compact"],
    );
}

/// All checks, against what it takes until they can begin: to list and resolve all files.
fn checks(what: &str, root: &Path) {
    let vocabulary = Vocabulary {
        checks: &checks::names(),
        detectors: &detectors::names(),
        kinds: &detectors::kinds(),
    };
    let map = config::load(&root.join("ownership.yaml"), &vocabulary).expect("a map");
    let today = jiff::civil::date(2026, 11, 22);
    let resolve = || {
        let inventory = Inventory::new(root, false).expect("a repository");
        ResolvedRepository::new(&map, 0, root.to_path_buf(), inventory, today).expect("claims")
    };
    let repositories = [resolve()];
    let check = || {
        let context = Context::new(&map, &repositories, today, &Scope::All);
        Report::new(&context).findings.len()
    };
    compare(what, 1.0, || time(check), || time(resolve));
}

/// A tree that is no git repository, against the fastest lister that is at hand.
fn outside_git(scratch: &Path) {
    let has_rg = Command::new("rg")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !has_rg.is_ok_and(|status| status.success()) {
        println!("rg is not installed: runs outside git are not measured");
        return;
    }
    let root = scratch.join("plain");
    let paths = paths(20_000);
    for path in &paths {
        let full = root.join(path);
        fs::create_dir_all(full.parent().expect("a directory")).expect("a directory");
        fs::write(full, "").expect("a file");
    }
    write_map(&root, &rules_for(&paths, 1_000));
    let ours = command(OWNLINT, &root, &["check", "--format", "compact"]);
    let theirs = command("rg", &root, &["--files", "--hidden", "-uuu"]);
    compare(
        "check 20,000 files outside git against `rg --files`",
        1.3,
        ours,
        theirs,
    );
}

/// A copy of the real repository, with a map at its top.
fn puppet(scratch: &Path, corpus: &Path) {
    let root = &scratch.join("puppet");
    let mut clone = Command::new("git");
    clone.args(["clone", "-q", "--shared"]).args([corpus, root]);
    assert!(
        clone.status().is_ok_and(|status| status.success()),
        "git clones"
    );
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root)
        .output()
        .expect("git lists the corpus");
    let paths: Vec<String> = listed
        .stdout
        .split_str("\0")
        .filter(|path| !path.is_empty())
        .map(|path| path.to_str_lossy().into_owned())
        .collect();
    let rules = rules_for(&paths, 1_500);
    let run = |arguments: &[&str], declarations: &str, what: &str, target: f64| {
        let text = map_text(&rules) + declarations;
        fs::write(root.join("ownership.yaml"), text).expect("a map");
        whole_run(what, target, root, arguments);
    };
    let check = ["check", "--format", "compact"];
    let ignoring = "declarations: {puppet: ignore, helm: ignore}\n";
    run(
        &check,
        ignoring,
        "check puppet × 1,500 rules against `git ls-files`",
        2.0,
    );
    checks("  all checks against listing and resolving", root);
    run(
        &check,
        "",
        "  with all declarations (100 ms at most)",
        f64::INFINITY,
    );
    checks("  all checks against listing and resolving", root);
    let who = ["who", "modules/profile/manifests/base.pp"];
    run(
        &who,
        "",
        "  who owns one path (100 ms at most)",
        f64::INFINITY,
    );
    run(
        &who,
        ignoring,
        "  who, without declarations (20 ms at most)",
        f64::INFINITY,
    );
}

fn whole_run(what: &str, target: f64, root: &Path, arguments: &[&str]) {
    let ours = command(OWNLINT, root, arguments);
    let theirs = command("git", root, &["ls-files"]);
    compare(what, target, ours, theirs);
}

/// Runs both in turn and prints medians.
fn compare(
    what: &str,
    target: f64,
    mut ours: impl FnMut() -> Duration,
    mut theirs: impl FnMut() -> Duration,
) {
    ours();
    theirs();
    let mut runs: Vec<(Duration, Duration)> = (0..PAIRS).map(|_| (ours(), theirs())).collect();
    let middle = runs.len() / 2;
    runs.sort_by_key(|(ours, _)| *ours);
    let ours = runs[middle].0;
    runs.sort_by_key(|(_, theirs)| *theirs);
    let theirs = runs[middle].1;
    let mut ratios: Vec<f64> = runs
        .iter()
        .map(|(a, b)| a.as_secs_f64() / b.as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[middle];
    let millis = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let verdict = if ratio <= target { "ok" } else { "over" };
    println!(
        "{what:<58} {:>9} {:>9} {ratio:>6.2}  {target:.2} {verdict}",
        millis(ours),
        millis(theirs)
    );
}

fn command(program: &str, directory: &Path, arguments: &[&str]) -> impl FnMut() -> Duration {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    move || time(|| command.status().expect("it runs"))
}

/// The most memory, in KiB, that a check of `root` was seen to hold.
fn peak_memory(root: &Path) -> u64 {
    let mut child = Command::new(OWNLINT)
        .args(["check", "--format", "compact"])
        .current_dir(root)
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let seen = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        peak = peak.max(seen.unwrap_or(0));
    }
    peak
}

fn write_map(root: &Path, rules: &[Rule]) {
    fs::write(root.join("ownership.yaml"), map_text(rules)).expect("a map");
}

/// A git repository whose index lists `paths`, without a tree.
fn index_only(root: &Path, paths: &[String]) {
    const EMPTY_BLOB: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    fs::create_dir_all(root).expect("a directory");
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(root).args(arguments);
        command
    };
    let status = git(&["init", "-q"]).status().expect("git runs");
    assert!(status.success(), "git makes a repository");
    let mut child = git(&["update-index", "--index-info"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut input = String::new();
    for path in paths {
        let _ = writeln!(input, "100644 {EMPTY_BLOB}\t{path}");
    }
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("git reads");
    drop(stdin);
    assert!(
        child.wait().expect("git ends").success(),
        "git writes an index"
    );
}
