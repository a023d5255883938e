use std::ffi::OsString;

use crate::workspace::Error;

/// A question without an answer.
#[derive(Debug, Clone)]
pub struct UnansweredQuestion {
    /// As the user typed it.
    pub typed: OsString,
    /// Its position among all questions.
    pub position: usize,
    /// Why it has no answer.
    pub error: Error,
}
