//! Lists in templates with some items indented less than others, as inside an `if`. They are not valid YAML, but
//! their meaning is clear.

use crate::text::Span;

/// The inserted spaces, in order.
#[derive(Debug, Default)]
pub(super) struct Shifts(Vec<Shift>);

#[derive(Debug)]
struct Shift {
    /// Where they begin, in the text with the spaces.
    at: usize,
    count: usize,
    /// The number of spaces inserted before.
    before: usize,
}

impl Shifts {
    /// Returns the span in the original text of a span in the text with the spaces.
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

/// Returns `text` with the items of each list at the indent of its first item; `None` if all of them already are, or
/// if the text would become more than twice as long.
pub(super) fn level(text: &str) -> Option<(String, Shifts)> {
    let mut out = String::with_capacity(text.len());
    let mut shifts = Shifts::default();
    // The open lists, innermost last: the indent of the key, and of the items.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut key: Option<usize> = None;
    // The indent of a stray item, and the number of missing spaces.
    let mut stray: Option<(usize, usize)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let indent = line.len() - line.trim_start_matches(' ').len();
        if !content.is_empty() && !content.starts_with('#') {
            let is_item = content == "-" || content.starts_with("- ");
            let continues = stray.is_some_and(|(at, missing)| {
                let is_aligned = is_item && indent == at + missing && key.is_none();
                !is_aligned && (indent > at || (indent == at && is_item))
            });
            if !continues {
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
        // No hand-written file does this.
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
    fn indents_stray_items_and_keeps_places() {
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
