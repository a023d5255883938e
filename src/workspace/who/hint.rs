//! Suggestions for a question that is not a path.

use std::collections::BTreeSet;

use crate::{
    config::Teams,
    inventory::Component,
    resolution::ResolvedRepository,
    text::{joined, quoted},
};

/// Suggests a component or team in place of `text`.
pub(super) fn hint(
    teams: &Teams,
    repositories: &[Option<ResolvedRepository>],
    text: &str,
) -> Option<String> {
    component(repositories, text).or_else(|| team(teams, text))
}

/// Suggests a team with an id, name or alias similar to `text`.
pub(super) fn team(teams: &Teams, text: &str) -> Option<String> {
    let (near, _) = teams.suggest(text).filter(|_| !text.contains('/'))?;
    Some(format!("did you mean team {}?", quoted(near)))
}

/// Suggests components with the name `text`, alone or after the last word of their kind (`role:app` and `role::app`
/// for `puppet-role:app`).
pub(super) fn component(repositories: &[Option<ResolvedRepository>], text: &str) -> Option<String> {
    let behind_word = text.split_once(':');
    let behind_word = behind_word.map(|(word, name)| (word, name.trim_start_matches(':')));
    let is_meant = |component: &Component| {
        let (_, word) = component
            .kind
            .rsplit_once('-')
            .unwrap_or(("", component.kind));
        component.name == text || behind_word == Some((word, &component.name))
    };
    let repositories = repositories.iter().flatten();
    let ids: BTreeSet<String> = repositories
        .flat_map(ResolvedRepository::existing_components)
        .filter(|(_, component)| is_meant(component))
        .map(|(_, component)| quoted(component.id()))
        .collect();
    (!ids.is_empty()).then(|| format!("did you mean {}?", joined(ids, " or ")))
}
