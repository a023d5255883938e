//! `diff`: what a change hands from one team to another.

use super::{Base, ComparedWorkspaces, Error, Workspace};
use crate::transfer::{
    ComponentChange, FileTransition, Moment, Renames, Transfer, component_changes, fates, transfers,
};

/// What becomes of the files and components of a change.
#[derive(Debug)]
pub(crate) struct OwnershipDiff<'d> {
    /// What the base is, for a person.
    pub base: &'d str,
    /// Why there is nothing to compare with.
    pub without_base: Option<&'d str>,
    /// Teams that have another id now.
    pub teams: Renames,
    /// What becomes of components.
    pub components: Vec<ComponentChange>,
    /// Whether the map has more than one repository.
    pub has_several: bool,
    fates: Vec<FileTransition>,
}

impl ComparedWorkspaces {
    /// What the change hands from one team to another.
    ///
    /// # Errors
    /// Where a side can't be resolved.
    pub(crate) fn diff(&self) -> Result<OwnershipDiff<'_>, Error> {
        let (before, without_base) = match &self.base {
            Base::Resolved(base) => (Some(base.moment()?), None),
            Base::Missing(why) => (None, Some(why.as_str())),
        };
        let after = self.head.moment()?;
        let fates = fates(before, after, &self.git.top, &self.changes);
        Ok(OwnershipDiff {
            base: &self.against,
            without_base,
            teams: Renames::between(before, after),
            components: component_changes(before, after, &fates),
            has_several: after.repositories.len() > 1,
            fates,
        })
    }
}

impl OwnershipDiff<'_> {
    /// What becomes of files, in groups of the same kind and owners.
    pub fn transfers(&self) -> Vec<Transfer<'_>> {
        transfers(&self.fates)
    }
}

impl Workspace {
    /// The map and its repositories as one side of a change.
    pub(super) fn moment(&self) -> Result<Moment<'_>, Error> {
        Ok(Moment {
            map: &self.map,
            repositories: self.repositories()?,
        })
    }
}
