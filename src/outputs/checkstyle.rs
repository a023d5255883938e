//! The XML format of Checkstyle, for Jenkins (warnings-ng) and reviewdog: errors by file. Columns count
//! code points.

use std::collections::BTreeMap;

use super::{Host, Job, Output, output_job::with_help, xml::escaped};
use crate::{finding::Finding, text::Unit};

pub(super) const OUTPUT: Output = Output {
    name: "checkstyle",
    help: "XML for Jenkins and reviewdog",
    host: Host::ANY,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    // One element per file: some readers keep only the last element with a name.
    let mut files: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &job.report.findings {
        let path = job.spot(&finding.place).text();
        files.entry(path).or_default().push(finding);
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out += "<checkstyle version=\"4.3\">\n";
    for (path, findings) in files {
        out += &format!("  <file name=\"{}\">\n", escaped(&path));
        for finding in findings {
            let position = match finding.place.range_in(Unit::CodePoints) {
                Some([start, _]) => format!("line=\"{}\" column=\"{}\"", start.line, start.column),
                // For a whole path: some readers require a line.
                None => "line=\"1\"".to_owned(),
            };
            out += &format!(
                "    <error {position} severity=\"{}\" message=\"{}\" source=\"ownlint.{}\"/>\n",
                finding.weight().name(),
                escaped(&with_help(finding, "\n")),
                finding.check,
            );
        }
        out += "  </file>\n";
    }
    Ok(out + "</checkstyle>\n")
}
