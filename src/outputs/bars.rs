//! Shares as bars.

const WIDTH: usize = 24;

/// A bar that is full at `whole`, in eighths of a character.
pub(super) fn bar(part: u64, whole: u64) -> (String, String) {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if whole == 0 {
        return (String::new(), " ".repeat(WIDTH));
    }
    let steps = (WIDTH as u64 * 8 * part).div_ceil(whole) as usize;
    let filled = "█".repeat(steps / 8) + EIGHTHS[steps % 8];
    let used = steps.div_ceil(8);
    (filled, "·".repeat(WIDTH - used.min(WIDTH)))
}

/// `85.4 %`; never rounded up to 100.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let tenths = part * 1000 / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_drawn_and_never_rounded_up() {
        assert_eq!(bar(1, 2), ("█".repeat(12), "·".repeat(12)));
        assert_eq!(bar(0, 2).0, "");
        assert_eq!(bar(1, 1_000_000).0, "▏");
        assert_eq!(percent(999_999, 1_000_000), "99.9 %");
        assert_eq!(percent(0, 0), "–");
    }
}
