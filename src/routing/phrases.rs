use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{
    MatchKind,
    words::{forms, words},
};
use crate::{
    claims::ComponentId,
    config::{Team, TeamId, Teams},
    inventory::NameKind,
    resolution::{ResolvedRepository, Verdict},
    text::with_one_typo,
};

/// The shortest word that is corrected: shorter ones resemble too many others.
pub(super) const SHORTEST_TYPO: usize = 5;

/// How the name of a component matches.
pub(super) const COMPONENT: MatchKind = MatchKind::Named(NameKind::Component);

/// The names and descriptions of teams and of their components, indexed by word.
#[derive(Debug)]
pub(super) struct Phrases<'r> {
    pub teams: &'r Teams,
    list: Vec<Phrase<'r>>,
    /// Indexes in `list` by each form of the joined words.
    whole: FxHashMap<String, Vec<usize>>,
    /// Indexes in `list` by each form of a single word.
    by_word: FxHashMap<String, Vec<usize>>,
    /// The number of components.
    components: usize,
}

/// Of fewer components, any number can have a word in common.
const MOST_SIMILAR: usize = 20;

/// A phrase about a team.
#[derive(Debug)]
pub(super) struct Phrase<'r> {
    subject: Subject<'r>,
    /// How a question matches the team if it contains the whole phrase.
    pub match_kind: MatchKind,
    /// The phrase as written in the map.
    pub text: String,
    pub words: Vec<String>,
    /// The words joined, so that `object storage` and `ObjectStorage` are the same.
    pub joined: String,
}

/// What a phrase is about.
#[derive(Debug, Clone, Copy)]
enum Subject<'r> {
    Team(TeamId),
    /// A component that teams own. Its owners are determined only if the phrase matches, because most do not.
    Component(&'r ResolvedRepository, ComponentId),
}

impl<'r> Phrases<'r> {
    pub fn new(teams: &'r Teams, repositories: &'r [ResolvedRepository]) -> Self {
        let mut phrases = Self {
            teams,
            list: Vec::new(),
            whole: FxHashMap::default(),
            by_word: FxHashMap::default(),
            components: 0,
        };
        for (id, team) in teams.iter() {
            phrases.add_team(id, team);
        }
        for repository in repositories {
            for (id, component) in repository.listed_components() {
                if repository.verdict_of(id) == Verdict::Owned {
                    let subject = Subject::Component(repository, id);
                    let words = words(&component.name);
                    phrases.add(subject, COMPONENT, &component.id(), words, true);
                    phrases.components += 1;
                }
            }
        }
        phrases
    }

    /// Returns the team that a phrase is about, or the owners of the component.
    pub fn teams_of(&self, phrase: &Phrase<'_>) -> Vec<TeamId> {
        match phrase.subject {
            Subject::Team(id) => vec![id],
            Subject::Component(repository, id) => repository.whole(self.teams, id).owners,
        }
    }

    fn add_team(&mut self, id: TeamId, team: &Team) {
        let id = Subject::Team(id);
        for area in &team.areas {
            let text = &area.value;
            self.add(id, MatchKind::Area, text, words(text), true);
            // `GitLab (infrastructure)` is also found by `GitLab`.
            if let Some((base, _)) = text.split_once('(') {
                self.add(id, MatchKind::Area, text, words(base), true);
            }
        }
        for name in team.spellings() {
            let text = &name.value;
            if text.contains("://") {
                let end = text.trim_end_matches('/').rsplit('/').next();
                // Single words of an address do not describe what the team does.
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
        subject: Subject<'r>,
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
            subject,
            match_kind,
            text: text.to_owned(),
            words,
            joined,
        });
    }

    /// Returns the phrases that consist of these words, however they are joined or split.
    pub fn equal_to(&self, words: &[&str]) -> Vec<&Phrase<'r>> {
        // Shorter words match joined words by chance.
        const LONG: usize = 6;
        let joined = words.concat();
        let is_long = joined.chars().count() >= LONG;
        let found = self.find(&self.whole, &joined).into_iter();
        found
            .filter(|phrase| is_long || phrase.words.len() == words.len())
            .collect()
    }

    /// Returns whether a team owns the component `kind:name`.
    pub fn has_component(&self, id: &str) -> bool {
        let mut components = self.list.iter().filter(|it| it.match_kind == COMPONENT);
        components.any(|phrase| phrase.text == id)
    }

    /// Returns the phrases that contain a form of this word.
    pub fn containing(&self, word: &str) -> Vec<&Phrase<'r>> {
        self.find(&self.by_word, word)
    }

    /// Returns whether most components have this word in their names.
    pub fn is_common(&self, word: &str) -> bool {
        let with_word = self.containing(word).into_iter();
        let with_word = with_word.filter(|phrase| phrase.match_kind == COMPONENT);
        self.components > MOST_SIMILAR && 2 * with_word.count() > self.components
    }

    /// Returns the weight of a word: more for a word in fewer phrases.
    pub fn weight(&self, word: &str) -> u32 {
        let with_word = self.containing(word).len().max(1);
        // The logarithm of 1 plus the inverse frequency, in hundredths of a bit.
        let inverse = 1 + self.list.len() / with_word;
        let bits = inverse.ilog2();
        let rest = (inverse * 100) >> bits;
        bits * 100 + u32::try_from(rest).unwrap_or(100) - 100
    }

    /// Returns whether a word matches any phrase.
    pub fn has_word(&self, word: &str) -> bool {
        !self.equal_to(&[word]).is_empty() || !self.containing(word).is_empty()
    }

    fn find(&self, index: &FxHashMap<String, Vec<usize>>, word: &str) -> Vec<&Phrase<'r>> {
        let forms = forms(word);
        let found = forms.iter().filter_map(|form| index.get(form)).flatten();
        let found: BTreeSet<&usize> = found.collect();
        found.into_iter().map(|at| &self.list[*at]).collect()
    }

    /// Returns the correction of a word with one typo: from teams, or else from components.
    pub fn nearest(&self, word: &str) -> Option<String> {
        let is_long = |word: &str| word.chars().count() >= SHORTEST_TYPO;
        if !is_long(word) {
            return None;
        }
        let near = |of_components| {
            let known = self.vocabulary(of_components).flat_map(forms);
            let known: Vec<String> = known.filter(|known| is_long(known)).collect();
            with_one_typo(word, known.iter().map(String::as_str)).map(ToOwned::to_owned)
        };
        near(false).or_else(|| near(true))
    }

    /// Returns the possible corrections of a misspelled word: those of teams, or those of components.
    fn vocabulary(&self, of_components: bool) -> impl Iterator<Item = &str> {
        let phrases = self
            .list
            .iter()
            .filter(move |phrase| match phrase.match_kind {
                MatchKind::Area | MatchKind::Name => !of_components,
                COMPONENT => of_components,
                _ => false,
            });
        phrases.flat_map(|phrase| {
            let words = phrase.words.iter().chain([&phrase.joined]);
            words.map(String::as_str)
        })
    }

    /// Returns a word of the vocabulary as the map spells it, if it is an area of its own.
    pub fn as_written<'p>(&'p self, word: &'p str) -> &'p str {
        let phrases = self.list.iter();
        let mut same =
            phrases.filter(|phrase| phrase.match_kind == MatchKind::Area && phrase.joined == word);
        same.next().map_or(word, |phrase| &phrase.text)
    }
}
