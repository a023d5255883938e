//! `route`: finds the teams to contact for a question.

use super::{Error, Workspace};
use crate::{coverage::Holdings, routing};

impl Workspace {
    /// Returns the teams to contact for a question in free text.
    ///
    /// # Errors
    /// If a repository cannot be resolved.
    pub fn route(&self, question: &str) -> Result<routing::Route, Error> {
        let repositories = self.repositories()?;
        self.warn_of_unreadable(repositories);
        self.warn_of_missing("the result does not include components in this repository");
        let teams = &self.map.teams;
        Ok(routing::route(
            teams,
            &Holdings::new(teams, repositories),
            question,
        ))
    }
}
