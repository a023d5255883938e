use std::sync::{Arc, OnceLock};

use bstr::{BString, ByteSlice};

use super::{Span, Unit, printable::neutral};

/// Which tree a file belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceOrigin {
    /// The map and what it includes; paths are relative to the directory of the map.
    Map,
    /// The repository of this name; paths are relative to its root.
    Repository(Arc<str>),
}

/// The text of one file, with an index of its lines.
#[derive(Debug)]
pub struct Source {
    /// The tree that [`path`](Self::path) is relative to.
    pub origin: SourceOrigin,
    /// The path of the file, with `/` as the separator.
    pub path: BString,
    text: String,
    /// The bytes of the file; `None` if they are the same as those of the text.
    bytes: Option<Vec<u8>>,
    errors: Vec<Span>,
    lines: OnceLock<Vec<u32>>,
    is_ascii: OnceLock<bool>,
    /// `None` if it is the same as the text.
    neutral: OnceLock<Option<String>>,
}

/// A position in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1; in Unicode code points unless another unit was requested.
    pub column: usize,
}

impl LineColumn {
    /// The first position of any file.
    pub const TOP: Self = Self { line: 1, column: 1 };
}

/// Returns the text in bytes of UTF-16 that start with a byte order mark.
fn decoded_utf16(bytes: &[u8]) -> Option<String> {
    let (start, rest) = bytes.split_at_checked(2)?;
    let unit: fn([u8; 2]) -> u16 = match start {
        b"\xFF\xFE" => u16::from_le_bytes,
        b"\xFE\xFF" => u16::from_be_bytes,
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let chars = char::decode_utf16(units);
    Some(
        chars
            .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
    )
}

impl Source {
    /// Creates a source from the bytes of a file.
    ///
    /// # Errors
    /// If the bytes are not UTF-8, returns the source with each invalid byte replaced by `?`, so that
    /// offsets stay the same, and the span of the first invalid byte.
    pub fn new(origin: SourceOrigin, path: BString, bytes: Vec<u8>) -> (Self, Option<Span>) {
        let mut errors = Vec::new();
        let (text, bytes) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let mut text = String::with_capacity(error.as_bytes().len());
                for chunk in error.as_bytes().utf8_chunks() {
                    text.push_str(chunk.valid());
                    if !chunk.invalid().is_empty() {
                        errors.push(Span::new(text.len(), text.len() + chunk.invalid().len()));
                    }
                    text.extend(chunk.invalid().iter().map(|_| '?'));
                }
                (text, Some(error.into_bytes()))
            }
        };
        let first = errors.first().map(|error| error.slice(0, 1));
        let source = Self {
            origin,
            path,
            text,
            bytes,
            errors,
            lines: OnceLock::new(),
            is_ascii: OnceLock::new(),
            neutral: OnceLock::new(),
        };
        (source, first)
    }

    /// Like [`new`](Self::new), but if the bytes are UTF-16 with a byte order mark, the text is what they mean, and all of it
    /// counts as invalid.
    ///
    /// # Errors
    /// If the bytes are not UTF-8, returns the source and the span of the first invalid character.
    pub fn new_or_utf16(
        origin: SourceOrigin,
        path: BString,
        bytes: Vec<u8>,
    ) -> (Self, Option<Span>) {
        let Some(text) = decoded_utf16(&bytes) else {
            return Self::new(origin, path, bytes);
        };
        let first = text.chars().next().map_or(0, char::len_utf8);
        let all = Span::new(0, text.len());
        let (source, _) = Self::new(origin, path, text.into_bytes());
        let source = Self {
            bytes: Some(bytes),
            errors: vec![all],
            ..source
        };
        (source, Some(Span::new(0, first)))
    }

    /// Returns whether some bytes of `span` were not UTF-8.
    pub fn is_faulty(&self, span: Span) -> bool {
        let next = self.errors.partition_point(|error| error.end <= span.start);
        self.errors
            .get(next)
            .is_some_and(|error| error.start < span.end)
    }

    /// Returns the bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text with all characters that control a terminal replaced. It has the same length in
    /// bytes, so spans of the text are valid in it.
    pub fn neutral(&self) -> &str {
        let neutral = self.neutral.get_or_init(|| neutral(&self.text));
        neutral.as_deref().unwrap_or(&self.text)
    }

    /// Returns the byte offsets at which lines start.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.text.as_bytes().find_iter(b"\n");
            std::iter::once(0)
                .chain(ends.map(|at| Span::new(at + 1, at + 1).start))
                .collect()
        })
    }

    /// Returns the line, from 0, of a byte.
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset) - 1
    }

    /// Returns the line and column of a byte; an offset past the end counts as the end.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.line_column_in(offset, Unit::CodePoints)
    }

    /// Like [`line_column`](Self::line_column), with the column in `unit`s.
    pub fn line_column_in(&self, offset: u32, unit: Unit) -> LineColumn {
        let offset = offset.min(Span::new(self.text.len(), self.text.len()).start);
        let line = self.line_of(offset);
        let start = self.line_starts()[line] as usize;
        let before = &self.text.as_bytes()[start..offset as usize];
        // Avoids counting the characters of a long line for each of many findings.
        let column = match self.is_ascii.get_or_init(|| self.text.is_ascii()) {
            true => before.len(),
            false => unit.count(before),
        };
        LineColumn {
            line: line + 1,
            column: column + 1,
        }
    }
}
