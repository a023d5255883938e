mod answer;
mod human;
mod json;
mod question;

use bstr::{BStr, ByteSlice as _};

use super::{
    CLEAN, Outcome,
    args::{Global, WhoArguments, WhoFormat},
    session::{Failure, Session, Terminal},
    target::There,
};
use crate::{
    inventory::Inventory,
    outputs::Palette,
    report::Places,
    resolution::{RepositoryError, ResolvedRepository},
};
use answer::{Answer, answer};
use question::{Question, from_stdin};

pub(super) fn run(arguments: &WhoArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let session = Session::open(global)?;
    let typed = if arguments.stdin {
        from_stdin(arguments.null)?
    } else {
        arguments.targets.clone()
    };
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
        WhoFormat::Human => {
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
