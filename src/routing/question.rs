use std::ops::Range;

use super::{
    phrases::Phrases,
    words::{camel_case_words, is_address_part, is_filler, runs, words},
};
use crate::{
    config::{TeamId, Teams},
    lookup::{teams_at, without_punctuation},
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
}

/// Further words of a question are ignored.
const MOST_WORDS: usize = 200;

impl QuestionWords {
    /// Splits a question into words, up to [`MOST_WORDS`].
    pub fn new(text: &str, teams: &Teams, phrases: &Phrases<'_>) -> Self {
        let mut question = Self::default();
        for token in text.split_whitespace() {
            if question.words.len() >= MOST_WORDS {
                break;
            }
            question.add(token, teams, phrases);
        }
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

    fn add(&mut self, token: &str, teams: &Teams, phrases: &Phrases<'_>) {
        let from = self.words.len();
        let token = without_punctuation(token);
        // Only the name of a component `kind:name` is searched for.
        let kind = token
            .split_once(':')
            .filter(|_| phrases.has_component(token));
        let of_kind = kind.map_or(0, |(kind, _)| words(kind).len());
        let is_address = token.contains("://") || token.contains('@');
        // Part of a URL can be the name of a team by chance.
        let may_resolve = is_address && !token.contains("://");
        let team = may_resolve.then(|| teams.resolve(token)).flatten();
        let texts: Vec<(String, bool)> = match is_address || kind.is_some() {
            true => words(token).into_iter().map(|word| (word, false)).collect(),
            false => runs(token)
                .flat_map(|run| split_compound(run, phrases))
                .map(|word| without_number(word, phrases))
                .take(MOST_WORDS)
                .collect(),
        };
        // The site of a web page does not describe its subject.
        let site = token.split_once("://").map(|(scheme, rest)| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            words(scheme).len() + words(host).len()
        });
        let of_site = site.unwrap_or(0);
        for (at, (text, had_number)) in texts.into_iter().take(MOST_WORDS).enumerate() {
            let is_filler = match (is_address, team) {
                (true, Some(_)) => true,
                (true, None) => at < of_site || is_address_part(&text),
                (false, _) => at < of_kind || is_filler(&text),
            };
            self.words.push(Word {
                text,
                is_filler,
                is_part: false,
                had_number,
            });
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

/// Splits a name such as that of an alert at its capitals, unless the whole matches a phrase, or nearly.
fn split_compound(run: &str, phrases: &Phrases<'_>) -> Vec<String> {
    let (whole, parts) = (run.to_lowercase(), camel_case_words(run));
    match parts.len() > 1 && !phrases.has_word(&whole) && phrases.nearest(&whole).is_none() {
        true => parts,
        false => vec![whole],
    }
}

/// Removes the number behind a word, as in the names of machines, if only the rest matches a phrase. Also returns whether
/// it removed one.
fn without_number(word: String, phrases: &Phrases<'_>) -> (String, bool) {
    let rest = word.trim_end_matches(|char: char| char.is_ascii_digit());
    let is_shorter = rest.len() < word.len() && rest.chars().nth(1).is_some();
    match is_shorter && !phrases.has_word(&word) && phrases.has_word(rest) {
        true => (rest.to_owned(), true),
        false => (word, false),
    }
}
