//! The repositories of the map that are there to be read, resolved.

use std::path::Path;

use rayon::prelude::*;

use super::{failure::Failure, progress::Progress, session::Session, terminal::Terminal};
use crate::{
    config::Map,
    inventory::list,
    outputs::Places,
    resolution::{RepositoryError, ResolvedRepository},
};

/// Resolves the repositories (by position in the map) that are `wanted`, if they are where they should
/// be; says what of them could not be looked into.
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
            session.resolve(at, listing)
        })
        .collect();
    let repositories = session.all(repositories)?;
    warn_of_unreadable(&session.map, &repositories, &session.here, terminal);
    Ok(repositories)
}

/// Says what of some repositories could not be looked into: figures that leave it out would look like a
/// change of ownership.
pub(super) fn warn_of_unreadable<'r>(
    map: &Map,
    repositories: impl IntoIterator<Item = &'r ResolvedRepository> + Clone,
    here: &Path,
    terminal: &Terminal,
) {
    let places = Places::new(map, repositories.clone(), here);
    for repository in repositories {
        for unreadable in &repository.listing.unreadable {
            let position = places.position(&repository.place(unreadable.shown_path()));
            terminal.warn_at(&position, &unreadable.sentence());
        }
    }
}

/// Says which repositories an answer had to do without.
pub(super) fn warn_of_missing(session: &Session, terminal: &Terminal, without: &str) {
    for missing in &session.missing {
        let (message, help) = (&missing.message, &missing.help);
        terminal.warn(&format!("{message}: {without}\nhelp: {help}"));
    }
}
