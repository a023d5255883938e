//! The outputs of `teams`: all teams, and what they own.

mod csv;
mod json;
mod table;

pub(crate) use csv::write as csv;
pub(crate) use json::write as json;
pub(crate) use table::write as table;

use crate::coverage::Holding;

/// Returns the total number of files and of components.
fn totals(holdings: &[&Holding<'_>]) -> (u64, u64) {
    let files = holdings.iter().map(|holding| holding.files).sum();
    let kinds = holdings.iter().flat_map(|it| it.components.values());
    (files, kinds.map(|list| list.len() as u64).sum())
}
