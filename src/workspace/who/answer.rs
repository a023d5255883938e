use std::ffi::OsStr;

use bstr::{BString, ByteSlice as _};

use super::{
    hint::{component, hint},
    question::{About, Question},
};
use crate::{
    claims::{Claim, ClaimId, ComponentId},
    config::{Escalation, Map, Teams},
    resolution::{Overridden, Reason, Resolution, ResolvedRepository, Verdict},
    text::{closest, did_you_mean, joined, quoted},
    workspace::{
        Error, Workspace,
        target::{FoundPath, Target, There},
    },
};

/// What is to be told.
#[derive(Debug)]
pub struct OwnerAnswer<'r> {
    /// What was asked, as typed.
    pub query: &'r OsStr,
    pub repository: &'r ResolvedRepository,
    pub path: BString,
    pub(crate) found: FoundPath,
    /// What was meant, perhaps, where nothing of the path exists.
    pub hint: Option<String>,
    /// The component that was asked for.
    pub asked: Option<ComponentId>,
    pub components: Vec<ComponentId>,
    pub resolution: Resolution,
    /// For a directory or component: its files by what they come to.
    pub inside: Vec<(&'r Resolution, u64)>,
}

/// All answers to a question: one about a path, and about components one for each repository that
/// has one of this name. Where questions `are_few`, what a misspelt path was meant to be is searched.
///
/// # Errors
/// Where nothing can be answered any more; and inside of that, where this can't.
pub(super) fn all<'r>(
    workspace: &Workspace,
    repositories: &'r [Option<ResolvedRepository>],
    question: &'r Question,
    are_few: bool,
) -> Result<Result<Vec<OwnerAnswer<'r>>, Error>, Error> {
    let teams = &workspace.map.teams;
    let opened = (0..)
        .zip(repositories)
        .filter_map(|(at, repository)| Some((at, repository.as_ref()?)));
    match &question.about {
        About::Path(target) => opened
            .filter(|(at, _)| *at == target.repository)
            .map(|(_, repository)| {
                let mut answer = of_path(workspace, repository, &question.typed, target)?;
                if answer.found.there == There::Nowhere {
                    let (typed, files) = (&question.typed, &repository.listing.files);
                    let near = || are_few.then(|| target.near(typed, files)).flatten();
                    let hint = typed
                        .to_str()
                        .and_then(|text| hint(teams, repositories, text));
                    answer.hint = hint.or_else(near);
                }
                Ok(answer)
            })
            .collect::<Result<_, _>>()
            .map(Ok),
        About::Team(_) => Ok(Ok(Vec::new())),
        About::Elsewhere(error) => {
            let text = question.typed.to_str();
            let hint = text.and_then(|text| hint(teams, repositories, text));
            let error = error.clone();
            Ok(Err(match hint {
                Some(hint) => error.help(hint),
                None => error,
            }))
        }
        About::Component(kind, name) => {
            let ids = opened.filter_map(|(_, repository)| {
                let mut components = repository.existing_components();
                let (id, _) =
                    components.find(|(_, known)| known.kind == *kind && known.name == *name)?;
                Some((repository, id))
            });
            let answers: Vec<OwnerAnswer<'r>> = ids
                .map(|(repository, id)| of_component(teams, repository, &question.typed, id))
                .collect();
            Ok(match answers.is_empty() {
                true => Err(no_component(repositories, kind, name)),
                false => Ok(answers),
            })
        }
    }
}

fn of_path<'r>(
    workspace: &Workspace,
    repository: &'r ResolvedRepository,
    query: &'r OsStr,
    target: &Target,
) -> Result<OwnerAnswer<'r>, Error> {
    let found = target.find(workspace, &repository.listing);
    let path = target.path.as_bstr();
    let (resolution, components) = repository
        .resolve_path(&workspace.map.teams, path, found.is_directory)
        .map_err(|error| workspace.error(error))?;
    Ok(OwnerAnswer {
        query,
        repository,
        inside: match found.there {
            There::Directory => repository.inside(&workspace.map.teams, path),
            _ => Vec::new(),
        },
        path: target.path.clone(),
        found,
        hint: None,
        asked: None,
        components,
        resolution,
    })
}

fn of_component<'r>(
    teams: &Teams,
    repository: &'r ResolvedRepository,
    query: &'r OsStr,
    id: ComponentId,
) -> OwnerAnswer<'r> {
    let inside = repository.of_component(teams, id);
    OwnerAnswer {
        query,
        repository,
        path: repository.components[id as usize].path.clone(),
        found: FoundPath {
            there: There::File,
            is_directory: false,
        },
        hint: None,
        asked: Some(id),
        components: vec![id],
        resolution: repository.summarize(id, &inside),
        inside,
    }
}

/// How many components below one that is not there are named.
const MOST_MEANT: usize = 3;

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
    let error = Error::new(format!("there is no {}", quoted(format!("{kind}:{name}"))));
    let is_below = |known: &&str| {
        let rest = known.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with("::") || rest.starts_with('/'))
    };
    let mut near: Vec<&str> = names().filter(is_below).take(MOST_MEANT).collect();
    if near.is_empty() {
        near.extend(closest(name, names()));
    }
    let ids: Vec<String> = near.iter().map(|near| format!("{kind}:{near}")).collect();
    let near =
        did_you_mean(ids.iter().map(String::as_str)).or_else(|| component(repositories, name));
    error.help(near.unwrap_or_else(|| {
        format!(
            "the map's repositories have {} of this kind",
            names().count()
        )
    }))
}

/// A claim that had a say, and what became of it.
#[derive(Debug)]
pub struct ClaimOutcome<'r> {
    pub claim: &'r Claim,
    pub outcome: &'static str,
    pub reason: String,
    /// Why it is made, in the words of the map: a rule's note, an exemption's reason.
    pub note: Option<&'r str>,
}

impl<'r> OwnerAnswer<'r> {
    /// Whom to turn to where nobody is known to own it. A directory that has an owner for some of
    /// its files, is no such case.
    pub fn escalation<'m>(&self, map: &'m Map) -> &'m [Escalation] {
        let is_owned = |(inside, _): &(&Resolution, u64)| inside.verdict != Verdict::Unowned;
        let is_open = self.resolution.verdict == Verdict::Unowned
            && (self.asked.is_some() || !self.inside.iter().any(is_owned));
        match is_open {
            true => &map.organization.escalation,
            false => &[],
        }
    }

    /// The claims that had a say, those that won or conflict first.
    pub fn claims(&self, map: &'r Map) -> Vec<ClaimOutcome<'r>> {
        let get = |id: ClaimId| self.repository.claims.get(id);
        let said = |claim: &'r Claim, outcome, reason| ClaimOutcome {
            claim,
            outcome,
            reason,
            note: claim.origin.note(map),
        };
        let standing = self.resolution.winning.iter().map(|id| {
            let others = self.resolution.winning.len() - 1;
            let (outcome, reason) = match self.resolution.verdict {
                Verdict::Conflicting => ("conflicts", "no claim is stronger"),
                _ if others > 0 => ("wins", "agrees with the others that are as strong"),
                _ if self.resolution.overridden.is_empty() => ("wins", "it is the only claim"),
                _ => ("wins", "no claim is stronger"),
            };
            said(get(*id), outcome, reason.to_owned())
        });
        let overridden = self.resolution.overridden.iter().map(|overridden| {
            let (claim, by) = (get(overridden.claim), get(overridden.by));
            let reason = reason(overridden, claim, by, &map.teams);
            said(claim, "overridden", reason)
        });
        standing.chain(overridden).collect()
    }
}

fn reason(overridden: &Overridden, claim: &Claim, by: &Claim, teams: &Teams) -> String {
    let winner = quoted(&by.about);
    let names = |owners| joined(teams.names(owners).into_iter().map(quoted), " and ");
    match overridden.reason {
        Reason::Priority => format!(
            "{winner} has priority {}, this one {}",
            by.priority, claim.priority
        ),
        Reason::Inside => format!("{winner} lies inside {}", quoted(&claim.about)),
        Reason::LessElsewhere => format!("{winner} is about nothing else"),
        Reason::Named => format!("{winner} names it, this one is a default"),
        Reason::NarrowerDefault => format!("{winner} is a narrower default"),
        Reason::Descendant => {
            format!("{} is part of {}", names(&by.owners), names(&claim.owners))
        }
    }
}
