use std::sync::Arc;

use crate::text::Span;

/// A value and where it stands.
#[derive(Debug)]
pub struct Node {
    /// From the first byte of the value to one past its last; quotes belong to it.
    pub span: Span,
    pub(super) content: NodeContent,
    /// What this one comes to with all aliases written out, in values.
    pub(super) weight: u64,
    /// How many lists and mappings lie in each other here, this one included.
    pub(super) depth: usize,
}

/// A value, or the one that an alias stands for.
#[derive(Debug)]
pub(super) enum NodeContent {
    Own(Value),
    Of(Arc<Node>),
}

/// What a [`Node`] holds.
#[derive(Debug)]
pub enum Value {
    /// A scalar; `plain` if it was written without quotes and so may mean null, a number or a
    /// boolean.
    Scalar {
        /// The text after escapes were processed.
        text: Box<str>,
        /// Written without quotes, tag or block indicator.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<Arc<Node>>),
    /// A mapping, in the order of the file, with duplicate keys as they stand.
    Mapping(Vec<Entry>),
}

/// One line of a mapping.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key, which may be any node.
    pub key: Arc<Node>,
    /// The value.
    pub value: Arc<Node>,
}

impl Node {
    /// What the value is; the same one wherever an alias stands for it.
    pub fn value(&self) -> &Value {
        match &self.content {
            NodeContent::Own(value) => value,
            NodeContent::Of(node) => node.value(),
        }
    }

    /// The text of a scalar that is not null.
    pub fn as_str(&self) -> Option<&str> {
        match self.value() {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Whether it is null: nothing, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value(), Value::Scalar { text, plain: true }
            if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Arc<Node>]> {
        match self.value() {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping, as written.
    pub fn entries(&self) -> Option<&[Entry]> {
        match self.value() {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// Every value written for `key` in this mapping itself, in order.
    pub fn all<'a, 'k>(&'a self, key: &'k str) -> impl Iterator<Item = &'a Entry> + use<'a, 'k> {
        self.entries()
            .unwrap_or_default()
            .iter()
            .filter(move |entry| entry.key.as_str() == Some(key))
    }

    /// The value of `key`: the last one written, else what merge keys (`<<`) bring.
    pub fn get(&self, key: &str) -> Option<&Arc<Node>> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`: the last one written, else the one that merge keys (`<<`) bring. Nothing
    /// lies deeper than a document may, so this comes to an end.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.all(key)
            .last()
            .or_else(|| self.merged().find_map(|merged| merged.entry(key)))
    }

    /// The values that merge keys bring into this mapping, the first in authority first.
    pub fn merged(&self) -> impl Iterator<Item = &Node> {
        self.all("<<")
            .flat_map(|merge| match merge.value.value() {
                Value::Sequence(items) => items.as_slice(),
                _ => std::slice::from_ref(&merge.value),
            })
            .map(|node| &**node)
    }

    /// What it is, for "expected a list, found …".
    pub fn what(&self) -> &'static str {
        match self.value() {
            _ if self.is_null() => "nothing",
            Value::Scalar { .. } => "a single value",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }
}
