use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aho_corasick::AhoCorasick;
use bstr::{BStr, BString, ByteSlice as _};

use super::SourceFile;

/// The files that contain a text of a searched name. They are noticed as they are opened, so that no file is read only
/// for the search.
#[derive(Debug)]
pub struct Mentions {
    texts: Vec<MentionedText>,
    /// `None` if there are too many texts for an automaton: then all files count.
    automaton: Option<AhoCorasick>,
    files: Mutex<BTreeMap<BString, Arc<SourceFile>>>,
}

/// A text that each file contains which names something by a searched name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MentionedText {
    /// ASCII letters and digits; for a whole value, also hyphens, dots and underscores.
    pub text: String,
    /// Whether the text is the whole value of one of the [`NAMING_KEYS`]. Otherwise, it is a word.
    pub is_value: bool,
}

/// Only the start of longer texts is searched for: an automaton for a long text takes quadratic time to build.
const LONGEST: usize = 255;

impl Mentions {
    /// Creates a search for files with one of some texts.
    pub fn new(texts: impl IntoIterator<Item = MentionedText>) -> Self {
        let texts: Vec<MentionedText> = texts.into_iter().collect();
        let starts = texts
            .iter()
            .map(|it| &it.text[..it.text.len().min(LONGEST)]);
        Self {
            automaton: AhoCorasick::new(starts).ok(),
            texts,
            files: Mutex::default(),
        }
    }

    /// Records a file that was opened.
    pub(super) fn record(&self, path: &BStr, file: &Arc<SourceFile>) {
        if self.are_in(file.source.text().as_bytes()) {
            let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
            files.insert(path.into(), Arc::clone(file));
        }
    }

    fn are_in(&self, text: &[u8]) -> bool {
        let Some(automaton) = &self.automaton else {
            return true;
        };
        automaton.find_overlapping_iter(text).any(|found| {
            let (before, after) = (&text[..found.start()], &text[found.end()..]);
            // The rest of a longer text is not compared.
            let after = if found.len() == LONGEST { b"" } else { after };
            match self.texts[found.pattern().as_usize()].is_value {
                true => is_value(before, after),
                false => is_word(before, after),
            }
        })
    }

    /// Returns the files, sorted by path.
    pub fn files(&self) -> BTreeMap<BString, Arc<SourceFile>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.clone()
    }
}

/// Returns whether a text is a word, and not a part of a longer one.
fn is_word(before: &[u8], after: &[u8]) -> bool {
    let begins = !before.last().is_some_and(u8::is_ascii_alphanumeric) || is_escape(before);
    begins && !after.first().is_some_and(u8::is_ascii_alphanumeric)
}

/// The keys whose values are names without a namespace. Many files have common values such as `default` under others.
const NAMING_KEYS: [&[u8]; 5] = [b"alert", b"host", b"name", b"title", b"uid"];

/// Returns whether a text is the whole value of one of the [`NAMING_KEYS`] in YAML or JSON.
fn is_value(before: &[u8], after: &[u8]) -> bool {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\\');
    let after = after.iter().find(|byte| !is_space(byte));
    let ends = matches!(
        after,
        None | Some(b'\n' | b'\r' | b',' | b'}' | b']' | b'#')
    );
    let mut before = before.trim_end_with(|char| is_space(&u8::try_from(char).unwrap_or(0)));
    // An anchor or tag in front of the value.
    let start = before.rfind_byteset(b" \t").map_or(0, |at| at + 1);
    if before[start..].starts_with(b"&") || before[start..].starts_with(b"!") {
        before = before[..start].trim_end();
    }
    let key = before
        .strip_suffix(b":")
        .map(|key| key.trim_end_with(|char| "\"'\\".contains(char)));
    let is_naming = |key: &[u8]| {
        let is_letter = |char: char| char.is_alphanumeric() || "-_".contains(char);
        let rest = key.trim_end_with(is_letter);
        NAMING_KEYS.contains(&&key[rest.len()..])
    };
    ends && key.is_some_and(is_naming)
}

/// Returns whether a text ends with an escaped character of JSON: `\u00fc`.
fn is_escape(text: &[u8]) -> bool {
    let digits = text
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_hexdigit());
    let start = text.len() - digits.count().min(4);
    text[..start].ends_with(b"\\u") || text.ends_with(b"\\n") || text.ends_with(b"\\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_in(texts: &[&str], is_value: bool, text: &str) -> bool {
        let texts = texts.iter().map(|text| MentionedText {
            text: (*text).to_owned(),
            is_value,
        });
        Mentions::new(texts).are_in(text.as_bytes())
    }

    #[test]
    fn finds_long_words_by_their_start() {
        let long = "x".repeat(100_000);
        for is_value in [false, true] {
            let before = if is_value { "name: " } else { "" };
            let text = format!("{before}{long}");
            assert!(are_in(&[&long], is_value, &text));
            assert!(!are_in(&[&long], is_value, &text[..LONGEST - 1]));
        }
    }

    #[test]
    fn finds_whole_words() {
        for (text, expected) in [
            ("kask", true),
            ("name: kask\n", true),
            ("kasks kask-x", true),
            ("\"\\u00fckask\"", true),
            ("kasks xkask kask1", false),
            ("00fckask", false),
            ("", false),
        ] {
            assert_eq!(are_in(&["kas", "kask"], false, text), expected, "{text}");
        }
    }

    #[test]
    fn finds_whole_values() {
        for (text, expected) in [
            ("name: kask", true),
            ("- name: kask\n", true),
            ("name:   'kask'  # the store\n", true),
            ("{\"name\": \"kask\", \"x\": 1}", true),
            ("{\"name\":\"kask\"}", true),
            ("{name: kask}", true),
            ("[name: kask]", true),
            ("x: \"{\\\"uid\\\": \\\"kask\\\"}\"", true),
            ("name: &name kask\n", true),
            ("name: !!str \"kask\"\r\n", true),
            ("name:\tkask", true),
            ("host: kask", true),
            ("- alert: kask", true),
            ("{\"title\":\"kask\"}", true),
            ("namespace: kask", false),
            ("\"namespace\": \"kask\"", false),
            ("project: kask", false),
            ("hostname: kask", false),
            ("host_name: kask", false),
            ("name: kask-x", false),
            ("name: x-kask", false),
            ("name: the kask service", false),
            ("name: kask service", false),
            ("# the kask: it", false),
            ("kask", false),
            ("- kask", false),
            ("namespace: kask\nname: kask\n", true),
        ] {
            assert_eq!(are_in(&["kask"], true, text), expected, "{text}");
        }
    }
}
