//! The repositories of the map that are there to be read, resolved.

use std::io::Write as _;

use rayon::prelude::*;

use super::{
    progress::Progress,
    session::{Failure, Session, Terminal},
};
use crate::{
    inventory::list,
    resolution::{RepositoryError, ResolvedRepository},
};

/// Resolves the repositories (by position in the map) that are `wanted`, if they are where they should be.
pub(super) fn resolve(
    session: &Session,
    terminal: &Terminal,
    wanted: impl Fn(usize) -> bool + Sync,
) -> Result<Vec<ResolvedRepository>, Failure> {
    let _progress = Progress::start(terminal, "resolving owners".to_owned());
    let repositories: Vec<Result<ResolvedRepository, RepositoryError>> = session
        .roots
        .par_iter()
        .enumerate()
        .filter(|(at, _)| wanted(*at) && session.has_checkout(*at))
        .map(|(at, root)| {
            let listing = list(root, false).map_err(RepositoryError::Listing)?;
            ResolvedRepository::new(&session.map, at, root.clone(), listing, session.today)
        })
        .collect();
    session.all(repositories)
}

/// Says which repositories an answer had to do without.
pub(super) fn warn_of_missing(session: &Session, terminal: &Terminal, without: &str) {
    if terminal.err.quiet {
        return;
    }
    for missing in &session.missing {
        let (message, help) = (&missing.message, &missing.help);
        // A warning that can't be written is no reason to stop.
        let _ = writeln!(
            std::io::stderr().lock(),
            "warning: {message}: {without}\nhelp: {help}"
        );
    }
}
