//! Many strings looked for in one scan.

use aho_corasick::AhoCorasick;

/// Sets of strings, each of which is looked for in what a file holds.
#[derive(Debug)]
pub struct Needles {
    /// Nothing where they are too many for one: then whatever is wanted counts as found.
    automaton: Option<AhoCorasick>,
    /// By needle: the set that it is one of.
    sets: Vec<Sets>,
}

/// Some of the sets of [`Needles`], by their positions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sets(u64);

impl Sets {
    /// The set at a position, of which there are at most 64.
    pub fn at(position: usize) -> Self {
        Self(1 << position)
    }

    /// These and others.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether all of the others are among these.
    pub fn holds(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

impl Needles {
    /// The needles of each set, in order.
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

    /// Those of the `wanted` sets of which `bytes` hold a needle, and maybe others. The scan ends as
    /// soon as there is nothing more to find.
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
    fn one_scan_finds_every_set_that_is_there() {
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
        // What is wanted was found before the rest was looked at.
        assert_eq!(needles.found_in(b"x cd", Sets::at(0)), Sets::at(0));
    }
}
