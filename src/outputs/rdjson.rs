//! The RDFormat of reviewdog, with all diagnostics in one document (github.com/reviewdog/reviewdog,
//! `proto/rdf/reviewdog.proto`). Columns count bytes of UTF-8.

use serde::Serialize;

use super::{Host, Job, Output, documentation, line_place::LinePlace, to_json};
use crate::{
    finding::{Finding, Severity},
    text::{LineColumn, Place, Unit},
};

pub(super) const OUTPUT: Output = Output {
    name: "rdjson",
    help: "a single JSON document, for reviewdog",
    host: Host::LINES,
    write,
};

#[derive(Serialize)]
struct DiagnosticResult<'r> {
    source: RdSource,
    diagnostics: Vec<RdDiagnostic<'r>>,
}

#[derive(Serialize)]
struct RdSource {
    name: &'static str,
}

const SOURCE: RdSource = RdSource {
    name: env!("CARGO_PKG_NAME"),
};

/// A finding in the format of reviewdog.
#[derive(Serialize)]
pub(super) struct RdDiagnostic<'r> {
    message: String,
    location: RdLocation,
    severity: &'static str,
    source: RdSource,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RelatedLocation<'r>>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct RdLocation {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<RdRange>,
}

#[derive(Serialize)]
struct RdRange {
    start: RdPosition,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<RdPosition>,
}

#[derive(Serialize)]
struct RdPosition {
    line: usize,
    /// `None` for the whole line.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

/// A replacement for a range in the file of the diagnostic.
#[derive(Serialize)]
struct Suggestion<'r> {
    range: RdRange,
    text: &'r str,
}

#[derive(Serialize)]
struct RelatedLocation<'r> {
    message: &'r str,
    location: RdLocation,
}

impl RdLocation {
    fn new(job: &Job<'_>, place: &Place) -> Self {
        Self {
            path: job.spot(place).text(),
            range: RdRange::new(place.range_in(Unit::Bytes)),
        }
    }

    fn of_line(place: &LinePlace<'_>) -> Self {
        let range = place.range_in(Unit::Bytes);
        Self {
            path: place.spot.text(),
            range: match range {
                Some([start, _]) if place.is_moved() => Some(RdRange {
                    start: RdPosition {
                        line: start.line,
                        column: None,
                    },
                    end: None,
                }),
                range => RdRange::new(range),
            },
        }
    }
}

impl RdRange {
    fn new(range: Option<[LineColumn; 2]>) -> Option<Self> {
        let [start, end] = range?.map(|LineColumn { line, column }| RdPosition {
            line,
            column: Some(column),
        });
        Some(Self {
            start,
            end: Some(end),
        })
    }
}

/// Returns the fix of a finding if it is one edit in the same file: suggestions have no path, and are separate.
fn suggestion<'f>(finding: &'f Finding, place: &LinePlace<'_>) -> Option<Suggestion<'f>> {
    let file = |place: &Place| (place.repository().cloned(), place.path().to_owned());
    match &finding.fix()?.edits[..] {
        [edit] if file(&edit.place) == file(&finding.place) && !place.is_moved() => {
            Some(Suggestion {
                range: RdRange::new(edit.place.range_in(Unit::Bytes))?,
                text: &edit.replacement,
            })
        }
        _ => None,
    }
}

impl<'r> RdDiagnostic<'r> {
    pub(super) fn new(job: &Job<'_>, finding: &'r Finding) -> Self {
        let related = finding.related.iter().map(|related| RelatedLocation {
            message: &related.message,
            location: RdLocation::new(job, &related.place),
        });
        let place = job.line_place(finding);
        Self {
            message: place.with_help(job, "\n\n"),
            location: RdLocation::of_line(&place),
            severity: match finding.weight() {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Info => "INFO",
            },
            source: SOURCE,
            code: Code {
                value: finding.check,
                url: documentation(finding.check),
            },
            suggestions: suggestion(finding, &place).into_iter().collect(),
            related_locations: related.collect(),
        }
    }
}

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let findings = job.about_places();
    to_json(&DiagnosticResult {
        source: SOURCE,
        diagnostics: findings.map(|it| RdDiagnostic::new(job, it)).collect(),
    })
}
