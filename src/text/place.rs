use std::{cmp::Ordering, sync::Arc};

use bstr::{BStr, BString, ByteSlice};

use super::{LineColumn, Source, SourceOrigin, Span, Unit};

/// A place to look at or to fix: words in a file, or a path as a whole.
#[derive(Debug, Clone)]
pub enum Place {
    /// These bytes of this file.
    Text(Arc<Source>, Span),
    /// A file or (ending in `/`) a directory of a repository, not a word in it.
    Path(Arc<str>, BString),
}

impl Place {
    /// Returns the path of the file, relative to its origin.
    pub fn path(&self) -> &BStr {
        match self {
            Self::Text(source, _) => source.path.as_bstr(),
            Self::Path(_, path) => path.as_bstr(),
        }
    }

    /// Returns the repository of the place, or `None` for the map.
    pub fn repository(&self) -> Option<&Arc<str>> {
        match self {
            Self::Text(source, _) => match &source.origin {
                SourceOrigin::Map => None,
                SourceOrigin::Repository(name) => Some(name),
            },
            Self::Path(repository, _) => Some(repository),
        }
    }

    /// Returns the place from here to the end of `other`, if both are in the same file.
    #[must_use]
    pub fn to(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Text(source, span), Self::Text(same, end)) if Arc::ptr_eq(source, same) => {
                Self::Text(Arc::clone(source), span.to(*end))
            }
            _ => self.clone(),
        }
    }

    /// Returns the words at this place; empty for a path as a whole.
    pub fn words(&self) -> &str {
        match self {
            Self::Text(source, span) => source.text().get(span.range()).unwrap_or_default(),
            Self::Path(..) => "",
        }
    }

    /// Returns the line in which its words start, without blanks around it; `None` for a path as a whole.
    pub fn whole_line(&self) -> Option<Self> {
        let Self::Text(source, span) = self else {
            return None;
        };
        let (before, after) = source.text().split_at_checked(span.range().start)?;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = before.len() + after.find('\n').unwrap_or(after.len());
        let line = &source.text()[start..end];
        let start = start + line.len() - line.trim_start().len();
        let line = Span::new(start, start + line.trim().len());
        Some(Self::Text(Arc::clone(source), line))
    }

    /// Returns the start of its words; the first position for a path as a whole.
    pub fn start(&self) -> LineColumn {
        self.line_column(|span| span.start)
    }

    /// Returns the end of its words.
    pub fn end(&self) -> LineColumn {
        self.line_column(|span| span.end)
    }

    fn line_column(&self, offset: impl Fn(&Span) -> u32) -> LineColumn {
        match self {
            Self::Text(source, span) => source.line_column(offset(span)),
            Self::Path(..) => LineColumn::TOP,
        }
    }

    /// Returns the start and end of its words, with columns in `unit`s, or `None` for a path as a whole.
    pub fn range_in(&self, unit: Unit) -> Option<[LineColumn; 2]> {
        match self {
            Self::Text(source, span) => {
                Some([span.start, span.end].map(|at| source.line_column_in(at, unit)))
            }
            Self::Path(..) => None,
        }
    }

    /// Formats it as `file:line:column`, or the file alone for a path as a whole.
    pub fn in_file(&self, file: String) -> String {
        match self {
            Self::Text(..) => {
                let LineColumn { line, column } = self.start();
                format!("{file}:{line}:{column}")
            }
            Self::Path(..) => file,
        }
    }

    /// Returns the key by which places are compared.
    pub(crate) fn key(&self) -> (Option<&Arc<str>>, &BStr, Span) {
        let span = match self {
            Self::Text(_, span) => *span,
            Self::Path(..) => Span::default(),
        };
        (self.repository(), self.path(), span)
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Place {}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}
