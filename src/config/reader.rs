use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{
    MapError, MemberPath,
    corrections::MAX_CORRECTED,
    spanned::{Spanned, Text},
};
use crate::{
    text::{Place, Source, Span, likely, quoted},
    yaml::{self, Entry, Node, Quotes},
};

/// Reads typed values from the YAML tree of one file and collects the errors.
pub(super) struct Reader<'f> {
    pub source: Arc<Source>,
    pub errors: &'f mut Vec<MapError>,
}

/// A mapping with checked keys.
pub(super) struct Fields<'n> {
    node: &'n Node,
    /// The known keys that unknown ones were probably meant to be.
    meant: Vec<String>,
    /// The place of the mapping.
    pub place: Place,
}

impl<'n> Fields<'n> {
    /// Returns the value of a key, or `None` if it is missing or null.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        let value = self.node.get(key)?;
        (!value.is_null()).then_some(value)
    }

    /// Returns whether a key is missing, and not only misspelled.
    pub fn lacks(&self, key: &str) -> bool {
        self.get(key).is_none() && !self.meant.iter().any(|meant| meant == key)
    }
}

impl Reader<'_> {
    pub fn place(&self, span: Span) -> Place {
        Place::Text(Arc::clone(&self.source), span)
    }

    pub fn error(&mut self, node: &Node, message: impl Into<String>) {
        let place = self.place(node.span);
        self.errors.push(MapError::new(place, message));
    }

    /// Reads a mapping with keys from `known`. Unknown and duplicate keys are errors, also in merged
    /// mappings (`<<`).
    pub fn fields<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Fields<'n>> {
        let entries = self.entries(node, what)?;
        let mut meant = self.known_keys(entries, what, known);
        let mut merged: Vec<&Node> = node.merged().collect();
        while let Some(node) = merged.pop() {
            if let Some(entries) = self.entries(node, "the value of `<<`") {
                meant.extend(self.known_keys(entries, what, known));
                merged.extend(node.merged());
            }
        }
        Some(Fields {
            meant,
            ..self.no_fields(node)
        })
    }

    /// Reports unknown keys. Returns the known keys that they were probably meant to be.
    fn known_keys(&mut self, entries: &[Entry], what: &str, known: &[&str]) -> Vec<String> {
        let mut meant = Vec::new();
        for entry in entries {
            let key = entry.key.as_str().unwrap_or_default();
            if !known.contains(&key) && key != "<<" {
                let message = format!("unknown key {} in {what}", quoted(key));
                let error = MapError::new(self.place(entry.key.span), message);
                let error = error.help(format!("known keys: {}", known.join(", ")));
                let near = likely(key, known);
                meant.extend(near.iter().map(|near| (*near).to_owned()));
                self.errors.push(error.did_you_mean(near));
            }
        }
        meant
    }

    /// Wraps a mapping that is null, or already checked.
    pub fn no_fields<'n>(&self, node: &'n Node) -> Fields<'n> {
        Fields {
            node,
            meant: Vec::new(),
            place: self.place(node.span),
        }
    }

    /// Returns the entries of a mapping with arbitrary keys. Duplicate keys are errors.
    pub fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Entry]> {
        let Some(entries) = node.entries() else {
            let message = format!("expected {what} to be a mapping, found {}", node.what());
            let mut error = MapError::new(self.place(node.span), message);
            error.help = as_mapping(node, what);
            self.errors.push(error);
            return None;
        };
        let mut given: FxHashMap<&str, &Entry> = FxHashMap::default();
        for entry in entries {
            let Some(key) = entry.key.as_str() else {
                let found = entry.key.what();
                self.error(
                    &entry.key,
                    format!("expected keys in {what} to be strings, found {found}"),
                );
                continue;
            };
            let earlier = *given.entry(key).or_insert(entry);
            if !std::ptr::eq(earlier, entry) {
                let message = format!("duplicate key {} in {what}", quoted(key));
                let error = MapError::new(self.place(entry.key.span), message)
                    .related(self.place(earlier.key.span), "first defined here");
                self.errors.push(error.help("remove one of them"));
            }
        }
        Some(entries)
    }

    /// Returns a string that isn't empty: the value, or an item, of `key`.
    pub fn string(&mut self, node: &Node, key: &str) -> Option<Text> {
        let is_path = ["paths", "files", "vendored"].contains(&key);
        let message = match node.as_str() {
            Some(text) if !text.is_empty() => {
                return Some(Spanned {
                    value: text.to_owned(),
                    place: self.place(node.span),
                });
            }
            Some(_) if is_path => "an empty pattern matches no files".to_owned(),
            Some(_) => format!("`{key}` is empty"),
            None => format!("expected a string in `{key}`, found {}", node.what()),
        };
        let everything = node.as_str().filter(|_| is_path);
        let everything = everything.map(|_| "write `**` to match everything".to_owned());
        let mut error = MapError::new(self.place(node.span), message);
        error.help = self
            .quoting_help(node)
            .or_else(|| self.in_quotes(node))
            .or(everything);
        self.errors.push(error);
        None
    }

    /// Returns the help for a value that YAML parsed as a mapping or list.
    fn in_quotes(&self, node: &Node) -> Option<String> {
        let text = self.source.text()[node.span.range()].trim_end();
        let is_short = text.len() <= MAX_CORRECTED && !text.contains('\n');
        let is_misread = node.as_str().is_none() && !node.is_null() && is_short;
        let new = quoted(Quotes::Double.around(text));
        is_misread.then(|| format!("write {new} if this is one value"))
    }

    /// Returns the help for a value that is empty because YAML parsed it as a tag or an anchor.
    fn quoting_help(&self, node: &Node) -> Option<String> {
        let before = &self.source.text()[..node.span.start as usize];
        let word = before
            .trim_end_matches(' ')
            .rsplit([' ', '\n', '[', ','])
            .next()?;
        let is_empty = node.span.start == node.span.end;
        let first = word.chars().next().filter(|_| is_empty)?;
        yaml::quote_it(first)
    }

    /// Returns the items of a list.
    pub fn items<'n>(&mut self, node: &'n Node, key: &str) -> &'n [Arc<Node>] {
        if let Some(items) = node.items() {
            return items;
        }
        let message = format!("expected a list in `{key}`, found {}", node.what());
        let mut error = MapError::new(self.place(node.span), message);
        if let Some(Entry {
            key: name, value, ..
        }) = node.entries().and_then(<[_]>::first)
        {
            error.help = as_item(key, name, value);
        } else if node.as_str().is_some() {
            let item = &self.source.text()[node.span.range()];
            let list = quoted(format!("{key}: [{item}]"));
            error.help = Some(format!("write {list}"));
        }
        self.errors.push(error);
        &[]
    }

    /// Reads each item of the list of a key with `read`.
    pub fn list<T>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        read: impl Fn(&mut Self, &Node) -> Option<T>,
    ) -> Vec<T> {
        let Some(node) = fields.get(key) else {
            return Vec::new();
        };
        let items = self.items(node, key).iter();
        items.filter_map(|item| read(self, item)).collect()
    }

    /// Returns the string of a key.
    pub fn text(&mut self, fields: &Fields<'_>, key: &str) -> Option<Text> {
        self.string(fields.get(key)?, key)
    }

    /// Returns the strings of a key.
    pub fn texts(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Text> {
        self.list(fields, key, |reader, item| reader.string(item, key))
    }

    /// Returns the strings of a key. An empty list is an error.
    pub fn nonempty_texts(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Text> {
        let list = fields.get(key);
        if let Some(list) = list.filter(|list| matches!(list.items(), Some([]))) {
            let place = self.place(list.span);
            let error = MapError::new(place, format!("the `{key}` list is empty"));
            self.errors
                .push(error.help("add an item, or remove the key"));
        }
        self.texts(fields, key)
    }

    /// Reports the error `lack` unless the entry has at least one of these keys.
    pub fn require_any(&mut self, fields: &Fields<'_>, keys: &[&str], lack: &str, help: &str) {
        if keys.iter().all(|key| fields.lacks(key)) {
            let error = MapError::new(fields.place.clone(), lack);
            self.errors.push(error.help(help));
        }
    }

    /// Returns the string of a required key. Messages call the entry `of`.
    pub fn required(&mut self, fields: &Fields<'_>, key: &str, of: &str) -> Option<Text> {
        if fields.lacks(key) {
            let message = format!("missing key `{key}` in {of}");
            let error = MapError::new(fields.place.clone(), message);
            self.errors.push(error.help(format!("add `{key}`")));
        }
        self.text(fields, key)
    }

    /// Returns the reason of an entry, which is required.
    pub fn reason(&mut self, fields: &Fields<'_>, of: &str) -> String {
        let reason = self.required(fields, "reason", of);
        reason.map(|reason| reason.value).unwrap_or_default()
    }

    /// Returns the priority of an entry.
    pub fn priority(&mut self, fields: &Fields<'_>) -> Option<Spanned<i64>> {
        let node = fields.get("priority")?;
        let number = node.as_str().and_then(|text| text.parse().ok());
        if number.is_none() {
            self.error(node, "`priority` must be a whole number");
        }
        let place = self.place(node.span);
        number.map(|value| Spanned { value, place })
    }

    /// Returns the value of a key that must be `true` or `false`.
    pub fn flag(&mut self, fields: &Fields<'_>, key: &str) -> Option<Spanned<bool>> {
        let node = fields.get(key)?;
        let value = match node.as_str() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => {
                self.error(node, format!("`{key}` must be `true` or `false`"));
                None
            }
        };
        let place = self.place(node.span);
        value.map(|value| Spanned { value, place })
    }

    /// Returns the date of a key.
    pub fn date(&mut self, fields: &Fields<'_>, key: &str) -> Option<Spanned<Date>> {
        let text = self.text(fields, key)?;
        let date = text.value.parse::<Date>().ok();
        if date.is_none() || text.value.len() != "2026-01-31".len() {
            let message = format!("{} is not a date", quoted(&text.value));
            let error = MapError::new(text.place.clone(), message);
            let help = "write the date as YYYY-MM-DD, such as `2027-03-31`";
            self.errors.push(error.help(help));
        }
        date.map(|date| text.with(date))
    }

    /// Returns the member path of a required key.
    pub fn member_path(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        of: &str,
    ) -> Option<Spanned<MemberPath>> {
        let text = self.required(fields, key, of)?;
        MemberPath::parse(&text.value)
            .map(|path| text.with(path))
            .map_err(|error| {
                self.errors
                    .push(MapError::of_pattern(&text, 0, "path", error))
            })
            .ok()
    }

    /// Reads each entry of the mapping of a key, which has arbitrary keys, with `read`.
    pub fn named<T>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        read: impl Fn(&mut Self, Text, &Node) -> Option<T>,
    ) -> Vec<T> {
        let Some(node) = fields.get(key) else {
            return Vec::new();
        };
        let entries = self.entries(node, &format!("`{key}`"));
        let entries = entries.unwrap_or_default().iter();
        entries
            .filter_map(|entry| {
                let name = Spanned {
                    value: entry.key.as_str()?.to_owned(),
                    place: self.place(entry.key.span),
                };
                read(self, name, &entry.value)
            })
            .collect()
    }

    /// Returns the entries of the mapping of a key, which has arbitrary keys and strings as values.
    pub fn pairs(&mut self, fields: &Fields<'_>, key: &str) -> Vec<(Text, Text)> {
        self.named(fields, key, |reader, name, value| {
            let text = reader.string(value, &name.value)?;
            Some((name, text))
        })
    }

    /// Takes the value of a key that may occur in only one of the files of the map.
    pub fn once<T>(
        &mut self,
        key: &str,
        entry: Option<Spanned<T>>,
        known: &mut Option<Spanned<T>>,
    ) {
        if let (Some(entry), Some(earlier)) = (&entry, &known) {
            let error = MapError::new(entry.place.clone(), format!("`{key}` is defined twice"))
                .related(earlier.place.clone(), "first defined here");
            self.errors.push(error);
        }
        *known = entry.or(known.take());
    }

    /// Returns the place of the byte `range` of a value; the whole value if it is not written literally.
    pub fn within(place: &Place, text: &str, range: std::ops::Range<usize>) -> Place {
        let Place::Text(source, span) = place else {
            return place.clone();
        };
        let written = &source.text()[span.range()];
        match written.find(text) {
            Some(at) => Place::Text(
                Arc::clone(source),
                span.slice(at + range.start, at + range.end),
            ),
            None => place.clone(),
        }
    }
}

/// Returns how to write a value that should be a mapping.
fn as_mapping(node: &Node, what: &str) -> Option<String> {
    let item = |node: &Node| {
        let first = node.items()?.first()?;
        first.as_str().map(str::to_owned)
    };
    let mut words = node.as_str().unwrap_or_default().split_whitespace();
    let new = match what {
        "a rule" => {
            let (path, owner) = (words.next()?, words.next().unwrap_or("TEAM"));
            format!("{{paths: [{}], owner: {owner}}}", flow(path))
        }
        "an exemption" => format!("{{paths: [{}], reason: WHY}}", flow(words.next()?)),
        _ => match node.as_str() {
            Some(text) if text.contains(':') => text.replacen(':', ": ", 1),
            Some(_) => return None,
            None => format!("{}: {{}}", flow(&item(node)?)),
        },
    };
    Some(format!("write {}", quoted(new)))
}

/// Returns how to write an entry of a mapping that should be a list.
fn as_item(key: &str, name: &Node, value: &Node) -> Option<String> {
    let (name, value) = (flow(name.as_str()?), value.as_str().map(flow));
    let new = match (key, value) {
        ("rules", Some(owner)) => format!("- {{paths: [{name}], owner: {owner}}}"),
        ("exemptions", Some(reason)) => format!("- {{paths: [{name}], reason: {reason}}}"),
        _ => return None,
    };
    Some(format!("write a list, such as {}", quoted(new)))
}

/// Returns a string as a value in flow style.
fn flow(text: &str) -> String {
    match yaml::is_plain(text) {
        true => text.to_owned(),
        false => Quotes::Double.around(text),
    }
}
