use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use super::{FileTransition, OwnerState};

/// Files with the same owners before and the same owners after a change.
#[derive(Debug)]
pub struct Transfer<'f> {
    /// The kind of the ownership change.
    pub kind: TransferKind,
    /// The repository.
    pub repository: Arc<str>,
    /// The owners before the change.
    pub before: Arc<OwnerState>,
    /// The owners after the change.
    pub after: Arc<OwnerState>,
    /// The files.
    pub files: Vec<&'f FileTransition>,
}

/// The kind of an ownership change, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransferKind {
    /// Their claims conflict now.
    Conflicting,
    /// They no longer have an owner.
    Lost,
    /// They have other owners.
    Moved,
    /// They had no owner, and have one now.
    Gained,
    /// Their claims no longer conflict.
    Settled,
    /// They are explicitly unowned now.
    Exempted,
    /// They are new.
    Added,
    /// They are removed.
    Removed,
}

impl TransferKind {
    /// All kinds, in order.
    pub const ALL: [Self; 8] = [
        Self::Conflicting,
        Self::Lost,
        Self::Moved,
        Self::Gained,
        Self::Settled,
        Self::Exempted,
        Self::Added,
        Self::Removed,
    ];

    /// Returns the name of the kind in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conflicting => "conflicting",
            Self::Lost => "lost",
            Self::Moved => "moved",
            Self::Gained => "gained",
            Self::Settled => "settled",
            Self::Exempted => "exempted",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }

    /// Returns the kind of change from one state to another; `None` if the owners are the same.
    pub(super) fn of(before: &OwnerState, after: &OwnerState) -> Option<Self> {
        if before.is_same(after) {
            return None;
        }
        Some(match (before, after) {
            (OwnerState::Conflicting(_), OwnerState::Conflicting(_)) => return None,
            (_, OwnerState::Conflicting(_)) => Self::Conflicting,
            (OwnerState::Absent, _) => Self::Added,
            (_, OwnerState::Absent) => Self::Removed,
            (_, OwnerState::Unowned) => Self::Lost,
            (_, OwnerState::Exempt) => Self::Exempted,
            (OwnerState::Conflicting(_), _) => Self::Settled,
            (OwnerState::Owned(..), OwnerState::Owned(..)) => Self::Moved,
            (OwnerState::Unowned | OwnerState::Exempt, OwnerState::Owned(..)) => Self::Gained,
        })
    }
}

impl Transfer<'_> {
    /// Returns how many of the files were renamed.
    pub fn renamed(&self) -> usize {
        self.files.iter().filter(|file| file.was.is_some()).count()
    }
}

/// Groups files by their ownership change, the most important first.
pub fn transfers(transitions: &[FileTransition]) -> Vec<Transfer<'_>> {
    type Key<'f> = (TransferKind, &'f str, &'f OwnerState, &'f OwnerState);
    let mut files: BTreeMap<Key<'_>, Vec<&FileTransition>> = BTreeMap::new();
    for file in transitions {
        if let Some(kind) = TransferKind::of(&file.before, &file.after) {
            let key = (kind, &*file.repository, &*file.before, &*file.after);
            files.entry(key).or_default().push(file);
        }
    }
    let mut all: Vec<Transfer<'_>> = files
        .into_iter()
        .filter_map(|((kind, ..), files)| {
            let first = files.first()?;
            Some(Transfer {
                kind,
                repository: Arc::clone(&first.repository),
                before: Arc::clone(&first.before),
                after: Arc::clone(&first.after),
                files,
            })
        })
        .collect();
    all.sort_by_key(|transfer| (transfer.kind, Reverse(transfer.files.len())));
    all
}
