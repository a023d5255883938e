//! Shares as bars.

const WIDTH: usize = 24;

/// A bar that is full at `whole`, in eighths of a character.
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

/// `85.4 %`, to the nearest; all and nothing are never rounded to.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let nearest = (part * 2000 + whole) / (whole * 2);
    let tenths = match part {
        0 => 0,
        all if all >= whole => nearest,
        _ => nearest.clamp(1, 999),
    };
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_drawn_and_rounded_to_neither_all_nor_nothing() {
        assert_eq!(bar(1, 2), ("█".repeat(12), "·".repeat(12)));
        assert_eq!(bar(0, 2).0, "");
        assert_eq!(bar(1, 1_000_000).0, "▏");
        assert_eq!(percent(8, 9), "88.9 %");
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(1, 16), "6.3 %");
        assert_eq!(percent(9, 9), "100.0 %");
        assert_eq!(percent(0, 9), "0.0 %");
        assert_eq!(percent(999_999, 1_000_000), "99.9 %");
        assert_eq!(percent(1, 1_000_000), "0.1 %");
        assert_eq!(percent(0, 0), "–");
    }
}
