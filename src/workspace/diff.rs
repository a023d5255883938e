//! `diff`: how a change affects ownership.

use super::{Base, ComparedWorkspaces, Error, Workspace};
use crate::transfer::{
    ApprovalChange, ComponentChange, FileTransition, Side, TeamRenames, Transfer, approval_changes,
    component_changes, file_transitions, transfers,
};

/// The ownership changes of files and components.
#[derive(Debug)]
pub(crate) struct OwnershipDiff<'d> {
    /// The name of the base in messages.
    pub base: &'d str,
    /// Why no usable base exists.
    pub without_base: Option<&'d str>,
    /// Teams with a new id.
    pub teams: TeamRenames,
    /// The components with an ownership change.
    pub components: Vec<ComponentChange>,
    /// The changes of who can approve changes of files that keep their owners.
    pub approvals: Vec<ApprovalChange>,
    /// Whether the map has more than one repository.
    pub has_several: bool,
    files: Vec<FileTransition>,
}

impl ComparedWorkspaces {
    /// Compares the owners before and after the change.
    ///
    /// # Errors
    /// If a side cannot be resolved.
    pub(crate) fn diff(&self) -> Result<OwnershipDiff<'_>, Error> {
        let (before, without_base) = match &self.base {
            Base::Resolved(base) => (Some(base.side()?), None),
            Base::WithoutMap(_) => (None, Some("the base has no map")),
            Base::Missing(why) => (None, Some(why.as_str())),
        };
        let after = self.head.side()?;
        self.head.note_standalone("showing the owners in");
        let changes = self.all_changes()?;
        let mut files = file_transitions(before, after, &self.git.top, &changes);
        let components = component_changes(before, after, &files);
        let approvals = before.map(|before| approval_changes(before, after, &mut files));
        Ok(OwnershipDiff {
            base: &self.checked.base,
            without_base,
            teams: TeamRenames::between(before, after),
            components,
            approvals: approvals.unwrap_or_default(),
            has_several: after.repositories.len() > 1,
            files,
        })
    }
}

impl OwnershipDiff<'_> {
    /// Returns the ownership changes of files, grouped by kind and owners.
    pub fn transfers(&self) -> Vec<Transfer<'_>> {
        transfers(&self.files)
    }

    /// Returns whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.transfers().is_empty() && self.components.is_empty() && self.approvals.is_empty()
    }
}

impl Workspace {
    /// Returns the map and its repositories as one side of a change.
    pub(super) fn side(&self) -> Result<Side<'_>, Error> {
        Ok(Side {
            map: &self.map,
            repositories: self.repositories()?,
        })
    }
}
