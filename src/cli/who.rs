mod answer;
mod from;
mod hint;
mod hints;
mod human;
mod json;
mod question;
mod team;
mod unheeded;

use bstr::{BStr, ByteSlice as _};

use super::{
    CLEAN, COULD_NOT_RUN, Outcome,
    args::{Global, WhoArguments, WhoFormat},
    checkouts,
    failure::Failure,
    session::Session,
    target::{Target, There},
    terminal::Terminal,
};
use crate::{
    config::TeamId,
    coverage::Holdings,
    dialects,
    inventory::{Listing, list},
    outputs::{Palette, Places},
    resolution::{RepositoryError, ResolvedRepository},
    text::MAX_SUGGESTIONS,
};
use answer::Answer;
use question::{About, Question, from_stdin};

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
    let session = Session::open_partly(global)?;
    let typed = typed()?;
    // What can't be answered keeps nobody from the other answers.
    let mut failures = Vec::new();
    let mut questions = Vec::with_capacity(typed.len());
    for typed in typed {
        match Question::new(&session, typed) {
            Ok(question) => questions.push(question),
            Err(failure) => failures.push(failure),
        }
    }
    // Teams are in the map; for all else there must be repositories.
    let is_team = |question: &Question| matches!(question.about, About::Team(_));
    if !failures.is_empty() || !questions.iter().all(is_team) {
        session.require(|_| true)?;
    }
    checkouts::warn_of_missing(&session, terminal, "what a team owns there is not known");
    let repositories = open(&session, &questions)?;
    let counted = questions.iter().any(is_team).then_some(&repositories);
    let counted = counted.into_iter().flatten().flatten();
    checkouts::warn_of_unreadable(&session.map, counted.clone(), &session.here, terminal);
    let holdings = Holdings::new(&session.map.teams, counted);
    let are_few = questions.len() <= MAX_SUGGESTIONS;
    let mut replies: Vec<Reply<'_>> = Vec::with_capacity(questions.len());
    for question in &questions {
        if let About::Team(id) = question.about {
            replies.push(Reply::Team(id, question));
        }
        match answer::all(&session, &repositories, question, are_few)? {
            Ok(found) => replies.extend(found.into_iter().map(|it| Reply::Thing(Box::new(it)))),
            Err(failure) => failures.push(failure),
        }
    }
    for failure in &failures {
        failure.tell(terminal);
    }
    let out = match arguments.format {
        WhoFormat::Json => json::write(&session.map, &replies, &holdings)?,
        WhoFormat::Human | WhoFormat::Tsv => {
            let resolved = repositories.iter().flatten();
            let places = Places::new(&session.map, resolved, &session.here);
            let palette = Palette(terminal.out.color);
            let teller = human::Teller {
                map: &session.map,
                places,
                palette,
            };
            let told: Vec<String> = replies
                .iter()
                .map(|reply| match reply {
                    Reply::Thing(answer) => teller.tell(answer),
                    Reply::Team(id, _) => team::tell(&session, *id, &holdings, palette),
                })
                .collect();
            told.join("\n")
        }
    };
    std::mem::drop(replies);
    std::mem::drop(holdings);
    std::mem::forget(repositories);
    let code = if failures.is_empty() {
        CLEAN
    } else {
        COULD_NOT_RUN
    };
    Ok((out.into_bytes(), code))
}

/// What is told: of a path or component, or of a team that was asked about.
enum Reply<'r> {
    Thing(Box<Answer<'r>>),
    Team(TeamId, &'r Question),
}

/// Resolves as much of each repository as the questions need.
fn open(
    session: &Session,
    questions: &[Question],
) -> Result<Vec<Option<ResolvedRepository>>, Failure> {
    let is_lost = |question: &Question| question.may_name_component(session);
    let is_one_lost = session.roots.len() > 1 && questions.iter().any(is_lost);
    (0..session.roots.len())
        .map(|at| {
            let abouts = || questions.iter().map(|question| &question.about);
            let targets = abouts().filter_map(|about| match about {
                About::Path(target) => (target.repository == at).then_some(target),
                About::Component(..) | About::Team(_) | About::Elsewhere(_) => None,
            });
            let targets: Vec<&Target> = targets.collect();
            let whole = abouts().any(|about| !matches!(about, About::Path(_)));
            let is_needed = whole || !targets.is_empty() || is_one_lost;
            if !is_needed || !session.has_checkout(at) {
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
    // Who owns a file that is there may well be known without a list of the others.
    let is_file = |target: &&Target| target.is_directory_on_disk(session) == Some(false);
    let needs_none = !whole
        && !ResolvedRepository::depends_on_components(map, at)
        && targets.iter().all(is_file);
    let mut listing = match needs_none {
        true => Listing::default(),
        false => list(&root, false).map_err(RepositoryError::Listing)?,
    };
    for target in targets {
        let found = target.find(session, &listing);
        whole |= found.there == There::Directory;
        if found.is_new_file() {
            listing.expected.push(target.path.clone());
        }
    }
    if whole {
        return ResolvedRepository::new(map, at, root, listing, today);
    }
    let paths: Vec<&BStr> = targets.iter().map(|target| target.path.as_bstr()).collect();
    Ok(ResolvedRepository::for_paths(
        map, at, root, listing, today, &paths,
    ))
}
