//! For a review comment: two tables, of bounded length.

use super::{EXAMPLES, path, words};
use crate::{
    outputs::{code_cell, plain},
    text::{first_few, joined, printable},
    transfer::TransferKind,
    workspace::OwnershipDiff,
};

/// Rows of a table; forges cut off comments that are too long.
const ROWS: usize = 50;

/// For a review comment.
pub(crate) fn write(told: &OwnershipDiff<'_>) -> String {
    let transfers = told.transfers();
    let mut text = String::from("### Ownership changes\n\n");
    if let Some(why) = told.without_base {
        text += &format!("Nothing to compare with: {}.\n\n", escaped(why));
    }
    for (was, is) in told.teams.iter() {
        text += &format!("Team {} is now {}.\n\n", escaped(was), escaped(is));
    }
    if transfers.is_empty() && told.components.is_empty() {
        text += "None: nothing changes hands.\n";
        return text;
    }
    if !transfers.is_empty() {
        text += "| files | change | from | to | which |\n|--:|---|---|---|---|\n";
        let rows = transfers.iter().map(|transfer| {
            let name = transfer.kind.name();
            let change = match transfer.kind {
                TransferKind::Conflicting | TransferKind::Lost => format!("**{name}**"),
                _ => name.to_owned(),
            };
            let which = transfer.files.iter();
            let which = which.map(|fate| path(fate, |it| code_cell(it)));
            let which = first_few(which, EXAMPLES, |more| format!("and {more} more"));
            format!(
                "| {} | {change} | {} | {} | {} |\n",
                transfer.files.len(),
                escaped(&words(&transfer.before)),
                escaped(&words(&transfer.after)),
                joined(which, "<br>"),
            )
        });
        text += &bounded(rows, 5);
        text.push('\n');
    }
    if !told.components.is_empty() {
        text += "| component | change | before | after |\n|---|---|---|---|\n";
        let rows = told.components.iter().map(|change| {
            let was = change.was.as_ref();
            let was = was.map_or(String::new(), |was| format!(", was {}", code_cell(was)));
            format!(
                "| {}{was} | {} | {} | {} |\n",
                code_cell(&change.component),
                change.name(),
                escaped(&words(&change.before)),
                escaped(&words(&change.after)),
            )
        });
        text += &bounded(rows, 4);
        text.push('\n');
    }
    text += &format!("Compared with {}.\n", escaped(told.base));
    text
}

fn bounded(rows: impl ExactSizeIterator<Item = String>, columns: usize) -> String {
    let more = |more| format!("| … {more} more {}\n", "|".repeat(columns));
    first_few(rows, ROWS, more).collect()
}

/// Words that mean nothing but themselves.
fn escaped(text: &str) -> String {
    plain(&printable(text))
}
