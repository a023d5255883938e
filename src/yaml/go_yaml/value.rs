use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    GoYamlError,
    number::format_float,
    parser::{MAX_DEPTH, NodeContent, NodeId, Nodes, parse},
    scalar::{Scalar, resolve},
};
use crate::text::Span;

/// A value with its type, and where it is.
#[derive(Debug, Clone)]
pub struct Value {
    /// The value as written, or the alias in its place.
    pub span: Span,
    /// What it is.
    pub content: ValueContent,
}

/// What a [`Value`] is.
#[derive(Debug, Clone)]
pub enum ValueContent {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number {
        /// As text, which can differ from how it is written.
        text: String,
        /// Whether it is neither infinite nor NaN, which JSON does not have.
        is_finite: bool,
    },
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping. Of several entries with the same key, it has the last one.
    Mapping(Vec<Entry>),
}

/// An entry of a mapping.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// Where the key is.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

/// A key. Keys of different types differ even if their text is the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer that is too large for [`Int`](Self::Int).
    Uint(u64),
    /// A number, given by its bits.
    Float(u64),
    /// Text.
    Text(String),
}

impl Key {
    /// Returns the key in JSON. Null and very large numbers cannot be keys.
    pub fn text(&self) -> Option<String> {
        Some(match self {
            Self::Null | Self::Uint(_) => return None,
            Self::Bool(value) => value.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float(bits) => match &*format_float(f64::from_bits(*bits)) {
                "+Inf" => ".inf".to_owned(),
                "-Inf" => "-.inf".to_owned(),
                "NaN" => ".nan".to_owned(),
                text => text.to_owned(),
            },
            Self::Text(text) => text.clone(),
        })
    }
}

/// The size of a file that is read. go-yaml has no limit, but a larger one takes much memory.
const MAX_BYTES: usize = 4 << 20;

/// Reads the first document of a file. An empty file is null.
///
/// # Errors
/// If go-yaml rejects the file, or it exceeds a limit.
pub fn read(bytes: &[u8]) -> Result<Value> {
    if bytes.len() > MAX_BYTES {
        return Err(GoYamlError::limit(
            Span::default(),
            "the file is larger than 4 MiB",
        ));
    }
    let (nodes, root) = parse(bytes)?;
    let Some(root) = root else {
        return Ok(Value {
            span: Span::default(),
            content: ValueContent::Null,
        });
    };
    let mut decoder = Decoder {
        nodes: &nodes,
        active: FxHashSet::default(),
        depth: 0,
        // The document is also decoded.
        decoded: 1,
        decoded_in_aliases: 0,
    };
    decoder.value(root)
}

/// Determines the types of nodes, and replaces aliases.
struct Decoder<'n> {
    nodes: &'n Nodes,
    /// The aliases that are being replaced.
    active: FxHashSet<NodeId>,
    depth: usize,
    /// The number of decoded nodes, counted once for each alias that refers to them.
    decoded: u32,
    decoded_in_aliases: u32,
}

/// The entries of a mapping that is being decoded.
#[derive(Default)]
struct Entries {
    list: Vec<Entry>,
    positions: FxHashMap<Key, usize>,
}

impl Entries {
    fn set(&mut self, entry: Entry) {
        // NaN differs from itself.
        let is_nan = matches!(entry.key, Key::Float(bits) if f64::from_bits(bits).is_nan());
        let next = self.list.len();
        let at = match is_nan {
            true => next,
            false => *self.positions.entry(entry.key.clone()).or_insert(next),
        };
        match self.list.get_mut(at) {
            Some(known) => *known = entry,
            None => self.list.push(entry),
        }
    }
}

type Result<T> = std::result::Result<T, GoYamlError>;

impl Decoder<'_> {
    /// Counts a node. go-yaml rejects files that consist mostly of aliases.
    fn count(&mut self, span: Span) -> Result<()> {
        self.decoded += 1;
        if !self.active.is_empty() {
            self.decoded_in_aliases += 1;
        }
        let ratio = f64::from(self.decoded_in_aliases) / f64::from(self.decoded);
        if self.decoded_in_aliases > 100 && self.decoded > 1_000 && ratio > allowed(self.decoded) {
            return Err(GoYamlError::new(
                span,
                "too much of the file consists of aliases",
            ));
        }
        Ok(())
    }

    fn deeper<T>(&mut self, span: Span, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth += 1;
        // An alias takes another level.
        if self.depth > 2 * MAX_DEPTH {
            return Err(GoYamlError::too_deep(span));
        }
        let result = run(self);
        self.depth -= 1;
        result
    }

    fn value(&mut self, id: NodeId) -> Result<Value> {
        let node = self.nodes.get(id);
        let span = node.span;
        self.count(span)?;
        let content = match &node.content {
            NodeContent::Alias(target) => {
                let target = self.through_alias(id, |decoder| decoder.value(*target))?;
                target.content
            }
            NodeContent::Scalar { text, is_implicit } => {
                scalar_content(self.scalar(id, text, *is_implicit)?)
            }
            NodeContent::List(items) => {
                let items = items.iter();
                let values = |decoder: &mut Self| items.map(|item| decoder.value(*item)).collect();
                ValueContent::List(self.deeper(span, values)?)
            }
            NodeContent::Mapping(_) => {
                let mut entries = Entries::default();
                self.deeper(span, |decoder| decoder.add_entries(id, &mut entries))?;
                ValueContent::Mapping(entries.list)
            }
        };
        Ok(Value { span, content })
    }

    fn scalar(&self, id: NodeId, text: &str, is_implicit: bool) -> Result<Scalar> {
        let node = self.nodes.get(id);
        let scalar = resolve(&node.tag, text, is_implicit);
        scalar.map_err(|message| GoYamlError::new(node.span, message))
    }

    fn through_alias<T>(
        &mut self,
        alias: NodeId,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let span = self.nodes.get(alias).span;
        if !self.active.insert(alias) {
            return Err(GoYamlError::new(span, "an alias contains itself"));
        }
        let result = self.deeper(span, run);
        self.active.remove(&alias);
        result
    }

    /// Adds the entries of a mapping node to those of a mapping.
    fn add_entries(&mut self, id: NodeId, entries: &mut Entries) -> Result<()> {
        let NodeContent::Mapping(pairs) = &self.nodes.get(id).content else {
            return Err(self.cannot_merge(id));
        };
        for (key, value) in pairs {
            if self.is_merge(*key) {
                self.merge(*value, entries)?;
                continue;
            }
            let key_span = self.nodes.get(*key).span;
            let key = match self.value(*key)?.content {
                ValueContent::List(_) | ValueContent::Mapping(_) => {
                    let message = "a list or mapping cannot be a key";
                    return Err(GoYamlError::new(key_span, message));
                }
                _ => self.key(*key)?,
            };
            let value = self.value(*value)?;
            entries.set(Entry {
                key,
                key_span,
                value,
            });
        }
        Ok(())
    }

    /// Returns the key that a scalar node is.
    fn key(&self, id: NodeId) -> Result<Key> {
        Ok(match &self.nodes.get(id).content {
            NodeContent::Alias(target) => return self.key(*target),
            NodeContent::Scalar { text, is_implicit } => {
                match self.scalar(id, text, *is_implicit)? {
                    Scalar::Null => Key::Null,
                    Scalar::Bool(value) => Key::Bool(value),
                    Scalar::Int(number) => Key::Int(number),
                    Scalar::Uint(number) => Key::Uint(number),
                    Scalar::Float(number) => Key::Float(number.to_bits()),
                    Scalar::Text(text) => Key::Text(text),
                }
            }
            NodeContent::List(_) | NodeContent::Mapping(_) => Key::Null,
        })
    }

    fn is_merge(&self, key: NodeId) -> bool {
        let node = self.nodes.get(key);
        let is_tagged = node.tag == b"tag:yaml.org,2002:merge";
        matches!(&node.content, NodeContent::Scalar { text, is_implicit }
            if text == "<<" && (*is_implicit || is_tagged))
    }

    /// Adds the entries of the mappings that a merge key refers to.
    fn merge(&mut self, id: NodeId, entries: &mut Entries) -> Result<()> {
        match &self.nodes.get(id).content {
            // The first of several mappings takes precedence.
            NodeContent::List(items) => {
                for item in items.iter().rev() {
                    self.merge_one(*item, entries)?;
                }
                Ok(())
            }
            _ => self.merge_one(id, entries),
        }
    }

    fn merge_one(&mut self, id: NodeId, entries: &mut Entries) -> Result<()> {
        let span = self.nodes.get(id).span;
        match &self.nodes.get(id).content {
            NodeContent::Alias(target) => {
                if !matches!(self.nodes.get(*target).content, NodeContent::Mapping(_)) {
                    return Err(self.cannot_merge(id));
                }
                self.count(span)?;
                self.through_alias(id, |decoder| {
                    decoder.count(span)?;
                    decoder.add_entries(*target, entries)
                })
            }
            NodeContent::Mapping(_) => {
                self.count(span)?;
                self.deeper(span, |decoder| decoder.add_entries(id, entries))
            }
            _ => Err(self.cannot_merge(id)),
        }
    }

    fn cannot_merge(&self, id: NodeId) -> GoYamlError {
        GoYamlError::new(self.nodes.get(id).span, "`<<` requires a mapping")
    }
}

fn scalar_content(scalar: Scalar) -> ValueContent {
    let number = |text| ValueContent::Number {
        text,
        is_finite: true,
    };
    match scalar {
        Scalar::Null => ValueContent::Null,
        Scalar::Bool(value) => ValueContent::Bool(value),
        Scalar::Int(value) => number(value.to_string()),
        Scalar::Uint(value) => number(value.to_string()),
        Scalar::Float(value) => ValueContent::Number {
            text: format_float(value),
            is_finite: value.is_finite(),
        },
        Scalar::Text(text) => ValueContent::Text(text),
    }
}

/// Returns the share of nodes that may come from aliases, which is smaller in larger files.
fn allowed(decoded: u32) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    let above = (f64::from(decoded) - LOW) / (HIGH - LOW);
    0.99 - 0.89 * above.clamp(0.0, 1.0)
}
