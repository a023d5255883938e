use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    dialects::FileProblemKind,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "invalid-ownership-line",
    severity: Severity::Warning,
    summary: "A line in an ownership file is invalid, or probably has an unintended effect.",
    what: "A line in a CODEOWNERS, OWNERS or MAINTAINERS file has a syntax error, or the forge \
probably interprets part of the line differently than its author intended. ownlint checks only the \
ownership files that forges use: CODEOWNERS files in the places where forges look for them, all \
OWNERS files (if the root directory or most directories in it have one), and the MAINTAINERS file in the root directory, with \
the other MAINTAINERS files that the options in `.get_maintainer.conf` select. \
Vendored ownership files have no effect and are not checked.",
    why: "\
Forges usually skip an invalid line without a warning, so the affected files get their owners \
from another line, or have no owner.",
    impact: "The affected files may have the wrong owners, or no owner.",
    fix: "Correct the reported line, or generate the file with `ownlint generate`.",
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
            label: "the problem is here".to_owned(),
            ..finding
        })
        .collect()
}
