use std::collections::BTreeMap;

use serde::Serialize;

use super::team;
use crate::{
    config::{Escalation, Map, TeamId},
    coverage::Holdings,
    outputs::{ContactEntry, Location, RetiredEntry, document, path_text},
    workspace::{OwnerAnswer, Reply, There, Workspace, hints, ignored_declarations},
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
    ignored_declarations: Vec<IgnoredDeclarationEntry<'a>>,
    /// Components whose owners are guesses at this one's.
    inferred_owners: Vec<InferredOwnerEntry<'a>>,
    /// The owners that are no more.
    retired: BTreeMap<&'a str, RetiredEntry<'a>>,
    /// Of the owners, and of those who took over from them.
    contacts: BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
    /// The same in the order in which to try them, and whose they are.
    contact_order: BTreeMap<&'a str, Vec<ContactEntry<'a>>>,
    /// Whom to turn to where nobody is known to own it.
    escalation: &'a [Escalation],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contents: Vec<ContentsEntry<'a>>,
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
struct IgnoredDeclarationEntry<'a> {
    component: String,
    owners: Vec<&'a str>,
    location: Location,
    reason: &'static str,
}

#[derive(Serialize)]
struct InferredOwnerEntry<'a> {
    component: String,
    relation: &'static str,
    inferred_for: String,
    verdict: &'static str,
    owners: Vec<&'a str>,
    location: Option<Location>,
}

#[derive(Serialize)]
struct ContentsEntry<'a> {
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

/// The answers as a JSON document.
pub(crate) fn write<'a>(
    workspace: &'a Workspace,
    replies: &[Reply<'a>],
    holdings: &Holdings<'a>,
) -> serde_json::Result<String> {
    let entries: Vec<ReplyEntry<'_>> = replies
        .iter()
        .map(|reply| match reply {
            Reply::Thing(answer) => {
                ReplyEntry::Thing(Box::new(AnswerEntry::new(&workspace.map, answer)))
            }
            Reply::Team(id, question) => {
                let entry = team::TeamAnswerEntry::new(&question.typed, workspace, *id, holdings);
                ReplyEntry::Team(Box::new(entry))
            }
        })
        .collect();
    document("answers", entries)
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
            ignored_declarations: ignored_declarations(answer, map)
                .into_iter()
                .map(|said| IgnoredDeclarationEntry {
                    component: said.component.id(),
                    owners: said.owners,
                    location: Location::new(said.place),
                    reason: said.reason,
                })
                .collect(),
            inferred_owners: hints(answer, teams)
                .into_iter()
                .map(|hinted| InferredOwnerEntry {
                    component: format!("{}:{}", hinted.hint.kind, hinted.hint.name),
                    relation: hinted.hint.relation,
                    inferred_for: hinted.component.id(),
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
            contact_order: reached()
                .map(|id| (teams.name(id), ContactEntry::all(teams, id, false)))
                .collect(),
            escalation: answer.escalation(map),
            contents: answer
                .inside
                .iter()
                .map(|(resolution, files)| ContentsEntry {
                    verdict: resolution.verdict.name(),
                    owners: names(&resolution.owners),
                    files: *files,
                })
                .collect(),
        }
    }
}
