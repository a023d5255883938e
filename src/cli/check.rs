use std::{io::Write as _, path::PathBuf};

use rayon::prelude::*;

use super::{
    CLEAN, FINDINGS, Outcome,
    args::{CheckArguments, FailOn, Global},
    progress::Progress,
    session::{Failure, Session, Terminal},
    target::{Target, There, without_dots},
};
use crate::{
    checks::{Context, Scope},
    finding::Severity,
    outputs,
    report::{Places, Report},
    resolution::{Options, ResolvedRepository},
    text::quoted,
};

pub(super) fn run(arguments: &CheckArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let session = Session::open(global)?;
    let scope = scope(&session, &arguments.paths)?;
    let progress = Progress::start(terminal, "resolving owners".to_owned());
    let options = Options {
        untracked: arguments.untracked,
        today: session.today,
    };
    let repositories: Vec<ResolvedRepository> = session
        .roots
        .par_iter()
        .enumerate()
        .map(|(at, root)| ResolvedRepository::new(&session.map, at, root.clone(), &options))
        .collect::<Result<_, _>>()
        .map_err(|error| session.failure(error))?;
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
    Ok((out, code))
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
