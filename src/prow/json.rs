//! The conversion from YAML to JSON, which Prow does before it reads a file. What a value becomes depends on where in the
//! file it is: a number becomes text where Prow expects text, except directly below the keys of a simple file.

use crate::{
    text::Span,
    yaml::go_yaml::{Value, ValueContent},
};

/// A problem and where it is.
pub type Fault = (Span, String);

/// What Prow reads a value into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An `OWNERS` file with owners of all files.
    Simple,
    /// An `OWNERS` file with filters.
    Full,
    /// The filters in a [full](Self::Full) file.
    Filters,
    /// The owners that a filter or file sets.
    Owners,
    /// An `OWNERS_ALIASES` file.
    AliasFile,
    /// The aliases in it.
    Aliases,
    /// A list of texts.
    Texts,
    Text,
    /// Anything without texts.
    Other,
}

/// Keys that set owners or labels.
pub const OWNER_KEYS: [&str; 4] = ["approvers", "reviewers", "required_reviewers", "labels"];

impl Target {
    /// Returns the target of a key in it.
    fn of_key(self, key: &str) -> Self {
        let is_owner_key = || OWNER_KEYS.iter().any(|known| is_field(known, key));
        match self {
            // The conversion looks for the text in the wrong place.
            Self::Simple if is_owner_key() => Self::Owners,
            Self::Full if is_field("filters", key) => Self::Filters,
            Self::AliasFile if is_field("aliases", key) => Self::Aliases,
            Self::Filters => Self::Owners,
            Self::Owners if is_owner_key() => Self::Texts,
            Self::Aliases => Self::Texts,
            _ => Self::Other,
        }
    }

    /// Returns the target of an item of a list in it.
    fn of_item(self) -> Self {
        match self {
            Self::Texts => Self::Text,
            _ => Self::Other,
        }
    }
}

/// Returns whether Prow reads a key as a field: it ignores case.
pub fn is_field(field: &str, key: &str) -> bool {
    let folded = key.chars().map(|char| match char {
        'ſ' => 's',
        '\u{212A}' => 'k',
        char => char.to_ascii_lowercase(),
    });
    field.chars().eq(folded)
}

/// A value in JSON, and where it is in YAML.
#[derive(Debug)]
pub struct Json {
    pub span: Span,
    pub content: JsonContent,
}

#[derive(Debug)]
pub enum JsonContent {
    Null,
    Bool(bool),
    Number,
    Text {
        text: String,
        /// Whether it is a number or boolean in YAML.
        is_converted: bool,
    },
    List(Vec<Json>),
    /// The entries, sorted by key.
    Mapping(Vec<JsonEntry>),
}

#[derive(Debug)]
pub struct JsonEntry {
    pub key: String,
    pub key_span: Span,
    pub value: Json,
}

impl Json {
    /// Returns its type, for "expected a list, found …".
    pub fn what(&self) -> &'static str {
        match self.content {
            JsonContent::Null => "null",
            JsonContent::Bool(_) => "a boolean",
            JsonContent::Number => "a number",
            JsonContent::Text { .. } => "a string",
            JsonContent::List(_) => "a list",
            JsonContent::Mapping(_) => "a mapping",
        }
    }

    /// Returns the entries of a mapping. Null has none.
    pub fn entries(&self) -> Result<&[JsonEntry], Fault> {
        match &self.content {
            JsonContent::Null => Ok(&[]),
            JsonContent::Mapping(entries) => Ok(entries),
            _ => Err(self.unexpected("a mapping")),
        }
    }

    /// Returns the problem that it is not of the expected type.
    pub fn unexpected(&self, expected: &str) -> Fault {
        let message = format!("expected {expected}, found {}", self.what());
        (self.span, message)
    }
}

/// Converts a value. Adds the keys that are equal in JSON to `duplicates`: any of their values may be the result.
///
/// # Errors
/// If JSON does not have such a value.
pub fn to_json(value: &Value, target: Target, duplicates: &mut Vec<Span>) -> Result<Json, Fault> {
    let span = value.span;
    let text = |text: String| JsonContent::Text {
        text,
        is_converted: true,
    };
    let content = match &value.content {
        ValueContent::Null => JsonContent::Null,
        ValueContent::Bool(value) if target == Target::Text => text(value.to_string()),
        ValueContent::Bool(value) => JsonContent::Bool(*value),
        ValueContent::Number { text: number, .. } if target == Target::Text => text(number.clone()),
        ValueContent::Number { is_finite, .. } => match is_finite {
            true => JsonContent::Number,
            false => return Err((span, "Prow cannot read infinite numbers".to_owned())),
        },
        ValueContent::Text(text) => JsonContent::Text {
            text: text.clone(),
            is_converted: false,
        },
        ValueContent::List(items) => {
            let items = items.iter();
            let items = items.map(|item| to_json(item, target.of_item(), duplicates));
            JsonContent::List(items.collect::<Result<_, _>>()?)
        }
        ValueContent::Mapping(entries) => {
            let mut converted = Vec::new();
            for entry in entries {
                let Some(key) = entry.key.text() else {
                    let message = "Prow cannot read null or a very large number as a key";
                    return Err((entry.key_span, message.to_owned()));
                };
                let value = to_json(&entry.value, target.of_key(&key), duplicates)?;
                let key_span = entry.key_span;
                converted.push(JsonEntry {
                    key,
                    key_span,
                    value,
                });
            }
            converted.sort_by(|one, other| one.key.cmp(&other.key));
            converted.dedup_by(|next, last| {
                let is_duplicate = next.key == last.key;
                if is_duplicate && target != Target::Other {
                    duplicates.push(next.key_span);
                }
                is_duplicate
            });
            JsonContent::Mapping(converted)
        }
    };
    Ok(Json { span, content })
}
