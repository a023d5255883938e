//! What `components` answers: their owners, and what they declare.

mod csv;
mod json;
mod table;

pub(crate) use csv::write as csv;
pub(crate) use json::write as json;
pub(crate) use table::write as table;

use crate::{config::Teams, coverage::ComponentReport};

/// The owners as ids, or why there are none.
fn owners(report: &ComponentReport<'_>, teams: &Teams, between: &str) -> String {
    teams.names(&report.resolution.owners).join(between)
}

/// The hints that name somebody, in words.
fn hints(report: &ComponentReport<'_>, teams: &Teams) -> Vec<String> {
    let hints = report.hints.iter();
    hints.filter_map(|guess| guess.told(teams)).collect()
}

/// Whether something uses it, where that is known.
fn in_use(report: &ComponentReport<'_>) -> &'static str {
    match report.component.in_use {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    }
}
