/// The unit of a column; each consumer has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    /// UTF-16 code units, as in Java and JavaScript.
    Utf16,
    /// Unicode code points.
    CodePoints,
}

impl Unit {
    /// Returns the length of `text` in this unit. Invalid UTF-8 is allowed: a truncated character still
    /// counts.
    pub fn count(self, text: &[u8]) -> usize {
        // The first byte of each character; a character of four bytes has two UTF-16 code units.
        let starts = || text.iter().filter(|byte| **byte & 0xc0 != 0x80);
        match self {
            Self::Bytes => text.len(),
            Self::CodePoints => starts().count(),
            Self::Utf16 => starts().map(|byte| if *byte >= 0xf0 { 2 } else { 1 }).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_in_each_unit() {
        for (text, bytes, utf16, points) in [("ab", 2, 2, 2), ("ü漢", 5, 2, 2), ("😀", 4, 2, 1)]
        {
            let count = |unit: Unit| unit.count(text.as_bytes());
            assert_eq!(
                [Unit::Bytes, Unit::Utf16, Unit::CodePoints].map(count),
                [bytes, utf16, points],
                "{text}"
            );
            assert_eq!(count(Unit::Utf16), text.encode_utf16().count());
        }
    }
}
