use std::{
    env,
    io::{self, Write as _},
};

use super::terminal::Terminal;
use crate::{
    outputs::{Diagnostic, Palette, Renderer, Tone, generate},
    text::{count, printable_lines},
    workspace::{Error, ErrorKind, Places},
};

impl Terminal {
    /// Prints to standard error why a command could not run.
    pub fn fail(&self, error: &Error) {
        self.write(&render(error, self));
    }

    /// Writes text to standard error, even with `--quiet`.
    pub fn write(&self, text: &str) {
        // If this fails, there is no other place to report it.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

fn render(error: &Error, terminal: &Terminal) -> String {
    let palette = Palette(terminal.err.color);
    match error.kind() {
        ErrorKind::Several(errors) => errors.iter().map(|one| render(one, terminal)).collect(),
        ErrorKind::Message { message, help } => {
            let message = printable_lines(message);
            let mut text = format!("{} {message}\n", palette.paint(Tone::Error, "error:"));
            if let Some(help) = help {
                let help = printable_lines(help);
                text += &format!("{} {help}\n", palette.paint(Tone::Info, "help:"));
            }
            text
        }
        ErrorKind::Unwritable(unwritable) => generate::unwritable(unwritable, palette),
        ErrorKind::Map { errors, directory } => {
            let here = env::current_dir().unwrap_or_default();
            let places = Places::of_map(directory, &here);
            let renderer = Renderer::new(terminal.err);
            let mut text = String::new();
            for error in errors {
                text += &renderer.render(&Diagnostic::of_map_error(error, &places));
            }
            let count = format!("the map has {}", count(errors.len(), "error"));
            text + &format!("{} {count}\n", palette.paint(Tone::Error, "error:"))
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::new(format!("failed to write the result: {error}"))
    }
}
