//! Formats shares as bars and percentages, and counts of verdicts.

use super::{Palette, Tone};
use crate::{
    resolution::{Verdict, VerdictCounts},
    text::grouped,
};

const WIDTH: usize = 24;

/// Returns the filled and the empty part of a bar, in steps of an eighth of a character.
pub(crate) fn bar(part: u64, whole: u64) -> (String, String) {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if whole == 0 {
        return (String::new(), " ".repeat(WIDTH));
    }
    let steps = (WIDTH as u64 * 8 * part).div_ceil(whole) as usize;
    let filled = "█".repeat(steps / 8) + EIGHTHS[steps % 8];
    let used = steps.div_ceil(8);
    (filled, "·".repeat(WIDTH - used.min(WIDTH)))
}

/// Formats a share as `85.4 %`. It is rounded down, as in `--min-coverage`, so that a share below the limit
/// is not shown as the limit; but a share above zero is never shown as zero.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let tenths = (part * 1000 / whole).max(u64::from(part > 0));
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Formats counts as `12 owned · 1 exempt · 0 unowned · 0 conflicting`.
pub(crate) fn verdicts(counts: &VerdictCounts, palette: Palette) -> String {
    let verdicts = Verdict::ALL.map(|verdict| {
        let number = counts.of(verdict);
        let tone = match verdict {
            _ if number == 0 => Tone::Faint,
            Verdict::Owned => Tone::Good,
            Verdict::Exempt => Tone::Faint,
            Verdict::Unowned | Verdict::Conflicting => Tone::Error,
        };
        palette.paint(tone, &format!("{} {}", grouped(number), verdict.name()))
    });
    verdicts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_shares_down_but_not_to_zero() {
        assert_eq!(bar(1, 2), ("█".repeat(12), "·".repeat(12)));
        assert_eq!(bar(0, 2).0, "");
        assert_eq!(bar(1, 1_000_000).0, "▏");
        assert_eq!(percent(8, 9), "88.8 %");
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(1, 16), "6.2 %");
        assert_eq!(percent(1, 7), "14.2 %");
        assert_eq!(percent(9, 9), "100.0 %");
        assert_eq!(percent(0, 9), "0.0 %");
        assert_eq!(percent(999_999, 1_000_000), "99.9 %");
        assert_eq!(percent(1, 1_000_000), "0.1 %");
        assert_eq!(percent(0, 0), "–");
    }
}
