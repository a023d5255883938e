use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    dialects::FileProblemKind,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "invalid-ownership-line",
    severity: Severity::Warning,
    summary: "A line in an ownership file is invalid, or probably has an unintended effect.",
    what: "\
A line in a CODEOWNERS, OWNERS or MAINTAINERS file has a syntax error, or the forge reads part of \
the line differently than its author probably intended. ownlint checks only ownership files that a \
forge uses. These are CODEOWNERS files in the places where forges look for them, OWNERS files if \
the root directory contains one, and the MAINTAINERS file at the root. Vendored ownership files \
have no effect and are not checked.",
    why: "\
Forges usually skip an invalid line without a warning. The affected files then get their owners \
from another line, or have no owner.",
    impact: "The affected files may have other owners, or none.",
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
