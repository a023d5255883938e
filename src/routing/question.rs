use std::ops::Range;

use super::{
    labels::{is_port, names_something},
    phrases::Phrases,
    words::{camel_case_words, is_address_part, is_filler, is_region, runs, words},
};
use crate::{
    config::{TeamId, Teams},
    lookup::{Label, labels, teams_at, without_punctuation},
};

/// The words of a question, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct QuestionWords {
    pub words: Vec<Word>,
    /// Teams that are named by an address, with the address and the range of its words.
    pub addressed: Vec<(TeamId, String, Range<usize>)>,
    /// The words between blanks, without punctuation around them, each with the range of its words.
    pub tokens: Vec<(String, Range<usize>)>,
}

/// A word of a question.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// The word in lower case.
    pub text: String,
    /// Whether the word alone has no meaning for the search.
    pub is_filler: bool,
    /// Whether it is a part of a name with other parts, as `Down` in `VarnishDown`.
    pub is_part: bool,
    /// Whether the user typed a number behind it, as in `cp1075`.
    pub had_number: bool,
    /// Whether it is in the value of a label that names something.
    is_of_naming_label: bool,
    /// Whether it is in the value of another label, as in `severity="page"`, and the words of labels that name something
    /// match, too.
    pub is_secondary: bool,
}

/// Further words of a question are ignored.
const MOST_WORDS: usize = 200;

impl QuestionWords {
    /// Splits a question into words, up to [`MOST_WORDS`].
    pub fn new(text: &str, teams: &Teams, phrases: &Phrases<'_>) -> Self {
        let mut question = Self::default();
        let labels = &labels(text);
        let written = Written { text, labels };
        for token in text.split_whitespace() {
            if question.words.len() >= MOST_WORDS {
                break;
            }
            question.add(token, teams, phrases, &written);
        }
        question.prefer_naming_labels(phrases);
        question.ignore_common_words(phrases);
        question
    }

    /// Ignores words that occur in most names of components, unless all words do: they do not distinguish the teams.
    fn ignore_common_words(&mut self, phrases: &Phrases<'_>) {
        let words = || {
            self.words
                .iter()
                .enumerate()
                .filter(|(_, word)| !word.is_filler)
        };
        let common = words().filter(|(_, word)| phrases.is_common(&word.text));
        let common: Vec<usize> = common.map(|(at, _)| at).collect();
        if common.len() == words().count() {
            return;
        }
        for at in common {
            self.words[at].is_filler = true;
            self.words[at].is_part = false;
        }
    }

    /// Forgets which words are secondary if no label names anything that is known.
    fn prefer_naming_labels(&mut self, phrases: &Phrases<'_>) {
        let is_known = |word: &Word| {
            word.is_of_naming_label && !word.is_filler && phrases.has_word(&word.text)
        };
        if !self.words.iter().any(is_known) {
            for word in &mut self.words {
                word.is_secondary = false;
            }
        }
    }

    fn add(&mut self, token: &str, teams: &Teams, phrases: &Phrases<'_>, written: &Written<'_>) {
        let from = self.words.len();
        let token = without_punctuation(token);
        // Only the name of a component `kind:name` is searched for.
        let kind = token
            .split_once(':')
            .filter(|_| phrases.has_component(token));
        let of_kind = kind.map_or(0, |(kind, _)| words(kind).len());
        let is_address = token.contains("://") || token.contains('@');
        let is_region = is_region(token);
        // Part of a URL can be the name of a team by chance.
        let may_resolve = is_address && !token.contains("://");
        let team = may_resolve.then(|| teams.resolve(token)).flatten();
        let texts: Vec<Word> = match is_address || kind.is_some() {
            true => words(token).into_iter().map(Word::new).collect(),
            false => runs(token)
                .flat_map(|run| {
                    let of_run = split_compound(run, phrases).into_iter();
                    of_run.map(|word| written.within(run, without_number(word, phrases)))
                })
                .take(MOST_WORDS)
                .collect(),
        };
        // The site of a web page does not describe its subject.
        let site = token.split_once("://").map(|(scheme, rest)| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            words(scheme).len() + words(host).len()
        });
        let of_site = site.unwrap_or(0);
        for (at, word) in texts.into_iter().take(MOST_WORDS).enumerate() {
            let is_filler = match (is_address, team) {
                (true, Some(_)) => true,
                (true, None) => at < of_site || is_address_part(&word.text),
                (false, _) => at < of_kind || word.is_filler || is_filler(&word.text) || is_region,
            };
            self.words.push(Word { is_filler, ..word });
        }
        if team.is_none() && self.words[from..].iter().any(|word| !word.is_filler) {
            let parts = &mut self.words[from + of_kind..];
            let is_split = parts.len() > 1;
            for part in parts {
                // The end of `storage's` is no part of a name.
                part.is_part = is_split && part.text.chars().nth(1).is_some();
            }
        }
        let range = from..self.words.len();
        self.tokens.push((token.to_owned(), range.clone()));
        if let Some(team) = team {
            self.addressed.push((team, token.to_owned(), range));
        } else {
            let at_address = teams_at(teams, token).into_iter();
            let at_address = at_address.map(|(team, text)| (team, text.to_owned(), range.clone()));
            self.addressed.extend(at_address);
        }
    }

    /// Returns whether a range is all that the question is about: its words are as typed, and all words outside are
    /// fillers, and no parts of names.
    pub fn is_about(&self, range: &Range<usize>) -> bool {
        if self.words[range.clone()].iter().any(|word| word.had_number) {
            return false;
        }
        let outside = self.words.iter().enumerate();
        let mut outside = outside.filter(|(at, _)| !range.contains(at));
        outside.all(|(_, word)| word.is_filler && !word.is_part)
    }

    /// Returns the range of the words of the name around a range of words, if the name has other words, too.
    pub fn name_around(&self, words: &Range<usize>) -> Option<&Range<usize>> {
        let mut names = self.tokens.iter().map(|(_, name)| name);
        names.find(|name| {
            name.start <= words.start && words.end <= name.end && name.len() > words.len()
        })
    }

    /// Returns whether a range has a word that is not a filler.
    pub fn is_meaningful(&self, range: &Range<usize>) -> bool {
        let mut words = self.words[range.clone()].iter();
        words.any(|word| !word.is_filler)
    }
}

impl Word {
    /// Creates a word that is as typed, and in no label.
    fn new(text: String) -> Self {
        Self {
            text,
            is_filler: false,
            is_part: false,
            had_number: false,
            is_of_naming_label: false,
            is_secondary: false,
        }
    }
}

/// The text of a question, and the labels in it.
struct Written<'q> {
    text: &'q str,
    labels: &'q [Label],
}

impl Written<'_> {
    fn is_naming(&self, label: &Label) -> bool {
        names_something(&self.text[label.key.clone()])
    }

    /// Returns a word of a part of the text with what the labels say about it. Keys of labels and ports describe nothing.
    fn within(&self, part: &str, word: Word) -> Word {
        let start = part.as_ptr().addr() - self.text.as_ptr().addr();
        let range = start..start + part.len();
        let next = self
            .labels
            .partition_point(|label| label.value.end < range.end);
        let label = self.labels.get(next);
        let in_value = label.filter(|label| label.value.start <= start);
        Word {
            is_filler: label.is_some_and(|label| label.key.contains(&start))
                || is_port(self.text, &range),
            is_of_naming_label: in_value.is_some_and(|label| self.is_naming(label)),
            is_secondary: in_value.is_some_and(|label| !self.is_naming(label)),
            ..word
        }
    }
}

/// Splits a name such as that of an alert at its capitals, unless the whole matches a phrase, or nearly.
fn split_compound(run: &str, phrases: &Phrases<'_>) -> Vec<String> {
    let (whole, parts) = (run.to_lowercase(), camel_case_words(run));
    match parts.len() > 1 && !phrases.has_word(&whole) && phrases.nearest(&whole).is_none() {
        true => parts,
        false => vec![whole],
    }
}

/// Removes the number behind a word, as in the names of machines, if only the rest matches a phrase.
fn without_number(word: String, phrases: &Phrases<'_>) -> Word {
    let rest = word.trim_end_matches(|char: char| char.is_ascii_digit());
    let is_shorter = rest.len() < word.len() && rest.chars().nth(1).is_some();
    match is_shorter && !phrases.has_word(&word) && phrases.has_word(rest) {
        true => Word {
            had_number: true,
            ..Word::new(rest.to_owned())
        },
        false => Word::new(word),
    }
}
