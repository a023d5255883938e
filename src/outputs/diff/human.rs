use super::{EXAMPLES, path, words};
use crate::{
    outputs::{Palette, Tone},
    text::{count, first_few, printable, printable_bytes},
    transfer::{Transfer, TransferKind},
    workspace::OwnershipDiff,
};

/// Returns the changes as text for a terminal.
pub(crate) fn write(diff: &OwnershipDiff<'_>, palette: Palette) -> String {
    let mut lines = vec![
        palette.paint(
            Tone::Strong,
            &format!("ownership changes since {}", printable(diff.base)),
        ),
        String::new(),
    ];
    if let Some(why) = diff.without_base {
        lines.push(format!(
            "{}: all files count as previously unowned",
            printable(why)
        ));
        lines.push(String::new());
    }
    let transfers = diff.transfers();
    let renames = diff.teams.iter();
    lines.extend(renames.map(|(was, is)| format!("team {was} is now {is}")));
    if diff.teams.iter().next().is_some() {
        lines.push(String::new());
    }
    for same in transfers.chunk_by(|a, b| a.kind == b.kind) {
        let files: usize = same.iter().map(|transfer| transfer.files.len()).sum();
        let kind = same[0].kind;
        let heading = palette.paint(tone(kind), kind.name());
        lines.push(format!("{heading} × {}", count(files, "file")));
        for transfer in same {
            lines.extend(transfer_lines(diff, transfer, palette));
        }
        lines.push(String::new());
    }
    if !diff.components.is_empty() {
        let heading = format!("components × {}", diff.components.len());
        lines.push(palette.paint(Tone::Strong, &heading));
        for change in &diff.components {
            let (before, after) = (words(&change.before), words(&change.after));
            let was = change.was.as_ref();
            let was = was.map_or(String::new(), |was| format!(" (was {})", printable(was)));
            let owners = match change.name() {
                "added" => after,
                "removed" | "renamed" => before,
                _ => format!("{before} → {after}"),
            };
            let name = printable(&change.component);
            lines.push(format!("  {:<11} {name}{was}  {owners}", change.name()));
        }
        lines.push(String::new());
    }
    if !diff.approvals.is_empty() {
        let heading = format!("approvals × {}", diff.approvals.len());
        lines.push(palette.paint(Tone::Strong, &heading));
        let approvals = diff.approvals.iter();
        lines.extend(approvals.map(|change| format!("  {}", change.message(printable))));
        lines.push(String::new());
    }
    if diff.is_empty() {
        lines.push("no ownership changes".to_owned());
    } else {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

fn tone(kind: TransferKind) -> Tone {
    match kind {
        TransferKind::Conflicting | TransferKind::Lost => Tone::Error,
        TransferKind::Moved => Tone::Warning,
        TransferKind::Gained | TransferKind::Settled => Tone::Good,
        TransferKind::Exempted | TransferKind::Added | TransferKind::Removed => Tone::Info,
    }
}

fn transfer_lines(
    diff: &OwnershipDiff<'_>,
    transfer: &Transfer<'_>,
    palette: Palette,
) -> Vec<String> {
    let renamed = match transfer.renamed() {
        0 => String::new(),
        renamed => format!(" ({renamed} renamed)"),
    };
    let repository = match diff.has_several {
        true => palette.paint(Tone::Faint, &format!("  in {}", transfer.repository)),
        false => String::new(),
    };
    let owners = match transfer.kind {
        TransferKind::Added => words(&transfer.after),
        TransferKind::Removed => words(&transfer.before),
        _ => format!("{} → {}", words(&transfer.before), words(&transfer.after)),
    };
    let mut lines = vec![format!(
        "  {owners}: {}{renamed}{repository}",
        transfer.files.len(),
    )];
    let files = transfer.files.iter();
    let files = files.map(|file| format!("    {}", path(file, |it| printable_bytes(it))));
    let more = |more| palette.paint(Tone::Faint, &format!("    and {more} more"));
    lines.extend(first_few(files, EXAMPLES, more));
    lines
}
