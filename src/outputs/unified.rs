//! Formats the changes in a file as `diff -u` does.

use similar::{Algorithm, ChangeTag, capture_diff_slices, group_diff_ops};

use crate::text::printable;

/// The number of unchanged lines around a change.
const CONTEXT: usize = 3;

/// Returns the changes from `existing` to `wanted`, which `label` describes.
pub(super) fn unified(path: &str, existing: &str, wanted: &str, label: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (existing.lines().collect(), wanted.lines().collect());
    let mut text = format!("--- {path}\n+++ {path} ({label})\n");
    let edits = capture_diff_slices(Algorithm::Myers, &old, &new);
    for hunk in group_diff_ops(edits, CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            continue;
        };
        let old_range = first.old_range().start..last.old_range().end;
        let new_range = first.new_range().start..last.new_range().end;
        text += &format!(
            "@@ -{},{} +{},{} @@\n",
            old_range.start + usize::from(!old_range.is_empty()),
            old_range.len(),
            new_range.start + usize::from(!new_range.is_empty()),
            new_range.len()
        );
        for change in hunk.iter().flat_map(|edit| edit.iter_changes(&old, &new)) {
            let mark = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            text += &format!("{mark}{}\n", printable(change.value()));
        }
    }
    text
}
