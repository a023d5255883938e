//! `route`: the teams to ask about something.

use super::{Error, Workspace};
use crate::{coverage::Holdings, routing};

impl Workspace {
    /// The teams to ask about something, in any words.
    ///
    /// # Errors
    /// Where a repository can't be resolved.
    pub fn route(&self, question: &str) -> Result<routing::Route, Error> {
        let repositories = self.repositories()?;
        self.warn_of_unreadable(repositories);
        self.warn_of_missing("answered without its components");
        let teams = &self.map.teams;
        Ok(routing::route(
            teams,
            &Holdings::new(teams, repositories),
            question,
        ))
    }
}
