use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::Places;
use crate::{
    config::MapError,
    dialects::{Answers, Difference, Refusal, Written},
    git::GitError,
    resolution::RepositoryError,
    text::quoted,
};

/// Why a question could not be answered: one sentence a line.
#[derive(Debug, Clone)]
pub struct Error(Box<ErrorKind>);

/// What kind of error it is, with what a front end needs to show it.
#[derive(Debug, Clone)]
pub(crate) enum ErrorKind {
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
        errors: Vec<MapError>,
        /// The directory that the map lies in.
        directory: PathBuf,
    },
    /// An ownership file can't be written.
    Unwritable(Unwritable),
    /// All of these.
    Several(Vec<Error>),
}

/// Why an ownership file can't be written, and where places are shown from.
#[derive(Debug, Clone)]
pub(crate) struct Unwritable {
    /// What stands in the way.
    pub why: WhyUnwritable,
    /// How to write places.
    pub places: Places,
}

/// What stands in the way of an ownership file.
#[derive(Debug, Clone)]
pub(crate) enum WhyUnwritable {
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
    pub(crate) fn new(message: impl Into<String>) -> Self {
        ErrorKind::Message {
            message: message.into(),
            help: None,
        }
        .into()
    }

    /// Adds what to do about a sentence.
    #[must_use]
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        if let ErrorKind::Message { help, .. } = &mut *self.0 {
            *help = Some(text.into());
        }
        self
    }

    /// What kind of error it is.
    pub(crate) fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// That of a map which lies in a directory.
    pub(crate) fn of_map(errors: Vec<MapError>, directory: &Path) -> Self {
        let directory = directory.to_path_buf();
        ErrorKind::Map { errors, directory }.into()
    }

    /// That of a repository whose map lies in a directory.
    pub(crate) fn of_repository(error: RepositoryError, directory: &Path) -> Self {
        match error {
            RepositoryError::Listing(message) => Self::new(message),
            RepositoryError::Claims(errors) => Self::of_map(errors, directory),
        }
    }

    /// Fails with all of these, if there are any.
    pub(crate) fn all(errors: Vec<Self>) -> Result<(), Self> {
        match errors.is_empty() {
            true => Ok(()),
            false => Err(ErrorKind::Several(errors).into()),
        }
    }

    /// The sentences of it, in order.
    pub(crate) fn messages(&self) -> Vec<String> {
        match self.kind() {
            ErrorKind::Message { message, .. } => vec![message.clone()],
            ErrorKind::Map { errors, .. } => errors.iter().map(|it| it.message.clone()).collect(),
            ErrorKind::Unwritable(unwritable) => unwritable.messages(),
            ErrorKind::Several(errors) => errors.iter().flat_map(Self::messages).collect(),
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

impl Unwritable {
    fn messages(&self) -> Vec<String> {
        match &self.why {
            WhyUnwritable::Refusals(refusals) => {
                refusals.iter().map(|it| it.message.clone()).collect()
            }
            WhyUnwritable::Differences { differences, .. } => {
                let paths = differences.iter().map(|it| quoted(&it.path));
                paths
                    .map(|path| format!("{path} would get other owners than the map says"))
                    .collect()
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.messages().join("\n"))
    }
}

impl std::error::Error for Error {}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<GitError> for Error {
    fn from(error: GitError) -> Self {
        ErrorKind::Message {
            message: error.message,
            help: error.help,
        }
        .into()
    }
}
