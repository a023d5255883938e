//! Markdown for a review comment: two tables of limited length.

use super::{EXAMPLES, path, words};
use crate::{
    outputs::{code_cell, plain},
    text::{code_span, first_few, joined, printable},
    transfer::TransferKind,
    workspace::OwnershipDiff,
};

/// The maximum number of rows of a table; forges truncate comments that are too long.
const ROWS: usize = 50;

/// Returns the changes as Markdown.
pub(crate) fn write(diff: &OwnershipDiff<'_>) -> String {
    let transfers = diff.transfers();
    let mut text = String::from("### Ownership changes\n\n");
    if let Some(why) = diff.without_base {
        text += &format!(
            "The owners before the change are unknown: {}.\n\n",
            escaped(why)
        );
    }
    for (was, is) in diff.teams.iter() {
        text += &format!("Team {} is now {}.\n\n", escaped(was), escaped(is));
    }
    if diff.is_empty() {
        text += "No files or components change owners.\n";
        return text;
    }
    if !transfers.is_empty() {
        text += "| files | change | from | to | paths |\n|--:|---|---|---|---|\n";
        let rows = transfers.iter().map(|transfer| {
            let name = transfer.kind.name();
            let change = match transfer.kind {
                TransferKind::Conflicting | TransferKind::Lost => format!("**{name}**"),
                _ => name.to_owned(),
            };
            let paths = transfer.files.iter();
            let paths = paths.map(|file| path(file, |it| code_cell(it)));
            let paths = first_few(paths, EXAMPLES, |more| format!("and {more} more"));
            format!(
                "| {} | {change} | {} | {} | {} |\n",
                transfer.files.len(),
                escaped(&words(&transfer.before)),
                escaped(&words(&transfer.after)),
                joined(paths, "<br>"),
            )
        });
        text += &bounded(rows, 5);
        text.push('\n');
    }
    if !diff.components.is_empty() {
        text += "| component | change | before | after |\n|---|---|---|---|\n";
        let rows = diff.components.iter().map(|change| {
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
    if !diff.approvals.is_empty() {
        let items = diff.approvals.iter();
        let items = items
            .map(|change| format!("* {}\n", change.message(|name| code_span(&printable(name)))));
        let items = first_few(items, ROWS, |more| format!("* and {more} more\n"));
        text += &joined(items, "");
        text.push('\n');
    }
    text += &format!("Compared with {}.\n", escaped(diff.base));
    text
}

fn bounded(rows: impl ExactSizeIterator<Item = String>, columns: usize) -> String {
    let more = |more| format!("| … {more} more {}\n", "|".repeat(columns));
    first_few(rows, ROWS, more).collect()
}

/// Escapes Markdown and control characters.
fn escaped(text: &str) -> String {
    plain(&printable(text))
}
