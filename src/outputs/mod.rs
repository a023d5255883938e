//! One file an output: a way to write findings.

mod bars;
mod compact;
mod csv;
mod diagnostic;
mod human;
mod json;
mod table;
mod team;

use std::io;

use crate::report::{Places, Report};

pub(crate) use bars::{bar, percent};
pub(crate) use csv::record;
pub(crate) use json::{Location, Tool, VERSION, by_verdict, path_text, to_json};
pub(crate) use table::{Cell, Table};
pub(crate) use team::TeamEntry;

pub use diagnostic::{Diagnostic, Renderer};
pub use human::{Palette, Tone};

/// How outputs are to look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// With ANSI colours.
    pub color: bool,
    /// Columns.
    pub width: usize,
    /// Findings only, no summary.
    pub quiet: bool,
}

/// A way to write a report.
#[derive(Debug)]
pub struct Output {
    /// The word for it after `--format`.
    pub name: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Writes it.
    pub write: fn(&Report<'_>, &Places, Look, &mut dyn io::Write) -> io::Result<()>,
}

/// All outputs.
pub const ALL: &[&Output] = &[
    // The first one is the default.
    &human::OUTPUT,
    &compact::OUTPUT,
    &json::OUTPUT,
];
