//! Compares patterns exactly, by the sets of all paths that they could ever match, never by their text
//! or by the current files.

use std::sync::OnceLock;

use bstr::{BString, ByteSlice};

use super::{Alternative, Extent, Pattern, Step, Token, TooComplex, names::RESERVED, paths};

/// The set of all paths that some patterns could ever match.
#[derive(Debug)]
pub struct Language<'p> {
    alternatives: Vec<&'p Alternative>,
    sample: OnceLock<Option<BString>>,
}

/// How two languages relate to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The same paths.
    Equal,
    /// All paths of the first are in the second, but not vice versa: it refines the second.
    Inside,
    /// All paths of the second are in the first, but not vice versa.
    Around,
    /// They have some paths in common, and each has other paths.
    Overlapping,
    /// No path is in both.
    Disjoint,
}

impl Relation {
    /// Returns the relation of the second to the first.
    #[must_use]
    pub fn reverse(self) -> Self {
        match self {
            Self::Inside => Self::Around,
            Self::Around => Self::Inside,
            other => other,
        }
    }
}

impl<'p> Language<'p> {
    /// Creates the language of the paths that any of `patterns` matches.
    pub fn of(patterns: impl IntoIterator<Item = &'p Pattern>) -> Self {
        let alternatives = patterns.into_iter().flat_map(Pattern::alternatives);
        Self {
            alternatives: alternatives.collect(),
            sample: OnceLock::new(),
        }
    }

    /// Returns how this language relates to `other`.
    ///
    /// # Errors
    /// [`TooComplex`] if that cannot be decided within the limit.
    pub fn relation(&self, other: &Language<'_>) -> Result<Relation, TooComplex> {
        Ok(match (self.is_within(other)?, other.is_within(self)?) {
            (true, true) => Relation::Equal,
            (true, false) => Relation::Inside,
            (false, true) => Relation::Around,
            (false, false) if self.meets(other) => Relation::Overlapping,
            (false, false) => Relation::Disjoint,
        })
    }

    /// Returns whether some path is in both.
    pub fn meets(&self, other: &Language<'_>) -> bool {
        self.alternatives.iter().any(|one| {
            let mut others = other.alternatives.iter();
            others.any(|other| one.meets(other))
        })
    }

    /// Returns whether every path of this language is in `other`.
    ///
    /// # Errors
    /// [`TooComplex`] if that cannot be decided within the limit.
    pub fn is_within(&self, other: &Language<'_>) -> Result<bool, TooComplex> {
        Ok(self.files_are_within(other)? && self.submodules_are_within(&[other])?)
    }

    /// Returns whether both contain the same files, whatever submodules they contain.
    ///
    /// # Errors
    /// [`TooComplex`] if that cannot be decided within the limit.
    pub fn has_same_files(&self, other: &Language<'_>) -> Result<bool, TooComplex> {
        Ok(self.files_are_within(other)? && other.files_are_within(self)?)
    }

    fn files_are_within(&self, other: &Language<'_>) -> Result<bool, TooComplex> {
        // A language with a path contains everything below it, so most answers need no search.
        if self.sample().is_some_and(|sample| !other.matches(sample)) {
            return Ok(false);
        }
        let surely = |one: &&Alternative| other.alternatives.iter().any(|o| o.surely_holds(one));
        if self.alternatives.iter().all(surely) {
            return Ok(true);
        }
        Ok(Self::path(&[self], &[other])?.is_none())
    }

    /// Returns whether the paths of submodules in this language are all in one of `others`, if the paths of files are.
    ///
    /// # Errors
    /// [`TooComplex`] if that cannot be decided within the limit.
    pub fn submodules_are_within(&self, others: &[&Language<'_>]) -> Result<bool, TooComplex> {
        // No other alternatives distinguish files from submodules.
        let is_of_files = |one: &&Alternative| one.extent == Extent::File;
        let mut all_others = others.iter().flat_map(|other| &other.alternatives);
        if !all_others.any(is_of_files) {
            return Ok(true);
        }
        let [own, others] = [&[self][..], others].map(|languages| -> Vec<&Alternative> {
            let alternatives = languages.iter().flat_map(|one| &one.alternatives).copied();
            alternatives.filter(|one| !is_of_files(one)).collect()
        });
        Ok(paths::find(&[&own], &others)?.is_none())
    }

    /// Returns the path of a file that is in all of `all` and in none of `none`, with as few and as short names as
    /// possible. It proves an overlap, a difference, or a gap in a union.
    ///
    /// # Errors
    /// [`TooComplex`] if that cannot be decided within the limit.
    pub fn path(
        all: &[&Language<'_>],
        none: &[&Language<'_>],
    ) -> Result<Option<BString>, TooComplex> {
        let all: Vec<&[&Alternative]> = all
            .iter()
            .map(|language| &language.alternatives[..])
            .collect();
        let none: Vec<&Alternative> = none
            .iter()
            .flat_map(|language| language.alternatives.iter().copied())
            .collect();
        paths::find(&all, &none)
    }

    /// Returns some path of this language, preferably one that few others contain; `None` if it has no path.
    ///
    /// # Errors
    /// [`TooComplex`] if that cannot be decided within the limit.
    pub fn member(&self) -> Result<Option<BString>, TooComplex> {
        match self.sample() {
            Some(sample) => Ok(Some(sample.clone())),
            None => Self::path(&[self], &[]),
        }
    }

    /// Returns whether `path` is in this language.
    pub fn matches(&self, path: &BString) -> bool {
        self.alternatives
            .iter()
            .any(|alternative| alternative.matches(path.as_bstr(), false))
    }

    /// Returns a path of this language that few others contain: wildcards match an unusual byte.
    fn sample(&self) -> Option<&BString> {
        const UNUSUAL: u8 = 1;
        let make = || {
            let alternative = self.alternatives.first()?;
            let mut names: Vec<Vec<u8>> = Vec::with_capacity(alternative.steps.len() + 1);
            for step in &alternative.steps {
                names.push(match step {
                    Step::AnyDepth => vec![UNUSUAL],
                    Step::Literal(name) => name.to_vec(),
                    Step::Glob(glob) => {
                        let bytes = glob.tokens().iter().map(|token| match token {
                            Token::Star => Some(UNUSUAL),
                            Token::One(set) if set.contains(UNUSUAL) => Some(UNUSUAL),
                            token => token.sample(),
                        });
                        bytes.collect::<Option<_>>()?
                    }
                });
            }
            if alternative.extent == Extent::Inside {
                names.push(vec![UNUSUAL]);
            }
            let is_real = !names.iter().any(|name| RESERVED.contains(&&name[..]));
            is_real.then(|| bstr::join("/", names).into())
        };
        self.sample.get_or_init(make).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    #[track_caller]
    fn relation(a: &str, b: &str) -> Relation {
        let (a, b) = (pattern(a), pattern(b));
        let (a, b) = (Language::of([&a]), Language::of([&b]));
        let relation = a.relation(&b).unwrap();
        assert_eq!(b.relation(&a).unwrap(), relation.reverse());
        relation
    }

    #[track_caller]
    fn path(all: &[&str], none: &[&str]) -> Option<String> {
        let parse = |texts: &[&str]| texts.iter().map(|text| pattern(text)).collect::<Vec<_>>();
        let (all, none) = (parse(all), parse(none));
        let [all, none] = [&all, &none].map(|patterns| {
            patterns
                .iter()
                .map(|p| Language::of([p]))
                .collect::<Vec<_>>()
        });
        let [all, none] = [&all, &none].map(|list| list.iter().collect::<Vec<_>>());
        Language::path(&all, &none)
            .unwrap()
            .map(|path| path.to_string())
    }

    #[test]
    fn decides_how_languages_relate() {
        use Relation::{Around, Disjoint, Equal, Inside, Overlapping};
        for (a, b, expected) in [
            ("modules/kafka/", "modules/", Inside),
            ("modules/kafka/", "modules/kafka", Inside),
            ("/a", "a", Equal),
            ("a/**", "a/", Equal),
            ("docs/*", "docs/", Equal),
            ("docs/*/", "docs/*", Inside),
            ("docs/a/b.md", "docs/*", Inside),
            ("docs/sub/", "docs/?*", Inside),
            ("src/foo.rs", "**/*.rs", Inside),
            ("src/foo.rs", "*.rs", Disjoint),
            ("build/logs/", "b*/", Inside),
            ("{a,b}/x", "*/x", Inside),
            ("**/a/**/b", "**/b", Inside),
            ("**/[ab]", "{**/a,**/b}", Equal),
            ("[a]", "a", Equal),
            ("**", "{*,*/**}", Equal),
            ("*a", "*a*", Inside),
            ("[!a]", "*", Inside),
            ("a*b", "a*", Inside),
            ("a*", "*b", Overlapping),
            ("a/", "*/a", Overlapping),
            ("*.yaml", "*.erb", Disjoint),
            ("*.yaml/", "*.erb/", Disjoint),
            ("x/*.yaml", "x/*.erb", Disjoint),
            ("a?", "?b", Overlapping),
            ("a?", "?[!b]", Overlapping),
            ("[ab]?", "[!ab]?", Disjoint),
            (
                "modules/*/files/kafka/",
                "modules/kafka/**/*.yaml",
                Overlapping,
            ),
            ("modules/*/files/", "modules/*/templates/", Disjoint),
            // No file is called `.` or `..`.
            (".*", ".?*", Equal),
            (".?*", ".[!.]*", Around),
            (".?", "?.", Disjoint),
            ("?", "[.x]", Around),
        ] {
            assert_eq!(relation(a, b), expected, "{a} and {b}");
        }
    }

    #[test]
    fn decides_how_patterns_for_files_relate() {
        use Relation::{Around, Disjoint, Equal, Inside, Overlapping};
        for (a, b, expected) in [
            ("docs/*", "docs/", Inside),
            ("docs/**", "docs/", Inside),
            ("**", "**", Inside),
            ("*", "docs/", Disjoint),
            ("docs/*", "docs/*.md", Overlapping),
            ("docs/*/a", "docs/*", Inside),
            ("a", "a/b", Disjoint),
            ("**/*.md", "docs/", Overlapping),
        ] {
            let [a, b] = [Pattern::parse_files(a), Pattern::parse(b)].map(Result::unwrap);
            let [one, other] = [&a, &b].map(|pattern| Language::of([pattern]));
            assert_eq!(
                one.relation(&other),
                Ok(expected),
                "files {} and {}",
                a.text(),
                b.text()
            );
            assert_eq!(other.relation(&one), Ok(expected.reverse()));
        }
        for (a, b, expected) in [
            ("docs/*.md", "docs/*", Inside),
            ("**/[ab]", "{**/a,**/b}", Equal),
            ("docs/**", "docs/*", Around),
            ("*/a", "a/*", Overlapping),
            ("*", "*/*", Disjoint),
        ] {
            let [a, b] = [a, b].map(|text| Pattern::parse_files(text).unwrap());
            let [one, other] = [&a, &b].map(|pattern| Language::of([pattern]));
            assert_eq!(
                one.relation(&other),
                Ok(expected),
                "files {} and {}",
                a.text(),
                b.text()
            );
        }
    }

    #[test]
    fn compares_with_a_union_of_languages() {
        let parts = ["x/[!a]*", "x/a*"].map(pattern);
        let whole = pattern("x/");
        let whole = Language::of([&whole]);
        assert!(whole.is_within(&Language::of(&parts)).unwrap());
        assert!(!whole.is_within(&Language::of(&parts[..1])).unwrap());
        let parts = parts.each_ref().map(|part| Language::of([part]));
        let is_covered =
            |parts: &[&Language<'_>]| Language::path(&[&whole], parts).unwrap().is_none();
        assert!(is_covered(&parts.each_ref()));
        assert!(!is_covered(&[&parts[1]]));
    }

    #[test]
    fn finds_short_and_readable_paths() {
        for (all, none, expected) in [
            (
                &["modules/*/"][..],
                &["modules/a*/"][..],
                Some("modules/x/x"),
            ),
            (&["modules/*/"], &["modules/x*/"], Some("modules/a/x")),
            (
                &["modules/*/files/kafka/", "modules/confluent/"],
                &[],
                Some("modules/confluent/files/kafka/x"),
            ),
            (&["**/*.sql", "modules/"], &[], Some("modules/x.sql")),
            (
                &["**/*.sql", "modules/"],
                &["modules/*.sql"],
                Some("modules/x/x.sql"),
            ),
            (&["a*", "*b", "?c?"], &[], Some("acb")),
            (&["x/"], &["x/[!a]*", "x/a*"], None),
            (&["x/"], &["x/[!a]*", "x/a?*"], Some("x/a")),
            (&["x/"], &["x/[!a]*", "x/a*/y"], Some("x/a")),
            (&["x/*/"], &["x/[!a]*", "x/a*/y"], Some("x/a/x")),
            (&["[ab]"], &["a", "b"], None),
            (&["**"], &["**/?*/", "?", "??"], Some("xxx")),
            (&["*"], &[".*", "[!.]*"], None),
        ] {
            assert_eq!(
                path(all, none).as_deref(),
                expected,
                "{all:?} without {none:?}"
            );
        }
    }

    #[test]
    fn refuses_an_automaton_beyond_the_limit() {
        let a = pattern(&format!("*[ab]{}", "?".repeat(40)));
        let ab = pattern(&format!("*{{a,b}}{}", "?".repeat(40)));
        let [a, ab] = [&a, &ab].map(|pattern| Language::of([pattern]));
        assert_eq!(a.is_within(&ab), Err(TooComplex));
        // It is cheap to find what they have in common.
        assert!(a.meets(&ab));
        assert!(Language::path(&[&a, &ab], &[]).unwrap().is_some());
    }
}
