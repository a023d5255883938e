use std::sync::Arc;

use crate::text::Span;

/// A value and its span.
#[derive(Debug)]
pub struct Node {
    /// The bytes of the value, including quotes.
    pub span: Span,
    pub(super) content: NodeContent,
    /// The number of values in it, with all aliases expanded.
    pub(super) weight: u64,
    /// How deep lists and mappings are nested in it, including itself.
    pub(super) depth: usize,
}

/// A value, or the node that an alias refers to.
#[derive(Debug)]
pub(super) enum NodeContent {
    Value(Value),
    Alias(Arc<Node>),
}

/// What a [`Node`] holds.
#[derive(Debug)]
pub enum Value {
    /// A scalar. If it is `plain`, it may also be null, a number or a boolean.
    Scalar {
        /// The text, with escapes resolved.
        text: Box<str>,
        /// Whether it is written without quotes, tag or block indicator.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<Arc<Node>>),
    /// A mapping in the order of the file, including duplicate keys.
    Mapping(Vec<Entry>),
}

/// An entry of a mapping.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key, which may be any node.
    pub key: Arc<Node>,
    /// The value.
    pub value: Arc<Node>,
}

impl Node {
    /// Returns the value; for an alias, the value that it refers to.
    pub fn value(&self) -> &Value {
        match &self.content {
            NodeContent::Value(value) => value,
            NodeContent::Alias(node) => node.value(),
        }
    }

    /// Returns whether it is an alias, which refers to a value elsewhere.
    pub fn is_alias(&self) -> bool {
        matches!(self.content, NodeContent::Alias(_))
    }

    /// Returns the text of a scalar that is not null.
    pub fn as_str(&self) -> Option<&str> {
        match self.value() {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Returns whether it is null: empty, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value(), Value::Scalar { text, plain: true }
            if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Returns the items of a list.
    pub fn items(&self) -> Option<&[Arc<Node>]> {
        match self.value() {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the entries of a mapping, as written.
    pub fn entries(&self) -> Option<&[Entry]> {
        match self.value() {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// Returns every entry of `key` in this mapping itself, in order.
    pub fn all<'a, 'k>(&'a self, key: &'k str) -> impl Iterator<Item = &'a Entry> + use<'a, 'k> {
        self.entries()
            .unwrap_or_default()
            .iter()
            .filter(move |entry| entry.key.as_str() == Some(key))
    }

    /// Returns the value of `key`: the last one written, else the one from merge keys (`<<`).
    pub fn get(&self, key: &str) -> Option<&Arc<Node>> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns the entry of `key`: the last one written, else the one from merge keys (`<<`). The depth of a
    /// document is limited, so this terminates.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.all(key)
            .last()
            .or_else(|| self.merged().find_map(|merged| merged.entry(key)))
    }

    /// Returns all entries of `key`, or else the one from merge keys (`<<`).
    pub fn all_or_merged(&self, key: &str) -> Vec<&Entry> {
        let own: Vec<&Entry> = self.all(key).collect();
        match own.is_empty() {
            true => self.entry(key).into_iter().collect(),
            false => own,
        }
    }

    /// Returns the mappings that merge keys include, highest precedence first.
    pub fn merged(&self) -> impl Iterator<Item = &Node> {
        self.all("<<")
            .flat_map(|merge| match merge.value.value() {
                Value::Sequence(items) => items.as_slice(),
                _ => std::slice::from_ref(&merge.value),
            })
            .map(|node| &**node)
    }

    /// Returns its type, for "expected a list, found …".
    pub fn what(&self) -> &'static str {
        match self.value() {
            _ if self.is_null() => "null",
            Value::Scalar { .. } => "a single value",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }
}
