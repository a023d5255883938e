use bstr::{BString, ByteSlice as _};

use crate::{
    claims::{Claim, ClaimId, ComponentId},
    cli::{
        session::{Failure, Session},
        target::{Found, Target, There},
    },
    config::{TeamId, Teams},
    inventory::Component,
    resolution::{Directory, Overruled, Reason, Resolution, ResolvedRepository, Verdict},
    text::{closest, quoted},
};

/// What is to be told.
pub(super) struct Answer<'r> {
    pub repository: &'r ResolvedRepository,
    pub path: BString,
    pub found: Found,
    /// The component that was asked for.
    pub asked: Option<ComponentId>,
    pub components: Vec<ComponentId>,
    pub resolution: Resolution,
    /// For a directory or component: its files by what they come to.
    pub inside: Vec<(Resolution, u64)>,
}

/// The answer about a path; nothing where its repository was not opened.
pub(super) fn of_path<'r>(
    session: &Session,
    repositories: &'r [Option<ResolvedRepository>],
    target: &Target,
) -> Result<Option<Answer<'r>>, Failure> {
    let Some(repository) = &repositories[target.repository] else {
        return Ok(None);
    };
    let found = target.find(session, &repository.listing);
    let directory = match found.is_directory {
        true => Directory::Yes,
        false => Directory::No,
    };
    let path = target.path.as_bstr();
    let (resolution, components) = repository
        .resolve_path(&session.map.teams, path, directory)
        .map_err(|error| session.failure(error))?;
    Ok(Some(Answer {
        repository,
        inside: match found.there {
            There::Directory => repository.inside(&session.map.teams, path),
            _ => Vec::new(),
        },
        path: target.path.clone(),
        found,
        asked: None,
        components,
        resolution,
    }))
}

/// The answers about the components of a name, one for each repository that has one.
///
/// # Errors
/// Where none has.
pub(super) fn of_name<'r>(
    teams: &Teams,
    repositories: &'r [Option<ResolvedRepository>],
    kind: &str,
    name: &str,
) -> Result<Vec<Answer<'r>>, Failure> {
    let answers: Vec<Answer<'r>> = repositories
        .iter()
        .flatten()
        .filter_map(|repository| {
            let (id, _) =
                existing(repository).find(|(_, known)| known.kind == kind && known.name == name)?;
            Some(of_component(teams, repository, id))
        })
        .collect();
    if answers.is_empty() {
        return Err(no_component(repositories, kind, name));
    }
    Ok(answers)
}

/// The components that have files; a path that was asked about may make up a new one.
fn existing(repository: &ResolvedRepository) -> impl Iterator<Item = (ComponentId, &Component)> {
    let components = (0..).zip(&repository.components);
    components.filter(|(id, _)| repository.resolved.files_of(*id) > 0)
}

fn of_component<'r>(
    teams: &Teams,
    repository: &'r ResolvedRepository,
    id: ComponentId,
) -> Answer<'r> {
    let inside = repository.of_component(teams, id);
    let component = &repository.components[id as usize];
    let own = component.declares_in.first().unwrap_or(&component.home);
    let own = repository.listing.files.find(own.as_bstr());
    let own = own.map(|file| &repository.resolved.group_of(file).resolution);
    let (resolution, _) = inside
        .iter()
        .max_by_key(|(resolution, files)| {
            let is_own = own.is_some_and(|own| own.owners == resolution.owners);
            (resolution.verdict, is_own, *files)
        })
        .cloned()
        .unwrap_or_else(|| (Resolution::unowned(), 0));
    Answer {
        repository,
        path: repository.components[id as usize].home.clone(),
        found: Found {
            there: There::File,
            is_directory: false,
        },
        asked: Some(id),
        components: vec![id],
        resolution,
        inside,
    }
}

fn no_component(repositories: &[Option<ResolvedRepository>], kind: &str, name: &str) -> Failure {
    let names = || {
        let components = repositories.iter().flatten().flat_map(existing);
        components
            .filter(|(_, component)| component.kind == kind)
            .map(|(_, component)| component.name.as_str())
    };
    let failure = Failure::new(format!("there is no {}", quoted(format!("{kind}:{name}"))));
    failure.help(match closest(name, names()) {
        Some(near) => format!("did you mean {}?", quoted(format!("{kind}:{near}"))),
        None => format!(
            "the map's repositories have {} of this kind",
            names().count()
        ),
    })
}

/// A claim that had a say, and what became of it.
pub(super) struct Said<'r> {
    pub claim: &'r Claim,
    pub outcome: &'static str,
    pub reason: String,
}

impl<'r> Answer<'r> {
    /// The claims that had a say, those that won or conflict first.
    pub fn claims(&self, teams: &Teams) -> Vec<Said<'r>> {
        let get = |id: ClaimId| self.repository.claims.get(id);
        let standing = self.resolution.standing.iter().map(|id| {
            let others = self.resolution.standing.len() - 1;
            let (outcome, reason) = match self.resolution.verdict {
                Verdict::Conflicting => ("conflicts", "no claim is stronger".to_owned()),
                _ if others > 0 => (
                    "wins",
                    "agrees with the others that are as strong".to_owned(),
                ),
                _ if self.resolution.overruled.is_empty() => {
                    ("wins", "it is the only claim".to_owned())
                }
                _ => ("wins", "no claim is stronger".to_owned()),
            };
            Said {
                claim: get(*id),
                outcome,
                reason,
            }
        });
        let overruled = self.resolution.overruled.iter().map(|overruled| Said {
            claim: get(overruled.claim),
            outcome: "overruled",
            reason: reason(overruled, get(overruled.claim), get(overruled.by), teams),
        });
        standing.chain(overruled).collect()
    }
}

fn reason(overruled: &Overruled, claim: &Claim, by: &Claim, teams: &Teams) -> String {
    let winner = quoted(&by.about);
    let names = |owners: &[TeamId]| -> String {
        let names: Vec<String> = owners.iter().map(|id| quoted(teams.name(*id))).collect();
        names.join(" and ")
    };
    match overruled.reason {
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
