//! A file for `zuul_return: {file: …}` in a job of Zuul: comments on files of the change
//! (zuul-ci.org/docs/zuul/latest/job-content.html, "Leaving file comments"). Zuul rejects unknown keys
//! and drops comments on other files, so the other findings become a warning.

use serde::Serialize;

use super::{
    Host, Job, Output,
    review::{COMMENT_LIMIT, Comments, comment, comments, summary},
    to_json,
};

pub(super) const OUTPUT: Output = Output {
    name: "zuul",
    help: "zuul_return file with comments on the change",
    host: Host {
        uses_changed_files: true,
        tests_merges: true,
        ..Host::ANY
    },
    write,
};

/// Zuul truncates its message to Gerrit at 16,056 bytes, which all jobs of a change share.
const WARNING_LIMIT: usize = 4 * 1024;

#[derive(Serialize)]
struct Return {
    zuul: Zuul,
}

#[derive(Serialize)]
struct Zuul {
    file_comments: Comments<FileComment>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct FileComment {
    level: &'static str,
    message: String,
}

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let (file_comments, others) = comments(job, |finding, anchor| {
        Some(FileComment {
            level: finding.weight().name(),
            message: comment(job, finding, anchor, COMMENT_LIMIT - anchor.path.len()),
        })
    });
    let mut warnings = Vec::new();
    if !others.is_empty() {
        warnings.push(summary(job, &others, WARNING_LIMIT));
        warnings.extend(job.reader.note.map(str::to_owned));
    }
    to_json(&Return {
        zuul: Zuul {
            file_comments,
            warnings: warnings
                .iter()
                .map(|it| format!("ownlint: {}", it.trim_end()))
                .collect(),
        },
    })
}
