use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
};

use super::{
    args::{ColorWhen, Global},
    progress::Progress,
};
use crate::{
    outputs::{Look, Palette, Tone},
    workspace::{Error, Notice, NoticeLevel, Workspace},
};

/// The look of each place where output goes.
#[derive(Debug)]
pub(super) struct Terminal {
    pub out: Look,
    pub err: Look,
    /// The look of text in files.
    pub file: Look,
    /// Whether a person watches standard error.
    pub is_watched: bool,
}

impl Terminal {
    pub fn new(global: &Global) -> Self {
        let width = width();
        let look = |auto: anstream::ColorChoice| Look {
            color: match global.color {
                ColorWhen::Always => true,
                ColorWhen::Never => false,
                ColorWhen::Auto => auto != anstream::ColorChoice::Never,
            },
            width: width.unwrap_or(100).clamp(40, 200),
            wraps: width.is_some(),
            quiet: global.quiet,
        };
        Self {
            out: look(anstream::AutoStream::choice(&io::stdout())),
            err: look(anstream::AutoStream::choice(&io::stderr())),
            file: Look {
                // The same width for everyone, because files are read elsewhere.
                width: 100,
                wraps: false,
                ..look(anstream::ColorChoice::Never)
            },
            is_watched: io::stderr().is_terminal() && !global.quiet,
        }
    }

    /// Prints a note, unless `--quiet` is given.
    pub fn note(&self, text: &str) {
        self.print("", Tone::Info, "note:", text);
    }

    /// Prints notes and warnings, unless `--quiet` is given.
    pub fn show(&self, notices: &[Notice]) {
        for notice in notices {
            let position = notice.position.as_ref().map(|at| format!("{at}: "));
            let (tone, label) = match notice.level {
                NoticeLevel::Note => (Tone::Info, "note:"),
                NoticeLevel::Warning => (Tone::Warning, "warning:"),
            };
            self.print(&position.unwrap_or_default(), tone, label, &notice.text);
        }
    }

    /// Queries a workspace with a progress indicator, then prints its notices, even after an error.
    pub fn query<'w, T>(
        &self,
        workspace: &'w Workspace,
        query: impl FnOnce(&'w Workspace) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let progress = Progress::start(self, "resolving owners");
        let answer = query(workspace);
        drop(progress);
        self.show(&workspace.take_notices());
        answer
    }

    fn print(&self, position: &str, tone: Tone, label: &str, text: &str) {
        if !self.err.quiet {
            let label = Palette(self.err.color).paint(tone, label);
            // A note that cannot be written does not stop the run.
            let _ = writeln!(io::stderr().lock(), "{position}{label} {text}");
        }
    }
}

/// Returns the number of columns that the user sets, or else that of the terminal.
fn width() -> Option<usize> {
    let columns = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let detected = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.or_else(detected)
}
