use super::{Check, Context, Properties, ownership_files::findings};
use crate::{
    advice::Advice,
    dialects::FileProblemKind,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "ownership-file-too-large",
    severity: Severity::Error,
    summary: "An ownership file is too large to read, or close to the limit.",
    what: "\
GitHub does not load a CODEOWNERS file of 3 MB or more. Gitea reads only the first 8 MiB of the \
file. Other forges do not document a limit. From 90 % of a limit, the finding is a warning. \
ownlint does not read ownership files that are larger than 16 MiB.",
    why: "The forge silently ignores the whole file, or the rest of the file, and treats every path in the repository as \
unowned.",
    impact: "The forge ignores the whole file, or the rest of the file.",
    fix: "\
Replace lines for single files with directory patterns. `ownlint generate` writes only the lines \
that are needed.",
    example: "\
# .github/CODEOWNERS with 50,000 lines like these:
/charts/kask/templates/a.yaml @org/data
/charts/kask/templates/b.yaml @org/data
# replace them all with this line:
/charts/kask/ @org/data",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let too_large = findings(context, &CHECK, FileProblemKind::Size);
    let nearly =
        findings(context, &CHECK, FileProblemKind::NearlyTooLarge).map(|finding| Finding {
            at_most: Some(Severity::Warning),
            ..finding
        });
    too_large
        .chain(nearly)
        .map(|finding| Finding {
            subject: String::new(),
            advice: vec![Advice::in_words(
                "replace lines for single files with directory patterns",
            )],
            ..finding
        })
        .collect()
}
