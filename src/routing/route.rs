use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::{
    MatchKind,
    phrases::{COMPONENT, Phrases, SHORTEST_TYPO},
    question::QuestionWords,
    search::{Hit, Named, search},
    words::words,
};
use crate::{
    config::{Map, TeamId, Teams},
    inventory::NameKind,
    lookup::{NameIndex, NamedThing, SearchedName},
    resolution::{ResolvedRepository, Verdict},
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
    /// The alert that a label names, if it is unknown, and the meaningful words that match nothing, in lower case. If a
    /// match is no guess, such words are excluded.
    pub unmatched_words: Vec<String>,
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
    rank: Rank,
}

/// How well a team matches. The smallest rank is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    directness: u8,
    /// The kind of the best match, if it is direct.
    direct: Option<MatchKind>,
    is_guess: bool,
    /// Whether the words are only in labels that name nothing, and others name something.
    is_secondary: bool,
    /// How much the matching words distinguish.
    weight: Reverse<u32>,
    match_kind: MatchKind,
    /// Whether all words of a phrase match.
    is_whole: Reverse<bool>,
    /// How much the team owns of what matches.
    share: Reverse<u32>,
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
    /// Whether the team owns only the file of the thing, or files in it.
    pub is_indirect: bool,
    /// The words of the question that match, corrected and in lower case.
    pub words: Vec<String>,
    /// The positions of these words.
    at: BTreeSet<usize>,
    /// The sum of their weights.
    weight: u32,
    /// Whether the words are the whole text.
    is_whole: bool,
    /// How much the team owns of what matches.
    share: u32,
}

/// The correction of an unknown word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// The word as typed.
    pub typed: String,
    /// The most likely intended word.
    pub meant: String,
}

/// Returns the teams to ask about `text`, a question in the user's own words, which may be a `path`.
pub fn route<'r>(
    map: &'r Map,
    repositories: &'r [ResolvedRepository],
    names: &NameIndex<'r>,
    text: &str,
    path: Option<NamedThing<'r>>,
) -> Route<'r> {
    let teams = &map.teams;
    let phrases = Phrases::new(teams, repositories);
    let question = QuestionWords::new(text, teams, &phrases);
    let is_long_path = text.contains('/') && path.is_some();
    let path = path.map(|thing| (0..question.words.len(), thing));
    let mut named = named(&question, names, text);
    named.splice(0..0, path);
    let hits = search(&question, &phrases, &named, is_long_path);
    let directness = directness(&hits);
    let mut corrected = None;
    if directness != Some(0)
        && let Some((other, correction)) = correct(&question, &hits, &phrases)
    {
        let mut hits = search(&other, &phrases, &named, is_long_path);
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
        corrected = is_better.then_some((other, hits, Some(correction)));
    }
    let are_guesses = hits.iter().all(|hit| hit.is_guess);
    if corrected.is_none() && are_guesses && !is_long_path {
        corrected = with_similar_name(&question, names, &named).map(|(similar, correction)| {
            let mut hits = search(&question, &phrases, &similar, false);
            for hit in &mut hits {
                hit.is_guess = true;
            }
            named = similar;
            (question.clone(), hits, correction)
        });
    }
    let (question, hits, corrections) = match corrected {
        Some((question, hits, correction)) => (question, hits, correction.into_iter().collect()),
        None => (question, hits, Vec::new()),
    };
    let mut unmatched_words = unmatched_words(&question, &hits, &named);
    let is_alert = |(_, thing): &Named<'_>| thing.kind == NameKind::Alert;
    let unknown = SearchedName::in_labels(text).into_iter();
    let unknown = unknown.filter(|label| label.is_alert && !named.iter().any(is_alert));
    for label in unknown {
        unmatched_words.retain(|word| !word.eq_ignore_ascii_case(label.value));
        unmatched_words.insert(0, label.value.to_owned());
    }
    Route {
        named: named.into_iter().map(|(_, thing)| thing).collect(),
        unmatched_words,
        ..Route::new(teams, &Words::new(&question, &phrases), hits, corrections)
    }
}

/// Corrects a name with one typo that is the only meaningful word of a question. `None` if there is none, or if it names
/// something as it is. Other signs between the words, or none, are no correction.
fn with_similar_name<'r>(
    question: &QuestionWords,
    names: &NameIndex<'r>,
    named: &[Named<'r>],
) -> Option<(Vec<Named<'r>>, Option<Correction>)> {
    let mut tokens = question.tokens.iter();
    let mut tokens = tokens
        .by_ref()
        .filter(|(_, words)| question.is_meaningful(words));
    let (typed, range) = tokens.next().filter(|_| named.is_empty())?;
    let is_long = typed.chars().count() >= SHORTEST_TYPO;
    if tokens.next().is_some() || !is_long {
        return None;
    }
    let meant = names.with_one_typo(typed)?.to_owned();
    let things = names.find(&SearchedName::new(&meant)).into_iter();
    let things: Vec<Named<'r>> = things.map(|thing| (range.clone(), thing)).collect();
    let is_same = is_same_word(typed, &meant);
    if is_same && things.is_empty() {
        return None;
    }
    let typed = typed.clone();
    Some((things, (!is_same).then_some(Correction { typed, meant })))
}

/// Returns whether two words differ only in letter case and in the signs between letters and digits.
fn is_same_word(one: &str, other: &str) -> bool {
    let plain = |word: &str| words(word).concat();
    plain(one) == plain(other)
}

/// Returns what the whole question or a word in it names, with the range of the words.
fn named<'r>(question: &QuestionWords, names: &NameIndex<'r>, text: &str) -> Vec<Named<'r>> {
    let all = 0..question.words.len();
    let find = |words: &Range<usize>, name: &SearchedName| {
        let found = names.find(name).into_iter();
        found
            .map(|thing| (words.clone(), thing))
            .collect::<Vec<_>>()
    };
    let first = |words: &Range<usize>, names: &[SearchedName]| {
        let mut named = names.iter().map(|name| find(words, name));
        named.find(|found| !found.is_empty())
    };
    if let Some(found) = first(&all, &SearchedName::of_whole(text)) {
        return found;
    }
    let tokens = || question.tokens.iter();
    let labels = SearchedName::in_labels(text);
    let is_in_label = |word: &str| labels.iter().any(|label| word.contains(label.value));
    let has_others = tokens().any(|(token, words)| {
        !token.contains('=') && !is_in_label(token) && question.is_meaningful(words)
    });
    // What other words name is an answer, too, unless the labels are all of the question. The alert is its subject.
    let mut found: Vec<Named<'r>> = Vec::new();
    let mut of_labels: Vec<Named<'r>> = Vec::new();
    for label in &labels {
        let of_token = tokens().find(|(token, _)| has_others && token.contains(label.value));
        let words = of_token.map_or(&all, |(_, words)| words);
        match label.is_alert {
            true => found.extend(first(&all, &label.names).into_iter().flatten()),
            false => of_labels.extend(first(words, &label.names).into_iter().flatten()),
        }
    }
    let parts = SearchedName::in_question(text);
    let parts = parts.iter().filter(|(word, _)| !is_in_label(word));
    let parts = parts.filter_map(|(word, names)| {
        let (_, words) = tokens().find(|(token, _)| token == word)?;
        first(words, names)
    });
    found.extend(parts.flatten());
    found.extend(of_labels);
    if !labels.is_empty() && !has_others {
        return found;
    }
    // Other words match components with an owner as phrases. That a component has no owner is an answer, too.
    let is_known = |words: &Range<usize>| found.iter().any(|(known, _)| known == words);
    let others = tokens().filter(|(_, words)| question.is_meaningful(words) && !is_known(words));
    let others = others
        .take(MOST_NAMES)
        .flat_map(|(token, words)| find(words, &SearchedName::new(token)));
    let unowned = others.filter(|(_, thing)| {
        thing.kind == NameKind::Component && thing.resolution.verdict == Verdict::Unowned
    });
    let unowned: Vec<Named<'r>> = unowned.collect();
    found.extend(unowned);
    found
}

/// Further words of a question are no names.
const MOST_NAMES: usize = 20;

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
    let near = phrases.nearest(&word.text);
    let near = near.filter(|near| !is_same_word(near, &word.text))?;
    let correction = Correction {
        typed: word.text.clone(),
        meant: phrases.as_written(&near).to_owned(),
    };
    let mut corrected = question.clone();
    corrected.words[at].text = near;
    Some((corrected, correction))
}

impl Route<'_> {
    fn new(teams: &Teams, words: &Words<'_>, hits: Vec<Hit>, corrections: Vec<Correction>) -> Self {
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
            .map(|(team, (successor_of, hits))| {
                let reasons = reasons(words, hits);
                FoundTeam {
                    team,
                    successor_of: successor_of.into_iter().collect(),
                    rank: Rank::new(&reasons, words),
                    reasons,
                }
            })
            .collect();
        found.sort_by_cached_key(|found| (found.rank, teams.name(found.team).to_owned()));
        let heaviest = found.first().map_or(0, |found| found.rank.weight.0);
        let is_direct = |found: &FoundTeam| {
            let rank = &found.rank;
            // A guess by a less distinctive word is worth less.
            let is_heavy = rank.directness == 0 || 2 * rank.weight.0 > heaviest;
            Some(rank.directness) == best && is_heavy
        };
        let (teams, other_teams) = found.into_iter().partition(is_direct);
        Self {
            named: Vec::new(),
            teams,
            other_teams,
            corrections,
            unmatched_words: Vec::new(),
        }
    }
}

/// Returns the meaningful words that match nothing, if there are only guesses.
fn unmatched_words(question: &QuestionWords, hits: &[Hit], named: &[Named<'_>]) -> Vec<String> {
    if hits.is_empty() || hits.iter().any(|hit| !hit.is_guess) {
        return Vec::new();
    }
    let of_hits = hits.iter().map(|hit| &hit.words);
    let of_names = named.iter().map(|(words, _)| words);
    let matched: BTreeSet<usize> = of_hits.chain(of_names).cloned().flatten().collect();
    let words = question.words.iter().enumerate();
    let unmatched = words.filter(|(at, word)| !word.is_filler && !matched.contains(at));
    let mut unmatched: Vec<String> = unmatched.map(|(_, word)| word.text.clone()).collect();
    unmatched.dedup();
    unmatched
}

/// The words of a question with their weights.
struct Words<'q> {
    question: &'q QuestionWords,
    list: Vec<(&'q str, u32)>,
}

impl<'q> Words<'q> {
    fn new(question: &'q QuestionWords, phrases: &Phrases<'_>) -> Self {
        let words = question.words.iter().map(|word| word.text.as_str());
        let list = words.map(|word| (word, phrases.weight(word))).collect();
        Self { question, list }
    }

    /// Returns the words at some positions without repetitions, in order.
    fn distinct(&self, at: &BTreeSet<usize>) -> impl Iterator<Item = (&'q str, u32)> {
        let words = at.iter().map(|at| self.list[*at]);
        let mut known: FxHashSet<&str> = FxHashSet::default();
        words.filter(move |(word, _)| known.insert(word))
    }

    fn are_secondary(&self, at: &BTreeSet<usize>) -> bool {
        at.iter().all(|at| self.question.words[*at].is_secondary)
    }

    /// Returns how much the words at some positions distinguish. A repeated word says nothing new.
    fn weight(&self, at: &BTreeSet<usize>) -> u32 {
        self.distinct(at).map(|(_, weight)| weight).sum()
    }
}

impl Rank {
    fn new(reasons: &[MatchReason], words: &Words<'_>) -> Self {
        let best = &reasons[0];
        let directness = best.match_kind.directness();
        let alike = || {
            let reasons = reasons.iter();
            reasons.filter(|reason| reason.match_kind == best.match_kind)
        };
        let at: BTreeSet<usize> = alike().flat_map(|reason| &reason.at).copied().collect();
        Self {
            directness,
            direct: (directness == 0).then_some(best.match_kind),
            is_guess: best.is_guess,
            is_secondary: words.are_secondary(&best.at),
            weight: Reverse(match directness {
                0 => words.weight(&at),
                // Words in different phrases have less to do with each other.
                _ => best.weight,
            }),
            match_kind: best.match_kind,
            is_whole: Reverse(best.is_whole),
            share: Reverse(alike().map(|reason| reason.share).sum()),
        }
    }
}

/// The hits with the same text.
#[derive(Default)]
struct Alike {
    at: BTreeSet<usize>,
    is_whole: bool,
    is_exact: bool,
    is_direct: bool,
    share: u32,
}

/// Returns how much the owner at a position has to do with something: less than the owners before it.
fn share(position: usize) -> u32 {
    const WHOLE: usize = 1000;
    u32::try_from(WHOLE / (position + 1)).unwrap_or_default()
}

/// Combines hits into reasons, without those that add no word to a better reason.
fn reasons(words: &Words<'_>, hits: Vec<Hit>) -> Vec<MatchReason> {
    let mut alike: BTreeMap<(MatchKind, String), Alike> = BTreeMap::new();
    for hit in hits {
        let of_text = alike.entry((hit.match_kind, hit.text)).or_default();
        of_text.at.extend(hit.words);
        of_text.is_whole |= hit.is_whole;
        of_text.is_exact |= !hit.is_guess;
        of_text.is_direct |= !hit.is_indirect;
        let share = share(hit.position);
        of_text.share = match hit.match_kind {
            // Each is another place with the URL.
            MatchKind::Named(NameKind::Url) => of_text.share.saturating_add(share),
            _ => of_text.share.max(share),
        };
    }
    let mut reasons: Vec<MatchReason> = Vec::with_capacity(alike.len());
    let kinds: BTreeSet<MatchKind> = alike.keys().map(|(kind, _)| *kind).collect();
    let is_of_things =
        |kind: &MatchKind| matches!(kind, MatchKind::Named(_) | MatchKind::ComponentWord);
    for things in kinds.into_iter().filter(is_of_things) {
        let of_kind = alike.extract_if(.., |(kind, _), _| *kind == things);
        let mut components: Vec<((MatchKind, String), Alike)> = of_kind.collect();
        // Only the components that match the most distinctive words count. One with a fully matched name is shown.
        let most = components
            .iter()
            .map(|(_, of_text)| words.weight(&of_text.at))
            .max();
        components.retain(|(_, of_text)| Some(words.weight(&of_text.at)) == most);
        components.sort_by_key(|(_, of_text)| (Reverse(of_text.is_whole), Reverse(of_text.share)));
        let more = components.len().saturating_sub(1);
        let share = components.iter().map(|(_, of_text)| of_text.share).sum();
        let shown = components.into_iter().next();
        reasons.extend(shown.map(|(key, of_text)| MatchReason {
            more,
            share,
            ..MatchReason::new(words, key, of_text)
        }));
    }
    let others = alike.into_iter();
    reasons.extend(others.map(|(key, of_text)| MatchReason::new(words, key, of_text)));
    reasons.sort_by_key(|reason| {
        let directness = reason.match_kind.directness();
        let direct = (directness == 0).then_some(reason.match_kind);
        (
            directness,
            direct,
            words.are_secondary(&reason.at),
            Reverse(reason.weight),
            reason.match_kind,
        )
    });
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
        words: &Words<'_>,
        (match_kind, text): (MatchKind, String),
        Alike {
            at,
            is_whole,
            is_exact,
            is_direct,
            share,
        }: Alike,
    ) -> Self {
        Self {
            match_kind,
            text,
            more: 0,
            is_guess: !is_exact,
            is_indirect: !is_direct,
            words: words
                .distinct(&at)
                .map(|(word, _)| word.to_owned())
                .collect(),
            weight: words.weight(&at),
            is_whole,
            share,
            at,
        }
    }
}
