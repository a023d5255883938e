use std::{ffi::OsString, path::Path};

use super::{Error, Workspace, who::Reply};
use crate::text::printable_bytes;

/// The owners of a path or component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owners {
    /// The repository in the map.
    pub repository: String,
    /// The path in the repository; for a component, its path.
    pub path: String,
    /// `owned`, `conflicting`, `exempt` or `unowned`.
    pub verdict: &'static str,
    /// The ids of the owners, the primary one first.
    pub teams: Vec<String>,
}

impl Workspace {
    /// Returns the owners of a path, or of the components with a name: one answer for each. The path need not exist,
    /// but a new file in the current directory is written `./NAME`.
    ///
    /// # Errors
    /// If the path is not in any repository in the map, no component has the name, or a repository cannot be
    /// resolved.
    pub fn owners(&self, path: impl AsRef<Path>) -> Result<Vec<Owners>, Error> {
        let who = self.who([(0, OsString::from(path.as_ref()))])?;
        let (replies, unanswered) = who.replies()?;
        Error::all(unanswered.into_iter().map(|it| it.error).collect())?;
        let answers = replies.iter().filter_map(Reply::owners);
        let owners = answers.map(|answer| Owners {
            repository: answer.repository.name.to_string(),
            path: printable_bytes(&answer.path),
            verdict: answer.resolution.verdict.name(),
            teams: self
                .map
                .teams
                .names(&answer.resolution.owners)
                .into_iter()
                .map(str::to_owned)
                .collect(),
        });
        Ok(owners.collect())
    }
}
