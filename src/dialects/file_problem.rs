use std::sync::Arc;

use crate::text::{Place, Source, Span, count, grouped, quoted};

/// A part of an ownership file that a forge does not read as its author intended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileProblem {
    /// Where it is.
    pub place: Place,
    /// What is wrong and what effect it has.
    pub message: String,
    /// What causes it.
    pub kind: FileProblemKind,
}

/// What causes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileProblemKind {
    /// Content of the file.
    Line,
    /// The forge rejects the whole file, so it fails for the [paths](super::Answer::failure) that need it.
    Rejected,
    /// A program fails for [some paths](super::Answer::failure).
    Failing,
    /// A line that another one replaces.
    Overridden,
    /// A line without owners, which can be intended.
    NoOwner,
    /// The file is too large.
    Size,
    /// The file will soon be too large.
    NearlyTooLarge,
    /// The file cannot be read.
    Access,
}

impl FileProblem {
    /// Creates a problem at `span`.
    pub(super) fn new(source: &Arc<Source>, span: Span, message: impl Into<String>) -> Self {
        Self {
            place: Place::Text(Arc::clone(source), span),
            message: message.into(),
            kind: FileProblemKind::Line,
        }
    }
}

/// Returns the problem of a file that reaches 90 % of the `limit` of a forge, in bytes. `shown` is the limit as the forge
/// documents it.
pub(super) fn nearly_too_large(
    source: &Arc<Source>,
    forge: &str,
    limit: usize,
    shown: &str,
) -> Option<FileProblem> {
    let size = source.text().len();
    (size * 10 >= limit * 9).then(|| {
        let message = format!(
            "this file has {} bytes, which is {} % of the limit of {forge} ({shown})",
            grouped(size),
            size * 100 / limit
        );
        FileProblem {
            kind: FileProblemKind::NearlyTooLarge,
            ..FileProblem::new(source, Span::default(), message)
        }
    })
}

/// Returns the message that the regular expression `first` and `others` in the same file are too large together.
pub(super) fn too_large(first: &str, others: usize) -> String {
    let which = expressions(first, others);
    format!("the regular expressions in this file are too large, so ownlint ignores {which}")
}

/// Returns the name of an expression and the number of others.
pub(super) fn expressions(first: &str, others: usize) -> String {
    let first = quoted(first);
    match others {
        0 => first,
        others => format!("{first} and {}", count(others, "other expression")),
    }
}
