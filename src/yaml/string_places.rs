//! Where the text of a string is in the file that contains the string.

use crate::text::Span;

/// Maps the positions in a string to those in the file.
#[derive(Debug)]
pub struct StringPlaces {
    /// The value that contains the string.
    whole: Span,
    /// The starts of parts that are written as they are: in the string, and in the file. None if the string is written
    /// differently.
    parts: Vec<(u32, u32)>,
}

impl StringPlaces {
    /// Finds the parts of a string, which is written at `whole` of the file.
    pub fn new(text: &str, file: &str, whole: Span) -> Self {
        let written = file.get(whole.range()).unwrap_or_default();
        let parts = match written.as_bytes().first() {
            // A block can also start with a quote.
            Some(quote @ (b'"' | b'\'')) => {
                in_quotes(text, written, *quote).or_else(|| in_block(text, written))
            }
            _ => in_block(text, written),
        };
        let place = |(inner, outer): (usize, usize)| {
            let place = Span::new(inner, whole.range().start + outer);
            (place.start, place.end)
        };
        let parts = parts.unwrap_or_default().into_iter();
        Self {
            whole,
            parts: parts.map(place).collect(),
        }
    }

    /// Returns the value that contains the string.
    pub fn whole(&self) -> Span {
        self.whole
    }

    /// Returns the span in the file of a span in the string, if it is known where the string is written.
    pub fn outer_exactly(&self, span: Span) -> Option<Span> {
        let outer = |at: u32| {
            let next = self.parts.partition_point(|(inner, _)| *inner <= at);
            let (inner, outer) = self.parts.get(next.checked_sub(1)?)?;
            let outer = outer.checked_add(at - inner)?;
            (outer <= self.whole.end).then_some(outer)
        };
        let (start, end) = (outer(span.start)?, outer(span.end)?);
        (start <= end).then_some(Span { start, end })
    }

    /// Returns the span in the file of a span in the string; the whole value if it is unknown where the string is written.
    pub fn outer(&self, span: Span) -> Span {
        self.outer_exactly(span).unwrap_or(self.whole)
    }
}

/// Returns the lines of a string in a block.
fn in_block(text: &str, written: &str) -> Option<Vec<(usize, usize)>> {
    let mut lines = Vec::new();
    let (mut inner, mut outer) = (0, 0);
    let mut written = written.split_inclusive('\n');
    // The first line of a block may be its header.
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let found = loop {
            let candidate = written.next()?;
            let start = outer;
            outer += candidate.len();
            let candidate = candidate.trim_end();
            if candidate.ends_with(content) {
                break start + candidate.len() - content.len();
            }
            if !candidate.trim_start().is_empty() && !lines.is_empty() {
                return None;
            }
        };
        lines.push((inner, found));
        inner += line.len();
    }
    Some(lines)
}

/// Returns the parts of a string between escapes and line breaks.
fn in_quotes(text: &str, written: &str, quote: u8) -> Option<Vec<(usize, usize)>> {
    let written = written.as_bytes();
    let text = text.as_bytes();
    let end = written.len().checked_sub(1).filter(|end| *end > 0)?;
    let (mut inner, mut outer) = (0, 1);
    let mut parts = vec![(inner, outer)];
    while outer < end {
        let rest = &written[outer..end];
        let (length, becomes) = match rest {
            [b'\\', escape, ..] if quote == b'"' => match escape {
                b'\n' | b'\r' => (1 + blanks(&rest[1..]).0, 0),
                b'x' => (4, length_at(text, inner)?),
                b'u' => (6, length_at(text, inner)?),
                b'U' => (10, length_at(text, inner)?),
                _ => (2, length_at(text, inner)?),
            },
            [b'\'', b'\'', ..] if quote == b'\'' => (2, 1),
            [b' ' | b'\t' | b'\r' | b'\n', ..] => match blanks(rest) {
                (_, 0) => (0, 0),
                (length, 1) => (length, 1),
                (length, lines) => (length, lines - 1),
            },
            _ => (0, 0),
        };
        if length == 0 {
            if text.get(inner) != Some(&rest[0]) {
                return None;
            }
            (inner, outer) = (inner + 1, outer + 1);
            continue;
        }
        (inner, outer) = (inner + becomes, outer + length);
        parts.push((inner, outer));
    }
    (inner == text.len()).then_some(parts)
}

/// Returns the length of the blanks and line breaks at the start of a text, and how many line breaks they contain.
fn blanks(text: &[u8]) -> (usize, usize) {
    let blanks = text.iter();
    let blanks = blanks.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    let length = blanks.count();
    let lines = text[..length].iter().filter(|byte| **byte == b'\n');
    (length, lines.count())
}

/// Returns the length of the character at a position.
fn length_at(text: &[u8], at: usize) -> Option<usize> {
    Some(match text.get(at)? {
        0..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0.. => 4,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{testing::within, yaml::parse};

    /// Returns the text in the file of each word in the string under `a`.
    fn words(file: &str) -> Vec<&str> {
        let parsed = parse(file);
        assert!(parsed.errors.is_empty(), "{file}");
        let node = parsed.documents[0].get("a").unwrap();
        let text = node.as_str().unwrap();
        let places = StringPlaces::new(text, file, node.span);
        let words = text.split_whitespace().map(|word| {
            let start = word.as_ptr().addr() - text.as_ptr().addr();
            let span = places.outer_exactly(Span::new(start, start + word.len()));
            span.map_or("?", |span| &file[span.range()])
        });
        words.collect()
    }

    #[test]
    fn finds_the_parts_of_strings() {
        for (file, expected) in [
            ("a: |\n  b: c\n\n    d\n", &["b:", "c", "d"][..]),
            ("a: |2-  # b\n    b\n   c\n", &["b", "c"]),
            ("a: \"b\\nc d\\te\"", &["b", "c", "d", "e"]),
            ("a: \"b\\\"c d\"", &["b\\\"c", "d"]),
            (
                "{\"a\": \"{\\\"b\\\": 1,\\n \\\"\\u00e9\\\": 2}\"}",
                &["{\\\"b\\\":", "1,", "\\\"\\u00e9\\\":", "2}"],
            ),
            ("a: 'b''c d'", &["b''c", "d"]),
            ("a: 'b  c\n  d\n\n  e'", &["b", "c", "d", "e"]),
            ("a: \"b \\\n  c\n  d\"", &["b", "c", "d"]),
            ("a: \"é\\x41 b\"", &["é\\x41", "b"]),
            ("a: >\n  b\n  c\n", &["?", "?"]),
            ("a: ''", &[]),
        ] {
            assert_eq!(words(file), expected, "{file}");
        }
    }

    #[test]
    fn long_strings_are_fast() {
        within(5, || {
            for part in ["a: b\\n", "\\\"", "  \n ", "a"] {
                words(&format!("a: \"{}\"", part.repeat(50_000)));
            }
        });
    }
}
