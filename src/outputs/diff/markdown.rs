//! For a review comment: two tables, of bounded length.

use super::words;
use crate::{
    handover::{FileTransition, TransferKind},
    outputs::code_cell,
    text::printable_bytes,
    workspace::OwnershipDiff,
};

/// How many files of a transfer are named.
const EXAMPLES: usize = 3;

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
            let mut which: Vec<String> = transfer
                .files
                .iter()
                .take(EXAMPLES)
                .map(|f| path(f))
                .collect();
            if transfer.files.len() > EXAMPLES {
                which.push(format!("and {} more", transfer.files.len() - EXAMPLES));
            }
            format!(
                "| {} | {change} | {} | {} | {} |\n",
                transfer.files.len(),
                escaped(&words(&transfer.before)),
                escaped(&words(&transfer.after)),
                which.join("<br>"),
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
    let more = rows.len().saturating_sub(ROWS);
    let mut text: String = rows.take(ROWS).collect();
    if more > 0 {
        text += &format!("| … {more} more {}\n", "|".repeat(columns));
    }
    text
}

fn path(fate: &FileTransition) -> String {
    let path = code_cell(&fate.path);
    match &fate.was {
        Some(was) => format!("{} → {path}", code_cell(was)),
        None => path,
    }
}

/// Text that means nothing but itself.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in printable_bytes(text.as_bytes()).chars() {
        if "\\`*_{}[]<>#|~@!".contains(char) {
            out.push('\\');
        }
        out.push(char);
    }
    out
}
