//! Suggestions for a question that is not a path.

use std::collections::BTreeSet;

use super::names::named;
use crate::{
    config::Teams,
    resolution::ResolvedRepository,
    text::{joined, quoted},
};

/// Suggests a component or team in place of `text`.
pub(super) fn hint(
    teams: &Teams,
    repositories: &[Option<ResolvedRepository>],
    text: &str,
) -> Option<String> {
    component(repositories, text).or_else(|| similar_team(teams, text))
}

/// Suggests a team with an id, name or alias similar to `text`.
pub(super) fn similar_team(teams: &Teams, text: &str) -> Option<String> {
    let (near, _) = teams.suggest(text).filter(|_| !text.contains('/'))?;
    Some(format!("did you mean team {}?", quoted(near)))
}

/// Suggests the components with a name.
pub(super) fn component(repositories: &[Option<ResolvedRepository>], text: &str) -> Option<String> {
    let repositories = repositories.iter().flatten();
    let ids: BTreeSet<String> = repositories
        .flat_map(|repository| named(repository, text))
        .map(|(_, component)| quoted(component.id()))
        .collect();
    (!ids.is_empty()).then(|| format!("did you mean {}?", joined(ids, " or ")))
}
