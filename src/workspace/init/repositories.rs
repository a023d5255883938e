//! The repositories to draft a map of.

use std::path::{Path, PathBuf};

use super::{Error, relative};
use crate::text::quoted_path;

/// A repository to draft a map of.
#[derive(Debug)]
pub(super) struct Drafted {
    pub root: PathBuf,
    /// The name and the path with which the map lists it; `None` for the directory of the map.
    pub listed: Option<(String, String)>,
}

/// Returns the repositories in some directories, for a map in `around` that lists them.
pub(super) fn listed(
    directories: &[PathBuf],
    here: &Path,
    around: &Path,
) -> Result<Vec<Drafted>, Error> {
    let mut repositories: Vec<Drafted> = Vec::new();
    for directory in directories {
        let shown = quoted_path(directory);
        let root = here.join(directory).canonicalize();
        let root = root.map_err(|error| Error::new(format!("{shown}: {error}")))?;
        if !root.is_dir() {
            return Err(Error::new(format!("{shown} is not a directory")));
        }
        if repositories.iter().any(|known| known.root == root) {
            return Err(Error::new(format!("{shown} is given twice")));
        }
        let path = match relative(&root, around) {
            path if path.as_os_str().is_empty() => PathBuf::from("."),
            path => path,
        };
        let Some(path) = path.to_str() else {
            return Err(Error::new(format!("{shown}: the path is not valid UTF-8")));
        };
        let name = root.file_name().map(|name| name.to_string_lossy());
        let name = name.unwrap_or("root".into());
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let is_free = |name: &String| {
            let mut known = repositories
                .iter()
                .filter_map(|known| known.listed.as_ref());
            known.all(|(known, _)| known != name)
        };
        let mut names = std::iter::once(name.to_string()).chain(numbered);
        let name = names.find(is_free).unwrap_or_default();
        repositories.push(Drafted {
            listed: Some((name, path.to_owned())),
            root,
        });
    }
    Ok(repositories)
}
