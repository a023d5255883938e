//! `route`: finds the teams to contact for a question.

use super::{Error, Workspace};
use crate::{lookup::SearchedName, routing};

impl Workspace {
    /// Returns the teams to contact for a question in free text.
    ///
    /// # Errors
    /// If a repository cannot be resolved.
    pub fn route(&self, question: &str) -> Result<routing::Route<'_>, Error> {
        let mut names = SearchedName::of_question(question);
        let parts = SearchedName::in_question(question).into_iter();
        names.extend(parts.flat_map(|(_, names)| names));
        let repositories = self.repositories_with(&names)?;
        self.warn_of_unreadable(repositories);
        self.warn_of_missing("the result does not include components in this repository");
        Ok(routing::route(&self.map, repositories, question))
    }
}
