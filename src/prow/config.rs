//! The content of files after Prow has read it from JSON.

use super::json::{Fault, Json, JsonContent, OWNER_KEYS, is_field};
use crate::text::Span;

/// A list of texts. If a file has a key in several spellings, each list replaces the one before, but null leaves the text
/// at its position as it is.
#[derive(Debug, Default, Clone)]
pub struct Texts {
    /// What was ever written. Go doubles the size when it is too small.
    written: Vec<(String, Span)>,
    length: usize,
}

impl Texts {
    pub fn list(&self) -> &[(String, Span)] {
        &self.written[..self.length]
    }

    fn read(&mut self, json: &Json) -> Result<(), Fault> {
        let items = match &json.content {
            JsonContent::Null => &[][..],
            JsonContent::List(items) => items,
            _ => return Err(json.unexpected("a list")),
        };
        self.length = items.len();
        if items.is_empty() {
            self.written.clear();
        }
        for (at, item) in items.iter().enumerate() {
            if at == self.written.len() {
                let size = (at * 2).max(1);
                self.written.resize(size, (String::new(), item.span));
            }
            match &item.content {
                JsonContent::Null => self.written[at].1 = item.span,
                JsonContent::Text { text, .. } => self.written[at] = (text.clone(), item.span),
                _ => return Err(item.unexpected("a name")),
            }
        }
        Ok(())
    }
}

/// The owners that a filter or file sets, by [key](OWNER_KEYS).
#[derive(Debug, Default, Clone)]
pub struct Owners([Texts; OWNER_KEYS.len()]);

impl Owners {
    pub fn approvers(&self) -> &[(String, Span)] {
        self.0[0].list()
    }

    /// Returns those who review changes, and those who have to.
    pub fn reviewers(&self) -> impl Iterator<Item = &(String, Span)> {
        self.0[1].list().iter().chain(self.0[2].list())
    }

    /// Returns the labels.
    pub fn labels(&self) -> &[(String, Span)] {
        self.0[3].list()
    }

    /// Returns the list of each key.
    pub fn lists(&self) -> impl Iterator<Item = &[(String, Span)]> {
        self.0.iter().map(Texts::list)
    }

    /// Returns whether no list has an item, even an empty one.
    pub fn is_empty(&self) -> bool {
        self.lists().all(<[_]>::is_empty)
    }

    /// Reads an entry if its key is one of [`OWNER_KEYS`].
    fn read_entry(&mut self, key: &str, value: &Json) -> Result<(), Fault> {
        match OWNER_KEYS.iter().position(|known| is_field(known, key)) {
            Some(at) => self.0[at].read(value),
            None => Ok(()),
        }
    }
}

/// The options of a file.
#[derive(Debug, Default)]
pub struct Options {
    /// The option that excludes approvers of folders above.
    pub no_parent: Option<Span>,
}

impl Options {
    fn read(&mut self, json: &Json) -> Result<(), Fault> {
        for entry in json.entries()? {
            let is_no_parent = is_field("no_parent_owners", &entry.key);
            if !is_no_parent && !is_field("auto_approve_unowned_subfolders", &entry.key) {
                continue;
            }
            let is_set = match entry.value.content {
                JsonContent::Null => continue,
                JsonContent::Bool(value) => value,
                _ => return Err(entry.value.unexpected("`true` or `false`")),
            };
            if is_no_parent {
                self.no_parent = is_set.then(|| entry.key_span.to(entry.value.span));
            }
        }
        Ok(())
    }
}

/// A file with owners of all files.
#[derive(Debug, Default)]
pub struct SimpleConfig {
    pub options: Options,
    pub owners: Owners,
}

impl SimpleConfig {
    pub fn read(json: &Json) -> Result<Self, Fault> {
        let mut config = Self::default();
        for entry in json.entries()? {
            match is_field("options", &entry.key) {
                true => config.options.read(&entry.value)?,
                false => config.owners.read_entry(&entry.key, &entry.value)?,
            }
        }
        Ok(config)
    }
}

/// A file with filters.
#[derive(Debug, Default)]
pub struct FullConfig {
    pub options: Options,
    /// The filters and their owners, in the order of the file.
    pub filters: Vec<(String, Span, Owners)>,
}

impl FullConfig {
    pub fn read(json: &Json) -> Result<Self, Fault> {
        let mut config = Self::default();
        for entry in json.entries()? {
            if is_field("options", &entry.key) {
                config.options.read(&entry.value)?;
            } else if is_field("filters", &entry.key) {
                if matches!(entry.value.content, JsonContent::Null) {
                    config.filters.clear();
                }
                let has_others = !config.filters.is_empty();
                for filter in entry.value.entries()? {
                    let mut owners = Owners::default();
                    for entry in filter.value.entries()? {
                        owners.read_entry(&entry.key, &entry.value)?;
                    }
                    if has_others {
                        config.filters.retain(|(known, ..)| *known != filter.key);
                    }
                    let filter = (filter.key.clone(), filter.key_span, owners);
                    config.filters.push(filter);
                }
            }
        }
        config.filters.sort_by_key(|(_, span, _)| span.start);
        Ok(config)
    }
}
