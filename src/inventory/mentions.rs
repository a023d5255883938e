use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aho_corasick::AhoCorasick;
use bstr::{BStr, BString};

use super::SourceFile;

/// The files that contain the words of a searched name. They are noticed as they are opened, so that no file is read
/// only for the search.
#[derive(Debug)]
pub struct Mentions {
    /// `None` if there are too many words for an automaton: then all files count.
    words: Option<AhoCorasick>,
    files: Mutex<BTreeMap<BString, Arc<SourceFile>>>,
}

impl Mentions {
    /// Creates a search for files with one of some words, which consist of ASCII letters and digits.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        Self {
            words: AhoCorasick::new(words).ok(),
            files: Mutex::default(),
        }
    }

    /// Records a file that was opened.
    pub(super) fn record(&self, path: &BStr, file: &Arc<SourceFile>) {
        let text = file.source.text().as_bytes();
        if self
            .words
            .as_ref()
            .is_none_or(|words| contains(text, words))
        {
            let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
            files.insert(path.into(), Arc::clone(file));
        }
    }

    /// Returns the files, sorted by path.
    pub fn files(&self) -> BTreeMap<BString, Arc<SourceFile>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.clone()
    }
}

/// Returns whether a text contains one of some words, not as a part of a longer one.
fn contains(text: &[u8], words: &AhoCorasick) -> bool {
    words.find_overlapping_iter(text).any(|found| {
        let (before, after) = (&text[..found.start()], &text[found.end()..]);
        let begins = !before.last().is_some_and(u8::is_ascii_alphanumeric) || is_escape(before);
        begins && !after.first().is_some_and(u8::is_ascii_alphanumeric)
    })
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
            let words = AhoCorasick::new(["kas", "kask"]).unwrap();
            let found = contains(text.as_bytes(), &words);
            assert_eq!(found, expected, "{text}");
        }
    }
}
