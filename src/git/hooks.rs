use std::path::PathBuf;

use bstr::ByteSlice as _;

use super::{Git, GitError};

impl Git {
    /// Returns the directory in which git looks for hooks. It may not exist, and may be outside the repository.
    ///
    /// # Errors
    /// If git cannot be run.
    pub fn hooks_directory(&self) -> Result<PathBuf, GitError> {
        self.own_path(&["rev-parse", "--git-path", "hooks"])
    }

    /// Returns the directory with the data that all work trees of the repository share.
    ///
    /// # Errors
    /// If git cannot be run.
    pub fn common_directory(&self) -> Result<PathBuf, GitError> {
        self.own_path(&["rev-parse", "--git-common-dir"])
    }

    /// Returns the path that git prints, which may be relative to the top.
    fn own_path(&self, arguments: &[&str]) -> Result<PathBuf, GitError> {
        let printed = self.read(arguments, "find a directory")?;
        let path = printed.strip_suffix(b"\n").unwrap_or(&printed);
        Ok(self.top.join(path.to_path_lossy()))
    }
}
