//! The XML format of Checkstyle, for Jenkins (warnings-ng) and reviewdog: errors by file. Columns count
//! code points.

use std::collections::BTreeMap;

use super::{Host, Job, Output, line_place::LinePlace, xml::escaped};
use crate::{finding::Finding, text::Unit};

pub(super) const OUTPUT: Output = Output {
    name: "checkstyle",
    help: "XML for Jenkins and reviewdog",
    host: Host::LINES,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    // One element per file: some readers keep only the last element with a name.
    let mut files: BTreeMap<String, Vec<(&Finding, LinePlace<'_>)>> = BTreeMap::new();
    for finding in job.about_places() {
        let place = job.line_place(finding);
        let of_file = files.entry(place.spot.text()).or_default();
        of_file.push((finding, place));
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out += "<checkstyle version=\"4.3\">\n";
    for (path, findings) in files {
        out += &format!("  <file name=\"{}\">\n", escaped(&path));
        for (finding, place) in findings {
            let position = match place.range_in(Unit::CodePoints) {
                Some([start, _]) if place.is_moved() => format!("line=\"{}\"", start.line),
                Some([start, _]) => format!("line=\"{}\" column=\"{}\"", start.line, start.column),
                // For a whole path: some readers require a line.
                None => "line=\"1\"".to_owned(),
            };
            out += &format!(
                "    <error {position} severity=\"{}\" message=\"{}\" source=\"ownlint.{}\"/>\n",
                finding.weight().name(),
                escaped(&place.with_help(job, "\n")),
                finding.check,
            );
        }
        out += "  </file>\n";
    }
    Ok(out + "</checkstyle>\n")
}
