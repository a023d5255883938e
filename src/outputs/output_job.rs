//! What an output is given to write, and what it knows of the place where that will be read.

use std::{cmp::Reverse, collections::BTreeSet, path::PathBuf};

use bstr::{BStr, BString, ByteSlice as _};

use super::{Look, path_text};
use crate::{
    config::Teams,
    finding::{Finding, Severity},
    lint::Report,
    text::{Place, count, joined, printable},
    workspace::{Places, relative},
};

/// A report to be written, for a reader.
#[derive(Debug, Clone, Copy)]
pub struct Job<'j> {
    /// What to tell.
    pub report: &'j Report,
    /// The teams of the map.
    pub teams: &'j Teams,
    /// Places as a user at a terminal types them.
    pub places: &'j Places,
    /// How it is to look.
    pub look: Look,
    /// Who reads it.
    pub reader: &'j ReportReader,
}

/// What programs that read the result have to be told by the user.
#[derive(Debug, Default)]
pub struct ReportReader {
    /// The checkout that they know: paths are relative to it.
    pub base: PathBuf,
    /// The files that the change touches, relative to the checkout; nothing if nobody said.
    pub changed: Option<BTreeSet<BString>>,
    /// The label of Gerrit to vote on.
    pub label: Option<String>,
    /// Whether the findings fail the run.
    pub failed: bool,
}

/// A path as the checkout has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// Relative to the checkout; with `..`, or absolute, if it lies outside.
    pub path: BString,
    /// Whether it lies in the checkout.
    pub is_inside: bool,
}

impl Spot {
    /// As text; bytes that are not UTF-8 as `\xNN`.
    pub fn text(&self) -> String {
        path_text(&self.path)
    }

    /// Whether it is a directory, of which there is no line to point at.
    pub fn is_directory(&self) -> bool {
        is_directory(self.path.as_bstr())
    }
}

/// Whether a path is that of a directory.
pub(super) fn is_directory(path: &BStr) -> bool {
    path == "." || path.ends_with(b"/")
}

impl Job<'_> {
    /// The path of a place.
    pub(super) fn spot(&self, place: &Place) -> Spot {
        let root = self.places.root(place);
        let path = place.path();
        let mut full = BString::from(root.as_os_str().as_encoded_bytes());
        let below = if path == "." { BStr::new("") } else { path };
        if !full.ends_with(b"/") {
            full.push(b'/');
        }
        full.extend_from_slice(below);
        let base = self.reader.base.as_os_str().as_encoded_bytes();
        let inside = full.strip_prefix(base).and_then(|rest| {
            let rest = rest.strip_prefix(b"/");
            rest.or((base == b"/").then_some(&full[1..]))
        });
        if let Some(inside) = inside {
            let path = if inside.is_empty() { b"." } else { inside };
            return Spot {
                path: path.into(),
                is_inside: true,
            };
        }
        let root = relative(root, &self.reader.base);
        let mut path = BString::from(root.as_os_str().as_encoded_bytes());
        path.push(b'/');
        path.extend_from_slice(below);
        Spot {
            path,
            is_inside: false,
        }
    }

    /// `file:line:column` from the checkout, or the file alone for a path as a whole; on one line.
    pub(super) fn position(&self, place: &Place) -> String {
        place.in_file(printable(&self.spot(place).text()))
    }

    /// The findings, most severe first, else in the order of the report.
    pub(super) fn by_severity(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self.report.findings.iter().collect();
        findings.sort_by_key(|finding| Reverse(finding.weight()));
        findings
    }

    /// `2 errors, 1 warning`, of what there is.
    pub(super) fn counts(&self) -> String {
        let counts = self.report.counts();
        let counts = joined(
            counts.map(|(severity, number)| counted(number, severity)),
            ", ",
        );
        match counts.is_empty() {
            true => "no findings".to_owned(),
            false => counts,
        }
    }

    /// What a finding says for a person who sees it at its place, in a few lines: what is so, what to
    /// do about it, and what caused it.
    pub(super) fn words(&self, finding: &Finding) -> String {
        let mut words = with_help(finding, "\n\n");
        for (at, related) in finding.related.iter().enumerate() {
            words += if at == 0 { "\n\n" } else { "\n" };
            words += &format!("{}: {}", self.position(&related.place), related.message);
        }
        words
    }
}

/// What is so and, after a space `between` them, what to do about it.
pub(super) fn with_help(finding: &Finding, between: &str) -> String {
    match &finding.help {
        Some(help) => finding.marked() + between + help,
        None => finding.marked(),
    }
}

/// At most `limit` bytes of `text`; where something had to go, an ellipsis says so.
pub(super) fn shortened(mut text: String, limit: usize) -> String {
    const ELLIPSIS: &str = "…";
    if text.len() > limit {
        let end = text.floor_char_boundary(limit.saturating_sub(ELLIPSIS.len()));
        text.truncate(end);
        text += ELLIPSIS;
    }
    text
}

/// `2 errors`, `1 warning`, `3 info`.
pub(super) fn counted(number: usize, severity: Severity) -> String {
    match severity {
        Severity::Info => format!("{number} {}", severity.name()),
        Severity::Error | Severity::Warning => count(number, severity.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(shortened("abc".to_owned(), 3), "abc");
        assert_eq!(shortened("abcdef".to_owned(), 5), "ab…");
        assert_eq!(shortened("aüüü".to_owned(), 6), "aü…");
    }
}
