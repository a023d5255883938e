//! People and groups whom ownership files name only after a change, and whom the map does not know.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashSet;

use super::Side;
use crate::{
    claims::{Filed, OwnerName},
    resolution::ResolvedRepository,
    text::Place,
};

/// A person or group whom the trusted ownership files of a repository did not name before a change.
#[derive(Debug, Clone)]
pub struct NewName {
    /// The repository.
    pub repository: Arc<str>,
    /// The name as the dialect reads it.
    pub text: String,
    /// The first place.
    pub place: Place,
}

/// Returns the names that are new in the ownership files that both sides trust, and that are in no team in the map, sorted.
pub(super) fn new_names(before: Side<'_>, after: Side<'_>) -> Vec<NewName> {
    let mut new: Vec<NewName> = Vec::new();
    for repository in after.repositories {
        let mut old = before.repositories.iter().zip(&before.map.repositories);
        let Some((old, in_map)) = old.find(|(old, _)| old.name == repository.name) else {
            continue;
        };
        if !repository.claims.has_filed() {
            continue;
        }
        let trusted = in_map.trusted_dialects();
        let mut known: FxHashSet<String> = FxHashSet::default();
        for (_, name) in names(old) {
            let all = name.members().iter().chain([&name.text]);
            known.extend(all.map(|text| text.to_lowercase()));
        }
        let teams = &after.map.teams;
        let mut found: BTreeMap<&str, &Place> = BTreeMap::new();
        for (filed, name) in names(repository).filter(|(filed, _)| trusted.contains(&filed.dialect))
        {
            let is_known = || known.contains(&name.text.to_lowercase());
            if !found.contains_key(&*name.text)
                && !is_known()
                && filed.team_of(name, teams).is_none()
            {
                found.insert(&name.text, &name.place);
            }
        }
        new.extend(found.into_iter().map(|(text, place)| NewName {
            repository: Arc::clone(&repository.name),
            text: text.to_owned(),
            place: place.clone(),
        }));
    }
    new
}

/// Returns the names of owners in the trusted ownership files of a repository.
fn names(repository: &ResolvedRepository) -> impl Iterator<Item = (&Filed, &OwnerName)> {
    let claims = repository.claims.iter();
    let filed = claims.filter_map(|(_, claim)| claim.filed.as_deref());
    filed.flat_map(|filed| filed.names().map(move |name| (filed, name)))
}
