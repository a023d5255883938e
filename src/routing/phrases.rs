use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{
    MatchKind,
    words::{forms, words},
};
use crate::{
    config::{Team, TeamId, Teams},
    coverage::Holdings,
    text::closest,
};

/// Shorter words are near to too many others.
pub(super) const SHORTEST_TYPO: usize = 4;

/// Everything that teams and what they own are called, by the words people may use for it.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    list: Vec<Phrase>,
    /// By each form of all words written as one.
    whole: FxHashMap<String, Vec<usize>>,
    /// By each form of one of the words.
    by_word: FxHashMap<String, Vec<usize>>,
}

/// Some words about a team.
#[derive(Debug)]
pub(super) struct Phrase {
    pub team: TeamId,
    /// How words match its team that are all of it.
    pub match_kind: MatchKind,
    /// As written.
    pub text: String,
    pub words: Vec<String>,
    /// All words as one: `object storage` and `ObjectStorage` are the same.
    pub joined: String,
}

impl Phrases {
    pub fn new(teams: &Teams, holdings: &Holdings<'_>) -> Self {
        let mut phrases = Self::default();
        for (id, team) in teams.iter() {
            phrases.take_team(id, team);
        }
        for (team, component) in holdings.components() {
            let words = words(&component.name);
            phrases.add(team, MatchKind::Component, &component.id(), words, true);
        }
        phrases
    }

    fn take_team(&mut self, id: TeamId, team: &Team) {
        for area in &team.areas {
            let text = &area.value;
            self.add(id, MatchKind::Area, text, words(text), true);
            // `GitLab (infrastructure)` is a part of `GitLab`, so one may ask there.
            if let Some((base, _)) = text.split_once('(') {
                self.add(id, MatchKind::Area, text, words(base), true);
            }
        }
        for name in team.spellings() {
            let text = &name.value;
            if text.contains("://") {
                let end = text.trim_end_matches('/').rsplit('/').next();
                // What pages are called beside the team is no word for what it does.
                self.add(
                    id,
                    MatchKind::Name,
                    text,
                    words(end.unwrap_or_default()),
                    false,
                );
            } else {
                self.add(id, MatchKind::Name, text, words(text), !text.contains('@'));
            }
        }
        if let Some(description) = &team.description {
            let words = words(description);
            self.add(id, MatchKind::Description, description, words, true);
        }
    }

    fn add(
        &mut self,
        team: TeamId,
        match_kind: MatchKind,
        text: &str,
        words: Vec<String>,
        by_word: bool,
    ) {
        if words.is_empty() {
            return;
        }
        let at = self.list.len();
        let joined = words.concat();
        if match_kind != MatchKind::Description {
            for form in forms(&joined) {
                self.whole.entry(form).or_default().push(at);
            }
        }
        for word in words.iter().filter(|_| by_word) {
            for form in forms(word) {
                let known = self.by_word.entry(form).or_default();
                if known.last() != Some(&at) {
                    known.push(at);
                }
            }
        }
        self.list.push(Phrase {
            team,
            match_kind,
            text: text.to_owned(),
            words,
            joined,
        });
    }

    /// The phrases that these words are, whichever way they are put together or apart.
    pub fn that_are(&self, asked: &[&str]) -> Vec<&Phrase> {
        // Shorter ones are put together by chance.
        const LONG: usize = 6;
        let joined = asked.concat();
        let is_long = joined.chars().count() >= LONG;
        let found = self.find(&self.whole, &joined).into_iter();
        found
            .filter(|phrase| is_long || phrase.words.len() == asked.len())
            .collect()
    }

    /// Whether somebody owns the component `kind:name`.
    pub fn has_component(&self, id: &str) -> bool {
        let mut components = self
            .list
            .iter()
            .filter(|it| it.match_kind == MatchKind::Component);
        components.any(|phrase| phrase.text == id)
    }

    /// The phrases with a word like this one.
    pub fn that_have(&self, word: &str) -> Vec<&Phrase> {
        self.find(&self.by_word, word)
    }

    /// Whether a word leads anywhere.
    pub fn know(&self, word: &str) -> bool {
        !self.that_are(&[word]).is_empty() || !self.that_have(word).is_empty()
    }

    fn find(&self, index: &FxHashMap<String, Vec<usize>>, word: &str) -> Vec<&Phrase> {
        let forms = forms(word);
        let found = forms.iter().filter_map(|form| index.get(form)).flatten();
        let found: BTreeSet<&usize> = found.collect();
        found.into_iter().map(|at| &self.list[*at]).collect()
    }

    /// The word that a misspelt one was most likely meant to be: one of teams, else of components.
    pub fn nearest(&self, word: &str) -> Option<&str> {
        let near = |of_components| {
            let known = self.vocabulary(of_components);
            closest(
                word,
                known.filter(|known| known.chars().count() >= SHORTEST_TYPO),
            )
        };
        near(false).or_else(|| near(true))
    }

    /// The words that a misspelt one can have been meant to be: those of teams, or of components.
    fn vocabulary(&self, of_components: bool) -> impl Iterator<Item = &str> {
        let phrases = self
            .list
            .iter()
            .filter(move |phrase| match phrase.match_kind {
                MatchKind::Area | MatchKind::Name => !of_components,
                MatchKind::Component => of_components,
                _ => false,
            });
        phrases.flat_map(|phrase| {
            let words = phrase.words.iter().chain([&phrase.joined]);
            words.map(String::as_str)
        })
    }

    /// How a word of the vocabulary is written, where it is a phrase of its own.
    pub fn as_written<'p>(&'p self, word: &'p str) -> &'p str {
        let phrases = self.list.iter();
        let mut same =
            phrases.filter(|phrase| phrase.match_kind == MatchKind::Area && phrase.joined == word);
        same.next().map_or(word, |phrase| &phrase.text)
    }
}
