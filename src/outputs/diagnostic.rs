//! Renders findings and errors of the map with their source lines, using miette.

use std::{fmt, sync::Arc};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::Look;
use crate::{
    config::MapError,
    finding::{Finding, Related, Severity},
    text::{Place, Source, Span, printable_lines},
    workspace::Places,
};

/// Longer source lines are not shown.
const MAX_LINE: usize = 400;

/// A message with the source text that it is about.
#[derive(Debug)]
pub struct Diagnostic {
    severity: miette::Severity,
    message: String,
    help: Option<String>,
    source: Option<Lines>,
    labels: Vec<LabeledSpan>,
    related: Vec<Diagnostic>,
}

impl Diagnostic {
    /// Creates the diagnostic of a finding.
    pub fn of_finding(finding: &Finding, places: &Places) -> Self {
        Self::with_related(finding, &finding.related, places)
    }

    /// Creates the diagnostic of a finding without its related places.
    pub fn without_related(finding: &Finding, places: &Places) -> Self {
        Self::with_related(finding, &[], places)
    }

    fn with_related(finding: &Finding, related: &[Related], places: &Places) -> Self {
        let mut diagnostic = Self::at(
            &finding.place,
            &finding.marked(),
            &finding.label,
            related,
            places,
        );
        diagnostic.severity = match finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        };
        diagnostic.help = finding.help().as_deref().map(printable_lines);
        diagnostic
    }

    /// Creates the diagnostic of an error in the map.
    pub fn of_map_error(error: &MapError, places: &Places) -> Self {
        let mut diagnostic = match &error.place {
            Some(place) => Self::at(place, &error.message, "here", &error.related, places),
            None => Self::plain(&error.message),
        };
        diagnostic.help = error.help.as_deref().map(printable_lines);
        diagnostic
    }

    /// Creates a diagnostic without source. Only this function and [`label_at`] pass text to the terminal,
    /// so that control characters are always escaped.
    fn plain(message: &str) -> Self {
        Self {
            severity: miette::Severity::Error,
            message: printable_lines(message),
            help: None,
            source: None,
            labels: Vec::new(),
            related: Vec::new(),
        }
    }

    fn at(place: &Place, message: &str, label: &str, related: &[Related], places: &Places) -> Self {
        let mut diagnostic = Self::plain(message);
        let Place::Text(source, span) = place else {
            diagnostic.related = related
                .iter()
                .map(|related| Self::of_related(related, places))
                .collect();
            return diagnostic;
        };
        if is_too_wide(source, *span) {
            diagnostic.message += &format!(" ({})", places.position(place));
        } else {
            diagnostic.source = Some(Lines {
                source: Arc::clone(source),
                name: places.file(place),
            });
            diagnostic.labels.push(label_at(*span, label, true));
        }
        for related in related {
            match &related.place {
                Place::Text(of, span)
                    if Arc::ptr_eq(of, source)
                        && diagnostic.source.is_some()
                        && !is_too_wide(of, *span) =>
                {
                    let label = label_at(*span, &related.message, false);
                    diagnostic.labels.push(label);
                }
                _ => diagnostic.related.push(Self::of_related(related, places)),
            }
        }
        diagnostic
    }

    fn of_related(related: &Related, places: &Places) -> Self {
        let message = &related.message;
        let mut diagnostic = match &related.place {
            Place::Text(..) => Self::at(&related.place, message, "", &[], places),
            Place::Path(..) => Self::plain(&format!("{message}: {}", places.file(&related.place))),
        };
        diagnostic.severity = miette::Severity::Advice;
        diagnostic
    }
}

fn label_at(span: Span, label: &str, primary: bool) -> LabeledSpan {
    let label = (!label.is_empty()).then(|| printable_lines(label));
    let at = SourceSpan::from(span.range());
    if primary {
        LabeledSpan::new_primary_with_span(label, at)
    } else {
        LabeledSpan::new_with_span(label, at)
    }
}

/// Returns whether a line of a span, or a line next to it, is too long to show.
fn is_too_wide(source: &Source, span: Span) -> bool {
    let starts = source.line_starts();
    let first = source.line_of(span.start).saturating_sub(1);
    let last = (source.line_of(span.end) + 1).min(starts.len() - 1);
    let end = |line: usize| {
        starts
            .get(line + 1)
            .map_or(source.text().len(), |at| *at as usize)
    };
    (first..=last).any(|line| end(line) - starts[line] as usize > MAX_LINE)
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.help.as_ref()?))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source.as_ref()?)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as _)
    }
}

/// A source for miette. It uses the line index of the source, so that the size of the file does not matter.
#[derive(Debug)]
struct Lines {
    source: Arc<Source>,
    name: String,
}

impl SourceCode for Lines {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.source.neutral();
        let starts = self.source.line_starts();
        let clamp = |offset: usize| Span::new(offset.min(text.len()), offset.min(text.len())).start;
        let first = self.source.line_of(clamp(span.offset()));
        let last = self
            .source
            .line_of(clamp(span.offset() + span.len().saturating_sub(1)));
        let from_line = first.saturating_sub(lines_before);
        let to_line = (last + lines_after).min(starts.len() - 1);
        // Without lines before the span, miette expects the start of the span itself.
        let (from, column) = if lines_before == 0 {
            let start = clamp(span.offset());
            (start as usize, self.source.line_column(start).column - 1)
        } else {
            (starts[from_line] as usize, 0)
        };
        let to = starts
            .get(to_line + 1)
            .map_or(text.len(), |at| *at as usize);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &text.as_bytes()[from..to],
            SourceSpan::from(from..to),
            from_line,
            column,
            to_line - from_line + 1,
        )))
    }
}

/// Renders diagnostics.
#[derive(Debug)]
pub struct Renderer {
    primary: GraphicalReportHandler,
    related: GraphicalReportHandler,
}

impl Renderer {
    /// Creates a renderer for a look.
    pub fn new(look: Look) -> Self {
        let theme = if look.color {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let mut notes = theme.clone();
        "note:".clone_into(&mut notes.characters.advice);
        let handler = |theme| {
            GraphicalReportHandler::new_themed(theme)
                .with_links(false)
                .with_context_lines(1)
                .with_width(look.width)
                .with_word_separator(textwrap::WordSeparator::AsciiSpace)
                .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
                .with_break_words(false)
                .without_cause_chain()
        };
        Self {
            primary: handler(theme),
            related: handler(notes),
        }
    }

    /// Renders a diagnostic and its related diagnostics. The latter are notes; the default heading of miette
    /// would be "Advice".
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        let mut drawn = draw(&self.primary, diagnostic);
        for related in &diagnostic.related {
            drawn.push('\n');
            drawn += &draw(&self.related, related);
        }
        drawn
    }
}

fn draw(handler: &GraphicalReportHandler, diagnostic: &Diagnostic) -> String {
    let mut drawn = String::new();
    match handler.render_report(&mut drawn, diagnostic) {
        Ok(()) => drawn,
        Err(_) => format!("{diagnostic}\n"),
    }
}
