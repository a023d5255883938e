use std::ops::Range;

use rustc_hash::FxHashSet;

use super::{MatchKind, phrases::Phrases, question::QuestionWords};
use crate::config::TeamId;

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
}

/// The longest phrase that is searched for, in words.
const LONGEST: usize = 8;

/// Returns all phrases that match a question.
pub(super) fn search(question: &QuestionWords, phrases: &Phrases) -> Vec<Hit> {
    let mut hits = exact(question, phrases);
    let named = hits
        .iter()
        .filter(|hit| hit.match_kind < MatchKind::AreaWord);
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
    hits.retain(|hit| hit.match_kind != MatchKind::Component || !is_part(&hit.words));
    for hit in hits.iter_mut().filter(|hit| is_part(&hit.words)) {
        hit.match_kind = hit.match_kind.weakened();
    }
    let known: FxHashSet<(TeamId, String)> = hits
        .iter()
        .map(|hit| (hit.team, hit.text.clone()))
        .collect();
    let by_word = by_word(question, phrases, &ranges);
    let is_new = |hit: &Hit| !known.contains(&(hit.team, hit.text.clone()));
    hits.extend(by_word.into_iter().filter(is_new));
    hits
}

fn exact(question: &QuestionWords, phrases: &Phrases) -> Vec<Hit> {
    let addressed = question.addressed.iter();
    let mut hits: Vec<Hit> = addressed
        .map(|(team, text, words)| Hit {
            team: *team,
            match_kind: MatchKind::Name,
            text: text.clone(),
            words: words.clone(),
            is_whole: true,
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
            hits.extend(phrases.equal_to(&words).into_iter().map(|phrase| Hit {
                team: phrase.team,
                match_kind: phrase.match_kind,
                text: phrase.text.clone(),
                words: range.clone(),
                is_whole: true,
            }));
        }
    }
    hits
}

/// Returns the phrases that contain a single word of the question. Words that form a phrase together must
/// all be in it: a question about `data platform` is not about every platform.
fn by_word(question: &QuestionWords, phrases: &Phrases, together: &[Range<usize>]) -> Vec<Hit> {
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
        hits.extend(found.into_iter().map(|phrase| Hit {
            team: phrase.team,
            match_kind: phrase.match_kind.weakened(),
            text: phrase.text.clone(),
            words: at..at + 1,
            is_whole: false,
        }));
    }
    hits
}
