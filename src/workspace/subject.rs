use std::collections::BTreeSet;

use bstr::BString;

use super::{
    ChangeQuestion, CheckRequest, Checked, ComparedWorkspaces, Error, Options, Workspace,
    standalone::Standalone,
};

/// What to check.
#[derive(Debug)]
pub(crate) enum Subject {
    /// A map and its repositories.
    Workspace(Box<Workspace>),
    /// A change.
    Change(Box<ComparedWorkspaces>),
    /// An ownership file without a map.
    OwnershipFile(Box<Standalone>),
}

impl Subject {
    /// Opens the change of the question; without a question the workspace or, if there is no map, the ownership
    /// file.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(options: &Options, question: Option<&ChangeQuestion>) -> Result<Self, Error> {
        if let Some(question) = question {
            let change = ComparedWorkspaces::open(options, question)?;
            return Ok(Self::Change(Box::new(change)));
        }
        if options.find_map().is_none()
            && let Some(standalone) = Standalone::find(options)?
        {
            return Ok(Self::OwnershipFile(Box::new(standalone)));
        }
        Ok(Self::Workspace(Box::new(Workspace::open(options)?)))
    }

    /// Returns the workspace to report on.
    pub fn workspace(&self) -> &Workspace {
        match self {
            Self::Workspace(workspace) => workspace,
            Self::Change(change) => &change.head,
            Self::OwnershipFile(standalone) => &standalone.workspace,
        }
    }

    /// Returns the files that the change touches according to git. Returns `None` if there is no change, or it is
    /// in another checkout than the reviewed one.
    pub(crate) fn touched(&self) -> Option<BTreeSet<BString>> {
        let Self::Change(change) = self else {
            return None;
        };
        let is_same = change.head.checkout() == change.git.top;
        let after = change.changes.iter().filter_map(|it| it.after.as_ref());
        is_same.then(|| after.map(|entry| entry.path.clone()).collect())
    }

    /// Runs the checks.
    ///
    /// # Errors
    /// If a path of the request does not exist, or a repository cannot be resolved.
    pub fn check(&self, request: &CheckRequest) -> Result<Checked, Error> {
        match self {
            Self::Workspace(workspace) => workspace.check(request),
            Self::Change(change) => change.check(request),
            Self::OwnershipFile(standalone) => standalone.check(request),
        }
    }
}
