use std::path::{Path, PathBuf};

use super::Places;
use crate::{
    config::Fault,
    dialects::{Answers, Difference, Refusal, Written},
    git::GitError,
    resolution::RepositoryError,
    text::quoted,
};

/// Why a question could not be answered.
#[derive(Debug, Clone)]
pub enum Error {
    /// A sentence, and what to do about it.
    Message {
        /// What is wrong.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// The map has errors.
    Map {
        /// All of them.
        faults: Vec<Fault>,
        /// The directory that the map lies in.
        directory: PathBuf,
    },
    /// An ownership file can't be written.
    Unwritable(Box<Unwritable>),
    /// All of these.
    Several(Vec<Error>),
}

/// Why an ownership file can't be written, and where places are shown from.
#[derive(Debug, Clone)]
pub struct Unwritable {
    /// What stands in the way.
    pub why: WhyUnwritable,
    /// How to write places.
    pub places: Places,
}

/// What stands in the way of an ownership file.
#[derive(Debug, Clone)]
pub enum WhyUnwritable {
    /// What the dialect can't express.
    Refusals(Vec<Refusal>),
    /// Files that would get other owners by what was written than by the map.
    Differences {
        /// What was written.
        written: Written,
        /// The files.
        differences: Vec<Difference>,
    },
}

impl Error {
    /// A sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Message {
            message: message.into(),
            help: None,
        }
    }

    /// Adds what to do about a sentence.
    #[must_use]
    pub fn help(self, text: impl Into<String>) -> Self {
        match self {
            Self::Message { message, .. } => Self::Message {
                message,
                help: Some(text.into()),
            },
            other => other,
        }
    }

    /// That of a repository whose map lies in a directory.
    pub(crate) fn of_repository(error: RepositoryError, directory: &Path) -> Self {
        match error {
            RepositoryError::Listing(message) => Self::new(message),
            RepositoryError::Claims(faults) => Self::Map {
                faults,
                directory: directory.to_path_buf(),
            },
        }
    }

    /// Fails with all of these, if there are any.
    pub(crate) fn all(errors: Vec<Self>) -> Result<(), Self> {
        match errors.is_empty() {
            true => Ok(()),
            false => Err(Self::Several(errors)),
        }
    }

    /// The first sentence of it.
    pub(crate) fn first_message(&self) -> Option<String> {
        match self {
            Self::Message { message, .. } => Some(message.clone()),
            Self::Map { faults, .. } => faults.first().map(|fault| fault.message.clone()),
            Self::Several(errors) => errors.iter().find_map(Self::first_message),
            Self::Unwritable(_) => None,
        }
    }

    /// Fails with every ownership file that is there, and could not be read.
    pub(crate) fn of_unread(answers: &Answers) -> Result<(), Self> {
        let unread = answers.unread().map(|problem| {
            let path = quoted(problem.place.path());
            Self::new(format!("{path}: {}", problem.message))
        });
        Self::all(unread.collect())
    }
}

impl From<GitError> for Error {
    fn from(error: GitError) -> Self {
        Self::Message {
            message: error.message,
            help: error.help,
        }
    }
}
