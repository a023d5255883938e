use crate::{claims::ComponentId, inventory::Component, resolution::ResolvedRepository};

/// Returns the components of a repository with the name `text`, alone or after the last word of their kind (`role:app`
/// and `role::app` for `puppet-role:app`).
pub(super) fn named<'r>(
    repository: &'r ResolvedRepository,
    text: &str,
) -> impl Iterator<Item = (ComponentId, &'r Component)> {
    let behind_word = text.split_once(':');
    let behind_word = behind_word.map(|(word, name)| (word, name.trim_start_matches(':')));
    let is_meant = move |component: &Component| {
        let (_, word) = component
            .kind
            .rsplit_once('-')
            .unwrap_or(("", component.kind));
        component.name == text || behind_word == Some((word, &component.name))
    };
    let components = repository.existing_components();
    components.filter(move |(_, component)| is_meant(component))
}
