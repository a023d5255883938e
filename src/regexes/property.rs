use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// The scripts that have a full name of four letters. RE2 does not know the codes of scripts, which all have four.
const FOUR_LETTER_SCRIPTS: [&str; 5] = ["cham", "kawi", "lisu", "thai", "toto"];

/// Returns the characters between two characters.
pub(super) fn class_of(low: char, high: char) -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(low, high)])
}

/// Returns whether a class contains a character.
pub(super) fn contains(class: &ClassUnicode, char: char) -> bool {
    let mut ranges = class.iter();
    ranges.any(|range| (range.start()..=range.end()).contains(&char))
}

/// Returns the characters with a Unicode property; `None` if ownlint does not know it. `is_re2` is true for properties
/// that RE2 knows.
pub(super) fn property(name: &str, is_re2: bool) -> Option<ClassUnicode> {
    let is_separator = |char: char| matches!(char, '_' | '-' | ' ');
    let name: String = name
        .chars()
        .filter(|char| !is_separator(*char))
        .map(|char| char.to_ascii_lowercase())
        .collect();
    if matches!(&*name, "cs" | "surrogate") {
        return Some(ClassUnicode::empty());
    }
    let is_code =
        name.len() == 4 && !FOUR_LETTER_SCRIPTS.contains(&&*name) && !matches!(&*name, "mark");
    let is_word = !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric());
    // RE2 knows only categories and scripts.
    let is_other = matches!(&*name, "whitespace" | "wspace" | "space");
    if !is_word || is_re2 && (is_code || is_other) || name.starts_with("is") {
        return None;
    }
    parsed(&format!("\\p{{{name}}}"))
}

/// Returns the characters of a class; `None` if `regex` does not know it.
pub(super) fn parsed(text: &str) -> Option<ClassUnicode> {
    match regex_syntax::parse(text).ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        HirKind::Literal(literal) => {
            let char = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            Some(class_of(char, char))
        }
        _ => None,
    }
}

/// Returns all blanks of Unicode.
pub(super) fn space_class() -> &'static ClassUnicode {
    static CLASS: LazyLock<ClassUnicode> =
        LazyLock::new(|| parsed("\\s").unwrap_or_else(ClassUnicode::empty));
    &CLASS
}

/// Returns all decimal digits of Unicode.
pub(super) fn digit_class() -> &'static ClassUnicode {
    static CLASS: LazyLock<ClassUnicode> =
        LazyLock::new(|| parsed("\\d").unwrap_or_else(ClassUnicode::empty));
    &CLASS
}

/// Returns the characters that words consist of in .NET.
pub(super) fn word_class() -> &'static ClassUnicode {
    static CLASS: LazyLock<ClassUnicode> = LazyLock::new(|| {
        let mut class = class_of('\u{200C}', '\u{200D}');
        for name in ["L", "Mn", "Nd", "Pc"] {
            class.union(&property(name, false).unwrap_or_else(ClassUnicode::empty));
        }
        class
    });
    &CLASS
}
