//! One line a finding, as compilers write it: `file:line:column: severity[check]: message`. What is
//! about a path as a whole stands at 1:1, so that every line has the same shape.

use super::{Host, Job, Output};
use crate::text::printable;

pub(super) const OUTPUT: Output = Output {
    name: "compact",
    help: "one line a finding, for editors and grep",
    host: Host::ANY,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let places = job.places;
    let lines = job.report.findings.iter().map(|finding| {
        format!(
            "{}: {}[{}]: {}\n",
            places.full_position(&finding.place),
            finding.severity.name(),
            finding.check,
            printable(&finding.marked()),
        )
    });
    Ok(lines.collect())
}
