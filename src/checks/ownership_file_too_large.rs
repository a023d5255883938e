use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    dialects::FileProblemKind,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "ownership-file-too-large",
    severity: Severity::Error,
    summary: "An ownership file that is too large to be read.",
    what: "\
GitHub loads no CODEOWNERS of 3 MB or more. No other forge says where it stops; beyond 16 MiB no \
ownership file is looked into here.",
    why: "\
The whole file counts for nothing: nobody owns anything, and nobody says so.",
    fix: "\
Write patterns for directories in the place of lines for single files. `ownlint generate` leaves out \
lines that change nothing.",
    example: "\
# .github/CODEOWNERS, 50,000 lines like these
/charts/kask/templates/a.yaml @org/data
/charts/kask/templates/b.yaml @org/data
# one in their place
/charts/kask/ @org/data",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    findings(context, &CHECK, FileProblemKind::Size)
        .map(|finding| Finding {
            subject: String::new(),
            help: Some("say more with fewer lines".to_owned()),
            ..finding
        })
        .collect()
}
