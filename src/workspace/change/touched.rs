use std::collections::BTreeSet;

use bstr::BString;

use super::{
    ChangeQuestion,
    compared_workspaces::{Change, repository},
};
use crate::{
    git::{Changes, Git, GitError},
    workspace::{Error, Options},
};

/// The files of a change that can have comments in a review.
#[derive(Debug)]
pub struct TouchedFiles {
    /// Their paths, relative to the top of the work tree.
    pub files: BTreeSet<BString>,
    /// What a reviewer has to know about them.
    pub note: Option<&'static str>,
}

const MERGE: &str = "This change is a merge commit. ownlint can comment only on files that differ \
    from the automatic merge of its parents.";

const UNKNOWN_MERGE: &str = "This change is a merge commit. git could not merge its parents \
    automatically, so ownlint does not comment on any files.";

impl TouchedFiles {
    /// Returns the files of a change of which nothing is resolved.
    ///
    /// # Errors
    /// Where the change is unknown.
    pub fn of(
        options: &Options,
        question: &ChangeQuestion,
        is_tested: bool,
    ) -> Result<Self, Error> {
        let git = repository(options)?;
        let change = Change::new(&git, question)?;
        let changes = change.changes(&git)?;
        Ok(Self::new(&git, question, &changes, is_tested)?)
    }

    /// Returns the files of some `changes`. A merge commit contributes only what differs from git's own merge of
    /// its parents, unless it `is_tested`: then a CI system may have made it of the change and its target.
    pub fn new(
        git: &Git,
        question: &ChangeQuestion,
        changes: &Changes,
        is_tested: bool,
    ) -> Result<Self, GitError> {
        let after = changes.iter().filter_map(|it| it.after.as_ref());
        let files = after.map(|entry| entry.path.clone()).collect();
        let head = match question {
            ChangeQuestion::Since(_) | ChangeQuestion::From(_) => git.head()?,
            ChangeQuestion::Staged | ChangeQuestion::Between(..) | ChangeQuestion::Range(..) => {
                None
            }
        };
        let parents = head.as_ref().map(|head| git.parents(head)).transpose()?;
        let (Some(head), Some([first, second, more @ ..])) = (head, parents.as_deref()) else {
            return Ok(Self { files, note: None });
        };
        let by_hand = match more.is_empty() {
            true => git.differs_from_automatic_merge(&head, [first, second]),
            false => None,
        };
        let (files, note) = match by_hand {
            Some(by_hand) if by_hand.is_empty() && is_tested => (files, None),
            Some(by_hand) => (by_hand, Some(MERGE)),
            None if is_tested => (files, None),
            None => (BTreeSet::new(), Some(UNKNOWN_MERGE)),
        };
        Ok(Self { files, note })
    }
}
