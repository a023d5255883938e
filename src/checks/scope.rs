use bstr::{BStr, BString};
use rustc_hash::FxHashSet;

/// The scope of a run: the paths to check.
#[derive(Debug, Default)]
pub enum Scope {
    /// Everything.
    #[default]
    All,
    /// These files and directories (with the position of their repository). The second value says
    /// whether the map itself is in the scope too.
    Paths(Vec<(usize, BString)>, bool),
    /// Exactly these files, by repository.
    Files(Vec<FxHashSet<BString>>),
}

impl Scope {
    /// Returns whether `path` is one of the files, or inside one of the directories.
    pub fn holds(&self, repository: usize, path: &BStr) -> bool {
        let paths = match self {
            Self::All => return true,
            Self::Files(files) => return files[repository].contains(path),
            Self::Paths(paths, _) => paths,
        };
        let path = path.strip_suffix(b"/").unwrap_or(path);
        paths.iter().any(|(of, inside)| {
            let rest = path.strip_prefix(inside.as_slice());
            *of == repository
                && (inside.is_empty() || rest.is_some_and(|r| r.is_empty() || r[0] == b'/'))
        })
    }

    /// Returns whether any path of a repository is in the scope.
    pub fn touches(&self, repository: usize) -> bool {
        match self {
            Self::All => true,
            Self::Paths(paths, _) => paths.iter().any(|(of, _)| *of == repository),
            Self::Files(files) => !files[repository].is_empty(),
        }
    }

    /// Returns whether findings about the map itself are in the scope.
    pub fn holds_map(&self) -> bool {
        matches!(self, Self::All | Self::Paths(_, true))
    }
}
