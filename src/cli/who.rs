mod answer;
mod human;
mod json;
mod question;

use bstr::{BStr, ByteSlice as _};

use super::{
    CLEAN, Outcome,
    args::{Global, WhoArguments, WhoFormat},
    session::{Failure, Session, Terminal},
    target::{Target, There},
};
use crate::{
    inventory::{Inventory, Listing, list},
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
    (0..session.roots.len())
        .map(|at| {
            let of_component = |question| matches!(question, &Question::Component(..));
            let targets = questions.iter().filter_map(|question| match question {
                Question::Path(target) => (target.repository == at).then_some(target),
                Question::Component(..) => None,
            });
            let targets: Vec<&Target> = targets.collect();
            let whole = questions.iter().any(of_component);
            if targets.is_empty() && !whole {
                return Ok(None);
            }
            let opened = open_one(session, at, &targets, whole);
            opened.map(Some).map_err(|error| session.failure(error))
        })
        .collect()
}

fn open_one(
    session: &Session,
    at: usize,
    targets: &[&Target],
    mut whole: bool,
) -> Result<ResolvedRepository, RepositoryError> {
    let (map, root, today) = (&session.map, session.roots[at].clone(), session.today);
    let listing = match list(&root, false) {
        // Who owns a file, may well be known without a list of the others.
        Err(_)
            if !whole
                && !ResolvedRepository::depends_on_components(map, at)
                && !targets
                    .iter()
                    .any(|target| target.is_directory_on_disk(session) == Some(true)) =>
        {
            Listing::default()
        }
        listing => listing.map_err(RepositoryError::Listing)?,
    };
    let mut expected: Vec<&BStr> = Vec::new();
    for target in targets {
        let found = target.find(session, &listing);
        whole |= found.there == There::Directory;
        if found.is_new_file() {
            expected.push(target.path.as_bstr());
        }
    }
    let inventory = Inventory::of(listing, &expected);
    if whole {
        return ResolvedRepository::new(map, at, root, inventory, today);
    }
    let paths: Vec<&BStr> = targets.iter().map(|target| target.path.as_bstr()).collect();
    Ok(ResolvedRepository::for_paths(
        map, at, root, inventory, today, &paths,
    ))
}
