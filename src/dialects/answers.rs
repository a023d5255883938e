use std::sync::Arc;

use bstr::{BStr, BString};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{FileProblem, FileProblemKind, Tree};
use crate::{
    claims::FileStatement,
    text::{Place, Source},
};

/// The owners that a forge returns for a path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The owners as written, in the order of the file, each once.
    pub owners: Vec<String>,
    /// The lines that determine the owners, or that there are none.
    pub rules: Vec<Place>,
    /// Why a program that reads the files fails for the path instead of returning the owners.
    pub failure: Option<FileProblem>,
    /// What the files state as a claim of the map; `None` if they name nobody.
    pub statement: Option<Box<FileStatement>>,
}

impl Answer {
    /// Creates an answer with each owner once.
    pub(super) fn new<'o>(owners: impl IntoIterator<Item = &'o str>, rules: Vec<Place>) -> Self {
        let mut seen = FxHashSet::default();
        let owners = owners.into_iter().filter(|owner| seen.insert(*owner));
        Self {
            owners: owners.map(str::to_owned).collect(),
            rules,
            failure: None,
            statement: None,
        }
    }

    /// Creates the answer for paths for which a program fails.
    pub(super) fn failing(problem: FileProblem) -> Self {
        Self {
            failure: Some(problem),
            ..Self::default()
        }
    }

    /// Returns the answer with what the files state.
    pub(super) fn stating(self, statement: Option<Box<FileStatement>>) -> Self {
        Self { statement, ..self }
    }

    /// Returns the owners, sorted.
    pub fn sorted(&self) -> Vec<&str> {
        let mut owners: Vec<&str> = self.owners.iter().map(String::as_str).collect();
        owners.sort_unstable();
        owners
    }
}

/// The answers of a tree's ownership files for many paths. Most paths share their answer with others.
#[derive(Debug, Default)]
pub struct Answers {
    answers: Vec<Answer>,
    by_path: Vec<u32>,
    by_key: FxHashMap<Box<[u32]>, u32>,
    /// The problems of the files, sorted by place.
    pub problems: Vec<FileProblem>,
    /// The files that were read.
    pub read: Vec<BString>,
}

impl Answers {
    /// Returns the answer for the path at position `at`.
    pub fn of(&self, at: usize) -> &Answer {
        &self.answers[self.by_path[at] as usize]
    }

    /// Returns the id of the answer for the path at position `at`; equal answers have equal ids.
    pub fn id_of(&self, at: usize) -> u32 {
        self.by_path[at]
    }

    /// Returns the lines that decide about any of the paths, some of them several times.
    pub fn deciding_lines(&self) -> impl Iterator<Item = &Place> {
        self.answers.iter().flat_map(|answer| &answer.rules)
    }

    /// Returns whether a program that reads the files fails for some of the paths.
    pub fn has_failures(&self) -> bool {
        self.answers.iter().any(|answer| answer.failure.is_some())
    }

    /// Takes what the files state from the answer with an id.
    pub(super) fn take_statement(&mut self, id: u32) -> Option<Box<FileStatement>> {
        self.answers[id as usize].statement.take()
    }

    /// Returns the number of paths.
    pub fn len(&self) -> usize {
        self.by_path.len()
    }

    /// Returns a problem for each file that exists but could not be read.
    pub fn unread(&self) -> impl Iterator<Item = &FileProblem> {
        let is_one = |problem: &&FileProblem| {
            let is_file = matches!(problem.place, Place::Path(..));
            is_file && problem.kind != FileProblemKind::Line
        };
        self.problems.iter().filter(is_one)
    }

    /// Like [`unread`](Self::unread), and the problems for which the forge refuses a file.
    pub fn unusable(&self) -> impl Iterator<Item = &FileProblem> {
        let is_in_file = |problem: &&FileProblem| matches!(problem.place, Place::Text(..));
        let problems = self.problems.iter().filter(is_in_file);
        let rejected = problems.filter(|it| it.kind == FileProblemKind::Rejected);
        self.unread().chain(rejected)
    }

    /// Returns the answers of the first of `locations` that exists: `add` adds one answer per path.
    /// Without such a file, no path has an owner.
    pub(super) fn from_first(
        tree: &Tree<'_>,
        locations: &[&str],
        paths: &[&BStr],
        add: impl FnOnce(&Arc<Source>, &mut Self),
    ) -> Self {
        let mut problems = Vec::new();
        let source = tree.first(locations, &mut problems);
        Self::from_sources(source.as_slice(), problems, paths, |answers| {
            if let Some(source) = &source {
                add(source, answers);
            }
        })
    }

    /// Returns the answers of several files, which had these problems: `add` adds one answer per path. Without files, no
    /// path has an owner.
    pub(super) fn from_sources(
        sources: &[Arc<Source>],
        problems: Vec<FileProblem>,
        paths: &[&BStr],
        add: impl FnOnce(&mut Self),
    ) -> Self {
        let mut answers = Self {
            problems,
            read: sources.iter().map(|source| source.path.clone()).collect(),
            ..Self::default()
        };
        match sources.is_empty() {
            true => answers.push_for_all(paths),
            false => add(&mut answers),
        }
        answers.finish()
    }

    /// Adds the answer that no path has an owner.
    pub(super) fn push_for_all(&mut self, paths: &[&BStr]) {
        for _ in paths {
            self.push(&[], Answer::default);
        }
    }

    /// Adds the answer for the next path; paths with equal keys have equal answers.
    pub(super) fn push(&mut self, key: &[u32], answer: impl FnOnce() -> Answer) {
        let id = match self.by_key.get(key) {
            Some(id) => *id,
            None => {
                let id = u32::try_from(self.answers.len()).unwrap_or(u32::MAX);
                self.answers.push(answer());
                self.by_key.insert(key.into(), id);
                id
            }
        };
        self.by_path.push(id);
    }

    /// Gives the next path the same answer as the last one.
    pub(super) fn repeat_last(&mut self) {
        self.by_path.extend(self.by_path.last().copied());
    }

    /// Sorts and deduplicates the problems after all paths were added.
    pub(super) fn finish(mut self) -> Self {
        self.problems.sort();
        self.problems.dedup();
        self.by_key = FxHashMap::default();
        self
    }
}
