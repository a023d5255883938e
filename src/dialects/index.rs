//! Finds the globs of a file that match a path without testing each of them.

use bstr::{BStr, ByteSlice as _};

use super::glob::{Glob, NEW_NAME};
use crate::pattern::{Pattern, PatternTree, Walker};

/// A set of globs to match paths against.
#[derive(Debug)]
pub(super) struct Index {
    globs: Vec<(Glob, bool)>,
    outlines: PatternTree,
}

impl Index {
    /// Creates an index; the position of a glob is its id.
    pub fn new(globs: Vec<Glob>) -> Self {
        let outlines: Vec<Pattern> = globs
            .iter()
            .map(|glob| Pattern::of("", glob.outline().into_iter().collect()))
            .collect();
        let exact = |glob: Glob| {
            let is_exact = glob.is_outlined();
            (glob, is_exact)
        };
        Self {
            outlines: PatternTree::new(&outlines),
            globs: globs.into_iter().map(exact).collect(),
        }
    }

    /// Returns a glob.
    pub fn glob(&self, id: u32) -> &Glob {
        &self.globs[id as usize].0
    }

    /// Returns all globs that match the path of a directory itself, which ends in `/` or is empty, in order.
    pub fn all_of_directory(&self, directory: &BStr) -> impl Iterator<Item = u32> {
        let globs = (0..).zip(&self.globs);
        let matching = globs.filter(move |(_, (glob, _))| glob.matches(directory));
        matching.map(|(id, _)| id)
    }

    /// Starts looking up paths; fastest if paths of one directory follow each other.
    pub fn lookup(&self) -> Lookup<'_> {
        Lookup {
            globs: &self.globs,
            walker: self.outlines.walk(),
        }
    }
}

/// Looks up paths in an [`Index`].
#[derive(Debug)]
pub(super) struct Lookup<'i> {
    globs: &'i [(Glob, bool)],
    walker: Walker<'i>,
}

impl Lookup<'_> {
    /// Returns the last glob that matches.
    pub fn last(&mut self, path: &BStr) -> Option<u32> {
        let globs = self.globs;
        self.walker.matches(path, false, |ids| {
            let mut last_first = ids.iter().rev();
            last_first.find(|id| matches(globs, **id, path)).copied()
        })
    }

    /// Collects all globs that match, in order.
    pub fn all(&mut self, path: &BStr, found: &mut Vec<u32>) {
        let globs = self.globs;
        found.clear();
        self.walker.matches(path, false, |ids| {
            found.extend(ids.iter().filter(|id| matches(globs, **id, path)));
        });
    }

    /// Collects all globs that match everything in a directory, whose path ends in `/` or is empty, in order.
    pub fn all_in(&mut self, directory: &BStr, found: &mut Vec<u32>) {
        let new_file = [directory.as_bytes(), NEW_NAME.as_bytes()].concat();
        self.all(new_file.as_bstr(), found);
        found.retain(|id| self.globs[*id as usize].0.matches_all_in(directory));
    }
}

fn matches(globs: &[(Glob, bool)], id: u32, path: &BStr) -> bool {
    let (glob, is_exact) = &globs[id as usize];
    *is_exact || glob.matches(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dialects::glob::{Class, GlobToken};

    fn token() -> impl Strategy<Value = GlobToken> {
        prop_oneof![
            4 => prop::sample::select(vec!['a', 'b', '.', 'ü']).prop_map(GlobToken::Char),
            3 => Just(GlobToken::Char('/')),
            2 => Just(GlobToken::Star),
            1 => Just(GlobToken::One),
            1 => Just(GlobToken::Any),
            1 => Just(GlobToken::Anything),
            1 => any::<bool>().prop_map(|negated| GlobToken::Class(Class {
                negated,
                ranges: vec![('a', 'a'), ('x', 'z')],
            })),
        ]
    }

    fn glob() -> impl Strategy<Value = Glob> {
        let segments = prop::collection::vec(token(), 1..7);
        (segments, any::<bool>(), any::<bool>()).prop_map(|(mut tokens, deep, with_content)| {
            if tokens.contains(&GlobToken::Any) {
                tokens.retain(|token| *token != GlobToken::Star);
            }
            if deep {
                tokens.insert(0, GlobToken::Directories);
            }
            Glob {
                tokens,
                with_content,
            }
        })
    }

    /// Returns whether `tokens` match `path`, by exhaustive search.
    fn by_trial(tokens: &[GlobToken], with_content: bool, path: &[char]) -> bool {
        let Some((token, rest)) = tokens.split_first() else {
            return path.is_empty() || (with_content && path[0] == '/');
        };
        let one = |fits: bool| fits && by_trial(rest, with_content, &path[1..]);
        let first = path.first().copied();
        match token {
            GlobToken::Char(char) => one(first == Some(*char)),
            GlobToken::One => one(first.is_some_and(|c| c != '/')),
            GlobToken::Any => one(first.is_some()),
            GlobToken::Class(class) => one(first.is_some_and(|c| {
                c != '/' && class.negated != class.ranges.iter().any(|(a, b)| *a <= c && c <= *b)
            })),
            GlobToken::Star => (0..=path.len())
                .take_while(|at| !path[..*at].contains(&'/'))
                .any(|at| by_trial(rest, with_content, &path[at..])),
            GlobToken::Anything => {
                (0..=path.len()).any(|at| by_trial(rest, with_content, &path[at..]))
            }
            GlobToken::Directories => (0..=path.len())
                .filter(|at| *at == 0 || path[at - 1] == '/')
                .any(|at| by_trial(rest, with_content, &path[at..])),
        }
    }

    fn path() -> impl Strategy<Value = String> {
        prop::collection::vec("[abx.ü]{1,3}", 1..4).prop_map(|names| names.join("/"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn finds_exactly_the_globs_that_match(
            globs in prop::collection::vec(glob(), 0..12),
            paths in prop::collection::vec(path(), 1..12),
        ) {
            let index = Index::new(globs.clone());
            let mut lookup = index.lookup();
            let mut found = Vec::new();
            for path in &paths {
                let chars: Vec<char> = path.chars().collect();
                let expected: Vec<u32> = (0..)
                    .zip(&globs)
                    .filter(|(_, glob)| by_trial(&glob.tokens, glob.with_content, &chars))
                    .map(|(id, _)| id)
                    .collect();
                lookup.all(BStr::new(path), &mut found);
                prop_assert_eq!(&found, &expected, "{:?}", path);
                prop_assert_eq!(lookup.last(BStr::new(path)), expected.last().copied());
            }
        }
    }
}
