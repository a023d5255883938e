use std::sync::Arc;

use crate::text::{Place, Source, Span};

/// What a forge would not read as its writer meant it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileProblem {
    /// Where.
    pub place: Place,
    /// What is wrong and what becomes of it.
    pub message: String,
    /// What is at fault.
    pub kind: FileProblemKind,
}

/// What is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileProblemKind {
    /// Something that stands in the file.
    Line,
    /// The forge refuses the file as a whole.
    Refused,
    /// That a line names nobody, which may be meant.
    Nobody,
    /// The size of the file.
    Size,
    /// The file can't be read.
    Access,
}

impl FileProblem {
    /// About these bytes of a file.
    pub(super) fn new(source: &Arc<Source>, span: Span, message: impl Into<String>) -> Self {
        Self {
            place: Place::Text(Arc::clone(source), span),
            message: message.into(),
            kind: FileProblemKind::Line,
        }
    }
}
