use std::collections::BTreeMap;

use bstr::BStr;

use super::Dialect;
use crate::text::{count, printable_bytes};

/// What ownership files state and a map does not contain, such as comments, by what it is.
#[derive(Debug, Default)]
pub struct Extras {
    kinds: BTreeMap<&'static str, Lines>,
}

/// The lines of a kind.
#[derive(Debug)]
struct Lines {
    count: usize,
    /// The first line, as `path:line`.
    first: String,
}

impl Extras {
    /// Adds what a file of a dialect states.
    pub fn add(&mut self, dialect: &Dialect, path: &BStr, text: &str) {
        for (kind, lines) in dialect.lines_of_extras(text) {
            let of_kind = self.kinds.entry(kind).or_insert_with(|| Lines {
                count: 0,
                first: format!("{}:{}", printable_bytes(path), lines[0]),
            });
            of_kind.count += lines.len();
        }
    }

    /// Removes the comments.
    pub fn without_comments(mut self) -> Self {
        self.kinds.remove("comment");
        self
    }

    /// Returns a text for each kind, with the first line: `2 comments (first: OWNERS:1)`.
    pub fn texts(&self) -> Vec<String> {
        let text = |(kind, lines): (&&str, &Lines)| {
            let first = match lines.count {
                1 => "",
                _ => "first: ",
            };
            format!("{} ({first}{})", count(lines.count, kind), lines.first)
        };
        self.kinds.iter().map(text).collect()
    }
}
