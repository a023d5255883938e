//! `report`: how much is owned.

use super::{Error, Workspace};
use crate::coverage::Overview;

impl Workspace {
    /// Returns how much is owned, by repository, team, directory and component kind; if `is_grouped`, also
    /// by what deploys the components.
    ///
    /// # Errors
    /// If a repository cannot be resolved.
    pub fn overview(&self, is_grouped: bool) -> Result<Overview<'_>, Error> {
        let repositories = self.repositories()?;
        self.warn_of_unreadable(repositories);
        Ok(Overview::new(&self.map.teams, repositories, is_grouped))
    }
}
