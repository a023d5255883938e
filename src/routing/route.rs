use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde::Serialize;

use super::{
    MatchKind,
    phrases::{Phrases, SHORTEST_TYPO},
    question::QuestionWords,
    search::{Hit, search},
};
use crate::{
    config::{TeamId, Teams},
    coverage::Holdings,
};

/// The teams to ask.
#[derive(Debug, Default)]
pub struct Route {
    /// The teams that match most directly, best match first.
    pub teams: Vec<FoundTeam>,
    /// The teams that match less directly, best match first.
    pub other_teams: Vec<FoundTeam>,
    /// Unknown words, and the words that were searched for instead.
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
    words: BTreeSet<usize>,
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
pub fn route(teams: &Teams, holdings: &Holdings<'_>, text: &str) -> Route {
    let phrases = Phrases::new(teams, holdings);
    let question = QuestionWords::new(text, teams, &phrases);
    let hits = search(&question, &phrases);
    let directness = directness(&hits);
    if directness != Some(0)
        && let Some((corrected, corrections)) = correct(&question, &hits, &phrases)
    {
        let other = search(&corrected, &phrases);
        let is_better = match (self::directness(&other), directness) {
            (Some(new), Some(old)) => new < old,
            (new, old) => new.is_some() && old.is_none(),
        };
        if is_better {
            return Route::new(teams, other, corrections);
        }
    }
    Route::new(teams, hits, Vec::new())
}

fn directness(hits: &[Hit]) -> Option<u8> {
    hits.iter().map(|hit| hit.match_kind.directness()).min()
}

/// Replaces each word that matches no phrase by the most similar word that does. `None` if there is no such word.
fn correct(
    question: &QuestionWords,
    hits: &[Hit],
    phrases: &Phrases,
) -> Option<(QuestionWords, Vec<Correction>)> {
    let mut corrected = question.clone();
    let mut corrections = Vec::new();
    for (at, word) in corrected.words.iter_mut().enumerate() {
        let matches =
            |hit: &Hit| hit.match_kind < MatchKind::Description && hit.words.contains(&at);
        let is_short = word.text.chars().count() < SHORTEST_TYPO;
        if word.is_filler || is_short || hits.iter().any(matches) {
            continue;
        }
        let Some(near) = phrases.nearest(&word.text) else {
            continue;
        };
        corrections.push(Correction {
            typed: std::mem::replace(&mut word.text, near.to_owned()),
            meant: phrases.as_written(near).to_owned(),
        });
    }
    (!corrections.is_empty()).then_some((corrected, corrections))
}

impl Route {
    fn new(teams: &Teams, hits: Vec<Hit>, corrections: Vec<Correction>) -> Self {
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
                reasons: reasons(hits),
            })
            .collect();
        found.sort_by_cached_key(|found| (found.rank(), teams.name(found.team).to_owned()));
        let is_direct = |found: &FoundTeam| Some(found.reasons[0].match_kind.directness()) == best;
        let (teams, other_teams) = found.into_iter().partition(is_direct);
        Self {
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
        let words: BTreeSet<usize> = best.flat_map(|reason| &reason.words).copied().collect();
        (match_kind, Reverse(words.len()))
    }
}

/// Combines hits into reasons, without those that add no word to a better reason.
fn reasons(hits: Vec<Hit>) -> Vec<MatchReason> {
    let mut components: BTreeMap<String, (BTreeSet<usize>, bool)> = BTreeMap::new();
    let mut others: BTreeMap<(MatchKind, String), BTreeSet<usize>> = BTreeMap::new();
    for hit in hits {
        if hit.match_kind == MatchKind::Component {
            let (words, is_whole) = components.entry(hit.text).or_default();
            words.extend(hit.words);
            *is_whole |= hit.is_whole;
        } else {
            others
                .entry((hit.match_kind, hit.text))
                .or_default()
                .extend(hit.words);
        }
    }
    let mut reasons: Vec<MatchReason> = others
        .into_iter()
        .map(|((match_kind, text), words)| MatchReason {
            match_kind,
            text,
            more: 0,
            words,
        })
        .collect();
    // Only the components that match the most words count. One with a fully matched name is shown.
    let most = components.values().map(|(words, _)| words.len()).max();
    components.retain(|_, (words, _)| Some(words.len()) == most);
    let more = components.len().saturating_sub(1);
    let shown = components
        .into_iter()
        .min_by_key(|(_, (_, is_whole))| Reverse(*is_whole));
    reasons.extend(shown.map(|(text, (words, _))| MatchReason {
        match_kind: MatchKind::Component,
        text,
        more,
        words,
    }));
    reasons.sort_by_key(|reason| (reason.match_kind, Reverse(reason.words.len())));
    let mut kept: Vec<MatchReason> = Vec::with_capacity(reasons.len());
    for reason in reasons {
        let better = kept.iter().filter(|better| match reason.match_kind {
            // Two spellings of one name count as one reason.
            MatchKind::Name | MatchKind::NameWord | MatchKind::Description => true,
            _ => better.match_kind < reason.match_kind,
        });
        let covered: BTreeSet<usize> = better.flat_map(|it| &it.words).copied().collect();
        if reason.match_kind == MatchKind::Component
            || kept.is_empty()
            || !reason.words.is_subset(&covered)
        {
            kept.push(reason);
        }
    }
    kept
}
