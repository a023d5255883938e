use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    dialects::FileProblemKind,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "invalid-ownership-line",
    severity: Severity::Warning,
    summary: "A line of an ownership file that is not read as it was meant.",
    what: "\
A line of CODEOWNERS, OWNERS or MAINTAINERS with a syntax error, or with something that the forge \
takes for something else. Only files count that a forge goes by: CODEOWNERS where it is looked for, \
OWNERS if there is one at the root, MAINTAINERS at the root. What came along with copied code has \
no effect, and is not looked into.",
    why: "\
Forges skip what they can't read, and mostly say so nowhere: the files that the line is about go to \
whoever another line names, or to nobody.",
    fix: "\
Mend the line at the place that is shown, or write the file with `ownlint generate`.",
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
            label: "here".to_owned(),
            ..finding
        })
        .collect()
}
