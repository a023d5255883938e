use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BStr, ByteSlice};

use super::{FileTransition, OwnerState, Side, TeamRenames, TransferKind, later_teams::LaterTeams};
use crate::{
    inventory::Component,
    resolution::{Resolution, ResolvedRepository},
};

/// The change of one component.
#[derive(Debug, Clone)]
pub struct ComponentChange {
    /// The repository.
    pub repository: Arc<str>,
    /// Its id; for a removed component, the last one.
    pub component: String,
    /// Its former id, if its files were renamed with it.
    pub was: Option<String>,
    /// The owners before the change.
    pub before: OwnerState,
    /// The owners after the change.
    pub after: OwnerState,
}

impl ComponentChange {
    /// Returns the name of the change in outputs.
    pub fn name(&self) -> &'static str {
        TransferKind::of(&self.before, &self.after).map_or("renamed", TransferKind::name)
    }
}

/// Returns the components that are added, removed or renamed, or that get other owners.
pub fn component_changes(
    before: Option<Side<'_>>,
    after: Side<'_>,
    files: &[FileTransition],
) -> Vec<ComponentChange> {
    let mut all = Vec::new();
    let renames = TeamRenames::between(before, after);
    let sides = before.into_iter().chain([after]);
    let repositories = sides.flat_map(|side| side.repositories);
    let names: BTreeSet<&Arc<str>> = repositories.map(|repository| &repository.name).collect();
    for name in names {
        let old = before.map_or_else(ById::new, |before| {
            let (teams, later) = (&before.map.teams, LaterTeams::of_sides(before, after));
            by_id(before, name, |repository, resolution| {
                let state = OwnerState::before(repository, teams, resolution, later);
                renames.apply(&state)
            })
        });
        let new = by_id(after, name, |repository, resolution| {
            OwnerState::new(repository, &after.map.teams, resolution)
        });
        all.extend(of_repository(name, old, new, files));
    }
    if before.is_none() {
        // Without a map the components exist, but have no owners.
        for change in &mut all {
            change.before = OwnerState::Unowned;
        }
        all.retain(|change| !change.before.is_same(&change.after));
    }
    all
}

/// Components by id, with their owners.
type ById<'m> = BTreeMap<String, (&'m Component, OwnerState)>;

fn of_repository(
    name: &Arc<str>,
    mut old: ById<'_>,
    new: ById<'_>,
    files: &[FileTransition],
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
    let mut added = Vec::new();
    for (id, (component, after)) in new {
        match old.remove(&id) {
            Some((_, before)) => add(id, None, before, after),
            None => added.push((id, component, after)),
        }
    }
    let renames: Vec<(&BStr, &BStr)> = files
        .iter()
        .filter(|file| file.repository == *name)
        .filter_map(|file| Some((file.was.as_ref()?.as_bstr(), file.path.as_bstr())))
        .collect();
    for (id, component, after) in added {
        let mut sources = renames
            .iter()
            .filter(|(_, path)| component.holds(path, false));
        let was = sources.find_map(|(was, _)| {
            let mut old = old.iter();
            let same =
                old.find(|(_, (old, _))| old.kind == component.kind && old.holds(was, false));
            same.map(|(id, _)| id.clone())
        });
        let before = was.as_ref().and_then(|was| old.remove(was));
        let before = before.map_or(OwnerState::Absent, |(_, before)| before);
        add(id, was, before, after);
    }
    for (id, (_, before)) in old {
        add(id, None, before, OwnerState::Absent);
    }
    changes.retain(|it| it.was.is_some() || !it.before.is_same(&it.after));
    changes.sort_by(|a, b| a.component.cmp(&b.component));
    changes
}

/// Returns the listed components of a repository, with their owners as `state` describes them.
fn by_id<'m>(
    side: Side<'m>,
    name: &Arc<str>,
    state: impl Fn(&ResolvedRepository, &Resolution) -> OwnerState,
) -> ById<'m> {
    let mut repositories = side.repositories.iter();
    let Some(repository) = repositories.find(|repository| repository.name == *name) else {
        return ById::new();
    };
    let components = repository.listed_components().map(|(id, component)| {
        let state = state(repository, &repository.whole(&side.map.teams, id));
        (component.id(), (component, state))
    });
    components.collect()
}
