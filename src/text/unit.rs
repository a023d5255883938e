/// What a column counts; each consumer has its own.
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
    /// How many of them `text` has. Nothing is asked of the encoding: a character that is cut in two
    /// still counts.
    pub fn count(self, text: &[u8]) -> usize {
        // The first byte of a character; one of four bytes has two units of UTF-16.
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
    fn characters_are_as_long_as_their_unit_has_them() {
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
