use std::{
    env,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::terminal::Terminal;
use crate::{
    config::Fault,
    dialects::Answers,
    git::GitError,
    outputs::{Diagnostic, Palette, Places, Renderer, Tone},
    resolution::RepositoryError,
    text::{count, printable_lines, quoted},
};

/// Why a command could not run.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// A sentence, and what to do about it.
    Plain(String, Option<String>),
    /// Lines that are told as they are.
    Told(String),
    /// The map has faults.
    Map(Vec<Fault>, PathBuf),
    /// All of these.
    Several(Vec<Failure>),
}

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self::Plain(message.into(), None)
    }

    pub fn help(self, help: impl Into<String>) -> Self {
        match self {
            Self::Plain(message, _) => Self::Plain(message, Some(help.into())),
            other => other,
        }
    }

    /// That of a repository whose map lies in a directory.
    pub fn of_repository(error: RepositoryError, directory: &Path) -> Self {
        match error {
            RepositoryError::Listing(message) => Self::new(message),
            RepositoryError::Claims(faults) => Self::Map(faults, directory.to_path_buf()),
        }
    }

    /// Fails with every ownership file that is there, and could not be read.
    pub fn of_unread(answers: &Answers) -> Result<(), Self> {
        let unread = answers.unread().map(|problem| {
            let path = quoted(problem.place.path());
            Self::new(format!("{path}: {}", problem.message))
        });
        let failures: Vec<Self> = unread.collect();
        match failures.is_empty() {
            true => Ok(()),
            false => Err(Self::Several(failures)),
        }
    }

    /// Writes it to standard error.
    pub fn tell(&self, terminal: &Terminal) {
        let text = self.shown(terminal);
        // Nowhere is left to say that this failed.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    fn shown(&self, terminal: &Terminal) -> String {
        let palette = Palette(terminal.err.color);
        match self {
            Self::Several(failures) => failures.iter().map(|one| one.shown(terminal)).collect(),
            Self::Plain(message, help) => {
                let message = printable_lines(message);
                let mut text = format!("{} {message}\n", palette.paint(Tone::Error, "error:"));
                if let Some(help) = help {
                    let help = printable_lines(help);
                    text += &format!("{} {help}\n", palette.paint(Tone::Info, "help:"));
                }
                text
            }
            Self::Told(text) => text.clone(),
            Self::Map(faults, directory) => {
                let here = env::current_dir().unwrap_or_default();
                let places = Places::of_map(directory, &here);
                let renderer = Renderer::new(terminal.err);
                let mut text = String::new();
                for fault in faults {
                    text += &renderer.render(&Diagnostic::of_fault(fault, &places));
                }
                let count = format!("the map has {}", count(faults.len(), "fault"));
                text + &format!("{} {count}\n", palette.paint(Tone::Error, "error:"))
            }
        }
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        Self::Plain(error.message, error.help)
    }
}
