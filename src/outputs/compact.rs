//! One line per finding, as compilers write it: `file:line:column: severity[check]: message`. A finding
//! about a whole path is at 1:1, so that all lines have the same shape.

use super::{Host, Job, Output};
use crate::text::printable;

pub(super) const OUTPUT: Output = Output {
    name: "compact",
    help: "one line per finding, for editors and grep",
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
