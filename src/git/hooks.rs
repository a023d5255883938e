use std::path::PathBuf;

use super::{Git, GitError};

impl Git {
    /// Returns the directory in which git looks for hooks. It may not exist, and may be outside the repository.
    ///
    /// # Errors
    /// If git cannot be run.
    pub fn hooks_directory(&self) -> Result<PathBuf, GitError> {
        self.read_path(&["rev-parse", "--git-path", "hooks"], "find a directory")
    }

    /// Returns the directory with the data that all work trees of the repository share.
    ///
    /// # Errors
    /// If git cannot be run.
    pub fn common_directory(&self) -> Result<PathBuf, GitError> {
        self.read_path(&["rev-parse", "--git-common-dir"], "find a directory")
    }
}
