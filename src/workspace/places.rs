use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use crate::{
    config::Map,
    resolution::ResolvedRepository,
    text::{LineColumn, Place, printable_bytes},
};

/// Writes places as a user at a terminal would type them: relative to the current directory.
#[derive(Debug, Clone)]
pub struct Places {
    map: Root,
    roots: Vec<(Arc<str>, Root)>,
}

/// A directory that paths of places are relative to.
#[derive(Debug, Clone)]
struct Root {
    path: PathBuf,
    /// The prefix of these paths at the terminal.
    prefix: String,
}

impl Root {
    fn new(path: &Path, here: &Path) -> Self {
        let shown = relative(path, here);
        let mut prefix = printable_bytes(shown.as_os_str().as_encoded_bytes());
        if !prefix.is_empty() {
            prefix.push('/');
        }
        Self {
            path: path.to_path_buf(),
            prefix,
        }
    }
}

impl Places {
    /// Writes places of `map` and `repositories` relative to the directory `here`.
    pub fn new<'r>(
        map: &Map,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
        here: &Path,
    ) -> Self {
        let root = |of: &ResolvedRepository| (Arc::clone(&of.name), Root::new(&of.root, here));
        Self {
            map: Root::new(&map.directory, here),
            roots: repositories.into_iter().map(root).collect(),
        }
    }

    /// Writes places of a map without repositories.
    pub fn of_map(map: &Path, here: &Path) -> Self {
        Self {
            map: Root::new(map, here),
            roots: Vec::new(),
        }
    }

    /// Returns the directory that the path of a place is relative to.
    pub fn root(&self, place: &Place) -> &Path {
        &self.root_of(place).path
    }

    fn root_of(&self, place: &Place) -> &Root {
        match place.repository() {
            None => &self.map,
            Some(name) => {
                let root = self.roots.iter().find(|(of, _)| of == name);
                root.map_or(&self.map, |(_, root)| root)
            }
        }
    }

    /// Returns the file of a place, safe to print.
    pub fn file(&self, place: &Place) -> String {
        self.root_of(place).prefix.clone() + &printable_bytes(place.path())
    }

    /// Returns `file:line:column`, or only the path for a place without text.
    pub fn position(&self, place: &Place) -> String {
        place.in_file(self.file(place))
    }

    /// Returns `file:line:column` for every place, for programs.
    pub fn full_position(&self, place: &Place) -> String {
        let LineColumn { line, column } = place.start();
        format!("{}:{line}:{column}", self.file(place))
    }
}

/// Returns `path` relative to the directory `here`; both are absolute.
pub(crate) fn relative(path: &Path, here: &Path) -> PathBuf {
    let mut ours = path.components().peekable();
    let mut theirs = here.components().peekable();
    while let (Some(a), Some(b)) = (ours.peek(), theirs.peek())
        && a == b
    {
        ours.next();
        theirs.next();
    }
    let up = theirs.count();
    // An absolute path is clearer than many `..`.
    if up > 3 {
        return path.to_path_buf();
    }
    std::iter::repeat_n(Component::ParentDir, up)
        .chain(ours)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_paths_relative_to_the_current_directory() {
        let shown = |path, here| {
            relative(Path::new(path), Path::new(here))
                .display()
                .to_string()
        };
        assert_eq!(shown("/a/b/c", "/a/b"), "c");
        assert_eq!(shown("/a/b", "/a/b"), "");
        assert_eq!(shown("/a/x", "/a/b"), "../x");
        assert_eq!(shown("/x", "/a/b/c/d"), "/x");
    }
}
