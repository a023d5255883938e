use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    dialects::FileProblemKind,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "invalid-ownership-line",
    severity: Severity::Warning,
    summary: "A line in an ownership file is invalid or does not mean what was intended.",
    what: "\
A line in a CODEOWNERS, OWNERS or MAINTAINERS file has a syntax error, or the forge interprets \
part of it differently than intended. Only files that a forge uses are checked: CODEOWNERS files \
where forges look for them, OWNERS files if there is one at the root, and the MAINTAINERS file at \
the root. Vendored ownership files have no effect and are not checked.",
    why: "\
Forges usually skip a line they cannot parse without any warning. The intended files then get \
their owners from another line, or have no owner.",
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
            label: "problem here".to_owned(),
            ..finding
        })
        .collect()
}
