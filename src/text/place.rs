use std::{cmp::Ordering, sync::Arc};

use bstr::{BStr, BString, ByteSlice};

use super::{LineColumn, Source, SourceOrigin, Span, Unit};

/// Where a person would look or mend: words in a file, or a path as a whole.
#[derive(Debug, Clone)]
pub enum Place {
    /// These bytes of this file.
    Text(Arc<Source>, Span),
    /// A file or (ending in `/`) a directory of a repository, not a word in it.
    Path(Arc<str>, BString),
}

impl Place {
    /// The file, relative to its origin.
    pub fn path(&self) -> &BStr {
        match self {
            Self::Text(source, _) => source.path.as_bstr(),
            Self::Path(_, path) => path.as_bstr(),
        }
    }

    /// The repository it lies in; nothing for the map.
    pub fn repository(&self) -> Option<&Arc<str>> {
        match self {
            Self::Text(source, _) => match &source.origin {
                SourceOrigin::Map => None,
                SourceOrigin::Repository(name) => Some(name),
            },
            Self::Path(repository, _) => Some(repository),
        }
    }

    /// From here to the end of `other`, if that is in the same file.
    #[must_use]
    pub fn to(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Text(source, span), Self::Text(same, end)) if Arc::ptr_eq(source, same) => {
                Self::Text(Arc::clone(source), span.to(*end))
            }
            _ => self.clone(),
        }
    }

    /// Its words; a path as a whole has none.
    pub fn words(&self) -> &str {
        match self {
            Self::Text(source, span) => source.text().get(span.range()).unwrap_or_default(),
            Self::Path(..) => "",
        }
    }

    /// Where its words begin; a path as a whole begins at the top.
    pub fn start(&self) -> LineColumn {
        self.line_column(|span| span.start)
    }

    /// Where its words end.
    pub fn end(&self) -> LineColumn {
        self.line_column(|span| span.end)
    }

    fn line_column(&self, offset: impl Fn(&Span) -> u32) -> LineColumn {
        match self {
            Self::Text(source, span) => source.line_column(offset(span)),
            Self::Path(..) => LineColumn::TOP,
        }
    }

    /// Where its words begin and end, with columns that count `unit`s; nothing for a path as a whole.
    pub fn range_in(&self, unit: Unit) -> Option<[LineColumn; 2]> {
        match self {
            Self::Text(source, span) => {
                Some([span.start, span.end].map(|at| source.line_column_in(at, unit)))
            }
            Self::Path(..) => None,
        }
    }

    /// `file:line:column`, or the file alone for a path as a whole.
    pub fn in_file(&self, file: String) -> String {
        match self {
            Self::Text(..) => {
                let LineColumn { line, column } = self.start();
                format!("{file}:{line}:{column}")
            }
            Self::Path(..) => file,
        }
    }

    /// What tells it from other places.
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
