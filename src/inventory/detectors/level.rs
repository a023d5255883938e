//! Lists of which a template's author indented some items less than others, as inside an `if` that
//! may leave them out: not YAML, but what is meant is plain.

use crate::text::Span;

/// Spaces that were put in, in order.
#[derive(Debug, Default)]
pub(super) struct Shifts(Vec<Shift>);

#[derive(Debug)]
struct Shift {
    /// Where they begin, in the text that has them.
    at: usize,
    count: usize,
    /// How many were put in before.
    before: usize,
}

impl Shifts {
    /// Where in the text without the spaces a span of the text with them lies.
    pub fn original(&self, span: Span) -> Span {
        if self.0.is_empty() {
            return span;
        }
        let original = |at: u32| {
            let at = at as usize;
            let later = self.0.partition_point(|shift| shift.at < at);
            let last = later.checked_sub(1).map(|last| &self.0[last]);
            at - last.map_or(0, |last| last.before + last.count.min(at - last.at))
        };
        Span::new(original(span.start), original(span.end))
    }
}

/// `text` with the items of each list at the indent of its first; nothing if they all are, or if that
/// would make it more than twice as long.
pub(super) fn level(text: &str) -> Option<(String, Shifts)> {
    let mut out = String::with_capacity(text.len());
    let mut shifts = Shifts::default();
    // The lists that are open, innermost last: the indent of the key, and of the items.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut key: Option<usize> = None;
    // The indent of a stray item, and what is missing from it.
    let mut stray: Option<(usize, usize)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let indent = line.len() - line.trim_start_matches(' ').len();
        if !content.is_empty() && !content.starts_with('#') {
            let is_item = content == "-" || content.starts_with("- ");
            let goes_on = stray.is_some_and(|(at, missing)| {
                let is_straight = is_item && indent == at + missing && key.is_none();
                !is_straight && (indent > at || (indent == at && is_item))
            });
            if !goes_on {
                stray = None;
                open.retain(|(of, _)| indent > *of || (is_item && indent == *of));
                match (key, open.last()) {
                    (Some(of), _) if is_item && indent > of => open.push((of, indent)),
                    (_, Some((_, items))) if is_item && indent < *items => {
                        stray = Some((indent, items - indent));
                    }
                    _ => {}
                }
            }
            let of = indent + content.len() - content.trim_start_matches(['-', ' ']).len();
            key = content.ends_with(':').then_some(of);
        }
        if let Some((_, missing)) = stray {
            shifts.0.push(Shift {
                at: out.len(),
                count: missing,
                before: out.len() - start,
            });
            out.extend(std::iter::repeat_n(' ', missing));
        }
        out.push_str(line);
        start += line.len();
        // Nobody writes that by hand.
        if out.len() > 2 * text.len() {
            return None;
        }
    }
    (!shifts.0.is_empty()).then_some((out, shifts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_items_move_to_the_others_and_places_hold() {
        let text = "r:\n  - a: 1\n    v:\n      - x\n\n- a: 2\n  v:\n    - y\n  - a: 3\nz: 1\n";
        let expected =
            "r:\n  - a: 1\n    v:\n      - x\n\n  - a: 2\n    v:\n      - y\n  - a: 3\nz: 1\n";
        let (leveled, shifts) = level(text).unwrap();
        assert_eq!(leveled.replace("  \n", "\n"), expected);
        for word in ["a: 1", "a: 2", "- y", "z: 1"] {
            let at = leveled.find(word).unwrap();
            let original = shifts.original(Span::new(at, at + word.len()));
            assert_eq!(&text[original.range()], word);
        }
        let wide = format!(
            "r:\n{}- a\n{}",
            " ".repeat(1_000_000),
            "- b\n".repeat(1_000_000)
        );
        assert!(level(&wide).is_none());
        assert!(level("r:\n- a\n- b:\n  - c\n  - d\ne:\n  - f\n").is_none());
    }
}
