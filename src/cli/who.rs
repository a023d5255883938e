mod answer;
mod hint;
mod human;
mod json;
mod question;

use std::io::Write as _;

use bstr::{BStr, ByteSlice as _};

use super::{
    CLEAN, COULD_NOT_RUN, Outcome,
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
use answer::Answer;
use question::{About, Question, from_stdin};

pub(super) fn run(arguments: &WhoArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let session = Session::open(global)?;
    let typed = if arguments.stdin {
        from_stdin(arguments.null)?
    } else {
        arguments.targets.clone()
    };
    // What can't be answered keeps nobody from the other answers.
    let mut failures = Vec::new();
    let mut questions = Vec::with_capacity(typed.len());
    for typed in typed {
        match Question::new(&session, typed) {
            Ok(question) => questions.push(question),
            Err(failure) => failures.push(failure),
        }
    }
    let repositories = open(&session, &questions)?;
    let mut answers: Vec<Answer<'_>> = Vec::with_capacity(questions.len());
    for question in &questions {
        match answer::all(&session, &repositories, question)? {
            Ok(found) => answers.extend(found),
            Err(failure) => failures.push(failure),
        }
    }
    for failure in &failures {
        let text = failure.show(terminal);
        // Nowhere is left to say that this failed.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }
    if answers.is_empty() && !failures.is_empty() {
        return Ok((Vec::new(), COULD_NOT_RUN));
    }
    let out = match arguments.format {
        WhoFormat::Json => json::write(&session.map, &answers)?,
        WhoFormat::Human => {
            let resolved = repositories.iter().flatten();
            let places = Places::new(&session.map, resolved, session.here.clone());
            let teller = human::Teller {
                map: &session.map,
                places,
                palette: Palette(terminal.out.color),
            };
            let told: Vec<String> = answers.iter().map(|answer| teller.tell(answer)).collect();
            told.join("\n")
        }
    };
    std::mem::drop(answers);
    std::mem::forget(repositories);
    let code = if failures.is_empty() {
        CLEAN
    } else {
        COULD_NOT_RUN
    };
    Ok((out.into_bytes(), code))
}

/// Resolves as much of each repository as the questions need.
fn open(
    session: &Session,
    questions: &[Question],
) -> Result<Vec<Option<ResolvedRepository>>, Failure> {
    (0..session.roots.len())
        .map(|at| {
            let abouts = || questions.iter().map(|question| &question.about);
            let targets = abouts().filter_map(|about| match about {
                About::Path(target) => (target.repository == at).then_some(target),
                About::Component(..) => None,
            });
            let targets: Vec<&Target> = targets.collect();
            let whole = abouts().any(|about| matches!(about, About::Component(..)));
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
