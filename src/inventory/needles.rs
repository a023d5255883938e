//! Searching for many strings in one scan.

use aho_corasick::AhoCorasick;

/// Sets of strings to search for in files.
#[derive(Debug)]
pub struct Needles {
    /// `None` if there are too many strings for an automaton: then all wanted sets count as found.
    automaton: Option<AhoCorasick>,
    /// By needle: its set.
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
        let (needles, sets): (Vec<&str>, Vec<Sets>) =
            sets.into_iter().enumerate().flat_map(of).unzip();
        Self {
            automaton: AhoCorasick::new(needles).ok(),
            sets,
        }
    }

    /// Returns the `wanted` sets that have a needle in `bytes`, and possibly others. The scan ends as soon as all
    /// wanted sets are found.
    pub fn found_in(&self, bytes: &[u8], wanted: Sets) -> Sets {
        let Some(automaton) = &self.automaton else {
            return wanted;
        };
        let mut found = Sets::default();
        for place in automaton.find_overlapping_iter(bytes) {
            found = found.and(self.sets[place.pattern().as_usize()]);
            if found.holds(wanted) {
                break;
            }
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
        let all = (0..5).map(Sets::at).fold(Sets::default(), Sets::and);
        for (text, expected) in [
            ("", &[][..]),
            ("zabz", &[0, 3]),
            ("abcd", &[0, 2, 3, 4]),
            ("x", &[0]),
            ("dc b", &[3]),
        ] {
            let expected = expected.iter().map(|at| Sets::at(*at));
            let expected = expected.fold(Sets::default(), Sets::and);
            assert_eq!(needles.found_in(text.as_bytes(), all), expected, "{text}");
        }
        // The scan ends before the rest is read.
        assert_eq!(needles.found_in(b"x cd", Sets::at(0)), Sets::at(0));
    }
}
