//! Where in a review a finding can be told: code review systems take comments only on the files that
//! a change touches, and refuse or drop the others.

use std::{collections::BTreeMap, ops::Bound};

use bstr::{BStr, BString, ByteSlice as _};
use serde::Serialize;

use super::{
    Job,
    output_job::{Spot, shortened},
};
use crate::{
    finding::Finding,
    text::{LineColumn, Place, Unit},
};

/// Gerrit (`change.commentSizeLimit`) refuses longer comments; Zuul hands them on to it.
pub(super) const COMMENT_LIMIT: usize = 16 * 1024;

/// A change may have 5,000 comments (`change.maxComments`), of all its patch sets.
const MAX_COMMENTS: usize = 1000;

/// Comments by file.
pub(super) type Comments<C> = BTreeMap<String, Vec<Comment<C>>>;

/// The words in a file that a comment is about, and what is said of them.
#[derive(Debug, Serialize)]
pub(super) struct Comment<C> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    #[serde(flatten)]
    said: C,
}

impl<C> Comment<C> {
    /// About a file as a whole, unless there is a range.
    pub(super) fn new(range: Option<Range>, said: C) -> Self {
        Self {
            line: range.map(|range| range.end_line),
            range,
            said,
        }
    }
}

/// What is `said` of findings where they can be told, in the order of their places; and the findings
/// that are left.
pub(super) fn comments<'j, C>(
    job: &'j Job<'_>,
    mut said: impl FnMut(&Finding) -> Option<C>,
) -> (Comments<C>, Vec<&'j Finding>) {
    let mut comments: Comments<C> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    let mut number = 0;
    for finding in job.by_severity() {
        let path = anchor(job, finding).filter(|_| number < MAX_COMMENTS);
        let Some((path, said)) = path.and_then(|path| Some((path, said(finding)?))) else {
            elsewhere.push(finding);
            continue;
        };
        number += 1;
        let range = Range::new(&finding.place).filter(|range| !range.is_empty());
        let of_file = comments.entry(path).or_default();
        of_file.push(Comment::new(range, said));
    }
    for comments in comments.values_mut() {
        comments.sort_by_key(|comment| comment.range);
    }
    (comments, elsewhere)
}

/// A range as Gerrit counts it, and Zuul for it: lines from 1, characters (of UTF-16) from 0, the end
/// exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Range {
    start_line: usize,
    start_character: usize,
    end_line: usize,
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

/// The file in which a finding can be told; nothing if only the change as a whole is left.
fn anchor(job: &Job<'_>, finding: &Finding) -> Option<String> {
    let spot = job.spot(&finding.place);
    let path = match spot.is_directory() {
        true => first_inside(job, &spot)?,
        false => touched(job, &spot)?,
    };
    Some(path.to_str().ok()?.to_owned())
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
pub(super) fn comment(job: &Job<'_>, finding: &Finding) -> String {
    let head = format!("{}[{}]: ", finding.weight().name(), finding.check);
    shortened(head + &job.words(finding), COMMENT_LIMIT)
}
