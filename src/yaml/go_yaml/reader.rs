use super::GoYamlError;
use crate::text::Span;

/// How many bytes are decoded at once. An invalid byte is an error even behind the end of the first document if it
/// is in the last part that was decoded.
const CHUNK: usize = 512;

/// The characters of a file, decoded in parts. After the last one follow `\0`, which no file may contain.
#[derive(Debug)]
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    encoding: Option<Encoding>,
    /// The part that was read but not decoded.
    raw: std::ops::Range<usize>,
    is_end: bool,
    /// The decoded characters, each with its offset, from the one that was the current one when the last part was
    /// decoded.
    buffer: Vec<(char, usize)>,
    /// The position of the current character in the buffer.
    at: usize,
    /// The number of characters before the buffer.
    before: usize,
}

#[derive(Debug, Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
}

/// What follows in a part of a file.
enum Decoded {
    /// A character and its length.
    Char(char, usize),
    /// The start of a character.
    Incomplete,
    Invalid(&'static str),
}

impl<'b> Reader<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        // An empty file is read as an empty line.
        let bytes = if bytes.is_empty() { b"\n" } else { bytes };
        Self {
            bytes,
            encoding: None,
            raw: 0..0,
            is_end: false,
            buffer: Vec::new(),
            at: 0,
            before: 0,
        }
    }

    /// The number of characters before the current one.
    pub fn position(&self) -> usize {
        self.before + self.at
    }

    /// Returns the offset of the current character in bytes.
    pub fn offset(&self) -> usize {
        let next = self.buffer.get(self.at);
        next.map_or(self.raw.start, |(_, offset)| *offset)
    }

    /// Returns the character at a distance from the current one.
    pub fn peek(&self, ahead: usize) -> char {
        self.buffer
            .get(self.at + ahead)
            .map_or('\0', |(char, _)| *char)
    }

    pub fn advance(&mut self) {
        self.at += 1;
    }

    /// Returns whether the buffer starts with a byte order mark. go-yaml asks this where it should ask for the current
    /// character.
    pub fn buffer_has_mark(&self) -> bool {
        self.buffer
            .first()
            .is_some_and(|(char, _)| *char == '\u{feff}')
    }

    /// Decodes at least `count` characters from the current one on.
    pub fn ensure(&mut self, count: usize) -> Result<(), GoYamlError> {
        if self.buffer.len() >= self.at + count {
            return Ok(());
        }
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None => self.determine_encoding(),
        };
        self.buffer.drain(..self.at);
        self.before += self.at;
        self.at = 0;
        let mut is_first = true;
        while self.buffer.len() < count {
            if !is_first || self.raw.is_empty() {
                self.read();
            }
            is_first = false;
            while !self.raw.is_empty() {
                let bytes = &self.bytes[self.raw.clone()];
                let offset = self.raw.start;
                let message = match encoding.decode(bytes) {
                    Decoded::Char(char, length) if is_allowed(char) => {
                        self.buffer.push((char, offset));
                        self.raw.start += length;
                        continue;
                    }
                    Decoded::Incomplete if !self.is_end => break,
                    Decoded::Char(..) => "control characters are not allowed",
                    Decoded::Incomplete => "the last character is incomplete",
                    Decoded::Invalid(message) => message,
                };
                return Err(GoYamlError::new(Span::new(offset, offset + 1), message));
            }
            if self.is_end {
                self.buffer.push(('\0', self.bytes.len()));
                break;
            }
        }
        Ok(())
    }

    fn determine_encoding(&mut self) -> Encoding {
        while !self.is_end && self.raw.len() < 3 {
            self.read();
        }
        let (encoding, mark) = match &self.bytes[self.raw.clone()] {
            [0xFF, 0xFE, ..] => (Encoding::Utf16(u16::from_le_bytes), 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16(u16::from_be_bytes), 2),
            [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
            _ => (Encoding::Utf8, 0),
        };
        self.raw.start += mark;
        self.encoding = Some(encoding);
        encoding
    }

    /// Reads the next part.
    fn read(&mut self) {
        if self.raw.end == self.bytes.len() {
            self.is_end = true;
        }
        let end = self.raw.start + CHUNK;
        self.raw.end = end.min(self.bytes.len());
    }
}

impl Encoding {
    fn decode(self, bytes: &[u8]) -> Decoded {
        match self {
            Self::Utf8 => decode_utf8(bytes),
            Self::Utf16(unit) => decode_utf16(bytes, unit),
        }
    }
}

fn decode_utf8(bytes: &[u8]) -> Decoded {
    let length = match bytes[0] {
        0..=0x7F => 1,
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF7 => 4,
        _ => return Decoded::Invalid("the file is not valid UTF-8"),
    };
    let Some(bytes) = bytes.get(..length) else {
        return Decoded::Incomplete;
    };
    let text = std::str::from_utf8(bytes).ok();
    match text.and_then(|text| text.chars().next()) {
        Some(char) => Decoded::Char(char, length),
        None => Decoded::Invalid("the file is not valid UTF-8"),
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let unit = |at: usize| Some(unit([*bytes.get(at)?, *bytes.get(at + 1)?]));
    let Some(first) = unit(0) else {
        return Decoded::Incomplete;
    };
    let is_high = (0xD800..0xDC00).contains(&first);
    let second = if is_high { unit(2) } else { None };
    if is_high && second.is_none() {
        return Decoded::Incomplete;
    }
    let units = std::iter::once(first).chain(second);
    match char::decode_utf16(units).next() {
        Some(Ok(char)) => Decoded::Char(char, char.len_utf16() * 2),
        _ => Decoded::Invalid("the file is not valid UTF-16"),
    }
}

/// Returns whether a file may contain a character.
fn is_allowed(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}'
        | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..=char::MAX)
}
