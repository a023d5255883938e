use std::collections::BTreeMap;

use serde::Serialize;

use super::team;
use crate::{
    config::{Escalation, Map, TeamId},
    coverage::Holdings,
    outputs::{ContactEntry, Location, RetiredEntry, path_text, to_json},
    workspace::{OwnerAnswer, Reply, There, hints, unheeded},
};

#[derive(Serialize)]
struct AnswerEntry<'a> {
    /// What was asked.
    query: String,
    repository: &'a str,
    path: String,
    /// Nothing where that can't be looked at.
    exists: Option<bool>,
    /// Whether git does not know it yet.
    untracked: bool,
    verdict: &'static str,
    owners: Vec<&'a str>,
    components: Vec<String>,
    claims: Vec<ClaimEntry<'a>>,
    /// What its components declare in vain.
    unheeded: Vec<UnheededEntry<'a>>,
    /// Components whose owners are guesses at this one's.
    hints: Vec<HintEntry<'a>>,
    /// The owners that are no more.
    retired: BTreeMap<&'a str, RetiredEntry<'a>>,
    /// Of the owners, and of those who took over from them.
    contacts: BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
    /// The same in the order in which to try them, and whose they are.
    reach: BTreeMap<&'a str, Vec<ContactEntry<'a>>>,
    /// Whom to turn to where nobody is known to own it.
    escalation: &'a [Escalation],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inside: Vec<InsideEntry<'a>>,
}

#[derive(Serialize)]
struct ClaimEntry<'a> {
    owners: Vec<&'a str>,
    origin: &'static str,
    pattern: &'a str,
    location: Location,
    /// Where else a declaration is made.
    further_locations: Vec<Location>,
    outcome: &'static str,
    reason: String,
    /// A rule's note, an exemption's reason.
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct UnheededEntry<'a> {
    component: String,
    owners: Vec<&'a str>,
    location: Location,
    reason: &'static str,
}

#[derive(Serialize)]
struct HintEntry<'a> {
    component: String,
    relation: &'static str,
    of: String,
    verdict: &'static str,
    owners: Vec<&'a str>,
    location: Option<Location>,
}

#[derive(Serialize)]
struct InsideEntry<'a> {
    verdict: &'static str,
    owners: Vec<&'a str>,
    files: u64,
}

/// An element of the list: a path or component, or a team.
#[derive(Serialize)]
#[serde(untagged)]
enum ReplyEntry<'a> {
    Thing(Box<AnswerEntry<'a>>),
    Team(Box<team::TeamAnswerEntry<'a>>),
}

/// The answers as a JSON list.
pub(crate) fn write<'a>(
    map: &'a Map,
    replies: &[Reply<'a>],
    holdings: &Holdings<'a>,
) -> serde_json::Result<String> {
    let entries: Vec<ReplyEntry<'_>> = replies
        .iter()
        .map(|reply| match reply {
            Reply::Thing(answer) => ReplyEntry::Thing(Box::new(AnswerEntry::new(map, answer))),
            Reply::Team(id, question) => {
                let entry = team::TeamAnswerEntry::new(&question.typed, &map.teams, *id, holdings);
                ReplyEntry::Team(Box::new(entry))
            }
        })
        .collect();
    to_json(&entries)
}

impl<'a> AnswerEntry<'a> {
    fn new(map: &'a Map, answer: &OwnerAnswer<'a>) -> Self {
        let teams = &map.teams;
        let names = |owners: &[TeamId]| teams.names(owners);
        let owners = || answer.resolution.owners.iter().copied();
        let reached = || owners().flat_map(|id| [id, teams.successor(id)]);
        Self {
            query: path_text(answer.query.as_encoded_bytes()),
            repository: &answer.repository.name,
            path: path_text(&answer.path),
            exists: match answer.found.there {
                There::Unknown(_) => None,
                there => Some(there != There::Nowhere),
            },
            untracked: answer.found.there == There::Untracked,
            verdict: answer.resolution.verdict.name(),
            owners: names(&answer.resolution.owners),
            components: answer
                .components
                .iter()
                .map(|id| answer.repository.components[*id as usize].id())
                .collect(),
            claims: answer
                .claims(map)
                .into_iter()
                .map(|said| ClaimEntry {
                    owners: names(&said.claim.owners),
                    origin: said.claim.origin.name(),
                    pattern: &said.claim.about,
                    location: Location::new(&said.claim.place),
                    further_locations: said.claim.further.iter().map(Location::new).collect(),
                    outcome: said.outcome,
                    reason: said.reason,
                    note: said.note,
                })
                .collect(),
            unheeded: unheeded(answer, map)
                .into_iter()
                .map(|said| UnheededEntry {
                    component: said.component.id(),
                    owners: said.owners,
                    location: Location::new(said.place),
                    reason: said.reason,
                })
                .collect(),
            hints: hints(answer, teams)
                .into_iter()
                .map(|hinted| HintEntry {
                    component: format!("{}:{}", hinted.hint.kind, hinted.hint.name),
                    relation: hinted.hint.relation,
                    of: hinted.component.id(),
                    verdict: hinted.verdict.name(),
                    owners: names(&hinted.owners),
                    location: hinted.hint.place.as_ref().map(Location::new),
                })
                .collect(),
            retired: owners()
                .filter_map(|id| Some((teams.name(id), RetiredEntry::of(teams, id)?)))
                .collect(),
            contacts: reached()
                .map(|id| (teams.name(id), ContactEntry::by_kind(teams, id)))
                .collect(),
            reach: reached()
                .map(|id| (teams.name(id), ContactEntry::all(teams, id, false)))
                .collect(),
            escalation: answer.escalation(map),
            inside: answer
                .inside
                .iter()
                .map(|(resolution, files)| InsideEntry {
                    verdict: resolution.verdict.name(),
                    owners: names(&resolution.owners),
                    files: *files,
                })
                .collect(),
        }
    }
}
