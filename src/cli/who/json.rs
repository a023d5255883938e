use std::collections::BTreeMap;

use serde::Serialize;

use super::{Answer, Reply, team};
use crate::{
    cli::{session::Failure, target::There},
    config::{TeamId, Teams},
    outputs::{Location, path_text},
    report::Holdings,
};

#[derive(Serialize)]
struct Entry<'a> {
    repository: &'a str,
    path: String,
    exists: bool,
    verdict: &'static str,
    owners: Vec<&'a str>,
    components: Vec<String>,
    claims: Vec<ClaimEntry<'a>>,
    contacts: BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inside: Vec<InsideEntry<'a>>,
}

/// An element of the list: a path or component, or a team.
#[derive(Serialize)]
#[serde(untagged)]
enum ReplyEntry<'a> {
    Thing(Entry<'a>),
    Team(Box<team::Entry<'a>>),
}

#[derive(Serialize)]
struct ClaimEntry<'a> {
    owners: Vec<&'a str>,
    origin: &'static str,
    pattern: &'a str,
    location: Location,
    outcome: &'static str,
    reason: String,
}

#[derive(Serialize)]
struct InsideEntry<'a> {
    verdict: &'static str,
    owners: Vec<&'a str>,
    files: u64,
}

/// The answers as a JSON list.
pub(super) fn write(
    teams: &Teams,
    replies: &[Reply<'_>],
    holdings: &Holdings<'_>,
) -> Result<String, Failure> {
    let mut entries: Vec<ReplyEntry<'_>> = Vec::with_capacity(replies.len());
    for reply in replies {
        match reply {
            Reply::Thing(answer) => {
                let things = things(teams, std::slice::from_ref(answer));
                entries.extend(things.map(ReplyEntry::Thing));
            }
            Reply::Team(id, typed) => {
                let entry = team::Entry::new(typed, teams, *id, holdings);
                entries.push(ReplyEntry::Team(Box::new(entry)));
            }
        }
    }
    serde_json::to_string_pretty(&entries)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(format!("failed to write the answer: {error}")))
}

fn things<'a>(teams: &'a Teams, answers: &'a [Answer<'a>]) -> impl Iterator<Item = Entry<'a>> {
    let names = move |owners: &[TeamId]| owners.iter().map(|id| teams.name(*id)).collect();
    answers.iter().map(move |answer| Entry {
        repository: &answer.repository.name,
        path: path_text(&answer.path),
        exists: answer.there != There::Nothing,
        verdict: answer.resolution.verdict.name(),
        owners: names(&answer.resolution.owners),
        components: answer
            .components
            .iter()
            .map(|id| answer.repository.components[*id as usize].id())
            .collect(),
        claims: answer
            .claims(teams)
            .into_iter()
            .map(|said| ClaimEntry {
                owners: names(&said.claim.owners),
                origin: said.claim.origin.name(),
                pattern: &said.claim.about,
                location: Location::new(&said.claim.place),
                outcome: said.outcome,
                reason: said.reason,
            })
            .collect(),
        contacts: answer
            .resolution
            .owners
            .iter()
            .map(|id| {
                let contacts = &teams.get(*id).contacts;
                let pairs = contacts
                    .iter()
                    .map(|(kind, to)| (kind.as_str(), to.as_str()));
                (teams.name(*id), pairs.collect())
            })
            .collect(),
        inside: answer
            .inside
            .iter()
            .map(|(resolution, files)| InsideEntry {
                verdict: resolution.verdict.name(),
                owners: names(&resolution.owners),
                files: *files,
            })
            .collect(),
    })
}
