//! reviewdog's RdDiagnostic Format, one diagnostic a line.

use std::io;

use super::{Host, Job, Output, json::to_json_line, rdjson::RdDiagnostic};

pub(super) const OUTPUT: Output = Output {
    name: "rdjsonl",
    help: "one line a finding for reviewdog",
    host: Host::ANY,
    write,
};

fn write(job: &Job<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &job.report.findings {
        let line = to_json_line(&RdDiagnostic::new(job, finding))?;
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}
