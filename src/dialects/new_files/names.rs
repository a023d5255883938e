//! Divides the possible names of files and folders into kinds by the globs that match them.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::pattern::{Globs, Segment, StateSet, Token, classes};

/// The maximum number of names to examine.
const MAX_NAMES: usize = 20_000;

/// Names that match the same globs.
#[derive(Debug, Clone)]
pub(super) struct NameKind {
    /// The positions of the globs.
    pub globs: Vec<usize>,
    /// One of the shortest of these names.
    pub sample: Vec<u8>,
}

/// Returns all kinds of names except those in `taken`: one kind for each set of `globs` that match exactly
/// the same ASCII name. Returns `None` if there are too many names to examine.
pub(super) fn kinds(globs: &[&Segment], taken: &FxHashSet<&[u8]>) -> Option<Vec<NameKind>> {
    let combined = CombinedGlobs::new(globs, taken);
    // Per state, examine more names until one of them is not taken.
    let mut most = 1;
    loop {
        let (kinds, is_sure) = combined.search(taken, most)?;
        // `.` and `..` count as taken.
        if is_sure || most > taken.len() + 2 {
            return Some(kinds);
        }
        most *= 4;
    }
}

/// Returns whether a file can have this name.
fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"." | b"..")
}

/// Globs that are matched simultaneously.
struct CombinedGlobs {
    globs: Globs,
    /// One byte of each class that no token and no taken name distinguishes, preferably a readable one.
    bytes: Vec<u8>,
}

impl CombinedGlobs {
    fn new(globs: &[&Segment], taken: &FxHashSet<&[u8]>) -> Self {
        let mut all = Globs::default();
        for glob in globs {
            all.add(glob.tokens().iter().cloned());
        }
        let readable = (b'a'..=b'z')
            .chain(b'0'..=b'9')
            .chain(*b"-_.")
            .chain(b'!'..=b'~');
        let bytes = readable.chain(1..0x80).filter(|byte| *byte != b'/');
        let taken: Vec<Token> = (taken.iter().copied().flatten())
            .map(|byte| Token::Byte(*byte))
            .collect();
        let bytes = classes(bytes, all.tokens().chain(&taken));
        Self { globs: all, bytes }
    }

    /// Returns a name of each kind and whether these are all kinds. Examines at most `most` names that lead
    /// to the same state.
    fn search(&self, taken: &FxHashSet<&[u8]>, most: usize) -> Option<(Vec<NameKind>, bool)> {
        let mut seen: FxHashMap<StateSet, usize> = FxHashMap::default();
        let mut found: FxHashMap<Vec<usize>, Option<usize>> = FxHashMap::default();
        let mut kinds: Vec<NameKind> = Vec::new();
        let mut names = vec![(self.globs.start(), Vec::new())];
        let mut done = 0;
        while done < names.len() {
            for byte in &self.bytes {
                let (places, name) = &names[done];
                let next = self.globs.next(places, *byte);
                let count = seen.entry(next.clone()).or_default();
                if *count == most {
                    continue;
                }
                *count += 1;
                let name = [&name[..], &[*byte]].concat();
                let globs: Vec<usize> = self.globs.matching(&next).collect();
                let known = found.entry(globs.clone()).or_default();
                if known.is_none() && is_name(&name) && !taken.contains(&name[..]) {
                    *known = Some(kinds.len());
                    kinds.push(NameKind {
                        globs,
                        sample: name.clone(),
                    });
                }
                if names.len() >= MAX_NAMES {
                    return None;
                }
                names.push((next, name));
            }
            done += 1;
        }
        Some((kinds, found.values().all(Option::is_some)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pattern::{Pattern, Step};

    fn segment(text: &str) -> Option<Segment> {
        let pattern = Pattern::parse(text).ok()?;
        match &pattern.alternatives()[0].steps[..] {
            [Step::Glob(segment)] => Some(segment.clone()),
            _ => None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn every_name_belongs_to_exactly_one_kind(
            globs in prop::collection::vec("[ab*?]{1,4}", 0..4),
            taken in prop::collection::hash_set("[abc]{1,2}", 0..20),
            names in prop::collection::vec("[abc]{1,5}", 40),
        ) {
            let globs: Vec<Segment> = globs.iter().filter_map(|text| segment(text)).collect();
            let globs: Vec<&Segment> = globs.iter().collect();
            let taken: FxHashSet<&[u8]> = taken.iter().map(|name| name.as_bytes()).collect();
            let of = |name: &[u8]| -> Vec<usize> {
                (0..globs.len()).filter(|at| globs[*at].matches(name)).collect()
            };
            let kinds = kinds(&globs, &taken).unwrap();
            for kind in &kinds {
                prop_assert_eq!(&of(&kind.sample), &kind.globs);
                prop_assert!(!taken.contains(&kind.sample[..]) && is_name(&kind.sample));
            }
            for name in names.iter().map(|name| name.as_bytes()) {
                let matching = kinds.iter().filter(|kind| kind.globs == of(name)).count();
                prop_assert!(matching == 1 || taken.contains(name), "{:?}", name);
            }
        }
    }
}
