//! Reads the notification routes in a file.

mod alertmanager;
mod builder;
mod document;
mod grafana;
mod integrations;
mod locate;
mod mask;
mod operator;
mod shown;

use std::{borrow::Cow, sync::Arc};

use bstr::ByteSlice as _;

pub(super) use self::integrations::is_paging;
use self::{
    document::Document,
    locate::{Located, locate},
};
use super::{
    Receiver,
    configuration::{Configuration, ConfigurationProblem, ConfigurationProblemKind},
};
use crate::{
    inventory::{SourceFile, template::Template},
    text::{Source, Span, directory},
    yaml::{Parsed, StringPlaces, SyntaxError},
};

/// What a file contains about notification routes.
#[derive(Debug, Default)]
pub struct FileConfigurations {
    /// The configurations in the file.
    pub configurations: Vec<Configuration>,
    /// The contact points of Grafana in the file; those of all files belong together.
    pub contact_points: Vec<Receiver>,
    /// What is wrong in the file.
    pub problems: Vec<ConfigurationProblem>,
}

/// Reads a file. The places in the result show nothing but routes and the names of receivers, because everything else
/// in such a file may be secret.
pub fn read(file: &SourceFile) -> FileConfigurations {
    let (template, parsed) = parsed(file);
    let not_utf8 = file.not_utf8;
    let file = &*file.source;
    let text = file.text();
    let mut located: Vec<Located> = Vec::new();
    let mut errors: Vec<Unparsed> = Vec::new();
    // The lines of strings are compared with what was parsed.
    let lines = template.as_ref().map_or(text, |template| &*template.text);
    for document in &parsed.documents {
        let (inner, unparsed) = locate(document, lines);
        located.extend(inner);
        errors.extend(unparsed);
    }
    let is_certain = !located.is_empty() || is_certain(text);
    errors.extend(parsed.errors.iter().map(|error| Unparsed {
        error: error.clone(),
        is_certain,
        places: None,
    }));
    let mut found = FileConfigurations::default();
    if located.is_empty() && errors.is_empty() {
        return found;
    }
    let shown = located.iter().flat_map(Located::shown).collect();
    let source = masked(file, shown);
    if !located.is_empty() {
        let document = Document::new(&source, text, template.as_ref(), None);
        let tags = template.iter().flat_map(Template::unclear_tags);
        found.problems.extend(tags.map(|tag| document.unclear(tag)));
        let problem = not_utf8.map(|span| document.invalid(span, "the file is not valid UTF-8"));
        found.problems.extend(problem);
    }
    for located in located {
        let document = Document::new(&source, text, template.as_ref(), located.places.clone());
        located.read(&document, &mut found);
    }
    found.problems.extend(errors.into_iter().map(|unparsed| {
        let document = Document::new(&source, text, template.as_ref(), unparsed.places.clone());
        unparsed.problem(&document)
    }));
    found
}

/// Parses a file, as a template if it is one.
fn parsed(file: &SourceFile) -> (Option<Template>, Cow<'_, Parsed>) {
    let (text, path) = (file.source.text(), file.source.path.as_bstr());
    let template = if path.ends_with(b".erb") {
        Some(Template::erb(text))
    } else if text.contains("{{") {
        let is_in_chart = directory(path)
            .split_str("/")
            .any(|name| name == b"templates");
        (is_in_chart || path.ends_with(b".tpl")).then(|| Template::go(text))
    } else {
        None
    };
    if let Some(mut template) = template {
        let parsed = template.parse(text);
        return (Some(template), Cow::Owned(parsed));
    }
    let parsed = file.yaml();
    if parsed.errors.is_empty() || !text.contains("{{") {
        return (None, Cow::Borrowed(parsed));
    }
    let mut template = Template::go(text);
    let again = template.parse(text);
    match again.errors.is_empty() {
        true => (Some(template), Cow::Owned(again)),
        false => (None, Cow::Borrowed(parsed)),
    }
}

/// Returns whether a text is a configuration even if it cannot be parsed.
fn is_certain(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    has("route:") && has("receivers:")
}

/// A document that could not be parsed.
struct Unparsed {
    error: SyntaxError,
    /// Whether it contains notification routes.
    is_certain: bool,
    /// Where the document is, if it is a string in another one.
    places: Option<Arc<StringPlaces>>,
}

impl Unparsed {
    fn problem(&self, document: &Document<'_>) -> ConfigurationProblem {
        // The parser may quote the file.
        let why = &self.error.message;
        let is_plain = !why.contains(['`', '\'', '"']);
        let why = if is_plain { why } else { "the syntax is wrong" };
        let routes = match self.is_certain {
            true => "the notification routes",
            false => "the document may contain notification routes, which",
        };
        let (kind, message) = if self.error.exceeds_limit {
            let message = format!("{routes} exceed a limit of ownlint and are not read: {why}");
            (ConfigurationProblemKind::Limit, message)
        } else if self.is_certain {
            let message = format!("{routes} are not valid YAML: {why}");
            (ConfigurationProblemKind::Syntax, message)
        } else {
            let message = format!("{routes} are not read because it is not valid YAML: {why}");
            (ConfigurationProblemKind::UncertainSyntax, message)
        };
        ConfigurationProblem {
            kind,
            ..document.invalid(self.error.span, message)
        }
    }
}

/// Returns a copy of a source that shows only some parts of the text.
fn masked(source: &Source, shown: Vec<Span>) -> Arc<Source> {
    let text = mask::masked(source.text(), shown);
    let (masked, _) = Source::new(
        source.origin.clone(),
        source.path.clone(),
        text.into_bytes(),
    );
    Arc::new(masked)
}
