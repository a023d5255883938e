use serde::Serialize;

use super::pages_of;
use crate::{
    alerting::TeamPages,
    config::{Escalation, Teams},
    outputs::{ContactEntry, NamedEntry, document, pages::PagesEntry},
    routing::{Correction, FoundTeam, Route, by_urgency},
    workspace::Workspace,
};

#[derive(Serialize)]
struct RouteEntry<'a> {
    question: &'a str,
    emergency: bool,
    corrections: &'a [Correction],
    /// The words that match nothing, if there are only guesses.
    unmatched_words: &'a [String],
    /// What the question names, and who owns it.
    named: Vec<NamedEntry<'a>>,
    /// The teams to ask, best match first.
    teams: Vec<FoundTeamEntry<'a>>,
    /// Teams that match less directly.
    other_teams: Vec<FoundTeamEntry<'a>>,
    /// The contacts if no team is found, most urgent first.
    escalation: Vec<&'a Escalation>,
    repositories: Vec<CheckoutEntry<'a>>,
}

#[derive(Serialize)]
struct FoundTeamEntry<'a> {
    id: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    successor_of: Vec<&'a str>,
    retired: bool,
    reasons: Vec<ReasonEntry<'a>>,
    contacts: Vec<ContactEntry<'a>>,
    /// The receivers of the named alert, or else of the alerts of the team, by configuration.
    pages: Vec<PagesEntry<'a>>,
}

/// A repository in the map. What teams own in it is known only if it is checked out.
#[derive(Serialize)]
struct CheckoutEntry<'a> {
    name: &'a str,
    checked_out: bool,
}

#[derive(Serialize)]
struct ReasonEntry<'a> {
    matched: &'static str,
    /// Whether only a part of the question or of the text matches, or the spelling was corrected.
    guess: bool,
    text: &'a str,
    /// The words of the question that match.
    words: &'a [String],
    more: usize,
}

/// Returns the answer as JSON.
pub(crate) fn write(
    workspace: &Workspace,
    question: &str,
    answer: &Route<'_>,
    emergency: bool,
    pages: &TeamPages,
) -> serde_json::Result<String> {
    let map = &workspace.map;
    let repositories = map.repositories.iter().enumerate();
    let checkouts = repositories.map(|(at, repository)| CheckoutEntry {
        name: &repository.name,
        checked_out: workspace.has_checkout(at),
    });
    let answer = RouteEntry {
        question,
        emergency,
        corrections: &answer.corrections,
        unmatched_words: &answer.unmatched_words,
        named: NamedEntry::all(map, &answer.named, pages),
        teams: teams(&map.teams, answer, &answer.teams, emergency, pages),
        other_teams: teams(&map.teams, answer, &answer.other_teams, emergency, pages),
        escalation: by_urgency(&map.organization.escalation, emergency),
        repositories: checkouts.collect(),
    };
    document("answer", answer)
}

fn teams<'a>(
    teams: &'a Teams,
    answer: &Route<'_>,
    found: &'a [FoundTeam],
    emergency: bool,
    pages: &'a TeamPages,
) -> Vec<FoundTeamEntry<'a>> {
    let entry = |found: &'a FoundTeam| FoundTeamEntry {
        id: teams.name(found.team),
        name: teams.get(found.team).display_name(),
        description: teams.get(found.team).description.as_deref(),
        successor_of: found
            .successor_of
            .iter()
            .map(|id| teams.name(*id))
            .collect(),
        retired: teams.get(found.team).retired.is_some(),
        reasons: found
            .reasons
            .iter()
            .map(|reason| ReasonEntry {
                matched: reason.match_kind.name(),
                guess: reason.is_guess,
                text: &reason.text,
                words: &reason.words,
                more: reason.more,
            })
            .collect(),
        contacts: ContactEntry::all(teams, found.team, emergency),
        pages: PagesEntry::all(pages, &pages_of(pages, teams, answer, found)),
    };
    found.iter().map(entry).collect()
}
