use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use serde::Serialize;

use super::{
    MatchKind,
    phrases::{COMPONENT, Phrases},
    question::QuestionWords,
    search::{Hit, search},
};
use crate::{
    config::{Map, TeamId, Teams},
    lookup::{NameIndex, NamedThing, SearchedName},
    resolution::ResolvedRepository,
};

/// The teams to ask.
#[derive(Debug, Default)]
pub struct Route<'r> {
    /// What the question names.
    pub named: Vec<NamedThing<'r>>,
    /// The teams that match most directly, best match first.
    pub teams: Vec<FoundTeam>,
    /// The teams that match less directly, best match first.
    pub other_teams: Vec<FoundTeam>,
    /// The unknown word, and the word that was searched for instead.
    pub corrections: Vec<Correction>,
}

/// A team, and why it matches.
#[derive(Debug)]
pub struct FoundTeam {
    /// The team.
    pub team: TeamId,
    /// The retired teams that match the words and that this team succeeds.
    pub successor_of: Vec<TeamId>,
    /// The reasons, best first; at least one.
    pub reasons: Vec<MatchReason>,
}

/// Why a team matches.
#[derive(Debug)]
pub struct MatchReason {
    /// How the words match.
    pub match_kind: MatchKind,
    /// What the words match: an area, a name, `kind:name`, a description.
    pub text: String,
    /// The number of further components that match in the same way.
    pub more: usize,
    /// Whether only a part of the question or of the text matches, or the spelling was corrected.
    pub is_guess: bool,
    /// The words of the question that match, corrected and in lower case.
    pub words: Vec<String>,
    /// The positions of these words.
    at: BTreeSet<usize>,
}

/// The correction of an unknown word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// The word as typed.
    pub typed: String,
    /// The most likely intended word.
    pub meant: String,
}

/// Returns the teams to ask about `text`, a question in the user's own words.
pub fn route<'r>(map: &'r Map, repositories: &'r [ResolvedRepository], text: &str) -> Route<'r> {
    let teams = &map.teams;
    let phrases = Phrases::new(teams, repositories);
    let names = &NameIndex::new(map, repositories);
    let question = QuestionWords::new(text, teams, &phrases);
    let named = named(&question, names, text);
    let hits = search(&question, &phrases, &named);
    let directness = directness(&hits);
    let mut corrected = None;
    if directness != Some(0)
        && let Some((other, correction)) = correct(&question, &hits, &phrases)
    {
        let mut hits = search(&other, &phrases, &named);
        for hit in &mut hits {
            hit.is_guess = true;
            if hit.match_kind == COMPONENT {
                hit.match_kind = MatchKind::ComponentWord;
            }
        }
        let is_better = match (self::directness(&hits), directness) {
            (Some(new), Some(old)) => new < old,
            (new, old) => new.is_some() && old.is_none(),
        };
        corrected = is_better.then_some((other, hits, correction));
    }
    let (question, hits, corrections) = match corrected {
        Some((question, hits, correction)) => (question, hits, vec![correction]),
        None => (question, hits, Vec::new()),
    };
    Route {
        named: named.into_iter().map(|(_, thing)| thing).collect(),
        ..Route::new(teams, &question, hits, corrections)
    }
}

/// Returns what the whole question or a word in it names, with the range of the words.
fn named<'r>(
    question: &QuestionWords,
    names: &NameIndex<'r>,
    text: &str,
) -> Vec<(Range<usize>, NamedThing<'r>)> {
    let all = 0..question.words.len();
    let find = |words: &Range<usize>, name: &SearchedName| {
        let found = names.find(name).into_iter();
        found
            .map(|thing| (words.clone(), thing))
            .collect::<Vec<_>>()
    };
    let whole = SearchedName::of_question(text);
    let mut named = whole.iter().map(|name| find(&all, name));
    let named = named.find(|found| !found.is_empty());
    named.unwrap_or_else(|| {
        let parts = SearchedName::in_question(text);
        let parts = parts.iter().filter_map(|(word, names)| {
            let mut tokens = question.tokens.iter();
            let (_, words) = tokens.find(|(token, _)| token == word)?;
            let mut found = names.iter().map(|name| find(words, name));
            found.find(|found| !found.is_empty())
        });
        parts.flatten().collect()
    })
}

fn directness(hits: &[Hit]) -> Option<u8> {
    hits.iter().map(|hit| hit.match_kind.directness()).min()
}

/// Corrects the only word that matches no phrase, if it has one typo. `None` if there are several such words: their
/// corrections would have nothing in common with the question.
fn correct(
    question: &QuestionWords,
    hits: &[Hit],
    phrases: &Phrases<'_>,
) -> Option<(QuestionWords, Correction)> {
    let is_explained = |at: usize| {
        let mut hits = hits.iter();
        hits.any(|hit| hit.match_kind < MatchKind::Description && hit.words.contains(&at))
    };
    let words = question.words.iter().enumerate();
    let mut unknown = words.filter(|(at, word)| !word.is_filler && !is_explained(*at));
    let (at, word) = unknown.next().filter(|_| unknown.next().is_none())?;
    let near = phrases.nearest(&word.text)?;
    let correction = Correction {
        typed: word.text.clone(),
        meant: phrases.as_written(&near).to_owned(),
    };
    let mut corrected = question.clone();
    corrected.words[at].text = near;
    Some((corrected, correction))
}

impl Route<'_> {
    fn new(
        teams: &Teams,
        question: &QuestionWords,
        hits: Vec<Hit>,
        corrections: Vec<Correction>,
    ) -> Self {
        let best = directness(&hits);
        let mut by_team: BTreeMap<TeamId, (BTreeSet<TeamId>, Vec<Hit>)> = BTreeMap::new();
        for hit in hits {
            let team = teams.successor(hit.team);
            let (successor_of, hits) = by_team.entry(team).or_default();
            if team != hit.team {
                successor_of.insert(hit.team);
            }
            hits.push(hit);
        }
        let mut found: Vec<FoundTeam> = by_team
            .into_iter()
            .map(|(team, (successor_of, hits))| FoundTeam {
                team,
                successor_of: successor_of.into_iter().collect(),
                reasons: reasons(question, hits),
            })
            .collect();
        found.sort_by_cached_key(|found| (found.rank(), teams.name(found.team).to_owned()));
        let is_direct = |found: &FoundTeam| Some(found.reasons[0].match_kind.directness()) == best;
        let (teams, other_teams) = found.into_iter().partition(is_direct);
        Self {
            named: Vec::new(),
            teams,
            other_teams,
            corrections,
        }
    }
}

impl FoundTeam {
    /// Returns the best match kind, and how many words of the question match in that way.
    fn rank(&self) -> (MatchKind, Reverse<usize>) {
        let match_kind = self.reasons[0].match_kind;
        let best = self
            .reasons
            .iter()
            .filter(|reason| reason.match_kind == match_kind);
        let words: BTreeSet<usize> = best.flat_map(|reason| &reason.at).copied().collect();
        (match_kind, Reverse(words.len()))
    }
}

/// The hits with the same text.
#[derive(Default)]
struct Alike {
    at: BTreeSet<usize>,
    is_whole: bool,
    is_exact: bool,
}

/// Combines hits into reasons, without those that add no word to a better reason.
fn reasons(question: &QuestionWords, hits: Vec<Hit>) -> Vec<MatchReason> {
    let mut alike: BTreeMap<(MatchKind, String), Alike> = BTreeMap::new();
    for hit in hits {
        let of_text = alike.entry((hit.match_kind, hit.text)).or_default();
        of_text.at.extend(hit.words);
        of_text.is_whole |= hit.is_whole;
        of_text.is_exact |= !hit.is_guess;
    }
    let mut reasons: Vec<MatchReason> = Vec::with_capacity(alike.len());
    let kinds: BTreeSet<MatchKind> = alike.keys().map(|(kind, _)| *kind).collect();
    let is_of_things =
        |kind: &MatchKind| matches!(kind, MatchKind::Named(_) | MatchKind::ComponentWord);
    for things in kinds.into_iter().filter(is_of_things) {
        let of_kind = alike.extract_if(.., |(kind, _), _| *kind == things);
        let mut components: Vec<((MatchKind, String), Alike)> = of_kind.collect();
        // Only the components that match the most words count. One with a fully matched name is shown.
        let most = components.iter().map(|(_, of_text)| of_text.at.len()).max();
        components.retain(|(_, of_text)| Some(of_text.at.len()) == most);
        components.sort_by_key(|(_, of_text)| Reverse(of_text.is_whole));
        let more = components.len().saturating_sub(1);
        let shown = components.into_iter().next();
        reasons.extend(shown.map(|(key, of_text)| MatchReason {
            more,
            ..MatchReason::new(question, key, of_text)
        }));
    }
    let others = alike.into_iter();
    reasons.extend(others.map(|(key, of_text)| MatchReason::new(question, key, of_text)));
    reasons.sort_by_key(|reason| (reason.match_kind, Reverse(reason.at.len())));
    let mut kept: Vec<MatchReason> = Vec::with_capacity(reasons.len());
    for reason in reasons {
        let better = kept.iter().filter(|better| match reason.match_kind {
            // Two spellings of one name count as one reason.
            MatchKind::NameWord | MatchKind::Description => true,
            // A component can have the name of its owner.
            MatchKind::Name | MatchKind::Area => !matches!(better.match_kind, MatchKind::Named(_)),
            _ => better.match_kind < reason.match_kind,
        });
        let covered: BTreeSet<usize> = better.flat_map(|it| &it.at).copied().collect();
        let is_component = reason.match_kind == MatchKind::ComponentWord;
        if is_component || kept.is_empty() || !reason.at.is_subset(&covered) {
            kept.push(reason);
        }
    }
    kept
}

impl MatchReason {
    fn new(
        question: &QuestionWords,
        (match_kind, text): (MatchKind, String),
        Alike { at, is_exact, .. }: Alike,
    ) -> Self {
        let words = at.iter().map(|at| question.words[*at].text.clone());
        Self {
            match_kind,
            text,
            more: 0,
            is_guess: !is_exact,
            words: words.collect(),
            at,
        }
    }
}
