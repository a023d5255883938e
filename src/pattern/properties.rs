//! Properties that must hold for any patterns, compared with matching and with brute force over all
//! short paths.

use std::sync::LazyLock;

use bstr::{BStr, ByteSlice};
use proptest::prelude::*;

use super::{Language, Overlaps, Pattern, PatternId, Relation};

/// The bytes of the paths: letters that patterns use, one that no pattern uses, a dot, and the two bytes
/// of an `é`.
const ALPHABET: [u8; 6] = [b'a', b'b', b'z', b'.', 0xc3, 0xa9];

/// All paths of one name with up to three bytes, and of up to three names with at most one longer than
/// one byte.
static SHORT_PATHS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let longer = |names: &[Vec<u8>]| -> Vec<Vec<u8>> {
        let name = |name: &Vec<u8>| ALPHABET.map(|byte| [&name[..], &[byte]].concat());
        names.iter().flat_map(name).collect()
    };
    let ones = longer(&[Vec::new()]);
    let twos = longer(&ones);
    let is_name = |name: &Vec<u8>| !matches!(&name[..], b"." | b"..");
    let mut names: Vec<Vec<u8>> = [longer(&twos), twos, ones.clone()].concat();
    names.retain(is_name);
    let few: Vec<Vec<u8>> = ones.into_iter().filter(is_name).collect();
    let join = |a: &Vec<u8>, b: &Vec<u8>| [&a[..], b"/", b].concat();
    let pairs: Vec<Vec<u8>> = names
        .iter()
        .flat_map(|a| few.iter().flat_map(move |b| [join(a, b), join(b, a)]))
        .collect();
    let triples: Vec<Vec<u8>> = few
        .iter()
        .flat_map(|a| few.iter().map(move |b| join(a, b)))
        .flat_map(|ab| few.iter().map(move |c| join(&ab, c)).collect::<Vec<_>>())
        .collect();
    [names, pairs, triples].concat()
});

/// Returns the first short path that fits.
fn short_path(fits: impl Fn(&[u8]) -> bool) -> Option<String> {
    let path = SHORT_PATHS.iter().find(|path| fits(path));
    path.map(|path| path.as_bstr().to_string())
}

fn segment() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec!["a", "b", "ab", "a.b", ".b"]),
        4 => prop::sample::select(vec!["*", "?", "*a", "a*", "*.b", "a?", "*b*", "?*a", "??", ".*"]),
        3 => prop::sample::select(vec!["[ab]", "[!a]", "[!ab]*", "[^b]?", "[a-z]*", "[.a]*", "[.b]", "[!é]", "[a*]b"]),
        2 => prop::sample::select(vec!["{a,b}", "{a,b*}b", "x{,a}", "{a,.b}", "{?,*b}", "{a,{b,*}.}"]),
        1 => prop::sample::select(vec!["{a/b,b}", "{a,**/b}", "{[!a],?/a}", "a{,/b}"]),
        2 => prop::sample::select(vec!["\\a", "[]a]", "é", "?é", "*\\*", "a**b", "[a-]?"]),
        3 => Just("**"),
    ]
    .prop_map(String::from)
}

/// Returns patterns for paths, for directories and for files.
fn pattern() -> impl Strategy<Value = Pattern> {
    (prop::collection::vec(segment(), 1..4), 0..3).prop_map(|(segments, form)| {
        let text = segments.join("/");
        let pattern = match form {
            0 => Pattern::parse(&text),
            1 => Pattern::parse(&(text + "/")),
            _ => Pattern::parse_files(&text),
        };
        pattern.unwrap()
    })
}

fn matches(pattern: &Pattern, path: &[u8]) -> bool {
    pattern.matches(path.as_bstr(), false)
}

fn path(all: &[&Pattern], none: &[&Pattern]) -> Option<bstr::BString> {
    let [all, none] = [all, none].map(|patterns| {
        let languages = patterns.iter().map(|pattern| Language::of([*pattern]));
        languages.collect::<Vec<_>>()
    });
    let [all, none] = [&all, &none].map(|list| list.iter().collect::<Vec<_>>());
    Language::path(&all, &none).unwrap()
}

fn texts(patterns: &[&Pattern]) -> String {
    let shown = |pattern: &&Pattern| match pattern.is_of_files() {
        true => format!("files {}", pattern.text()),
        false => pattern.text().to_string(),
    };
    let texts: Vec<String> = patterns.iter().map(shown).collect();
    texts.join(" and ")
}

/// Returns whether a pattern matches a submodule with this path: every pattern that is not for files does.
fn matches_submodule(pattern: &Pattern, path: &[u8]) -> bool {
    matches(pattern, path) && !pattern.is_of_files()
}

/// Returns whether the first of two patterns matches submodules, and the second one only files.
fn one_is_wider(first: &Pattern, second: &Pattern) -> bool {
    !first.is_of_files() && second.is_of_files()
}

/// Returns whether a file can have this path.
fn is_path(path: &BStr) -> bool {
    let mut names = path.split_str("/");
    names.all(|name| !matches!(name, b"" | b"." | b".."))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn finds_a_path_in_all_and_in_none_of_the_others(
        all in prop::collection::vec(pattern(), 1..4),
        none in prop::collection::vec(pattern(), 0..4),
    ) {
        let (all, none): (Vec<_>, Vec<_>) = (all.iter().collect(), none.iter().collect());
        let fits = |path: &[u8]| {
            all.iter().all(|p| matches(p, path)) && !none.iter().any(|p| matches(p, path))
        };
        let shown = || format!("{} without {}", texts(&all), texts(&none));
        match path(&all, &none) {
            Some(path) => {
                prop_assert!(fits(&path) && is_path(path.as_bstr()), "{}: {}", shown(), path);
            }
            None => {
                prop_assert_eq!(short_path(fits), None, "{}", shown());
            }
        }
    }

    #[test]
    fn finds_a_path_whenever_brute_force_does(a in pattern(), b in pattern(), c in pattern()) {
        let is_in = |pattern, path: &[u8]| matches(pattern, path);
        if short_path(|path| is_in(&a, path) && is_in(&b, path) && !is_in(&c, path)).is_some() {
            prop_assert!(path(&[&a, &b], &[&c]).is_some());
        }
        if short_path(|path| is_in(&a, path) && !is_in(&b, path) && !is_in(&c, path)).is_some() {
            prop_assert!(path(&[&a], &[&b, &c]).is_some());
        }
    }

    #[test]
    fn relations_agree_with_paths_and_with_each_other(a in pattern(), b in pattern()) {
        let (one, other) = (Language::of([&a]), Language::of([&b]));
        let relation = one.relation(&other).unwrap();
        prop_assert_eq!(other.relation(&one).unwrap(), relation.reverse());
        let (both, left, right) = (path(&[&a, &b], &[]), path(&[&a], &[&b]), path(&[&b], &[&a]));
        // Only patterns for files distinguish files from submodules.
        let (left, right) = (
            left.is_some() || one_is_wider(&a, &b),
            right.is_some() || one_is_wider(&b, &a),
        );
        let by_paths = match (both.is_some(), left, right) {
            (false, ..) => Relation::Disjoint,
            (_, false, false) => Relation::Equal,
            (_, false, true) => Relation::Inside,
            (_, true, false) => Relation::Around,
            (_, true, true) => Relation::Overlapping,
        };
        prop_assert_eq!(relation, by_paths, "{}", texts(&[&a, &b]));
        prop_assert_eq!(one.meets(&other), both.is_some());
        let breaks = |path: &[u8]| match (matches(&a, path), matches(&b, path)) {
            (true, true) => relation == Relation::Disjoint,
            (true, false) => matches!(relation, Relation::Equal | Relation::Inside),
            (false, true) => matches!(relation, Relation::Equal | Relation::Around),
            (false, false) => false,
        };
        prop_assert_eq!(short_path(breaks), None, "{}", texts(&[&a, &b]));
        let breaks = |path: &[u8]| match [&a, &b].map(|one| matches_submodule(one, path)) {
            [true, true] => relation == Relation::Disjoint,
            [true, false] => matches!(relation, Relation::Equal | Relation::Inside),
            [false, true] => matches!(relation, Relation::Equal | Relation::Around),
            [false, false] => false,
        };
        prop_assert_eq!(short_path(breaks), None, "submodules: {}", texts(&[&a, &b]));
    }

    #[test]
    fn a_pattern_for_files_is_inside_the_one_for_paths(segments in prop::collection::vec(segment(), 1..4)) {
        let text = segments.join("/");
        let [files, paths] = [Pattern::parse_files(&text), Pattern::parse(&text)].map(Result::unwrap);
        let relation = Language::of([&files]).relation(&Language::of([&paths])).unwrap();
        prop_assert_eq!(relation, Relation::Inside, "{}", text);
        // The whole path of a file must match; nothing below it does.
        let glob = globset::GlobBuilder::new(&text).literal_separator(true).empty_alternates(true).build();
        let glob = glob.unwrap().compile_matcher();
        let differs = |path: &[u8]| {
            matches(&files, path) != glob.is_match(path.to_path().unwrap())
                || files.matches(path.as_bstr(), true)
        };
        prop_assert_eq!(short_path(differs), None, "{}", text);
    }

    #[test]
    fn a_union_contains_what_one_of_its_parts_contains(a in pattern(), parts in prop::collection::vec(pattern(), 1..5)) {
        let whole = Language::of([&a]);
        let languages: Vec<Language<'_>> = parts.iter().map(|part| Language::of([part])).collect();
        let languages: Vec<&Language<'_>> = languages.iter().collect();
        let covered = Language::path(&[&whole], &languages).unwrap().is_none()
            && whole.submodules_are_within(&languages).unwrap();
        prop_assert_eq!(whole.is_within(&Language::of(&parts)).unwrap(), covered);
        let is_gap = |path: &[u8]| {
            matches(&a, path) && !parts.iter().any(|part| matches(part, path))
        };
        prop_assert!(!covered || short_path(is_gap).is_none());
    }

    #[test]
    fn index_finds_all_overlaps(patterns in prop::collection::vec(pattern(), 1..12)) {
        let overlaps = Overlaps::new((0..).zip(&patterns));
        for one in &patterns {
            let language = Language::of([one]);
            let expected: Vec<PatternId> = (0..)
                .zip(&patterns)
                .filter(|(_, other)| language.meets(&Language::of([*other])))
                .map(|(id, _)| id)
                .collect();
            prop_assert_eq!(overlaps.of(one), expected, "{}", one.text());
        }
    }
}
