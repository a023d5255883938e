//! `teams`: what each of them owns.

use super::{Error, Workspace};
use crate::coverage::Holdings;

impl Workspace {
    /// What each team owns, in all repositories that are there.
    ///
    /// # Errors
    /// Where a repository can't be resolved.
    pub fn holdings(&self) -> Result<Holdings<'_>, Error> {
        let repositories = self.repositories()?;
        self.warn_of_unreadable(repositories);
        self.warn_of_missing("what teams own there is not counted");
        Ok(Holdings::new(&self.map.teams, repositories))
    }
}
