use std::{io, process::Output};

use bstr::ByteSlice;

use crate::text::printable_bytes;

/// Why git could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GitError {
    /// The problem, in one sentence.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}

impl GitError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn no_program(error: &io::Error) -> Self {
        Self::new(format!("the `git` program could not be run: {error}"))
            .help("looking at changes needs it: install git")
    }
}

/// Returns what git complained about, safe to print: the line that ended it, if there is one.
pub(super) fn said(output: &Output) -> String {
    let lines = || output.stderr.lines().filter(|line| !line.is_empty());
    let fatal = lines().find_map(|line| line.strip_prefix(b"fatal: "));
    let line = fatal.or_else(|| lines().next());
    line.map_or_else(
        || format!("it ended with {}", output.status),
        |line| printable_bytes(line.trim()),
    )
}

/// Returns the message for `what` where it could not be read.
pub(super) fn could_not_be_read(what: &str) -> impl Fn(io::Error) -> String {
    move |error| match error.kind() {
        io::ErrorKind::NotFound => format!("{what} is not there"),
        // An error of our own says what it is.
        io::ErrorKind::Other => format!("{what} can't be used: {error}"),
        kind => format!("{what} could not be read: {kind}"),
    }
}
