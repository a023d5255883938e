//! Globs in the files of a repository, which stand for paths in it.

use bstr::{BStr, BString, ByteSlice as _};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{Problem, ProblemKind};
use crate::text::{Place, quoted};

/// Some globs, matched together.
#[derive(Debug)]
pub(super) struct Globs {
    set: GlobSet,
    /// The positions of the valid globs.
    valid: Vec<usize>,
}

impl Globs {
    /// Creates the set of some globs. Those that are not valid match nothing.
    pub fn new<'g>(globs: impl IntoIterator<Item = &'g BString>) -> Self {
        let mut set = GlobSetBuilder::new();
        let mut valid = Vec::new();
        for (at, glob) in globs.into_iter().enumerate() {
            let glob = glob.strip_suffix(b"/").unwrap_or(glob).to_str().ok();
            let glob = glob.and_then(|text| {
                let mut glob = GlobBuilder::new(text);
                glob.literal_separator(true).build().ok()
            });
            if let Some(glob) = glob {
                set.add(glob);
                valid.push(at);
            }
        }
        match set.build() {
            Ok(set) => Self { set, valid },
            // The globs are too large for one set.
            Err(_) => Self {
                set: GlobSet::empty(),
                valid: Vec::new(),
            },
        }
    }

    /// Returns whether a path consists of more than names.
    pub fn is_glob(path: &BStr) -> bool {
        path.find_byteset(b"*?[{").is_some()
    }

    /// Returns whether the glob at a position is valid.
    pub fn is_valid(&self, at: usize) -> bool {
        self.valid.binary_search(&at).is_ok()
    }

    /// Returns whether no glob is valid.
    pub fn is_empty(&self) -> bool {
        self.valid.is_empty()
    }

    /// Returns the positions of the globs that match a path, which does not end in `/`.
    pub fn matches(&self, path: &BStr) -> impl Iterator<Item = usize> + use<'_> {
        let hits = self.set.matches(path.to_path_lossy());
        hits.into_iter().map(|at| self.valid[at])
    }
}

/// Returns the problem that the value at `place` is not a valid glob.
pub(super) fn not_valid(glob: &BStr, place: Place) -> Problem {
    let glob = quoted(glob.strip_suffix(b"/").unwrap_or(glob).as_bstr());
    Problem {
        kind: ProblemKind::Partial,
        place,
        message: format!("{glob} is not a valid glob"),
        help: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_that_is_not_valid_does_not_affect_the_others() {
        let globs = ["a/*", "a/[", "a/?/", "**/b", "{a,c}/x", "a/{x"].map(BString::from);
        let set = Globs::new(&globs);
        let at = |path: &str| set.matches(path.into()).collect::<Vec<_>>();
        assert_eq!(at("a/x"), [0, 2, 4]);
        assert_eq!(at("a/b"), [0, 2, 3]);
        assert_eq!(at("a/x/y"), [0; 0]);
        let invalid = (0..globs.len()).filter(|at| !set.is_valid(*at));
        assert_eq!(invalid.collect::<Vec<_>>(), [1, 5]);
        assert!(Globs::new(&[BString::from("[")]).is_empty());
        assert!(globs.iter().all(|glob| Globs::is_glob(glob.as_bstr())));
        assert!(!Globs::is_glob("a/x".into()));
    }
}
