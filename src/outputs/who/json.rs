use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use super::{MapAnswers, in_order, person, reading::ReadingEntry, team};
use crate::{
    config::{Escalation, TeamId},
    inventory::SeverityContacts,
    outputs::{
        ApproversEntry, ContactEntry, Location, NamedEntry, RetiredEntry, pages::PagesEntry,
        path_text, versioned,
    },
    workspace::{
        ErrorKind, Existence, OwnerAnswer, Reply, UnansweredQuestion, ignored_declarations,
    },
};

#[derive(Serialize)]
struct AnswerEntry<'a> {
    /// The target as typed.
    query: String,
    /// How the target was understood, if this is not obvious.
    understood_as: Option<ReadingEntry>,
    /// What the target names, if it is a name.
    named: Option<NamedEntry<'a>>,
    repository: &'a str,
    path: String,
    /// Whether the path exists; `None` if unknown.
    exists: Option<bool>,
    /// Whether git does not track the path yet.
    untracked: bool,
    verdict: &'static str,
    owners: Vec<&'a str>,
    /// The owners in ownership files that are not teams in the map.
    people: Vec<&'a str>,
    /// The owners of which ownership files name only people, each with their names.
    people_of_owners: BTreeMap<&'a str, Vec<&'a str>>,
    /// Others whose approval is enough by ownership files.
    may_also_approve: ApproversEntry<'a>,
    components: Vec<String>,
    claims: Vec<ClaimEntry<'a>>,
    /// The declarations of its components that have no effect.
    ignored_declarations: Vec<IgnoredDeclarationEntry<'a>>,
    /// Components with owners that probably own this component too.
    inferred_owners: Vec<InferredOwnerEntry<'a>>,
    /// The evidence for its owners if it has none, the best first.
    evidence: Vec<EvidenceEntry<'a>>,
    /// The owners that are retired.
    retired: BTreeMap<&'a str, RetiredEntry<'a>>,
    /// The contacts of the owners and of their successors.
    contacts: BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
    /// The same contacts in the order to try them, each with its team.
    contact_order: BTreeMap<&'a str, Vec<ContactEntry<'a>>>,
    /// The contacts for incidents in the files of its components.
    severity_contacts: Vec<SeverityContactsEntry<'a>>,
    /// The receivers of the alert, or else of the alerts of the same teams, by configuration.
    pages: BTreeMap<&'a str, Vec<PagesEntry<'a>>>,
    /// The contacts of the organization, if no owner is known.
    escalation: &'a [Escalation],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contents: Vec<ContentsEntry<'a>>,
}

#[derive(Serialize)]
struct ClaimEntry<'a> {
    owners: Vec<&'a str>,
    people: Vec<String>,
    origin: &'static str,
    pattern: String,
    location: Location,
    /// Further locations of the same declaration.
    further_locations: Vec<Location>,
    outcome: &'static str,
    reason: String,
    /// The note of a rule, or the reason of an exemption.
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
struct EvidenceEntry<'a> {
    owners: Vec<&'a str>,
    basis: &'static str,
    reason: String,
    location: Option<Location>,
}

#[derive(Serialize)]
struct SeverityContactsEntry<'a> {
    component: String,
    #[serde(flatten)]
    contacts: &'a SeverityContacts,
}

#[derive(Serialize)]
struct ContentsEntry<'a> {
    verdict: &'static str,
    owners: Vec<&'a str>,
    people: Vec<&'a str>,
    files: u64,
}

/// Returns the names of people.
fn people(people: &[Arc<str>]) -> Vec<&str> {
    people.iter().map(|person| &**person).collect()
}

/// An answer about a path or component, about a team, or about a person.
#[derive(Serialize)]
#[serde(untagged)]
enum ReplyEntry<'a> {
    Thing(Box<AnswerEntry<'a>>),
    Team(Box<team::TeamAnswerEntry<'a>>),
    Person(Box<person::PersonAnswerEntry<'a>>),
}

/// The payload of the document.
#[derive(Serialize)]
struct AnswersDocument<'a> {
    answers: Vec<ReplyEntry<'a>>,
    unanswered: Vec<UnansweredEntry<'a>>,
}

/// A question without an answer.
#[derive(Serialize)]
struct UnansweredEntry<'a> {
    query: String,
    message: String,
    help: Option<String>,
    /// The contacts of the organization.
    escalation: &'a [Escalation],
}

/// Returns the answers as a JSON document.
pub(crate) fn write(
    answers: &[MapAnswers<'_>],
    of_other_maps: &[UnansweredQuestion],
) -> serde_json::Result<String> {
    let entries = answers.iter().flat_map(|of| {
        of.replies.iter().map(move |reply| match reply {
            Reply::Owners(answer) => {
                let entry = AnswerEntry::new(of, answer);
                (answer.question.position, ReplyEntry::Thing(Box::new(entry)))
            }
            Reply::Team(id, question) => {
                let entry = team::TeamAnswerEntry::new(
                    &question.typed,
                    of.workspace,
                    *id,
                    &of.holdings,
                    &of.pages,
                );
                (question.position, ReplyEntry::Team(Box::new(entry)))
            }
            Reply::Person(answer) => {
                let entry = person::PersonAnswerEntry::new(answer, &of.workspace.map.teams);
                (
                    answer.question.position,
                    ReplyEntry::Person(Box::new(entry)),
                )
            }
        })
    });
    let unanswered = answers.iter().flat_map(|of| {
        let escalation = &of.workspace.map.organization.escalation;
        let unanswered = of.unanswered.iter();
        unanswered.map(move |it| (it.position, UnansweredEntry::new(it, escalation)))
    });
    let of_other_maps = of_other_maps.iter();
    let of_other_maps = of_other_maps.map(|it| (it.position, UnansweredEntry::new(it, &[])));
    versioned(&AnswersDocument {
        answers: in_order(entries).collect(),
        unanswered: in_order(unanswered.chain(of_other_maps)).collect(),
    })
}

impl<'a> UnansweredEntry<'a> {
    fn new(question: &UnansweredQuestion, escalation: &'a [Escalation]) -> Self {
        let help = match question.error.kind() {
            ErrorKind::Message { help, .. } => help.clone(),
            ErrorKind::Map { .. } | ErrorKind::Unwritable(_) | ErrorKind::Several(_) => None,
        };
        Self {
            query: path_text(question.typed.as_encoded_bytes()),
            message: question.error.messages().join("\n"),
            help,
            escalation,
        }
    }
}

impl<'a> AnswerEntry<'a> {
    fn new(of: &'a MapAnswers<'_>, answer: &'a OwnerAnswer<'_>) -> Self {
        let (map, pages) = (&of.workspace.map, &of.pages);
        let teams = &map.teams;
        let names = |owners: &[TeamId]| teams.names(owners);
        let owners = || answer.resolution.owners.iter().copied();
        let reached = || owners().flat_map(|id| [id, teams.successor(id)]);
        let of_alert = answer.rule().map(|rule| pages.of_alerts([rule]));
        let shown_pages = |id: TeamId| of_alert.as_deref().unwrap_or_else(|| pages.of(id));
        Self {
            query: path_text(answer.question.typed.as_encoded_bytes()),
            understood_as: ReadingEntry::new(&answer.reading(), of.other_map),
            named: answer
                .named
                .as_ref()
                .map(|it| NamedEntry::new(map, it, pages)),
            repository: &answer.repository.name,
            path: path_text(&answer.path),
            exists: match answer.found.existence {
                Existence::Unknown(_) => None,
                existence => Some(existence != Existence::Missing),
            },
            untracked: answer.found.existence == Existence::Untracked,
            verdict: answer.resolution.verdict.name(),
            owners: names(&answer.resolution.owners),
            people: people(&answer.resolution.people),
            people_of_owners: (answer.repository)
                .people_of_owners(teams, &answer.resolution)
                .into_iter()
                .map(|(team, people)| (teams.name(team), people))
                .collect(),
            may_also_approve: ApproversEntry::new(
                teams,
                &answer
                    .repository
                    .may_also_approve(teams, &answer.resolution),
            ),
            components: answer
                .components
                .iter()
                .map(|id| answer.repository.components[*id as usize].id())
                .collect(),
            claims: answer
                .claims(map)
                .into_iter()
                .map(|entry| ClaimEntry {
                    owners: names(&entry.claim.owners),
                    people: entry
                        .claim
                        .people()
                        .iter()
                        .map(ToString::to_string)
                        .collect(),
                    origin: entry.claim.origin.key(),
                    pattern: entry.claim.about.clone(),
                    location: Location::new(&entry.claim.place),
                    further_locations: entry.claim.further.iter().map(Location::new).collect(),
                    outcome: entry.outcome,
                    reason: entry.reason,
                    note: entry.note,
                })
                .collect(),
            ignored_declarations: ignored_declarations(answer, map)
                .into_iter()
                .map(|ignored| IgnoredDeclarationEntry {
                    component: ignored.component.id(),
                    owners: ignored.owners,
                    location: Location::new(ignored.place),
                    reason: ignored.reason,
                })
                .collect(),
            inferred_owners: answer
                .linked_owners(teams)
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
            evidence: answer
                .evidence
                .iter()
                .map(|evidence| EvidenceEntry {
                    owners: names(&evidence.owners),
                    basis: evidence.basis.name(),
                    reason: evidence.reason.clone(),
                    location: evidence.place.as_ref().map(Location::new),
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
            severity_contacts: answer
                .severity_contacts()
                .map(|(component, contacts)| SeverityContactsEntry {
                    component: component.id(),
                    contacts,
                })
                .collect(),
            pages: reached()
                .filter(|_| answer.has_pages())
                .map(|id| (teams.name(id), PagesEntry::all(pages, shown_pages(id))))
                .filter(|(_, pages)| !pages.is_empty())
                .collect(),
            escalation: answer.escalation(map),
            contents: answer
                .contents
                .iter()
                .map(|(resolution, files)| ContentsEntry {
                    verdict: resolution.verdict.name(),
                    owners: names(&resolution.owners),
                    people: people(&resolution.people),
                    files: *files,
                })
                .collect(),
        }
    }
}
