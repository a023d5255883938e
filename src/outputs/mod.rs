//! One file an output: a way to write findings.

mod bars;
mod checkstyle;
mod compact;
pub(crate) mod components;
mod contact;
mod csv;
mod diagnostic;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod generate;
mod gerrit;
mod github;
mod gitlab;
mod host;
mod human;
mod json;
mod junit;
mod markdown;
mod occurrences;
mod output_job;
mod palette;
mod path_text;
mod rdjson;
mod rdjsonl;
pub(crate) mod report;
mod review;
pub(crate) mod reviewers;
pub(crate) mod route;
mod sarif;
mod table;
mod team;
pub(crate) mod teams;
mod uri;
pub(crate) mod who;
mod xml;
mod zuul;

pub(crate) use bars::{bar, percent, verdicts};
use contact::{contacts, named};
pub(crate) use csv::record;
pub(crate) use json::{Location, Tool, document, to_json};
pub(crate) use markdown::{code_cell, plain, within as markdown_within};
pub(crate) use path_text::path_text;
pub(crate) use table::{Cell, Table};
pub(crate) use team::{ContactEntry, RetiredEntry, TeamEntry};

pub use diagnostic::{Diagnostic, Renderer};
pub use host::{Host, Runner};
pub use output_job::{Job, ReportReader};
pub use palette::{Palette, Tone};

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
    /// What it has to do with the service that it is for.
    pub host: Host,
    /// Writes it.
    pub write: fn(&Job<'_>) -> serde_json::Result<String>,
}

/// All outputs.
pub const ALL: &[&Output] = &[
    &human::OUTPUT,
    &compact::OUTPUT,
    &json::OUTPUT,
    &markdown::OUTPUT,
    // For what shows findings where code is reviewed.
    &github::OUTPUT,
    &gitlab::OUTPUT,
    &gerrit::OUTPUT,
    &zuul::OUTPUT,
    &rdjson::OUTPUT,
    &rdjsonl::OUTPUT,
    // For what many tools read.
    &sarif::OUTPUT,
    &checkstyle::OUTPUT,
    &junit::OUTPUT,
];

/// The output where nothing else is asked for.
pub const DEFAULT: &Output = ALL[0];

/// The output of a name.
pub fn by_name(name: &str) -> Option<&'static Output> {
    ALL.iter().copied().find(|output| output.name == name)
}
