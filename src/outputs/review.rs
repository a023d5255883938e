//! Where in a review a finding can be told: code review systems take comments only on the files that
//! a change touches, and refuse or drop the others.

use std::{collections::BTreeMap, ops::Bound};

use bstr::{BStr, BString, ByteSlice as _};
use serde::Serialize;

use super::{
    Job,
    job::{Spot, shortened},
};
use crate::{
    finding::Finding,
    text::{LineColumn, Place, Unit},
};

/// A file to comment on, and the words in it.
#[derive(Debug)]
pub(super) struct Anchor {
    pub path: String,
    pub range: Option<Range>,
}

/// A range as Gerrit counts it, and Zuul for it: lines from 1, characters (of UTF-16) from 0, the end
/// exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Range {
    start_line: usize,
    start_character: usize,
    pub end_line: usize,
    end_character: usize,
}

impl Range {
    pub(super) fn new(place: &Place) -> Option<Self> {
        let [start, end]: [LineColumn; 2] = place.range_in(Unit::Utf16)?;
        Some(Self {
            start_line: start.line,
            start_character: start.column - 1,
            end_line: end.line,
            end_character: end.column - 1,
        })
    }

    /// Whether there is nothing in it.
    fn is_empty(self) -> bool {
        (self.start_line, self.start_character) == (self.end_line, self.end_character)
    }
}

impl Anchor {
    /// Where a finding can be told; nothing if only the change as a whole is left.
    pub(super) fn new(job: &Job<'_>, finding: &Finding) -> Option<Self> {
        let spot = job.spot(&finding.place);
        let path = if spot.is_directory() {
            first_inside(job, &spot)?
        } else {
            touched(job, &spot)?
        };
        let range = Range::new(&finding.place).filter(|range| !range.is_empty());
        Some(Self {
            path: path.to_str().ok()?.to_owned(),
            range,
        })
    }
}

/// The path of a file that can be commented on: as far as is known, the change touches it.
pub(super) fn touched(job: &Job<'_>, spot: &Spot) -> Option<BString> {
    let changed = job.reader.changed.as_ref();
    let is_touched = changed.is_none_or(|changed| changed.contains(&spot.path));
    // What is not UTF-8 has another name there.
    (spot.is_inside && is_touched && spot.path.to_str().is_ok()).then(|| spot.path.clone())
}

/// A directory can't be commented on, but the first file in it that the change touches.
fn first_inside(job: &Job<'_>, spot: &Spot) -> Option<BString> {
    if !spot.is_inside || spot.path == "." {
        return None;
    }
    let changed = job.reader.changed.as_ref()?;
    let from: (Bound<&BStr>, Bound<&BStr>) =
        (Bound::Excluded(spot.path.as_bstr()), Bound::Unbounded);
    let inside = changed.range::<BStr, _>(from);
    let mut inside = inside.take_while(|path| path.starts_with(&spot.path));
    inside.find(|path| path.to_str().is_ok()).cloned()
}

/// Findings that have no place in a change, a line each, in at most `limit` bytes.
pub(super) fn list(job: &Job<'_>, findings: &[&Finding], limit: usize) -> String {
    /// What the line about what is left may take.
    const RESERVE: usize = 64;
    let mut text = String::new();
    for (at, finding) in findings.iter().enumerate() {
        let line = format!(
            "* {}: {}[{}]: {}\n",
            job.position(&finding.place),
            finding.weight().name(),
            finding.check,
            finding.marked()
        );
        if text.len() + line.len() + RESERVE > limit {
            text += &format!("* and {} more\n", findings.len() - at);
            break;
        }
        text += &line;
    }
    text
}

/// What a comment says.
pub(super) fn comment(job: &Job<'_>, finding: &Finding, limit: usize) -> String {
    let head = format!("{}[{}]: ", finding.weight().name(), finding.check);
    shortened(head + &job.words(finding), limit)
}

/// Comments by file.
pub(super) type Comments<C> = BTreeMap<String, Vec<C>>;
