use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BStr, ByteSlice};

use super::{FileTransition, Moment, OwnerState, Renames, TransferKind};
use crate::inventory::Component;

/// What becomes of one component.
#[derive(Debug)]
pub struct ComponentChange {
    /// The repository.
    pub repository: Arc<str>,
    /// What it is called, or was.
    pub component: String,
    /// What it was called, if its files were renamed with it.
    pub was: Option<String>,
    /// Who had it.
    pub before: OwnerState,
    /// Who has it.
    pub after: OwnerState,
}

impl ComponentChange {
    /// The word for it in every output.
    pub fn name(&self) -> &'static str {
        TransferKind::of(&self.before, &self.after).map_or("renamed", TransferKind::name)
    }
}

/// The components that come, go or change hands.
pub fn component_changes(
    before: Option<Moment<'_>>,
    after: Moment<'_>,
    fates: &[FileTransition],
) -> Vec<ComponentChange> {
    let mut all = Vec::new();
    let renames = Renames::between(before, after);
    let moments = before.into_iter().chain([after]);
    let repositories = moments.flat_map(|moment| moment.repositories);
    let names: BTreeSet<&Arc<str>> = repositories.map(|repository| &repository.name).collect();
    for name in names {
        let mut gone = before.map_or_else(ById::new, |before| by_id(before, name));
        for (_, state) in gone.values_mut() {
            *state = renames.follow(state);
        }
        all.extend(of_repository(name, gone, by_id(after, name), fates));
    }
    if before.is_none() {
        // Without a map nobody has anything, but it is there.
        for change in &mut all {
            change.before = OwnerState::Unowned;
        }
        all.retain(|change| !change.before.is_same(&change.after));
    }
    all
}

/// Components by their ids, with who has them.
type ById<'m> = BTreeMap<String, (&'m Component, OwnerState)>;

fn of_repository(
    name: &Arc<str>,
    mut gone: ById<'_>,
    new: ById<'_>,
    fates: &[FileTransition],
) -> Vec<ComponentChange> {
    let mut changes = Vec::new();
    let mut add = |component, was, before, after| {
        changes.push(ComponentChange {
            repository: Arc::clone(name),
            component,
            was,
            before,
            after,
        });
    };
    let mut comes = Vec::new();
    for (id, (component, after)) in new {
        match gone.remove(&id) {
            Some((_, before)) => add(id, None, before, after),
            None => comes.push((id, component, after)),
        }
    }
    let renames: Vec<(&BStr, &BStr)> = fates
        .iter()
        .filter(|fate| fate.repository == *name)
        .filter_map(|fate| Some((fate.was.as_ref()?.as_bstr(), fate.path.as_bstr())))
        .collect();
    for (id, component, after) in comes {
        let mut sources = renames
            .iter()
            .filter(|(_, path)| component.holds(path, false));
        let was = sources.find_map(|(was, _)| {
            let mut gone = gone.iter();
            let same =
                gone.find(|(_, (old, _))| old.kind == component.kind && old.holds(was, false));
            same.map(|(id, _)| id.clone())
        });
        let before = was.as_ref().and_then(|was| gone.remove(was));
        let before = before.map_or(OwnerState::Absent, |(_, before)| before);
        add(id, was, before, after);
    }
    for (id, (_, before)) in gone {
        add(id, None, before, OwnerState::Absent);
    }
    changes.retain(|it| it.was.is_some() || !it.before.is_same(&it.after));
    changes.sort_by(|a, b| a.component.cmp(&b.component));
    changes
}

/// The components of the repository of a name.
fn by_id<'m>(moment: Moment<'m>, name: &Arc<str>) -> ById<'m> {
    let teams = &moment.map.teams;
    let mut repositories = moment.repositories.iter();
    let Some(repository) = repositories.find(|repository| repository.name == *name) else {
        return ById::new();
    };
    let components = repository.existing_components().map(|(id, component)| {
        let state = OwnerState::new(repository, teams, &repository.whole(teams, id));
        (component.id(), (component, state))
    });
    components.collect()
}
