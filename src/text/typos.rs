use std::hash::{BuildHasher as _, BuildHasherDefault};

use rustc_hash::{FxHashMap, FxHasher};

/// Names that other names may be misspellings of. The cost of a search does not depend on their number.
#[derive(Debug)]
pub struct Typos<T> {
    names: Vec<(String, T)>,
    /// The positions of names, by the hash of what remains of a name without one of its characters, or with all of them.
    by_rest: FxHashMap<u64, Vec<usize>>,
}

/// Shorter names differ by one character from many others.
const SHORTEST: usize = 4;

/// In shorter names, the last character often distinguishes people.
const SHORTEST_WITH_END: usize = 8;

/// The longest name that is compared.
const LONGEST: usize = 80;

impl<T> Typos<T> {
    /// Creates the search for these names, each with a value.
    pub fn new(names: impl IntoIterator<Item = (String, T)>) -> Self {
        let names = names
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), value));
        let names: Vec<(String, T)> = names.filter(|(name, _)| is_comparable(name)).collect();
        let mut by_rest: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for (at, (name, _)) in names.iter().enumerate() {
            for rest in rests(name) {
                by_rest.entry(rest).or_default().push(at);
            }
        }
        Self { names, by_rest }
    }

    /// Returns the value of the first name of which `word` is probably a misspelling: one character is missing or added,
    /// or two are swapped. Another character in place of one often makes the name of another person, such as `jchan` and
    /// `jchen`. Names that differ only in digits or in their first character are different names.
    pub fn find(&self, word: &str) -> Option<&T> {
        let word = word.to_lowercase();
        if !is_comparable(&word) {
            return None;
        }
        let near = rests(&word).filter_map(|rest| self.by_rest.get(&rest));
        let near = near
            .flatten()
            .filter(|at| is_typo(&word, &self.names[**at].0));
        near.min().map(|at| &self.names[*at].1)
    }
}

fn is_comparable(name: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&name.chars().count())
}

/// Returns the hashes of a name, and of what remains without each of its characters.
fn rests(name: &str) -> impl Iterator<Item = u64> {
    let hasher = BuildHasherDefault::<FxHasher>::default();
    let whole = std::iter::once(hasher.hash_one(name));
    let rests = name.char_indices().map(move |(at, char)| {
        let rest = [&name[..at], &name[at + char.len_utf8()..]].concat();
        hasher.hash_one(&*rest)
    });
    whole.chain(rests)
}

fn is_typo(word: &str, name: &str) -> bool {
    let without_digits = |text: &str| text.replace(|char: char| char.is_ascii_digit(), "");
    let is_long = word.chars().count().min(name.chars().count()) >= SHORTEST_WITH_END;
    let start = |text: &str| {
        text.chars()
            .next_back()
            .map_or(0, |end| text.len() - end.len_utf8())
    };
    let is_only_end = || {
        let starts = [&word[..start(word)], &name[..start(name)]];
        starts[0] == starts[1] || starts[0] == name || starts[1] == word
    };
    word.chars().next() == name.chars().next()
        && (is_long || !is_only_end())
        && strsim::osa_distance(word, name) == 1
        && !has_other_character(word, name)
        && without_digits(word) != without_digits(name)
}

/// Returns whether one character differs, in names that are one typo apart.
fn has_other_character(word: &str, name: &str) -> bool {
    let differing = word.chars().zip(name.chars()).filter(|(a, b)| a != b);
    word.chars().count() == name.chars().count() && differing.count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_with_one_typo() {
        let names = ["dora", "web-approvers", "@org/web", "sre1-oncall"];
        let typos = Typos::new(names.map(|name| (name.to_owned(), name)));
        for (word, expected) in [
            ("doar", Some("dora")),
            ("dorb", None),
            ("drao", None),
            ("dara", None),
            ("web-approvars", None),
            ("droa", Some("dora")),
            ("doora", Some("dora")),
            ("dra", None),
            ("nora", None),
            ("dorab", None),
            ("dora1", None),
            ("dora", None),
            ("Web-aprovers", Some("web-approvers")),
            ("web-approver", Some("web-approvers")),
            ("web-approves", Some("web-approvers")),
            ("web-apprvesr", None),
            ("@org/wbe", Some("@org/web")),
            ("@org/web2", None),
            ("sre2-oncall", None),
            ("sre1-oncal", Some("sre1-oncall")),
        ] {
            assert_eq!(typos.find(word).copied(), expected, "{word}");
        }
    }
}
