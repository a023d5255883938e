use super::{Check, Context, Properties};
use crate::{
    advice::Advice,
    dialects::Sign,
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "unread-ownership-file",
    severity: Severity::Warning,
    summary: "The name of an ownership file is misspelled, so no forge reads it.",
    what: "The name of a file is almost that of an ownership file: it differs in letter case or has another \
extension or joint, as in `CodeOwners`, `CODEOWNERS.txt`, `CODE_OWNERS` or `OWNERS-ALIASES`. A misspelled CODEOWNERS \
file is reported if it contains owners and is where a forge looks for CODEOWNERS files. OWNERS and OWNERS_ALIASES files \
are reported if the repository uses OWNERS files, and the directory has no file with the right name. Vendored files are \
not reported.",
    why: "No forge reads the file, so the owners in the file are never asked to review changes.",
    impact: "The owners in the file are never asked to review changes.",
    fix: "Rename the file.",
    example: "\
git mv .github/CODEOWNERS.txt .github/CODEOWNERS",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let files = context.misplaced_files();
    let found = files.filter_map(|(repository, file)| {
        let Sign::Name(name) = file.sign else {
            return None;
        };
        let path = quoted(&file.path);
        let message = format!("no forge reads {path}: the file must be named `{name}`");
        Some(Finding {
            advice: vec![Advice::in_words(file.help())],
            ..CHECK.at(repository.place(file.path.clone()), message)
        })
    });
    found.collect()
}
