//! Rules in the strings of other files, such as those in the data of a ConfigMap.

use std::sync::Arc;

use super::{rule_file::RuleFile, rules, without_errors};
use crate::yaml::{Node, StringPlaces, SyntaxError, Value};

/// A string that may contain rules.
pub(super) struct RulesInString<'n> {
    /// The string as a file of its own, with the places in the file that contains it.
    pub file: RuleFile,
    /// The syntax errors in it.
    pub errors: Vec<SyntaxError>,
    /// The resource that contains the string.
    pub resource: Option<&'n Node>,
}

/// Returns the strings in a file that may contain rules. Strings in them are not searched.
pub(super) fn find(file: &RuleFile) -> Vec<RulesInString<'_>> {
    let mut search = Search {
        file,
        found: Vec::new(),
    };
    for document in &file.yaml.documents {
        search.visit(document, None);
    }
    search.found
}

struct Search<'n> {
    file: &'n RuleFile,
    found: Vec<RulesInString<'n>>,
}

impl<'n> Search<'n> {
    /// Visits a value. The depth of a document is limited, so this terminates.
    fn visit(&mut self, node: &'n Node, resource: Option<&'n Node>) {
        match node.value() {
            Value::Mapping(entries) => {
                let is_resource = node.get("metadata").is_some();
                let resource = if is_resource { Some(node) } else { resource };
                for entry in entries {
                    self.visit(&entry.value, resource);
                }
            }
            Value::Sequence(items) => {
                for item in items {
                    self.visit(item, resource);
                }
            }
            Value::Scalar { text, plain: false } if rules::may_be_in(text) => {
                let whole = self.file.yaml.span(node);
                let places = Arc::new(StringPlaces::new(text, self.file.parsed_text(), whole));
                let (documents, errors) = without_errors::parse(text);
                let inner = self.file.in_string(text, documents, places);
                self.found.extend(inner.map(|file| RulesInString {
                    file,
                    errors,
                    resource,
                }));
            }
            Value::Scalar { .. } => {}
        }
    }
}
