use std::collections::BTreeMap;

use serde::Serialize;

use super::{Answer, hints};
use crate::{
    cli::{session::Failure, target::There},
    config::{TeamId, Teams},
    outputs::{Location, path_text},
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
    /// Components whose owners are guesses at this one's.
    hints: Vec<HintEntry<'a>>,
    contacts: BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inside: Vec<InsideEntry<'a>>,
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

/// The answers as a JSON list.
pub(super) fn write(teams: &Teams, answers: &[Answer<'_>]) -> Result<String, Failure> {
    let names = |owners: &[TeamId]| owners.iter().map(|id| teams.name(*id)).collect();
    let entries: Vec<Entry<'_>> = answers
        .iter()
        .map(|answer| Entry {
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
            hints: hints::of(answer, teams)
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
        .collect();
    serde_json::to_string_pretty(&entries)
        .map(|text| text + "\n")
        .map_err(|error| Failure::new(format!("failed to write the answer: {error}")))
}
