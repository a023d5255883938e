use std::{collections::BTreeMap, sync::Arc};

use bstr::{BStr, ByteSlice};

use super::{FileTransition, Moment, OwnerState, Renames, TransferKind};
use crate::{inventory::Component, resolution::ResolvedRepository};

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
    let old = before.map_or(&[][..], |before| before.repositories);
    let names = after.repositories.iter().map(|repository| &repository.name);
    let gone = old.iter().map(|repository| &repository.name);
    let mut names: Vec<&Arc<str>> = names.chain(gone).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let of = |repositories: &'_ [ResolvedRepository]| {
            let mut same = repositories.iter();
            same.position(|repository| repository.name == *name)
        };
        let old = before
            .and_then(|moment| Some((moment, &moment.repositories[of(moment.repositories)?])));
        let new = of(after.repositories).map(|at| (after, &after.repositories[at]));
        let mut gone = by_id(old);
        for (_, holding) in gone.values_mut() {
            *holding = renames.follow(holding);
        }
        all.extend(of_repository(name, gone, by_id(new), fates));
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

/// What a component was called, and who had it.
type StateBefore = (String, OwnerState);

type Side<'m> = Option<(Moment<'m>, &'m ResolvedRepository)>;

/// Components by their ids, with who has them.
type ById<'m> = BTreeMap<String, (&'m Component, OwnerState)>;

fn of_repository(
    name: &Arc<str>,
    mut gone: ById<'_>,
    new: ById<'_>,
    fates: &[FileTransition],
) -> Vec<ComponentChange> {
    let mut known: Vec<(String, Option<StateBefore>, OwnerState)> = Vec::new();
    let mut comes = Vec::new();
    for (id, (component, after)) in new {
        match gone.remove(&id) {
            Some((_, before)) => known.push((id.clone(), Some((id, before)), after)),
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
        let before = was.and_then(|was| Some((was.clone(), gone.remove(&was)?.1)));
        known.push((id, before, after));
    }
    let gone = gone.into_iter();
    known
        .extend(gone.map(|(id, (_, before))| (id.clone(), Some((id, before)), OwnerState::Absent)));
    let mut changes: Vec<ComponentChange> = known
        .into_iter()
        .filter_map(|(id, before, after)| {
            let (was, before) = match before {
                Some((was, before)) => ((was != id).then_some(was), before),
                None => (None, OwnerState::Absent),
            };
            (was.is_some() || !before.is_same(&after)).then(|| ComponentChange {
                repository: Arc::clone(name),
                component: id,
                was,
                before,
                after,
            })
        })
        .collect();
    changes.sort_by(|a, b| a.component.cmp(&b.component));
    changes
}

fn by_id(side: Side<'_>) -> ById<'_> {
    let Some((moment, repository)) = side else {
        return BTreeMap::new();
    };
    let teams = &moment.map.teams;
    let components = repository.existing_components().map(|(id, component)| {
        let state = OwnerState::new(repository, teams, &repository.whole(teams, id));
        (component.id(), (component, state))
    });
    components.collect()
}
