//! Sets of characters with a name. Only characters up to U+00FF count, because subjects consist of bytes.

use regex_syntax::hir::{ClassBytes, ClassUnicode};

use crate::regexes::{
    node::{LATIN1_LETTERS, WORD, class},
    property::{class_of, contains, parsed},
};

/// Which characters the classes contain, and which letters are the same in another case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// Those of ASCII.
    Bytes,
    /// Those of Unicode.
    Unicode,
    /// Those of ASCII, but Unicode for letters in another case.
    Ascii,
    /// The same, and no letter of ASCII is the same as another character.
    AsciiOnly,
}

impl Charset {
    /// Returns whether classes contain characters beyond ASCII.
    pub fn has_latin1(self) -> bool {
        self == Self::Unicode
    }

    /// Adds the bytes that are the same letter as a character in another case.
    pub fn fold(self, code: u32, class: &mut ClassBytes) {
        let Some(char) = char::from_u32(code) else {
            return;
        };
        if self == Self::Bytes && !char.is_ascii() {
            return;
        }
        let mut folded = class_of(char, char);
        folded.case_fold_simple();
        for other in latin1(&folded) {
            let crosses = other.is_ascii() != char.is_ascii();
            if !crosses || matches!(self, Self::Unicode | Self::Ascii) {
                class.union(&self::class(&[(other, other)]));
            }
        }
    }
}

fn latin1(class: &ClassUnicode) -> impl Iterator<Item = u8> {
    (0..=u8::MAX).filter(|byte| contains(class, char::from(*byte)))
}

const UPPER: &[(u8, u8)] = &[(b'A', b'Z'), (0xC0, 0xD6), (0xD8, 0xDE)];
const LOWER: &[(u8, u8)] = &[
    (b'a', b'z'),
    (0xAA, 0xAA),
    (0xB5, 0xB5),
    (0xBA, 0xBA),
    (0xDF, 0xF6),
    (0xF8, 0xFF),
];
const DIGIT: &[(u8, u8)] = &[(b'0', b'9')];
pub(super) const HORIZONTAL: &[(u8, u8)] = &[(b'\t', b'\t'), (b' ', b' '), (0xA0, 0xA0)];
pub(super) const VERTICAL: &[(u8, u8)] = &[(b'\n', b'\r'), (0x85, 0x85)];

/// Returns the ranges of a class of POSIX, including those of Latin-1.
fn ranges(name: &str) -> Option<Vec<(u8, u8)>> {
    let letters = [&[(b'A', b'Z'), (b'a', b'z')], LATIN1_LETTERS].concat();
    Some(match name {
        "alpha" => letters,
        "alnum" => [&letters, DIGIT].concat(),
        "ascii" => vec![(0, 0x7F)],
        "blank" => HORIZONTAL.to_vec(),
        "cntrl" => vec![(0, 0x1F), (0x7F, 0x9F)],
        "digit" => DIGIT.to_vec(),
        "graph" => vec![(b'!', b'~'), (0xA1, 0xFF)],
        "lower" => LOWER.to_vec(),
        "print" => vec![(b' ', b'~'), (0xA0, 0xFF)],
        "punct" => vec![
            (b'!', b'/'),
            (b':', b'@'),
            (b'[', b'`'),
            (b'{', b'~'),
            (0xA1, 0xA1),
            (0xA7, 0xA7),
            (0xAB, 0xAB),
            (0xB6, 0xB7),
            (0xBB, 0xBB),
            (0xBF, 0xBF),
        ],
        "space" => vec![(b'\t', b'\r'), (b' ', b' '), (0x85, 0x85), (0xA0, 0xA0)],
        "upper" => UPPER.to_vec(),
        "word" => [WORD, LATIN1_LETTERS].concat(),
        "xdigit" => vec![(b'0', b'9'), (b'A', b'F'), (b'a', b'f')],
        _ => return None,
    })
}

/// Returns a class of POSIX; `None` if no such class exists.
pub(super) fn posix(name: &str, charset: Charset) -> Option<ClassBytes> {
    let mut set = class(&ranges(name)?);
    if !charset.has_latin1() {
        set.intersect(&class(&[(0, 0x7F)]));
    }
    Some(set)
}

/// Returns the characters with a Unicode property; `None` if ownlint does not know it.
pub(super) fn property(name: &str) -> Option<ClassBytes> {
    let is_separator = |char: char| matches!(char, '_' | '-') || char.is_ascii_whitespace();
    let name: String = name
        .chars()
        .filter(|char| !is_separator(*char))
        .map(|char| char.to_ascii_lowercase())
        .collect();
    let short = name.strip_prefix("is").unwrap_or(&name);
    let short = short.replacen(':', "=", 1);
    match &*short {
        "any" | "all" | "assigned" => return Some(class(&[(0, 0xFF)])),
        "l&" | "lc" => return property("casedletter"),
        // It is a category, without the symbols of ASCII that the class of POSIX has.
        "punct" => return property("punctuation"),
        _ => {}
    }
    if let Some(name) = short.strip_prefix("xposix") {
        return posix(name, Charset::Unicode);
    }
    if let Some(name) = short.strip_prefix("posix") {
        return posix(name, Charset::Ascii);
    }
    if let Some(set) = posix(&short, Charset::Unicode) {
        return Some(set);
    }
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '=';
    if short.is_empty() || !short.chars().all(is_word) {
        return None;
    }
    let found = parsed(&format!("\\p{{{short}}}"))?;
    let mut set = ClassBytes::empty();
    for byte in latin1(&found) {
        set.union(&class(&[(byte, byte)]));
    }
    Some(set)
}
