mod from;
mod human;
mod json;

use std::{
    ffi::{OsStr, OsString},
    io::Read as _,
    path::Path,
};

use bstr::{BStr, BString, ByteSlice};

use super::{
    CLEAN, Outcome,
    args::{Global, WhoArguments, WhoFormat},
    session::{Failure, Session, Terminal},
    target::{Target, There},
};
use crate::{
    claims::{Claim, ClaimId, ComponentId},
    config::{TeamId, Teams},
    dialects,
    inventory::{Inventory, detectors},
    outputs::Palette,
    report::Places,
    resolution::{
        Directory, Overruled, Reason, RepositoryError, Resolution, ResolvedRepository, Verdict,
    },
    text::{closest, quoted},
};

pub(super) fn run(arguments: &WhoArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let typed = || match arguments.stdin {
        true => from_stdin(arguments.null),
        false => Ok(arguments.targets.clone()),
    };
    if let Some(dialect) = arguments.from.as_deref().and_then(dialects::by_name) {
        return from::run(dialect, &typed()?, arguments, terminal);
    }
    if arguments.format == WhoFormat::Tsv {
        return Err(Failure::new(
            "--format tsv is for answers by an ownership file: it needs --from",
        )
        .help("`--format json` has the answers by the map"));
    }
    let session = Session::open(global)?;
    let typed = typed()?;
    let questions: Vec<Question> = typed
        .iter()
        .map(|typed| Question::new(&session, typed))
        .collect::<Result<_, _>>()?;
    let repositories = open(&session, &questions)?;
    let answers: Vec<Answer<'_>> = questions
        .iter()
        .map(|question| answer(&session, &repositories, question))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect();
    let out = match arguments.format {
        WhoFormat::Json => json::write(&session.map.teams, &answers)?,
        WhoFormat::Human | WhoFormat::Tsv => {
            let resolved = repositories.iter().flatten();
            let places = Places::new(&session.map, resolved, session.here.clone());
            let teller = human::Teller {
                teams: &session.map.teams,
                places,
                palette: Palette(terminal.out.color),
            };
            let told: Vec<String> = answers.iter().map(|answer| teller.tell(answer)).collect();
            told.join("\n")
        }
    };
    std::mem::drop(answers);
    std::mem::forget(repositories);
    Ok((out.into_bytes(), CLEAN))
}

fn from_stdin(null: bool) -> Result<Vec<OsString>, Failure> {
    let mut input = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut input)
        .map_err(|error| Failure::new(format!("standard input could not be read: {error}")))?;
    input
        .split(|byte| *byte == if null { 0 } else { b'\n' })
        .map(|line| {
            if null {
                line
            } else {
                line.strip_suffix(b"\r").unwrap_or(line)
            }
        })
        .filter(|line| !line.is_empty())
        .map(|line| match line.to_os_str() {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Failure::new(format!(
                "{} is no path on this system",
                quoted(line)
            ))),
        })
        .collect()
}

/// What a user asked about.
enum Question {
    Path(Target),
    Component(&'static str, String),
}

impl Question {
    fn new(session: &Session, typed: &OsStr) -> Result<Self, Failure> {
        let text = typed.to_string_lossy();
        if let Some((kind, name)) = text.split_once(':') {
            let kinds = detectors::kinds();
            if let Some(kind) = kinds.iter().find(|known| **known == kind) {
                return Ok(Self::Component(kind, name.to_owned()));
            }
            if let Some(near) = closest(kind, kinds)
                && !session.here.join(typed).exists()
            {
                let failure = Failure::new(format!("{} is no kind of component", quoted(kind)));
                return Err(failure.help(format!("did you mean {}?", quoted(near))));
            }
        }
        Target::new(session, Path::new(typed)).map(Self::Path)
    }
}

/// Resolves as much of each repository as the questions need.
fn open(
    session: &Session,
    questions: &[Question],
) -> Result<Vec<Option<ResolvedRepository>>, Failure> {
    session
        .roots
        .iter()
        .enumerate()
        .map(|(at, root)| {
            let mut paths: Vec<&BStr> = Vec::new();
            let mut whole = false;
            for question in questions {
                match question {
                    Question::Component(..) => whole = true,
                    Question::Path(target) if target.repository != at => {}
                    Question::Path(target) => {
                        whole |= target.there == There::Directory;
                        paths.push(target.path.as_bstr());
                    }
                }
            }
            let resolved = if whole {
                Inventory::new(root, false)
                    .map_err(RepositoryError::Listing)
                    .and_then(|inventory| {
                        ResolvedRepository::new(
                            &session.map,
                            at,
                            root.clone(),
                            inventory,
                            session.today,
                        )
                    })
            } else if paths.is_empty() {
                return Ok(None);
            } else {
                ResolvedRepository::for_paths(&session.map, at, root.clone(), session.today, &paths)
            };
            resolved.map(Some).map_err(|error| session.failure(error))
        })
        .collect()
}

/// What is to be told.
struct Answer<'r> {
    repository: &'r ResolvedRepository,
    path: BString,
    there: There,
    /// The component that was asked for.
    asked: Option<ComponentId>,
    components: Vec<ComponentId>,
    resolution: Resolution,
    /// For a directory or component: its files by what they come to.
    inside: Vec<(Resolution, u64)>,
}

fn answer<'r>(
    session: &Session,
    repositories: &'r [Option<ResolvedRepository>],
    question: &Question,
) -> Result<Vec<Answer<'r>>, Failure> {
    match question {
        Question::Path(target) => {
            let Some(repository) = &repositories[target.repository] else {
                return Ok(Vec::new());
            };
            let directory = match target.is_directory {
                true => Directory::Yes,
                false => Directory::No,
            };
            let path = target.path.as_bstr();
            let (resolution, components) = repository
                .resolve_path(&session.map.teams, path, directory)
                .map_err(|error| session.failure(error))?;
            Ok(vec![Answer {
                repository,
                inside: match target.there {
                    There::Directory => repository.inside(path),
                    _ => Vec::new(),
                },
                path: target.path.clone(),
                there: target.there,
                asked: None,
                components,
                resolution,
            }])
        }
        Question::Component(kind, name) => {
            let answers: Vec<Answer<'r>> = repositories
                .iter()
                .flatten()
                .filter_map(|repository| {
                    let components = repository.components.iter();
                    let at = components
                        .zip(0..)
                        .find(|(known, _)| known.kind == *kind && known.name == *name)?;
                    Some(of_component(repository, at.1))
                })
                .collect();
            if answers.is_empty() {
                return Err(no_component(repositories, kind, name));
            }
            Ok(answers)
        }
    }
}

fn of_component(repository: &ResolvedRepository, id: ComponentId) -> Answer<'_> {
    let inside = repository.of_component(id);
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
        there: There::File,
        asked: Some(id),
        components: vec![id],
        resolution,
        inside,
    }
}

fn no_component(repositories: &[Option<ResolvedRepository>], kind: &str, name: &str) -> Failure {
    let names = || {
        let components = repositories.iter().flatten().flat_map(|r| &r.components);
        components
            .filter(|component| component.kind == kind)
            .map(|c| c.name.as_str())
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
struct Said<'r> {
    claim: &'r Claim,
    outcome: &'static str,
    reason: String,
}

impl<'r> Answer<'r> {
    fn claims(&self, teams: &Teams) -> Vec<Said<'r>> {
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
