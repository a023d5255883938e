//! Searching for many strings in one scan.

use aho_corasick::{AhoCorasick, Input, MatchKind};

/// Sets of strings to search for in files.
#[derive(Debug)]
pub struct Needles {
    /// `None` if there are too many strings for an automaton: then all sets count as found.
    automaton: Option<AhoCorasick>,
    /// By needle: its set, and those of the needles that it begins with.
    sets: Vec<Sets>,
}

/// Some of the sets of [`Needles`], by their positions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sets(u64);

impl Sets {
    /// Returns the set at a position, which must be below 64.
    pub fn at(position: usize) -> Self {
        Self(1 << position)
    }

    /// Returns the union of both.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Returns whether all of the others are included.
    pub fn holds(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

impl Needles {
    /// Creates the automaton of the needles of each set, in order.
    pub fn new(sets: impl IntoIterator<Item = &'static [&'static str]>) -> Self {
        let of = |(at, needles): (usize, &'static [&'static str])| {
            needles.iter().map(move |needle| (*needle, Sets::at(at)))
        };
        let all: Vec<(&str, Sets)> = sets.into_iter().enumerate().flat_map(of).collect();
        let with_starts = |(needle, _): &(&str, Sets)| {
            let starts = all.iter().filter(|(start, _)| needle.starts_with(start));
            starts.fold(Sets::default(), |sets, (_, set)| sets.and(*set))
        };
        // Only leftmost matches are searched for with vector instructions, which are several times faster than an
        // automaton that reads each byte.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(all.iter().map(|(needle, _)| needle));
        Self {
            automaton: automaton.ok(),
            sets: all.iter().map(with_starts).collect(),
        }
    }

    /// Returns the sets that have a needle in `bytes`.
    pub fn found_in(&self, bytes: &[u8]) -> Sets {
        let Some(automaton) = &self.automaton else {
            return Sets(u64::MAX);
        };
        let mut found = Sets::default();
        let mut rest = 0;
        // The next search begins inside the match, because needles can overlap. All needles that begin at the same byte
        // are the start of the longest one.
        while let Some(place) = automaton.find(Input::new(bytes).range(rest..)) {
            found = found.and(self.sets[place.pattern().as_usize()]);
            rest = place.start() + 1;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_all_sets_in_one_scan() {
        let needles = Needles::new([&["ab", "x"][..], &[], &["abc"], &["b"], &["cd"]]);
        for (text, expected) in [
            ("", &[][..]),
            ("zabz", &[0, 3]),
            ("abcd", &[0, 2, 3, 4]),
            ("x", &[0]),
            ("dc b", &[3]),
        ] {
            let expected = expected.iter().map(|at| Sets::at(*at));
            let expected = expected.fold(Sets::default(), Sets::and);
            assert_eq!(needles.found_in(text.as_bytes()), expected, "{text}");
        }
    }
}
