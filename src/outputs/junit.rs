//! The XML format of JUnit, which GitLab and Jenkins show as tests. A finding is a failed test, or a skipped
//! one if its severity is info. A check without findings is a passed test, so that no result is empty.
//!
//! It follows the schema of the xUnit plugin of Jenkins (`junit-10.xsd`). That schema has no `file` attribute
//! for tests, so the location is in the text.

use std::collections::BTreeMap;

use super::{Host, Job, Output, output_job::with_help, path_text, xml::escaped};
use crate::{
    checks,
    finding::{Finding, Severity},
    text::printable,
};

pub(super) const OUTPUT: Output = Output {
    name: "junit",
    help: "JUnit XML, for test reports in GitLab and Jenkins",
    host: Host::ANY,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let report = job.report;
    let is_silent = |name: &str| report.findings.iter().all(|finding| finding.check != name);
    let silent: Vec<&str> = checks::names()
        .into_iter()
        .filter(|it| report.has_checks() && is_silent(it))
        .collect();
    let tests = report.findings.len() + silent.len();
    let is_skipped = |finding: &&Finding| finding.weight() == Severity::Info;
    // Of all findings that are written, including those that do not fail the run.
    let skipped = report.findings.iter().filter(is_skipped).count();
    let failures = report.findings.len() - skipped;
    let figures = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"ownlint\" {figures} time=\"0\">\n  \
         <testsuite name=\"ownlint\" {figures} skipped=\"{skipped}\" time=\"0\">\n"
    );
    // GitLab reads only the first test with a name.
    let mut known: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for finding in &report.findings {
        let name = name(job, finding);
        let count = known.entry((finding.check, name.clone())).or_default();
        *count += 1;
        let name = match count {
            1 => name,
            count => format!("{name} ({count})"),
        };
        out += &test(job, finding, &name);
    }
    for check in silent {
        out += &format!("    <testcase classname=\"{check}\" name=\"no findings\" time=\"0\"/>\n");
    }
    Ok(out + "  </testsuite>\n</testsuites>\n")
}

/// Returns the subject of the finding, on one line.
fn name(job: &Job<'_>, finding: &Finding) -> String {
    let path = finding.path.as_ref().map(|path| path_text(path));
    let about = finding.component.clone().or(path);
    let subject = (!finding.subject.is_empty()).then(|| finding.subject.clone());
    let parts: Vec<String> = about.into_iter().chain(subject).collect();
    match &parts[..] {
        [] => job.position(&finding.place),
        parts => printable(&parts.join(": ")),
    }
}

fn test(job: &Job<'_>, finding: &Finding, name: &str) -> String {
    let (check, name) = (finding.check, escaped(name));
    let message = escaped(&finding.marked());
    let result = if finding.weight() == Severity::Info {
        format!("<skipped message=\"{message}\"/>")
    } else {
        let words = with_help(finding.marked(), finding, "\n\n");
        let words = job.words(finding, words);
        let place = job.position(&finding.place);
        format!(
            "<failure message=\"{message}\" type=\"{}\">{}</failure>",
            finding.weight().name(),
            escaped(&format!("{place}: {words}")),
        )
    };
    format!(
        "    <testcase classname=\"{check}\" name=\"{name}\" time=\"0\">\n      {result}\n    </testcase>\n"
    )
}
