use super::answer::OwnerAnswer;
use crate::{
    claims::Heard,
    config::{Map, Policy},
    inventory::Component,
    resolution::owner_set,
    text::Place,
};

/// What a component declares and nobody owns by: another answer than the one that is given.
#[derive(Debug)]
pub struct Unheeded<'r> {
    /// Whose file says so.
    pub component: &'r Component,
    /// The owners: ids of teams, or a name as it is written.
    pub owners: Vec<&'r str>,
    /// Where.
    pub place: &'r Place,
    /// Why it claims nothing.
    pub reason: &'static str,
}

/// What the components of an answer declare in vain.
pub fn unheeded<'r>(answer: &OwnerAnswer<'r>, map: &'r Map) -> Vec<Unheeded<'r>> {
    let repository = answer.repository;
    let is_same = |heard: &Heard| owner_set(&heard.owners) == owner_set(&answer.resolution.owners);
    let settings = map
        .repositories
        .iter()
        .find(|it| it.name == repository.name);
    answer
        .components
        .iter()
        .flat_map(|id| {
            let component = &repository.components[*id as usize];
            let heard = &repository.heard[*id as usize];
            let policy = settings.map(|it| it.policy(component.detector));
            let is_compared = policy == Some(Policy::Compare) && !is_same(heard);
            let compared = heard.statements.iter().filter(move |_| is_compared);
            let unknown = heard.unresolved.iter().filter(|name| name.could_be_team);
            compared
                .map(|statement| Unheeded {
                    component,
                    owners: map.teams.names(&statement.owners),
                    place: &statement.place,
                    reason: "the map only compares what it declares",
                })
                .chain(unknown.map(|name| Unheeded {
                    component,
                    owners: vec![&name.raw],
                    place: &name.place,
                    reason: "that is no team of the map",
                }))
        })
        .collect()
}
