use crate::yaml::Quotes;

/// A step from a value in YAML to one in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list.
    Item(usize),
}

/// A value to add to YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    /// A string.
    Text(String),
    /// A list.
    List(Vec<NewValue>),
    /// A mapping.
    Mapping(Vec<(String, NewValue)>),
}

impl NewValue {
    /// Creates a list of strings.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(
            texts
                .into_iter()
                .map(|text| Self::Text(text.into()))
                .collect(),
        )
    }

    /// Adds the content of another value of the same type.
    pub(super) fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::List(items), Self::List(more)) => items.extend(more),
            (Self::Mapping(entries), Self::Mapping(more)) => merge_entries(entries, more),
            (own, other) => *own = other,
        }
    }

    /// Returns the value in flow style, on one line.
    pub(super) fn in_flow(&self) -> String {
        match self {
            Self::Text(text) => scalar(text),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::in_flow).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Mapping(entries) => format!("{{{}}}", entries_in_flow(entries)),
        }
    }
}

/// Adds entries to others; those with equal keys are merged.
pub(super) fn merge_entries(entries: &mut Vec<(String, NewValue)>, more: Vec<(String, NewValue)>) {
    for (key, value) in more {
        match entries.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => known.merge(value),
            None => entries.push((key, value)),
        }
    }
}

/// Returns entries in flow style, without braces.
pub(super) fn entries_in_flow(entries: &[(String, NewValue)]) -> String {
    let entries = entries.iter();
    let entries = entries.map(|(key, value)| format!("{}: {}", scalar(key), value.in_flow()));
    entries.collect::<Vec<_>>().join(", ")
}

/// Returns a string, in quotes unless it is unambiguous without.
pub(super) fn scalar(text: &str) -> String {
    Quotes::Double.unless_word(text, &['/'])
}
