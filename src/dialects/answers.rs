use std::sync::Arc;

use bstr::{BStr, BString};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{FileProblem, Tree};
use crate::text::{Place, Source};

/// What a forge says of a path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The owners as written, in the order of the file, each once.
    pub owners: Vec<String>,
    /// The lines that decided.
    pub rules: Vec<Place>,
}

impl Answer {
    /// These owners, each once, by these lines.
    pub(super) fn new<'o>(owners: impl IntoIterator<Item = &'o str>, rules: Vec<Place>) -> Self {
        let mut known = FxHashSet::default();
        let owners = owners.into_iter().filter(|owner| known.insert(*owner));
        Self {
            owners: owners.map(str::to_owned).collect(),
            rules,
        }
    }

    /// The owners as a sorted set.
    pub fn sorted(&self) -> Vec<&str> {
        let mut owners: Vec<&str> = self.owners.iter().map(String::as_str).collect();
        owners.sort_unstable();
        owners
    }
}

/// What the ownership files of a tree say of many paths. Most paths share their answer with others.
#[derive(Debug, Default)]
pub struct Answers {
    answers: Vec<Answer>,
    by_path: Vec<u32>,
    by_key: FxHashMap<Box<[u32]>, u32>,
    /// What is wrong with the files, by place.
    pub problems: Vec<FileProblem>,
    /// The files that were read.
    pub read: Vec<BString>,
}

impl Answers {
    /// The answer for the path at a position.
    pub fn of(&self, at: usize) -> &Answer {
        &self.answers[self.by_path[at] as usize]
    }

    /// Which of the distinct answers the path at a position gets.
    pub fn id_of(&self, at: usize) -> u32 {
        self.by_path[at]
    }

    /// How many paths were asked about.
    pub fn len(&self) -> usize {
        self.by_path.len()
    }

    /// The files that are there, and could not be read.
    pub fn unread(&self) -> impl Iterator<Item = &FileProblem> {
        let is_one = |problem: &&FileProblem| matches!(problem.place, Place::Path(..));
        self.problems.iter().filter(is_one)
    }

    /// What the first of `locations` that exists says of `paths`: `add` adds an answer for each. Without
    /// such a file, nobody owns any of them.
    pub(super) fn of_first(
        tree: &Tree<'_>,
        locations: &[&str],
        paths: &[&BStr],
        add: impl FnOnce(&Arc<Source>, &mut Self),
    ) -> Self {
        let mut answers = Self::default();
        let Some(source) = tree.first(locations, &mut answers.problems) else {
            answers.answers.push(Answer::default());
            answers.by_path.resize(paths.len(), 0);
            return answers;
        };
        answers.read.push(source.path.clone());
        add(&source, &mut answers);
        answers.finish()
    }

    /// Adds the answer for the next path; paths with an equal `key` have equal answers.
    pub(super) fn push(&mut self, key: &[u32], answer: impl FnOnce() -> Answer) {
        let id = match self.by_key.get(key) {
            Some(known) => *known,
            None => {
                let id = u32::try_from(self.answers.len()).unwrap_or(u32::MAX);
                self.answers.push(answer());
                self.by_key.insert(key.into(), id);
                id
            }
        };
        self.by_path.push(id);
    }

    /// Adds for the next path the answer that the last one got.
    pub(super) fn again(&mut self) {
        self.by_path.extend(self.by_path.last().copied());
    }

    /// Sorts the problems, when all are known.
    pub(super) fn finish(mut self) -> Self {
        self.problems.sort();
        self.problems.dedup();
        self.by_key = FxHashMap::default();
        self
    }
}
