use super::{NewValue, Step};
use crate::yaml::{Node, Value};

/// What a YAML document contains, however it is written, with all aliases expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data {
    Null,
    Text(String),
    List(Vec<Data>),
    Mapping(Vec<(Data, Data)>),
}

impl Data {
    /// Returns the content of a node.
    pub fn of(node: &Node) -> Self {
        match node.value() {
            _ if node.is_null() => Self::Null,
            Value::Scalar { text, .. } => Self::Text(text.to_string()),
            Value::Sequence(items) => Self::List(items.iter().map(|it| Self::of(it)).collect()),
            Value::Mapping(entries) => Self::Mapping(
                entries
                    .iter()
                    .map(|entry| (Self::of(&entry.key), Self::of(&entry.value)))
                    .collect(),
            ),
        }
    }

    fn new(value: &NewValue) -> Self {
        match value {
            NewValue::Text(text) => Self::Text(text.clone()),
            NewValue::List(items) => Self::List(items.iter().map(Self::new).collect()),
            NewValue::Mapping(entries) => Self::Mapping(entries.iter().map(Self::entry).collect()),
        }
    }

    fn entry((key, value): &(String, NewValue)) -> (Self, Self) {
        (Self::Text(key.clone()), Self::new(value))
    }

    /// Adds the content of a value at a path. Where a list is added to a single value, that becomes its first item.
    pub fn add(&mut self, path: &[Step], value: &NewValue) {
        match (self, path.split_first(), value) {
            (Self::Mapping(entries), Some((Step::Key(key), rest)), _) => {
                let key = Self::Text(key.clone());
                if let Some((_, inner)) = entries.iter_mut().rfind(|(known, _)| *known == key) {
                    inner.add(rest, value);
                }
            }
            (Self::List(items), Some((Step::Item(at), rest)), _) => {
                if let Some(inner) = items.get_mut(*at) {
                    inner.add(rest, value);
                }
            }
            (Self::Mapping(known), None, NewValue::Mapping(entries)) => {
                known.extend(entries.iter().map(Self::entry));
            }
            (Self::List(known), None, NewValue::List(items)) => {
                known.extend(items.iter().map(Self::new));
            }
            (own @ Self::Text(_), None, NewValue::List(items)) => {
                let first = std::mem::replace(own, Self::Null);
                *own = Self::List(
                    std::iter::once(first)
                        .chain(items.iter().map(Self::new))
                        .collect(),
                );
            }
            (own @ Self::Null, None, value) => *own = Self::new(value),
            _ => {}
        }
    }
}
