use std::ops::Range;

use super::{
    phrases::Phrases,
    words::{humps, is_address_part, is_filler, runs, words},
};
use crate::config::{TeamId, Teams};

/// The words of a question, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct QuestionWords {
    pub words: Vec<Word>,
    /// Teams whose address is given, and which words that is.
    pub addressed: Vec<(TeamId, String, Range<usize>)>,
}

/// One of them.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// In lower case.
    pub text: String,
    /// Whether it alone says nothing.
    pub is_filler: bool,
}

/// More words ask for nothing in particular.
const MOST_WORDS: usize = 200;

impl QuestionWords {
    /// Takes a question apart; what is beyond the limit is not looked at.
    pub fn new(text: &str, teams: &Teams, phrases: &Phrases) -> Self {
        let mut question = Self::default();
        for token in text.split_whitespace() {
            if question.words.len() >= MOST_WORDS {
                break;
            }
            question.take(token, teams, phrases);
        }
        question
    }

    fn take(&mut self, token: &str, teams: &Teams, phrases: &Phrases) {
        let from = self.words.len();
        let token = token.trim_matches(['(', ')', '<', '>', '"', '\'', ',', ';', '.', '?', '!']);
        // Of a component as selectors write it, `kind:name`, only the name is asked for.
        let kind = token
            .split_once(':')
            .filter(|_| phrases.has_component(token));
        let of_kind = kind.map_or(0, |(kind, _)| words(kind).len());
        let is_address = token.contains("://") || token.contains('@');
        let team = is_address.then(|| teams.resolve(token)).flatten();
        let texts: Vec<String> = match is_address || kind.is_some() {
            true => words(token),
            false => runs(token)
                .flat_map(|run| apart(run, phrases))
                .take(MOST_WORDS)
                .collect(),
        };
        for (at, text) in texts.into_iter().take(MOST_WORDS).enumerate() {
            let is_filler = match (is_address, team) {
                (true, Some(_)) => true,
                (true, None) => is_address_part(&text),
                (false, _) => at < of_kind || is_filler(&text),
            };
            self.words.push(Word { text, is_filler });
        }
        if let Some(team) = team {
            let range = from..self.words.len();
            self.addressed.push((team, token.to_owned(), range));
        }
    }

    /// Whether some words of a range say something.
    pub fn says_something(&self, range: &Range<usize>) -> bool {
        let mut words = self.words[range.clone()].iter();
        words.any(|word| !word.is_filler)
    }
}

/// Alert names are words written as one; what is called by such a word, or nearly, is not taken apart.
fn apart(run: &str, phrases: &Phrases) -> Vec<String> {
    let (whole, humps) = (run.to_lowercase(), humps(run));
    match humps.len() > 1 && !phrases.know(&whole) && phrases.nearest(&whole).is_none() {
        true => humps,
        false => vec![whole],
    }
}
