//! Repositories inside the work tree of another one.

use std::{fs, path::Path};

use super::work_tree::target_of;

/// Returns whether git treats a directory inside a work tree as another repository, a submodule or any other. Git
/// ignores a `.git` that is anything else.
pub fn is_repository(directory: &Path) -> bool {
    let dot_git = directory.join(".git");
    match fs::symlink_metadata(&dot_git) {
        Ok(metadata) if metadata.is_dir() => {
            dot_git.join("objects").is_dir() && fs::symlink_metadata(dot_git.join("HEAD")).is_ok()
        }
        Ok(metadata) => metadata.is_file() && is_submodule(directory),
        Err(_) => false,
    }
}

/// Returns whether a directory has a file `.git` that names the git directory of a submodule.
pub fn is_submodule(directory: &Path) -> bool {
    matches!(target_of(&directory.join(".git")), Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Repo;

    #[test]
    fn recognizes_nested_repositories_like_git() {
        let repo = Repo::new(&[
            ("submodule/.git", "gitdir: ../.git/modules/submodule\n"),
            ("other-text/.git", "git directory: x\n"),
            ("repository/.git/HEAD", "ref: refs/heads/main\n"),
            ("repository/.git/objects/x", ""),
            ("no-objects/.git/HEAD", "ref: refs/heads/main\n"),
            ("plain/x", ""),
        ]);
        repo.link("linked/.git", "../submodule/.git");
        for (name, submodule, repository) in [
            ("submodule", true, true),
            ("other-text", false, false),
            ("repository", false, true),
            ("no-objects", false, false),
            ("plain", false, false),
            ("linked", true, false),
        ] {
            let directory = repo.path().join(name);
            assert_eq!(is_submodule(&directory), submodule, "{name}");
            assert_eq!(is_repository(&directory), repository, "{name}");
        }
    }
}
