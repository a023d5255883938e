//! The outputs, with one file per format of `check` and one directory per other command.

mod approvers;
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
mod line_place;
pub(crate) mod map_schema;
pub(crate) mod map_update;
mod markdown;
mod named_things;
mod output_job;
mod pages;
mod palette;
mod path_text;
mod rdjson;
mod rdjsonl;
pub(crate) mod receivers;
pub(crate) mod report;
mod review;
pub(crate) mod reviewers;
pub(crate) mod route;
mod sarif;
mod table;
mod team;
pub(crate) mod teams;
mod unified;
mod uri;
pub(crate) mod who;
mod xml;
mod zuul;

use approvers::ApproversEntry;
pub(crate) use bars::{bar, percent, verdicts};
use contact::{contacts, named};
pub(crate) use csv::record;
pub(crate) use json::{Location, Tool, document, to_json, versioned};
pub(crate) use markdown::{code_cell, plain, within as markdown_within};
pub(crate) use named_things::{NamedEntry, named_line, named_thing, understood_as, unknown_teams};
pub(crate) use path_text::path_text;
pub(crate) use table::{Cell, Table};
pub(crate) use team::{ContactEntry, RetiredEntry, TeamEntry};

pub use diagnostic::{Diagnostic, Renderer};
pub use host::{Host, Runner};
pub use output_job::{Job, ReportReader};
pub use palette::{Palette, Tone};

/// The look of an output.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Whether to use ANSI colors.
    pub color: bool,
    /// The width in columns.
    pub width: usize,
    /// Whether to wrap long lines at this width: a terminal is that wide, or the user sets the width.
    pub wraps: bool,
    /// Whether to print only the findings, without a summary.
    pub quiet: bool,
}

/// The address of the documentation, without a slash at the end. There is no public site yet. While it is
/// empty, no output contains a link.
const DOCUMENTATION: &str = "";

/// Returns the address of the documentation of a check. `None` without a public site.
fn documentation(check: &str) -> Option<String> {
    match DOCUMENTATION {
        "" => None,
        site => Some(format!("{site}/checks#{check}")),
    }
}

/// A format for reports.
#[derive(Debug)]
pub struct Output {
    /// The name after `--format`.
    pub name: &'static str,
    /// The purpose of the output.
    pub help: &'static str,
    /// The features that it uses of the service that reads it.
    pub host: Host,
    /// Writes a report.
    pub write: fn(&Job<'_>) -> serde_json::Result<String>,
}

/// All outputs.
pub const ALL: &[&Output] = &[
    &human::OUTPUT,
    &compact::OUTPUT,
    &json::OUTPUT,
    &markdown::OUTPUT,
    // For code review.
    &github::OUTPUT,
    &gitlab::OUTPUT,
    &gerrit::OUTPUT,
    &zuul::OUTPUT,
    &rdjson::OUTPUT,
    &rdjsonl::OUTPUT,
    // Formats that many tools read.
    &sarif::OUTPUT,
    &checkstyle::OUTPUT,
    &junit::OUTPUT,
];

/// The default output.
pub const DEFAULT: &Output = ALL[0];

/// Returns the output with a name.
pub fn by_name(name: &str) -> Option<&'static Output> {
    ALL.iter().copied().find(|output| output.name == name)
}
