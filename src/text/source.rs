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

/// The text of one file, with what is needed to say where in it something stands.
#[derive(Debug)]
pub struct Source {
    /// The tree that [`path`](Self::path) is relative to.
    pub origin: SourceOrigin,
    /// Path of the file, `/` between its parts.
    pub path: BString,
    text: String,
    errors: Vec<Span>,
    lines: OnceLock<Vec<u32>>,
    is_ascii: OnceLock<bool>,
    /// Only if it differs from the text.
    neutral: OnceLock<Option<String>>,
}

/// A position as people and machines count it: both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1; in Unicode code points unless another unit was asked for.
    pub column: usize,
}

impl LineColumn {
    /// The first position of any file.
    pub const TOP: Self = Self { line: 1, column: 1 };
}

impl Source {
    /// A file that holds `bytes`.
    ///
    /// # Errors
    /// Where the bytes are not UTF-8: the source all the same (each byte of the faulty parts
    /// became `?`, so every offset holds) and the span of the first faulty part.
    pub fn new(origin: SourceOrigin, path: BString, bytes: Vec<u8>) -> (Self, Option<Span>) {
        let mut errors = Vec::new();
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let mut text = String::with_capacity(error.as_bytes().len());
                for chunk in error.as_bytes().utf8_chunks() {
                    text.push_str(chunk.valid());
                    if !chunk.invalid().is_empty() {
                        errors.push(Span::new(text.len(), text.len() + chunk.invalid().len()));
                    }
                    text.extend(chunk.invalid().iter().map(|_| '?'));
                }
                text
            }
        };
        let first = errors.first().map(|error| error.slice(0, 1));
        let source = Self {
            origin,
            path,
            text,
            errors,
            lines: OnceLock::new(),
            is_ascii: OnceLock::new(),
            neutral: OnceLock::new(),
        };
        (source, first)
    }

    /// Whether some bytes of `span` were not UTF-8.
    pub fn is_faulty(&self, span: Span) -> bool {
        let next = self.errors.partition_point(|error| error.end <= span.start);
        self.errors
            .get(next)
            .is_some_and(|error| error.start < span.end)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text with everything that a terminal would obey made harmless. It has the same length
    /// in bytes, so that spans hold in it.
    pub fn neutral(&self) -> &str {
        let neutral = self.neutral.get_or_init(|| neutral(&self.text));
        neutral.as_deref().unwrap_or(&self.text)
    }

    /// Byte offsets at which lines begin.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.text.as_bytes().find_iter(b"\n");
            std::iter::once(0)
                .chain(ends.map(|at| Span::new(at + 1, at + 1).start))
                .collect()
        })
    }

    /// The line, from 0, that holds a byte.
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset) - 1
    }

    /// Line and column of a byte; an offset past the end counts as the end.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.line_column_in(offset, Unit::CodePoints)
    }

    /// As [`line_column`](Self::line_column), with a column that counts `unit`s.
    pub fn line_column_in(&self, offset: u32, unit: Unit) -> LineColumn {
        let offset = offset.min(Span::new(self.text.len(), self.text.len()).start);
        let line = self.line_of(offset);
        let start = self.line_starts()[line] as usize;
        let before = &self.text.as_bytes()[start..offset as usize];
        // Of a long line with many findings, each would count the same characters again.
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
