//! reviewdog's RdDiagnostic Format, one diagnostic a line.

use super::{Host, Job, Output, json::to_json_line, rdjson::RdDiagnostic};

pub(super) const OUTPUT: Output = Output {
    name: "rdjsonl",
    help: "one line a finding for reviewdog",
    host: Host::ANY,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let findings = job.report.findings.iter();
    let lines = findings.map(|finding| to_json_line(&RdDiagnostic::new(job, finding)));
    lines.collect()
}
