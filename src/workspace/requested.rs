use std::path::PathBuf;

use bstr::{BStr, BString, ByteSlice as _};

use super::{
    Error, Workspace,
    target::{Existence, Target},
};
use crate::{checks::Scope, config::without_dots, inventory::Files, text::quoted_path};

/// Returns the scope for the requested files and directories.
///
/// # Errors
/// If one of them does not exist.
pub(super) fn scope_of(workspace: &Workspace, paths: &[PathBuf]) -> Result<Scope, Error> {
    if paths.is_empty() {
        return Ok(Scope::All);
    }
    let mut targets = Vec::with_capacity(paths.len());
    let mut with_map = false;
    for typed in paths {
        let is_of_map = workspace
            .map
            .has_file(&without_dots(&workspace.here.join(typed)));
        with_map |= is_of_map;
        match Target::new(workspace, typed) {
            Ok(target) => {
                let root = &workspace.roots[target.repository];
                with_map |= target.path.is_empty() && workspace.map.directory.starts_with(root);
                targets.push((typed, target));
            }
            // The map can be outside the repositories.
            Err(_) if is_of_map => {}
            Err(error) => return Err(error),
        }
    }
    let repositories = workspace.repositories()?;
    let mut found: Vec<(usize, BString)> = Vec::with_capacity(targets.len());
    for (typed, target) in targets {
        let listing = &repositories[target.repository].listing;
        let shown = || quoted_path(typed);
        match target.find(workspace, listing).existence {
            Existence::Missing => {
                let near = target.near(typed.as_os_str(), &listing.files);
                let who = || "use `ownlint who` for files that do not exist yet".to_owned();
                let error = Error::new(format!("{} does not exist", shown()));
                return Err(error.help(near.unwrap_or_else(who)));
            }
            Existence::Unknown(why) => {
                return Err(Error::new(format!("failed to access {}: {why}", shown())));
            }
            Existence::Untracked | Existence::File | Existence::Directory => {}
        }
        let path = covered_path(&listing.files, target.path.as_bstr()).unwrap_or_else(|| {
            let shown = shown();
            workspace.notices.warn(format!(
                "{shown} contains no files that belong to the repository"
            ));
            target.path.as_bstr()
        });
        found.push((target.repository, path.to_owned()));
    }
    Ok(Scope::Paths(found, with_map))
}

/// Returns the path itself, if it contains files of the repository, or the submodule that contains it.
fn covered_path<'p>(files: &Files, path: &'p BStr) -> Option<&'p BStr> {
    let has_files = path.is_empty() && !files.is_empty() || files.holds(path);
    let mut above = path.rfind_iter("/").map(|end| path[..end].as_bstr());
    match has_files {
        true => Some(path),
        false => above.find(|path| files.find(path).is_some()),
    }
}
