//! `who`: who owns a path or component and why, and what a team owns.

mod answer;
mod by_file;
mod by_map;
mod deciding_line;
mod evidence;
mod hint;
mod ignored_declarations;
mod listings;
mod names;
mod path_search;
mod person;
mod question;
mod reading;
mod unanswered;
mod unknown_name;

use std::{cell::OnceCell, collections::BTreeSet, ffi::OsString};

use bstr::{BStr, ByteSlice as _};

use super::{
    Error, Places, Workspace,
    target::{Existence, Target},
};
use crate::{
    alerting::{TeamAlert, TeamPages},
    config::TeamId,
    coverage::Holdings,
    dialects,
    inventory::{Kinds, Listing},
    lookup::{NamedThing, SearchedName},
    resolution::{RepositoryError, ResolvedRepository},
    text::MAX_SUGGESTIONS,
};

pub use answer::OwnerAnswer;
pub use by_file::{FileAnswers, FilePath, who_by_file};
pub use by_map::MapQuestions;
pub use ignored_declarations::ignored_declarations;
pub use person::{PersonAnswer, PersonHolding, PersonReview};
pub use question::Question;
pub use reading::{PathStart, Reading};
pub use unanswered::UnansweredQuestion;

use answer::Answers;
use listings::Listings;
use question::About;

/// Questions, and the parts of the repositories that are needed to answer them.
#[derive(Debug)]
pub struct Who<'w> {
    workspace: &'w Workspace,
    questions: Vec<Question>,
    /// By position in the map; `None` if no answer needs the repository.
    repositories: Vec<Option<ResolvedRepository>>,
    /// The invalid questions.
    invalid: Vec<UnansweredQuestion>,
}

/// An answer about a path or component, about a team, or about a person.
#[derive(Debug)]
pub enum Reply<'r> {
    /// The owners of a path or component.
    Owners(Box<OwnerAnswer<'r>>),
    /// A team, and the question about it.
    Team(TeamId, &'r Question),
    /// A person in ownership files.
    Person(Box<PersonAnswer<'r>>),
}

impl<'r> Reply<'r> {
    /// Returns the position of its question among all questions.
    pub fn position(&self) -> usize {
        match self {
            Self::Owners(answer) => answer.question.position,
            Self::Team(_, question) => question.position,
            Self::Person(answer) => answer.question.position,
        }
    }

    /// Returns whether it is about something that may have another name.
    fn is_guess(&self) -> bool {
        let named = self.owners().and_then(|answer| answer.named.as_ref());
        named.is_some_and(NamedThing::is_guess)
    }

    /// Returns the answer about a path or component.
    pub fn owners(&self) -> Option<&OwnerAnswer<'r>> {
        match self {
            Self::Owners(answer) => Some(answer),
            Self::Team(..) | Self::Person(_) => None,
        }
    }

    /// Returns the team that it is about, and the question.
    pub fn team(&self) -> Option<(TeamId, &'r Question)> {
        match self {
            Self::Owners(_) | Self::Person(_) => None,
            Self::Team(id, question) => Some((*id, question)),
        }
    }

    /// Returns the answer about a person.
    pub fn person(&self) -> Option<&PersonAnswer<'r>> {
        match self {
            Self::Person(answer) => Some(answer),
            Self::Owners(_) | Self::Team(..) => None,
        }
    }
}

impl Workspace {
    /// Prepares to answer questions, each a path, a component (`kind:name`), or a name of a component or team. Each
    /// comes with its position among all questions.
    ///
    /// # Errors
    /// If a repository that they need cannot be resolved, or has no checkout.
    pub fn who(
        &self,
        typed: impl IntoIterator<Item = (usize, OsString)>,
    ) -> Result<Who<'_>, Error> {
        // Invalid questions do not prevent the other answers.
        let mut invalid = Vec::new();
        let mut questions = Vec::new();
        let listings = Listings::new(self);
        for (position, typed) in typed {
            let is_listed = |at, path: &BStr| listings.holds(at, path);
            match Question::new(self, &is_listed, position, typed.clone()) {
                Ok(question) => questions.push(question),
                Err(question) => invalid.push(UnansweredQuestion {
                    typed,
                    position,
                    error: question.error,
                }),
            }
        }
        self.require(|at| !invalid.is_empty() || is_required(&questions, at))?;
        self.warn_of_missing("files and components in this repository were not searched");
        let repositories = open(self, &questions, listings)?;
        let who = Who {
            workspace: self,
            questions,
            repositories,
            invalid,
        };
        self.warn_of_unreadable(who.counted());
        Ok(who)
    }
}

impl Who<'_> {
    /// Returns the answers, and the questions without an answer.
    ///
    /// # Errors
    /// If claims cannot be compared.
    pub fn replies(&self) -> Result<(Vec<Reply<'_>>, Vec<UnansweredQuestion>), Error> {
        let are_few = self.questions.len() <= MAX_SUGGESTIONS;
        let mut unanswered = self.invalid.clone();
        let mut replies: Vec<Reply<'_>> = Vec::with_capacity(self.questions.len());
        let names = OnceCell::new();
        let search = Answers {
            workspace: self.workspace,
            repositories: &self.repositories,
            names: &names,
            are_few,
            is_only: self.is_only(),
        };
        for question in &self.questions {
            match search.all(question)? {
                Ok(found) => replies.extend(found),
                Err(error) => unanswered.push(UnansweredQuestion {
                    typed: question.typed.clone(),
                    position: question.position,
                    error,
                }),
            }
        }
        Ok((replies, unanswered))
    }

    /// Returns whether there is only one question.
    fn is_only(&self) -> bool {
        self.questions.len() + self.invalid.len() == 1
    }

    /// Returns how to ask otherwise, if several questions include some that name nothing.
    pub(crate) fn help_for_names(&self, unanswered: &[UnansweredQuestion]) -> Option<&'static str> {
        let is_name = |question: &Question| matches!(question.about, About::Name(_));
        let names = self.questions.iter().filter(|question| is_name(question));
        let names: BTreeSet<usize> = names.map(|question| question.position).collect();
        let is_unknown = unanswered.iter().any(|it| names.contains(&it.position));
        let help = "to search for single words, use `ownlint route WORDS`\n\
                    for a file that does not exist yet, use `./NAME`";
        (is_unknown && !self.is_only()).then_some(help)
    }

    /// Returns what teams own, if a question is about a team.
    pub(crate) fn holdings(&self) -> Holdings<'_> {
        Holdings::new(&self.workspace.map.teams, self.counted())
    }

    /// Returns the names of the alerts whose rules name a team, each once.
    pub(crate) fn alerts_of(&self, id: TeamId) -> BTreeSet<&str> {
        let alerts = TeamAlert::all(&self.workspace.map.teams, self.counted()).into_iter();
        let of_team = alerts.filter(|alert| alert.team == Some(id));
        of_team.map(|alert| alert.alert.name.as_str()).collect()
    }

    /// Returns the receivers of the alerts of each team, if an answer is about a team, or about a component or part of
    /// one.
    ///
    /// # Errors
    /// If a repository with alerts or notification routes cannot be resolved.
    pub(crate) fn team_pages(&self, replies: &[Reply<'_>]) -> Result<TeamPages, Error> {
        let needs_all = |reply: &Reply<'_>| match reply {
            Reply::Owners(answer) => answer.has_pages() && !answer.repository.is_whole,
            Reply::Team(..) | Reply::Person(_) => false,
        };
        if replies.iter().any(needs_all) {
            return self.workspace.team_pages();
        }
        let whole = self.repositories.iter().flatten();
        Ok(self.workspace.pages_in(whole.filter(|it| it.is_whole)))
    }

    /// How to write places.
    pub(crate) fn places(&self) -> Places {
        self.workspace.places(self.repositories.iter().flatten())
    }

    /// Returns the repositories in which to count what a team owns.
    fn counted(&self) -> impl Iterator<Item = &ResolvedRepository> + Clone {
        let is_about_team = self.questions.iter().any(Question::is_about_team);
        let counted = is_about_team.then_some(&self.repositories);
        counted.into_iter().flatten().flatten()
    }
}

/// Returns whether a question about a path or component cannot be answered without the repository at a position.
/// What a team owns can be answered for the others.
fn is_required(questions: &[Question], at: usize) -> bool {
    let is_required = |question: &Question| match question.target() {
        Some(target) => target.repository == at,
        None => !question.is_about_team(),
    };
    questions.iter().any(is_required)
}

/// Resolves as much of each repository as the questions need.
fn open(
    workspace: &Workspace,
    questions: &[Question],
    mut listings: Listings<'_>,
) -> Result<Vec<Option<ResolvedRepository>>, Error> {
    let is_path = |question: &Question| matches!(question.about, About::Path(_));
    // Any component of any repository may have a name.
    let whole = !questions.iter().all(is_path);
    let names = || questions.iter().flat_map(Question::names);
    (0..workspace.roots.len())
        .map(|at| {
            let targets = questions.iter().filter_map(Question::target);
            let targets = targets.filter(|target| target.repository == at);
            let targets: Vec<&Target> = targets.collect();
            let is_needed = whole || !targets.is_empty();
            if !is_needed || !workspace.has_checkout(at) {
                return Ok(None);
            }
            let list = || {
                let mut listing = listings.take(at)?;
                // Each repository collects its own files.
                listing.mentions = SearchedName::mentions(names());
                Ok(listing)
            };
            let opened = open_one(workspace, at, &targets, whole, list);
            opened.map(Some).map_err(|error| workspace.error(error))
        })
        .collect()
}

fn open_one(
    workspace: &Workspace,
    at: usize,
    targets: &[&Target],
    mut whole: bool,
    list: impl FnOnce() -> Result<Listing, String>,
) -> Result<ResolvedRepository, RepositoryError> {
    // The owner of an existing file may not depend on the other files.
    let is_file = |target: &&Target| target.is_directory_on_disk(workspace) == Some(false);
    let needs_no_listing = !whole
        && !ResolvedRepository::depends_on_files(&workspace.map, at)
        && targets.iter().all(is_file);
    let mut listing = match needs_no_listing {
        true => Listing::default(),
        false => list().map_err(RepositoryError::Listing)?,
    };
    listing.kinds = Kinds::All;
    for target in targets {
        let found = target.find(workspace, &listing);
        whole |= found.existence == Existence::Directory;
        if found.is_new_file() {
            listing.expected.push(target.path.clone());
        }
    }
    if whole {
        return workspace.resolve_listed(at, listing);
    }
    let paths: Vec<&BStr> = targets.iter().map(|target| target.path.as_bstr()).collect();
    let (map, root) = (&workspace.map, workspace.roots[at].clone());
    Ok(ResolvedRepository::for_paths(
        map,
        at,
        root,
        listing,
        workspace.today,
        &paths,
        dialects::read_statements,
    ))
}
