//! JUnit's XML, which GitLab and Jenkins show as tests: each finding is a test that failed, or was
//! skipped if it is only worth knowing; a check that found nothing is a test that passed, so that no
//! result is empty. As the schema of Jenkins' xUnit plugin (`junit-10.xsd`) has it, which knows no `file` of
//! a test: the place stands in the text.

use std::collections::BTreeMap;

use super::{Host, Job, Output, path_text, xml::escaped};
use crate::{
    checks,
    finding::{Finding, Severity},
    text::printable,
};

pub(super) const OUTPUT: Output = Output {
    name: "junit",
    help: "XML for what shows tests: GitLab, Jenkins",
    host: Host::ANY,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let report = job.report;
    let is_silent = |name: &str| report.findings.iter().all(|finding| finding.check != name);
    let silent: Vec<&str> = checks::names()
        .into_iter()
        .filter(|it| is_silent(it))
        .collect();
    let tests = report.findings.len() + silent.len();
    let is_skipped = |finding: &&Finding| finding.weight() == Severity::Info;
    // Of all that is written, whether it counts or not.
    let skipped = report.findings.iter().filter(is_skipped).count();
    let failures = report.findings.len() - skipped;
    let figures = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"ownlint\" {figures} time=\"0\">\n  \
         <testsuite name=\"ownlint\" {figures} skipped=\"{skipped}\" time=\"0\">\n"
    );
    // GitLab reads only the first test of a name.
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

/// What the finding is about, on one line.
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
        let place = job.position(&finding.place);
        format!(
            "<failure message=\"{message}\" type=\"{}\">{}</failure>",
            finding.weight().name(),
            escaped(&format!("{place}: {}", job.words(finding))),
        )
    };
    format!(
        "    <testcase classname=\"{check}\" name=\"{name}\" time=\"0\">\n      {result}\n    </testcase>\n"
    )
}
