use std::{path::Path, sync::Arc};

use bstr::BStr;
use rustc_hash::FxHashSet;

use super::{
    ApprovalChange, ComponentChange, FileTransition, NewName, OwnerState, Side, TransferKind,
    approval_changes, component_changes, file_transitions, new_names::new_names,
};
use crate::{config::Teams, git::FileChange};

/// The files and components that existed before a change, and that the change takes from an owner or gives to another.
#[derive(Debug, Clone)]
pub struct OwnershipChange<'m> {
    /// The side before the change.
    pub before: Side<'m>,
    /// The files.
    pub files: Vec<FileTransition>,
    /// All files that the change renames.
    pub renamed: Vec<FileTransition>,
    /// The components that no changed file belongs to: they consist of other files now.
    pub components: Vec<ComponentChange>,
    /// The changes of who can approve changes of files that keep their owners.
    pub approvals: Vec<ApprovalChange>,
    /// The people and groups in ownership files whom nobody knew before the change.
    pub new_names: Vec<NewName>,
}

impl<'m> OwnershipChange<'m> {
    /// Compares the owners on both sides, with the renames that git reports in the repository at `top`. A team that is
    /// renamed or that retires in favor of its successor keeps its files.
    pub fn between(before: Side<'m>, after: Side<'m>, top: &Path, changes: &[FileChange]) -> Self {
        let teams = SameTeams {
            before: &before.map.teams,
            after: &after.map.teams,
        };
        let mut files = file_transitions(Some(before), after, top, changes);
        let renamed = files.iter().filter(|file| file.was.is_some());
        let renamed: Vec<FileTransition> = renamed.cloned().collect();
        let mut components = component_changes(Some(before), after, &files);
        let approvals = approval_changes(before, after, &mut files);
        files.retain(|file| teams.have_changed(&file.before, &file.after));
        let changed: FxHashSet<(&str, &BStr)> = files
            .iter()
            .map(|file| (&*file.repository, BStr::new(&file.path)))
            .collect();
        components.retain(|change| {
            let is_clear = [&change.before, &change.after]
                .iter()
                .all(|state| matches!(state, OwnerState::Owned(..) | OwnerState::Exempt));
            is_clear
                && teams.have_changed(&change.before, &change.after)
                && loses(change)
                && !has_any(after, change, &changed)
        });
        Self {
            before,
            files,
            renamed,
            components,
            approvals,
            new_names: new_names(before, after),
        }
    }

    /// Keeps only what has changed since another side too: the change did not do the rest.
    pub fn retain_changes_since(&mut self, other: &OwnershipChange<'_>) {
        let files: FxHashSet<(&Arc<str>, &BStr)> = other
            .files
            .iter()
            .map(|file| (&file.repository, BStr::new(&file.path)))
            .collect();
        self.files
            .retain(|file| files.contains(&(&file.repository, BStr::new(&file.path))));
        self.components.retain(|change| {
            let mut others = other.components.iter();
            others.any(|it| it.repository == change.repository && it.component == change.component)
        });
        let names: FxHashSet<(&str, &str)> = other
            .new_names
            .iter()
            .map(|name| (&*name.repository, &*name.text))
            .collect();
        self.new_names
            .retain(|name| names.contains(&(&*name.repository, &*name.text)));
        self.approvals.retain(|change| {
            let mut others = other.approvals.iter();
            others.any(|it| it.is_same(change))
        });
    }
}

/// Whether a component no longer has one of its owners.
fn loses(change: &ComponentChange) -> bool {
    let (before, after) = (&change.before, &change.after);
    let remains = |name: &String| after.names().any(|after| after == name);
    before.names().next().is_none() || before.names().any(|name| !remains(name))
}

/// Whether a component contains one of the `changed` files.
fn has_any(side: Side<'_>, change: &ComponentChange, changed: &FxHashSet<(&str, &BStr)>) -> bool {
    let mut repositories = side.repositories.iter();
    let Some(repository) = repositories.find(|it| it.name == change.repository) else {
        return false;
    };
    let id = repository.component_with_id(&change.component);
    id.is_some_and(|id| {
        let files = &repository.listing.files;
        let mut own = repository.components[id as usize].files(files);
        own.any(|file| changed.contains(&(&*repository.name, files.get(file).path)))
    })
}

/// The teams of both sides of a change, some of which are the same.
struct SameTeams<'m> {
    before: &'m Teams,
    after: &'m Teams,
}

impl SameTeams<'_> {
    /// Whether something has other owners now. What had no owner, or only conflicting claims, does not change its
    /// owner by getting one of those that claimed it.
    fn have_changed(&self, before: &OwnerState, after: &OwnerState) -> bool {
        let before = before.map_teams(|team| self.current(team));
        let after = after.map_teams(|team| self.current(team));
        match TransferKind::of(&before, &after) {
            Some(TransferKind::Moved) => true,
            Some(TransferKind::Conflicting | TransferKind::Lost | TransferKind::Exempted) => {
                before.names().next().is_some()
            }
            Some(TransferKind::Gained) => before == OwnerState::Exempt,
            Some(TransferKind::Settled) => !after.names().all(|team| before.teams().contains(team)),
            Some(TransferKind::Added | TransferKind::Removed) | None => false,
        }
    }

    /// Returns the id after the change of the team with an id, or of its last successor.
    fn current(&self, id: &str) -> String {
        let after = |name: &str| {
            let team = self
                .after
                .by_id(name)
                .or_else(|| self.after.resolve(name))?;
            Some(self.after.name(self.after.successor(team)))
        };
        let successor = || {
            let team = self.before.by_id(id)?;
            after(self.before.name(self.before.successor(team)))
        };
        after(id).or_else(successor).unwrap_or(id).to_owned()
    }
}
