//! The Code Quality report of GitLab (docs.gitlab.com/ci/testing/code_quality, "Code Quality report
//! format").

use serde::Serialize;

use super::{Host, Job, Output, to_json};
use crate::{finding::Severity, lint::ReportIds, text::Unit};

pub(super) const OUTPUT: Output = Output {
    name: "gitlab",
    help: "Code Quality report for GitLab",
    host: Host::LINES,
    write,
};

#[derive(Serialize)]
struct Violation {
    /// One line, as Code Climate requires.
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: CodeQualityLocation,
}

#[derive(Serialize)]
struct CodeQualityLocation {
    path: String,
    lines: CodeQualityLines,
}

#[derive(Serialize)]
struct CodeQualityLines {
    begin: usize,
    end: usize,
}

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    // GitLab shows only the first violation with a fingerprint.
    let mut ids = ReportIds::default();
    let violations = job.about_places().map(|finding| {
        let place = job.line_place(finding);
        let lines = place.range_in(Unit::CodePoints);
        let [begin, end] = lines.map_or([1, 1], |range| range.map(|at| at.line));
        Violation {
            description: place.message(job),
            check_name: finding.check,
            fingerprint: ids.of(finding),
            severity: match finding.weight() {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "info",
            },
            location: CodeQualityLocation {
                path: place.spot.text(),
                lines: CodeQualityLines { begin, end },
            },
        }
    });
    let violations: Vec<Violation> = violations.collect();
    to_json(&violations)
}
