//! reviewdog's Diagnostic Format, one diagnostic a line.

use std::io;

use super::{Job, Output, rdjson::Diagnostic};

pub(super) const OUTPUT: Output = Output {
    name: "rdjsonl",
    help: "one line a finding for reviewdog",
    write,
};

fn write(job: &Job<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &job.report.findings {
        serde_json::to_writer(&mut *out, &Diagnostic::new(job, finding))?;
        writeln!(out)?;
    }
    Ok(())
}
