//! Repositories inside the work tree of another one.

use std::{fs, path::Path};

use super::work_tree::target_of;

/// Whether git takes a directory inside a work tree for another repository: a submodule, or any other.
/// Where `.git` is anything else, git ignores it.
pub fn is_repository(directory: &Path) -> bool {
    let dot_git = directory.join(".git");
    match fs::symlink_metadata(&dot_git) {
        Ok(there) if there.is_dir() => {
            dot_git.join("objects").is_dir() && fs::symlink_metadata(dot_git.join("HEAD")).is_ok()
        }
        Ok(there) => there.is_file() && is_submodule(directory),
        Err(_) => false,
    }
}

/// Whether a directory has a file `.git` that says where the repository of a submodule is.
pub fn is_submodule(directory: &Path) -> bool {
    matches!(target_of(&directory.join(".git")), Ok(Some(_)))
}
