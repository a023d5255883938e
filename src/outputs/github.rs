//! Annotations for GitHub Actions, as workflow commands
//! (docs.github.com/actions/reference/workflow-commands-for-github-actions; the escapes are in
//! `ActionCommand.cs` of the runner). GitHub shows ten annotations of a level per step. The first ten of
//! each level are printed, then the number of the others.

use sha2::{Digest as _, Sha256};

use super::{Host, Job, Output, Runner};
use crate::{
    finding::{Finding, Severity},
    text::{Unit, count, printable},
};

pub(super) const OUTPUT: Output = Output {
    name: "github",
    help: "annotations and a step summary, for GitHub Actions",
    host: Host {
        runner: Some(Runner {
            variable: "GITHUB_ACTIONS",
            summary_variable: "GITHUB_STEP_SUMMARY",
            summary_limit: 1024 * 1024,
            shield: shielded,
        }),
        ..Host::LINES
    },
    write,
};

/// The number of annotations of one level that GitHub shows per step.
const LIMIT: usize = 10;

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let mut out = String::new();
    let mut left = 0;
    for severity in Severity::ALL {
        let of_level = || {
            let findings = job.about_places();
            findings.filter(move |finding| finding.weight() == severity)
        };
        for finding in of_level().take(LIMIT) {
            out += &(command(job, finding) + "\n");
        }
        left += of_level().skip(LIMIT).count();
    }
    if left > 0 {
        out += &format!(
            "{} {} not annotated: GitHub shows at most {LIMIT} annotations per level and step\n",
            count(left, "more finding"),
            if left == 1 { "is" } else { "are" }
        );
    }
    Ok(out)
}

fn command(job: &Job<'_>, finding: &Finding) -> String {
    let level = match finding.weight() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let place = job.line_place(finding);
    let mut words = job.words(finding, place.with_help(job, "\n\n"));
    let mut properties = Vec::new();
    if place.spot.is_inside {
        properties.push(format!("file={}", property(&shown(&place.spot.text()))));
        if let Some([start, end]) = place.range_in(Unit::CodePoints) {
            properties.push(format!("line={},endLine={}", start.line, end.line));
            if start.line == end.line && !place.is_moved() {
                properties.push(format!("col={},endColumn={}", start.column, end.column));
            }
        }
    } else {
        // GitHub cannot show a line of a file that is not in the repository.
        words = format!("{}: {words}", job.position(&finding.place));
    }
    properties.push(format!("title=ownlint {}", property(finding.check)));
    format!("::{level} {}::{}", properties.join(","), data(&words))
}

/// Escapes the control characters of a path, except line ends, which [`data`] escapes.
fn shown(path: &str) -> String {
    let lines = path.split_inclusive(['\r', '\n']).map(|line| {
        let text = line.trim_end_matches(['\r', '\n']);
        printable(text) + &line[text.len()..]
    });
    lines.collect()
}

fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Wraps `text` so that the runner executes no command in it: names and contents of files must not control
/// a workflow. The token is a hash of the text, so the text cannot contain it.
fn shielded(text: &[u8]) -> Vec<u8> {
    let digest = Sha256::digest(text);
    let token: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut out = format!("::stop-commands::{token}\n").into_bytes();
    out.extend_from_slice(text);
    if !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    out.extend_from_slice(format!("::{token}::\n").as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_commands_as_the_runner_unescapes_them() {
        assert_eq!(data("50%\r\n::x"), "50%25%0D%0A::x");
        assert_eq!(property("a,b::c%2C"), "a%2Cb%3A%3Ac%252C");
    }

    #[test]
    fn stops_commands_around_text() {
        let shown = String::from_utf8_lossy(&shielded(b"##[x]y")).into_owned();
        let lines: Vec<&str> = shown.lines().collect();
        let token = lines[0].strip_prefix("::stop-commands::").unwrap_or("");
        assert!(token.len() == 64 && lines[1] == "##[x]y", "{shown}");
        assert_eq!(lines[2], format!("::{token}::"));
    }
}
