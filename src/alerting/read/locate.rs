//! Finds the configurations in a document: as the document itself, in the values of a chart, in a resource, or in a
//! string of a resource.

use std::sync::Arc;

use super::{
    FileConfigurations, Unparsed, alertmanager, document::Document, grafana, is_certain, operator,
};
use crate::{
    inventory::may_route,
    text::Span,
    yaml::{self, Node, StringPlaces, Value},
};

/// A configuration that was found but not read.
pub(super) struct Located {
    node: Arc<Node>,
    read: fn(&Node, &Document<'_>, &mut FileConfigurations),
    shown: fn(&Node) -> Vec<Span>,
    /// Where the document is, if it is a string in another one.
    pub places: Option<Arc<StringPlaces>>,
}

impl Located {
    pub fn read(&self, document: &Document<'_>, found: &mut FileConfigurations) {
        (self.read)(&self.node, document, found);
    }

    /// Returns the parts of the file that contain nothing secret.
    pub fn shown(&self) -> Vec<Span> {
        let spans = (self.shown)(&self.node).into_iter();
        match &self.places {
            None => spans.collect(),
            Some(places) => spans
                .filter_map(|span| places.outer_exactly(span))
                .collect(),
        }
    }
}

/// Returns the configurations in a document of the file with this text, and the strings in it that may contain some but
/// could not be parsed.
pub(super) fn locate(document: &Arc<Node>, file: &str) -> (Vec<Located>, Vec<Unparsed>) {
    let mut search = Search {
        file,
        found: Vec::new(),
        unparsed: Vec::new(),
    };
    search.visit(document, [""; 2], None);
    (search.found, search.unparsed)
}

struct Search<'f> {
    file: &'f str,
    found: Vec<Located>,
    unparsed: Vec<Unparsed>,
}

/// The functions that read one kind of configuration.
type Reader = (
    fn(&Node, &Document<'_>, &mut FileConfigurations),
    fn(&Node) -> Vec<Span>,
);

impl Search<'_> {
    /// Visits a value. `keys` are the last two keys around it.
    fn visit(&mut self, node: &Arc<Node>, keys: [&str; 2], places: Option<&Arc<StringPlaces>>) {
        match node.value() {
            Value::Mapping(entries) => {
                if let Some((read, shown)) = reader(node, keys) {
                    self.found.push(Located {
                        node: Arc::clone(node),
                        read,
                        shown,
                        places: places.cloned(),
                    });
                    return;
                }
                for entry in entries {
                    let key = entry.key.as_str().unwrap_or_default();
                    self.visit(&entry.value, [keys[1], key], places);
                }
            }
            Value::Sequence(items) => {
                for item in items {
                    self.visit(item, keys, places);
                }
            }
            // Strings in strings are not searched.
            Value::Scalar { text, plain: false } if places.is_none() => {
                if text.contains('\n') && may_route(text) {
                    let places = Arc::new(StringPlaces::new(text, self.file, node.span));
                    let parsed = yaml::parse(text);
                    for document in &parsed.documents {
                        self.visit(document, [""; 2], Some(&places));
                    }
                    let errors = parsed.errors.into_iter();
                    self.unparsed.extend(errors.map(|error| Unparsed {
                        error,
                        is_certain: is_certain(text),
                        places: Some(Arc::clone(&places)),
                    }));
                }
            }
            Value::Scalar { .. } => {}
        }
    }
}

/// Returns how to read a mapping under two keys, if it is a configuration.
fn reader(node: &Node, keys: [&str; 2]) -> Option<Reader> {
    if operator::is_resource(node) {
        return Some((operator::read, operator::shown));
    }
    if alertmanager::is_configuration(node, keys) {
        return Some((alertmanager::read, alertmanager::shown));
    }
    if grafana::is_configuration(node) {
        return Some((grafana::read, grafana::shown));
    }
    None
}
