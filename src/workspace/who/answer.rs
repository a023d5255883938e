use std::{borrow::Cow, cell::OnceCell};

use bstr::{BString, ByteSlice as _};

use super::{
    Reply,
    deciding_line::deciding_line,
    hint::{component, hint},
    question::{About, Question},
    reading::Reading,
};
use crate::{
    claims::{Claim, ClaimId, ComponentId, Origin},
    config::{Escalation, Map, TeamId, Teams},
    evidence::{Evidence, LinkedOwner, Links},
    inventory::{Alert, Component, SeverityContacts},
    lookup::{NameIndex, NamedThing, SearchedName},
    resolution::{Overridden, Reason, Resolution, ResolvedRepository, Verdict},
    text::{closest, count, did_you_mean, joined, quoted},
    workspace::{
        Error, Workspace,
        target::{Existence, FoundPath, Target},
    },
};

/// The owners of a path or component, and why.
#[derive(Debug)]
pub struct OwnerAnswer<'r> {
    pub question: &'r Question,
    pub repository: &'r ResolvedRepository,
    pub path: BString,
    pub(crate) found: FoundPath,
    /// A suggestion, if the path does not exist, or the line of an ownership file that leaves it without an owner.
    pub hint: Option<String>,
    /// The component, if the question names one.
    pub requested: Option<ComponentId>,
    pub components: Vec<ComponentId>,
    pub resolution: Resolution,
    /// For a directory or component: how many of its files have each resolution.
    pub contents: Vec<(&'r Resolution, u64)>,
    /// The evidence for its owners if it has none, the best first.
    pub evidence: Vec<Evidence>,
    /// What the question names, if it is a name and not a path or `kind:name`.
    pub named: Option<NamedThing<'r>>,
}

/// Where to find answers.
pub(super) struct Answers<'a, 'r> {
    pub workspace: &'r Workspace,
    pub repositories: &'r [Option<ResolvedRepository>],
    /// Built when the first name is looked up.
    pub names: &'a OnceCell<NameIndex<'r>>,
    /// Whether there are few questions, so that paths are suggested in place of misspelled ones.
    pub are_few: bool,
    /// Whether there is only one question. The help for several follows all answers.
    pub is_only: bool,
}

impl<'r> Answers<'_, 'r> {
    /// Returns all answers to a question: one for a path, or one for each thing and team with a name.
    ///
    /// # Errors
    /// The outer error applies to all questions, the inner one to this question.
    pub fn all(&self, question: &'r Question) -> Result<Result<Vec<Reply<'r>>, Error>, Error> {
        let repositories = self.repositories;
        match &question.about {
            About::Path(target) => self.path(question, target),
            About::Team(id) => Ok(Ok(vec![Reply::Team(*id, question)])),
            About::Name(name) => {
                let mut replies = name.names.iter().map(|name| self.named(question, name));
                let replies = replies.find(|replies| !replies.is_empty());
                let mut replies = replies.unwrap_or_default();
                if name.team.is_some() {
                    replies.retain(|reply| !reply.is_guess());
                }
                if replies.is_empty() {
                    replies.extend(self.person(question));
                }
                replies.extend(name.team.map(|id| Reply::Team(id, question)));
                match &name.new_file {
                    _ if !replies.is_empty() => Ok(Ok(replies)),
                    Some(target) => self.path(question, target),
                    None => Ok(Err(self.unknown_name(question))),
                }
            }
            About::Component(kind, name) => {
                let teams = &self.workspace.map.teams;
                let is_meant =
                    |component: &Component| component.kind == *kind && component.name == *name;
                let opened = repositories.iter().flatten();
                let found = opened.filter_map(|repository| {
                    let mut components = repository.existing_components();
                    let (id, _) = components.find(|(_, component)| is_meant(component))?;
                    let answer = of_component(teams, repository, question, id);
                    Some(Reply::Owners(Box::new(answer)))
                });
                let mut replies: Vec<Reply<'r>> = found.collect();
                if replies.is_empty() {
                    let full = format!("{kind}:{name}");
                    replies = self.named(question, &SearchedName::new(&full));
                    replies.retain(|reply| {
                        reply
                            .owners()
                            .is_some_and(|answer| answer.requested.is_some())
                    });
                }
                Ok(match replies.is_empty() {
                    true => Err(no_component(repositories, kind, name)),
                    false => Ok(replies),
                })
            }
        }
    }

    fn path(
        &self,
        question: &'r Question,
        target: &Target,
    ) -> Result<Result<Vec<Reply<'r>>, Error>, Error> {
        let teams = &self.workspace.map.teams;
        let repository = self.repositories[target.repository].iter();
        let answers = repository.map(|repository| {
            let mut answer = of_path(self.workspace, repository, question, target)?;
            if let Some(position) = question.reading.position
                && let Some(alert) = self.names().alert_at(
                    repository,
                    answer.path.as_bstr(),
                    position.line..=position.last_line(),
                    &answer.resolution,
                )
            {
                let answer = in_file(question, alert);
                return Ok(Reply::Owners(Box::new(answer)));
            }
            if answer.found.existence == Existence::Missing {
                let (typed, files) = (&question.typed, &repository.listing.files);
                let near = || self.are_few.then(|| target.near(typed, files)).flatten();
                let text = typed.to_str();
                let hint = text.and_then(|text| hint(teams, self.repositories, text));
                answer.hint = hint.or_else(near);
            }
            let is_of_file = answer.found.existence != Existence::Directory;
            if is_of_file && answer.hint.is_none() && answer.resolution.verdict == Verdict::Unowned
            {
                let (at, path) = (target.repository, answer.path.as_bstr());
                answer.hint = deciding_line(self.workspace, at, repository, path);
            }
            Ok(Reply::Owners(Box::new(answer)))
        });
        answers.collect::<Result<_, _>>().map(Ok)
    }

    /// Returns the index of names.
    pub(super) fn names(&self) -> &NameIndex<'r> {
        let all = || self.repositories.iter().flatten();
        self.names
            .get_or_init(|| NameIndex::new(&self.workspace.map, all()))
    }

    /// Returns the answers about everything with a name.
    fn named(&self, question: &'r Question, name: &SearchedName) -> Vec<Reply<'r>> {
        let map = &self.workspace.map;
        let things = self.names().find(name).into_iter();
        let answers = things.map(|thing| match thing.component {
            Some(id) => {
                let repository = thing.repository;
                OwnerAnswer {
                    named: Some(thing),
                    ..of_component(&map.teams, repository, question, id)
                }
            }
            None => in_file(question, thing),
        });
        answers
            .map(|answer| Reply::Owners(Box::new(answer)))
            .collect()
    }
}

/// Returns the answer about something that a file names.
fn in_file<'r>(question: &'r Question, thing: NamedThing<'r>) -> OwnerAnswer<'r> {
    let repository = thing.repository;
    let path = thing.place.path();
    OwnerAnswer {
        question,
        repository,
        path: path.to_owned(),
        found: FoundPath {
            existence: Existence::File,
            is_directory: false,
        },
        hint: None,
        requested: None,
        components: thing.components_around(),
        resolution: thing.resolution.clone(),
        contents: Vec::new(),
        evidence: Vec::new(),
        named: Some(thing),
    }
}

fn of_path<'r>(
    workspace: &Workspace,
    repository: &'r ResolvedRepository,
    question: &'r Question,
    target: &Target,
) -> Result<OwnerAnswer<'r>, Error> {
    let found = target.find(workspace, &repository.listing);
    let path = target.path.as_bstr();
    let (resolution, components) = repository
        .resolve_path(&workspace.map.teams, path, found.is_directory)
        .map_err(|error| workspace.error(error))?;
    Ok(OwnerAnswer {
        question,
        repository,
        contents: match found.existence {
            Existence::Directory => repository.inside(&workspace.map.teams, path),
            _ => Vec::new(),
        },
        path: target.path.clone(),
        found,
        hint: None,
        requested: None,
        components,
        resolution,
        evidence: Vec::new(),
        named: None,
    })
}

fn of_component<'r>(
    teams: &Teams,
    repository: &'r ResolvedRepository,
    question: &'r Question,
    id: ComponentId,
) -> OwnerAnswer<'r> {
    let contents = repository.of_component(teams, id);
    OwnerAnswer {
        question,
        repository,
        path: repository.components[id as usize].path.clone(),
        found: FoundPath {
            existence: Existence::File,
            is_directory: false,
        },
        hint: None,
        requested: Some(id),
        components: vec![id],
        resolution: repository.summarize(id, &contents),
        contents,
        evidence: Vec::new(),
        named: None,
    }
}

/// How many nested components are suggested in place of an unknown one.
const MAX_NESTED: usize = 3;

fn no_component(repositories: &[Option<ResolvedRepository>], kind: &str, name: &str) -> Error {
    let names = || {
        let components = repositories
            .iter()
            .flatten()
            .flat_map(ResolvedRepository::existing_components);
        components
            .filter(|(_, component)| component.kind == kind)
            .map(|(_, component)| component.name.as_str())
    };
    let shown = quoted(format!("{kind}:{name}"));
    let error = Error::new(format!("component {shown} does not exist"));
    let is_below = |known: &&str| {
        let rest = known.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with("::") || rest.starts_with('/'))
    };
    let mut near: Vec<&str> = names().filter(is_below).take(MAX_NESTED).collect();
    if near.is_empty() {
        near.extend(closest(name, names()));
    }
    let ids: Vec<String> = near.iter().map(|near| format!("{kind}:{near}")).collect();
    let near =
        did_you_mean(ids.iter().map(String::as_str)).or_else(|| component(repositories, name));
    error.help(near.unwrap_or_else(|| {
        format!(
            "the repositories listed in the map contain {} of this kind",
            count(names().count(), "component")
        )
    }))
}

/// A claim on the path, and whether it won.
#[derive(Debug)]
pub struct ClaimOutcome<'r> {
    pub claim: Cow<'r, Claim>,
    pub outcome: &'static str,
    pub reason: String,
    /// The note of a rule or the reason of an exemption in the map.
    pub note: Option<&'r str>,
}

impl<'r> OwnerAnswer<'r> {
    /// Whether it shows the receivers of the owners: it is about a component or part of one.
    pub fn has_pages(&self) -> bool {
        !self.components.is_empty() && !self.resolution.owners.is_empty()
    }

    /// Returns the alert with its repository, if the question names one.
    pub fn rule(&self) -> Option<(&'r ResolvedRepository, &'r Alert)> {
        self.named.as_ref()?.rule()
    }

    /// Returns how the question was understood. A name has only one meaning.
    pub fn reading(&self) -> Reading {
        let is_path = matches!(self.question.about, About::Path(_));
        match self.named {
            Some(_) if !is_path => Reading::default(),
            _ => self.question.reading.clone(),
        }
    }

    /// Returns the escalation contacts if it has no owner. A directory in which some files are owned or exempt gets
    /// no contacts.
    pub fn escalation<'m>(&self, map: &'m Map) -> &'m [Escalation] {
        match self.is_unowned() {
            true => &map.organization.escalation,
            false => &[],
        }
    }

    /// Returns the contacts for incidents in the files of its components.
    pub fn severity_contacts(&self) -> impl Iterator<Item = (&'r Component, &'r SeverityContacts)> {
        let components = self.components.iter();
        let components = components.map(|id| &self.repository.components[*id as usize]);
        components.flat_map(|of| of.severity_contacts.iter().map(move |it| (of, it)))
    }

    /// Returns the owners inferred from the components that its components are linked to.
    pub fn linked_owners(&self, teams: &'r Teams) -> Vec<LinkedOwner<'r>> {
        Links::new(self.repository, teams).following(&self.components)
    }

    /// Returns the claims on the path: first those that win or conflict. Of several alternatives in the braces of
    /// an entry, only the strongest one is listed.
    pub fn claims(&self, map: &'r Map) -> Vec<ClaimOutcome<'r>> {
        let claims = &self.repository.claims;
        let get = |id: ClaimId| match self.requested {
            Some(component) => Cow::Borrowed(claims.about_component(id, component)),
            None => self.of_alert(claims.get(id)),
        };
        let outcome_of = |claim: Cow<'r, Claim>, outcome, reason| ClaimOutcome {
            note: claim.origin.note(map),
            claim,
            outcome,
            reason,
        };
        let (winning, overridden) = (&self.resolution.winning, &self.resolution.overridden);
        let all = winning.iter().copied();
        let listed = claims.distinct(all.chain(overridden.iter().map(|one| one.claim)));
        let is_listed = |id: ClaimId| listed.iter().any(|(listed, _)| *listed == id);
        let winning: Vec<ClaimId> = winning
            .iter()
            .copied()
            .filter(|id| is_listed(*id))
            .collect();
        let others = winning.len().saturating_sub(1);
        let of_alert = self.owners_of_alert();
        let standing = winning.iter().map(|id| {
            let (outcome, reason) = match self.resolution.verdict {
                _ if !of_alert.is_empty() && get(*id).owners != of_alert => {
                    ("overridden", "the rule of the alert names its owner")
                }
                Verdict::Conflicting => ("conflicts", "no other claim takes precedence"),
                _ if others > 0 && winning.iter().any(|id| claims.get(*id).is_of_people()) => (
                    "wins",
                    "people who are in no team conflict with no other claim",
                ),
                _ if others > 0 => ("wins", "other equally strong claims name the same owners"),
                _ if listed.len() == 1 => ("wins", "it is the only claim"),
                _ => ("wins", "no other claim takes precedence"),
            };
            outcome_of(get(*id), outcome, reason.to_owned())
        });
        let overridden = overridden.iter().filter(|one| is_listed(one.claim));
        let overridden = overridden.map(|overridden| {
            let (claim, by) = (get(overridden.claim), get(overridden.by));
            let reason = reason(overridden, &claim, &by, &map.teams);
            outcome_of(claim, "overridden", reason)
        });
        standing.chain(overridden).collect()
    }
}

impl<'r> OwnerAnswer<'r> {
    /// Returns the teams that the rule of the alert names, if the answer is about one.
    fn owners_of_alert(&self) -> &[TeamId] {
        let named = self.named.as_ref();
        match named.is_some_and(|thing| thing.is_owned_by_rule) {
            true => &self.resolution.owners,
            false => &[],
        }
    }

    /// Returns a claim. If the answer is about an alert, the declaration of its file has only the owners that the rule of
    /// the alert names.
    fn of_alert(&self, claim: &'r Claim) -> Cow<'r, Claim> {
        let owners = self.owners_of_alert();
        let alert = self.named.as_ref().and_then(|thing| thing.alert);
        match alert.map(|alert| &*alert.owner).unwrap_or_default() {
            [first, others @ ..] if claim.origin == Origin::Declaration && !owners.is_empty() => {
                Cow::Owned(Claim {
                    owners: owners.to_vec(),
                    place: first.place.clone(),
                    further: others.iter().map(|name| name.place.clone()).collect(),
                    ..claim.clone()
                })
            }
            _ => Cow::Borrowed(claim),
        }
    }
}

fn reason(overridden: &Overridden, claim: &Claim, by: &Claim, teams: &Teams) -> String {
    let winner = quoted(&by.about);
    let names = |owners| joined(teams.names(owners).into_iter().map(quoted), " and ");
    match overridden.reason {
        Reason::Priority => format!(
            "{winner} has priority {}, but this claim has only {}",
            by.priority, claim.priority
        ),
        Reason::Inside => format!("{winner} is inside {}", quoted(&claim.about)),
        Reason::LessElsewhere => format!("this claim also covers paths outside of {winner}"),
        Reason::Named => format!("{winner} names the component, but this claim uses a wildcard"),
        Reason::NarrowerDefault => format!("{winner} is a wildcard that matches fewer components"),
        Reason::Descendant => {
            format!("{} is part of {}", names(&by.owners), names(&claim.owners))
        }
        Reason::Successor => {
            let (successor, retired) = (names(&by.owners), names(&claim.owners));
            format!("{successor} is the successor of {retired}")
        }
    }
}
