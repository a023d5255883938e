//! The line that shows a finding. Programs that comment on the lines of a change drop findings about other
//! lines, directories and whole files: reviewdog with its default filter, GitLab in the changes of a merge
//! request, GitHub in the files of a pull request.

use std::ops::Bound;

use bstr::{BStr, BString, ByteSlice as _};

use super::{
    Job,
    output_job::{Spot, with_help},
};
use crate::{
    finding::Finding,
    git::AddedLines,
    text::{LineColumn, Place, Unit, count},
};

/// Where a line comment on a finding goes.
#[derive(Debug)]
pub(super) struct LinePlace<'f> {
    finding: &'f Finding,
    pub spot: Spot,
    /// The line that replaces the place of the finding; `None` if that place is used.
    line: Option<usize>,
    /// Whether the change adds the line; `false` if there is no known change.
    is_added: bool,
}

impl LinePlace<'_> {
    /// Returns whether the comment is not at the place of the finding.
    pub fn is_moved(&self) -> bool {
        self.line.is_some()
    }

    /// Returns the start and end with columns that count `unit`s; `None` for a path as a whole.
    pub fn range_in(&self, unit: Unit) -> Option<[LineColumn; 2]> {
        match self.line {
            Some(line) => Some([LineColumn { line, column: 1 }; 2]),
            None => self.finding.place.range_in(unit),
        }
    }

    /// Returns the message of the finding. It ends with the place of the finding if readers could not see it
    /// otherwise.
    pub fn message(&self, job: &Job<'_>) -> String {
        let message = self.finding.marked();
        let place = &self.finding.place;
        let is_named = match place {
            Place::Text(..) => false,
            Place::Path(_, path) => {
                let own = job.spot(place);
                path == "." || own.path == self.spot.path || message.contains(&own.text())
            }
        };
        match self.is_moved() && !is_named {
            true => format!("{message} ({})", job.position(place)),
            false => message,
        }
    }

    /// Returns the message and the help, with the separator `between` them.
    pub fn with_help(&self, job: &Job<'_>, between: &str) -> String {
        with_help(self.message(job), self.finding, between)
    }
}

impl Job<'_> {
    /// Returns the place for a comment on a finding: its own, if the change adds that line or is not known.
    /// Otherwise the first added line of the first file that the finding is about and that has one.
    pub(super) fn line_place<'f>(&self, finding: &'f Finding) -> LinePlace<'f> {
        let spot = self.spot(&finding.place);
        let own = |spot, is_added| LinePlace {
            finding,
            spot,
            line: None,
            is_added,
        };
        let Some(added) = self.reader.added.as_ref().filter(|_| finding.counts()) else {
            return own(spot, false);
        };
        if adds(added, &spot, &finding.place) {
            return own(spot, true);
        }
        let mut concerned = self.concerned(finding, &spot).into_iter();
        match concerned.find_map(|spot| first_added(added, &spot)) {
            Some((path, line)) => LinePlace {
                finding,
                spot: Spot {
                    path,
                    is_inside: true,
                },
                line: Some(line),
                is_added: true,
            },
            None => own(spot, false),
        }
    }

    /// Returns the files and directories that a finding is about, then those that caused it. The map is the last of
    /// them: a change of the map can cause any finding.
    fn concerned(&self, finding: &Finding, own: &Spot) -> Vec<Spot> {
        let [example, subject] = self.subjects(finding);
        let map = self.reader.map.iter().map(|path| Spot {
            path: path.clone(),
            is_inside: true,
        });
        let mut concerned: Vec<Spot> = example.into_iter().collect();
        concerned.push(own.clone());
        concerned.extend(subject);
        concerned.extend(finding.related.iter().map(|it| self.spot(&it.place)));
        concerned.extend(map);
        concerned
    }

    /// Returns a sentence about the findings without an added line, which reviews do not show. `None` if there are
    /// none, or no requested format comments on the lines of a change.
    pub(super) fn without_line(&self) -> Option<String> {
        self.reader.added.as_ref()?;
        let findings = self.report.counting();
        let number = findings.filter(|it| !self.line_place(it).is_added).count();
        let (are, comments) = match number {
            1 => ("is", "a line comment"),
            _ => ("are", "line comments"),
        };
        (number > 0).then(|| {
            format!(
                "{} {are} not on an added line and cannot be shown as {comments}",
                count(number, "finding")
            )
        })
    }
}

/// Returns whether a place is on a line that the change adds.
fn adds(added: &AddedLines, spot: &Spot, place: &Place) -> bool {
    let Some([start, end]) = place.range_in(Unit::Bytes).filter(|_| spot.is_inside) else {
        return false;
    };
    let lines = added.get(&spot.path).into_iter().flatten();
    let mut lines = lines.map(|lines| (*lines.start(), *lines.end()));
    lines.any(|(first, last)| first <= end.line && start.line <= last)
}

/// Returns the first file at or in a path that has added lines, and its first one.
fn first_added(added: &AddedLines, spot: &Spot) -> Option<(BString, usize)> {
    let directory = match &spot.path {
        path if path == "." => BStr::new(""),
        path => path.as_bstr(),
    };
    let from: (Bound<&BStr>, Bound<&BStr>) = (Bound::Included(directory), Bound::Unbounded);
    let (path, lines) = match spot.is_directory() {
        true => added.range::<BStr, _>(from).next()?,
        false => added.get_key_value(&spot.path)?,
    };
    let is_at = !spot.is_directory() || path.starts_with(directory);
    let line = *lines.first()?.start();
    (spot.is_inside && is_at).then(|| (path.clone(), line))
}
