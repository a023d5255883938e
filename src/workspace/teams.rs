//! `teams`: what each team owns.

use super::{Error, Workspace};
use crate::coverage::Holdings;

impl Workspace {
    /// Returns what each team owns in the repositories with a checkout.
    ///
    /// # Errors
    /// If a repository cannot be resolved.
    pub fn holdings(&self) -> Result<Holdings<'_>, Error> {
        let repositories = self.repositories()?;
        self.warn_of_unreadable(repositories);
        self.warn_of_missing("the counts do not include this repository");
        Ok(Holdings::new(&self.map.teams, repositories))
    }
}
