use super::web_address::{dashboard_uid, normalized};
use crate::inventory::{
    FoundName, NameKind,
    detectors::{
        docker_image::image_path,
        kubernetes_names::{ServiceName, is_kind},
    },
};

/// A name that a user typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchedName {
    /// The name.
    pub text: String,
    /// The address of the web, if it can be one.
    pub(super) address: Option<String>,
}

/// Returns a text without punctuation around it, as in a sentence.
pub fn without_punctuation(text: &str) -> &str {
    text.trim_matches(['(', ')', '<', '>', '"', '\'', '`', ',', ';', '.', '?', '!'])
}

impl SearchedName {
    /// Creates the name.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            address: normalized(text),
        }
    }

    /// Returns the names that a question may consist of: all of it, as written and without punctuation around it.
    pub fn of_question(question: &str) -> Vec<Self> {
        let whole = question.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = without_punctuation(&whole);
        let mut names = vec![Self::new(plain)];
        if plain != whole {
            names.push(Self::new(&whole));
        }
        names
    }

    /// Returns the names among the words of a question that has several words: those that are no words of a language,
    /// because they contain a digit, a sign or a capital letter after the first letter.
    pub fn in_question(question: &str) -> Vec<Self> {
        let mut words = question.split_whitespace().map(without_punctuation);
        if words.clone().nth(1).is_none() {
            return Vec::new();
        }
        let mut names: Vec<Self> = Vec::new();
        for word in words.by_ref().filter(|word| is_identifier(word)) {
            if names.len() < MOST_NAMES && names.iter().all(|name| name.text != word) {
                names.push(Self::new(word));
            }
        }
        names
    }

    /// Returns words of ASCII letters and digits, of which each file contains one that names something by this name.
    pub fn words(&self) -> Vec<&str> {
        let service = ServiceName::new(&self.text);
        let service = service.map(|it| [Some(it.name), it.namespace]);
        let image = self.image().and_then(|path| path.rsplit('/').next());
        let address = self.address.as_ref().map(|_| {
            let (_, rest) = self.text.split_once("://").unwrap_or(("", &self.text));
            // The host may be written in another case.
            rest.split_once('/')
                .filter(|(_, path)| longest_word(path).is_some())
                .map_or(rest, |(_, path)| path)
        });
        let notations = [
            Some(self.text.as_str()),
            image,
            address,
            dashboard_uid(&self.text),
        ];
        let notations = notations.into_iter().chain(service.into_iter().flatten());
        let mut words: Vec<&str> = notations.flatten().filter_map(longest_word).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Returns the path of the image, if the name is written as one: with a directory, a registry or a tag.
    pub(super) fn image(&self) -> Option<&str> {
        let is_written = self.text.contains(['/', ':', '@']);
        image_path(&self.text).filter(|_| is_written)
    }

    /// Returns whether a file names something by this name.
    pub(super) fn is_name_of(&self, found: &FoundName) -> bool {
        let text = &*self.text;
        match found.kind {
            NameKind::Dashboard => found.name == text || dashboard_uid(text) == Some(&found.name),
            _ => {
                let namespace = found.namespace.as_deref();
                let kind = found.resource.as_deref();
                let is_full = || {
                    let (before, name) = text.split_once('/')?;
                    let is_kind = || kind.is_some_and(|kind| is_kind(before, kind));
                    Some(name == found.name && (Some(before) == namespace || is_kind()))
                };
                let is_service = || {
                    let service = ServiceName::new(text).filter(|_| kind == Some("Service"))?;
                    let is_there = [service.namespace, namespace].contains(&None)
                        || service.namespace == namespace;
                    Some(service.name == found.name && is_there)
                };
                found.is_unique && found.name == text
                    || is_full() == Some(true)
                    || is_service() == Some(true)
            }
        }
    }

    /// Returns whether the name is that of a service in the namespace of something.
    pub(super) fn is_in_namespace_of(&self, found: &FoundName) -> bool {
        let namespace = ServiceName::new(&self.text).and_then(|it| it.namespace);
        namespace.is_some() && found.namespace.as_deref() == namespace
    }
}

/// Further names in a question are ignored.
const MOST_NAMES: usize = 20;

fn is_identifier(word: &str) -> bool {
    let is_part = |char: char| char.is_ascii_digit() || "-_/:.".contains(char);
    word.contains(is_part) || word.chars().skip(1).any(char::is_uppercase)
}

/// Returns the longest run of ASCII letters and digits, the first of several.
fn longest_word(text: &str) -> Option<&str> {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.rev().max_by_key(|word| word.len())
}
