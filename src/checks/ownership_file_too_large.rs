use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    dialects::FileProblemKind,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "ownership-file-too-large",
    severity: Severity::Error,
    summary: "An ownership file is too large to be read.",
    what: "\
GitHub does not load a CODEOWNERS of 3 MB or more. No other forge documents a limit. ownlint reads \
no ownership file that is larger than 16 MiB.",
    why: "The whole file is ignored without a message, so no file has an owner.",
    fix: "\
Replace the lines for single files with patterns for directories. `ownlint generate` writes no \
lines that change nothing.",
    example: "\
# .github/CODEOWNERS, 50,000 lines like these
/charts/kask/templates/a.yaml @org/data
/charts/kask/templates/b.yaml @org/data
# replace them with one
/charts/kask/ @org/data",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    findings(context, &CHECK, FileProblemKind::Size)
        .map(|finding| Finding {
            subject: String::new(),
            help: Some("replace lines for single files with patterns for directories".to_owned()),
            ..finding
        })
        .collect()
}
