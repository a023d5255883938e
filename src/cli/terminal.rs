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

/// Where output goes and what it may look like there.
#[derive(Debug)]
pub(super) struct Terminal {
    pub out: Look,
    pub err: Look,
    /// What is written to a file.
    pub file: Look,
    /// Whether a person watches standard error.
    pub is_watched: bool,
}

impl Terminal {
    pub fn new(global: &Global) -> Self {
        let look = |auto: anstream::ColorChoice| Look {
            color: match global.color {
                ColorWhen::Always => true,
                ColorWhen::Never => false,
                ColorWhen::Auto => auto != anstream::ColorChoice::Never,
            },
            width: width(),
            quiet: global.quiet,
        };
        Self {
            out: look(anstream::AutoStream::choice(&io::stdout())),
            err: look(anstream::AutoStream::choice(&io::stderr())),
            file: Look {
                // As wide for everybody: a file is read elsewhere.
                width: 100,
                ..look(anstream::ColorChoice::Never)
            },
            is_watched: io::stderr().is_terminal() && !global.quiet,
        }
    }

    /// Says something by the way, unless the user wants quiet.
    pub fn note(&self, text: &str) {
        self.say("", Tone::Info, "note:", text);
    }

    /// Says what a person should know besides an answer.
    pub fn show(&self, notices: &[Notice]) {
        for notice in notices {
            let position = notice.position.as_ref().map(|at| format!("{at}: "));
            let (tone, label) = match notice.level {
                NoticeLevel::Note => (Tone::Info, "note:"),
                NoticeLevel::Warning => (Tone::Warning, "warning:"),
            };
            self.say(&position.unwrap_or_default(), tone, label, &notice.text);
        }
    }

    /// Asks a workspace, with progress, and says what it has to say besides, also where it has no answer.
    pub fn noticing<'w, T>(
        &self,
        workspace: &'w Workspace,
        ask: impl FnOnce(&'w Workspace) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let progress = Progress::start(self, "resolving owners");
        let answer = ask(workspace);
        drop(progress);
        self.show(&workspace.take_notices());
        answer
    }

    fn say(&self, position: &str, tone: Tone, label: &str, text: &str) {
        if !self.err.quiet {
            let label = Palette(self.err.color).paint(tone, label);
            // A line that can't be written is no reason to stop.
            let _ = writeln!(io::stderr().lock(), "{position}{label} {text}");
        }
    }
}

fn width() -> usize {
    let columns = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.or_else(asked).unwrap_or(100).clamp(40, 160)
}
