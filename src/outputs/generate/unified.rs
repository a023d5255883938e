//! What has to change in a file, as `diff -u` shows it.

use crate::text::printable;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Beyond so many pairs of lines, what lies between the first and the last change is shown as one.
const MAX_PAIRS: usize = 4_000_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edit {
    Keep,
    Remove,
    Add,
}

/// The changes from `there` to `wanted`.
pub(super) fn unified(path: &str, there: &str, wanted: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (there.lines().collect(), wanted.lines().collect());
    let edits = edits(&old, &new);
    let mut text = format!("--- {path}\n+++ {path} (wanted)\n");
    let changes: Vec<usize> = (0..edits.len())
        .filter(|at| edits[*at] != Edit::Keep)
        .collect();
    for hunk in changes.chunk_by(|a, b| b - a <= 2 * CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            continue;
        };
        let range = first.saturating_sub(CONTEXT)..(last + CONTEXT + 1).min(edits.len());
        let count = |edits: &[Edit], but: Edit| edits.iter().filter(|edit| **edit != but).count();
        let (old_start, new_start) = (
            count(&edits[..range.start], Edit::Add),
            count(&edits[..range.start], Edit::Remove),
        );
        let inside = &edits[range];
        let (old_count, new_count) = (count(inside, Edit::Add), count(inside, Edit::Remove));
        text += &format!(
            "@@ -{},{old_count} +{},{new_count} @@\n",
            old_start + usize::from(old_count > 0),
            new_start + usize::from(new_count > 0)
        );
        let (mut at_old, mut at_new) = (old_start, new_start);
        for edit in inside {
            let (mark, line) = match edit {
                Edit::Keep => (' ', old[at_old]),
                Edit::Remove => ('-', old[at_old]),
                Edit::Add => ('+', new[at_new]),
            };
            at_old += usize::from(*edit != Edit::Add);
            at_new += usize::from(*edit != Edit::Remove);
            text += &format!("{mark}{}\n", printable(line));
        }
    }
    text
}

/// A shortest way from one list of lines to the other.
fn edits(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let same = |a: &[&str], b: &[&str]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let start = same(old, new);
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (a, b) = (
        &old_rest[..old_rest.len() - end],
        &new_rest[..new_rest.len() - end],
    );
    let mut edits = vec![Edit::Keep; start];
    if a.len().saturating_mul(b.len()) > MAX_PAIRS {
        edits.extend(a.iter().map(|_| Edit::Remove));
        edits.extend(b.iter().map(|_| Edit::Add));
    } else {
        // By position in both: how many lines the rest has in common.
        let width = b.len() + 1;
        let mut common = vec![0u32; (a.len() + 1) * width];
        for i in (0..a.len()).rev() {
            for j in (0..b.len()).rev() {
                common[i * width + j] = match a[i] == b[j] {
                    true => common[(i + 1) * width + j + 1] + 1,
                    false => common[(i + 1) * width + j].max(common[i * width + j + 1]),
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < a.len() || j < b.len() {
            let edit = if i < a.len() && j < b.len() && a[i] == b[j] {
                Edit::Keep
            } else if i < a.len()
                && (j == b.len() || common[(i + 1) * width + j] >= common[i * width + j + 1])
            {
                Edit::Remove
            } else {
                Edit::Add
            };
            i += usize::from(edit != Edit::Add);
            j += usize::from(edit != Edit::Remove);
            edits.push(edit);
        }
    }
    edits.extend(std::iter::repeat_n(Edit::Keep, end));
    edits
}
