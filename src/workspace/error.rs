use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::Places;
use crate::{
    config::{MapError, SeveralMaps},
    dialects::{Answers, Dialect, Difference, FileProblem, Refusal, Written},
    git::GitError,
    resolution::RepositoryError,
    text::{Place, joined, quoted},
};

/// Why a request failed. It is displayed with one message a line.
#[derive(Debug, Clone)]
pub struct Error(Box<ErrorKind>);

/// The kind of an error, with what a front end needs to show it.
#[derive(Debug, Clone)]
pub(crate) enum ErrorKind {
    /// A message with optional help.
    Message {
        message: String,
        help: Option<String>,
    },
    /// The map has errors.
    Map {
        errors: Vec<MapError>,
        /// The directory of the map.
        directory: PathBuf,
    },
    /// An ownership file cannot be written.
    Unwritable(Unwritable),
    /// Several errors.
    Several(Vec<Error>),
}

/// An ownership file that cannot be written.
#[derive(Debug, Clone)]
pub(crate) struct Unwritable {
    /// The reason.
    pub why: WhyUnwritable,
    /// How to write places.
    pub places: Places,
    /// Whether the map lists the file, with the options to generate it.
    pub is_listed: bool,
}

/// Why an ownership file cannot be written.
#[derive(Debug, Clone)]
pub(crate) enum WhyUnwritable {
    /// The dialect cannot express the map.
    Refusals(Vec<Refusal>),
    /// The generated file gives some files other owners than the map.
    Differences {
        /// The generated content.
        written: Written,
        differences: Vec<Difference>,
    },
}

impl Error {
    /// Returns an error with a message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        ErrorKind::Message {
            message: message.into(),
            help: None,
        }
        .into()
    }

    /// Adds help to a message.
    #[must_use]
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        if let ErrorKind::Message { help, .. } = &mut *self.0 {
            *help = Some(text.into());
        }
        self
    }

    /// Returns the kind of the error.
    pub(crate) fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// Returns the error for a map with errors in a directory.
    pub(crate) fn of_map(errors: Vec<MapError>, directory: &Path) -> Self {
        let directory = directory.to_path_buf();
        ErrorKind::Map { errors, directory }.into()
    }

    /// Returns the error for a repository with its map in a directory.
    pub(crate) fn of_repository(error: RepositoryError, directory: &Path) -> Self {
        match error {
            RepositoryError::Listing(message) => Self::new(message),
            RepositoryError::Claims(errors) => Self::of_map(errors, directory),
        }
    }

    /// Fails with all of `errors`, if there are any.
    pub(crate) fn all(errors: Vec<Self>) -> Result<(), Self> {
        match errors.is_empty() {
            true => Ok(()),
            false => Err(ErrorKind::Several(errors).into()),
        }
    }

    /// Returns the messages, in order.
    pub(crate) fn messages(&self) -> Vec<String> {
        match self.kind() {
            ErrorKind::Message { message, .. } => vec![message.clone()],
            ErrorKind::Map { errors, .. } => errors.iter().map(|it| it.message.clone()).collect(),
            ErrorKind::Unwritable(unwritable) => unwritable.messages(),
            ErrorKind::Several(errors) => errors.iter().flat_map(Self::messages).collect(),
        }
    }

    /// Fails with all ownership files that exist, but could not be read or are refused by the forge.
    pub(crate) fn of_unusable(answers: &Answers) -> Result<(), Self> {
        let unusable = answers.unusable().map(Self::of_problem);
        Self::all(unusable.collect())
    }

    /// Returns an error for a problem of an ownership file.
    pub(crate) fn of_problem(problem: &FileProblem) -> Self {
        let mut place = problem.place.path().to_owned();
        if let Place::Text(source, span) = &problem.place {
            let at = source.line_column(span.start);
            place.extend(format!(":{}:{}", at.line, at.column).into_bytes());
        }
        Self::new(format!("{}: {}", quoted(&place), problem.message))
    }

    /// Returns the error if `place` has no file of a dialect.
    pub(crate) fn no_file(dialect: &Dialect, place: &str) -> Self {
        let names = |between| joined(dialect.locations.iter().map(quoted), between);
        Self::new(match dialect.is_per_folder {
            true => format!("no {} in any folder of {place}", names(" or ")),
            false => format!("no {} in {place}", names(", ")),
        })
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
                    .map(|path| format!("{path} would get owners that differ from the map"))
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

impl From<SeveralMaps> for Error {
    fn from(error: SeveralMaps) -> Self {
        Self::new(error.to_string()).help("keep only one of them, or select a map with `--config`")
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
