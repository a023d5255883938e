//! The outputs of `components`: the components, their owners and declarations.

mod csv;
mod groups;
mod json;
mod table;

pub(crate) use csv::write as csv;
pub(crate) use groups::{csv as groups_csv, json as groups_json, table as groups_table};
pub(crate) use json::write as json;
pub(crate) use table::write as table;

use crate::{config::Teams, coverage::ComponentReport, inventory::Hint};

/// Returns the ids of the owners, joined.
fn owners(report: &ComponentReport<'_>, teams: &Teams, between: &str) -> String {
    let people = report.resolution.people.iter().map(|person| &**person);
    let teams = teams.names(&report.resolution.owners).into_iter();
    teams.chain(people).collect::<Vec<_>>().join(between)
}

/// Returns the inferred owners as text, without components that have no owner.
fn inferred_owners(report: &ComponentReport<'_>, teams: &Teams) -> Vec<String> {
    let linked = report.inferred_owners.iter();
    let owned = linked.filter(|linked| !linked.owners.is_empty());
    let text = owned.map(|linked| {
        let names = teams.names(&linked.owners).join(" and ");
        let Hint { kind, name, .. } = linked.hint;
        format!("inferred owner: team {names}, from {kind}:{name}")
    });
    text.collect()
}

/// Returns whether the component is used; empty if unknown.
fn in_use(report: &ComponentReport<'_>) -> &'static str {
    match report.component.in_use {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    }
}
