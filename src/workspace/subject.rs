use super::{
    ChangeQuestion, CheckRequest, Checked, ComparedWorkspaces, Error, Options, TouchedFiles,
    Workspace, change::is_job, standalone::Standalone,
};
use crate::git::{AddedLines, top_around};

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
        let whole_tree = question.map(|question| question.whole_tree(options));
        if let Some(reason) = whole_tree.transpose()?.flatten() {
            let subject = Self::open(options, None)?;
            let notices = &subject.workspace().notices;
            notices.note(format!(
                "no changes are staged, and {reason}: checking all files"
            ));
            return Ok(subject);
        }
        if let Some(question) = question {
            let change = ComparedWorkspaces::open(options, question)?;
            return Ok(Self::Change(Box::new(change)));
        }
        let map = options.find_map()?;
        if map.is_none()
            && options.repository.is_none()
            && let Some(standalone) = Standalone::find(options)?
        {
            return Ok(Self::OwnershipFile(Box::new(standalone)));
        }
        let here = options.real_here()?;
        let top = top_around(&here).filter(|_| is_job());
        let workspace = Workspace::open_around(options, map, top)?;
        Ok(Self::Workspace(Box::new(workspace)))
    }

    /// Returns the workspace to report on.
    pub fn workspace(&self) -> &Workspace {
        match self {
            Self::Workspace(workspace) => workspace,
            Self::Change(change) => &change.head,
            Self::OwnershipFile(standalone) => &standalone.workspace,
        }
    }

    /// Returns the files of a change that can have comments. `None` if it is not a change of the checkout that
    /// the review is about.
    pub(crate) fn touched(
        &self,
        question: &ChangeQuestion,
        is_tested: bool,
    ) -> Option<TouchedFiles> {
        let Self::Change(change) = self else {
            return None;
        };
        let is_same = change.head.checkout() == change.git.top;
        let touched = TouchedFiles::new(&change.git, question, &change.changes, is_tested);
        touched.ok().filter(|_| is_same)
    }

    /// Returns the lines that a change adds. `None` if this is not a change of the checkout that the report is about.
    ///
    /// # Errors
    /// If git cannot compare the sides.
    pub(crate) fn added_lines(&self) -> Result<Option<AddedLines>, Error> {
        match self {
            Self::Change(change) => Ok(change.added_lines()?),
            Self::Workspace(_) | Self::OwnershipFile(_) => Ok(None),
        }
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
