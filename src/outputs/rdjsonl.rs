//! The RDFormat of reviewdog, with one diagnostic per line.

use super::{Host, Job, Output, json::to_json_line, rdjson::RdDiagnostic};

pub(super) const OUTPUT: Output = Output {
    name: "rdjsonl",
    help: "one JSON object per line, for reviewdog",
    host: Host::LINES,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let findings = job.about_places();
    let lines = findings.map(|finding| to_json_line(&RdDiagnostic::new(job, finding)));
    lines.collect()
}
