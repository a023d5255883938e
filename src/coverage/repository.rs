use std::{borrow::Cow, path::PathBuf, sync::Arc};

use bstr::BStr;

use crate::{
    config::repository_title,
    resolution::{Coverage, ResolvedRepository},
};

/// The coverage of one repository.
#[derive(Debug)]
pub struct RepositoryCoverage {
    /// Its name in the map.
    pub name: Arc<str>,
    /// Where it is checked out.
    pub root: PathBuf,
    /// The numbers of files and components.
    pub coverage: Coverage,
}

impl RepositoryCoverage {
    /// Counts the files of a repository that are `requested`.
    pub fn new(repository: &ResolvedRepository, requested: impl Fn(&BStr) -> bool) -> Self {
        Self {
            name: Arc::clone(&repository.name),
            root: repository.root.clone(),
            coverage: Coverage::new(repository, requested),
        }
    }

    /// Returns the name of the repository for display.
    pub fn title(&self) -> Cow<'_, str> {
        repository_title(&self.name, &self.root)
    }
}
