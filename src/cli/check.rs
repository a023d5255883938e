mod bare;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread::JoinHandle,
};

use bstr::{BStr, ByteSlice as _};
use rayon::prelude::*;

use super::{
    CLEAN, FINDINGS, Outcome,
    args::{CheckArguments, FailOn, Global},
    progress::Progress,
    session::{Failure, Session, Terminal, map_path},
    target::{Target, There},
};
use crate::{
    checks::{Context, Scope},
    config::{MAX_MAP_BYTES, without_dots},
    finding::Severity,
    inventory::{Files, Listing, list},
    outputs,
    report::{Places, Report},
    resolution::{RepositoryError, ResolvedRepository},
    text::{quoted, read_regular},
};

pub(super) fn run(arguments: &CheckArguments, global: &Global, terminal: &Terminal) -> Outcome {
    if map_path(global).is_none()
        && let Some(outcome) = bare::run(arguments, global, terminal)
    {
        return outcome;
    }
    let ahead = Ahead::start(global, arguments.untracked);
    let session = Session::open(global)?;
    let asked = asked(&session, &arguments.paths)?;
    let progress = Progress::start(terminal, "resolving owners".to_owned());
    let repositories: Vec<Result<ResolvedRepository, RepositoryError>> = session
        .roots
        .par_iter()
        .enumerate()
        .map(|(at, root)| {
            let ready = ahead.as_ref().and_then(|ahead| ahead.take(root));
            let listing = ready.unwrap_or_else(|| list(root, arguments.untracked));
            let listing = listing.map_err(RepositoryError::Listing)?;
            ResolvedRepository::new(&session.map, at, root.clone(), listing, session.today)
        })
        .collect();
    let repositories = session.all(repositories)?;
    let scope = scope(&session, asked, &repositories, terminal)?;
    let context = Context {
        map: &session.map,
        repositories: &repositories,
        today: session.today,
        scope: &scope,
    };
    let report = Report::new(&context);
    drop(progress);
    warn_of_empty(&repositories, terminal);
    let places = Places::new(&session.map, &repositories, session.here.clone());
    let outcome = told(&report, &places, arguments, terminal)?;
    // Taking a large result apart takes longer than the process has left to live.
    std::mem::forget(report);
    std::mem::forget(repositories);
    std::mem::forget(session);
    Ok(outcome)
}

/// The report as it was asked for, and the exit code that it comes to.
fn told(
    report: &Report<'_>,
    places: &Places,
    arguments: &CheckArguments,
    terminal: &Terminal,
) -> Outcome {
    let mut out = Vec::new();
    if let Some(output) = outputs::ALL
        .iter()
        .find(|output| output.name == arguments.format)
    {
        (output.write)(report, places, terminal.out, &mut out)
            .map_err(|error| Failure::new(format!("failed to write the result: {error}")))?;
    }
    let fails = match arguments.fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Info => Some(Severity::Info),
        FailOn::Never => None,
    };
    let failed = fails.is_some_and(|limit| report.worst().is_some_and(|worst| worst >= limit));
    let code = if failed { FINDINGS } else { CLEAN };
    Ok((out, code))
}

/// A listing that is made while the map is still being read.
struct Ahead {
    root: PathBuf,
    listing: Mutex<Option<JoinHandle<Result<Listing, String>>>>,
}

impl Ahead {
    /// Starts with the directory of the map: the repository, if the map lists no others.
    fn start(global: &Global, untracked: bool) -> Option<Self> {
        let map = map_path(global)?.canonicalize().ok()?;
        let text = read_regular(&map, MAX_MAP_BYTES).ok()?;
        if text.contains_str("repositories:") || text.contains_str("include:") {
            return None;
        }
        let root = map.parent()?.to_path_buf();
        let directory = root.clone();
        let listing = std::thread::spawn(move || list(&directory, untracked));
        Some(Self {
            root,
            listing: Mutex::new(Some(listing)),
        })
    }

    /// The listing, if it is that of `root`.
    fn take(&self, root: &Path) -> Option<Result<Listing, String>> {
        if root != self.root {
            return None;
        }
        let mut listing = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        listing.take()?.join().ok()
    }
}

/// What the user asked about.
enum Asked<'a> {
    Everything,
    /// These paths, as typed and as they lie in repositories, and the map where it is among them.
    Paths(Vec<(&'a Path, Target)>, bool),
}

fn asked<'a>(session: &Session, paths: &'a [PathBuf]) -> Result<Asked<'a>, Failure> {
    if paths.is_empty() {
        return Ok(Asked::Everything);
    }
    let mut targets = Vec::new();
    let mut with_map = false;
    for typed in paths {
        let is_of_map = session
            .map
            .is_made_of(&without_dots(&session.here.join(typed)));
        with_map |= is_of_map;
        match Target::new(session, typed) {
            Ok(target) => {
                with_map |= target.path.is_empty();
                targets.push((typed.as_path(), target));
            }
            // The map may well lie outside of what it covers.
            Err(_) if is_of_map => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(Asked::Paths(targets, with_map))
}

/// What was asked, as checks ask for it; all of it has to be there.
fn scope(
    session: &Session,
    asked: Asked<'_>,
    repositories: &[ResolvedRepository],
    terminal: &Terminal,
) -> Result<Scope, Failure> {
    let Asked::Paths(targets, with_map) = asked else {
        return Ok(Scope::All);
    };
    let mut paths = Vec::with_capacity(targets.len());
    for (typed, target) in targets {
        let listing = &repositories[target.repository].listing;
        if target.find(session, listing).there == There::Nowhere {
            let shown = quoted(typed.as_os_str().as_encoded_bytes());
            return Err(Failure::new(format!("there is no {shown}"))
                .help("`ownlint who` answers for files that do not exist yet"));
        }
        let path = covering(&listing.files, target.path.as_bstr()).unwrap_or_else(|| {
            if !terminal.err.quiet {
                let shown = quoted(typed.as_os_str().as_encoded_bytes());
                warn(&format!("no file of the repository is in {shown}"));
            }
            target.path.as_bstr()
        });
        paths.push((target.repository, path.to_owned()));
    }
    Ok(Scope::Paths(paths, with_map))
}

/// What of a repository answers for a path: the path itself, if there are files in it, or the
/// submodule that it lies in.
fn covering<'p>(files: &Files, path: &'p BStr) -> Option<&'p BStr> {
    let inside = [path.as_bytes(), b"/"].concat();
    let has_files = path.is_empty() && !files.is_empty()
        || files.find(path).is_some()
        || !files.under(&inside).is_empty();
    let mut above = path.rfind_iter("/").map(|end| path[..end].as_bstr());
    match has_files {
        true => Some(path),
        false => above.find(|path| files.find(path).is_some()),
    }
}

fn warn(text: &str) {
    // A warning that can't be written is no reason to stop.
    let _ = writeln!(std::io::stderr().lock(), "warning: {text}");
}

/// A repository without files is rarely what was meant.
fn warn_of_empty(repositories: &[ResolvedRepository], terminal: &Terminal) {
    if terminal.err.quiet {
        return;
    }
    for repository in repositories {
        if !repository.listing.files.is_empty() {
            continue;
        }
        let shown = quoted(repository.root.as_os_str().as_encoded_bytes());
        let hint = if repository.listing.from_index {
            "git tracks no files there: `git add` some, or use --untracked"
        } else {
            "there are no files there"
        };
        warn(&format!("{shown} is empty: {hint}"));
    }
}
