use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    dialects::FileProblemKind,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "invalid-ownership-line",
    severity: Severity::Warning,
    summary: "A line of an ownership file is not read as intended.",
    what: "\
A line of a CODEOWNERS, OWNERS or MAINTAINERS has a syntax error, or the forge reads part of it as \
something else. Only files that a forge uses are checked: CODEOWNERS where forges look for it, \
OWNERS if there is one at the root, and MAINTAINERS at the root. Files that were copied with other \
code have no effect and are not checked.",
    why: "\
Forges skip what they can't read, mostly without a message. The files that the line is about \
belong to the owners on another line, or have no owner.",
    fix: "Correct the line at the reported place, or write the file with `ownlint generate`.",
    example: "\
# .github/CODEOWNERS
!docs/generated/ @org/docs      # `!` does not work: the line is skipped
docs/generated/",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    findings(context, &CHECK, FileProblemKind::Line)
        .map(|finding| Finding {
            label: "problem here".to_owned(),
            ..finding
        })
        .collect()
}
