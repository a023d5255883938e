use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread::JoinHandle,
};

use bstr::ByteSlice as _;
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
    config::without_dots,
    finding::Severity,
    inventory::Inventory,
    outputs,
    report::{Places, Report},
    resolution::{RepositoryError, ResolvedRepository},
    text::quoted,
};

pub(super) fn run(arguments: &CheckArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let ahead = Ahead::start(global, arguments.untracked);
    let session = Session::open(global)?;
    let scope = scope(&session, &arguments.paths)?;
    let progress = Progress::start(terminal, "resolving owners".to_owned());
    let repositories: Vec<ResolvedRepository> = session
        .roots
        .par_iter()
        .enumerate()
        .map(|(at, root)| {
            let ready = ahead.as_ref().and_then(|ahead| ahead.take(root));
            let inventory = ready.unwrap_or_else(|| Inventory::new(root, arguments.untracked));
            let inventory = inventory.map_err(RepositoryError::Listing)?;
            ResolvedRepository::new(&session.map, at, root.clone(), inventory, session.today)
        })
        .collect::<Result<_, _>>()
        .map_err(|error| session.failure(error))?;
    let context = Context::new(&session.map, &repositories, session.today, &scope);
    let report = Report::new(&context);
    drop(progress);
    warn_of_empty(&repositories, terminal);
    let places = Places::new(&session.map, &repositories, session.here.clone());
    let mut out = Vec::new();
    if let Some(output) = outputs::ALL
        .iter()
        .find(|output| output.name == arguments.format)
    {
        (output.write)(&report, &places, terminal.out, &mut out)
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
    // Taking a large result apart takes longer than the process has left to live.
    std::mem::forget(report);
    std::mem::forget(repositories);
    std::mem::forget(session);
    Ok((out, code))
}

/// An inventory that is taken while the map is still being read.
struct Ahead {
    root: PathBuf,
    inventory: Mutex<Option<JoinHandle<Result<Inventory, String>>>>,
}

impl Ahead {
    /// Starts with the directory of the map: the repository, if the map lists no others.
    fn start(global: &Global, untracked: bool) -> Option<Self> {
        let map = map_path(global)?.canonicalize().ok()?;
        let text = fs::read(&map).ok()?;
        if text.contains_str("repositories:") || text.contains_str("include:") {
            return None;
        }
        let root = map.parent()?.to_path_buf();
        let directory = root.clone();
        let inventory = std::thread::spawn(move || Inventory::new(&directory, untracked));
        Some(Self {
            root,
            inventory: Mutex::new(Some(inventory)),
        })
    }

    /// The inventory, if it is that of `root`.
    fn take(&self, root: &Path) -> Option<Result<Inventory, String>> {
        if root != self.root {
            return None;
        }
        let mut inventory = self
            .inventory
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        inventory.take()?.join().ok()
    }
}

fn scope(session: &Session, paths: &[PathBuf]) -> Result<Scope, Failure> {
    if paths.is_empty() {
        return Ok(Scope::All);
    }
    let mut targets = Vec::new();
    let mut with_map = false;
    for typed in paths {
        if without_dots(&session.here.join(typed)) == session.map.path {
            with_map = true;
            continue;
        }
        let target = Target::new(session, typed)?;
        if target.there == There::Nothing {
            let shown = quoted(typed.as_os_str().as_encoded_bytes());
            return Err(Failure::new(format!("there is no {shown}"))
                .help("`ownlint who` answers for files that do not exist yet"));
        }
        with_map |= target.path.is_empty();
        targets.push((target.repository, target.path));
    }
    Ok(Scope::Paths(targets, with_map))
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
        // A warning that can't be written is no reason to stop.
        let _ = writeln!(
            std::io::stderr().lock(),
            "warning: {shown} is empty: {hint}"
        );
    }
}
