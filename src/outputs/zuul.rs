//! What a job of Zuul returns with the module `zuul_return` (its option `file` takes this): comments on
//! files of the change (zuul-ci.org/docs/zuul/latest/job-content.html, "Leaving file comments"). Zuul
//! checks the shape strictly, and drops comments on other files with a warning, so it is told those as
//! warnings.

use serde::Serialize;

use super::{
    Host, Job, Output,
    review::{Comments, comment, comments, list},
    to_json,
};
use crate::text::count;

pub(super) const OUTPUT: Output = Output {
    name: "zuul",
    help: "zuul_return file with comments on the change",
    host: Host {
        uses_changed_files: true,
        ..Host::ANY
    },
    write,
};

/// Zuul cuts its message to Gerrit at 16,056 bytes, and other jobs want to be in it.
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
    let (file_comments, elsewhere) = comments(job, |finding| {
        Some(FileComment {
            level: finding.weight().name(),
            message: comment(job, finding),
        })
    });
    let mut warnings = Vec::new();
    if !elsewhere.is_empty() {
        let listed = list(job, &elsewhere, WARNING_LIMIT);
        warnings.push(format!(
            "ownlint: {} in other places:\n{listed}",
            count(elsewhere.len(), "finding")
        ));
    }
    to_json(&Return {
        zuul: Zuul {
            file_comments,
            warnings,
        },
    })
}
