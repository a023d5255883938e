//! The input of an output: the report, and where it will be read.

use std::{cmp::Reverse, collections::BTreeSet, path::PathBuf};

use bstr::{BStr, BString, ByteSlice as _};

use super::{Look, path_text};
use crate::{
    checks,
    config::Teams,
    finding::{Finding, Severity},
    git::AddedLines,
    lint::Report,
    text::{Place, count, grouped, joined, printable},
    workspace::{Places, relative},
};

/// A report to write, and its reader.
#[derive(Debug, Clone, Copy)]
pub struct Job<'j> {
    /// The report.
    pub report: &'j Report,
    /// The teams in the map.
    pub teams: &'j Teams,
    /// Converts places to paths relative to the current directory.
    pub places: &'j Places,
    /// The look of the output.
    pub look: Look,
    /// The program that reads it.
    pub reader: &'j ReportReader,
}

/// Options for the programs that read the result.
#[derive(Debug, Default)]
pub struct ReportReader {
    /// The checkout that paths are relative to.
    pub base: PathBuf,
    /// The files that the change touches, relative to the checkout. `None` if unknown.
    pub changed: Option<BTreeSet<BString>>,
    /// A note for reviewers about these files.
    pub note: Option<&'static str>,
    /// The lines that the change adds, by file, if an output comments on lines. `None` if unknown.
    pub added: Option<AddedLines>,
    /// The files of the map, relative to the checkout: first the map itself, then those that it includes.
    pub map: Vec<BString>,
    /// The Gerrit label to vote on.
    pub label: Option<String>,
    /// Whether to suggest fixes to Gerrit.
    pub with_fixes: bool,
    /// Whether the findings fail the run.
    pub failed: bool,
    /// The least severity that fails the run. `None` if findings do not fail it.
    pub fails_from: Option<Severity>,
    /// The least severity of the findings that are listed for people, while the others are counted. `None` for all.
    pub lists_from: Option<Severity>,
    /// Whether people want an overview of everything: of many warnings of one check, one is shown.
    pub is_overview: bool,
}

/// A path relative to the checkout.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// The path relative to the checkout; with `..` or absolute if it is outside.
    pub path: BString,
    /// Whether it is in the checkout.
    pub is_inside: bool,
}

impl Spot {
    /// Returns the path as text; bytes that are not UTF-8 become `\xNN`.
    pub fn text(&self) -> String {
        path_text(&self.path)
    }

    /// Returns whether it is a directory, which has no lines.
    pub fn is_directory(&self) -> bool {
        is_directory(self.path.as_bstr())
    }
}

/// Returns whether a path is that of a directory.
pub(super) fn is_directory(path: &BStr) -> bool {
    path == "." || path.ends_with(b"/")
}

impl Job<'_> {
    /// Returns the path of a place.
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

    /// Returns the paths of what a finding is about: its example and its subject, as far as it has them.
    pub(super) fn subjects(&self, finding: &Finding) -> [Option<Spot>; 2] {
        [&finding.example, &finding.path].map(|path| {
            let repository = finding.repository.clone()?;
            Some(self.spot(&Place::Path(repository, path.clone()?)))
        })
    }

    /// Returns `file:line:column` relative to the checkout, or only the file for a whole path; on one line.
    pub(super) fn position(&self, place: &Place) -> String {
        place.in_file(printable(&self.spot(place).text()))
    }

    /// Returns the findings that a line or file can show, in the order of the report: all but those about the change
    /// as a whole.
    pub(super) fn about_places(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.report.findings.iter();
        findings.filter(|finding| !checks::is_about_change(finding.check))
    }

    /// Returns a sentence about the findings that fail the run but are about the change as a whole, which an output
    /// that comments on lines does not contain.
    pub(crate) fn without_change(&self) -> Option<String> {
        let findings = self.report.findings.iter();
        let number = findings
            .filter(|it| checks::is_about_change(it.check) && self.is_failing(it))
            .count();
        (number > 0).then(|| {
            format!(
                "{} about the change as a whole {} the check, but this format contains only \
                 findings about files",
                count(number, "finding"),
                if number == 1 { "fails" } else { "fail" }
            )
        })
    }

    /// Returns the findings, most severe first, otherwise in the order of the report.
    pub(super) fn by_severity(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self.report.findings.iter().collect();
        findings.sort_by_key(|finding| Reverse(finding.weight()));
        findings
    }

    /// Returns at most `limit` findings about places: all in the order of the report, or else the most severe ones.
    pub(super) fn at_most(&self, limit: usize) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self.about_places().collect();
        if findings.len() > limit {
            findings.sort_by_key(|finding| Reverse(finding.weight()));
            findings.truncate(limit);
        }
        findings
    }

    /// Returns a sentence about the findings that an output does not contain because of the `limit` of its readers.
    pub(crate) fn cut(&self, limit: usize) -> Option<String> {
        let number = self.about_places().count();
        (number > limit).then(|| {
            let (limit, all) = (grouped(limit), count(number, "finding"));
            format!(
                "the report contains only the {limit} most severe of {all}, because programs that \
                 read this format accept at most {limit}"
            )
        })
    }

    /// Returns the counts that are not zero: `2 errors, 1 warning`.
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

    /// Returns whether a finding fails the run. An error of the map always does, because no checks ran.
    pub(super) fn is_failing(&self, finding: &Finding) -> bool {
        let limit = self.reader.fails_from;
        let is_severe = limit.is_some_and(|limit| finding.weight() >= limit);
        is_severe || !self.report.has_checks()
    }

    /// Appends the related places of a finding to its message and help.
    pub(super) fn words(&self, finding: &Finding, mut words: String) -> String {
        const MAX_PLACES: usize = 20;
        for (at, related) in finding.related.iter().take(MAX_PLACES).enumerate() {
            words += if at == 0 { "\n\n" } else { "\n" };
            words += &format!("{}: {}", self.position(&related.place), related.message);
        }
        if let more @ 1.. = finding.related.len().saturating_sub(MAX_PLACES) {
            words += &format!("\nand {}", count(more, "more place"));
        }
        words
    }
}

/// Appends the help of a finding to its message, with the separator `between` them.
pub(super) fn with_help(message: String, finding: &Finding, between: &str) -> String {
    match finding.help() {
        Some(help) => message + between + &help,
        None => message,
    }
}

/// Truncates `text` to `limit` bytes; an ellipsis replaces the removed end.
pub(super) fn shortened(mut text: String, limit: usize) -> String {
    const ELLIPSIS: &str = "…";
    if text.len() > limit {
        let end = text.floor_char_boundary(limit.saturating_sub(ELLIPSIS.len()));
        text.truncate(end);
        text += ELLIPSIS;
    }
    text
}

/// Formats a count: `2 errors`, `1 warning`, `3 info`.
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
    fn truncates_between_characters() {
        assert_eq!(shortened("abc".to_owned(), 3), "abc");
        assert_eq!(shortened("abcdef".to_owned(), 5), "ab…");
        assert_eq!(shortened("aüüü".to_owned(), 6), "aü…");
    }
}
