//! Finds the configurations in a document: as the document itself, in the values of a chart, in a resource, or in a
//! string of a resource.

use std::sync::Arc;

use super::{
    FileConfigurations, alertmanager, document::Document, document::Lines, grafana, operator,
};
use crate::{
    inventory::may_route,
    text::Span,
    yaml::{self, Node, Value},
};

/// How deep strings with YAML may be nested: a string in a resource in a list of manifests.
const MAX_STRINGS: usize = 2;

/// A configuration that was found but not read.
pub(super) struct Located {
    node: Arc<Node>,
    read: fn(&Node, &Document<'_>, &mut FileConfigurations),
    shown: fn(&Node) -> Vec<Span>,
    /// Where the document is, if it is a string in another one.
    pub lines: Option<Arc<Lines>>,
}

impl Located {
    pub fn read(&self, document: &Document<'_>, found: &mut FileConfigurations) {
        (self.read)(&self.node, document, found);
    }

    /// Returns the parts of the file that contain nothing secret.
    pub fn shown(&self) -> Vec<Span> {
        let spans = (self.shown)(&self.node).into_iter();
        match &self.lines {
            None => spans.collect(),
            Some(lines) => spans.filter_map(|span| lines.outer_exactly(span)).collect(),
        }
    }
}

/// Returns the configurations in a document of the file with this text.
pub(super) fn locate(document: &Arc<Node>, file: &str) -> Vec<Located> {
    let mut search = Search {
        file,
        found: Vec::new(),
    };
    search.visit(document, &[], None, 0);
    search.found
}

struct Search<'f> {
    file: &'f str,
    found: Vec<Located>,
}

/// The functions that read one kind of configuration.
type Reader = (
    fn(&Node, &Document<'_>, &mut FileConfigurations),
    fn(&Node) -> Vec<Span>,
);

impl Search<'_> {
    fn visit(&mut self, node: &Arc<Node>, keys: &[&str], lines: Option<&Arc<Lines>>, depth: usize) {
        match node.value() {
            Value::Mapping(entries) => {
                if let Some((read, shown)) = reader(node, keys) {
                    self.found.push(Located {
                        node: Arc::clone(node),
                        read,
                        shown,
                        lines: lines.cloned(),
                    });
                    return;
                }
                for entry in entries {
                    let key = entry.key.as_str().unwrap_or_default();
                    let keys = [keys, &[key]].concat();
                    self.visit(&entry.value, &keys, lines, depth);
                }
            }
            Value::Sequence(items) => {
                for item in items {
                    self.visit(item, keys, lines, depth);
                }
            }
            Value::Scalar { text, plain: false } if depth < MAX_STRINGS && lines.is_none() => {
                if text.contains('\n') && may_route(text) {
                    let lines = Arc::new(Lines::new(text, self.file, node.span));
                    for document in &yaml::parse(text).documents {
                        self.visit(document, &[], Some(&lines), depth + 1);
                    }
                }
            }
            Value::Scalar { .. } => {}
        }
    }
}

/// Returns how to read a mapping under some keys, if it is a configuration.
fn reader(node: &Node, keys: &[&str]) -> Option<Reader> {
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
