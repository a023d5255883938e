//! What the index stands for in a hook of pre-commit or prek.

use super::{ChangeQuestion, ci, compared_workspaces::repository};
use crate::workspace::{Error, Options};

impl ChangeQuestion {
    /// Returns the change that a hook is run for: pre-commit stages nothing for a range of commits.
    pub(super) fn in_hook(&self) -> Self {
        let variable = |name| ci::variable(name).filter(|_| *self == Self::Staged);
        match (
            variable("PRE_COMMIT_FROM_REF"),
            variable("PRE_COMMIT_TO_REF"),
        ) {
            (Some(from), Some(to)) => Self::Range(from, to),
            _ => self.clone(),
        }
    }

    /// Returns why everything has to be checked in place of the staged change; `None` if it does not.
    ///
    /// # Errors
    /// If the staged change can't be read.
    pub(crate) fn whole_tree(&self, options: &Options) -> Result<Option<&'static str>, Error> {
        if self.in_hook() != Self::Staged {
            return Ok(None);
        }
        let reason = if ci::is_ci() {
            "`CI` is set"
        } else if ci::variable("PRE_COMMIT_REMOTE_BRANCH").is_some() {
            "every commit on the branch is being pushed"
        } else {
            return Ok(None);
        };
        let git = repository(options)?;
        let is_staged = !git.staged(git.head()?.as_ref())?.is_empty();
        Ok((!is_staged).then_some(reason))
    }
}
