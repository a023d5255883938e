use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use rustc_hash::FxHashSet;

use super::{
    MatchKind,
    phrases::{COMPONENT, Phrases},
    question::QuestionWords,
};
use crate::{
    config::{TeamId, Teams},
    evidence::Links,
    lookup::NamedThing,
};

/// A phrase about a team that matches words of the question.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub team: TeamId,
    pub match_kind: MatchKind,
    pub text: String,
    /// The range of the words in the question.
    pub words: Range<usize>,
    /// Whether these words are the whole phrase.
    pub is_whole: bool,
    /// Whether the question has other meaningful words, or these words are only a part of the phrase.
    pub is_guess: bool,
    /// Whether the team owns only the file of the thing, or files in it.
    pub is_indirect: bool,
    /// The position of the team among the owners; the primary owner comes first.
    pub position: usize,
}

/// Something that a question names, with the range of the words.
pub(super) type Named<'r> = (Range<usize>, NamedThing<'r>);

/// The longest phrase that is searched for, in words.
const LONGEST: usize = 8;

/// Returns all phrases that match a question, and the owners of what it names; only these if the question is a path.
pub(super) fn search(
    question: &QuestionWords,
    phrases: &Phrases<'_>,
    named: &[Named<'_>],
    is_path: bool,
) -> Vec<Hit> {
    let mut hits = match is_path {
        true => Vec::new(),
        false => exact(question, phrases),
    };
    hits.extend(named.iter().flat_map(|(words, thing)| {
        let teams = thing.teams().into_iter().enumerate();
        teams.map(|(position, team)| Hit {
            team,
            position,
            match_kind: MatchKind::Named(thing.kind),
            text: thing.name.clone(),
            words: words.clone(),
            is_whole: true,
            is_guess: thing.is_owned_indirectly(),
            is_indirect: thing.is_owned_indirectly(),
        })
    }));
    hits.extend(linked(named, phrases.teams));
    if is_path || hides_others(question, &hits, named) {
        hits.retain(|hit| matches!(hit.match_kind, MatchKind::Named(_)));
        return hits;
    }
    let named = hits.iter().filter(|hit| hit.match_kind.is_whole());
    let mut ranges: Vec<Range<usize>> = named.map(|hit| hit.words.clone()).collect();
    ranges.retain(|range| range.len() > 1);
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    ranges.dedup();
    // A question about `Lift Wing Kubernetes cluster` is not about Kubernetes.
    let is_part = |words: &Range<usize>| {
        let around = |range: &Range<usize>| range.start <= words.start && words.end <= range.end;
        let mut longer = ranges.iter().filter(|range| range.len() > words.len());
        longer.any(around)
    };
    hits.retain(|hit| hit.match_kind != MatchKind::ComponentWord || !is_part(&hit.words));
    for hit in hits.iter_mut().filter(|hit| is_part(&hit.words)) {
        hit.match_kind = hit.match_kind.weakened();
        hit.is_guess = true;
    }
    let known: FxHashSet<(TeamId, String)> = hits
        .iter()
        .map(|hit| (hit.team, hit.text.clone()))
        .collect();
    let by_word = by_word(question, phrases, &ranges);
    let is_new = |hit: &Hit| !known.contains(&(hit.team, hit.text.clone()));
    hits.extend(by_word.into_iter().filter(is_new));
    weaken_parts_of_names(question, &mut hits);
    hits
}

/// Weakens the matches of teams and areas by a part of a name of which a component matches more: `mw-web.main` is the
/// component `mw-web/main` rather than something of the team `web`. So are those by labels that name nothing.
fn weaken_parts_of_names(question: &QuestionWords, hits: &mut [Hit]) {
    let mut by_component: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let of_components = hits.iter();
    for hit in of_components.filter(|hit| hit.match_kind == MatchKind::ComponentWord) {
        let matched = by_component.entry(&hit.text).or_default();
        matched.extend(hit.words.clone());
    }
    let matched: BTreeSet<BTreeSet<usize>> = by_component.into_values().collect();
    let is_outdone = |hit: &Hit| {
        let name = question.name_around(&hit.words);
        let is_more = |matched: &BTreeSet<usize>, name: &Range<usize>| {
            let has_all = hit.words.clone().all(|at| matched.contains(&at));
            has_all && matched.range(name.clone()).count() > hit.words.len()
        };
        name.is_some_and(|name| matched.iter().any(|matched| is_more(matched, name)))
    };
    let is_secondary = |hit: &Hit| {
        let mut words = question.words[hit.words.clone()].iter();
        words.all(|word| word.is_secondary)
    };
    for hit in hits.iter_mut().filter(|hit| hit.is_guess) {
        let is_of_team = matches!(hit.match_kind, MatchKind::Name | MatchKind::Area);
        if is_of_team && (is_outdone(hit) || is_secondary(hit)) {
            hit.match_kind = hit.match_kind.weakened();
        }
    }
}

/// Returns the owners of what is linked to named components without an owner.
fn linked(named: &[Named<'_>], teams: &Teams) -> Vec<Hit> {
    let unowned = named.iter().filter(|(_, thing)| !thing.is_owned());
    let with_component =
        unowned.filter_map(|(words, thing)| Some((words, thing, thing.component?)));
    let links = with_component.flat_map(|(words, thing, component)| {
        let linked = Links::new(thing.repository, teams).following(&[component]);
        linked.into_iter().flat_map(move |linked| {
            let text = format!("{}:{}", linked.hint.kind, linked.hint.name);
            let owners = linked.owners.into_iter().enumerate();
            owners.map(move |(position, team)| Hit {
                team,
                match_kind: MatchKind::Linked,
                text: text.clone(),
                words: words.clone(),
                is_whole: false,
                is_guess: true,
                is_indirect: false,
                position,
            })
        })
    });
    links.collect()
}

/// Returns whether the whole question is the name of something that has an owner, and of no team or area.
fn hides_others(question: &QuestionWords, hits: &[Hit], named: &[Named<'_>]) -> bool {
    let all = 0..question.words.len();
    let mut owned = named.iter();
    let mut of_teams = hits.iter();
    let is_of_team =
        |hit: &Hit| matches!(hit.match_kind, MatchKind::Name | MatchKind::Area) && hit.words == all;
    owned.any(|(words, thing)| *words == all && thing.is_owned()) && !of_teams.any(is_of_team)
}

fn exact(question: &QuestionWords, phrases: &Phrases<'_>) -> Vec<Hit> {
    let addressed = question.addressed.iter();
    let mut hits: Vec<Hit> = addressed
        .map(|(team, text, words)| Hit {
            team: *team,
            is_indirect: false,
            position: 0,
            match_kind: MatchKind::Name,
            text: text.clone(),
            words: words.clone(),
            is_whole: true,
            is_guess: !question.is_about(words),
        })
        .collect();
    let all = question.words.len();
    for start in 0..all {
        for end in start + 1..=all.min(start + LONGEST) {
            let range = start..end;
            // Fillers are searched for only if they are the whole question.
            if !question.is_meaningful(&range) && range != (0..all) {
                continue;
            }
            let words = question.words[range.clone()].iter();
            let words: Vec<&str> = words.map(|word| word.text.as_str()).collect();
            let is_guess = !question.is_about(&range);
            for phrase in phrases.equal_to(&words) {
                let teams = phrases.teams_of(phrase).into_iter().enumerate();
                hits.extend(teams.map(|(position, team)| Hit {
                    team,
                    is_indirect: false,
                    position,
                    match_kind: match phrase.match_kind {
                        // The rest of the question may be about another component.
                        COMPONENT if is_guess => MatchKind::ComponentWord,
                        match_kind => match_kind,
                    },
                    text: phrase.text.clone(),
                    words: range.clone(),
                    is_whole: true,
                    is_guess,
                }));
            }
        }
    }
    hits
}

/// Returns the phrases that contain a single word of the question. Words that form a phrase together must
/// all be in it: a question about `data platform` is not about every platform.
fn by_word(question: &QuestionWords, phrases: &Phrases<'_>, together: &[Range<usize>]) -> Vec<Hit> {
    let mut hits = Vec::new();
    let words = question.words.iter().enumerate();
    for (at, word) in words.filter(|(_, word)| !word.is_filler) {
        let mut found = phrases.containing(&word.text);
        for range in together.iter().filter(|range| range.contains(&at)) {
            let others = question.words[range.clone()].iter();
            for other in others.filter(|other| !other.is_filler) {
                let also = phrases.containing(&other.text);
                found.retain(|phrase| also.iter().any(|other| std::ptr::eq(*phrase, *other)));
            }
        }
        for phrase in found {
            let teams = phrases.teams_of(phrase).into_iter().enumerate();
            hits.extend(teams.map(|(position, team)| Hit {
                team,
                is_indirect: false,
                position,
                match_kind: phrase.match_kind.weakened(),
                text: phrase.text.clone(),
                words: at..at + 1,
                is_whole: false,
                is_guess: true,
            }));
        }
    }
    hits
}
