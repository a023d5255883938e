use std::sync::Arc;

use super::super::configuration::{ConfigurationProblem, ConfigurationProblemKind};
use crate::{
    inventory::template::{Condition, TagProblem, Template, UnclearTag},
    text::{ANY_TEXT, Place, Source, Span, has_template_tag, without_template_code},
    yaml::{Node, StringPlaces},
};

/// Where the values of a document are in its file.
pub(super) struct Document<'f> {
    pub source: &'f Arc<Source>,
    /// The text of the file, with everything that the source hides.
    written: &'f str,
    pub template: Option<&'f Template>,
    places: Option<Arc<StringPlaces>>,
}

impl<'f> Document<'f> {
    pub fn new(
        source: &'f Arc<Source>,
        written: &'f str,
        template: Option<&'f Template>,
        places: Option<Arc<StringPlaces>>,
    ) -> Self {
        Self {
            source,
            written,
            template,
            places,
        }
    }

    /// Returns the span in the file of a span in the document.
    pub fn span(&self, span: Span) -> Span {
        match &self.places {
            Some(places) => places.outer(span),
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
            message: without_template_code(&message.into()).into_owned(),
            help: None,
        }
    }

    /// Returns the problem that a tag of the template is not understood.
    pub fn unclear(&self, tag: &UnclearTag) -> ConfigurationProblem {
        let (message, help) = match tag.problem {
            TagProblem::Unreadable => (
                "the code in this tag is not understood, so all notification routes behind it are only possible",
                "write each statement in a tag of its own",
            ),
            TagProblem::NotClosed => (
                "this tag or its block has no end, so all notification routes behind it are only possible",
                "end the tag and its block",
            ),
            TagProblem::NotOpened => (
                "this tag belongs to no block, so all notification routes around it are only possible",
                "begin a block before it, or remove the tag",
            ),
        };
        ConfigurationProblem {
            kind: ConfigurationProblemKind::Template,
            help: Some(help.to_owned()),
            ..self.invalid(Span::new(tag.tag.start, tag.tag.end), message)
        }
    }

    /// Returns whether a template decides a value.
    pub fn is_template(&self, node: &Node) -> bool {
        let is_output = |template: &Template| template.is_output(self.span(node.span));
        self.template.is_some_and(is_output)
            || self.has_statements(node)
            || node.as_str().is_some_and(has_template_tag)
    }

    /// Returns the text of a scalar as in the file if a template decides it, or else its value. One with statements,
    /// such as conditions, may have any value.
    pub fn text(&self, node: &Node) -> Option<String> {
        if self.has_statements(node) {
            return Some(ANY_TEXT.to_owned());
        }
        match self.template {
            Some(template) if template.is_output(self.span(node.span)) => {
                let words = self.written.get(self.span(node.span).range())?;
                Some(words.trim_matches(['"', '\'']).to_owned())
            }
            _ => node.as_str().map(str::to_owned),
        }
    }

    fn has_statements(&self, node: &Node) -> bool {
        let has_statements = |template: &Template| template.has_statements(self.span(node.span));
        node.as_str().is_some() && self.template.is_some_and(has_statements)
    }

    /// Returns whether nothing is known about the conditions under which a part exists.
    pub fn is_unclear(&self, span: Span) -> bool {
        let start = self.span(span).start;
        self.template.is_some_and(|it| it.is_unclear(start))
    }

    /// Returns whether a part of `base` may be missing although `base` exists.
    pub fn is_conditional(&self, part: &Node, base: &Node) -> bool {
        let [at, base] = [part, base].map(|node| self.span(node.span).start);
        self.template.is_some_and(|it| it.is_conditional(at, base))
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
        let end = match &self.places {
            Some(places) => {
                let end = places.outer_exactly(at(end));
                end.map_or(places.whole().end, |end| end.start)
            }
            None => end,
        };
        let span = template.unknown_in(start as usize..end as usize)?;
        Some(Place::Text(Arc::clone(self.source), span))
    }
}
