//! Where to insert text so that a YAML document gets more values.

use super::{
    NewValue, Step,
    new_value::{entries_in_flow, scalar},
};
use crate::{
    text::Span,
    yaml::{Entry, Node, Value},
};

/// Text to insert into a file.
#[derive(Debug)]
pub(super) struct Insertion {
    pub at: usize,
    pub text: String,
    /// The length of the null that it replaces, such as `~`.
    pub replaced: usize,
}

impl Insertion {
    fn new(at: usize, text: impl Into<String>) -> Self {
        Self {
            at,
            text: text.into(),
            replaced: 0,
        }
    }
}

/// Why a value cannot be added.
#[derive(Debug, PartialEq, Eq)]
pub struct EditError {
    /// Where.
    pub span: Span,
    /// Why, in lower case and without a full stop.
    pub message: String,
}

impl EditError {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
        }
    }
}

/// Returns the insertions that add a value to the one at an existing path.
pub(super) fn insertions(
    text: &str,
    root: &Node,
    path: &[Step],
    value: &NewValue,
) -> Result<Vec<Insertion>, EditError> {
    let mut target = Target {
        text,
        node: root,
        key: None,
    };
    for step in path {
        target = target.step(step)?;
    }
    match value {
        NewValue::Mapping(entries) => Ok(vec![target.with_entries(entries)?]),
        NewValue::List(items) => target.with_items(items),
        NewValue::Text(_) => Err(target.refusal("it has a value already")),
    }
}

/// A value to extend.
#[derive(Clone, Copy)]
struct Target<'t> {
    text: &'t str,
    node: &'t Node,
    /// The key whose value it is.
    key: Option<&'t Node>,
}

impl<'t> Target<'t> {
    fn refusal(&self, message: &str) -> EditError {
        EditError::new(self.node.span, message)
    }

    fn step(self, step: &Step) -> Result<Self, EditError> {
        if self.node.is_alias() {
            return Err(self.refusal("the value is a YAML alias"));
        }
        let next = match step {
            Step::Key(key) => self.node.all(key).last().map(|entry| Self {
                node: &entry.value,
                key: Some(&entry.key),
                ..self
            }),
            Step::Item(at) => {
                let items = self.node.items().unwrap_or_default();
                items.get(*at).map(|node| Self {
                    node,
                    key: None,
                    ..self
                })
            }
        };
        next.ok_or_else(|| self.refusal("the value does not exist"))
    }

    /// Returns the insertion of entries into a mapping.
    fn with_entries(&self, entries: &[(String, NewValue)]) -> Result<Insertion, EditError> {
        let (Value::Mapping(known), false) = (self.node.value(), self.node.is_alias()) else {
            return self.in_place_of_null(&format!("{{{}}}", entries_in_flow(entries)));
        };
        let merged = |(key, _): &&(String, NewValue)| self.node.get(key).is_some();
        if let Some((key, _)) = entries.iter().find(merged) {
            return Err(self.refusal(&format!("`{key}` comes from a YAML merge key")));
        }
        match known.last() {
            _ if is_flow(self.text, self.node) => {
                Ok(self.in_flow(known, &entries_in_flow(entries)))
            }
            Some(last) => {
                let indent = self.indent(known[0].key.span.range().start, |prefix| {
                    prefix.bytes().all(|byte| matches!(byte, b' ' | b'-'))
                })?;
                let lines = entries.iter().flat_map(in_block);
                let lines: Vec<String> = lines.map(|line| format!("{indent}{line}")).collect();
                Ok(self.new_lines(end_of(self.text, &last.value, Some(&last.key)), &lines))
            }
            None => Err(self.refusal("it has no entries")),
        }
    }

    /// Returns the insertions of items into a list, or into a single value, which becomes a list.
    fn with_items(&self, items: &[NewValue]) -> Result<Vec<Insertion>, EditError> {
        let in_flow: Vec<String> = items.iter().map(NewValue::in_flow).collect();
        let flow = in_flow.join(", ");
        if self.node.is_alias() || self.node.is_null() {
            return Ok(vec![self.in_place_of_null(&format!("[{flow}]"))?]);
        }
        match self.node.value() {
            Value::Mapping(_) => Err(self.refusal("it is a mapping")),
            Value::Scalar { .. } => {
                let std::ops::Range { start, end } = self.node.span.range();
                let text = &self.text[start..end];
                if text.starts_with(['|', '>']) || text.contains('\n') {
                    return Err(self.refusal("the value has several lines"));
                }
                Ok(vec![
                    Insertion::new(start, "[".to_owned()),
                    Insertion::new(end, format!(", {flow}]")),
                ])
            }
            Value::Sequence(known) if is_flow(self.text, self.node) => {
                let at = known.last().map(|last| last.span.range().end);
                Ok(vec![self.after_in_flow(at, &flow)])
            }
            Value::Sequence(known) => {
                let (Some(first), Some(last)) = (known.first(), known.last()) else {
                    return Err(self.refusal("it has no items"));
                };
                let indent = self.indent(first.span.range().start, |prefix| {
                    prefix.trim_start().starts_with('-')
                })?;
                let line = self.line_start(first.span.range().start);
                let dash = self.text[line..].find('-').unwrap_or_default();
                let indent = &indent[..dash.min(indent.len())];
                let lines = in_flow.iter().map(|item| format!("{indent}- {item}"));
                Ok(vec![self.new_lines(
                    end_of(self.text, last, None),
                    &lines.collect::<Vec<_>>(),
                )])
            }
        }
    }

    /// Returns the insertion of a value for a key without one.
    fn in_place_of_null(&self, value: &str) -> Result<Insertion, EditError> {
        let is_missing = self.node.is_null() && !self.node.is_alias() && is_empty(self.node);
        let colon = self.key.filter(|_| is_missing).and_then(|key| {
            let rest = &self.text[key.span.range().end..];
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            rest[blanks..]
                .starts_with(':')
                .then_some(key.span.range().end + blanks + 1)
        });
        match colon {
            Some(at) => Ok(Insertion::new(at, format!(" {value}"))),
            None if self.node.is_alias() => Err(self.refusal("the value is a YAML alias")),
            None if self.node.is_null() => Ok(Insertion {
                replaced: self.node.span.range().len(),
                ..Insertion::new(self.node.span.range().start, value)
            }),
            None => Err(self.refusal("the value has another type")),
        }
    }

    /// Returns the insertion of entries into a mapping in flow style.
    fn in_flow(&self, known: &[Entry], entries: &str) -> Insertion {
        let at = known.last().map(|last| match is_empty(&last.value) {
            // Before the brace.
            true => self.node.span.range().end - 1,
            false => last.value.span.range().end,
        });
        self.after_in_flow(at, entries)
    }

    fn after_in_flow(&self, at: Option<usize>, text: &str) -> Insertion {
        match at {
            Some(at) => Insertion::new(at, format!(", {text}")),
            None => Insertion::new(self.node.span.range().start + 1, text.to_owned()),
        }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// Returns the blanks with the width of what precedes a value on its line, which must be as expected.
    fn indent(&self, at: usize, is_expected: impl Fn(&str) -> bool) -> Result<String, EditError> {
        let prefix = &self.text[self.line_start(at)..at];
        match prefix.is_ascii() && is_expected(prefix) {
            true => Ok(" ".repeat(prefix.len())),
            false => Err(EditError::new(
                Span::new(at, at),
                "the layout of this value is not known",
            )),
        }
    }

    /// Returns the insertion of lines after the line with a position.
    fn new_lines(&self, after: usize, lines: &[String]) -> Insertion {
        let end = match self.text.contains("\r\n") {
            true => "\r\n",
            false => "\n",
        };
        match self.text[after..].find('\n') {
            Some(rest) => Insertion::new(
                after + rest + 1,
                lines
                    .iter()
                    .map(|line| format!("{line}{end}"))
                    .collect::<String>(),
            ),
            None => Insertion::new(
                self.text.len(),
                lines
                    .iter()
                    .map(|line| format!("{end}{line}"))
                    .collect::<String>(),
            ),
        }
    }
}

/// Returns the lines of an entry in block style; the values in it are in flow style.
fn in_block((key, value): &(String, NewValue)) -> Vec<String> {
    let key = scalar(key);
    match value {
        NewValue::Mapping(entries) if !entries.is_empty() => {
            let inner = entries.iter();
            let inner = inner.map(|(key, value)| format!("  {}: {}", scalar(key), value.in_flow()));
            std::iter::once(format!("{key}:")).chain(inner).collect()
        }
        value => vec![format!("{key}: {}", value.in_flow())],
    }
}

/// Returns the end of a value, without what follows an empty one.
fn end_of(text: &str, node: &Node, key: Option<&Node>) -> usize {
    let is_block = !node.is_alias() && !is_flow(text, node);
    match node.value() {
        Value::Mapping(entries) if is_block => {
            entries.last().map_or(node.span.range().end, |last| {
                end_of(text, &last.value, Some(&last.key))
            })
        }
        Value::Sequence(items) if is_block => items
            .last()
            .map_or(node.span.range().end, |last| end_of(text, last, None)),
        _ if is_empty(node) => key.map_or(node.span.range().end, |key| key.span.range().end),
        _ if keeps_line_breaks(text, node) => {
            let end = node.span.range().end;
            let rest = &text[end..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\r', '\n']).len();
            // The blanks before the next value are not part of this one.
            rest[..blank].rfind('\n').map_or(end, |line| end + line)
        }
        _ => node.span.range().end,
    }
}

/// Returns whether the empty lines after a scalar are part of it, as after `|+`.
fn keeps_line_breaks(text: &str, node: &Node) -> bool {
    let before = text[..node.span.range().start].trim_end();
    let header = before.lines().next_back().unwrap_or_default();
    let header = header.split(" #").next().unwrap_or_default();
    let last = header.split_whitespace().next_back().unwrap_or_default();
    !node.is_alias() && last.starts_with(['|', '>']) && last.contains('+')
}

/// Returns whether a list or mapping is in flow style.
fn is_flow(text: &str, node: &Node) -> bool {
    text[node.span.range().start..].starts_with(['{', '['])
}

/// Returns whether nothing is written for a value.
fn is_empty(node: &Node) -> bool {
    node.span.range().is_empty()
}
