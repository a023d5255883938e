use std::sync::Arc;

use super::super::{
    configuration::{ConfigurationProblem, ConfigurationProblemKind},
    template::{Condition, Template},
};
use crate::{
    text::{Place, Source, Span},
    yaml::Node,
};

/// Where the values of a document are in its file.
pub(super) struct Document<'f> {
    pub source: &'f Arc<Source>,
    pub template: Option<&'f Template>,
    lines: Option<Arc<Lines>>,
}

impl<'f> Document<'f> {
    pub fn new(
        source: &'f Arc<Source>,
        template: Option<&'f Template>,
        lines: Option<Arc<Lines>>,
    ) -> Self {
        Self {
            source,
            template,
            lines,
        }
    }

    /// Returns the span in the file of a span in the document.
    pub fn span(&self, span: Span) -> Span {
        match &self.lines {
            Some(lines) => lines.outer(span),
            None => span,
        }
    }

    pub fn place(&self, span: Span) -> Place {
        Place::Text(Arc::clone(self.source), self.span(span))
    }

    /// Returns the problem that a part is invalid.
    pub fn invalid(&self, span: Span, message: impl Into<String>) -> ConfigurationProblem {
        ConfigurationProblem {
            kind: ConfigurationProblemKind::Invalid,
            place: self.place(span),
            message: message.into(),
            help: None,
        }
    }

    /// Returns whether a template decides a value.
    pub fn is_template(&self, node: &Node) -> bool {
        self.template
            .is_some_and(|template| template.is_output(self.span(node.span)))
    }

    /// Returns the text of a scalar as in the file if a template decides it, or else its value.
    pub fn text(&self, node: &Node) -> Option<String> {
        match self.is_template(node) {
            true => {
                let words = self.source.text().get(self.span(node.span).range())?;
                Some(words.trim_matches(['"', '\'']).to_owned())
            }
            false => node.as_str().map(str::to_owned),
        }
    }

    /// Returns the conditions under which a part exists.
    pub fn conditions(&self, span: Span) -> Vec<Condition> {
        let start = self.span(span).start;
        let template = self.template.iter();
        template.flat_map(|it| it.conditions(start)).collect()
    }

    /// Returns the first part between two positions about which nothing is known.
    pub fn unknown_between(&self, start: u32, end: u32) -> Option<Place> {
        let template = self.template?;
        let at = |at: u32| Span { start: at, end: at };
        let start = self.span(at(start)).start;
        let end = match &self.lines {
            Some(lines) => {
                let end = lines.outer_exactly(at(end));
                end.map_or(lines.whole.end, |end| end.start)
            }
            None => end,
        };
        let span = template.unknown_in(start as usize..end as usize)?;
        Some(Place::Text(Arc::clone(self.source), span))
    }
}

/// Where the lines of a string are in the file that contains it.
#[derive(Debug)]
pub(super) struct Lines {
    /// The value that contains the string.
    whole: Span,
    /// The start of each line in the string, and in the file.
    starts: Vec<(u32, u32)>,
}

impl Lines {
    /// Finds the lines of a string, which is written in a block of the file at `whole`.
    pub fn new(text: &str, file: &str, whole: Span) -> Self {
        let mut lines = Self {
            whole,
            starts: Vec::new(),
        };
        let mut inner = 0;
        let mut outer = whole.start as usize;
        let mut written = file[whole.range()].split_inclusive('\n').peekable();
        // The first line of a block may be its header.
        for line in text.split_inclusive('\n') {
            let content = line.trim_end();
            let found = loop {
                let Some(candidate) = written.next() else {
                    return Self {
                        starts: Vec::new(),
                        ..lines
                    };
                };
                let start = outer;
                outer += candidate.len();
                let candidate = candidate.trim_end();
                if candidate.ends_with(content) {
                    break start + candidate.len() - content.len();
                }
                if !candidate.trim_start().is_empty() && !lines.starts.is_empty() {
                    return Self {
                        starts: Vec::new(),
                        ..lines
                    };
                }
            };
            let start = Span::new(inner, found);
            lines
                .starts
                .push((start.start, Span::new(found, found).start));
            inner += line.len();
        }
        lines
    }

    /// Returns the span in the file of a span in the string, if the string is written line by line.
    pub fn outer_exactly(&self, span: Span) -> Option<Span> {
        let outer = |at: u32| {
            let next = self.starts.partition_point(|(inner, _)| *inner <= at);
            let (inner, outer) = self.starts.get(next.checked_sub(1)?)?;
            let outer = outer.checked_add(at - inner)?;
            (outer <= self.whole.end).then_some(outer)
        };
        let (start, end) = (outer(span.start)?, outer(span.end)?);
        (start <= end).then_some(Span { start, end })
    }

    /// Returns the span in the file of a span in the string; the whole value if the string is written differently.
    fn outer(&self, span: Span) -> Span {
        self.outer_exactly(span).unwrap_or(self.whole)
    }
}
