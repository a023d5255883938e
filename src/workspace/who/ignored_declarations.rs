use super::answer::OwnerAnswer;
use crate::{
    claims::{ResolvedDeclarations, UnknownName},
    config::{Map, Policy},
    inventory::{Component, Effect},
    resolution::owner_set,
    text::Place,
};

/// A declaration of a component that does not count, and differs from the answer.
#[derive(Debug)]
pub struct IgnoredDeclaration<'r> {
    /// The component.
    pub component: &'r Component,
    /// The owners: ids of teams, or a name as written.
    pub owners: Vec<&'r str>,
    /// The place of the declaration.
    pub place: &'r Place,
    /// Why the declaration is no claim.
    pub reason: &'static str,
}

/// Returns the declarations that do not count for an answer.
pub fn ignored_declarations<'r>(
    answer: &OwnerAnswer<'r>,
    map: &'r Map,
) -> Vec<IgnoredDeclaration<'r>> {
    let repository = answer.repository;
    let is_same = |resolved_declarations: &ResolvedDeclarations| {
        owner_set(&resolved_declarations.owners) == owner_set(&answer.resolution.owners)
    };
    let settings = map
        .repositories
        .iter()
        .find(|it| it.name == repository.name);
    answer
        .components
        .iter()
        .flat_map(|id| {
            let component = &repository.components[*id as usize];
            let resolved_declarations = &repository.resolved_declarations[*id as usize];
            let policy = settings.map(|it| it.policy(component.detector));
            let is_compared = policy == Some(Policy::Compare) && !is_same(resolved_declarations);
            let compared = resolved_declarations
                .statements
                .iter()
                .filter(move |_| is_compared);
            let unknown = resolved_declarations.unresolved.iter();
            let unknown = unknown.filter(|name| name.effect != Effect::Hint);
            // Other alerts in the file do not matter for an alert.
            let alert = answer.named.as_ref().and_then(|thing| thing.alert);
            let own = move |place: &'r Place, raw: &str| match alert {
                Some(alert) => {
                    let mut names = alert.owner.iter();
                    let own = names.find(|name| name.spellings.iter().any(|it| it == raw));
                    own.map(|name| &name.place)
                }
                None => Some(place),
            };
            let is_own = move |place: &Place| {
                alert.is_none_or(|alert| alert.owner.iter().any(|name| name.place == *place))
            };
            compared
                .filter(move |statement| is_own(&statement.place))
                .map(|statement| IgnoredDeclaration {
                    component,
                    owners: map.teams.names(&statement.owners),
                    place: &statement.place,
                    reason: "this declaration is only compared with the map (`declarations: \
                             compare`); it does not assign an owner",
                })
                .chain(unknown.filter_map(move |name| {
                    Some(IgnoredDeclaration {
                        component,
                        owners: vec![&name.raw],
                        place: own(&name.place, &name.raw)?,
                        reason: match name.seems {
                            UnknownName::Person => "a person, not a team",
                            UnknownName::ProbableTeam => "looks like a team, but is not in the map",
                            UnknownName::Placeholder => "a placeholder, not a team",
                            UnknownName::Team => "not a team in the map",
                        },
                    })
                }))
        })
        .collect()
}
