//! `who`: who owns a path or component, and why; what a team owns.

mod answer;
mod by_file;
mod hint;
mod ignored_declarations;
mod inferred_owners;
mod question;

use std::ffi::OsString;

use bstr::{BStr, ByteSlice as _};

use super::{
    Error, Places, Workspace,
    target::{Target, There},
};
use crate::{
    config::TeamId,
    coverage::Holdings,
    inventory::Listing,
    resolution::{RepositoryError, ResolvedRepository},
    text::MAX_SUGGESTIONS,
};

pub use answer::OwnerAnswer;
pub use by_file::{FileAnswers, who_by_file};
pub use ignored_declarations::ignored_declarations;
pub use inferred_owners::{Hinted, hints};
pub use question::Question;

use question::About;

/// Questions, and as much of the repositories as it takes to answer them.
#[derive(Debug)]
pub struct Who<'w> {
    workspace: &'w Workspace,
    questions: Vec<Question>,
    /// By position in the map; `None` where no answer needs it.
    repositories: Vec<Option<ResolvedRepository>>,
    /// Questions that can't be understood.
    errors: Vec<Error>,
}

/// An answer: about a path or component, or about a team.
#[derive(Debug)]
pub enum Reply<'r> {
    /// Who owns it.
    Thing(Box<OwnerAnswer<'r>>),
    /// What it is, and what it owns.
    Team(TeamId, &'r Question),
}

impl Workspace {
    /// Prepares to answer questions, each a path, a component (`kind:name`) or a team by any of its names.
    ///
    /// # Errors
    /// Where a repository that they need can't be resolved, or is not there.
    pub fn who(&self, typed: impl IntoIterator<Item = OsString>) -> Result<Who<'_>, Error> {
        // What can't be answered keeps nobody from the other answers.
        let mut errors = Vec::new();
        let mut questions = Vec::new();
        for typed in typed {
            match Question::new(self, typed) {
                Ok(question) => questions.push(question),
                Err(error) => errors.push(error),
            }
        }
        // Teams are in the map; for all else there must be repositories.
        if !errors.is_empty() || !questions.iter().all(Question::is_about_team) {
            self.require(|_| true)?;
        }
        self.warn_of_missing("what a team owns there is not known");
        let repositories = open(self, &questions)?;
        let who = Who {
            workspace: self,
            questions,
            repositories,
            errors,
        };
        self.warn_of_unreadable(who.counted());
        Ok(who)
    }
}

impl Who<'_> {
    /// The answers, and why there are none to some questions.
    ///
    /// # Errors
    /// Where claims can't be compared.
    pub fn replies(&self) -> Result<(Vec<Reply<'_>>, Vec<Error>), Error> {
        let are_few = self.questions.len() <= MAX_SUGGESTIONS;
        let mut errors = self.errors.clone();
        let mut replies: Vec<Reply<'_>> = Vec::with_capacity(self.questions.len());
        for question in &self.questions {
            if let About::Team(id) = question.about {
                replies.push(Reply::Team(id, question));
            }
            match answer::all(self.workspace, &self.repositories, question, are_few)? {
                Ok(found) => replies.extend(found.into_iter().map(|it| Reply::Thing(Box::new(it)))),
                Err(error) => errors.push(error),
            }
        }
        Ok((replies, errors))
    }

    /// What teams own, where a question is about one.
    pub(crate) fn holdings(&self) -> Holdings<'_> {
        Holdings::new(&self.workspace.map.teams, self.counted())
    }

    /// How to write places.
    pub(crate) fn places(&self) -> Places {
        self.workspace.places(self.repositories.iter().flatten())
    }

    /// The repositories in which it counts what a team owns.
    fn counted(&self) -> impl Iterator<Item = &ResolvedRepository> + Clone {
        let is_asked = self.questions.iter().any(Question::is_about_team);
        let counted = is_asked.then_some(&self.repositories);
        counted.into_iter().flatten().flatten()
    }
}

/// Resolves as much of each repository as the questions need.
fn open(
    workspace: &Workspace,
    questions: &[Question],
) -> Result<Vec<Option<ResolvedRepository>>, Error> {
    let is_lost = |question: &Question| question.may_name_component(workspace);
    let is_one_lost = workspace.roots.len() > 1 && questions.iter().any(is_lost);
    (0..workspace.roots.len())
        .map(|at| {
            let abouts = || questions.iter().map(|question| &question.about);
            let targets = abouts().filter_map(|about| match about {
                About::Path(target) => (target.repository == at).then_some(target),
                About::Component(..) | About::Team(_) | About::Elsewhere(_) => None,
            });
            let targets: Vec<&Target> = targets.collect();
            let whole = abouts().any(|about| !matches!(about, About::Path(_)));
            let is_needed = whole || !targets.is_empty() || is_one_lost;
            if !is_needed || !workspace.has_checkout(at) {
                return Ok(None);
            }
            let opened = open_one(workspace, at, &targets, whole);
            opened.map(Some).map_err(|error| workspace.error(error))
        })
        .collect()
}

fn open_one(
    workspace: &Workspace,
    at: usize,
    targets: &[&Target],
    mut whole: bool,
) -> Result<ResolvedRepository, RepositoryError> {
    // Who owns a file that is there may well be known without a list of the others.
    let is_file = |target: &&Target| target.is_directory_on_disk(workspace) == Some(false);
    let needs_none = !whole
        && !ResolvedRepository::depends_on_components(&workspace.map, at)
        && targets.iter().all(is_file);
    let mut listing = match needs_none {
        true => Listing::default(),
        false => workspace.list(at).map_err(RepositoryError::Listing)?,
    };
    for target in targets {
        let found = target.find(workspace, &listing);
        whole |= found.there == There::Directory;
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
    ))
}
