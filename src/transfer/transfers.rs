use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use super::{FileTransition, OwnerState};

/// Files that go from the same hands into the same hands.
#[derive(Debug)]
pub struct Transfer<'f> {
    /// What that is.
    pub kind: TransferKind,
    /// The repository.
    pub repository: Arc<str>,
    /// Who had them.
    pub before: Arc<OwnerState>,
    /// Who has them.
    pub after: Arc<OwnerState>,
    /// They.
    pub files: Vec<&'f FileTransition>,
}

/// What happens to files, what should be looked at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransferKind {
    /// Claims on them differ that did not before.
    Conflicting,
    /// Nobody has them any more.
    Lost,
    /// From some teams to others.
    Moved,
    /// Some team has what none had.
    Gained,
    /// Claims on them differed, and do no more.
    Settled,
    /// Nobody needs to have them any more.
    Exempted,
    /// They are new.
    Added,
    /// They are gone.
    Removed,
}

impl TransferKind {
    /// All, in order.
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

    /// The word for it in every output.
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

    /// What it is to go from one holding to another; nothing if that is the same.
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
            (OwnerState::Owned(_), OwnerState::Owned(_)) => Self::Moved,
            (OwnerState::Unowned | OwnerState::Exempt, OwnerState::Owned(_)) => Self::Gained,
        })
    }
}

impl Transfer<'_> {
    /// How many of the files were renamed.
    pub fn renamed(&self) -> usize {
        self.files.iter().filter(|fate| fate.was.is_some()).count()
    }
}

/// What changes hands, what should be looked at first.
pub fn transfers(fates: &[FileTransition]) -> Vec<Transfer<'_>> {
    type Key<'f> = (TransferKind, &'f str, &'f OwnerState, &'f OwnerState);
    let mut files: BTreeMap<Key<'_>, Vec<&FileTransition>> = BTreeMap::new();
    for fate in fates {
        if let Some(kind) = TransferKind::of(&fate.before, &fate.after) {
            let key = (kind, &*fate.repository, &*fate.before, &*fate.after);
            files.entry(key).or_default().push(fate);
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
