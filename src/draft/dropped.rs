//! What repositories state about owners and a draft does not contain.

use std::collections::BTreeMap;

use crate::{
    claims::{UnknownName, Unresolved, team},
    config::Teams,
    inventory::{Effect, OwnerCatalog, Problem, ProblemKind},
    resolution::ResolvedRepository,
    text::{LineColumn, Place},
};

/// A name, a user, or a file that may declare owners, that the draft does not contain.
#[derive(Debug)]
pub struct Dropped {
    /// The name as written, or the reference to the user; `None` for a file.
    pub name: Option<String>,
    /// Why the draft does not contain it.
    pub reason: String,
    /// The number of places.
    pub places: usize,
    /// The first place.
    pub first: Place,
}

/// Returns the problems with reading the files of a repository that may declare owners, each once.
pub fn unread(repository: &ResolvedRepository) -> Vec<&Problem> {
    let of_components = repository.declarations.iter().flat_map(|it| &it.problems);
    let all = repository.problems.iter().chain(of_components);
    let mut known = BTreeMap::new();
    for problem in all.filter(|problem| problem.kind != ProblemKind::Ignored) {
        let place = &problem.place;
        let LineColumn { line, column } = place.start();
        let key = (place.path().to_owned(), line, column, &problem.message);
        known.entry(key).or_insert(problem);
    }
    known.into_values().collect()
}

/// Returns what is not in a draft, given a repository that is resolved with the draft: the names in declarations that
/// are not teams or people in the draft, sorted by reason, then the files that could not be read. `catalogs` are those
/// of all repositories.
pub fn dropped(
    repository: &ResolvedRepository,
    catalogs: &[&OwnerCatalog],
    teams: &Teams,
) -> Vec<Dropped> {
    let mut names: BTreeMap<(&str, String), Dropped> = BTreeMap::new();
    let mut add = |reason: &'static str, name: &str, place: &Place| {
        let dropped = names.entry((reason, name.to_owned()));
        let dropped = dropped.or_insert_with(|| Dropped {
            name: Some(name.to_owned()),
            reason: reason.to_owned(),
            places: 0,
            first: place.clone(),
        });
        dropped.places += 1;
    };
    let resolved = repository.resolved_declarations.iter();
    for (declarations, resolved) in repository.declarations.iter().zip(resolved) {
        let all = declarations.declarations.iter();
        let all = all.filter(|it| it.effect != Effect::Overridden);
        let declares_owner = declarations.declares_owner();
        for (effect, name) in all.flat_map(|it| it.names.iter().map(|name| (it.effect, name))) {
            let is_other = || declares_owner && effect.is_hint() && team(name, teams).is_none();
            let reason = if declarations.is_vendored {
                "in vendored code"
            } else if name.is_template {
                "filled in from a template"
            } else if is_other() {
                "the component declares a different owner"
            } else {
                continue;
            };
            add(reason, name.as_written(), &name.place);
        }
        for name in &resolved.unresolved {
            add(reason(name, catalogs), &name.raw, &name.place);
        }
    }
    let files = unread(repository).into_iter().map(|problem| Dropped {
        name: None,
        reason: problem.message.clone(),
        places: 1,
        first: problem.place.clone(),
    });
    names.into_values().chain(files).collect()
}

/// Returns why a name is not a team in the draft.
fn reason(name: &Unresolved, catalogs: &[&OwnerCatalog]) -> &'static str {
    let reference = name.reference.as_ref();
    if reference.is_some_and(|it| OwnerCatalog::lack(catalogs, &it.entity)) {
        return "not defined in the Backstage catalog";
    }
    match name.seems {
        UnknownName::Placeholder => "a placeholder",
        UnknownName::Person => "probably a person",
        UnknownName::Team | UnknownName::ProbableTeam => "contains no team name",
    }
}
