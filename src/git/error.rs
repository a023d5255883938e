use std::{io, process::Output};

use bstr::ByteSlice;

use crate::text::printable_bytes;

/// An error of git.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GitError {
    /// The message.
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
        Self::new(format!("could not run `git`: {error}"))
            .help("install git, which ownlint needs to read changes")
    }
}

/// Returns git's error message, safe to print: the fatal one, if there is one.
pub(super) fn error_message(output: &Output) -> String {
    let lines = || output.stderr.lines().filter(|line| !line.is_empty());
    let fatal = lines().find_map(|line| line.strip_prefix(b"fatal: "));
    let line = fatal.or_else(|| lines().next());
    line.map_or_else(
        || format!("it failed with {}", output.status),
        |line| printable_bytes(line.trim()),
    )
}

/// Returns the message for a failure to read `what`.
pub(super) fn could_not_be_read(what: &str) -> impl Fn(io::Error) -> String {
    move |error| match error.kind() {
        io::ErrorKind::NotFound => format!("{what} does not exist"),
        // An error of our own has its own message.
        io::ErrorKind::Other => format!("{what} cannot be used: {error}"),
        kind => format!("{what} could not be read: {kind}"),
    }
}
